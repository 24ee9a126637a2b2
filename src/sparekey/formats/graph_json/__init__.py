"""Format: objects of Microsoft Graph as tools export them, or hand them in, in JSON: conditional access and what it refers to.

`shapes` tells what an object is by its properties, `reader` makes declarations of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sparekey.formats.graph_json.shapes import may_be_export

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sparekey.model.declaration import Document
    from sparekey.model.problem import Problem
    from sparekey.model.seams import Reading, SourceFile


@dataclass(frozen=True, slots=True)
class GraphJson:
    """The reader of Graph objects. See docs/formats/graph-json.md for what it gives and refuses."""

    name: str = "graph-json"
    suffixes: frozenset[str] = frozenset({".json"})

    def claims(self, file: SourceFile, head: bytes) -> bool:
        """Whether the file holds such an object, a list of them, or something that another dialect says of one."""
        del file
        return may_be_export(head)

    def read(self, file: SourceFile, reading: Reading) -> Document | Problem:
        """What one file gives, in the deployment of its export."""
        from sparekey.formats.graph_json.reader import read  # noqa: PLC0415  # only needed where there is an export

        return read(file, reading)

    def read_folders(
        self, files: Sequence[SourceFile], reading: Reading, *, replaced: frozenset[Path]
    ) -> Iterator[Document | tuple[SourceFile, Problem]]:
        """What all files give. One object that stands in several files of an export, saying the same, is there once."""
        from sparekey.formats.graph_json.reader import read_all  # noqa: PLC0415

        del replaced
        return read_all(files, reading)


FORMAT = GraphJson()
