package sparekey.rules.federation_servers_without_balancer_test

import data.sparekey.lib.testing
import data.sparekey.rules.federation_servers_without_balancer as rule

_group(behind, fields) := object.union(object.remove(_plain(behind), object.keys(fields)), fields)

_plain(behind) := testing.resource({
	"role": testing.known("adfs-wap", 60),
	"agents": testing.bound(2, 2),
	"facts": {"machines_seen": testing.truth("yes", [40]), "behind_balancer": testing.truth(behind, [41])},
})

_of(group) := said if {
	said := testing.only(rule.results) with input as testing.holding("agent_group", group)
}

test_a_server_without_a_pool_fails if {
	said := _of(_group("no", {}))
	said.verdict == "fail"
	said.evidence == [41]
	said.message[1] == ["It"]
}

test_a_pool_before_all_passes if _of(_group("yes", {})).verdict == "pass"

test_what_cannot_be_told_is_unknown if _of(_group("maybe", {})).missing == [41]

test_a_single_server_has_nobody_to_take_over if {
	_of(_group("no", {"agents": testing.bound(1, 1)})).verdict == "not_applicable"
}

test_perhaps_a_single_server_is_unknown if {
	_of(_group("no", {"agents": testing.bound(1, null)})).verdict == "unknown"
	_of(_group("yes", {"agents": testing.bound(1, null)})).verdict == "unknown"
}

test_servers_that_no_file_shows_are_out_of_scope if {
	facts := {"machines_seen": testing.truth("no", [40]), "behind_balancer": testing.truth("yes", [41])}
	_of(_group("yes", {"facts": facts})).verdict == "not_applicable"
}

test_domain_controllers_need_none if {
	_of(_group("no", {"role": testing.known("adds-dc", 60)})).verdict == "not_applicable"
}

test_a_role_that_cannot_be_read_is_unknown if _of(_group("no", {"role": testing.unknown(60)})).verdict == "unknown"

test_possibly_there_is_unknown if {
	_of(_group("no", {"presence": testing.truth("maybe", [8])})).verdict == "unknown"
}
