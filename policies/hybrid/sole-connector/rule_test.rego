package sparekey.rules.sole_connector_test

import data.sparekey.lib.testing
import data.sparekey.rules.sole_connector as rule

_group(least, most, members) := testing.resource({
	"connectors": testing.bound(least, most),
	"members": members,
})

_hosts := testing.ends(["host"])

_judged(least, most, members) := said if {
	said := testing.only(rule.results) with input as testing.holding("connector_group", _group(least, most, members))
}

test_one_connector_fails_high if {
	said := _judged(1, 1, _hosts)
	said.verdict == "fail"
	said.severity == "high"
	said.message[1] == ["It", {"least": 1, "most": 1}, 2, 3]
}

test_two_connectors_fail_low if {
	said := _judged(2, 2, _hosts)
	said.verdict == "fail"
	said.severity == "low"
}

test_three_connectors_pass if {
	_judged(3, 3, _hosts).verdict == "pass"
	_judged(3, null, _hosts).verdict == "pass"
}

test_what_is_certainly_too_few_fails_and_names_what_may_be_worse if {
	said := _judged(1, 2, _hosts)
	said.verdict == "fail"
	said.severity == "low"
	said.graver == [{"severity": "high", "missing": [71]}]
}

test_what_may_be_enough_is_unknown if {
	_judged(1, null, _hosts).verdict == "unknown"
	_judged(1, null, _hosts).severity == "high"
	_judged(2, 3, _hosts).verdict == "unknown"
	_judged(2, 3, _hosts).severity == "low"
}

test_hosts_that_may_all_be_scaled_away_fail if {
	said := _judged(0, 0, _hosts)
	said.verdict == "fail"
	said.severity == "high"
}

test_a_group_without_hosts_is_out_of_scope if _judged(0, 0, testing.ends([])).verdict == "not_applicable"

test_a_group_that_may_have_hosts_is_unknown if {
	_judged(0, null, testing.reopened(testing.ends([]), 9)).verdict == "unknown"
}

test_the_thresholds_are_parameters if {
	strict := object.union(
		testing.holding("connector_group", _group(3, 3, _hosts)),
		{"parameters": {"sole-connector": {"minimum": 4, "preferred": 5}}},
	)
	testing.only(rule.results).severity == "high" with input as strict
}

test_possibly_there_is_unknown if {
	group := object.union(_group(1, 1, _hosts), {"presence": testing.truth("maybe", [8])})
	testing.only(rule.results).verdict == "unknown" with input as testing.holding("connector_group", group)
}
