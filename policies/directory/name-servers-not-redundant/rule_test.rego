package sparekey.rules.name_servers_not_redundant_test

import data.sparekey.lib.testing
import data.sparekey.rules.name_servers_not_redundant as rule

_facts(changed) := object.union(
	{
		"asks_own_servers": testing.truth("yes", [40]),
		"own_servers": testing.bound(2, 2),
		"loopback_first": testing.truth("no", [41]),
		"overlaid": testing.truth("no", [42]),
		"serves_identity": testing.truth("yes", [43]),
	},
	changed,
)

_kinds := ["network", "network_name_servers", "network_interface"]

_input(kind, writer) := {
	"resources": object.union({one: [] | some one in _kinds}, {kind: [writer]}),
	"deletions": {},
	"parameters": {"name-servers-not-redundant": {"minimum": 2}},
}

_of(kind, changed) := said if {
	writer := testing.resource({"facts": _facts(changed)})
	said := testing.only(rule.results) with input as _input(kind, writer)
}

_judged(changed) := _of("network", changed)

_one := {"own_servers": testing.bound(1, 1)}

test_one_server_fails_gravely_where_sign_in_stands if {
	said := _judged(_one)
	said.verdict == "fail"
	said.severity == "high"
	said.evidence == [70, 43]
	said.message[1] == ["It", {"least": 1, "most": 1}, 2]
}

test_it_fails_less_gravely_elsewhere if {
	said := _judged(object.union(_one, {"serves_identity": testing.truth("no", [43])}))
	said.verdict == "fail"
	said.severity == "medium"
	said.graver == []
}

test_where_sign_in_may_stand_the_graver_grade_is_named if {
	said := _judged(object.union(_one, {"serves_identity": testing.truth("maybe", [43])}))
	said.severity == "medium"
	said.graver == [{"severity": "high", "missing": [43]}]
}

test_every_kind_that_writes_name_servers_is_judged if {
	every kind in _kinds {
		_of(kind, _one).verdict == "fail"
		_of(kind, {}).verdict == "pass"
	}
}

test_two_servers_pass if _judged({}).verdict == "pass"

test_itself_first_fails_however_many_follow if {
	said := _judged({"loopback_first": testing.truth("yes", [41])})
	said.verdict == "fail"
	said.evidence == [41, 43]
}

test_what_may_be_enough_is_unknown if {
	_judged({"own_servers": testing.bound(1, 2)}).verdict == "unknown"
	_judged({"own_servers": testing.bound(0, null)}).missing == [71, 71]
	_judged({"loopback_first": testing.truth("maybe", [41])}).verdict == "unknown"
}

test_the_clouds_own_servers_are_out_of_scope if {
	none := {"asks_own_servers": testing.truth("no", [40]), "own_servers": testing.bound(0, 0)}
	_judged(none).verdict == "not_applicable"
}

test_perhaps_the_clouds_own_is_unknown if {
	_judged(object.union(_one, {"asks_own_servers": testing.truth("maybe", [40])})).verdict == "unknown"
	_judged({"asks_own_servers": testing.truth("maybe", [40])}).verdict == "unknown"
}

test_what_another_declaration_goes_before_is_out_of_scope if {
	_judged(object.union(_one, {"overlaid": testing.truth("yes", [42])})).verdict == "not_applicable"
	_judged(object.union(_one, {"overlaid": testing.truth("maybe", [42])})).verdict == "unknown"
}

test_the_threshold_is_a_parameter if {
	strict := object.union(
		_input("network", testing.resource({"facts": _facts({})})),
		{"parameters": {"name-servers-not-redundant": {"minimum": 3}}},
	)
	testing.only(rule.results).verdict == "fail" with input as strict
}

test_possibly_there_is_unknown if {
	writer := testing.resource({"facts": _facts(_one), "presence": testing.truth("maybe", [8])})
	testing.only(rule.results).verdict == "unknown" with input as _input("network", writer)
}
