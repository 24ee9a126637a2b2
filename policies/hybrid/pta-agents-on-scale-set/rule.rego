# METADATA
# title: Pass-through agents on a scale set
# description: |
#   Each pass-through authentication agent registers itself with a certificate of its own. Instances of a scale set are copies of one
#   image, which the agent does not support: the copies may not be reachable, just when they are needed.
# scope: package
# custom:
#   severity: medium
#   kinds: [agent_group]
#   remediation: run each agent on a server of its own, installed there
#   guidance: [HYB-02]
#   references:
#     - https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-pta-quick-start
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.pta_agents_on_scale_set

import data.sparekey.lib.result
import data.sparekey.lib.value

results contains result.judge(group, {
	"scope": value.is(group.role, "pta-agent"),
	"defect": group.facts.on_scale_set,
	"message": ["%s runs on a scale set, whose instances are copies of one another", [group.name]],
}) if {
	some group in input.resources.agent_group
}
