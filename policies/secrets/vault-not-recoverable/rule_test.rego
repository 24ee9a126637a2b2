package sparekey.rules.vault_not_recoverable_test

import data.sparekey.lib.testing
import data.sparekey.rules.vault_not_recoverable as rule

_vault(purge, soft, needed) := testing.resource({
	"purge_protection": purge,
	"soft_delete": soft,
	"facts": {"needed_for_sign_in": testing.truth(needed, [70])},
})

_judged(purge, soft, needed) := said if {
	said := testing.only(rule.results) with input as testing.holding("vault", _vault(purge, soft, needed))
}

_on := testing.known(true, 50)

_off := testing.known(false, 51)

_hidden := testing.unknown(52)

test_without_purge_protection_it_fails if {
	said := _judged(_off, _on, "no")
	said.verdict == "fail"
	said.severity == "medium"
	said.evidence == [51]
	said.graver == []
}

test_what_sign_in_needs_weighs_more if {
	said := _judged(_off, _on, "yes")
	said.severity == "high"
	said.evidence == [51, 70]
}

test_what_sign_in_may_need_may_weigh_more if {
	said := _judged(_off, _on, "maybe")
	said.verdict == "fail"
	said.severity == "medium"
	said.graver == [{"severity": "high", "missing": [70]}]
}

test_without_soft_delete_it_fails if {
	_judged(_on, _off, "no").verdict == "fail"
	_judged(_hidden, _off, "yes").severity == "high"
}

test_with_both_it_passes if {
	verdicts := {_judged(_on, _on, needed).verdict | some needed in testing.answers}
	verdicts == {"pass"}
}

test_what_is_not_known_is_unknown if {
	said := _judged(_hidden, _on, "no")
	said.verdict == "unknown"
	said.severity == "medium"
	said.missing == [52]
	_judged(_on, _hidden, "yes").severity == "high"
}

test_possibly_there_is_unknown if {
	vault := object.union(_vault(_off, _on, "yes"), {"presence": testing.truth("maybe", [8])})
	testing.only(rule.results).verdict == "unknown" with input as testing.holding("vault", vault)
}
