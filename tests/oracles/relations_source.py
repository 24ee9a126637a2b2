"""Part `source`: the relations that the source alone shows, against those that exist after the apply."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from tests.oracles.relations import Claims, Thing, cases, claims_in, score_case
from tests.oracles.relations_plan import GUID
from tests.oracles.sets import Part, Score

from sparekey.formats.terraform import FORMAT
from sparekey.model.declaration import Declaration, Document
from sparekey.model.inputs import Given, Inputs
from sparekey.model.resource import Key
from sparekey.model.seams import ProviderMapping, Reading, SourceFile
from sparekey.model.value import AnyValue, Known, Links, Unknown, ValueSet

MAPPING = ProviderMapping("oracle")


@MAPPING.maps("terraform_data")
def thing(declaration: Declaration) -> Iterable[Thing]:
    """The object with every string of its `input`: the evaluator itself says what each is made of."""
    at = declaration.head.at
    yield Thing(
        head=declaration.head,
        name=declaration.body.text("input", "name"),
        keys=(Key(space="object_id", attribute="id", value=declaration.body.text("id")),),
        held=Links(values=ValueSet(members=tuple(texts(declaration.body.get("input"))), at=at), to=("thing",)),
        elsewhere=Links(values=ValueSet(members=(), at=at), to=("thing",)),
    )


def texts(value: AnyValue) -> Iterator[Known[str] | Unknown]:
    """Every string in a value, and every id in a longer one."""
    if isinstance(value, Unknown):
        yield value
        for member in value.members:
            yield from texts(member)
        for reference in value.inside:
            yield replace(value, refs=(reference,))
    elif isinstance(value.value, str):
        for text in {value.value, *GUID.findall(value.value)}:
            yield Known(value=text, at=value.at)
    elif isinstance(value.value, tuple):
        for member in value.value:
            yield from texts(member)
    elif isinstance(value.value, Mapping):
        for member in value.value.values():
            yield from texts(member)


def inputs(case: Path) -> Inputs:
    """The values that a case was planned with."""
    file = case / "cmd.json"
    said = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    arguments = iter(said.get("args", []))
    given: list[Given] = []
    for argument in arguments:
        option, sign, value = argument.partition("=")
        value = value if sign else next(arguments)
        if option == "-var":
            name, _, text = value.partition("=")
            given.append(Given(name=name, text=text))
        elif option == "-var-file":
            given.append(Given(name="", text=str(case / value)))
        else:
            raise AssertionError(argument)
    return Inputs(given=tuple(given), environment=said.get("env", {}))


def read_source(case: Path) -> Document:
    """The document of the root module in a folder."""
    paths = sorted((*case.rglob("*.tf"), *case.rglob("*.tf.json")))
    files = [SourceFile(path=path, name=path.relative_to(case).as_posix()) for path in paths]
    reading = Reading(mapped=frozenset(MAPPING.mappers), scan_root=case, inputs=inputs(case))
    documents = [item for item in FORMAT.read_folders(files, reading, replaced=frozenset()) if isinstance(item, Document)]
    (root,) = [document for document in documents if document.deployment == "."]
    return root


def claims(case: Path) -> Claims:
    """The relations that the product sees in the source of a case."""
    return claims_in(read_source(case), MAPPING)


def score(folder: Path) -> Score:
    """Every case of a set, by its source."""
    total = Score()
    for case in cases(folder):
        truth = json.loads((case / "truth.json").read_text(encoding="utf-8"))
        total.add(score_case(case.name, truth, claims(case)))
    return total


PART = Part("source", lambda folder: bool(cases(folder)), score)
