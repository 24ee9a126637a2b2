# METADATA
# title: Strict policy is scoped by group or role
# description: |
#   With the resilience defaults off, a policy whose users are chosen by group or role cannot be checked in an outage: memberships are
#   not available then, so that everyone in the directory is denied the apps of the policy, members or not.
# scope: package
# custom:
#   severity: high
#   kinds: [access_policy]
#   remediation: name the users of the policy one by one, or leave the resilience defaults on
#   guidance: [CA-02]
#   references:
#     - https://learn.microsoft.com/entra/identity/conditional-access/resilience-defaults
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.strict_policy_scoped_by_group

import data.sparekey.lib.access
import data.sparekey.lib.edges
import data.sparekey.lib.result
import data.sparekey.lib.tri

results contains result.judge(policy, {
	"defect": tri.all([access.strict(policy), _by_membership(policy)]),
	"latent": access.not_enforced(policy),
	"message": ["%s turns the resilience defaults off and chooses its users by group or role", [policy.name]],
}) if {
	some policy in input.resources.access_policy
}

_by_membership(policy) := tri.any([
	tri.no(edges.empty(policy.included_groups)),
	tri.no(edges.empty(policy.included_roles)),
	tri.no(edges.empty(policy.excluded_groups)),
	tri.no(edges.empty(policy.excluded_roles)),
])
