package sparekey.rules.too_many_privileged_assignments_test

import data.sparekey.lib.testing
import data.sparekey.rules.too_many_privileged_assignments as rule

_tenant(least, most) := testing.resource({"facts": {"privileged_assignments": testing.bound(least, most)}})

_judged(least, most) := said if {
	said := testing.only(rule.results) with input as testing.holding("tenant", _tenant(least, most))
}

test_ten_fail if {
	said := _judged(10, 10)
	said.verdict == "fail"
	said.evidence == [70]
	said.message[1] == [{"least": 10, "most": 10}, 10]
}

test_ten_at_least_fail_whatever_comes_besides if _judged(10, null).verdict == "fail"

test_nine_pass if {
	_judged(9, 9).verdict == "pass"
	_judged(0, 0).verdict == "pass"
}

test_an_open_upper_end_is_unknown if {
	said := _judged(2, null)
	said.verdict == "unknown"
	said.missing == [71]
}

test_nine_or_ten_is_unknown if _judged(9, 10).verdict == "unknown"

test_the_limit_is_a_parameter if {
	wide := object.union(
		testing.holding("tenant", _tenant(10, 10)),
		{"parameters": {"too-many-privileged-assignments": {"limit": 11}}},
	)
	testing.only(rule.results).verdict == "pass" with input as wide
}

test_possibly_there_is_unknown if {
	tenant := object.union(_tenant(10, 10), {"presence": testing.truth("maybe", [8])})
	testing.only(rule.results).verdict == "unknown" with input as testing.holding("tenant", tenant)
}
