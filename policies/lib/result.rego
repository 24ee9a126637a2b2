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
	_verdict(_grades(spec), _gate(subject, spec), latent),
) if {
	latent := object.get(spec, "latent", {"answer": "no", "because": []})
}

_grades(spec) := [{"severity": "", "when": spec.defect}] if {
	spec.defect
} else := spec.grades

# Whether the subject exists and is in scope. It is joined to every grade.
_gate(subject, spec) := tri.all([spec.scope, subject.presence]) if {
	spec.scope
} else := subject.presence

_verdict(grades, gate, latent) := _said("not_applicable", "", gate.because, []) if {
	gate.answer == "no"
} else := _decided(grades, latent) if {
	gate.answer == "yes"
} else := _decided([{"severity": grade.severity, "when": tri.all([grade.when, gate])} | some grade in grades], latent)

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
