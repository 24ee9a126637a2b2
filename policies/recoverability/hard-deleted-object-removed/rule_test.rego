package sparekey.rules.hard_deleted_object_removed_test

import data.sparekey.lib.testing
import data.sparekey.rules.hard_deleted_object_removed as rule

_kinds := ["group", "access_policy", "named_location", "role_assignment", "user"]

# A deletion of each kind. It is in scope, and in force, unless `fields` say otherwise.
_gone(action, fields) := testing.resource(object.union(
	object.remove(_whole(action), object.keys(fields)),
	fields,
))

_whole(action) := {
	"action": action,
	"types": testing.set([]),
	"state": testing.known("enabled", 30),
	"facts": {"emergency": testing.truth("yes", [40])},
}

_judged(kind, gone) := said if {
	said := testing.only(rule.results) with input as {"resources": {}, "deletions": {kind: [gone]}, "parameters": {}}
}

test_deleted_fails_high if {
	every kind in _kinds {
		said := _judged(kind, _gone("delete", {}))
		said.verdict == "fail"
		said.severity == "high"
		1 in said.evidence
	}
}

test_replaced_fails_low if {
	every kind in _kinds {
		said := _judged(kind, _gone("replace", {}))
		said.verdict == "fail"
		said.severity == "low"
	}
}

test_forgotten_passes if {
	every kind in _kinds {
		_judged(kind, _gone("forget", {})).verdict == "pass"
	}
}

test_what_can_be_restored_is_not_concerned if {
	_judged("group", _gone("delete", {"types": testing.set(["Unified"])})).verdict == "not_applicable"
	_judged("user", _gone("delete", {"facts": {"emergency": testing.truth("no", [40])}})).verdict == "not_applicable"
}

test_other_groups_are_security_groups if {
	_judged("group", _gone("delete", {"types": testing.set(["DynamicMembership"])})).verdict == "fail"
}

test_what_is_undecided_is_unknown if {
	_judged("group", _gone("delete", {"types": testing.reopened(testing.set([]), 9)})).missing == [9]
	_judged("user", _gone("delete", {"facts": {"emergency": testing.truth("maybe", [40])}})).missing == [40]
	_judged("access_policy", _gone("delete", {"state": testing.unknown(30)})).missing == [30]
}

test_a_policy_that_is_not_enforced_is_latent if {
	every state in ["disabled", "enabledForReportingButNotEnforced"] {
		_judged("access_policy", _gone("delete", {"state": testing.known(state, 30)})).latent
	}
}

test_possibly_there_is_unknown if {
	every kind in _kinds {
		_judged(kind, _gone("delete", {"presence": testing.truth("maybe", [8])})).verdict == "unknown"
	}
}
