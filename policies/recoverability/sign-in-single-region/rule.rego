# METADATA
# title: Sign-in in a single region
# description: |
#   What signs people in runs in one region alone, so that the region's failure stops it until the region is back. Zones do not help: the
#   failures of a region's control plane and of its network reach all of its zones.
# scope: package
# custom:
#   severity: medium
#   kinds: [sign_in_path]
#   remediation: run what the sign-in needs in a second region as well
#   guidance: [X-01]
#   references:
#     - https://learn.microsoft.com/azure/reliability/overview
#   provenance: derived
#   since: 0.1.0
package sparekey.rules.sign_in_single_region

import data.sparekey.lib.result

results contains result.judge(path, {
	"defect": path.facts.single_region,
	"message": ["one region alone stops %s", [path.name]],
}) if {
	some path in input.resources.sign_in_path
}
