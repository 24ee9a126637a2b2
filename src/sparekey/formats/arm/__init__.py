"""Format: Azure Resource Manager templates in JSON, which is also what Bicep compiles to.

`language/` evaluates expressions, `template/` whole templates, and `reader` makes declarations of what they deploy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sparekey.formats.arm.recognise import is_template

if TYPE_CHECKING:
    from sparekey.model.declaration import Document
    from sparekey.model.problem import Problem
    from sparekey.model.seams import Reading, SourceFile


@dataclass(frozen=True, slots=True)
class ArmTemplate:
    """The reader of ARM templates. See docs/formats/arm.md for what it gives and refuses."""

    name: str = "arm"
    suffixes: frozenset[str] = frozenset({".json", ".jsonc"})

    def claims(self, file: SourceFile, head: bytes) -> bool:
        """Whether the file is a deployment template itself; one that only holds a template somewhere inside is not."""
        del file
        return is_template(head)

    def read(self, file: SourceFile, reading: Reading) -> Document | Problem:
        """What the template deploys as a document, or the one problem because of which there is none."""
        from sparekey.formats.arm.reader import read  # noqa: PLC0415  # only needed where there is a template

        return read(file, reading)


FORMAT = ArmTemplate()
