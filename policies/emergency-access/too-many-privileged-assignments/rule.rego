# METADATA
# title: Too many privileged assignments
# description: |
#   Whoever holds a privileged role can give himself or others more rights, or lock people out. Every such assignment is one more account
#   whose theft or mistake the directory has to survive, and beyond a handful nobody knows them all.
# scope: package
# custom:
#   severity: low
#   kinds: [tenant]
#   remediation: remove assignments of privileged roles that are not needed, and give narrower roles instead
#   parameters:
#     limit: 10
#   guidance: [BG-07]
#   references:
#     - https://learn.microsoft.com/entra/identity/role-based-access-control/best-practices
#     - https://learn.microsoft.com/entra/identity/role-based-access-control/privileged-roles-permissions
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.too_many_privileged_assignments

import data.sparekey.lib.bound
import data.sparekey.lib.result
import data.sparekey.lib.tri

results contains result.judge(tenant, {
	"defect": tri.no(bound.below(
		tenant.facts.privileged_assignments,
		input.parameters["too-many-privileged-assignments"].limit,
	)),
	"message": [
		"there are too many assignments of privileged roles: %d (fewer than %d are advised)",
		[
			bound.shown(tenant.facts.privileged_assignments),
			input.parameters["too-many-privileged-assignments"].limit,
		],
	],
}) if {
	some tenant in input.resources.tenant
}
