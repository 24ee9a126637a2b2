# METADATA
# title: Too few local domain controllers
# description: |
#   A federation server asks a domain controller about every password and every ticket. Where none stands at its own site, the line to the
#   next site decides whether people there can sign in; with one alone, its restart does.
# scope: package
# custom:
#   severity: medium
#   kinds: [agent_group]
#   remediation: run two domain controllers at each site where federation servers stand
#   parameters:
#     minimum: 1
#     preferred: 2
#   guidance: [FED-01]
#   references:
#     - https://learn.microsoft.com/entra/architecture/resilience-for-federated-applications-with-colocated-users
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.too_few_local_domain_controllers

import data.sparekey.lib.bound
import data.sparekey.lib.result
import data.sparekey.lib.value

results contains result.judge(farm, {
	"scope": value.is(farm.role, "adfs"),
	"grades": [
		{
			"severity": "medium",
			"when": bound.below(
				farm.facts.local_controllers,
				input.parameters["too-few-local-domain-controllers"].minimum,
			),
		},
		{
			"severity": "low",
			"when": bound.below(
				farm.facts.local_controllers,
				input.parameters["too-few-local-domain-controllers"].preferred,
			),
		},
	],
	"message": [
		"a server of %s has fewer domain controllers at its site than it should: %d (needed: %d, in production: %d)",
		[
			farm.name,
			bound.shown(farm.facts.local_controllers),
			input.parameters["too-few-local-domain-controllers"].minimum,
			input.parameters["too-few-local-domain-controllers"].preferred,
		],
	],
}) if {
	some farm in input.resources.agent_group
}
