package sparekey.rules.strict_policy_scoped_by_group_test

import data.sparekey.lib.testing
import data.sparekey.rules.strict_policy_scoped_by_group as rule

_judged(fields) := said if {
	said := testing.only(rule.results) with input as testing.holding("access_policy", testing.access_policy(fields))
}

_off := {"resilience_defaults_disabled": testing.known(true, 35)}

_lists := ["included_groups", "included_roles", "excluded_groups", "excluded_roles"]

test_each_list_of_groups_or_roles_fails if {
	every list in _lists {
		said := _judged(object.union(_off, {list: testing.ends(["somebody"])}))
		said.verdict == "fail"
		said.evidence == [35, 21]
	}
}

test_the_defaults_on_pass if {
	every list in _lists {
		_judged({list: testing.ends(["somebody"])}).verdict == "pass"
	}
}

test_users_named_one_by_one_pass if {
	_judged(_off).verdict == "pass"
	_judged(object.union(_off, {
		"included_users": testing.ends(["9f0f8c2e-0000-4000-8000-000000000001"]),
		"excluded_users": testing.ends(["9f0f8c2e-0000-4000-8000-000000000002"]),
	})).verdict == "pass"
}

test_a_blanked_list_is_unknown if {
	every list in _lists {
		said := _judged(object.union(_off, {list: testing.reopened(testing.ends([]), 9)}))
		said.verdict == "unknown"
		said.missing == [9]
	}
}

test_a_blanked_list_does_not_matter_beside_a_known_one if {
	said := _judged(object.union(_off, {
		"included_groups": testing.ends(["somebody"]),
		"excluded_groups": testing.reopened(testing.ends([]), 9),
	}))
	said.verdict == "fail"
}

test_a_possible_group_is_unknown if {
	possible := object.union(testing.ends([]), {"members": [object.union(testing.end("x", 21), {"certain": false})]})
	_judged(object.union(_off, {"included_groups": possible})).verdict == "unknown"
}

test_a_blanked_flag_is_unknown if {
	said := _judged({"resilience_defaults_disabled": testing.unknown(9), "included_groups": testing.ends(["somebody"])})
	said.verdict == "unknown"
	said.missing == [9]
}

test_a_blanked_flag_without_groups_passes if {
	_judged({"resilience_defaults_disabled": testing.unknown(9)}).verdict == "pass"
}

test_not_enforced_is_latent if {
	every state in ["disabled", "enabledForReportingButNotEnforced"] {
		said := _judged(object.union(_off, {"included_groups": testing.ends(["x"]), "state": testing.known(state, 30)}))
		said.verdict == "fail"
		said.latent
	}
}

test_possibly_there_is_unknown if {
	said := _judged(object.union(_off, {"included_groups": testing.ends(["x"]), "presence": testing.truth("maybe", [8])}))
	said.verdict == "unknown"
}
