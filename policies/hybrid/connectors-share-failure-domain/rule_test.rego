package sparekey.rules.connectors_share_failure_domain_test

import data.sparekey.lib.testing
import data.sparekey.rules.connectors_share_failure_domain as rule

_group(least, most, answer) := testing.resource({
	"connectors": testing.bound(least, most),
	"facts": {"correlated": testing.truth(answer, [40])},
})

_judged(least, most, answer) := said if {
	said := testing.only(rule.results) with input as testing.holding("connector_group", _group(least, most, answer))
}

test_a_shared_domain_fails if {
	said := _judged(2, 2, "yes")
	said.verdict == "fail"
	said.evidence == [40]
	said.message[1] == ["It"]
}

test_a_spread_group_passes if _judged(3, 3, "no").verdict == "pass"

test_unknown_placement_is_unknown if {
	said := _judged(2, 2, "maybe")
	said.verdict == "unknown"
	said.missing == [40]
}

test_a_group_of_one_is_not_judged_here if {
	_judged(1, 1, "no").verdict == "not_applicable"
	_judged(0, 0, "no").verdict == "not_applicable"
}

test_what_may_be_a_group_of_one_does_not_pass if {
	said := _judged(1, 2, "no")
	said.verdict == "unknown"
	said.missing == [71]
}

test_what_may_be_a_group_of_one_does_not_fail if _judged(1, null, "yes").verdict == "unknown"

test_possibly_there_is_unknown if {
	group := object.union(_group(2, 2, "yes"), {"presence": testing.truth("maybe", [8])})
	testing.only(rule.results).verdict == "unknown" with input as testing.holding("connector_group", group)
}
