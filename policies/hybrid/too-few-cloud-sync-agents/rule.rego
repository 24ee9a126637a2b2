# METADATA
# title: Too few cloud sync agents
# description: |
#   Cloud sync carries new people, disabled accounts and changed passwords from the on-premises directory to the cloud through an agent.
#   With one agent, its update or its server's failure stops all of that until it is back.
# scope: package
# custom:
#   severity: medium
#   kinds: [agent_group]
#   remediation: run cloud sync agents on at least three servers
#   parameters:
#     minimum: 2
#     preferred: 3
#   guidance: [HYB-03]
#   references:
#     - https://learn.microsoft.com/entra/identity/hybrid/cloud-sync/how-to-prerequisites
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.too_few_cloud_sync_agents

import data.sparekey.lib.bound
import data.sparekey.lib.result
import data.sparekey.lib.value

results contains result.judge(group, {
	"scope": value.is(group.role, "cloud-sync-agent"),
	"grades": [
		{"severity": "medium", "when": bound.below(group.agents, input.parameters["too-few-cloud-sync-agents"].minimum)},
		{"severity": "low", "when": bound.below(group.agents, input.parameters["too-few-cloud-sync-agents"].preferred)},
	],
	"message": [
		"%s has fewer cloud sync agents than it should: %d (needed: %d, in production: %d)",
		[
			group.name,
			bound.shown(group.agents),
			input.parameters["too-few-cloud-sync-agents"].minimum,
			input.parameters["too-few-cloud-sync-agents"].preferred,
		],
	],
}) if {
	some group in input.resources.agent_group
}
