package sparekey.rules.emergency_sign_in_not_alerted_test

import data.sparekey.lib.testing
import data.sparekey.rules.emergency_sign_in_not_alerted as rule

_account(answer) := testing.resource({"facts": {"sign_ins_reported": testing.truth(answer, [60])}})

_judged(account) := said if {
	said := testing.only(rule.results) with input as testing.holding("emergency_account", account)
}

test_without_an_alert_it_fails if {
	said := _judged(_account("no"))
	said.verdict == "fail"
	said.evidence == [60]
	said.message[1] == ["It"]
}

test_with_an_alert_it_passes if _judged(_account("yes")).verdict == "pass"

test_an_alert_that_cannot_be_read_is_unknown if {
	said := _judged(_account("maybe"))
	said.verdict == "unknown"
	said.missing == [60]
}

test_possibly_there_is_unknown if {
	account := object.union(_account("no"), {"presence": testing.truth("maybe", [8])})
	_judged(account).verdict == "unknown"
}

test_every_account_is_judged if {
	both := {"resources": {"emergency_account": [
		object.union(_account("no"), {"id": "plan.json#one"}),
		object.union(_account("yes"), {"id": "plan.json#two"}),
	]}}
	verdicts := {said.subject: said.verdict | some said in rule.results} with input as both
	verdicts == {"plan.json#one": "fail", "plan.json#two": "pass"}
}
