package sparekey.rules.managed_domain_sku_too_small_test

import data.sparekey.lib.testing
import data.sparekey.rules.managed_domain_sku_too_small as rule

_judged(sku) := said if {
	domain := testing.resource({"sku": sku})
	said := testing.only(rule.results) with input as testing.holding("managed_domain", domain)
}

test_standard_fails if {
	said := _judged(testing.known("Standard", 50))
	said.verdict == "fail"
	said.evidence[0] == 50
	said.message[1] == ["It"]
}

test_larger_ones_pass if {
	_judged(testing.known("Enterprise", 50)).verdict == "pass"
	_judged(testing.known("Premium", 50)).verdict == "pass"
}

test_a_sku_that_is_not_known_is_unknown if {
	said := _judged(testing.unknown(50))
	said.verdict == "unknown"
	said.missing[0] == 50
}

test_a_sku_that_nobody_knows_does_not_pass if _judged(testing.known("Basic", 50)).verdict == "fail"

test_possibly_there_is_unknown if {
	domain := object.union(
		testing.resource({"sku": testing.known("Standard", 50)}),
		{"presence": testing.truth("maybe", [8])},
	)
	testing.only(rule.results).verdict == "unknown" with input as testing.holding("managed_domain", domain)
}
