"""Format: Azure Resource Manager templates in JSON, which is also what Bicep compiles to.

`language/` evaluates expressions, `template/` whole templates, `reader` makes declarations of what they deploy, and `folders` decides
which files are deployments of which template.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sparekey.formats.arm.recognise import HEAD, dialect, is_parameter_file, is_template, may_go_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sparekey.model.declaration import Document
    from sparekey.model.problem import Problem
    from sparekey.model.seams import Reading, SourceFile


@dataclass(frozen=True, slots=True)
class ArmTemplate:
    """The reader of ARM templates. See docs/formats/arm.md for what it gives and refuses."""

    name: str = "arm"
    suffixes: frozenset[str] = frozenset({".json", ".jsonc", ".bicep", ".bicepparam"})

    def claims(self, file: SourceFile, head: bytes) -> bool:
        """Whether the file is a deployment template itself, its Bicep source or parameter file, or a dialect that deploys to Azure all the same.

        One that only holds a template somewhere inside is none. A parameter file is claimed where the command line names it.
        """
        if file.path.suffix.lower() in (".bicep", ".bicepparam"):
            return True
        if is_template(head) or dialect(head) or (file.named and is_parameter_file(head)):
            return True
        if len(head) < HEAD or not may_go_on(head):
            return False
        from sparekey.formats.arm.source import says_so_further_down  # noqa: PLC0415  # only for a large file

        return says_so_further_down(file)

    def read(self, file: SourceFile, reading: Reading) -> Document | Problem:
        """What one template deploys as a document, or the one problem because of which there is none.

        What parameter files beside it give is a question here; `read_folders` judges each of them.
        """
        from sparekey.formats.arm.reader import read  # noqa: PLC0415  # only needed where there is a template

        return read(file, reading)

    def read_folders(
        self, files: Sequence[SourceFile], reading: Reading, *, replaced: frozenset[Path]
    ) -> Iterator[Document | tuple[SourceFile, Problem]]:
        """The deployments of each template, one for each of its parameter files, and what could not be read."""
        from sparekey.formats.arm.folders import read_folders  # noqa: PLC0415

        del replaced
        return read_folders(files, reading)


FORMAT = ArmTemplate()
