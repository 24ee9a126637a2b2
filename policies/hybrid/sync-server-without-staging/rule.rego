# METADATA
# title: Sync server without a staging server
# description: |
#   One server at a time synchronises the directory. When it is lost, new people, disabled accounts and changed passwords stop reaching
#   the cloud until there is another; one in staging mode is up to date and takes over at once. Building a new one takes hours.
# scope: package
# custom:
#   severity: medium
#   kinds: [agent_group, declared_sync]
#   remediation: run a second sync server in staging mode, at another site if there is one
#   guidance: [HYB-04]
#   references:
#     - https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-sync-staging-server
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.sync_server_without_staging

import data.sparekey.lib.result
import data.sparekey.lib.tri
import data.sparekey.lib.value

results contains result.judge(group, {
	"scope": value.is(group.role, "connect-sync"),
	"grades": _grades(group),
	"message": ["%s has no server in staging mode beside the active one", [group.name]],
}) if {
	some group in input.resources.agent_group
}

# What the inventory says of servers that nothing shows. Where some are seen, they are judged.
results contains result.judge(sync, {
	"scope": tri.all([tri.no(value.absent(sync.staging)), tri.no(sync.facts.servers_seen)]),
	"grades": _grades(sync),
	"message": ["no sync server stands by in staging mode", []],
}) if {
	some sync in input.resources.declared_sync
}

_grades(subject) := [
	{"severity": "medium", "when": tri.all([tri.no(subject.facts.standby), tri.no(subject.facts.rebuilt)])},
	{"severity": "low", "when": tri.no(subject.facts.standby)},
]
