# METADATA
# title: Identity provider with a single replica
# description: |
#   Everybody signs in through the identity provider. With one replica, the loss of its node, its update or its eviction stops every
#   sign-in until it is up again somewhere else.
# scope: package
# custom:
#   severity: high
#   kinds: [identity_workload]
#   remediation: run at least two replicas, spread over nodes and zones; for Keycloak better three
#   parameters:
#     minimum: 2
#     keycloak: 3
#   guidance: [K8S-01]
#   references:
#     - https://www.keycloak.org/high-availability/single-cluster/concepts
#     - https://kubernetes.io/docs/concepts/workloads/pods/disruptions/
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.identity_provider_single_replica

import data.sparekey.lib.bound
import data.sparekey.lib.result
import data.sparekey.lib.tri
import data.sparekey.lib.value

# What cannot be read may run an identity provider; what is switched off on purpose serves nobody.
results contains result.judge(workload, {
	"scope": tri.all([workload.facts.runs, tri.no(value.absent(workload.product))]),
	"grades": [
		{
			"severity": "high",
			"when": bound.below(workload.facts.replicas, input.parameters["identity-provider-single-replica"].minimum),
		},
		{
			"severity": "low",
			"when": tri.all([
				value.is(workload.product, "keycloak"),
				bound.below(workload.facts.replicas, input.parameters["identity-provider-single-replica"].keycloak),
			]),
		},
	],
	"message": [
		"identity provider %s runs too few replicas: %d (needed: %d; preferred for Keycloak: %d)",
		[
			workload.name,
			bound.shown(workload.facts.replicas),
			input.parameters["identity-provider-single-replica"].minimum,
			input.parameters["identity-provider-single-replica"].keycloak,
		],
	],
}) if {
	some workload in input.resources.identity_workload
}
