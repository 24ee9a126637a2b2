package sparekey.rules.single_on_premises_dependency_test

import data.sparekey.lib.testing
import data.sparekey.rules.single_on_premises_dependency as rule

_path(answer) := testing.resource({"facts": {"single_on_premises": testing.truth(answer, [50])}})

_judged(path) := said if {
	said := testing.only(rule.results) with input as testing.holding("sign_in_path", path)
}

test_a_single_component_fails_with_its_place if {
	said := _judged(_path("yes"))
	said.verdict == "fail"
	said.evidence == [50]
	said.message[1] == ["It"]
}

test_none_passes if _judged(_path("no")).verdict == "pass"

test_what_may_be_one_is_unknown if {
	said := _judged(_path("maybe"))
	said.verdict == "unknown"
	said.missing == [50]
}

test_possibly_there_is_unknown if {
	_judged(object.union(_path("yes"), {"presence": testing.truth("maybe", [8])})).verdict == "unknown"
}

test_what_is_not_there_is_not_applicable if {
	_judged(object.union(_path("yes"), {"presence": testing.truth("no", [8])})).verdict == "not_applicable"
}
