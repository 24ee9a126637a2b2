"""Format: Terraform source. A root module with its values is one deployment; the modules that it calls are part of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from sparekey.model.declaration import Document
    from sparekey.model.problem import Problem
    from sparekey.model.seams import Reading, SourceFile


@dataclass(frozen=True, slots=True)
class TerraformSource:
    """The reader of Terraform source. See docs/formats/terraform.md for what it gives and refuses."""

    name: str = "terraform"
    suffixes: frozenset[str] = frozenset({".tf", ".json"})

    def claims(self, file: SourceFile, head: bytes) -> bool:  # noqa: ARG002  # the name decides, as it does for Terraform
        """Whether Terraform would read this file: its name ends so."""
        return file.path.name.endswith((".tf", ".tf.json"))

    def read(self, file: SourceFile, reading: Reading) -> Document | Problem:
        """A file of Terraform source means nothing without its folder. Raises; see `read_folders`."""
        raise NotImplementedError

    def read_folders(
        self, files: Sequence[SourceFile], reading: Reading, *, replaced: frozenset[Path]
    ) -> Iterator[Document | tuple[SourceFile, Problem]]:
        """One document for each root module among the files."""
        from sparekey.formats.terraform.reader import read  # noqa: PLC0415  # the parser loads only where there is source

        return read(files, reading, replaced=replaced)


FORMAT = TerraformSource()
