# METADATA
# title: Vault not recoverable
# description: |
#   What is deleted from a vault can be brought back as long as soft delete keeps it and purge protection forbids to remove it for
#   good. Without both, one mistake or one attacker ends the secrets and certificates in it, and sign-in with whatever needs them.
# scope: package
# custom:
#   severity: high
#   kinds: [vault]
#   remediation: turn on purge protection; it cannot be turned off again, and deleted items stay for the days that are set
#   guidance: [X-05]
#   references:
#     - https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview
#     - https://learn.microsoft.com/azure/key-vault/general/key-vault-recovery
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.vault_not_recoverable

import data.sparekey.lib.result
import data.sparekey.lib.tri
import data.sparekey.lib.value

results contains result.judge(vault, {
	"grades": [
		{"severity": "high", "when": tri.all([_unrecoverable(vault), vault.facts.needed_for_sign_in])},
		{"severity": "medium", "when": _unrecoverable(vault)},
	],
	"message": ["what is deleted from vault %s can be gone for good", [vault.name]],
}) if {
	some vault in input.resources.vault
}

_unrecoverable(vault) := tri.no(tri.all([value.is(vault.purge_protection, true), value.is(vault.soft_delete, true)]))
