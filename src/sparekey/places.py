"""From the places in a verdict's proof to what a person can look up: a source line, the attribute, its value.

Only values that the model holds are ever shown: what is sensitive never got that far. What looks like a secret is masked all
the same, and everything is cut to one short line.
"""

from __future__ import annotations

import codecs
import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from types import MappingProxyType

from sparekey.formats.json_places import JsonPlaces
from sparekey.model.declaration import Document
from sparekey.model.resource import Resource
from sparekey.model.span import Place, Pointer, Span
from sparekey.model.value import ABSENT, AnyValue, Known, Links, Unknown, ValueSet

MAX_TEXT = 120
"""Characters of one line of source, and of one value, that are shown."""

_VALUES = (".tfvars", ".tfvars.json")

_MAX_SOURCE = 16 * 1024 * 1024
"""A larger file is not opened for the sake of one line to show."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_SECRET = re.compile(r"(?i)(passw|secret|token|api.?key|credential|private.?key)")
_SECRET_VALUE = re.compile(
    r"""(?ix) (\w*(?:passw|secret|token|api.?key|credential|private.?key)\w*["']?\s*[=:]\s*)
    (?!(?:true|false|null)(?:[\s,;}]|$)) ("[^"]*"|'[^']*'|[^\s,;}]+)"""
)
"""What is called like a secret and holds a value. Whether something is on says no secret (`password_hash_sync: true`)."""
_NO_HEADERS: Mapping[Pointer, Span] = MappingProxyType({})

_WRAPPERS = frozenset({"change", "before", "after", "values"})
"""Members that a plan wraps around the attributes of a resource."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A place as it is shown: the source line where there is one, the pointer it stands for, the text there, and what it says."""

    at: Place
    pointer: str
    excerpt: str
    says: str


