"""Part `plan`: the relations that a plan alone shows, before the apply, against those that exist after it.

`terraform_data` plays the identity objects: its `id` is the key, and some attributes of its `input` hold ids of others. Only
there may a reference prove anything. A known value proves what it says wherever it stands.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.oracles.relations import Claims, Thing, cases, claims_in, score_case
from tests.oracles.sets import Part, Score

from sparekey.formats.terraform_plan import FORMAT
from sparekey.model.declaration import Declaration, Document
from sparekey.model.resource import Key
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

GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


MAPPING = ProviderMapping("oracle")


@MAPPING.maps("terraform_data")
def _things(declaration: Declaration) -> Iterable[Thing]:
    return (thing(declaration),)


def thing(declaration: Declaration) -> Thing:
    """The object with every string of its `input` sorted by whether an id belongs there."""
    held: list[Known[str] | Unknown] = []
    elsewhere: list[Known[str] | Unknown] = []
    for value, sure in _texts(declaration.body.get("input"), name=""):
        if isinstance(value, Known):
            held.extend(replace(value, value=text) for text in {value.value, *GUID.findall(value.value)})
        elif sure:
            held.append(value)
        else:
            elsewhere.append(replace(value, refs=tuple(replace(ref, certain=False) for ref in value.refs)))
    key = Key(space="object_id", attribute="id", value=declaration.body.text("id"))
    at = declaration.head.at
    return Thing(
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


def read_plan(path: Path) -> Document:
    """The document in a plan, apart from its source; what the reader refuses here is an error of the test."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        file = SourceFile(path=copy, name=copy.name, named=True)
        assert FORMAT.claims(file, file.head()), path
        document = FORMAT.read(file, Reading(mapped=frozenset(MAPPING.mappers), scan_root=copy.parent))
        assert isinstance(document, Document), document
        return document


def claims(path: Path) -> Claims:
    """The relations that the product sees in a plan."""
    return claims_in(read_plan(path), MAPPING)


def score(folder: Path) -> Score:
    """Every case of a set, by its plan before the apply."""
    total = Score()
    for case in cases(folder):
        truth = json.loads((case / "truth.json").read_text(encoding="utf-8"))
        total.add(score_case(case.name, truth, claims(case / "before.json")))
    return total


PART = Part("plan", lambda folder: bool(cases(folder)), score)
