package sparekey.rules.password_hash_sync_off_test

import data.sparekey.lib.testing
import data.sparekey.rules.password_hash_sync_off as rule

_sync(synced, on_premises) := testing.resource({"facts": {
	"hashes_synced": testing.truth(synced, [50]),
	"signs_in_on_premises": testing.truth(on_premises, [51]),
}})

_judged(synced, on_premises) := said if {
	said := testing.only(rule.results) with input as testing.holding("directory_sync", _sync(synced, on_premises))
}

test_off_beside_on_premises_sign_in_fails_high if {
	said := _judged("no", "yes")
	said.verdict == "fail"
	said.severity == "high"
	said.evidence == [50, 51]
}

test_off_alone_fails_medium if {
	said := _judged("no", "no")
	said.verdict == "fail"
	said.severity == "medium"
	said.graver == []
}

test_off_beside_what_may_be_on_premises_sign_in_names_the_question if {
	said := _judged("no", "maybe")
	said.verdict == "fail"
	said.severity == "medium"
	said.graver == [{"severity": "high", "missing": [51]}]
}

test_on_passes_whatever_signs_in if {
	_judged("yes", "yes").verdict == "pass"
	_judged("yes", "no").verdict == "pass"
	_judged("yes", "maybe").verdict == "pass"
}

test_what_may_be_off_is_unknown_at_the_severity_that_it_could_have if {
	_judged("maybe", "yes").verdict == "unknown"
	_judged("maybe", "yes").severity == "high"
	_judged("maybe", "no").verdict == "unknown"
	_judged("maybe", "no").severity == "medium"
	_judged("maybe", "no").missing == [50]
}

test_possibly_there_is_unknown if {
	sync := object.union(_sync("no", "yes"), {"presence": testing.truth("maybe", [8])})
	testing.only(rule.results).verdict == "unknown" with input as testing.holding("directory_sync", sync)
}
