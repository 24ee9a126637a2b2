package sparekey.rules.wrong_number_of_global_administrators_test

import data.sparekey.lib.testing
import data.sparekey.rules.wrong_number_of_global_administrators as rule

_tenant(least, most) := testing.resource({"facts": {"global_administrators": testing.bound(least, most)}})

_judged(least, most) := said if {
	said := testing.only(rule.results) with input as testing.holding("tenant", _tenant(least, most))
}

test_one_fails_high if {
	said := _judged(1, 1)
	said.verdict == "fail"
	said.severity == "high"
	said.evidence == [70]
	said.message[1] == [{"least": 1, "most": 1}, 2, 5]
}

test_none_fails_high if _judged(0, 0).severity == "high"

test_what_cannot_be_two_fails if _judged(0, 1).verdict == "fail"

test_two_to_four_pass if {
	_judged(2, 2).verdict == "pass"
	_judged(4, 4).verdict == "pass"
	_judged(2, 4).verdict == "pass"
}

test_five_fail_low if {
	said := _judged(5, 5)
	said.verdict == "fail"
	said.severity == "low"
}

test_five_at_least_fail_whoever_comes_besides if {
	said := _judged(5, null)
	said.verdict == "fail"
	said.severity == "low"
}

test_an_open_upper_end_is_unknown_at_low if {
	said := _judged(2, null)
	said.verdict == "unknown"
	said.severity == "low"
	said.missing == [71]
}

test_four_or_five_is_unknown if _judged(4, 5).verdict == "unknown"

test_one_or_more_is_unknown_at_high if {
	said := _judged(1, null)
	said.verdict == "unknown"
	said.severity == "high"
}

test_the_thresholds_are_parameters if {
	holding := testing.holding("tenant", _tenant(8, 8))
	eight := object.union(holding, {"parameters": {"wrong-number-of-global-administrators": {"minimum": 2, "limit": 9}}})
	strict := object.union(holding, {"parameters": {"wrong-number-of-global-administrators": {"minimum": 9, "limit": 10}}})
	testing.only(rule.results).verdict == "pass" with input as eight
	testing.only(rule.results).severity == "high" with input as strict
}

test_possibly_there_is_unknown if {
	tenant := object.union(_tenant(1, 1), {"presence": testing.truth("maybe", [8])})
	testing.only(rule.results).verdict == "unknown" with input as testing.holding("tenant", tenant)
}
