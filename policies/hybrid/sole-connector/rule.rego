# METADATA
# title: Sole connector
# description: |
#   Every app that is published through a connector group is reached through its connectors alone. With one connector, its host, its
#   update or its network path takes all those apps down; updates go one connector at a time, so even they need a second one.
# scope: package
# custom:
#   severity: high
#   kinds: [connector_group]
#   remediation: run connectors for the group on at least two hosts, better three
#   parameters:
#     minimum: 2
#     preferred: 3
#   guidance: [PROXY-01]
#   references:
#     - https://learn.microsoft.com/entra/identity/app-proxy/application-proxy-high-availability-load-balancing
#     - https://learn.microsoft.com/entra/global-secure-access/concept-connectors
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.sole_connector

import data.sparekey.lib.bound
import data.sparekey.lib.edges
import data.sparekey.lib.result
import data.sparekey.lib.tri

# A group without any host is no defect: an empty default group, or one kept empty for debugging, serves nothing. A group of
# hosts that may all be scaled away is in scope.
results contains result.judge(group, {
	"scope": tri.any([tri.no(edges.empty(group.members)), tri.no(bound.below(group.connectors, 1))]),
	"grades": [
		{"severity": "high", "when": bound.below(group.connectors, input.parameters["sole-connector"].minimum)},
		{"severity": "low", "when": bound.below(group.connectors, input.parameters["sole-connector"].preferred)},
	],
	"message": [
		"connector group %s has fewer connectors than it should: %d (needed: %d, preferred: %d)",
		[
			group.name,
			bound.shown(group.connectors),
			input.parameters["sole-connector"].minimum,
			input.parameters["sole-connector"].preferred,
		],
	],
}) if {
	some group in input.resources.connector_group
}
