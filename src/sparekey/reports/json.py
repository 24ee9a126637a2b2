"""The report for programs: one object, schema schemas/run.json (`sparekey-run/1`), and the way back from it to a `Run`."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import cast

from sparekey.model.finding import VERDICTS, Call, Evidence, Finding, Missing, Outcome, Question
from sparekey.model.problem import Problem
from sparekey.model.run import Counts, Coverage, Run
from sparekey.model.span import Place, Pointer, Span
from sparekey.model.value import Answer

SCHEMA = "sparekey-run/1"

_Object = dict[str, object]

_ODD = re.compile(r"[^\n -~]")


class JsonReport:
    """Prints the run as one JSON object, in the same bytes for the same run."""

    name = "json"

    def render(self, run: Run, *, width: int, colour: bool, everything: bool) -> str:
        """The object, indented by two. Width, colour and the choice of what to show are for people, and change nothing here."""
        del width, colour, everything
        return run_to_json(run)


def run_to_json(run: Run) -> str:
    """The run as JSON text, ending with a line break."""
    text = json.dumps(_run(run), ensure_ascii=False, indent=2)
    return _ODD.sub(_escaped, text) + "\n"


def _escaped(found: re.Match[str]) -> str:
    """What JSON allows inside strings and a terminal should not see, in JSON's own escapes (two for what lies beyond 16 bits)."""
    character = found[0]
    if character.isprintable():
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _run(run: Run) -> _Object:
    counts = run.counts
    verdicts = Counter(outcome.verdict for outcome in run.outcomes)
    by_verdict: dict[str, int] = {verdict: verdicts[verdict] for verdict in VERDICTS}
    waived = sum(finding.waiver is not None for outcome in run.outcomes for finding in outcome.findings)
    return {
        "schema": SCHEMA,
        "exit_code": run.exit_code,
        "as_of": run.as_of,
        "summary": {
            "files": counts.files,
            "unreadable": counts.unreadable,
            "resources": counts.resources,
            "identity_resources": counts.identity_resources,
            "rules": counts.rules,
            **by_verdict,
            "waived": waived,
        },
        "outcomes": [_outcome(outcome) for outcome in run.outcomes],
        "questions": [_question(question) for question in run.questions],
        "problems": [_problem(problem) for problem in run.problems],
        "coverage": {
            "understood": dict(run.coverage.understood),
            "unmapped": dict(run.coverage.unmapped),
            "complete": list(run.coverage.complete),
        },
        "config": {"fail_on": run.fail_on, "fail_on_unknown": run.fail_on_unknown},
        "versions": dict(run.versions),
        "decisions": list(run.decisions),
    }


def _question(question: Question) -> _Object:
    return {
        "what": question.what,
        "where": where(question.at),
        "how": question.how,
        "decides": list(question.decides),
        "answers": [{"into": a.into, "entry": a.entry, "meaning": a.meaning} for a in question.answers],
    }


def _outcome(outcome: Outcome) -> _Object:
    return {
        "rule": outcome.rule,
        "category": outcome.category,
        "severity": outcome.severity,
        "title": outcome.title,
        "verdict": outcome.verdict,
        "checked": outcome.checked,
        "findings": [_finding(finding) for finding in outcome.findings],
        "error": outcome.error,
    }


def _finding(finding: Finding) -> _Object:
    return {
        "subject": finding.subject,
        "deployment": finding.deployment,
        "verdict": finding.verdict,
        "severity": finding.severity,
        "severity_if_enforced": finding.severity_if_enforced,
        "latent": finding.latent,
        "graver": finding.graver,
        "message": finding.message,
        "fix": finding.fix,
        "evidence": [_evidence(evidence) for evidence in finding.evidence],
        "via": [{"name": call.name, "where": where(call.at)} for call in finding.via],
        "missing": [{"what": m.what, "where": where(m.at), "how": m.how} for m in finding.missing],
        "waiver": finding.waiver,
        "lapsed": finding.lapsed,
        "fingerprint": finding.fingerprint,
    }


def _evidence(evidence: Evidence) -> _Object:
    at = evidence.at
    span = at if isinstance(at, Span) else None
    return {
        "file": at.file,
        "start_line": span.start_line if span else None,
        "end_line": span.end_line if span else None,
        "start_column": span.start_column if span else None,
        "end_column": span.end_column if span else None,
        "pointer": evidence.pointer if span else cast("Pointer", at).pointer,
        "role": evidence.role,
        "label": evidence.label,
        "excerpt": evidence.excerpt,
    }


def _problem(problem: Problem) -> _Object:
    return {
        "kind": problem.kind,
        "blame": problem.blame,
        "message": problem.message,
        "file": problem.at.file,
        "line": problem.at.start_line if isinstance(problem.at, Span) else None,
        "pointer": "" if isinstance(problem.at, Span) else problem.at.pointer,
        "incomplete": problem.incomplete,
    }


def where(at: Place) -> str:
    """A place in one word: `file:line`, `file#/pointer` for one in machine-written JSON, `file` for all of it."""
    if isinstance(at, Span):
        return f"{at.file}:{at.start_line}"
    return f"{at.file}#{at.pointer}" if at.pointer else at.file


