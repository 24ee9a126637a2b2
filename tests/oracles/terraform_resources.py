"""Part `resources`: root modules of a real provider, evaluated without its schema, compared by the set's own `score.py`."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from types import ModuleType

from tests.oracles.sets import Part, Score
from tests.oracles.terraform_modules import UNKNOWN, given_in, shown

from sparekey.formats.terraform.modules.evaluated import EvaluatedBody
from sparekey.formats.terraform.modules.root import load

Json = object


def written(value: Json) -> Json:
    """The set's score takes the sign off a negative zero that is a number; Terraform writes it into a string."""
    if isinstance(value, dict):
        return {name: written(item) for name, item in value.items()}
    if isinstance(value, list):
        return [written(item) for item in value]
    return "-0" if isinstance(value, Decimal) and value.is_zero() and value.is_signed() else value


def body(evaluated: EvaluatedBody) -> Json:
    """A body as the set's score wants it: values, and blocks as lists of bodies."""
    found: dict[str, Json] = {name: written(shown(argument.value)) for name, argument in evaluated.arguments.items()}
    for name, blocks in evaluated.blocks.items():
        found[name] = UNKNOWN if blocks.open is not None else [body(member) for member in blocks.members]
    return found


def evaluate(case: Path) -> tuple[dict[str, Json], set[str]]:
    """The bodies by address, and the addresses of which only the block is known, without the keys of their instances."""
    given = given_in(case)
    root = load(case, scan_root=case, values=given.values, workspace=given.workspace, missing="error")
    bodies: dict[str, Json] = {}
    open_ones: set[str] = set()
    for instance in root.instances():
        if instance.possible is not None:
            open_ones.add(without_keys(instance.address))
        else:
            bodies[instance.address] = {"values": body(instance.evaluate())}
    root.finish()
    return bodies, open_ones


def compare(name: str, case: Path, said: tuple[Mapping[str, Json], set[str]]) -> Score:
    """A path is one unit; those of an instance that is missing count too."""
    bodies, open_ones = said
    rules = _rules(case.parent / "score.py")
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"), parse_float=Decimal)
    result = rules.score_case(expected, bodies)
    counts = result.counts
    score = Score(
        total=counts["paths"] + counts["extra_resources"], equal=counts["equal"], unknown=counts["unknown"], wrong=counts["wrong"]
    )
    score.wrong += counts["extra_resources"]
    score.differences = [f"{name}: {kind}: {where}" for kind, where in result.why]
    if expected["exit"]:
        return score
    for address, row in expected["resources"].items():
        if "set_in_source" in row and row["actions"] != ["delete"] and address not in bodies:
            if without_keys(address) in open_ones:
                score.unknown += rules.count(row["set_in_source"])
            else:
                score.wrong += rules.count(row["set_in_source"])
    return score


def without_keys(address: str) -> str:
    """An address without the keys of its instances."""
    return re.sub(r'\[(?:\*|\d+|"(?:[^"\\]|\\.)*")\]', "", address)


def _rules(path: Path) -> ModuleType:
    """The set's own way of comparing."""
    spec = importlib.util.spec_from_file_location("oracle_score", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cases(folder: Path) -> list[Path]:
    """The cases of a set."""
    return sorted(path.parent for path in folder.glob("*/expected.json"))


def reads(folder: Path) -> bool:
    """Whether a folder is a set of this kind."""
    return any("set_in_source" in (case / "expected.json").read_text(encoding="utf-8") for case in cases(folder))


def score(folder: Path) -> Score:
    """Every module of a set."""
    total = Score()
    for case in cases(folder):
        total.add(compare(case.name, case, evaluate(case)))
    return total


PART = Part("resources", reads, score)