@dataclass(slots=True)
class Places:
    """Looks places up in the documents and resources (by file) of one run. Files are opened only for places that are shown."""

    root: Path
    headers: Mapping[str, Mapping[Pointer, Span]]
    resources: Mapping[str, Sequence[Resource]]
    _texts: dict[str, str] = field(default_factory=dict)
    _lines: dict[str, list[str]] = field(default_factory=dict)
    _excerpts: dict[tuple[str, int], str] = field(default_factory=dict)
    _homes: dict[tuple[str, str], tuple[Place | None, Span | None]] = field(default_factory=dict)
    _located_in: dict[str, JsonPlaces | None] = field(default_factory=dict)
    _blocks: dict[str, list[Span]] = field(default_factory=dict)
    _owners: dict[str, Mapping[Place, Sequence[Resource]]] = field(default_factory=dict)
    _said: dict[tuple[Place, str, str], str] = field(default_factory=dict)

    @staticmethod
    def of(documents: Iterable[Document], resources: Iterable[Resource], *, root: Path) -> Places:
        """The places of a run."""
        by_file: dict[str, list[Resource]] = {}
        for resource in resources:
            by_file.setdefault(resource.at.file, []).append(resource)
        return Places(root=root, headers={d.deployment: d.headers for d in documents}, resources=by_file)

    def show(self, at: Place, label: str, about: Resource | None = None) -> Shown:
        """How to show a place in a proof; `label` is the field that stands there, in words, or anything else that a cause says.

        `about` is the resource that holds what is shown, itself or as a fact about it: several deployments, and what a loop makes,
        may share a place and hold different values there.
        """
        says = self._says(at, label, about)
        if isinstance(at, Span):
            return Shown(at=at, pointer="", excerpt=self._line(at), says=says)
        lent = self._lent(at)
        if lent is None:
            return Shown(at=self._located(at), pointer=at.pointer, excerpt="", says=says)
        return Shown(at=lent, pointer=at.pointer, excerpt=self._line(lent), says=says)

    def line(self, at: Place) -> Place:
        """A place with the precision of `file:line`, for questions and problems."""
        shown = at if isinstance(at, Span) else self._lent(at) or self._located(at)
        if isinstance(shown, Pointer):
            return shown
        return Span(file=shown.file, start_line=shown.start_line, start_column=1, end_line=shown.start_line, end_column=1)

    def header(self, at: Place) -> Place:
        """The line of source on which a resource that stands at `at` begins; `at` itself where none is known."""
        return at if isinstance(at, Span) else self._lent(at) or at

    def source_lines(self) -> Iterable[Span]:
        """Every line of source that is lent to something of this run."""
        return (span for headers in self.headers.values() for span in headers.values())

    def _lent(self, at: Pointer) -> Span | None:
        return self._home(at.file, at.pointer)[1]

    def _home(self, file: str, pointer: str) -> tuple[Place | None, Span | None]:
        """The header of the resource that a pointer lies in, and the source line lent to it. Kept: neighbours share them."""
        kept = self._homes.get((file, pointer))
        if kept is not None:
            return kept
        here = Pointer(file=file, pointer=pointer)
        owner: Place | None = here if here in self._standing(file) else None
        span = self.headers.get(file, _NO_HEADERS).get(here)
        if pointer and (owner is None or span is None):
            above = self._home(file, pointer.rpartition("/")[0])
            owner, span = owner or above[0], span or above[1]
        self._homes[(file, pointer)] = owner, span
        return owner, span

    def _located(self, at: Pointer) -> Place:
        """The line of a pointer where its file has lines: a plan that was formatted for people."""
        if not at.pointer:
            return at
        if at.file not in self._located_in:
            text = self.text(at.file)
            self._located_in[at.file] = JsonPlaces(text, at.file) if text.rstrip("\n").count("\n") else None
        places = self._located_in[at.file]
        return (places.span(at.pointer) if places else None) or at

    def text(self, name: str) -> str:
        """A file of the run by name; "" where it cannot be read, is no text, or is too large to be opened for one line.

        No line of a file of values is shown, for it may hold a secret, nor of what a link leads to outside of the scanned folder.
        """
        if name not in self._texts:
            path = self.root / name
            try:
                shown = not name.endswith(_VALUES) and (".." in path.parts or path.resolve().is_relative_to(self.root.resolve()))
                small = shown and path.is_file() and path.stat().st_size <= _MAX_SOURCE
                data = path.read_bytes() if small else b""
                text = data.decode("utf-16" if data.startswith(_UTF16) else "utf-8-sig")
                self._texts[name] = text.replace("\r\n", "\n").replace("\r", "\n")
            except (OSError, RuntimeError, ValueError):
                self._texts[name] = ""
        return self._texts[name]

    def _line(self, at: Span) -> str:
        # A template may hold everything on one line: each is looked at once.
        key = at.file, at.start_line
        if key not in self._excerpts:
            if at.file not in self._lines:
                self._lines[at.file] = self.text(at.file).split("\n")
            lines = self._lines[at.file]
            self._excerpts[key] = _short(lines[at.start_line - 1].rstrip("\r")) if at.start_line <= len(lines) else ""
        return self._excerpts[key]

    def _says(self, at: Place, label: str, about: Resource | None) -> str:
        """The attribute and its value, "not written" for one that is absent, or what the cause itself says of the place.

        Of the resource that it is about, where that stands there. Otherwise of what does in its deployment; of a value that differs
        among these nothing is said.
        """
        owner = self._block(at) if isinstance(at, Span) else self._home(at.file, at.pointer)[0] or at
        if about is not None and about.at == owner:
            own = _said_of(about, at, owner, label)
            if own is not None or (at == owner and not label):
                return own or label
        deployment = about.head.deployment if about is not None else ""
        key = (at, label, deployment)
        # What a loop makes shares its places: each is looked at once.
        if key not in self._said:
            here = [r for r in self._standing(owner.file).get(owner, ()) if r.head.origin != "derived"]
            mine = [r for r in here if r.head.deployment == deployment]
            self._said[key] = _agreed(mine or here, at, owner, label) or label
        return self._said[key]

    def _block(self, at: Span) -> Span:
        """The header of the resource that a line of source stands in; the line itself where there is none above it."""
        standing = self._standing(at.file)
        if at in standing:
            return at
        if at.file not in self._blocks:
            self._blocks[at.file] = sorted((place for place in standing if isinstance(place, Span)), key=_begins)
        above = self._blocks[at.file]
        index = bisect_right(above, _begins(at), key=_begins)
        return above[index - 1] if index else at

    def _standing(self, file: str) -> Mapping[Place, Sequence[Resource]]:
        """The resources of a file by where they stand. Of a file of which nothing is shown nobody asks where anything stands."""
        if file not in self._owners:
            owners: dict[Place, list[Resource]] = {}
            for resource in self.resources.get(file, ()):
                owners.setdefault(resource.at, []).append(resource)
            self._owners[file] = owners
        return self._owners[file]


def _begins(at: Span) -> tuple[int, int]:
    return at.start_line, at.start_column


