package sparekey.rules.reference_by_id_not_object_id_test

import data.sparekey.lib.testing
import data.sparekey.rules.reference_by_id_not_object_id as rule

_judged(answer, fields) := said if {
	policy := testing.access_policy(object.union(fields, {"facts": {"named_by_path": testing.truth(answer, [40])}}))
	said := testing.only(rule.results) with input as testing.holding("access_policy", policy)
}

test_a_path_fails if {
	said := _judged("yes", {})
	said.verdict == "fail"
	said.evidence == [40]
	said.message == ["%s names users or groups by a path instead of an object id", ["It"]]
}

test_object_ids_pass if _judged("no", {}).verdict == "pass"

test_what_is_undecided_is_unknown if {
	said := _judged("maybe", {})
	said.verdict == "unknown"
	said.missing == [40]
}

test_not_enforced_is_latent if {
	every state in ["disabled", "enabledForReportingButNotEnforced"] {
		_judged("yes", {"state": testing.known(state, 30)}).latent
	}
}

test_an_unknown_state_is_unknown if _judged("yes", {"state": testing.unknown(30)}).verdict == "unknown"

test_possibly_there_is_unknown if _judged("yes", {"presence": testing.truth("maybe", [8])}).verdict == "unknown"
