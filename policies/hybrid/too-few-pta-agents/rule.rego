# METADATA
# title: Too few pass-through authentication agents
# description: |
#   With pass-through authentication every password is checked by an agent on one of your own servers. With one agent, its update or
#   its server's failure stops every sign-in; nothing falls back on synchronised passwords by itself.
# scope: package
# custom:
#   severity: high
#   kinds: [agent_group]
#   remediation: run pass-through authentication agents on at least three servers
#   parameters:
#     minimum: 2
#     preferred: 3
#   guidance: [HYB-02]
#   references:
#     - https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-pta-quick-start
#     - https://learn.microsoft.com/entra/identity/hybrid/connect/choose-ad-authn
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.too_few_pta_agents

import data.sparekey.lib.bound
import data.sparekey.lib.result
import data.sparekey.lib.value

results contains result.judge(group, {
	"scope": value.is(group.role, "pta-agent"),
	"grades": [
		{"severity": "high", "when": bound.below(group.agents, input.parameters["too-few-pta-agents"].minimum)},
		{"severity": "medium", "when": bound.below(group.agents, input.parameters["too-few-pta-agents"].preferred)},
	],
	"message": [
		"%s has fewer pass-through authentication agents than it should: %d (needed: %d, in production: %d)",
		[
			group.name,
			bound.shown(group.agents),
			input.parameters["too-few-pta-agents"].minimum,
			input.parameters["too-few-pta-agents"].preferred,
		],
	],
}) if {
	some group in input.resources.agent_group
}
