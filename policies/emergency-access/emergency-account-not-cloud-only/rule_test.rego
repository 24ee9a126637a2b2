package sparekey.rules.emergency_account_not_cloud_only_test

import data.sparekey.lib.testing
import data.sparekey.rules.emergency_account_not_cloud_only as rule

_judged(answer, fields) := said if {
	account := testing.resource(object.union({"facts": {"depends_on_elsewhere": testing.truth(answer, [40])}}, fields))
	said := testing.only(rule.results) with input as testing.holding("emergency_account", account)
}

test_proven_fails if {
	said := _judged("yes", {})
	said.verdict == "fail"
	said.evidence == [40]
	said.message == ["the emergency account %s depends on more than its own directory", ["It"]]
}

test_disproven_passes if {
	said := _judged("no", {})
	said.verdict == "pass"
	said.evidence == [40]
}

test_what_is_undecided_is_unknown if {
	said := _judged("maybe", {})
	said.verdict == "unknown"
	said.missing == [40]
}

test_possibly_there_is_unknown if {
	_judged("yes", {"presence": testing.truth("maybe", [8])}).verdict == "unknown"
	_judged("no", {"presence": testing.truth("maybe", [8])}).verdict == "pass"
}
