# METADATA
# title: Federation farm that waits for itself
# description: |
#   A farm that the cloud directory sends people to cannot itself send them to the cloud directory: the two wait for one another, and
#   when either is down nobody gets past either. Applications that rely on the directory belong behind a farm of their own.
# scope: package
# custom:
#   severity: high
#   kinds: [agent_group]
#   remediation: serve the relying applications from a second farm, apart from the one that federates the directory
#   guidance: [FED-02]
#   references:
#     - https://learn.microsoft.com/entra/architecture/resilience-for-federated-applications-with-colocated-users
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.federation_farm_waits_for_itself

import data.sparekey.lib.result
import data.sparekey.lib.tri
import data.sparekey.lib.value

results contains result.judge(farm, {
	"scope": tri.all([value.is(farm.role, "adfs"), farm.facts.trusts_directory]),
	"defect": tri.all([farm.facts.federates_directory, farm.facts.trusts_directory]),
	"message": ["%s sends people to the directory that sends them back", [farm.name]],
}) if {
	some farm in input.resources.agent_group
}
