package sparekey.rules.identity_provider_single_replica_test

import data.sparekey.lib.testing
import data.sparekey.rules.identity_provider_single_replica as rule

_workload(product, replicas, runs) := testing.resource({
	"product": product,
	"controller": testing.known("Deployment", 31),
	"namespace": testing.known("auth", 32),
	"replicas": testing.known(1, 33),
	"facts": {"replicas": replicas, "runs": testing.truth(runs, [40])},
})

_judged(product, least, most) := said if {
	workload := _workload(testing.known(product, 30), testing.bound(least, most), "yes")
	said := testing.only(rule.results) with input as testing.holding("identity_workload", workload)
}

test_one_replica_fails_high if {
	said := _judged("dex", 1, 1)
	said.verdict == "fail"
	said.severity == "high"
	said.message[1] == ["It", {"least": 1, "most": 1}, 2, 3]
}

test_two_replicas_pass if _judged("dex", 2, 2).verdict == "pass"

test_two_of_keycloak_fail_low if {
	said := _judged("keycloak", 2, 2)
	said.verdict == "fail"
	said.severity == "low"
	said.graver == []
}

test_three_of_keycloak_pass if {
	_judged("keycloak", 3, 3).verdict == "pass"
	_judged("keycloak", 3, null).verdict == "pass"
}

test_what_may_be_scaled_away_fails if _judged("dex", 0, 0).verdict == "fail"

test_a_number_that_nobody_knows_is_unknown if {
	_judged("dex", 1, null).verdict == "unknown"
	_judged("dex", 1, null).severity == "high"
	_judged("keycloak", 2, 3).verdict == "unknown"
	_judged("keycloak", 2, 3).severity == "low"
}

test_what_is_certainly_too_few_names_what_may_be_worse if {
	said := _judged("keycloak", 1, 2)
	said.verdict == "fail"
	said.severity == "low"
	said.graver == [{"severity": "high", "missing": [71]}]
}

test_what_it_runs_is_unknown if {
	one := _workload(testing.unknown(30), testing.bound(1, 1), "yes")
	testing.only(rule.results).verdict == "unknown" with input as testing.holding("identity_workload", one)
	three := _workload(testing.unknown(30), testing.bound(3, 3), "yes")
	testing.only(rule.results).verdict == "unknown" with input as testing.holding("identity_workload", three)
}

test_switched_off_is_out_of_scope if {
	off := _workload(testing.known("dex", 30), testing.bound(0, 0), "no")
	testing.only(rule.results).verdict == "not_applicable" with input as testing.holding("identity_workload", off)
}

test_perhaps_switched_off_is_unknown if {
	off := _workload(testing.known("dex", 30), testing.bound(0, 1), "maybe")
	testing.only(rule.results).verdict == "unknown" with input as testing.holding("identity_workload", off)
}

test_the_thresholds_are_parameters if {
	strict := object.union(
		testing.holding("identity_workload", _workload(testing.known("dex", 30), testing.bound(3, 3), "yes")),
		{"parameters": {"identity-provider-single-replica": {"minimum": 4, "keycloak": 5}}},
	)
	testing.only(rule.results).severity == "high" with input as strict
}

test_possibly_there_is_unknown if {
	fields := {"presence": testing.truth("maybe", [8])}
	workload := object.union(_workload(testing.known("dex", 30), testing.bound(1, 1), "yes"), fields)
	testing.only(rule.results).verdict == "unknown" with input as testing.holding("identity_workload", workload)
}
