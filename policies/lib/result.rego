# METADATA
# title: What a rule says of one subject
# description: |
#   `judge` turns the truths of one rule about one subject into a result: subject, verdict, severity ("" for the rule's own), latent,
#   message, evidence and missing (handles), graver (a graver grade that is undecided), cause (what names the finding besides its subject).
package sparekey.lib.result

import data.sparekey.lib.tri

# `spec` holds "message" ([format, [argument, ...]]) and either "defect" (a truth) or "grades" ([{"severity", "when"}], gravest first),
# and may hold "scope" (a truth, yes unless given), "latent" (a truth, no unless given) and "cause" ([string, ...]).
judge(subject, spec) := object.union(
	{
		"subject": subject.id,
		"message": spec.message,
		"latent": latent.answer == "yes",
		"cause": object.get(spec, "cause", []),
	},
	_verdict(_grades(spec), _scope(spec), subject.presence, latent),
) if {
	latent := object.get(spec, "latent", {"answer": "no", "because": []})
}

_grades(spec) := [{"severity": "", "when": spec.defect}] if {
	spec.defect
} else := spec.grades

_scope(spec) := spec.scope if {
	spec.scope
} else := {"answer": "yes", "because": []}

# Whether the subject exists and is in scope is joined to every grade. Where nobody knows whether the rule is about the subject at all,
# nothing is said of it: a pass would turn into "not applicable" once it is known.
_verdict(grades, scope, presence, latent) := _decided(grades, latent) if {
	scope.answer == "yes"
	presence.answer == "yes"
} else := _said("not_applicable", "", gate.because, []) if {
	gate := tri.all([scope, presence])
	gate.answer == "no"
} else := verdict if {
	joined := [{"severity": grade.severity, "when": tri.all([grade.when, scope, presence])} | some grade in grades]
	verdict := _unless_out_of_scope(_decided(joined, latent), scope, grades[0].severity)
}

_unless_out_of_scope(verdict, scope, severity) := _said("unknown", severity, [], scope.because) if {
	verdict.verdict == "pass"
	scope.answer == "maybe"
} else := verdict

# The first grade that is proven is the verdict; a latent state that nobody knows keeps even that open.
_decided(grades, latent) := object.union(_said("fail", proven.severity, proven.when.because, []), {"graver": graver}) if {
	latent.answer != "maybe"
	yeses := [i | some i, grade in grades; grade.when.answer == "yes"]
	yeses != []
	proven := grades[yeses[0]]
	graver := [{"severity": grade.severity, "missing": grade.when.because} |
		some grade in array.slice(grades, 0, yeses[0])
		grade.when.answer == "maybe"
	]
} else := _said("unknown", open[0].severity, [], array.concat(
	[handle | some grade in open; grade.when.answer == "maybe"; some handle in grade.when.because],
	[handle | latent.answer == "maybe"; some handle in latent.because],
)) if {
	open := [grade | some grade in grades; grade.when.answer != "no"]
	open != []
} else := _said("pass", "", [handle | some grade in grades; some handle in grade.when.because], [])

_said(verdict, severity, evidence, missing) := {
	"verdict": verdict,
	"severity": severity,
	"evidence": evidence,
	"missing": missing,
	"graver": [],
}
