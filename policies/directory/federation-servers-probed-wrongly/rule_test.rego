package sparekey.rules.federation_servers_probed_wrongly_test

import data.sparekey.lib.testing
import data.sparekey.rules.federation_servers_probed_wrongly as rule

_input(kind, resource) := {
	"resources": object.union({"balancer_rule": [], "balancer_probe": []}, {kind: [resource]}),
	"deletions": {},
	"parameters": {},
}

_rule(serves, probes) := said if {
	resource := testing.resource({"probe": probes, "facts": {"serves_federation": testing.truth(serves, [40])}})
	said := testing.only(rule.results) with input as _input("balancer_rule", resource)
}

_probe(serves, asks, protocol) := said if {
	resource := testing.resource({
		"protocol": protocol,
		"facts": {
			"serves_federation": testing.truth(serves, [40]),
			"asks_federation_service": testing.truth(asks, [41]),
		},
	})
	said := testing.only(rule.results) with input as _input("balancer_probe", resource)
}

test_a_rule_without_a_probe_fails if {
	said := _rule("yes", testing.ends([]))
	said.verdict == "fail"
	said.evidence == [20]
}

test_a_rule_with_a_probe_passes if _rule("yes", testing.ends(["p"])).verdict == "pass"

test_a_rule_with_a_hidden_probe_is_unknown if {
	_rule("yes", testing.reopened(testing.ends([]), 29)).missing == [29]
}

test_rules_to_other_machines_are_out_of_scope if {
	_rule("no", testing.ends([])).verdict == "not_applicable"
	_rule("maybe", testing.ends([])).verdict == "unknown"
	_rule("maybe", testing.ends(["p"])).verdict == "unknown"
}

test_another_question_fails if {
	said := _probe("yes", "no", testing.known("https", 42))
	said.verdict == "fail"
	said.severity == "medium"
	said.evidence == [41, 42]
}

test_a_connection_alone_fails_less_gravely if {
	said := _probe("yes", "no", testing.known("tcp", 42))
	said.verdict == "fail"
	said.severity == "low"
	said.evidence == [42]
}

test_the_right_question_passes if _probe("yes", "yes", testing.known("http", 42)).verdict == "pass"

test_what_cannot_be_read_is_unknown if {
	_probe("yes", "maybe", testing.known("http", 42)).missing == [41]
	_probe("yes", "maybe", testing.unknown(42)).verdict == "unknown"
	_probe("yes", "no", testing.unknown(42)).verdict == "unknown"
}

test_probes_of_other_machines_are_out_of_scope if {
	_probe("no", "no", testing.known("tcp", 42)).verdict == "not_applicable"
	_probe("maybe", "no", testing.known("tcp", 42)).verdict == "unknown"
	_probe("maybe", "yes", testing.known("http", 42)).verdict == "unknown"
}
