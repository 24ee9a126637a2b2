package sparekey.rules.authentication_strength_hangs_on_one_method_test

import data.sparekey.lib.testing
import data.sparekey.rules.authentication_strength_hangs_on_one_method as rule

_strength(service, method, ordinary) := testing.resource({"facts": {
	"hangs_on_service": testing.truth(service, [40]),
	"hangs_on_method": testing.truth(method, [41]),
	"for_ordinary_people": testing.truth(ordinary, [42]),
}})

_judged(service, method, ordinary) := said if {
	held := testing.holding("authentication_strength", _strength(service, method, ordinary))
	said := testing.only(rule.results) with input as held
}

test_one_service_fails_medium if {
	said := _judged("yes", "no", "yes")
	said.verdict == "fail"
	said.severity == "medium"
	said.evidence == [40]
	said.message[1] == ["It"]
}

test_one_method_fails_low if {
	said := _judged("no", "yes", "yes")
	said.verdict == "fail"
	said.severity == "low"
}

test_independent_combinations_pass if _judged("no", "no", "yes").verdict == "pass"

test_for_emergency_accounts_alone_it_does_not_apply if {
	_judged("yes", "no", "no").verdict == "not_applicable"
	_judged("no", "no", "no").verdict == "not_applicable"
}

test_what_may_be_for_emergency_accounts_alone_is_unknown if {
	said := _judged("yes", "no", "maybe")
	said.verdict == "unknown"
	said.missing == [42]
	_judged("no", "no", "maybe").verdict == "unknown"
}

test_combinations_that_cannot_be_read_are_unknown if {
	_judged("maybe", "no", "yes").severity == "medium"
	_judged("maybe", "no", "yes").verdict == "unknown"
	_judged("no", "maybe", "yes").verdict == "unknown"
	_judged("no", "maybe", "yes").severity == "low"
}

test_possibly_there_is_unknown if {
	strength := object.union(_strength("yes", "no", "yes"), {"presence": testing.truth("maybe", [8])})
	testing.only(rule.results).verdict == "unknown" with input as testing.holding("authentication_strength", strength)
}
