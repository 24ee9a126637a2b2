# METADATA
# title: Authentication strength that hangs on one method
# description: |
#   A policy that requires an authentication strength lets people in by the combinations that it accepts. Where all of them need one service
#   (the telephone network, notifications, a federated identity provider) or are one method, its failure locks out everybody whom the policy
#   is for, whatever else they have registered.
# scope: package
# custom:
#   severity: medium
#   kinds: [authentication_strength]
#   remediation: accept combinations that depend on different things, such as security keys beside certificates
#   guidance: [CRED-03]
#   references:
#     - https://learn.microsoft.com/entra/architecture/resilience-in-credentials
#     - https://learn.microsoft.com/entra/identity/authentication/concept-authentication-strengths
#   provenance: derived
#   since: 0.1.0
package sparekey.rules.authentication_strength_hangs_on_one_method

import data.sparekey.lib.result

# A strength for emergency accounts alone has one method for good reason.
results contains result.judge(strength, {
	"scope": strength.facts.for_ordinary_people,
	"grades": [
		{"severity": "medium", "when": strength.facts.hangs_on_service},
		{"severity": "low", "when": strength.facts.hangs_on_method},
	],
	"message": ["one failure stops everything that the authentication strength %s accepts", [strength.name]],
}) if {
	some strength in input.resources.authentication_strength
}
