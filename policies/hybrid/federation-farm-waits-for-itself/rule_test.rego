package sparekey.rules.federation_farm_waits_for_itself_test

import data.sparekey.lib.testing
import data.sparekey.rules.federation_farm_waits_for_itself as rule

_farm(role, trusts, federates) := testing.resource({
	"role": role,
	"facts": {"trusts_directory": testing.truth(trusts, [50]), "federates_directory": testing.truth(federates, [51])},
})

_role := testing.known("adfs", 60)

_of(farm) := said if {
	said := testing.only(rule.results) with input as testing.holding("agent_group", farm)
}

test_a_loop_fails if {
	said := _of(_farm(_role, "yes", "yes"))
	said.verdict == "fail"
	said.evidence == [51, 50]
}

test_a_farm_of_its_own_passes if _of(_farm(_role, "yes", "no")).verdict == "pass"

test_a_farm_that_relies_on_nothing_is_out_of_scope if {
	_of(_farm(_role, "no", "yes")).verdict == "not_applicable"
	_of(_farm(_role, "no", "maybe")).verdict == "not_applicable"
}

test_what_may_close_the_loop_is_unknown if {
	_of(_farm(_role, "yes", "maybe")).verdict == "unknown"
	_of(_farm(_role, "yes", "maybe")).missing == [51]
	_of(_farm(_role, "maybe", "yes")).verdict == "unknown"
	_of(_farm(_role, "maybe", "no")).verdict == "unknown"
}

test_other_roles_are_out_of_scope if {
	_of(_farm(testing.known("adfs-wap", 60), "yes", "yes")).verdict == "not_applicable"
}

test_a_role_that_cannot_be_read_is_unknown if _of(_farm(testing.unknown(60), "yes", "yes")).verdict == "unknown"

test_possibly_there_is_unknown if {
	_of(object.union(_farm(_role, "yes", "yes"), {"presence": testing.truth("maybe", [8])})).verdict == "unknown"
}
