package sparekey.rules.bootstrap_deadlock_test

import data.sparekey.lib.testing
import data.sparekey.rules.bootstrap_deadlock as rule

_path(answer) := testing.resource({"facts": {
	"bootstrap_deadlock": testing.truth(answer, [40]),
	"may_wait": testing.truth("yes", [41]),
}})

_judged(answer) := said if {
	said := testing.only(rule.results) with input as testing.holding("sign_in_path", _path(answer))
}

test_a_circle_fails if {
	said := _judged("yes")
	said.verdict == "fail"
	said.evidence == [40]
	said.message[1] == ["It"]
}

test_a_path_without_it_passes if {
	said := _judged("no")
	said.verdict == "pass"
	said.evidence == [40]
}

test_a_path_of_which_only_the_places_are_seen_is_not_concerned if {
	path := testing.resource({"facts": {
		"bootstrap_deadlock": testing.truth("no", [40]),
		"may_wait": testing.truth("no", [41]),
	}})
	testing.only(rule.results).verdict == "not_applicable" with input as testing.holding("sign_in_path", path)
}

test_what_may_be_is_unknown if {
	said := _judged("maybe")
	said.verdict == "unknown"
	said.missing == [40]
}

test_possibly_there_is_unknown if {
	path := object.union(_path("yes"), {"presence": testing.truth("maybe", [8])})
	testing.only(rule.results).verdict == "unknown" with input as testing.holding("sign_in_path", path)
}

test_possibly_there_without_it_passes if {
	path := object.union(_path("no"), {"presence": testing.truth("maybe", [8])})
	testing.only(rule.results).verdict == "pass" with input as testing.holding("sign_in_path", path)
}

test_every_path_is_judged if {
	paths := {
		"resources": {"sign_in_path": [_path("yes"), object.union(_path("no"), {"id": "plan.json#other"})]},
		"deletions": {},
		"parameters": {},
	}
	results := rule.results with input as paths
	{[r.subject, r.verdict] | some r in results} == {["plan.json#it", "fail"], ["plan.json#other", "pass"]}
}
