"""Part `plan+source`: the relations that a plan shows together with its source, against those that exist after the apply."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from tests.oracles import relations_plan
from tests.oracles.relations import Claims, Thing, cases, claims_in, score_case
from tests.oracles.relations_source import texts
from tests.oracles.sets import Part, Score

from sparekey.formats.terraform_plan import FORMAT
from sparekey.model.declaration import Declaration, Document
from sparekey.model.seams import ProviderMapping, Reading, SourceFile
from sparekey.model.span import Span
from sparekey.model.value import Known, Links, Unknown, ValueSet

MAPPING = ProviderMapping("oracle")


@MAPPING.maps("terraform_data")
def thing(declaration: Declaration) -> Iterable[Thing]:
    """The object as a plan alone shows it, and what its source says of the strings that the plan calls unknown."""
    alone = relations_plan.thing(declaration)
    lent = tuple(_lent(declaration))
    kept = tuple(value for value in alone.held.values.members if not isinstance(value.at, Span))
    loose = tuple(value for value in alone.elsewhere.values.members if not isinstance(value.at, Span))
    at = declaration.head.at
    yield replace(
        alone,
        held=Links(values=ValueSet(members=(*kept, *lent), at=at), to=("thing",)),
        elsewhere=Links(values=ValueSet(members=loose, at=at), to=("thing",)),
    )


def _lent(declaration: Declaration) -> Iterator[Known[str] | Unknown]:
    """The strings that stand in the source and not in the plan."""
    for value in texts(declaration.body.get("input")):
        if isinstance(value.at, Span):
            yield value


def read_both(case: Path) -> Document:
    """The document of a case's plan beside its source."""
    file = SourceFile(path=case / "before.json", name="before.json", named=True)
    document = FORMAT.read(file, Reading(mapped=frozenset(MAPPING.mappers), scan_root=case, source=case))
    assert isinstance(document, Document), document
    return document


def claims(case: Path) -> Claims:
    """The relations that the product sees."""
    return claims_in(read_both(case), MAPPING)


def score(folder: Path) -> Score:
    """Every case of a set, by its plan and its source."""
    total = Score()
    for case in cases(folder):
        truth = json.loads((case / "truth.json").read_text(encoding="utf-8"))
        total.add(score_case(case.name, truth, claims(case)))
    return total


PART = Part("plan+source", lambda folder: bool(cases(folder)), score)
