# METADATA
# title: Policy locks everyone out
# description: |
#   A conditional access policy that blocks all users from all apps, whatever the sign-in looks like, and excludes nobody, locks out
#   the whole directory the moment it is switched on: its administrators too, so that nobody is left who could switch it off.
# scope: package
# custom:
#   severity: critical
#   kinds: [access_policy]
#   remediation: exclude your emergency accounts, or a group that holds them, from the policy
#   guidance: [CA-03]
#   references:
#     - https://learn.microsoft.com/entra/identity/conditional-access/plan-conditional-access
#     - https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.policy_locks_everyone_out

import data.sparekey.lib.access
import data.sparekey.lib.result
import data.sparekey.lib.tri
import data.sparekey.lib.value

results contains result.judge(policy, {
	"defect": tri.all([
		access.everyone(policy),
		access.every_app(policy),
		value.has(policy.controls, "block"),
		access.every_sign_in(policy),
		access.excludes_nobody(policy),
	]),
	"latent": access.not_enforced(policy),
	"message": ["%s blocks all users from all apps and excludes nobody", [policy.name]],
}) if {
	some policy in input.resources.access_policy
}
