# METADATA
# title: On-premises sign-in without a fallback
# description: |
#   People of a federated domain, and those behind pass-through agents, sign in through servers of your own. When these are down, a
#   domain can be switched over to passwords that the cloud checks itself, but only if their hashes were synchronised before.
# scope: package
# custom:
#   severity: high
#   kinds: [domain_federation, agent_group]
#   remediation: turn password hash sync on as the fallback, and rehearse the switch
#   guidance: [HYB-01, HYB-06]
#   references:
#     - https://learn.microsoft.com/entra/architecture/resilience-in-hybrid
#     - https://learn.microsoft.com/entra/architecture/resilience-in-credentials
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.on_premises_sign_in_without_fallback

import data.sparekey.lib.result
import data.sparekey.lib.tri
import data.sparekey.lib.value

results contains result.judge(domain, {
	"defect": tri.no(domain.facts.hashes_synced),
	"message": ["people whom %s signs in have no password hashes in the cloud to fall back on", [domain.name]],
}) if {
	some domain in input.resources.domain_federation
}

results contains result.judge(group, {
	"scope": value.is(group.role, "pta-agent"),
	"defect": tri.no(group.facts.hashes_synced),
	"message": ["people whose passwords %s checks have no password hashes in the cloud to fall back on", [group.name]],
}) if {
	some group in input.resources.agent_group
}
