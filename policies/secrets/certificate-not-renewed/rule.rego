# METADATA
# title: Certificate not renewed by its vault
# description: |
#   A certificate ends on a day, and whatever proves itself with it stops on that day. A vault can renew it in time; one that only
#   writes mails, or does not know the issuer, leaves it to somebody who reads them.
# scope: package
# custom:
#   severity: medium
#   kinds: [vault_item]
#   remediation: set the lifetime action AutoRenew, and an issuer that the vault knows
#   guidance: [X-06]
#   references:
#     - https://learn.microsoft.com/azure/key-vault/certificates/overview-renew-certificate
#     - https://learn.microsoft.com/azure/active-directory-b2c/resilience-b2c-developer-best-practices
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.certificate_not_renewed

import data.sparekey.lib.result
import data.sparekey.lib.tri
import data.sparekey.lib.value

results contains result.judge(item, {
	"scope": value.is(item.category, "certificate"),
	"grades": [
		{"severity": "medium", "when": tri.all([tri.no(item.facts.renewed), item.facts.needed_for_sign_in])},
		{"severity": "low", "when": tri.no(item.facts.renewed)},
	],
	"message": ["certificate %s is not renewed by its vault", [item.name]],
}) if {
	some item in input.resources.vault_item
}
