package sparekey.rules.sync_server_without_staging_test

import data.sparekey.lib.testing
import data.sparekey.rules.sync_server_without_staging as rule

_group(role, standby, rebuilt) := testing.resource({
	"role": role,
	"facts": {"standby": testing.truth(standby, [50]), "rebuilt": testing.truth(rebuilt, [51])},
})

_role := testing.known("connect-sync", 60)

_of(group) := said if {
	said := testing.only(rule.results) with input as _holding([group], [])
}

_holding(groups, syncs) := object.union(
	testing.holding("agent_group", {}),
	{"resources": {"agent_group": groups, "declared_sync": syncs}},
)

_sync(staging, standby, rebuilt, seen) := testing.resource({
	"staging": staging,
	"facts": {
		"standby": testing.truth(standby, [50]),
		"rebuilt": testing.truth(rebuilt, [51]),
		"servers_seen": testing.truth(seen, [52]),
	},
})

_said(sync) := said if {
	said := testing.only(rule.results) with input as _holding([], [sync])
}

_off := testing.known(false, 61)

test_no_standby_fails_medium if {
	said := _of(_group(_role, "no", "no"))
	said.verdict == "fail"
	said.severity == "medium"
}

test_no_standby_but_a_plan_to_rebuild_fails_low if {
	said := _of(_group(_role, "no", "yes"))
	said.verdict == "fail"
	said.severity == "low"
	said.graver == []
	said.evidence == [50]
}

test_a_standby_passes_with_or_without_a_plan if {
	_of(_group(_role, "yes", "no")).verdict == "pass"
	_of(_group(_role, "yes", "yes")).verdict == "pass"
}

test_what_may_be_a_standby_is_unknown if {
	_of(_group(_role, "maybe", "no")).verdict == "unknown"
	_of(_group(_role, "maybe", "no")).severity == "medium"
	_of(_group(_role, "maybe", "yes")).severity == "low"
	_of(_group(_role, "maybe", "yes")).missing == [50]
}

test_a_plan_that_cannot_be_read_leaves_the_grade_open if {
	said := _of(_group(_role, "no", "maybe"))
	said.verdict == "fail"
	said.severity == "low"
	said.graver == [{"severity": "medium", "missing": [51]}]
}

test_other_roles_are_out_of_scope if {
	_of(_group(testing.known("pta-agent", 60), "no", "no")).verdict == "not_applicable"
}

test_a_role_that_cannot_be_read_is_unknown if {
	_of(_group(testing.unknown(60), "no", "no")).verdict == "unknown"
	_of(_group(testing.unknown(60), "yes", "no")).verdict == "unknown"
}

test_possibly_there_is_unknown if {
	_of(object.union(_group(_role, "no", "no"), {"presence": testing.truth("maybe", [8])})).verdict == "unknown"
}

test_what_the_inventory_says_is_judged_where_no_server_is_seen if {
	_said(_sync(_off, "no", "no", "no")).verdict == "fail"
	_said(_sync(_off, "no", "no", "no")).severity == "medium"
	_said(_sync(_off, "no", "yes", "no")).severity == "low"
	_said(_sync(testing.known(true, 61), "yes", "no", "no")).verdict == "pass"
	_said(_sync(testing.unknown(61), "maybe", "no", "no")).verdict == "unknown"
}

test_what_the_inventory_says_is_left_to_the_servers_that_are_seen if {
	_said(_sync(_off, "no", "no", "yes")).verdict == "not_applicable"
	_said(_sync(_off, "no", "no", "maybe")).verdict == "unknown"
}

test_an_inventory_that_says_nothing_of_staging_is_out_of_scope if {
	_said(_sync(testing.known(null, 61), "no", "no", "no")).verdict == "not_applicable"
}
