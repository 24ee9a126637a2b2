# METADATA
# title: Traffic profile without a second place
# description: |
#   A profile leads a name to one of several endpoints, so that people find another one when the first fails. With one endpoint
#   that is on, with all of them in one region, or with parts of the world that are led nowhere, it does so for nobody or not for all.
# scope: package
# custom:
#   severity: high
#   kinds: [traffic_profile]
#   remediation: turn on a second endpoint in another region; where geography decides, nest two for each part, and lead WORLD somewhere
#   parameters:
#     minimum: 2
#   guidance: [X-02]
#   references:
#     - https://learn.microsoft.com/azure/traffic-manager/traffic-manager-routing-methods
#     - https://learn.microsoft.com/azure/traffic-manager/traffic-manager-nested-profiles
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.traffic_profile_without_second_place

import data.sparekey.lib.bound
import data.sparekey.lib.result
import data.sparekey.lib.tri
import data.sparekey.lib.value

results contains result.judge(profile, {
	"scope": tri.no(profile.facts.nested),
	"grades": [
		{"severity": "high", "when": tri.all([_too_few(profile), profile.facts.near_sign_in])},
		{"severity": "medium", "when": tri.any([
			_too_few(profile),
			profile.facts.alone,
			bound.below(profile.facts.regions, input.parameters["traffic-profile-without-second-place"].minimum),
			tri.no(profile.facts.world),
		])},
	],
	"latent": tri.no(value.is(profile.enabled, true)),
	"message": [
		"profile %s does not lead everybody to another place when one fails (endpoints that are on: %d; regions: %d)",
		[profile.name, bound.shown(profile.facts.endpoints), bound.shown(profile.facts.regions)],
	],
}) if {
	some profile in input.resources.traffic_profile
}

_too_few(profile) := bound.below(
	profile.facts.endpoints,
	input.parameters["traffic-profile-without-second-place"].minimum,
)
