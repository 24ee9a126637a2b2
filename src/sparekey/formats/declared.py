"""The inventory in sparekey.yaml: what no file shows, as declarations like any other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import cast

from sparekey.config import FILE_NAME, ConfigError
from sparekey.config_file import read_tree
from sparekey.model.declaration import Declaration, Document
from sparekey.model.problem import Problem
from sparekey.model.resource import Head
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.truth import asks, maybe
from sparekey.model.value import AnyValue, Body, Known, Unknown

NAME = "declared"

_LISTS = {
    "break_glass": ("upn", "object_id"),
    "groups": ("of",),
    "connectors": ("name",),
    "agents": ("name",),
    "sites": ("name",),
    "links": ("name",),
    "components": ("id",),
    "authentication_methods": ("method",),
    "people": ("name",),
    "accepted_shared": (),
    "sync": (),
    "federation": (),
}
"""The lists and single entries of the inventory, each with the keys that name an entry, best first."""

_TYPES = {
    "break_glass": "inventory.break_glass",
    "groups": "inventory.group",
    "connectors": "inventory.connector",
    "agents": "inventory.agent",
    "sites": "inventory.site",
    "links": "inventory.link",
    "components": "inventory.component",
    "authentication_methods": "inventory.authentication_method",
    "people": "inventory.person",
    "accepted_shared": "inventory.accepted_shared",
    "sync": "inventory.sync",
    "federation": "inventory.federation",
}

_SINGLE = frozenset({"sync", "federation"})
_NAMING = frozenset({"name", "role", "kind", "review_by", "by"})
"""Keys that, with those that name an entry, still say what it speaks of when nobody has looked at it again in time."""


class Declared:
    """Reads the sparekey.yaml in force. It is not looked for: the run hands it over, because only one can be in force."""

    name = NAME
    suffixes: frozenset[str] = frozenset()

    def claims(self, file: SourceFile, head: bytes) -> bool:
        """A file of that name; what it holds does not matter, because nothing else is called so.

        The one in force may be called otherwise (`--config`): the run knows it, and does not ask.
        """
        del head
        return file.path.name == FILE_NAME

    def read(self, file: SourceFile, reading: Reading) -> Document | Problem:
        """One declaration per entry, placed at the entry's line, with the deployment named after the file."""
        try:
            tree = read_tree(file.path, name=file.name)
        except ConfigError as error:
            return error.problems[0]
        root = Body(value=tree)
        found = tuple(
            _in_time(entry, reading.as_of, naming=_NAMING.union(keys))
            for name, keys in _LISTS.items()
            for entry in _declarations(root, name, deployment=file.name)
        )
        return Document(format=NAME, deployment=file.name, declarations=found)


def _declarations(root: Body, name: str, *, deployment: str) -> Iterator[Declaration]:
    """The entries of one list. Addresses are the entry's own name, its index where that is taken: they outlive reordering."""
    entries = tuple(block for block in root.blocks("inventory", name).members if isinstance(block.value, Known))
    partial = _list_partial(entries) if name == "break_glass" else None
    taken: set[str] = set()
    for index, entry in enumerate(entries):
        label = _label(entry, _LISTS[name])
        address = f'inventory.{name}["{label}"]' if label and label.lower() not in taken else f"inventory.{name}[{index}]"
        if name in _SINGLE:
            address = f"inventory.{name}"
        taken.add(label.lower())
        head = Head(deployment=deployment, address=address, at=entry.value.at, origin="declared")
        body = Body(value=_with(entry.value, "partial", partial)) if partial else entry
        yield Declaration(format=NAME, type=_TYPES[name], head=head, body=body)


def _in_time(declaration: Declaration, as_of: str, *, naming: frozenset[str]) -> Declaration:
    """The declaration, or, past its `review_by`, one that says only what it spoke of: all else is one question.

    So is whether the list that it stands in still names all there are.
    """
    day = declaration.body.text("review_by") if isinstance(_inside(declaration.body), Mapping) else None
    if not isinstance(day, Known) or not day.value or not as_of or day.value >= as_of:
        return declaration
    what = declaration.head.address.removeprefix("inventory.")
    question = Unknown(
        reason=f"is {what} still as it is declared? it was to be looked at again by {day.value}",
        at=day.at,
        how="look again, and set review_by to a later day",
    )
    inner = cast("Mapping[str, AnyValue]", _inside(declaration.body))
    # What is left out stays left out: an entry that names no host does not name one because it is old.
    kept = {key: value if key in naming else question for key, value in inner.items()}
    kept["partial"] = question
    head = replace(declaration.head, presence=maybe(asks(question)))
    body = Body(value=Known(value=kept, at=declaration.body.value.at, origin="declared"))
    return replace(declaration, head=head, body=body)


def _inside(entry: Body) -> object:
    return entry.value.value if isinstance(entry.value, Known) else None


def _label(entry: Body, keys: tuple[str, ...]) -> str:
    inner = _inside(entry)
    if isinstance(inner, str):
        return inner
    texts = (entry.text(key) for key in keys)
    return next((text.value for text in texts if isinstance(text, Known) and text.value), "")


def _list_partial(entries: tuple[Body, ...]) -> AnyValue | None:
    """The `partial: true` of any entry: the emergency accounts are one list, so one such entry speaks for all."""
    flags = ((entry.flag("partial"), entry.get("partial")) for entry in entries)
    return next((raw for flag, raw in flags if isinstance(flag, Known) and flag.value), None)


def _with(value: AnyValue, key: str, addition: AnyValue) -> AnyValue:
    if isinstance(value, Known) and isinstance(value.value, Mapping):
        return Known(value={**value.value, key: addition}, at=value.at, origin=value.origin)
    return value


FORMAT = Declared()
