package sparekey.rules.several_active_sync_servers_test

import data.sparekey.lib.testing
import data.sparekey.rules.several_active_sync_servers as rule

_group(role, least, most) := testing.resource({"role": role, "facts": {"active": testing.bound(least, most)}})

_role := testing.known("connect-sync", 60)

_of(group) := said if {
	said := testing.only(rule.results) with input as testing.holding("agent_group", group)
}

test_two_active_servers_fail if {
	said := _of(_group(_role, 2, 2))
	said.verdict == "fail"
	said.message[1] == ["It", {"least": 2, "most": 2}]
	_of(_group(_role, 2, null)).verdict == "fail"
}

test_one_or_none_passes if {
	_of(_group(_role, 1, 1)).verdict == "pass"
	_of(_group(_role, 0, 1)).verdict == "pass"
}

test_what_may_be_two_is_unknown if {
	said := _of(_group(_role, 1, 2))
	said.verdict == "unknown"
	said.missing == [71]
	_of(_group(_role, 0, null)).verdict == "unknown"
}

test_other_roles_are_out_of_scope if {
	_of(_group(testing.known("adfs", 60), 2, 2)).verdict == "not_applicable"
}

test_a_role_that_cannot_be_read_is_unknown if _of(_group(testing.unknown(60), 1, 1)).verdict == "unknown"

test_possibly_there_is_unknown if {
	_of(object.union(_group(_role, 2, 2), {"presence": testing.truth("maybe", [8])})).verdict == "unknown"
}
