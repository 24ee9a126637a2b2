# METADATA
# title: Password hash sync off
# description: |
#   With password hash sync the cloud can check a password itself. Without it, people of a federated domain or behind pass-through
#   agents cannot sign in as long as the on-premises part is down, and nobody can switch them over: there is nothing to switch to.
# scope: package
# custom:
#   severity: high
#   kinds: [directory_sync]
#   remediation: turn password hash sync on, whatever the primary method is; the switch itself stays a manual step to rehearse
#   guidance: [HYB-01]
#   references:
#     - https://learn.microsoft.com/entra/architecture/resilience-in-hybrid
#     - https://learn.microsoft.com/entra/identity/hybrid/connect/choose-ad-authn
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.password_hash_sync_off

import data.sparekey.lib.result
import data.sparekey.lib.tri

results contains result.judge(sync, {
	"grades": [
		{"severity": "high", "when": tri.all([tri.no(sync.facts.hashes_synced), sync.facts.signs_in_on_premises])},
		{"severity": "medium", "when": tri.no(sync.facts.hashes_synced)},
	],
	"message": ["password hash sync is off", []],
}) if {
	some sync in input.resources.directory_sync
}
