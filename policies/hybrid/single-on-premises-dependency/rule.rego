# METADATA
# title: Single on-premises dependency
# description: |
#   Sign-in to the cloud should survive the loss of any one thing in your own buildings: a server, an agent, a link, a site. Where one of
#   them alone stops a sign-in path, its failure locks people out of everything that they reach through it, the cloud included.
# scope: package
# custom:
#   severity: high
#   kinds: [sign_in_path]
#   remediation: give the path a second, independent way (password hash sync, a further agent at another site), or move it to the cloud
#   guidance: [X-16]
#   references:
#     - https://learn.microsoft.com/entra/architecture/resilience-in-hybrid
#     - https://learn.microsoft.com/entra/architecture/resilience-on-premises-access
#   provenance: derived
#   since: 0.1.0
package sparekey.rules.single_on_premises_dependency

import data.sparekey.lib.result

results contains result.judge(path, {
	"defect": path.facts.single_on_premises,
	"message": ["one agent, connector, server, site or link of your own alone stops %s", [path.name]],
}) if {
	some path in input.resources.sign_in_path
}
