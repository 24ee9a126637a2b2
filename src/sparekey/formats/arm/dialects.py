"""JSON that deploys things to Azure and is no template: named and counted, never read as if it were one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from sparekey.formats.arm.recognise import BUILDING_BLOCKS
from sparekey.formats.arm.source import RefusedError, Source
from sparekey.formats.arm.template.sections import held
from sparekey.model.declaration import Document
from sparekey.model.problem import Problem
from sparekey.model.seams import SourceFile
from sparekey.model.span import Pointer
from sparekey.model.value import Unknown

_LONGEST_TYPE = 80


def foreign(file: SourceFile, dialect: str, mapped: Collection[str]) -> Document | tuple[SourceFile, Problem]:
    """A document that holds nothing but the gap, and what the file would deploy in numbers; the problem of one that is no JSON.

    It is a gap where it names a type that is mapped. Building blocks name none, and any of them may be a directory server.
    """
    at = Pointer(file=file.name, pointer="")
    try:
        source = Source.of(file.data(), file.name)
    except RefusedError as refused:
        return file, Problem(kind=refused.kind, blame="input", message=refused.message, at=refused.at)
    except OSError as error:
        return file, Problem(kind="unreadable-file", blame="input", message=f"cannot be read: {error.strerror}", at=at)
    text = source.text.lower()
    gap = dialect == BUILDING_BLOCKS or any(type_.lower() in text for type_ in mapped if type_.startswith("Microsoft."))
    how = "check the ARM template that it deploys"
    return Document(
        format="arm",
        deployment=file.name,
        declarations=(),
        problems=(
            Problem(
                kind="not-an-arm-template",
                blame="input",
                message=f"is not an ARM template but {dialect}: {how}",
                at=at,
                incomplete=gap,
            ),
        ),
        unmapped=_counted(source.top, dialect),
        partial=(Unknown(reason=f"what does {file.name} deploy? It is {dialect}", at=at, how=how),) if gap else (),
    )


def _counted(top: object, dialect: str) -> dict[str, int]:
    """What there is of each type, as far as the dialect names any."""
    blocks = held(held(held(top, "parameters"), "buildingBlocks"), "value")
    template = held(held(top, "properties"), "template") or held(held(top, "properties"), "mainTemplate")
    items = blocks if isinstance(blocks, list) else held(template, "resources")
    if not isinstance(items, list):
        items = [top] if isinstance(held(top, "type"), str) else []
    types = [held(item, "type") for item in items]
    found = Counter(f"{dialect}: {type_[:_LONGEST_TYPE]}" for type_ in types if isinstance(type_, str))
    return dict(found) or {dialect: 1}
