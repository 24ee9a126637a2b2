package sparekey.rules.too_few_pta_agents_test

import data.sparekey.lib.testing
import data.sparekey.rules.too_few_pta_agents as rule

_group(role, least, most) := testing.resource({"role": role, "agents": testing.bound(least, most)})

_role := testing.known("pta-agent", 60)

_holding(group) := object.union(
	testing.holding("agent_group", group),
	{"parameters": {"too-few-pta-agents": {"minimum": 2, "preferred": 3}}},
)

_of(group) := said if {
	said := testing.only(rule.results) with input as _holding(group)
}

_judged(least, most) := _of(_group(_role, least, most))

test_one_agent_fails_gravely if {
	said := _judged(1, 1)
	said.verdict == "fail"
	said.severity == "high"
	said.evidence == [70]
	said.message[1] == ["It", {"least": 1, "most": 1}, 2, 3]
}

test_no_agent_left_fails_as_gravely if _judged(0, 0).severity == "high"

test_two_agents_fail_less_gravely if {
	said := _judged(2, 2)
	said.verdict == "fail"
	said.severity == "medium"
	said.graver == []
}

test_three_agents_pass if {
	_judged(3, 3).verdict == "pass"
	_judged(3, null).verdict == "pass"
}

test_what_is_certainly_too_few_fails_and_names_what_may_be_worse if {
	said := _judged(1, 2)
	said.verdict == "fail"
	said.severity == "medium"
	said.graver == [{"severity": "high", "missing": [71]}]
}

test_what_may_be_enough_is_unknown if {
	_judged(1, null).verdict == "unknown"
	_judged(1, null).severity == "high"
	_judged(2, 3).verdict == "unknown"
	_judged(2, 3).severity == "medium"
}

test_agents_of_another_role_are_judged_elsewhere if {
	_of(_group(testing.known("cloud-sync-agent", 60), 1, 1)).verdict == "not_applicable"
}

test_a_role_that_cannot_be_read_is_unknown_and_never_passes if {
	_of(_group(testing.unknown(60), 1, 1)).verdict == "unknown"
	_of(_group(testing.unknown(60), 3, 3)).verdict == "unknown"
}

test_the_thresholds_are_parameters if {
	strict := object.union(_holding(_group(_role, 3, 3)), {"parameters": {"too-few-pta-agents": {"minimum": 4, "preferred": 5}}})
	testing.only(rule.results).severity == "high" with input as strict
}

test_possibly_there_is_unknown if {
	_of(object.union(_group(_role, 1, 1), {"presence": testing.truth("maybe", [8])})).verdict == "unknown"
}
