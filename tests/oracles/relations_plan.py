"""Part `plan`: the relations that a plan alone shows, before the apply, against those that exist after it.

`terraform_data` plays the identity objects: its `id` is the key, and some attributes of its `input` hold ids of others. Only
there may a reference prove anything. A known value proves what it says wherever it stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from tests.oracles.sets import Part, Score

from sparekey.config import Config
from sparekey.estates import apply_mappings, join
from sparekey.formats.terraform_plan import FORMAT
from sparekey.model.declaration import Declaration, Document
from sparekey.model.resource import Key, Resource
from sparekey.model.seams import ProviderMapping, Reading, SourceFile
from sparekey.model.value import AnyValue, Known, Links, Unknown, ValueSet

LISTS = frozenset(
    [
        "members",
        "owners",
        "groups",
        "hosts",
        "scopes",
        "principals",
        "approvers",
        "receivers",
        "excluded_groups",
        "included_groups",
        "excluded_users",
        "included_users",
        "excluded_locations",
        "included_locations",
        "included_applications",
        "excluded_applications",
    ]
)
"""Attributes that hold a list of ids."""

SINGLES = frozenset(
    ["owner", "principal", "group", "connector_group", "host", "member", "application", "action_group", "scope", "deputy"]
)
"""Attributes that hold one id."""

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ANY = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing(Resource):
    """Any object of the oracle: what stands where ids belong, and what stands elsewhere."""

    kind: ClassVar[str] = "thing"

    held: Links
    elsewhere: Links


MAPPING = ProviderMapping("oracle")


@MAPPING.maps("terraform_data")
def thing(declaration: Declaration) -> Iterable[Thing]:
    """The object with every string of its `input` sorted by whether an id belongs there."""
    held: list[Known[str] | Unknown] = []
    elsewhere: list[Known[str] | Unknown] = []
    for value, sure in _texts(declaration.body.get("input"), name=""):
        if isinstance(value, Known):
            held.extend(replace(value, value=text) for text in {value.value, *_ID.findall(value.value)})
        elif sure:
            held.append(value)
        else:
            elsewhere.append(replace(value, refs=tuple(replace(ref, certain=False) for ref in value.refs)))
    key = Key(space="object_id", attribute="id", value=declaration.body.text("id"))
    at = declaration.head.at
    yield Thing(
        head=declaration.head,
        name=declaration.body.text("input", "name"),
        keys=(key,),
        held=Links(values=ValueSet(members=tuple(held), at=at), to=("thing",)),
        elsewhere=Links(values=ValueSet(members=tuple(elsewhere), at=at), to=("thing",)),
    )


def _texts(value: AnyValue, name: str, *, item: bool = False) -> Iterator[tuple[Known[str] | Unknown, bool]]:
    """Every string in a value, and whether it is an id for sure because of the attribute `name` that it stands in."""
    if isinstance(value, Unknown):
        yield value, name in (LISTS if item else SINGLES)
    elif isinstance(value.value, str):
        yield Known(value=value.value, at=value.at), True
    elif isinstance(value.value, tuple):
        for member in value.value:
            yield from _texts(member, name, item=True)
    elif isinstance(value.value, Mapping):
        for member_name, member in value.value.items():
            yield from _texts(member, member_name)


@dataclass(frozen=True, slots=True)
class Claims:
    """Relations (from, to) as addresses. `anything`: sources of which the checker says that they may name any object."""

    certain: frozenset[tuple[str, str]]
    possible: frozenset[tuple[str, str]]
    anything: frozenset[str]

    def covers(self, pair: tuple[str, str]) -> bool:
        """Whether a relation was called at least possible."""
        return pair in self.certain or pair in self.possible or (pair[0] in self.anything and pair[0] != pair[1])


def read_plan(path: Path) -> Document:
    """The document in a plan; what the reader refuses here is an error of the test."""
    file = SourceFile(path=path, name=path.name, named=True)
    assert FORMAT.claims(file, file.head()), path
    document = FORMAT.read(file, Reading(mapped=frozenset(MAPPING.mappers), scan_root=path.parent))
    assert isinstance(document, Document), document
    return document


def claims(path: Path) -> Claims:
    """The relations that the product sees in a plan."""
    document = read_plan(path)
    certain: set[tuple[str, str]] = set()
    possible: set[tuple[str, str]] = set()
    anything: set[str] = set()
    for estate in join([apply_mappings(document, [MAPPING])], Config()):
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


def score(folder: Path) -> Score:
    """Every case of a set, by its plan before the apply."""
    total = Score()
    for case in cases(folder):
        truth = json.loads((case / "truth.json").read_text(encoding="utf-8"))
        total.add(score_case(case.name, truth, claims(case / "before.json")))
    return total


PART = Part("plan", lambda folder: bool(cases(folder)), score)
