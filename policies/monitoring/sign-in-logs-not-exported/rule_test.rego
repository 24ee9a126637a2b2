package sparekey.rules.sign_in_logs_not_exported_test

import data.sparekey.lib.testing
import data.sparekey.rules.sign_in_logs_not_exported as rule

_tenant(sign_ins, changes) := testing.resource({"facts": {
	"sign_ins_exported": testing.truth(sign_ins, [60]),
	"changes_exported": testing.truth(changes, [61]),
}})

_judged(tenant) := said if {
	said := testing.only(rule.results) with input as testing.holding("tenant", tenant)
}

test_either_that_is_missing_fails if {
	_judged(_tenant("no", "yes")).evidence == [60]
	_judged(_tenant("yes", "no")).evidence == [61]
	verdicts := {_judged(_tenant(a, b)).verdict | some [a, b] in [["no", "yes"], ["yes", "no"], ["no", "no"], ["maybe", "no"]]}
	verdicts == {"fail"}
}

test_both_pass if _judged(_tenant("yes", "yes")).verdict == "pass"

test_what_may_be_exported_is_unknown if {
	_judged(_tenant("maybe", "yes")).missing == [60]
	_judged(_tenant("yes", "maybe")).missing == [61]
	_judged(_tenant("maybe", "maybe")).verdict == "unknown"
}

test_possibly_there_is_unknown if {
	tenant := object.union(_tenant("no", "no"), {"presence": testing.truth("maybe", [8])})
	_judged(tenant).verdict == "unknown"
}
