# METADATA
# title: Federation servers probed wrongly
# description: |
#   A load balancer leads people away from a federation server that has stopped only if its probe notices. AD FS and its proxy say how they
#   are at port 80 under /adfs/probe. Asked by HTTPS they answer only who names the service, which a probe does not; a port that answers
#   says nothing of the service behind it; without a probe people are led to servers that have stopped.
# scope: package
# custom:
#   severity: medium
#   kinds: [balancer_rule, balancer_probe]
#   remediation: probe by HTTP, port 80, path /adfs/probe
#   guidance: [DIR-08]
#   references:
#     - https://learn.microsoft.com/windows-server/identity/ad-fs/deployment/how-to-connect-fed-azure-adfs
#     - https://learn.microsoft.com/azure/architecture/reference-architectures/identity/adfs
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.federation_servers_probed_wrongly

import data.sparekey.lib.edges
import data.sparekey.lib.result
import data.sparekey.lib.tri
import data.sparekey.lib.value

# The rule of a balancer that probes nothing.
results contains result.judge(rule, {
	"scope": rule.facts.serves_federation,
	"defect": edges.empty(rule.probe),
	"message": ["%s leads people to federation servers and probes none of them", [rule.name]],
}) if {
	some rule in input.resources.balancer_rule
}

# The probe that such rules use.
results contains result.judge(probe, {
	"scope": probe.facts.serves_federation,
	"grades": [
		{
			"severity": "medium",
			"when": tri.all([tri.no(probe.facts.asks_federation_service), tri.no(value.is(probe.protocol, "tcp"))]),
		},
		{"severity": "low", "when": value.is(probe.protocol, "tcp")},
	],
	"message": ["%s does not ask federation servers whether they work", [probe.name]],
}) if {
	some probe in input.resources.balancer_probe
}