@cache
def _names(kind: type[Resource]) -> tuple[str, ...]:
    """The fields of a kind."""
    return tuple(each.name for each in fields(kind))


def _holds(resource: Resource, name: str, at: Place) -> bool:
    """Whether the field of a resource is what was written at a place, or has a member there."""
    held: object = getattr(resource, name)
    if isinstance(held, Links):
        held = held.values
    if isinstance(held, ValueSet):
        members: tuple[AnyValue, ...] = held.members
        return bool(members) and (held.at == at or any(member.at == at for member in members))
    return isinstance(held, Known) and held.at == at and held.value is not None and held.origin not in ABSENT


def _stands(resource: Resource, name: str, at: Place) -> bool:
    """Whether the field of a resource was read at a place, whatever is known of it."""
    held: object = getattr(resource, name)
    if isinstance(held, Links):
        held = held.values
    if isinstance(held, ValueSet):
        members: tuple[AnyValue, ...] = held.members
        return held.at == at or any(member.at == at for member in members)
    return isinstance(held, Known | Unknown) and held.at == at


def _is_derived(held: object) -> bool:
    return isinstance(held, Known | ValueSet) and held.origin == "derived"


def _said_of(resource: Resource, at: Place, owner: Place, label: str) -> str | None:
    """What a resource that begins at `owner` holds at a place: "" of what is no value to show, None where nothing of it is meant."""
    names = _names(type(resource))  # type: ignore[arg-type]  # a class is hashable; mypy looks at its instances
    name = label.partition(":")[0].replace(" ", "_")
    if not label and resource.head.origin == "derived":
        # It stands where something else does, and has nothing of its own written there.
        return None
    meant = [each for each in names if each == name or (not label and not _is_derived(getattr(resource, each)))]
    for each in meant:
        if _holds(resource, each, at) or (label and (at == owner or not isinstance(at, Span))):
            return _attribute(at, owner, resource, each)
    return "" if at != owner and any(_stands(resource, each, at) for each in meant) else None


def _agreed(resources: Iterable[Resource], at: Place, owner: Place, label: str) -> str:
    """What those say of a place that share it; "" where they differ, or say nothing."""
    said = {found for resource in resources if (found := _said_of(resource, at, owner, label)) is not None}
    return said.pop() if len(said) == 1 else ""


def _attribute(at: Place, owner: Place, resource: Resource, name: str) -> str:
    """`attribute = value` where the field `name` of a resource was written at this place, else that it is not written."""
    held: object = getattr(resource, name)
    words = name.replace("_", " ")
    path = _path(at, owner) or words
    if isinstance(held, Links):
        held = held.values
    if isinstance(held, ValueSet):
        if not held.members and held.open is None:
            return f"{words}: none written"
        members: tuple[AnyValue, ...] = held.members
        text = "[" + ", ".join([*(_literal(member) for member in members), *(["..."] if held.open else [])]) + "]"
    elif isinstance(held, Known):
        if held.value is None or held.origin in ABSENT:
            return f"{words}: not written" if held.value is None else f"{words}: {_literal(held)} by default"
        text = _literal(held)
    else:
        return words
    hidden = _SECRET.search(path) and text not in ("true", "false")
    return f"{path} = {'(not shown)' if hidden else _short(text)}"


def _path(at: Place, owner: Place) -> str:
    """The dotted attribute at a pointer below its resource; "" for the resource itself."""
    if not isinstance(at, Pointer) or not isinstance(owner, Pointer):
        return ""
    below = at.pointer.removeprefix(owner.pointer)
    steps = [step.replace("~1", "/").replace("~0", "~") for step in below.split("/") if step and not step.isdecimal()]
    while steps and steps[0] in _WRAPPERS:
        del steps[0]
    return ".".join(steps)


def _literal(value: AnyValue) -> str:
    """A scalar as JSON writes it."""
    if isinstance(value, Unknown):
        return "(unknown)"
    inner = value.value
    if isinstance(inner, str) and ("\n" in inner or _SECRET.search(inner)):
        return "(not shown)"
    return _short(json.dumps(inner, ensure_ascii=False)) if isinstance(inner, str | int | float | None) else ""


def _short(text: str) -> str:
    """One line of bounded length, with what looks like a secret masked."""
    masked = text[: MAX_TEXT * 4]
    if _SECRET.search(masked):
        masked = _SECRET_VALUE.sub(r"\1(not shown)", masked)
    return masked if len(masked) <= MAX_TEXT else masked[: MAX_TEXT - 3] + "..."
