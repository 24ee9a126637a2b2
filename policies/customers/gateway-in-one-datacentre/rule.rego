# METADATA
# title: Gateway in one datacentre
# description: |
#   Sign-up and sign-in of customers call interfaces of your own: to look somebody up, to add a claim. With the gateway before them
#   in one datacentre, its failure ends every journey that calls one of them.
# scope: package
# custom:
#   severity: medium
#   kinds: [api_gateway]
#   remediation: take the Premium tier with two zones or more and as many units, or with a location in a second region
#   guidance: [B2C-05]
#   references:
#     - https://learn.microsoft.com/azure/reliability/reliability-api-management
#     - https://learn.microsoft.com/entra/architecture/resilient-external-processes
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.gateway_in_one_datacentre

import data.sparekey.lib.result
import data.sparekey.lib.tri

results contains result.judge(gateway, {
	"scope": gateway.facts.near_sign_in,
	"defect": tri.no(gateway.facts.redundant),
	"message": ["gateway %s stands in one datacentre", [gateway.name]],
}) if {
	some gateway in input.resources.api_gateway
}
