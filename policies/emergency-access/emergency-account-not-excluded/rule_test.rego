package sparekey.rules.emergency_account_not_excluded_test

import data.sparekey.lib.testing
import data.sparekey.rules.emergency_account_not_excluded as rule

_judged(stops, exposed, fields) := said if {
	said := testing.only(rule.results) with input as testing.holding(
		"access_policy",
		testing.access_policy(object.union(
			{"facts": {
				"stops_sign_in": testing.truth(stops, [41]),
				"emergency_exposed": testing.truth(exposed, [42]),
			}},
			fields,
		)),
	)
}

test_exposed_fails if {
	said := _judged("yes", "yes", {})
	said.verdict == "fail"
	42 in said.evidence
	said.message == ["%s does not exclude every emergency account", ["It"]]
}

test_excluded_passes if {
	said := _judged("yes", "no", {})
	said.verdict == "pass"
	said.evidence == [42]
}

test_a_policy_that_cannot_stop_a_sign_in_is_out_of_scope if {
	_judged("no", "yes", {}).verdict == "not_applicable"
	_judged("no", "maybe", {}).verdict == "not_applicable"
}

test_what_is_undecided_is_unknown if {
	_judged("yes", "maybe", {}).verdict == "unknown"
	_judged("yes", "maybe", {}).missing == [42]
	_judged("maybe", "yes", {}).verdict == "unknown"
	_judged("maybe", "yes", {}).missing == [41]
	_judged("maybe", "no", {}).verdict == "unknown"
	_judged("maybe", "no", {}).missing == [41]
}

test_not_enforced_is_latent if {
	every state in ["disabled", "enabledForReportingButNotEnforced"] {
		said := _judged("yes", "yes", {"state": testing.known(state, 30)})
		said.verdict == "fail"
		said.latent
	}
}

test_an_unknown_state_is_unknown if {
	said := _judged("yes", "yes", {"state": testing.unknown(30)})
	said.verdict == "unknown"
	said.missing == [30]
}

test_possibly_there_is_unknown if _judged("yes", "yes", {"presence": testing.truth("maybe", [8])}).verdict == "unknown"
