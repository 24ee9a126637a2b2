package sparekey.rules.policy_locks_everyone_out_test

import data.sparekey.lib.testing
import data.sparekey.rules.policy_locks_everyone_out as rule

_judged(fields) := said if {
	said := testing.only(rule.results) with input as testing.holding("access_policy", testing.access_policy(fields))
}

_excluding(answer) := {"facts": {"excludes_somebody": testing.truth(answer, [40])}}

test_blocking_everyone_fails if {
	said := _judged({})
	said.verdict == "fail"
	said.message == ["%s blocks all users from all apps and excludes nobody", ["It"]]
	said.evidence[0] == 21
	not said.latent
}

test_excluding_somebody_passes if _judged(_excluding("yes")).verdict == "pass"

test_not_knowing_who_is_excluded_is_unknown if {
	said := _judged(_excluding("maybe"))
	said.verdict == "unknown"
	said.missing == [40]
}

# Every condition that lets some sign-in go by, one at a time.
_narrowing := [
	{"included_users": testing.ends(["9f0f8c2e-0000-4000-8000-000000000001"])},
	{"included_users": testing.ends([])},
	{"included_applications": testing.set(["Office365"])},
	{"included_applications": testing.set([])},
	{"excluded_applications": testing.set(["Office365"])},
	{"user_actions": testing.set(["urn:user:registerdevice"])},
	{"application_filter": testing.known("exclude", 31)},
	{"controls": testing.set(["mfa"])},
	{"controls": testing.set([])},
	{"client_app_types": testing.set(["exchangeActiveSync", "other"])},
	{"client_app_types": testing.set(["browser"])},
	{"included_platforms": testing.set(["android"])},
	{"excluded_platforms": testing.set(["windows"])},
	{"included_locations": testing.ends(["AllTrusted"])},
	{"excluded_locations": testing.ends(["AllTrusted"])},
	{"sign_in_risk_levels": testing.set(["high"])},
	{"user_risk_levels": testing.set(["high"])},
	{"service_principal_risk_levels": testing.set(["high"])},
	{"insider_risk_levels": testing.set(["elevated"])},
	{"device_filter": testing.known("include", 32)},
	{"authentication_flows": testing.set(["deviceCodeFlow"])},
	{"included_service_principals": testing.set(["ServicePrincipalsInMyTenant"])},
]

test_a_narrower_policy_passes if {
	every fields in _narrowing {
		_judged(fields).verdict == "pass"
	}
}

# What looks like a condition and is none.
test_conditions_that_hold_for_every_sign_in_still_fail if {
	every fields in [
		{"client_app_types": testing.set(["browser", "mobileAppsAndDesktopClients"])},
		{"client_app_types": testing.set([])},
		{"included_platforms": testing.set(["all"])},
		{"included_locations": testing.ends(["All"])},
		{"sign_in_risk_levels": testing.set(["none", "low", "medium", "high"])},
		{"controls": testing.set(["block", "mfa"])},
		{"included_groups": testing.ends(["some-group"])},
	] {
		_judged(fields).verdict == "fail"
	}
}

# Each field that decides, blanked: no such policy may pass or fail.
test_a_blanked_field_is_unknown if {
	blank_set := {"members": [], "open": 9, "at": 10}
	every field in [
		"included_users", "included_applications", "excluded_applications", "user_actions", "controls",
		"client_app_types", "included_platforms", "excluded_platforms", "included_locations", "excluded_locations",
		"sign_in_risk_levels", "user_risk_levels", "service_principal_risk_levels", "insider_risk_levels", "authentication_flows",
		"included_service_principals",
	] {
		said := _judged({field: blank_set})
		said.verdict == "unknown"
		{handle | some handle in said.missing} == {9}
	}
	every field in ["application_filter", "device_filter", "state"] {
		said := _judged({field: testing.unknown(9)})
		said.verdict == "unknown"
		{handle | some handle in said.missing} == {9}
	}
}

test_not_enforced_is_latent if {
	every state in ["disabled", "enabledForReportingButNotEnforced"] {
		said := _judged({"state": testing.known(state, 30)})
		said.verdict == "fail"
		said.latent
	}
}

test_possibly_there_is_unknown if {
	said := _judged({"presence": testing.truth("maybe", [8])})
	said.verdict == "unknown"
	said.missing == [8]
}

test_possibly_there_and_harmless_passes if {
	fields := object.union(_excluding("yes"), {"presence": testing.truth("maybe", [8])})
	_judged(fields).verdict == "pass"
}
