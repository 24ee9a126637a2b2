# METADATA
# title: Sign-in logs not exported
# description: |
#   The directory keeps its logs of sign-ins and of changes for some days only, and shows them to nobody who cannot sign in. Sent
#   elsewhere, they can be searched and can raise alerts while sign-in itself is what fails.
# scope: package
# custom:
#   severity: high
#   kinds: [tenant]
#   remediation: send the categories SignInLogs and AuditLogs to a workspace, a storage account or an event hub
#   guidance: [MON-01]
#   references:
#     - https://learn.microsoft.com/entra/architecture/monitor-sign-in-health-for-resilience
#     - https://learn.microsoft.com/entra/architecture/recoverability-overview
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.sign_in_logs_not_exported

import data.sparekey.lib.result
import data.sparekey.lib.tri

results contains result.judge(tenant, {
	"defect": tri.no(tri.all([tenant.facts.sign_ins_exported, tenant.facts.changes_exported])),
	"message": ["the directory's logs of sign-ins and of changes are not both exported", []],
}) if {
	some tenant in input.resources.tenant
}
