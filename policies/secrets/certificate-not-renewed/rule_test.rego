package sparekey.rules.certificate_not_renewed_test

import data.sparekey.lib.testing
import data.sparekey.rules.certificate_not_renewed as rule

_item(renewed, needed) := testing.resource({
	"category": testing.known("certificate", 50),
	"facts": {"renewed": testing.truth(renewed, [60]), "needed_for_sign_in": testing.truth(needed, [61])},
})

_judged(item) := said if {
	said := testing.only(rule.results) with input as testing.holding("vault_item", item)
}

test_not_renewed_fails if {
	said := _judged(_item("no", "yes"))
	[said.verdict, said.severity, said.evidence] == ["fail", "medium", [60, 61]]
}

test_it_is_less_grave_where_nothing_shows_sign_in if {
	said := _judged(_item("no", "no"))
	[said.verdict, said.severity] == ["fail", "low"]
	asked := _judged(_item("no", "maybe"))
	[asked.verdict, asked.severity, asked.graver] == ["fail", "low", [{"severity": "medium", "missing": [61]}]]
}

test_renewed_passes if {
	{_judged(_item("yes", needed)).verdict | some needed in testing.answers} == {"pass"}
}

test_what_is_not_known_is_unknown if {
	_judged(_item("maybe", "yes")).missing == [60, 60]
	_judged(_item("maybe", "no")).verdict == "unknown"
}

test_only_certificates_are_judged if {
	bare := object.remove(_item("no", "yes"), ["category"])
	secret := object.union(bare, {"category": testing.known("secret", 50)})
	_judged(secret).verdict == "not_applicable"
	hidden := object.union(bare, {"category": testing.unknown(50)})
	_judged(hidden).verdict == "unknown"
}

test_possibly_there_is_unknown if {
	item := object.union(_item("no", "yes"), {"presence": testing.truth("maybe", [8])})
	_judged(item).verdict == "unknown"
}
