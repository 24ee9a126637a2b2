"""Part `expressions`: what Terraform says of expressions in a fixed module, against our evaluation of them there."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.oracles.sets import Part, Score

from sparekey.formats.terraform.lang import json_text
from sparekey.formats.terraform.lang.evaluate import evaluate
from sparekey.formats.terraform.lang.limits import Budget
from sparekey.formats.terraform.lang.shown import sensitive, sensitive_json, type_json, unknown_json, value_json
from sparekey.formats.terraform.lang.values import EPHEMERAL, EvaluationError, TooMuchError, Value, all_marks, wholly_known
from sparekey.formats.terraform.modules.checks import Configuration, check
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.root import Root, load
from sparekey.formats.terraform.syntax import tree
from sparekey.model.span import Span

Case = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of an expression: a value, an error's summary, or why neither can be said."""

    value: Value | None = None
    error: str = ""
    limit: str = ""


@dataclass(slots=True)
class Details:
    """Counts beyond the score: verdicts by category, and how often the words of errors agree."""

    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)


def answers(folder: Path, cases: list[Case]) -> Iterator[tuple[Case, Answer]]:
    """Each expression as the value of a local in the module `context`, in a file of its own."""
    with TemporaryDirectory() as copy:
        context = Path(copy) / "context"
        shutil.copytree(folder / "context", context)
        context.chmod(0o755)
        for place, case in enumerate(cases):
            text = f"locals {{\n  expression_{place} = {case['expr']}\n}}\n"
            (context / f"expression_{place}.tf").write_text(text, encoding="utf-8", newline="")
        asked = _Asked(load(context, scan_root=context))
        for place, case in enumerate(cases):
            yield case, asked.answer(f"expression_{place}")


class _Asked:
    """The module with all expressions in it."""

    def __init__(self, root: Root) -> None:
        self.root = root
        module = root.module
        self.bodies = {file.name.removesuffix(".tf"): file.body for file in module.files}
        self.refused: dict[str, list[Fault]] = {}
        for fault in (*check(Configuration(module)), *root.validate()):
            if fault.severity == "error" and fault.certain and fault.at is not None:
                self.refused.setdefault(fault.at.file.removesuffix(".tf"), []).append(fault)

    def answer(self, name: str) -> Answer:
        """What the product says of one expression."""
        unread = list(self._unread(name))
        if any(part.limit for part in unread):
            return Answer(limit="; ".join(part.message for part in unread))
        if unread:
            return Answer(error=min(unread, key=lambda part: _place(part.span)).message.partition(":")[0])
        faults = [(_place(fault.at), fault.summary) for fault in self.refused.get(name, ())]
        expression = self.root.module.locals[name].value
        scope = self.root.space.scope
        scope.budget = Budget()
        value = None
        try:
            value = evaluate(expression, scope)
        except EvaluationError as error:
            faults.append((_place(error.span), error.summary))
        except TooMuchError as error:
            return Answer(limit=str(error))
        mine = [fault for fault in self.root.context.work.faults if fault.at is not None and fault.at.file == f"{name}.tf"]
        faults += [(_place(fault.at), fault.summary) for fault in mine]
        if faults:
            return Answer(error=min(faults)[1])
        if value is not None and EPHEMERAL in all_marks(value):
            # The output that shows the value would be refused.
            return Answer(error="Ephemeral value not allowed")
        return Answer(value=value)

    def _unread(self, name: str) -> Iterator[tree.Unreadable]:
        body = self.bodies[name]
        yield from body.problems
        for block in body.blocks:
            yield from block.body.problems
            for attribute in block.body.attributes.values():
                yield from unreadable(attribute.value)


def _place(at: Span | None) -> tuple[int, int]:
    return (at.start_line, at.start_column) if at else (0, 0)


