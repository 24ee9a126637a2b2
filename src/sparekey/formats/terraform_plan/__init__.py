"""Format: what `terraform show -json PLAN` prints (OpenTofu prints the same)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sparekey.formats.terraform_plan.recognise import recognise

if TYPE_CHECKING:
    from sparekey.model.declaration import Document
    from sparekey.model.problem import Problem
    from sparekey.model.seams import Reading, SourceFile


@dataclass(frozen=True, slots=True)
class TerraformPlan:
    """The reader of Terraform plans in JSON form. See docs/formats/terraform-plan.md for what it gives and refuses."""

    name: str = "terraform-plan"
    suffixes: frozenset[str] = frozenset({".json", ".tfplan", ".tfstate"})

    def claims(self, file: SourceFile, head: bytes) -> bool:
        """Whether this is a plan, or something that people hand in for one: a state, a binary plan, a plan's log, an empty file."""
        form = recognise(head)
        return file.named if form == "empty" else form is not None

    def read(self, file: SourceFile, reading: Reading) -> Document | Problem:
        """The planned state as a document, or the one problem because of which there is none."""
        from sparekey.formats.terraform_plan.reader import read  # noqa: PLC0415  # the parser loads only when a plan is read

        return read(file, reading)


FORMAT = TerraformPlan()
