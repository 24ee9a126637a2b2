"""The reader of fault trees, on models small enough to count by hand. The published models are not part of the project."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.aralia import NotMonotoneError, read

from sparekey.facts.survivability.analysis import analyse

MODEL = """<?xml version="1.0"?>
<opsa-mef><define-fault-tree name="own">
<define-gate name="top"><label>not a formula</label><and><gate name="left"/><gate name="right"/></and></define-gate>
<define-gate name="left"><or><basic-event name="a"/><basic-event name="b"/></or></define-gate>
<define-gate name="right">{right}</define-gate>
</define-fault-tree></opsa-mef>"""


def _counts(folder: Path, right: str) -> tuple[int, ...]:
    path = folder / "own.xml"
    path.write_text(MODEL.format(right=right), encoding="utf-8")
    return analyse(read(path), order=9).paths[0].certain.counts


@pytest.mark.parametrize(
    "right, counts",
    [
        ('<or><basic-event name="a"/><event name="c"/></or>', (0, 1, 1)),  # a, bc
        ('<and><basic-event name="c"/><basic-event name="d"/></and>', (0, 0, 0, 2)),  # acd, bcd
        ('<basic-event name="a"/>', (0, 1)),  # a
        # Two of a, c, d: ac, ad and (with b) bcd; abc holds ac.
        ('<atleast min="2"><basic-event name="a"/><basic-event name="c"/><basic-event name="d"/></atleast>', (0, 0, 2, 1)),
        ('<and><basic-event name="c"/><or><basic-event name="d"/><basic-event name="a"/></or></and>', (0, 0, 1, 1)),  # ac, bcd
    ],
)
def test_counts_by_hand(tmp_path: Path, right: str, counts: tuple[int, ...]) -> None:
    assert _counts(tmp_path, right) == counts


def test_what_a_further_failure_repairs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotMonotoneError):
        _counts(tmp_path, '<not><basic-event name="c"/></not>')
