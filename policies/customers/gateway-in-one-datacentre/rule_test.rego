package sparekey.rules.gateway_in_one_datacentre_test

import data.sparekey.lib.testing
import data.sparekey.rules.gateway_in_one_datacentre as rule

_gateway(redundant, near) := testing.resource({"facts": {
	"redundant": testing.truth(redundant, [60]),
	"near_sign_in": testing.truth(near, [61]),
}})

_judged(gateway) := said if {
	said := testing.only(rule.results) with input as testing.holding("api_gateway", gateway)
}

test_one_datacentre_fails if {
	said := _judged(_gateway("no", "yes"))
	[said.verdict, said.evidence] == ["fail", [60]]
}

test_redundant_passes if _judged(_gateway("yes", "yes")).verdict == "pass"

test_what_is_not_known_is_unknown if {
	_judged(_gateway("maybe", "yes")).missing == [60]
	_judged(_gateway("no", "maybe")).verdict == "unknown"
	_judged(_gateway("yes", "maybe")).verdict == "unknown"
}

test_without_sign_in_it_does_not_apply if {
	{_judged(_gateway(redundant, "no")).verdict | some redundant in testing.answers} == {"not_applicable"}
}

test_possibly_there_is_unknown if {
	gateway := object.union(_gateway("no", "yes"), {"presence": testing.truth("maybe", [8])})
	_judged(gateway).verdict == "unknown"
}
