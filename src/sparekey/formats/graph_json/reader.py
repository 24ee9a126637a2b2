"""From a file with objects of Microsoft Graph to declarations, each named by its type and its id."""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from json import JSONDecodeError
from pathlib import PurePosixPath

from sparekey.formats.graph_json.body import Source, lifted
from sparekey.formats.graph_json.shapes import dialect_of, kind_of
from sparekey.model.declaration import Declaration, Document
from sparekey.model.problem import Problem
from sparekey.model.resource import Head
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.span import Pointer
from sparekey.model.value import Body, Unknown

NAME = "graph-json"

_MOST_BYTES = 64 * 1024 * 1024
_LONGEST_NAME = 200
_LONGEST_NUMBER = 40
_DEEPEST = 4
_EXPORT = "export what Graph answers (GET /identity/conditionalAccess/policies) and check that"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OWN_FOLDERS = re.compile(
    r"identity|conditional|conditional[ _-]?access|(?:conditional[ _-]?)?(?:access[ _-]?)?policies|named[ _-]?locations?|authentication[ _-]?strengths?"
    r"|authentication[ _-]?strength[ _-]?policies|groups?|users?|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    re.IGNORECASE,
)
"""Folders that a tool makes within its export. What stands in them belongs to the export around them."""


def read(file: SourceFile, reading: Reading) -> Document | Problem:
    """What one file gives, or the problem because of which it gives nothing."""
    return _read(file, reading, {})


def read_all(files: Sequence[SourceFile], reading: Reading) -> Iterator[Document | tuple[SourceFile, Problem]]:
    """What all files give. What repeats an earlier object of the same export word for word is left out."""
    seen: dict[tuple[str, str], object] = {}
    for file in files:
        found = _read(file, reading, seen)
        yield found if isinstance(found, Document) else (file, found)


def _read(file: SourceFile, reading: Reading, seen: dict[tuple[str, str], object]) -> Document | Problem:
    at = Pointer(file=file.name, pointer="")
    try:
        data = file.data()
        if len(data) > _MOST_BYTES:
            return Problem(kind="too-large", blame="input", message=f"is larger than {_MOST_BYTES} bytes", at=at)
        text = data.decode("utf-16") if data.startswith(_UTF16) else data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
        top: object = json.loads(text, strict=False, parse_int=_whole, parse_constant=str)
    except OSError as error:
        return Problem(kind="unreadable-file", blame="input", message=f"cannot be read: {error.strerror}", at=at)
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is not {error.encoding.upper()}"
        return Problem(kind="not-utf-8", blame="input", message=message, at=at)
    except JSONDecodeError as error:
        ended = error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated string")
        kind, message = ("truncated-json", "ends in the middle") if ended else ("bad-json", f"is not JSON: {error.msg}")
        return Problem(kind=kind, blame="input", message=f"{message} (line {error.lineno})", at=at)
    except RecursionError:
        return Problem(kind="too-deep", blame="input", message="is nested too deeply", at=at)
    part = _Part(file, Source.of(text, file.name), reading.mapped, seen)
    part.take(top, "", "", 0)
    return part.document()


def deployment_of(name: str) -> str:
    """The export that a file belongs to: the folder around those that a tool makes within it."""
    folder = PurePosixPath(name).parent
    while folder.name and _OWN_FOLDERS.fullmatch(folder.name):
        folder = folder.parent
    return folder.as_posix()


@dataclass(slots=True)
class _Part:
    """What one file gives. `seen` holds what others of the same run gave, by deployment and address."""

    file: SourceFile
    source: Source
    mapped: frozenset[str]
    seen: dict[tuple[str, str], object]
    declarations: list[Declaration] = field(default_factory=list)
    unmapped: Counter[str] = field(default_factory=Counter)
    foreign: Counter[str] = field(default_factory=Counter)

    def document(self) -> Document:
        """Everything together."""
        at = Pointer(file=self.file.name, pointer="")
        problems = [
            Problem(
                kind="unknown-dialect", blame="input", message=f"is no export of Microsoft Graph but {dialect}: {_EXPORT}", at=at
            )
            for dialect in self.foreign
        ]
        partial = [
            Unknown(reason=f"what does {self.file.name} say? It is {dialect}", at=at, how=_EXPORT) for dialect in self.foreign
        ]
        return Document(
            format=NAME,
            deployment=deployment_of(self.file.name),
            declarations=tuple(self.declarations),
            problems=tuple(problems),
            unmapped=self.unmapped + self.foreign,
            partial=tuple(partial),
        )

    def take(self, value: object, pointer: str, context: str, depth: int) -> None:
        """An object, a list of them, or an object that holds lists of them."""
        if isinstance(value, list):
            for index, item in enumerate(value):
                self.take(item, f"{pointer}/{index}", context, depth + 1)
            return
        if not isinstance(value, dict):
            return
        folded = {name.lower(): held for name, held in value.items()}
        context = _word(folded.get("@odata.context")) or context
        extra = folded.get("additionalproperties")
        inner = {name.lower(): held for name, held in extra.items()} if isinstance(extra, dict) else {}
        listed = isinstance(folded.get("value"), list)
        names = frozenset({*folded, *inner})
        type_ = _word(folded.get("@odata.type") or inner.get("@odata.type"))
        kind = "" if listed else kind_of(names, type_, context)
        dialect = "" if kind else dialect_of(names, _word(folded.get("resourcename")))
        if kind:
            self._declare(kind, value, folded, pointer)
        elif dialect:
            self.foreign[dialect] += 1
        elif depth < _DEEPEST:
            for name, held in value.items():
                if isinstance(held, list) or (isinstance(held, dict) and depth == 0):
                    self.take(held, f"{pointer}/{_escaped(name)}", context if listed else "", depth + 1)

    def _declare(self, kind: str, value: dict[str, object], folded: dict[str, object], pointer: str) -> None:
        if folded.get("deleteddatetime"):
            self.unmapped[f"{kind}, deleted"] += 1
            return
        if kind not in self.mapped:
            self.unmapped[kind] += 1
            return
        name = _word(folded.get("id")) or _word(folded.get("displayname")) or self.file.name + pointer
        deployment, address = deployment_of(self.file.name), f"{kind.rpartition('.')[2]}/{name[:_LONGEST_NAME]}"
        if self.seen.setdefault((deployment, address), value) == value and self.seen[deployment, address] is not value:
            return
        body = lifted(value, self.source, pointer)
        at = self.source.place(f"{pointer}/{_escaped(_spelled(value, 'displayName'))}" if "displayname" in folded else pointer)
        head = Head(deployment=deployment, address=address, at=at)
        self.declarations.append(Declaration(format=NAME, type=kind, head=head, body=Body(value=body)))


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _spelled(value: dict[str, object], name: str) -> str:
    return next(key for key in value if key.lower() == name.lower())


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else float(digits)
