package sparekey.rules.pta_agents_on_scale_set_test

import data.sparekey.lib.testing
import data.sparekey.rules.pta_agents_on_scale_set as rule

_group(role, cloned) := testing.resource({"role": role, "facts": {"on_scale_set": testing.truth(cloned, [50])}})

_role := testing.known("pta-agent", 60)

_of(group) := said if {
	said := testing.only(rule.results) with input as testing.holding("agent_group", group)
}

test_a_scale_set_fails if {
	said := _of(_group(_role, "yes"))
	said.verdict == "fail"
	said.evidence == [50]
}

test_servers_pass if _of(_group(_role, "no")).verdict == "pass"

test_what_may_be_one_is_unknown if {
	_of(_group(_role, "maybe")).verdict == "unknown"
	_of(_group(_role, "maybe")).missing == [50]
}

test_other_roles_are_out_of_scope if {
	_of(_group(testing.known("cloud-sync-agent", 60), "yes")).verdict == "not_applicable"
}

test_a_role_that_cannot_be_read_is_unknown if {
	_of(_group(testing.unknown(60), "yes")).verdict == "unknown"
	_of(_group(testing.unknown(60), "no")).verdict == "unknown"
}

test_possibly_there_is_unknown if {
	_of(object.union(_group(_role, "yes"), {"presence": testing.truth("maybe", [8])})).verdict == "unknown"
}