def unreadable(node: object) -> Iterator[tree.Unreadable]:
    """The unreadable parts of an expression."""
    stack = [node]
    while stack:
        one = stack.pop()
        if isinstance(one, tree.Unreadable):
            yield one
        elif isinstance(one, tuple):
            stack.extend(one)
        elif type(one).__module__ == tree.__name__:
            stack.extend(getattr(one, name) for name in getattr(type(one), "__slots__", ()))


def verdict(case: Case, said: Answer) -> tuple[str, str]:
    """Whether the answer is equal, unknown or wrong, and what differs."""
    status = case["status"]
    if said.limit:
        return "unknown", said.limit
    if status == "error":
        return _of_error(case, said)
    if said.error:
        return "wrong", f"error {said.error!r} for a {status}"
    if said.value is None:
        return "unknown", "nothing"
    return _of_value(case, said.value)


def _of_error(case: Case, said: Answer) -> tuple[str, str]:
    if said.error:
        return "equal", "" if said.error in {
            case["error"],
            *case.get("all_errors", ()),
        } else f"{said.error!r}, not {case['error']!r}"
    assert said.value is not None
    if said.value.unknown:
        return "unknown", f"unknown for the error {case['error']!r}"
    return "wrong", f"a value for the error {case['error']!r}: {value_json(said.value)!r}"


def _of_value(case: Case, value: Value) -> tuple[str, str]:
    status = "value" if wholly_known(value) else "unknown" if not value.known else "partial"
    if status != case["status"]:
        vaguer = status == "unknown" or (status == "partial" and case["status"] == "value")
        return "unknown" if vaguer else "wrong", f"{status} for {case['status']}"
    if type_json(value.type) != case["type"]:
        return "wrong", f"type {type_json(value.type)}, not {case['type']}"
    if case.get("volatile") or case.get("infinite"):
        return "equal", ""
    shown = value_json(value)
    if status != "unknown" and not same_json(shown, case.get("value")):
        return "wrong", f"{shown!r}, not {case.get('value')!r}"
    if sensitive(value) != case["sensitive"]:
        return "wrong", "sensitive" if sensitive(value) else "not sensitive"
    if "sensitive_at" in case and sensitive_json(value) != case["sensitive_at"]:
        return "wrong", f"sensitive at {sensitive_json(value)}, not {case['sensitive_at']}"
    if status == "partial" and unknown_json(value) != case["unknown_at"]:
        return "wrong", f"unknown at {unknown_json(value)}, not {case['unknown_at']}"
    if "json" in case and json_text.encode(value) != case["json"]:
        return "wrong", f"JSON {json_text.encode(value)}, not {case['json']}"
    return "equal", ""


def same_json(one: object, other: object) -> bool:
    """Whether two JSON values are the same, true and 1 apart."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_json, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_json(item, other[name]) for name, item in one.items())
    if isinstance(one, int | Decimal) and isinstance(other, int | Decimal):
        return isinstance(one, bool) == isinstance(other, bool) and one == other
    return type(one) is type(other) and one == other


def read_cases(folder: Path) -> list[Case]:
    """The cases of a set."""
    lines = (folder / "expressions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line, parse_float=Decimal) for line in lines]


def score_cases(folder: Path, cases: list[Case], details: Details | None = None) -> Score:
    """How the answers compare."""
    total = Score()
    for case, said in answers(folder, cases):
        result, why = verdict(case, said)
        total.total += 1
        setattr(total, result, getattr(total, result) + 1)
        if result == "wrong":
            total.differences.append(f"{case['expr']}: {why}")
        if details is not None:
            details.verdicts[(case["category"], result)] += 1
            if why and result != "wrong":
                details.lines.append(f"{result} {case['category']}: {case['expr']}: {why}")
    return total


def score(folder: Path) -> Score:
    """All expressions of a set."""
    return score_cases(folder, read_cases(folder))


PART = Part("expressions", lambda folder: (folder / "expressions.jsonl").is_file() and (folder / "modules").is_dir(), score)
