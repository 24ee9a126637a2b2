package sparekey.rules.on_premises_sign_in_without_fallback_test

import data.sparekey.lib.testing
import data.sparekey.rules.on_premises_sign_in_without_fallback as rule

_domain(synced) := testing.resource({"facts": {"hashes_synced": testing.truth(synced, [50])}})

_group(role, synced) := testing.resource({"role": role, "facts": {"hashes_synced": testing.truth(synced, [50])}})

_agents := testing.known("pta-agent", 60)

_holding(domains, groups) := object.union(
	testing.holding("domain_federation", {}),
	{"resources": {"domain_federation": domains, "agent_group": groups}},
)

_judged(domains, groups) := said if {
	said := testing.only(rule.results) with input as _holding(domains, groups)
}

test_a_federated_domain_without_hashes_fails if {
	said := _judged([_domain("no")], [])
	said.verdict == "fail"
	said.evidence == [50]
}

test_a_federated_domain_with_hashes_passes if _judged([_domain("yes")], []).verdict == "pass"

test_a_federated_domain_of_which_nothing_is_known_is_unknown if {
	said := _judged([_domain("maybe")], [])
	said.verdict == "unknown"
	said.missing == [50]
}

test_agents_without_hashes_fail if _judged([], [_group(_agents, "no")]).verdict == "fail"

test_agents_with_hashes_pass if _judged([], [_group(_agents, "yes")]).verdict == "pass"

test_agents_of_which_nothing_is_known_are_unknown if _judged([], [_group(_agents, "maybe")]).verdict == "unknown"

test_agents_of_another_role_check_no_passwords if {
	_judged([], [_group(testing.known("cloud-sync-agent", 60), "no")]).verdict == "not_applicable"
}

test_agents_of_a_role_that_cannot_be_read_are_unknown if {
	_judged([], [_group(testing.unknown(60), "no")]).verdict == "unknown"
	_judged([], [_group(testing.unknown(60), "yes")]).verdict == "unknown"
}

test_possibly_there_is_unknown if {
	_judged([object.union(_domain("no"), {"presence": testing.truth("maybe", [8])})], []).verdict == "unknown"
	_judged([], [object.union(_group(_agents, "no"), {"presence": testing.truth("maybe", [8])})]).verdict == "unknown"
}
