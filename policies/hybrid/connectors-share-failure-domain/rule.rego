# METADATA
# title: Connectors that share a failure domain
# description: |
#   Connectors are doubled so that one may fail. Where all connectors of a group stand on one host, in one zone, at one site or behind one
#   network, that one failure takes them all, and with them every app that is published through the group.
# scope: package
# custom:
#   severity: medium
#   kinds: [connector_group]
#   remediation: place the connectors of the group on hosts in different zones or at different sites, with different ways out
#   guidance: [PROXY-02]
#   references:
#     - https://learn.microsoft.com/entra/identity/app-proxy/application-proxy-high-availability-load-balancing
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.connectors_share_failure_domain

import data.sparekey.lib.bound
import data.sparekey.lib.result
import data.sparekey.lib.tri

# A group of one is no redundancy that could be lost: sole-connector judges it.
results contains result.judge(group, {
	"scope": tri.no(bound.below(group.connectors, 2)),
	"defect": group.facts.correlated,
	"message": [
		"one failure stops all connectors of the group %s: they share a host, zone, availability set, site, network or way out",
		[group.name],
	],
}) if {
	some group in input.resources.connector_group
}
