package sparekey.rules.emergency_shares_component_test

import data.sparekey.lib.testing
import data.sparekey.rules.emergency_shares_component as rule

_path(answer) := _beside("yes", answer)

_beside(seen, answer) := testing.resource({"facts": {
	"beside_emergency": testing.truth(seen, [30]),
	"shares_with_emergency": testing.truth(answer, [40]),
}})

_judged(answer) := said if {
	said := testing.only(rule.results) with input as testing.holding("sign_in_path", _path(answer))
}

test_a_shared_component_fails if {
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

test_without_an_emergency_account_it_does_not_apply if {
	said := testing.only(rule.results) with input as testing.holding("sign_in_path", _beside("no", "yes"))
	said.verdict == "not_applicable"
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

test_what_may_be_an_emergency_account_does_not_pass if {
	said := testing.only(rule.results) with input as testing.holding("sign_in_path", _beside("maybe", "no"))
	said.verdict == "unknown"
	said.missing == [30]
}
