"""What every reading of the relations oracle shares: the objects, what is claimed of them, and how claims are scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from tests.oracles.sets import Score

from sparekey.config import Config
from sparekey.estates import apply_mappings, join
from sparekey.model.declaration import Document
from sparekey.model.resource import Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.value import Links


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing(Resource):
    """Any object of the oracle: what stands where ids belong, and what stands elsewhere."""

    kind: ClassVar[str] = "thing"

    held: Links
    elsewhere: Links


@dataclass(frozen=True, slots=True)
class Claims:
    """Relations (from, to) as addresses. `anything`: sources of which the checker says that they may name any object."""

    certain: frozenset[tuple[str, str]]
    possible: frozenset[tuple[str, str]]
    anything: frozenset[str]

    def covers(self, pair: tuple[str, str]) -> bool:
        """Whether a relation was called at least possible."""
        return pair in self.certain or pair in self.possible or (pair[0] in self.anything and pair[0] != pair[1])


def claims_in(document: Document, mapping: ProviderMapping) -> Claims:
    """The relations that the join finds in a document whose objects `mapping` reads."""
    certain: set[tuple[str, str]] = set()
    possible: set[tuple[str, str]] = set()
    anything: set[str] = set()
    for estate in join([apply_mappings(document, [mapping])], Config()):
        address = {resource.id: resource.head.address for resource in estate.resources.get("thing", ())}
        for (source, _), edges in estate.edges.items():
            if source not in address:
                continue
            for edge in edges.members:
                if edge.target in address:
                    (certain if edge.certain else possible).add((address[source], address[edge.target]))
            if edges.open is not None:
                anything.add(address[source])
    return Claims(frozenset(certain), frozenset(possible), frozenset(anything))


def score_case(name: str, truth: Mapping[str, list[dict[str, object]]], said: Claims) -> Score:
    """Compare the claims of one case with what exists after the apply."""
    firm = {_pair(row) for row in truth["relations"] if not row.get("exists_by_id")}
    chance = {_pair(row) for row in truth["relations"] if row.get("exists_by_id")} - firm
    others = {_pair(row) for row in truth.get("other_ids", [])} - firm
    unsound = sorted(said.certain - firm)
    missed = sorted(pair for pair in firm | chance | others if not said.covers(pair))
    return Score(
        total=len(firm),
        equal=len(firm & said.certain),
        unknown=sum(1 for pair in firm - said.certain if said.covers(pair)),
        wrong=len(unsound) + len(missed),
        differences=[f"{name}: {a} -> {b} is called certain and is not" for a, b in unsound]
        + [f"{name}: {a} -> {b} is not even called possible" for a, b in missed],
    )


def _pair(row: Mapping[str, object]) -> tuple[str, str]:
    return str(row["from"]), str(row["to"])


def cases(folder: Path) -> list[Path]:
    """The cases in a set."""
    return sorted(path.parent for path in folder.glob("*/truth.json"))
