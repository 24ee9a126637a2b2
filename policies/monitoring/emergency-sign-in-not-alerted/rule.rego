# METADATA
# title: Sign-ins of an emergency account raise no alert
# description: |
#   An emergency account is used once in years, by somebody who then can do anything. Each of its sign-ins is an emergency or an
#   attack, and both need people at once: those who fix what broke, or those who take the key away.
# scope: package
# custom:
#   severity: high
#   kinds: [emergency_account]
#   remediation: alert on every row of SigninLogs with the account's object id or user principal name, and give the alert an action group
#   guidance: [MON-03]
#   references:
#     - https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access
#   provenance: stated
#   since: 0.1.0
package sparekey.rules.emergency_sign_in_not_alerted

import data.sparekey.lib.result
import data.sparekey.lib.tri

results contains result.judge(account, {
	"defect": tri.no(account.facts.sign_ins_reported),
	"message": ["no alert reports the sign-ins of emergency account %s", [account.name]],
}) if {
	some account in input.resources.emergency_account
}
