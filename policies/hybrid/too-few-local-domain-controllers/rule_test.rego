package sparekey.rules.too_few_local_domain_controllers_test

import data.sparekey.lib.testing
import data.sparekey.rules.too_few_local_domain_controllers as rule

_farm(role, least, most) := testing.resource({"role": role, "facts": {"local_controllers": testing.bound(least, most)}})

_role := testing.known("adfs", 60)

_holding(farm) := object.union(
	testing.holding("agent_group", farm),
	{"parameters": {"too-few-local-domain-controllers": {"minimum": 1, "preferred": 2}}},
)

_of(farm) := said if {
	said := testing.only(rule.results) with input as _holding(farm)
}

_judged(least, most) := _of(_farm(_role, least, most))

test_none_fails_medium if {
	said := _judged(0, 0)
	said.verdict == "fail"
	said.severity == "medium"
	said.evidence == [70]
	said.message[1] == ["It", {"least": 0, "most": 0}, 1, 2]
}

test_one_fails_low if {
	said := _judged(1, 1)
	said.verdict == "fail"
	said.severity == "low"
	said.graver == []
}

test_two_pass if {
	_judged(2, 2).verdict == "pass"
	_judged(2, null).verdict == "pass"
}

test_what_is_certainly_too_few_names_what_may_be_worse if {
	said := _judged(0, 1)
	said.verdict == "fail"
	said.severity == "low"
	said.graver == [{"severity": "medium", "missing": [71]}]
}

test_what_may_be_enough_is_unknown if {
	_judged(0, null).verdict == "unknown"
	_judged(0, null).severity == "medium"
	_judged(1, 2).verdict == "unknown"
	_judged(1, 2).severity == "low"
}

test_other_roles_are_out_of_scope if {
	_of(_farm(testing.known("adds-dc", 60), 0, 0)).verdict == "not_applicable"
}

test_a_role_that_cannot_be_read_is_unknown if {
	_of(_farm(testing.unknown(60), 0, 0)).verdict == "unknown"
	_of(_farm(testing.unknown(60), 2, 2)).verdict == "unknown"
}

test_the_thresholds_are_parameters if {
	strict := object.union(
		_holding(_farm(_role, 2, 2)),
		{"parameters": {"too-few-local-domain-controllers": {"minimum": 3, "preferred": 4}}},
	)
	testing.only(rule.results).severity == "medium" with input as strict
}

test_possibly_there_is_unknown if {
	_of(object.union(_farm(_role, 0, 0), {"presence": testing.truth("maybe", [8])})).verdict == "unknown"
}
