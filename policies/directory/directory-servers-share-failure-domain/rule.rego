# METADATA
# title: Directory servers that nothing keeps apart
# description: |
#   Two domain controllers, federation servers or proxies in one zone stop with that zone; two that no zone and no availability set keeps
#   apart may share a rack or a host. What was written as redundancy is none.
# scope: package
# custom:
#   severity: high
#   kinds: [agent_group]
#   remediation: put the servers into different zones, or into one availability set with two fault domains and two update domains
#   guidance: [DIR-01, DIR-07]
#   references:
#     - https://learn.microsoft.com/azure/architecture/example-scenario/identity/adds-extend-domain
#     - https://learn.microsoft.com/azure/architecture/reference-architectures/identity/adfs
#     - https://learn.microsoft.com/windows-server/identity/ad-fs/deployment/how-to-connect-fed-azure-adfs
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.directory_servers_share_failure_domain

import data.sparekey.lib.bound
import data.sparekey.lib.result
import data.sparekey.lib.tri
import data.sparekey.lib.value

results contains result.judge(group, {
	"scope": tri.all([
		value.one_of(group.role, ["adds-dc", "adfs", "adfs-wap"]),
		tri.no(bound.below(group.agents, 2)),
	]),
	"grades": [
		{"severity": "high", "when": group.facts.in_one_place},
		{"severity": "medium", "when": tri.no(group.facts.kept_apart)},
	],
	"message": ["nothing keeps the servers of %s apart: they share a zone, or may share a host", [group.name]],
}) if {
	some group in input.resources.agent_group
}
