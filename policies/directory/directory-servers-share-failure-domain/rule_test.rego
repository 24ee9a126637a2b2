package sparekey.rules.directory_servers_share_failure_domain_test

import data.sparekey.lib.testing
import data.sparekey.rules.directory_servers_share_failure_domain as rule

_group(fields) := object.union(object.remove(_plain, object.keys(fields)), fields)

_placed(together, apart) := _group({"facts": {
	"in_one_place": testing.truth(together, [40]),
	"kept_apart": testing.truth(apart, [41]),
}})

_plain := testing.resource({
	"role": testing.known("adfs", 60),
	"agents": testing.bound(2, 2),
	"facts": {"in_one_place": testing.truth("no", [40]), "kept_apart": testing.truth("yes", [41])},
})

_of(group) := said if {
	said := testing.only(rule.results) with input as testing.holding("agent_group", group)
}

test_one_place_for_all_fails_gravely if {
	said := _of(_placed("yes", "no"))
	said.verdict == "fail"
	said.severity == "high"
	said.evidence == [40]
}

test_nothing_that_keeps_them_apart_fails_less_gravely if {
	said := _of(_placed("no", "no"))
	said.verdict == "fail"
	said.severity == "medium"
	said.evidence == [41]
	said.graver == []
}

test_a_graver_grade_that_is_undecided_is_named if {
	said := _of(_placed("maybe", "no"))
	said.verdict == "fail"
	said.severity == "medium"
	said.graver == [{"severity": "high", "missing": [40]}]
}

test_two_that_are_apart_pass if _of(_placed("no", "yes")).verdict == "pass"

test_what_cannot_be_told_is_unknown if {
	_of(_placed("maybe", "maybe")).verdict == "unknown"
	_of(_placed("maybe", "maybe")).severity == "high"
	_of(_placed("no", "maybe")).severity == "medium"
	_of(_placed("no", "maybe")).missing == [41]
}

test_a_single_server_is_judged_elsewhere if {
	_of(_group({"agents": testing.bound(1, 1)})).verdict == "not_applicable"
}

test_perhaps_a_single_server_never_passes if {
	_of(_group({"agents": testing.bound(1, null)})).verdict == "unknown"
	_of(object.union(_placed("no", "no"), {"agents": testing.bound(1, null)})).verdict == "unknown"
}

test_other_roles_are_judged_elsewhere if {
	_of(object.union(_placed("yes", "no"), {"role": testing.known("pta-agent", 60)})).verdict == "not_applicable"
}

test_a_role_that_cannot_be_read_is_unknown if _of(_group({"role": testing.unknown(60)})).verdict == "unknown"

test_possibly_there_is_unknown if {
	_of(object.union(_placed("yes", "no"), {"presence": testing.truth("maybe", [8])})).verdict == "unknown"
}
