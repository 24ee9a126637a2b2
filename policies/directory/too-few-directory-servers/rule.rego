# METADATA
# title: Too few directory servers
# description: |
#   A directory with one domain controller, a federation farm with one server and a farm that people reach through one proxy are there
#   until that one machine is updated or fails. Then nobody signs in who depends on it.
# scope: package
# custom:
#   severity: high
#   kinds: [agent_group]
#   remediation: run a second domain controller, federation server or proxy
#   parameters:
#     minimum: 2
#   guidance: [DIR-01, DIR-07]
#   references:
#     - https://learn.microsoft.com/azure/architecture/example-scenario/identity/adds-extend-domain
#     - https://learn.microsoft.com/azure/architecture/reference-architectures/identity/adfs
#     - https://learn.microsoft.com/entra/identity/hybrid/connect/choose-ad-authn
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.too_few_directory_servers

import data.sparekey.lib.bound
import data.sparekey.lib.result
import data.sparekey.lib.value

results contains result.judge(group, {
	"scope": value.one_of(group.role, ["adds-dc", "adfs", "adfs-wap"]),
	"defect": bound.below(group.agents, input.parameters["too-few-directory-servers"].minimum),
	"message": [
		"%s has fewer servers than it should: %d (needed: %d)",
		[group.name, bound.shown(group.agents), input.parameters["too-few-directory-servers"].minimum],
	],
}) if {
	some group in input.resources.agent_group
}