# --- and back ----------------------------------------------------------------------------------------------------------


class NotARunError(Exception):
    """A text that is no `sparekey-run/1` object."""


def run_from_json(text: str) -> Run:
    """The run that `run_to_json` printed: printing it again gives the same bytes. Raises NotARunError for any other text."""
    try:
        held = cast("_Object", json.loads(text))
        if held["schema"] != SCHEMA:
            raise NotARunError(f"the schema is {held['schema']!r}, not {SCHEMA!r}")
        return _read_run(held)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotARunError(f"not a {SCHEMA} object: {error!r}") from error


def _objects(held: Mapping[str, object], key: str) -> list[_Object]:
    return list(cast("list[_Object]", held[key]))


def _read_run(held: _Object) -> Run:
    summary = cast("Mapping[str, int]", held["summary"])
    coverage = cast("Mapping[str, Mapping[str, int]]", held["coverage"])
    config = cast("Mapping[str, str]", held["config"])
    return Run(
        outcomes=tuple(_read_outcome(each) for each in _objects(held, "outcomes")),
        questions=tuple(_read_question(each) for each in _objects(held, "questions")),
        problems=tuple(_read_problem(each) for each in _objects(held, "problems")),
        coverage=Coverage(
            understood=dict(coverage["understood"]),
            unmapped=dict(coverage["unmapped"]),
            complete=_texts(coverage["complete"]),
        ),
        counts=Counts(**{name: summary[name] for name in ("files", "unreadable", "resources", "identity_resources", "rules")}),
        exit_code=cast("int", held["exit_code"]),
        as_of=str(held["as_of"]),
        fail_on=config["fail_on"],
        fail_on_unknown=config["fail_on_unknown"],
        versions=dict(cast("Mapping[str, str]", held["versions"])),
        decisions=_texts(held["decisions"]),
    )


def _texts(held: object) -> tuple[str, ...]:
    return tuple(cast("list[str]", held))


def _read_question(held: _Object) -> Question:
    return Question(
        what=str(held["what"]),
        at=_place(str(held["where"])),
        how=str(held["how"]),
        decides=_texts(held["decides"]),
        answers=tuple(
            Answer(into=str(a["into"]), entry=str(a["entry"]), meaning=str(a["meaning"])) for a in _objects(held, "answers")
        ),
    )


def _read_outcome(held: _Object) -> Outcome:
    rest = cast("dict[str, str]", {key: value for key, value in held.items() if key not in ("findings", "checked")})
    findings = tuple(_read_finding(each, rule=str(held["rule"])) for each in _objects(held, "findings"))
    return Outcome(**rest, checked=cast("int", held["checked"]), findings=findings)  # type: ignore[arg-type]  # checked by the schema


def _read_finding(held: _Object, *, rule: str) -> Finding:
    rest = cast("dict[str, str]", {key: value for key, value in held.items() if key not in ("evidence", "missing", "via")})
    return Finding(
        **rest,  # type: ignore[arg-type]  # checked by the schema
        rule=rule,
        via=tuple(Call(at=_place(str(c["where"])), name=str(c["name"])) for c in _objects(held, "via")),
        evidence=tuple(_read_evidence(each) for each in _objects(held, "evidence")),
        missing=tuple(
            Missing(what=str(m["what"]), at=_place(str(m["where"])), how=str(m["how"])) for m in _objects(held, "missing")
        ),
    )


def _read_evidence(held: _Object) -> Evidence:
    pointer = str(held["pointer"])
    at: Place = Pointer(file=str(held["file"]), pointer=pointer)
    if held["start_line"] is not None:
        names = ("start_line", "start_column", "end_line", "end_column")
        at = Span(file=str(held["file"]), **{name: cast("int", held[name]) for name in names})
    return Evidence(
        at=at,
        label=str(held["label"]),
        role="primary" if held["role"] == "primary" else "related",
        excerpt=str(held["excerpt"]),
        pointer=pointer,
    )


def _read_problem(held: _Object) -> Problem:
    line = held["line"]
    at: Place = Pointer(file=str(held["file"]), pointer=str(held["pointer"]))
    if isinstance(line, int):
        at = _line(str(held["file"]), line)
    kind, blame, message = str(held["kind"]), held["blame"], str(held["message"])
    return Problem(kind=kind, blame=blame, message=message, at=at, incomplete=bool(held["incomplete"]))  # type: ignore[arg-type]  # checked by the schema


def _line(file: str, line: int) -> Span:
    return Span(file=file, start_line=line, start_column=1, end_line=line, end_column=1)


def _place(text: str) -> Place:
    """The place that `where` wrote."""
    file, mark, pointer = text.partition("#/")
    if mark:
        return Pointer(file=file, pointer=f"/{pointer}")
    file, mark, line = text.rpartition(":")
    if mark and line.isascii() and line.isdigit() and int(line) > 0:
        return _line(file, int(line))
    return Pointer(file=text, pointer="")


REPORT = JsonReport()
