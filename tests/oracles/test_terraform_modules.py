"""Whole root modules, evaluated from their source, against what Terraform planned of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.oracles import terraform_modules, terraform_resources
from tests.oracles.sets import every_set

from sparekey.formats.terraform.lang.types import DYNAMIC
from sparekey.formats.terraform.lang.values import Value, Why, text, unknown
from sparekey.formats.terraform.modules.evaluated import Fault

MODULES_EQUAL = 0.98
RESOURCES_EQUAL = 0.97


@pytest.fixture(scope="module")
def folders() -> Iterator[tuple[Path, ...]]:
    with every_set() as found:
        yield found


def test_modules_of_the_built_in_provider(folders: tuple[Path, ...]) -> None:
    found = [folder for folder in folders if terraform_modules.reads(folder)]
    if not found:
        pytest.skip("the set is not here")
    for folder in found:
        score = terraform_modules.score(folder)
        assert score.wrong == 0, score.differences
        assert score.equal >= MODULES_EQUAL * score.total > 0, score.differences


def test_modules_of_a_real_provider(folders: tuple[Path, ...]) -> None:
    found = [folder for folder in folders if terraform_resources.reads(folder)]
    assert found
    for folder in found:
        score = terraform_resources.score(folder)
        assert score.wrong == 0, score.differences
        assert score.equal >= RESOURCES_EQUAL * score.total > 0, score.differences


def test_the_score_notices_what_is_spoilt(folders: tuple[Path, ...]) -> None:
    folder = next((one for one in folders if terraform_modules.reads(one)), None)
    if folder is None:
        pytest.skip("the set is not here")
    case = folder / "modules" / "module-basic"
    said = terraform_modules.evaluate(case)
    assert terraform_modules.compare("case", case, said).equal == 1
    [address, *_] = said.resources
    planned = said.resources[address]
    nothing = unknown(DYNAMIC, Why("blanked"))
    spoilt = {
        "missing": replace(said, resources={key: one for key, one in said.resources.items() if key != address}),
        "changed": replace(said, resources={**said.resources, address: replace(planned, value=text("other"))}),
        "replaced": replace(said, resources={**said.resources, address: replace(planned, actions=("delete", "create"))}),
        "error": replace(said, errors=(Fault(summary="Error"),)),
        "output": replace(said, outputs={**said.outputs, "extra": text("x")}),
    }
    for name, one in spoilt.items():
        assert terraform_modules.compare("case", case, one).wrong == 1, name
    blanked: dict[str, Value] = dict.fromkeys(said.outputs, nothing)
    assert blanked
    assert terraform_modules.compare("case", case, replace(said, outputs=blanked)).unknown == 1


def test_an_error_that_is_not_seen_is_wrong(folders: tuple[Path, ...]) -> None:
    folder = next((one for one in folders if terraform_modules.reads(one)), None)
    if folder is None:
        pytest.skip("the set is not here")
    case = folder / "modules" / "count-null-error"
    said = terraform_modules.evaluate(case)
    assert terraform_modules.compare("case", case, said).equal == 1
    assert terraform_modules.compare("case", case, replace(said, errors=())).wrong == 1
    limited = replace(said, errors=(), limits=(Fault(summary="Too much", certain=False),))
    assert terraform_modules.compare("case", case, limited).unknown == 1
