# METADATA
# title: Policy names users or groups by id
# description: |
#   From version 3 of the azuread provider on, the id of a user or group is a path such as /groups/GUID. A conditional access policy hands
#   its lists on as they are, and the service knows object ids only: an exclusion written with id excludes nobody.
# scope: package
# custom:
#   severity: high
#   kinds: [access_policy]
#   remediation: write object_id instead of id
#   guidance: [BG-17]
#   references:
#     - https://github.com/hashicorp/terraform-provider-azuread/blob/main/docs/resources/conditional_access_policy.md
#     - https://github.com/hashicorp/terraform-provider-azuread/blob/main/docs/resources/group.md
#   provenance: derived
#   since: 0.1.0
package sparekey.rules.reference_by_id_not_object_id

import data.sparekey.lib.access
import data.sparekey.lib.result

results contains result.judge(policy, {
	"defect": policy.facts.named_by_path,
	"latent": access.not_enforced(policy),
	"message": ["%s names users or groups by a path instead of an object id", [policy.name]],
}) if {
	some policy in input.resources.access_policy
}
