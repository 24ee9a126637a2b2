# METADATA
# title: Managed domain in a single region
# description: |
#   A replica set of a managed domain is two domain controllers in one region. With all replica sets in one region, that region's
#   failure stops every sign-in and every lookup that needs the domain.
# scope: package
# custom:
#   severity: high
#   kinds: [managed_domain]
#   remediation: add a replica set in a second region, and peer its network with those of the others
#   parameters:
#     minimum: 2
#   guidance: [DIR-10]
#   references:
#     - https://learn.microsoft.com/entra/identity/domain-services/concepts-replica-sets
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.managed_domain_single_region

import data.sparekey.lib.bound
import data.sparekey.lib.result

results contains result.judge(domain, {
	"defect": bound.below(domain.facts.regions, input.parameters["managed-domain-single-region"].minimum),
	"message": [
		"managed domain %s has replica sets in too few regions: %d (needed: %d)",
		[domain.name, bound.shown(domain.facts.regions), input.parameters["managed-domain-single-region"].minimum],
	],
}) if {
	some domain in input.resources.managed_domain
}
