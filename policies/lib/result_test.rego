package sparekey.lib.result_test

import data.sparekey.lib.result
import data.sparekey.lib.testing

_truth := {
	"yes": testing.truth("yes", [1]),
	"no": testing.truth("no", [2]),
	"maybe": testing.truth("maybe", [3]),
}

_judged(presence, spec) := result.judge(
	testing.resource({"presence": presence}),
	object.union({"message": ["%s", ["x"]]}, spec),
)

_present := testing.truth("yes", [])

test_a_defect_decides if {
	_judged(_present, {"defect": _truth.yes}).verdict == "fail"
	_judged(_present, {"defect": _truth.no}).verdict == "pass"
	_judged(_present, {"defect": _truth.maybe}).verdict == "unknown"
}

test_handles_go_where_they_belong if {
	failed := _judged(_present, {"defect": _truth.yes})
	failed.evidence == [1]
	failed.missing == []
	passed := _judged(_present, {"defect": _truth.no})
	passed.evidence == [2]
	passed.missing == []
	open := _judged(_present, {"defect": _truth.maybe})
	open.evidence == []
	open.missing == [3]
}

test_every_result_has_the_same_members if {
	every answer in testing.answers {
		every scope in testing.answers {
			said := _judged(_present, {"defect": _truth[answer], "scope": _truth[scope]})
			object.keys(said) == {
				"subject", "verdict", "severity", "latent", "message",
				"evidence", "missing", "graver", "cause",
			}
		}
	}
}

# Fails only what is certainly there, in scope, defective and in force; passes only what is certainly not defective.
test_verdict_of_every_combination if {
	every scope in testing.answers {
		every presence in testing.answers {
			every defect in testing.answers {
				every latent in testing.answers {
					said := _judged(_truth[presence], {"scope": _truth[scope], "defect": _truth[defect], "latent": _truth[latent]})
					said.verdict == _expected([scope, presence], defect, latent)
				}
			}
		}
	}
}

_expected(gate, _, _) := "not_applicable" if "no" in gate

_expected(["yes", presence], "no", _) := "pass" if presence != "no"

_expected(["maybe", presence], "no", _) := "unknown" if presence != "no"

_expected(["yes", "yes"], "yes", latent) := "fail" if latent != "maybe"

_expected(["yes", "yes"], "yes", "maybe") := "unknown"

_expected(gate, "yes", _) := "unknown" if {
	not "no" in gate
	"maybe" in gate
}

_expected(gate, "maybe", _) := "unknown" if not "no" in gate

test_presence_without_scope_gates_too if {
	_judged(_truth.maybe, {"defect": _truth.yes}).verdict == "unknown"
	_judged(_truth.maybe, {"defect": _truth.no}).verdict == "pass"
	_judged(_truth.no, {"defect": _truth.yes}).verdict == "not_applicable"
}

test_latent_is_told if {
	_judged(_present, {"defect": _truth.yes, "latent": _truth.yes}).latent == true
	_judged(_present, {"defect": _truth.yes, "latent": _truth.no}).latent == false
	_judged(_present, {"defect": _truth.yes}).latent == false
	_judged(_present, {"defect": _truth.yes, "latent": _truth.maybe}).missing == [3]
}

_graded(high, low) := _judged(_present, {"grades": [
	{"severity": "high", "when": testing.truth(high, [5])},
	{"severity": "low", "when": testing.truth(low, [6])},
]})

test_the_first_grade_that_is_proven_counts if {
	_graded("yes", "yes").severity == "high"
	_graded("yes", "yes").evidence == [5]
	_graded("no", "yes").severity == "low"
	_graded("no", "yes").evidence == [6]
	_graded("no", "yes").graver == []
	_graded("yes", "maybe").severity == "high"
}

test_a_graver_grade_that_is_undecided_is_named if {
	_graded("maybe", "yes").verdict == "fail"
	_graded("maybe", "yes").severity == "low"
	_graded("maybe", "yes").graver == [{"severity": "high", "missing": [5]}]
}

test_only_a_graver_grade_is_named if {
	said := _judged(_present, {"grades": [
		{"severity": "high", "when": _truth.yes},
		{"severity": "medium", "when": _truth.maybe},
		{"severity": "low", "when": _truth.yes},
	]})
	said.severity == "high"
	said.graver == []
}

test_undecided_grades if {
	_graded("maybe", "maybe").verdict == "unknown"
	_graded("maybe", "maybe").severity == "high"
	_graded("maybe", "maybe").missing == [5, 6]
	_graded("no", "maybe").severity == "low"
	_graded("no", "maybe").missing == [6]
	_graded("no", "no").verdict == "pass"
	_graded("no", "no").evidence == [5, 6]
}

test_causes_are_handed_on if {
	_judged(_present, {"defect": _truth.yes, "cause": ["a"]}).cause == ["a"]
	_judged(_present, {"defect": _truth.yes}).cause == []
}

# A rule that forgets to say what it looks for, or whose truth is undefined, has no result; the host makes that an error.
test_nothing_to_judge_is_no_result if {
	not _judged(_present, {"message": ["", []]})
}
