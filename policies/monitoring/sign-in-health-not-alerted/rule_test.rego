package sparekey.rules.sign_in_health_not_alerted_test

import data.sparekey.lib.testing
import data.sparekey.rules.sign_in_health_not_alerted as rule

_tenant(told, in_time) := testing.resource({"facts": {
	"health_told": testing.truth(told, [60]),
	"health_told_in_time": testing.truth(in_time, [61]),
}})

_judged(tenant) := said if {
	said := testing.only(rule.results) with input as testing.holding("tenant", tenant)
}

test_nobody_told_fails if {
	said := _judged(_tenant("no", "no"))
	[said.verdict, said.severity, said.evidence] == ["fail", "medium", [60]]
}

test_told_late_fails_at_low if {
	said := _judged(_tenant("yes", "no"))
	[said.verdict, said.severity, said.evidence] == ["fail", "low", [61]]
}

test_told_in_time_passes if _judged(_tenant("yes", "yes")).verdict == "pass"

test_what_may_tell_is_unknown if {
	_judged(_tenant("maybe", "maybe")).verdict == "unknown"
	_judged(_tenant("yes", "maybe")).missing == [61]
}

test_possibly_there_is_unknown if {
	tenant := object.union(_tenant("no", "no"), {"presence": testing.truth("maybe", [8])})
	_judged(tenant).verdict == "unknown"
}
