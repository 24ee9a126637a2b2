package sparekey.rules.second_factors_share_dependency_test

import data.sparekey.lib.testing
import data.sparekey.rules.second_factors_share_dependency as rule

_tenant(least, most) := testing.resource({"facts": {"second_factors": testing.bound(least, most)}})

_judged(least, most) := said if {
	said := testing.only(rule.results) with input as testing.holding("tenant", _tenant(least, most))
}

test_one_dependency_fails if {
	said := _judged(1, 1)
	said.verdict == "fail"
	said.evidence == [70]
	said.message[1] == [{"least": 1, "most": 1}, 2]
}

test_no_second_factor_fails if _judged(0, 0).verdict == "fail"

test_two_pass_whatever_else_there_is if {
	_judged(2, 2).verdict == "pass"
	_judged(2, null).verdict == "pass"
}

test_what_may_be_two_is_unknown if {
	_judged(1, 2).verdict == "unknown"
	_judged(0, null).verdict == "unknown"
	_judged(0, null).missing == [71]
}

test_what_cannot_be_two_fails if _judged(0, 1).verdict == "fail"

test_the_minimum_is_a_parameter if {
	strict := object.union(
		testing.holding("tenant", _tenant(2, 2)),
		{"parameters": {"second-factors-share-dependency": {"minimum": 3}}},
	)
	testing.only(rule.results).verdict == "fail" with input as strict
}

test_possibly_there_is_unknown if {
	tenant := object.union(_tenant(1, 1), {"presence": testing.truth("maybe", [8])})
	testing.only(rule.results).verdict == "unknown" with input as testing.holding("tenant", tenant)
}
