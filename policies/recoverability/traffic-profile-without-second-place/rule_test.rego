package sparekey.rules.traffic_profile_without_second_place_test

import data.sparekey.lib.testing
import data.sparekey.rules.traffic_profile_without_second_place as rule

_facts := {
	"endpoints": testing.bound(2, 2),
	"regions": testing.bound(2, 2),
	"alone": testing.truth("no", [60]),
	"world": testing.truth("yes", [61]),
	"nested": testing.truth("no", [62]),
	"near_sign_in": testing.truth("yes", [63]),
}

_profile(facts) := testing.resource({
	"enabled": testing.known(true, 50),
	"facts": object.union(_facts, facts),
})

_input(profile) := object.union(
	testing.holding("traffic_profile", profile),
	{"parameters": {"traffic-profile-without-second-place": {"minimum": 2}}},
)

_judged(profile) := said if {
	said := testing.only(rule.results) with input as _input(profile)
}

test_two_endpoints_in_two_regions_pass if _judged(_profile({})).verdict == "pass"

test_one_endpoint_fails if {
	said := _judged(_profile({"endpoints": testing.bound(1, 1)}))
	said.verdict == "fail"
	said.severity == "high"
	said.message[1] == ["It", {"least": 1, "most": 1}, {"least": 2, "most": 2}]
}

test_it_is_less_grave_where_nothing_shows_sign_in if {
	said := _judged(_profile({"endpoints": testing.bound(1, 1), "near_sign_in": testing.truth("no", [63])}))
	[said.verdict, said.severity] == ["fail", "medium"]
	asked := _judged(_profile({"endpoints": testing.bound(1, 1), "near_sign_in": testing.truth("maybe", [63])}))
	[asked.verdict, asked.severity] == ["fail", "medium"]
	asked.graver == [{"severity": "high", "missing": [63]}]
}

test_each_other_defect_alone_is_medium if {
	defects := [
		{"regions": testing.bound(1, 1)},
		{"alone": testing.truth("yes", [60])},
		{"world": testing.truth("no", [61])},
	]
	{[said.verdict, said.severity] | some facts in defects; said := _judged(_profile(facts))} == {["fail", "medium"]}
}

test_what_is_not_known_is_unknown if {
	doubts := [
		{"endpoints": testing.bound(1, 2)},
		{"endpoints": testing.bound(0, null)},
		{"regions": testing.bound(1, 2)},
		{"alone": testing.truth("maybe", [60])},
		{"world": testing.truth("maybe", [61])},
		{"endpoints": testing.bound(1, 1), "nested": testing.truth("maybe", [62])},
		{"nested": testing.truth("maybe", [62])},
	]
	{said.verdict | some facts in doubts; said := _judged(_profile(facts))} == {"unknown"}
}

test_a_nested_profile_is_judged_with_its_parent if {
	_judged(_profile({"endpoints": testing.bound(1, 1), "nested": testing.truth("yes", [62])})).verdict == "not_applicable"
}

test_a_profile_that_is_off_is_latent if {
	few := object.remove(_profile({"endpoints": testing.bound(1, 1)}), ["enabled"])
	off := object.union(few, {"enabled": testing.known(false, 50)})
	_judged(off).verdict == "fail"
	_judged(off).latent == true
	doubtful := object.union(few, {"enabled": testing.unknown(50)})
	_judged(doubtful).verdict == "unknown"
}

test_possibly_there_is_unknown if {
	profile := object.union(_profile({"endpoints": testing.bound(1, 1)}), {"presence": testing.truth("maybe", [8])})
	_judged(profile).verdict == "unknown"
}

test_the_minimum_is_a_parameter if {
	lenient := object.union(
		testing.holding("traffic_profile", _profile({"endpoints": testing.bound(1, 1), "regions": testing.bound(1, 1)})),
		{"parameters": {"traffic-profile-without-second-place": {"minimum": 1}}},
	)
	testing.only(rule.results).verdict == "pass" with input as lenient
}
