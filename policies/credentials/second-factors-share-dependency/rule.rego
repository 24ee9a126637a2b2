# METADATA
# title: Second factors that share a dependency
# description: |
#   A second factor that depends on the telephone network or on notifications fails for everybody when that service fails. Two methods of
#   one service fail together: text messages and voice calls are one, not two.
# scope: package
# custom:
#   severity: medium
#   kinds: [tenant]
#   remediation: enable a second factor for everybody that depends on another service or on none, such as security keys or codes of an app
#   parameters:
#     minimum: 2
#   guidance: [CRED-01]
#   references:
#     - https://learn.microsoft.com/entra/architecture/resilience-in-credentials
#     - https://learn.microsoft.com/entra/identity/authentication/concept-resilient-controls
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.second_factors_share_dependency

import data.sparekey.lib.bound
import data.sparekey.lib.result

results contains result.judge(tenant, {
	"defect": bound.below(
		tenant.facts.second_factors,
		input.parameters["second-factors-share-dependency"].minimum,
	),
	"message": [
		"too few second factors for everybody depend on different things: %d (needed: %d)",
		[
			bound.shown(tenant.facts.second_factors),
			input.parameters["second-factors-share-dependency"].minimum,
		],
	],
}) if {
	some tenant in input.resources.tenant
}
