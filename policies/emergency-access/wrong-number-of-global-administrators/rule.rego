# METADATA
# title: Wrong number of Global Administrators
# description: |
#   With one Global Administrator, a lost key or a person on leave locks everybody out of the administration. With many, each of them is an
#   account whose theft or mistake reaches the whole directory.
# scope: package
# custom:
#   severity: high
#   kinds: [tenant]
#   remediation: give the role Global Administrator to at least two and fewer than five people, emergency accounts among them
#   parameters:
#     minimum: 2
#     limit: 5
#   guidance: [BG-07]
#   references:
#     - https://learn.microsoft.com/entra/identity/role-based-access-control/best-practices
#     - https://github.com/cisagov/ScubaGear/blob/main/PowerShell/ScubaGear/baselines/aad.md
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.wrong_number_of_global_administrators

import data.sparekey.lib.bound
import data.sparekey.lib.result
import data.sparekey.lib.tri

results contains result.judge(tenant, {
	"grades": [
		{
			"severity": "high",
			"when": bound.below(
				tenant.facts.global_administrators,
				input.parameters["wrong-number-of-global-administrators"].minimum,
			),
		},
		{
			"severity": "low",
			"when": tri.no(bound.below(
				tenant.facts.global_administrators,
				input.parameters["wrong-number-of-global-administrators"].limit,
			)),
		},
	],
	"message": [
		"the number of people who are Global Administrator is not as it should be: %d (at least %d, fewer than %d)",
		[
			bound.shown(tenant.facts.global_administrators),
			input.parameters["wrong-number-of-global-administrators"].minimum,
			input.parameters["wrong-number-of-global-administrators"].limit,
		],
	],
}) if {
	some tenant in input.resources.tenant
}
