# METADATA
# title: Several active sync servers
# description: |
#   Only one sync server may write to the cloud directory. Two active ones undo each other's changes: accounts are disabled, deleted or
#   matched to the wrong person, and with them their sign-in.
# scope: package
# custom:
#   severity: medium
#   kinds: [agent_group]
#   remediation: put every sync server but one in staging mode
#   guidance: [HYB-04]
#   references:
#     - https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-sync-staging-server
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.several_active_sync_servers

import data.sparekey.lib.bound
import data.sparekey.lib.result
import data.sparekey.lib.tri
import data.sparekey.lib.value

results contains result.judge(group, {
	"scope": value.is(group.role, "connect-sync"),
	"defect": tri.no(bound.below(group.facts.active, 2)),
	"message": ["%s has more than one active server: %d", [group.name, bound.shown(group.facts.active)]],
}) if {
	some group in input.resources.agent_group
}
