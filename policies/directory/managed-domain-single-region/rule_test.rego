package sparekey.rules.managed_domain_single_region_test

import data.sparekey.lib.testing
import data.sparekey.rules.managed_domain_single_region as rule

_domain(least, most) := testing.resource({"facts": {"regions": testing.bound(least, most)}})

_judged(least, most) := said if {
	said := testing.only(rule.results) with input as testing.holding("managed_domain", _domain(least, most))
}

test_one_region_fails if {
	said := _judged(1, 1)
	said.verdict == "fail"
	said.evidence == [70]
	said.message[1] == ["It", {"least": 1, "most": 1}, 2]
}

test_two_regions_pass if {
	_judged(2, 2).verdict == "pass"
	_judged(2, 5).verdict == "pass"
}

test_regions_that_are_not_known_are_unknown if {
	_judged(1, 2).verdict == "unknown"
	_judged(1, null).verdict == "unknown"
	_judged(1, null).missing == [71]
}

test_the_minimum_is_a_parameter if {
	lenient := object.union(
		testing.holding("managed_domain", _domain(1, 1)),
		{"parameters": {"managed-domain-single-region": {"minimum": 1}}},
	)
	testing.only(rule.results).verdict == "pass" with input as lenient
}

test_possibly_there_is_unknown if {
	domain := object.union(_domain(1, 1), {"presence": testing.truth("maybe", [8])})
	testing.only(rule.results).verdict == "unknown" with input as testing.holding("managed_domain", domain)
}
