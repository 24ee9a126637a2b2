"""Runs made by hand and by hypothesis, for tests of what becomes of a run."""

from __future__ import annotations

from hypothesis import strategies as st

from sparekey.model.answers import all_there_are, members_of
from sparekey.model.finding import VERDICTS, Evidence, Finding, Missing, Outcome, Question
from sparekey.model.problem import Problem
from sparekey.model.rule import SEVERITIES
from sparekey.model.run import Counts, Coverage, Run
from sparekey.model.span import Place, Pointer, Span


def span(file: str, line: int, start: int = 1, end: int = 1) -> Span:
    return Span(file=file, start_line=line, start_column=start, end_line=line, end_column=end)


def finding(**changes: object) -> Finding:
    """A failing policy, with what a test wants different."""
    held: dict[str, object] = {
        "rule": "policy-locks-everyone-out",
        "subject": "azuread_conditional_access_policy.geo",
        "deployment": "entra/plan.json",
        "verdict": "fail",
        "severity": "critical",
        "message": '"CA010 Block" blocks all users from all apps and excludes nobody',
        "fix": "exclude your emergency accounts",
        "evidence": (
            Evidence(
                at=span("entra/policies.tf", 41, 1, 52),
                label='conditions.users.included_users = ["All"]',
                role="primary",
                excerpt='resource "azuread_conditional_access_policy" "geo" {',
                pointer="/resource_changes/0/change/after/conditions/0/users/0/included_users",
            ),
            Evidence(
                at=span("entra/policies.tf", 41, 1, 52),
                label="excluded users: none written",
                role="related",
                excerpt='resource "azuread_conditional_access_policy" "geo" {',
                pointer="/resource_changes/0/change/after/conditions/0/users/0",
            ),
        ),
        "fingerprint": "0123456789abcdef",
    }
    return Finding(**{**held, **changes})  # type: ignore[arg-type]


def outcome(*findings: Finding, rule: str = "policy-locks-everyone-out", error: str | None = None) -> Outcome:
    verdicts = {each.verdict for each in findings} | ({"error"} if error else set())
    return Outcome(
        rule=rule,
        category="conditional-access",
        severity="critical",
        title="Policy locks everyone out",
        verdict=next((verdict for verdict in VERDICTS if verdict in verdicts), "not_applicable"),
        checked=sum(each.verdict != "not_applicable" for each in findings),
        findings=findings,
        error=error,
    )


def run(*outcomes: Outcome, **changes: object) -> Run:
    held: dict[str, object] = {
        "outcomes": outcomes,
        "questions": (),
        "problems": (),
        "coverage": Coverage(understood={"azuread_conditional_access_policy": 1}, unmapped={"null_resource": 2}),
        "counts": Counts(files=1, resources=3, identity_resources=1, rules=len(outcomes)),
        "exit_code": 1,
        "as_of": "2026-01-31",
        "versions": {"sparekey": "0.1.0"},
    }
    return Run(**{**held, **changes})  # type: ignore[arg-type]


_TEXTS = st.text(max_size=20)
_FILES = st.text(st.characters(exclude_characters="#:"), min_size=1, max_size=12)
_LINES = st.integers(1, 10**6)
_PRINTS = st.text("0123456789abcdef", min_size=16, max_size=16)
_POINTERS = st.lists(st.text("ab~01", max_size=3), max_size=3).map(lambda steps: "".join(f"/{step}" for step in steps))


def _line_places() -> st.SearchStrategy[Place]:
    return st.builds(span, _FILES, _LINES) | st.builds(Pointer, file=_FILES, pointer=_POINTERS)


@st.composite
def _evidence(draw: st.DrawFn) -> Evidence:
    pointer = draw(_POINTERS)
    line, column = draw(_LINES), draw(_LINES)
    at: Place = Pointer(file=draw(_FILES), pointer=pointer)
    if draw(st.booleans()):
        at = Span(file=draw(_FILES), start_line=line, start_column=column, end_line=line + draw(_LINES), end_column=draw(_LINES))
    role = draw(st.sampled_from(("primary", "related")))
    return Evidence(at=at, label=draw(_TEXTS), role=role, excerpt=draw(_TEXTS), pointer=pointer)  # type: ignore[arg-type]


def findings() -> st.SearchStrategy[Finding]:
    severities = st.sampled_from(SEVERITIES)
    return st.builds(
        Finding,
        rule=st.just("a-rule"),
        subject=_TEXTS,
        deployment=_TEXTS,
        verdict=st.sampled_from(VERDICTS),
        severity=severities,
        message=_TEXTS,
        fix=_TEXTS,
        evidence=st.lists(_evidence(), min_size=1, max_size=3).map(tuple),
        fingerprint=_PRINTS,
        missing=st.lists(st.builds(Missing, what=_TEXTS, at=_line_places(), how=_TEXTS), max_size=2).map(tuple),
        severity_if_enforced=st.none() | severities,
        latent=st.booleans(),
        waiver=st.none() | _TEXTS,
        lapsed=st.none() | _TEXTS,
        graver=st.none() | severities,
    )


def runs() -> st.SearchStrategy[Run]:
    """Any run that can be printed."""
    questions = st.builds(
        Question,
        what=_TEXTS,
        at=_line_places(),
        how=_TEXTS,
        decides=st.lists(_PRINTS, min_size=1, max_size=3).map(tuple),
        answers=st.lists(st.builds(members_of, _TEXTS) | st.just(all_there_are("alert")), max_size=2).map(tuple),
    )
    problems = st.builds(
        Problem,
        kind=st.sampled_from(("truncated-json", "not-utf-8")),
        blame=st.sampled_from(("user", "input", "tool")),
        message=_TEXTS,
        at=_line_places(),
        incomplete=st.booleans(),
    )
    outcomes = st.lists(findings(), max_size=3).map(lambda held: outcome(*held, rule="a-rule"))
    return st.builds(
        run,
        outcomes,
        questions=st.lists(questions, max_size=2).map(tuple),
        problems=st.lists(problems, max_size=2).map(tuple),
        exit_code=st.sampled_from((0, 1, 3, 4)),
        fail_on=st.sampled_from(SEVERITIES),
        fail_on_unknown=st.none() | st.sampled_from(SEVERITIES),
    )
