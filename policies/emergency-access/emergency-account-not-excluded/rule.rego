# METADATA
# title: Emergency account not excluded
# description: |
#   An emergency account is the way back in when everything else fails, so no conditional access policy may be able to stop it: a
#   policy that blocks, or that demands a factor or a device, fails together with whatever it demands.
# scope: package
# custom:
#   severity: high
#   kinds: [access_policy]
#   remediation: add every emergency account, or a group that holds them all, to the excluded users or groups of the policy
#   guidance: [BG-03]
#   references:
#     - https://learn.microsoft.com/entra/identity/conditional-access/plan-conditional-access
#     - https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access
#     - https://learn.microsoft.com/entra/identity/authentication/concept-resilient-controls
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.emergency_account_not_excluded

import data.sparekey.lib.access
import data.sparekey.lib.result

results contains result.judge(policy, {
	"scope": policy.facts.stops_sign_in,
	"defect": policy.facts.emergency_exposed,
	"latent": access.not_enforced(policy),
	"message": ["%s does not exclude every emergency account", [policy.name]],
}) if {
	some policy in input.resources.access_policy
}
