# METADATA
# title: Emergency access shares a component with normal sign-in
# description: |
#   Emergency accounts are there for the day on which normal sign-in is down. A component that stops both leaves nobody to repair it. The
#   directory itself is always shared; what else is shared on purpose is said under accepted_shared.
# scope: package
# custom:
#   severity: high
#   kinds: [sign_in_path]
#   remediation: give an emergency account a way to sign in that does without the shared component, or accept it in the inventory
#   guidance: [BG-05]
#   references:
#     - https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access
#   provenance: derived
#   since: 0.1.0
package sparekey.rules.emergency_shares_component

import data.sparekey.lib.result

# Without an emergency account nothing can be shared with one: other rules judge that there is none.
results contains result.judge(path, {
	"scope": path.facts.beside_emergency,
	"defect": path.facts.shares_with_emergency,
	"message": ["one component stops %s and every emergency account", [path.name]],
}) if {
	some path in input.resources.sign_in_path
}
