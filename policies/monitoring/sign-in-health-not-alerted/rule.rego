# METADATA
# title: No alert on the health of sign-in
# description: |
#   When people cannot sign in, fewer sign-ins are seen, or more of them fail. Nobody looks at a log all day: without an alert, those
#   who are locked out are the ones who tell, one by one, and late.
# scope: package
# custom:
#   severity: medium
#   kinds: [tenant]
#   remediation: evaluate a query on SigninLogs every hour that compares usage or failures with an earlier hour, and give it an action group
#   guidance: [MON-02]
#   references:
#     - https://learn.microsoft.com/entra/architecture/monitor-sign-in-health-for-resilience
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.sign_in_health_not_alerted

import data.sparekey.lib.result
import data.sparekey.lib.tri

results contains result.judge(tenant, {
	"grades": [
		{"severity": "medium", "when": tri.no(tenant.facts.health_told)},
		{"severity": "low", "when": tri.no(tenant.facts.health_told_in_time)},
	],
	"message": ["no alert that works looks every hour at how many sign-ins there are or how many fail", []],
}) if {
	some tenant in input.resources.tenant
}
