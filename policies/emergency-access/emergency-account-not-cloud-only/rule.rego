# METADATA
# title: Emergency account depends on another directory
# description: |
#   An emergency account is for the day on which everything else fails. One that is synchronised, that is a guest, or whose name is in a
#   custom domain, which can be federated and needs its own DNS, fails together with what it should replace.
# scope: package
# custom:
#   severity: high
#   kinds: [emergency_account]
#   remediation: create the account in the directory itself, with a user principal name in its onmicrosoft.com domain
#   guidance: [BG-02]
#   references:
#     - https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.emergency_account_not_cloud_only

import data.sparekey.lib.result

results contains result.judge(account, {
	"defect": account.facts.depends_on_elsewhere,
	"message": ["the emergency account %s depends on more than its own directory", [account.name]],
}) if {
	some account in input.resources.emergency_account
}
