package sparekey.rules.too_few_directory_servers_test

import data.sparekey.lib.testing
import data.sparekey.rules.too_few_directory_servers as rule

_group(role, least, most) := testing.resource({"role": role, "agents": testing.bound(least, most)})

_holding(group) := object.union(
	testing.holding("agent_group", group),
	{"parameters": {"too-few-directory-servers": {"minimum": 2}}},
)

_of(group) := said if {
	said := testing.only(rule.results) with input as _holding(group)
}

_judged(least, most) := _of(_group(testing.known("adds-dc", 60), least, most))

test_one_server_fails if {
	said := _judged(1, 1)
	said.verdict == "fail"
	said.evidence == [70]
	said.message[1] == ["It", {"least": 1, "most": 1}, 2]
}

test_two_servers_pass if {
	_judged(2, 2).verdict == "pass"
	_judged(2, null).verdict == "pass"
}

test_what_may_be_enough_is_unknown if {
	_judged(1, null).verdict == "unknown"
	_judged(0, 2).verdict == "unknown"
	_judged(1, null).missing == [71]
}

test_each_role_of_a_directory_is_judged if {
	_of(_group(testing.known("adfs", 60), 1, 1)).verdict == "fail"
	_of(_group(testing.known("adfs-wap", 60), 1, 1)).verdict == "fail"
}

test_other_roles_are_judged_elsewhere if {
	_of(_group(testing.known("pta-agent", 60), 1, 1)).verdict == "not_applicable"
}

test_a_role_that_cannot_be_read_is_unknown_and_never_passes if {
	_of(_group(testing.unknown(60), 1, 1)).verdict == "unknown"
	_of(_group(testing.unknown(60), 3, 3)).verdict == "unknown"
}

test_the_threshold_is_a_parameter if {
	strict := object.union(
		_holding(_group(testing.known("adfs", 60), 2, 2)),
		{"parameters": {"too-few-directory-servers": {"minimum": 3}}},
	)
	testing.only(rule.results).verdict == "fail" with input as strict
}

test_possibly_there_is_unknown if {
	there := {"presence": testing.truth("maybe", [8])}
	_of(object.union(_group(testing.known("adfs", 60), 1, 1), there)).verdict == "unknown"
}
