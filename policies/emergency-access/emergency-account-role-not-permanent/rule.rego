# METADATA
# title: Emergency account is no permanent administrator
# description: |
#   An emergency account must hold Global Administrator actively and for good. A role that must first be activated needs a service, an
#   approval or a second factor that may be what has failed.
# scope: package
# custom:
#   severity: high
#   kinds: [emergency_account]
#   remediation: assign Global Administrator to the account actively and without an end, rather than as eligible
#   guidance: [BG-04]
#   references:
#     - https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.emergency_account_role_not_permanent

import data.sparekey.lib.result

results contains result.judge(account, {
	"defect": account.facts.not_administrator,
	"message": ["the emergency account %s does not hold Global Administrator actively and for good", [account.name]],
}) if {
	some account in input.resources.emergency_account
}
