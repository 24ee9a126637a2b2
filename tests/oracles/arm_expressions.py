"""Part `expressions`: ARM template expressions, against the answers of Microsoft's deployment engine."""

from __future__ import annotations

import json
from pathlib import Path

from tests.oracles.sets import Part, Score

from sparekey.formats.arm.language.evaluate import Evaluator
from sparekey.formats.arm.language.values import EvaluationError, Later, OpenObject, TooMuchError, Value, laters
from sparekey.formats.arm.template.deployment import Deployment
from sparekey.formats.arm.template.scopes import Scope
from sparekey.formats.arm.template.session import Session

SCOPE = Scope(
    level="resourceGroup",
    subscription="00000000-0000-0000-0000-000000000001",
    group="rg-identity",
    management_group=Later("which management group?"),
    tenant="00000000-0000-0000-0000-000000000002",
    location="westeurope",
)


def reads(folder: Path) -> bool:
    """Whether a folder holds ARM expressions beside whole templates."""
    return (folder / "templates").is_dir() and (folder / "expressions.jsonl").is_file()


def evaluated(text: str, context: dict[str, object]) -> Value:
    """The value of a text within a template. Raises EvaluationError, TooMuchError."""
    top = {"contentVersion": "1.0.0.0", "resources": [], **context}
    deployment = Deployment(session=Session(strict=True), top=top, name="main", target=SCOPE)
    return Evaluator(deployment.world(runtime=True), deployment.session.budget).text(text)


def equal(got: Value, want: object) -> bool | None:
    """Whether a value is the engine's; None where something of it is unknown, and all else is equal.

    Where the engine prints an expression as text, because only the deployment knows its value, an unknown is what is equal.
    """
    if isinstance(got, Later):
        return True if is_runtime(want) else None
    if is_runtime(want) and not isinstance(got, str):
        return bool(laters(got))
    if isinstance(got, dict) and isinstance(want, dict):
        if not isinstance(got, OpenObject) and got.keys() != want.keys():
            return False
        return _all([equal(value, want[key]) if key in want else False for key, value in got.items()])
    if isinstance(got, list) and isinstance(want, list):
        return len(got) == len(want) and _all([equal(one, other) for one, other in zip(got, want, strict=True)])
    return isinstance(got, bool) == isinstance(want, bool) and got == want


def is_runtime(want: object) -> bool:
    """Whether the engine printed an expression that it did not evaluate."""
    return isinstance(want, str) and want.startswith("[") and want.endswith("]")


def _all(answers: list[bool | None]) -> bool | None:
    return False if False in answers else None if None in answers else True


def score_case(case: dict[str, object], context: dict[str, object]) -> Score:
    """One expression."""
    text, status = str(case["expr"]), case["status"]
    shown = f"{case['id']} {text[:150]}"
    try:
        got = evaluated(text, context)
    except (EvaluationError, TooMuchError) as error:
        if status == "error":
            return Score(total=1, equal=1)
        return Score(total=1, wrong=1, differences=[f"{shown}: refused ({error}) instead of {case.get('value')!r}"])
    if status == "error":
        if isinstance(got, Later):
            return Score(total=1, unknown=1)
        return Score(total=1, wrong=1, differences=[f"{shown}: {got!r} instead of an error"])
    want = case["value"]
    answer = equal(got, want)
    if answer is None and (status == "runtime" or case.get("touches_runtime")):
        answer = True
    if answer is None:
        return Score(total=1, unknown=1)
    if answer:
        return Score(total=1, equal=1)
    return Score(total=1, wrong=1, differences=[f"{shown}: {got!r} instead of {want!r}"])


def score(folder: Path) -> Score:
    """Every expression of a set."""
    context = json.loads((folder / "context" / "context.json").read_text(encoding="utf-8"))
    total = Score()
    with (folder / "expressions.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            total.add(score_case(json.loads(line), context))
    return total


PART = Part("expressions", reads, score)
