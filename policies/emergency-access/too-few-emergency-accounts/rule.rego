# METADATA
# title: Too few emergency accounts
# description: |
#   A directory needs emergency accounts that hold Global Administrator for good, and one is not enough: with its key lost or its
#   password mistyped there is no way back in.
# scope: package
# custom:
#   severity: high
#   kinds: [tenant]
#   remediation: create a second cloud-only emergency account with a permanent assignment of Global Administrator, or declare it
#   parameters:
#     minimum: 2
#   guidance: [BG-01]
#   references:
#     - https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.too_few_emergency_accounts

import data.sparekey.lib.bound
import data.sparekey.lib.result

results contains result.judge(tenant, {
	"defect": bound.below(tenant.facts.emergency_accounts, input.parameters["too-few-emergency-accounts"].minimum),
	"message": [
		"the directory has too few usable emergency accounts: %d (needed: %d)",
		[bound.shown(tenant.facts.emergency_accounts), input.parameters["too-few-emergency-accounts"].minimum],
	],
}) if {
	some tenant in input.resources.tenant
}
