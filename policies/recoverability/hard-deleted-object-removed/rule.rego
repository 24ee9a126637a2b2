# METADATA
# title: Change removes what no recycle bin keeps
# description: |
#   Security groups, conditional access policies, named locations and role assignments are deleted for good: nothing restores them, and
#   what is made in their place has a new id that nobody refers to. A deleted user can be restored, but not by those whom it was to let in.
# scope: package
# custom:
#   severity: high
#   kinds: [group, access_policy, named_location, role_assignment, user]
#   subjects: deletions
#   remediation: keep the object (prevent_destroy, a moved or removed block), or make sure that nothing depends on it any more
#   guidance: [X-08]
#   references:
#     - https://learn.microsoft.com/entra/architecture/recoverability-overview
#     - https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.hard_deleted_object_removed

import data.sparekey.lib.access
import data.sparekey.lib.deletion
import data.sparekey.lib.result
import data.sparekey.lib.tri
import data.sparekey.lib.value

results contains result.judge(gone, {
	"scope": tri.no(value.has(gone.types, "Unified")),
	"grades": _grades(gone),
	"message": ["the change removes the group %s, which no recycle bin keeps", [gone.name]],
}) if {
	some gone in input.deletions.group
}

results contains result.judge(gone, {
	"grades": _grades(gone),
	"latent": access.not_enforced(gone),
	"message": ["the change removes the policy %s, which no recycle bin keeps", [gone.name]],
}) if {
	some gone in input.deletions.access_policy
}

results contains result.judge(gone, {
	"grades": _grades(gone),
	"message": ["the change removes the named location %s, which no recycle bin keeps", [gone.name]],
}) if {
	some gone in input.deletions.named_location
}

results contains result.judge(gone, {
	"grades": _grades(gone),
	"message": ["the change removes the role assignment %s, which no recycle bin keeps", [gone.name]],
}) if {
	some gone in input.deletions.role_assignment
}

results contains result.judge(gone, {
	"scope": gone.facts.emergency,
	"grades": _grades(gone),
	"message": ["the change removes the emergency account %s", [gone.name]],
}) if {
	some gone in input.deletions.user
}

# What is forgotten stays: neither grade holds.
_grades(gone) := [
	{"severity": "high", "when": deletion.deleted(gone)},
	{"severity": "low", "when": deletion.replaced(gone)},
]
