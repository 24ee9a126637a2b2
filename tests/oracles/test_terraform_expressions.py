"""What the evaluator says of expressions that the real Terraform answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.oracles.sets import BESIDE, HERE, unpacked
from tests.oracles.terraform_expressions import PART

SHARE_EQUAL = 0.995
"""What stays unknown depends on the time or on the machine: `plantimestamp`, `path.cwd`, compressed bytes."""


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    packed = HERE / "terraform.tar.xz"
    if packed.is_file():
        with unpacked(packed) as found:
            yield found
    elif (BESIDE / "terraform").is_dir():
        yield BESIDE / "terraform"
    else:
        pytest.skip("the set is neither packed here nor beside the project")


def test_no_expression_is_answered_wrongly(folder: Path) -> None:
    assert PART.reads(folder)
    score = PART.score(folder)
    assert score.wrong == 0, score.differences
    assert score.total == score.equal + score.unknown > 3_000
    assert score.equal >= SHARE_EQUAL * score.total
