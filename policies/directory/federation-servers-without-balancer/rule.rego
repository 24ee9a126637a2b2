# METADATA
# title: Federation servers without a load balancer
# description: |
#   People reach a federation farm under one name. A second server or proxy takes over from the first only where something before them
#   notices that one has stopped and leads people to the other.
# scope: package
# custom:
#   severity: medium
#   kinds: [agent_group]
#   remediation: lead people to all servers of the tier by a pool of a load balancer
#   guidance: [DIR-07]
#   references:
#     - https://learn.microsoft.com/azure/architecture/reference-architectures/identity/adfs
#     - https://learn.microsoft.com/windows-server/identity/ad-fs/deployment/how-to-connect-fed-azure-adfs
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.federation_servers_without_balancer

import data.sparekey.lib.bound
import data.sparekey.lib.result
import data.sparekey.lib.tri
import data.sparekey.lib.value

results contains result.judge(group, {
	"scope": tri.all([
		value.one_of(group.role, ["adfs", "adfs-wap"]),
		tri.no(bound.below(group.agents, 2)),
		group.facts.machines_seen,
	]),
	"defect": tri.no(group.facts.behind_balancer),
	"message": ["no load balancer leads to every server of %s", [group.name]],
}) if {
	some group in input.resources.agent_group
}
