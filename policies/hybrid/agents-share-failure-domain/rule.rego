# METADATA
# title: Agents in one failure domain
# description: |
#   A second agent helps only against what the first one does not share with it. Agents on one host, in one zone or at one site fail
#   together: what was written as redundancy is none.
# scope: package
# custom:
#   severity: medium
#   kinds: [agent_group]
#   remediation: move an agent to another host, zone or site
#   guidance: [HYB-05]
#   references:
#     - https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-pta-quick-start
#     - https://learn.microsoft.com/entra/identity/hybrid/connect/choose-ad-authn
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.agents_share_failure_domain

import data.sparekey.lib.result
import data.sparekey.lib.value

# Servers that other guidance judges are left to it: of domain controllers and federation servers it accepts an availability set,
# and of sync servers only one works at a time.
results contains result.judge(group, {
	"scope": value.one_of(group.role, [
		"pta-agent", "cloud-sync-agent", "okta-ad-agent", "okta-ldap-agent", "okta-radius-agent", "auth0-ad-connector",
	]),
	"defect": group.facts.correlated,
	"message": ["one failure stops all agents of %s: they share a host, zone, availability set, site, network or way out", [group.name]],
}) if {
	some group in input.resources.agent_group
}
