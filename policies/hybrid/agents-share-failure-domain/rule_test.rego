package sparekey.rules.agents_share_failure_domain_test

import data.sparekey.lib.testing
import data.sparekey.rules.agents_share_failure_domain as rule

_group(role, correlated) := testing.resource({"role": role, "facts": {"correlated": testing.truth(correlated, [50])}})

_role := testing.known("pta-agent", 60)

_of(group) := said if {
	said := testing.only(rule.results) with input as testing.holding("agent_group", group)
}

test_one_failure_domain_fails if {
	said := _of(_group(_role, "yes"))
	said.verdict == "fail"
	said.evidence == [50]
}

test_several_pass if _of(_group(_role, "no")).verdict == "pass"

test_unknown_placement_is_unknown if {
	said := _of(_group(_role, "maybe"))
	said.verdict == "unknown"
	said.missing == [50]
}

test_every_kind_of_agent_is_judged if {
	roles := ["pta-agent", "cloud-sync-agent", "okta-ad-agent", "okta-ldap-agent", "okta-radius-agent", "auth0-ad-connector"]
	every role in roles {
		_of(_group(testing.known(role, 60), "yes")).verdict == "fail"
	}
}

test_servers_that_other_guidance_judges_are_out_of_scope if {
	every role in ["connect-sync", "adds-dc", "adfs", "adfs-wap"] {
		_of(_group(testing.known(role, 60), "yes")).verdict == "not_applicable"
	}
}

test_a_role_that_cannot_be_read_is_unknown if {
	_of(_group(testing.unknown(60), "yes")).verdict == "unknown"
	_of(_group(testing.unknown(60), "no")).verdict == "unknown"
}

test_possibly_there_is_unknown if {
	_of(object.union(_group(_role, "yes"), {"presence": testing.truth("maybe", [8])})).verdict == "unknown"
}
