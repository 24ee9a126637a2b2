# METADATA
# title: Managed domain SKU too small
# description: |
#   A managed domain of the SKU Standard can have no second replica set: it stays in one region for good, and the failure of that
#   region stops every sign-in and every lookup that needs the domain. It is also backed up less often.
# scope: package
# custom:
#   severity: high
#   kinds: [managed_domain]
#   remediation: change the SKU to Enterprise or Premium; the domain keeps running
#   guidance: [DIR-09]
#   references:
#     - https://learn.microsoft.com/entra/identity/domain-services/concepts-replica-sets
#     - https://learn.microsoft.com/entra/identity/domain-services/change-sku
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.managed_domain_sku_too_small

import data.sparekey.lib.result
import data.sparekey.lib.tri
import data.sparekey.lib.value

results contains result.judge(domain, {
	"defect": tri.no(value.one_of(domain.sku, ["Enterprise", "Premium"])),
	"message": ["managed domain %s has a SKU that allows no second replica set", [domain.name]],
}) if {
	some domain in input.resources.managed_domain
}
