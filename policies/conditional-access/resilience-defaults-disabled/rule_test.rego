package sparekey.rules.resilience_defaults_disabled_test

import data.sparekey.lib.testing
import data.sparekey.rules.resilience_defaults_disabled as rule

_judged(fields) := said if {
	said := testing.only(rule.results) with input as testing.holding("access_policy", testing.access_policy(fields))
}

_off := {"resilience_defaults_disabled": testing.known(true, 35)}

test_off_fails if {
	said := _judged(_off)
	said.verdict == "fail"
	said.evidence == [35]
	said.message == ["%s turns the resilience defaults off", ["It"]]
	not said.latent
}

test_on_and_not_written_pass if {
	every written in [false, null] {
		said := _judged({"resilience_defaults_disabled": testing.known(written, 35)})
		said.verdict == "pass"
		said.evidence == [35]
	}
}

test_a_blanked_flag_is_unknown if {
	said := _judged({"resilience_defaults_disabled": testing.unknown(9)})
	said.verdict == "unknown"
	said.missing == [9]
}

test_not_enforced_is_latent if {
	every state in ["disabled", "enabledForReportingButNotEnforced"] {
		said := _judged(object.union(_off, {"state": testing.known(state, 30)}))
		said.verdict == "fail"
		said.latent
	}
}

test_an_unknown_state_is_unknown if _judged(object.union(_off, {"state": testing.unknown(30)})).missing == [30]

test_possibly_there_is_unknown if {
	_judged(object.union(_off, {"presence": testing.truth("maybe", [8])})).verdict == "unknown"
}

test_possibly_there_and_harmless_passes if {
	_judged({"presence": testing.truth("maybe", [8])}).verdict == "pass"
}
