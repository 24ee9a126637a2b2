package sparekey.rules.too_few_emergency_accounts_test

import data.sparekey.lib.testing
import data.sparekey.rules.too_few_emergency_accounts as rule

_tenant(least, most) := testing.resource({"facts": {"emergency_accounts": testing.bound(least, most)}})

_judged(least, most) := said if {
	said := testing.only(rule.results) with input as testing.holding("tenant", _tenant(least, most))
}

test_one_fails if {
	said := _judged(1, 1)
	said.verdict == "fail"
	said.evidence == [70]
	said.message[1] == [{"least": 1, "most": 1}, 2]
}

test_none_fails if _judged(0, 0).verdict == "fail"

test_two_pass if {
	_judged(2, 2).verdict == "pass"
	_judged(2, null).verdict == "pass"
}

test_what_may_be_enough_is_unknown if {
	_judged(1, 2).verdict == "unknown"
	_judged(0, null).verdict == "unknown"
	_judged(0, null).missing == [71]
}

test_what_cannot_be_enough_fails if _judged(0, 1).verdict == "fail"

test_the_minimum_is_a_parameter if {
	strict := object.union(
		testing.holding("tenant", _tenant(2, 2)),
		{"parameters": {"too-few-emergency-accounts": {"minimum": 3}}},
	)
	testing.only(rule.results).verdict == "fail" with input as strict
}
