"""What stands inside blocks and cannot be read: Terraform refuses a file for one such place, wherever it is."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.module import Module
from sparekey.formats.terraform.syntax import tree


def unreadable_faults(module: Module) -> Iterator[Fault]:
    """The unreadable arguments and parts of blocks, at any depth; what is wrong at the top of a file is said when it is loaded."""
    files = [file.body for file in (*module.files, *module.override_files)]
    tops = {id(body) for body in files}
    stack = [*files]
    while stack:
        body = stack.pop()
        if id(body) not in tops:
            yield from (_fault(problem) for problem in body.problems)
        for attribute in body.attributes.values():
            if isinstance(attribute.value, tree.Unreadable):
                yield _fault(attribute.value)
        stack.extend(block.body for block in body.blocks)


def _fault(problem: tree.Unreadable) -> Fault:
    summary, _, detail = problem.message.partition(": ")
    return Fault(summary=summary, detail=detail, at=problem.span, stage="load", kind="unreadable")
