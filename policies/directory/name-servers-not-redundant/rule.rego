# METADATA
# title: One name server for a network
# description: |
#   Machines find the directory by its names, and certificates, agents and federation servers find one another by theirs. Where a network
#   asks one name server of its own, that machine's restart stops all of it. A domain controller that asks itself first finds no other
#   one when it starts.
# scope: package
# custom:
#   severity: high
#   kinds: [network, network_name_servers, network_interface]
#   remediation: write the addresses of two name servers, and the machine's own address never first
#   parameters:
#     minimum: 2
#   guidance: [DIR-02]
#   references:
#     - https://learn.microsoft.com/azure/architecture/example-scenario/identity/adds-extend-domain
#     - https://learn.microsoft.com/azure/virtual-network/virtual-networks-name-resolution-for-vms-and-role-instances
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.name_servers_not_redundant

import data.sparekey.lib.bound
import data.sparekey.lib.result
import data.sparekey.lib.tri

results contains result.judge(writer, _said(writer)) if {
	some writer in input.resources.network
}

results contains result.judge(writer, _said(writer)) if {
	some writer in input.resources.network_name_servers
}

results contains result.judge(writer, _said(writer)) if {
	some writer in input.resources.network_interface
}

_said(writer) := {
	"scope": tri.all([writer.facts.asks_own_servers, tri.no(writer.facts.overlaid)]),
	"grades": [
		{"severity": "high", "when": tri.all([_defect(writer), writer.facts.serves_identity])},
		{"severity": "medium", "when": _defect(writer)},
	],
	"message": [
		"%s has fewer name servers of its own than it should, or asks itself first: %d (needed: %d)",
		[
			writer.name,
			bound.shown(writer.facts.own_servers),
			input.parameters["name-servers-not-redundant"].minimum,
		],
	],
}

_defect(writer) := tri.any([
	bound.below(writer.facts.own_servers, input.parameters["name-servers-not-redundant"].minimum),
	writer.facts.loopback_first,
])
