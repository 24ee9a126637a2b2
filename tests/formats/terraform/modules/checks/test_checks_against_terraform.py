"""Static checks against Terraform's own answers: what it accepts is accepted, what it refuses is refused in its words and place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.formats.terraform.modules.checks.configurations import Case, cases, configuration, written
from tests.oracles.sets import BESIDE, HERE, unpacked

from sparekey.formats.terraform.modules.checks import check
from sparekey.formats.terraform.modules.evaluated import Fault

# Only an evaluation, a look at the disk or the plan's imports can tell.
EVALUATED = {
    **dict.fromkeys(
        (
            "default-function",
            "type-bare-set",
            "type-call-empty",
            "type-map-two",
            "type-nullable-default",
            "type-object-text",
            "type-optional-default-wrong",
            "type-optional-top",
            "type-quoted-any",
            "type-reference",
            "type-tuple-length",
            "type-unknown-call",
        ),
        "types and defaults are read where variables are",
    ),
    "module-calls-undeclared-output-splat": "the type of what a splat goes over",
    "null-attr": "the value of an operand",
    "unused-module-bad-argument-type": "conversion of values",
    "import-undeclared": "needs the plan's view of imports",
    "import-undeclared-in-module": "needs the plan's view of imports",
    "module-output-ephemeral-inside": "ephemeral values",
    "module-single-index": "indexing an object",
    "module-source-missing-folder": "the loader looks at the disk",
    "nested-missing-output-in-loop": "whether the loop has an item",
    "override-default-type": "conversion of values",
    "self-triggers": "the order inside a plan",
    "terraform-applying": "ephemeral values",
    "json-depends-expression": "the tree of JSON syntax does not tell a reference in braces from one in quotes",
}

# Where our words or place differ on purpose: Terraform names no place or another line of the same block, stops before it gets so
# far, or says the same thing differently.
OTHERWISE = {
    "module-alias-given",
    "module-alias-given-default",
    "module-own-provider-count",
    "module-providers-alias-missing",
    "provider-version-bad",
    "self-count-out",
    "self-count-whole",
    "self-each-dynamic-key",
    "self-each-other-key",
    "terraform-required-version-bad",
    "validation-self",
}


def faults(folder: Path) -> list[Fault]:
    here = configuration(folder, folder)
    loading = [fault for one in here.walk() for fault in one.module.faults]
    return [fault for fault in [*loading, *check(here)] if fault.severity == "error"]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_what_terraform_says_of_a_configuration(case: Case, tmp_path: Path) -> None:
    found = [fault for fault in faults(written(case, tmp_path)) if case.planned or fault.stage != "plan"]
    shown = [(fault.summary, fault.detail) for fault in found]
    if not case.errors:
        assert not found, shown
        return
    if case.name not in EVALUATED:
        assert found, case.errors
    if case.name in OTHERWISE:
        return
    unplaced = {summary for summary, place in case.errors if not place}
    for fault in found:
        summary = fault.summary.split(":")[0]
        place = f"{fault.at.file}:{fault.at.start_line}" if fault.at is not None else ""
        assert summary in unplaced or (summary, place) in case.errors, (fault, case.errors)


def test_a_configuration_that_only_an_evaluation_can_refuse_is_named_for_a_reason() -> None:
    names = {case.name for case in cases() if case.errors}
    assert EVALUATED.keys() <= names
    assert names >= OTHERWISE


@pytest.fixture(scope="module")
def planned() -> Iterator[list[tuple[Path, bool]]]:
    """Whole modules of the oracle sets, and whether Terraform refuses each."""
    with unpacked(HERE / "relations.tar.xz") as relations, unpacked(HERE / "terraform-aws.tar.xz") as aws:
        folders = [*folders_in(relations), *folders_in(aws), *folders_in(BESIDE / "terraform" / "modules")]
        yield [(folder, refused(folder)) for folder in folders]


def folders_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir() and any(path.glob("*.tf*"))) if folder.is_dir() else []


def refused(folder: Path) -> bool:
    expected = folder / "expected.json"
    return expected.is_file() and json.loads(expected.read_text(encoding="utf-8"))["exit"] != 0


def test_nothing_is_said_of_a_module_that_terraform_plans(planned: list[tuple[Path, bool]]) -> None:
    wrong = {folder.name: found for folder, bad in planned if not bad and (found := faults(folder))}
    assert not wrong
    assert len(planned) > 200


def test_a_fault_in_a_module_of_the_sets_is_one_of_terraforms(planned: list[tuple[Path, bool]]) -> None:
    """Nothing is made up on top of what is really wrong: at least one of the faults is in Terraform's list."""
    for folder, bad in planned:
        found = {fault.summary.split(":")[0] for fault in faults(folder)} if bad else set()
        said = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["diagnostics"] if found else []
        assert not found or found & {one["summary"].split(":")[0] for one in said}, folder.name
