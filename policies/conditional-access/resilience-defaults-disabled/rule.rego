# METADATA
# title: Resilience defaults are turned off
# description: |
#   In an outage the backup authentication system extends the sessions of people who are already signed in, also where a policy could
#   not be checked in real time. A policy that turns the resilience defaults off takes that away from everyone whom it reaches.
# scope: package
# custom:
#   severity: medium
#   kinds: [access_policy]
#   remediation: remove disable_resilience_defaults from the session controls, or set it to false
#   guidance: [CA-01]
#   references:
#     - https://learn.microsoft.com/entra/identity/conditional-access/resilience-defaults
#     - https://learn.microsoft.com/entra/architecture/backup-authentication-system
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.resilience_defaults_disabled

import data.sparekey.lib.access
import data.sparekey.lib.result

results contains result.judge(policy, {
	"defect": access.strict(policy),
	"latent": access.not_enforced(policy),
	"message": ["%s turns the resilience defaults off", [policy.name]],
}) if {
	some policy in input.resources.access_policy
}
