"""The lines of Terraform source behind the places of a plan, looked up only when one of them is shown.

The plan's place of a resource leads to the header of its block, that of an attribute to the line that writes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from sparekey.model.span import Pointer, Span

if TYPE_CHECKING:
    from sparekey.formats.terraform.syntax.tree import Block, Body

_VALUES = (("values",), ("change", "after"), ("change", "before"))
"""What stands between the place of a resource and that of its attributes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The block behind a place: the sources of the module calls that lead to its module, its type and its labels."""

    sources: tuple[str, ...]
    type: str
    labels: tuple[str, ...]


class Headers(Mapping[Pointer, Span]):
    """For a pointer into a plan, the line of the source that declares what is there. What is not unique is not there."""

    def __init__(self, wanted: Mapping[Pointer, Wanted], folder: Path | None, scan_root: Path) -> None:
        self._wanted = wanted
        self._folder = folder
        self._scan_root = scan_root
        self._modules: dict[tuple[str, ...], Mapping[tuple[str, tuple[str, ...]], Block]] = {}

    def __getitem__(self, pointer: Pointer) -> Span:
        """The line; KeyError where no source is at hand or more than one line fits."""
        span = self._line(pointer)
        if span is None:
            raise KeyError(pointer)
        return span

    def __iter__(self) -> Iterator[Pointer]:
        """Every pointer to a resource or a module call that has a line."""
        return (pointer for pointer in self._wanted if pointer in self)

    def __len__(self) -> int:
        """How many of them there are."""
        return sum(1 for _ in self)

    def __contains__(self, pointer: object) -> bool:
        """Whether a pointer has a line."""
        return isinstance(pointer, Pointer) and self._line(pointer) is not None

    def _line(self, pointer: Pointer) -> Span | None:
        if self._folder is None:
            return None
        if pointer in self._wanted:
            block = self._block(self._wanted[pointer])
            return None if block is None else block.header
        above, steps = pointer.pointer, list[str]()
        while above:
            above, _, step = above.rpartition("/")
            steps.append(step.replace("~1", "/").replace("~0", "~"))
            wanted = self._wanted.get(Pointer(file=pointer.file, pointer=above))
            if wanted is not None:
                block = self._block(wanted)
                return None if block is None else _within(block, tuple(reversed(steps)))
        return None

    def _block(self, wanted: Wanted) -> Block | None:
        if wanted.sources not in self._modules:
            folder = self._module_folder(wanted.sources)
            self._modules[wanted.sources] = {} if folder is None else _blocks(folder, self._scan_root)
        return self._modules[wanted.sources].get((wanted.type, wanted.labels))

    def _module_folder(self, sources: tuple[str, ...]) -> Path | None:
        """The folder of a module; None unless every call on the way is a local one that stays inside the scan root."""
        folder = self._folder
        for source in sources:
            if folder is None or not source.startswith(("./", "../")) or "\0" in source:
                return None
            folder = folder / PurePosixPath(source)
        return folder


def _blocks(folder: Path, scan_root: Path) -> Mapping[tuple[str, tuple[str, ...]], Block]:
    """Every block of a folder that stands there once, as its override files leave it."""
    from sparekey.formats.terraform.modules.load import inside, load_module  # noqa: PLC0415  # the parser loads only here

    if not inside(folder, scan_root):
        return {}
    module = load_module(folder.resolve(), scan_root.resolve())
    found: dict[tuple[str, tuple[str, ...]], Block] = {}
    repeated = set()
    for block in module.blocks:
        key = (block.type, block.labels)
        if key in found:
            repeated.add(key)
        found[key] = block
    found |= {("resource", labels): block for labels, block in module.resources.items()}
    found |= {("data", labels): block for labels, block in module.data.items()}
    return {key: block for key, block in found.items() if key not in repeated}


def _within(block: Block, steps: tuple[str, ...]) -> Span | None:
    """The line of the attribute, or the header of the nested block, at `steps` below the place of a resource."""
    rest = next((steps[len(prefix) :] for prefix in _VALUES if steps[: len(prefix)] == prefix), None)
    if rest is None:
        return None
    body, here = block.body, block.header
    position = 0
    while position < len(rest):
        name = rest[position]
        attribute = body.attributes.get(name)
        if attribute is not None:
            return attribute.span
        inner = _only(body, name)
        if inner is None:
            # Several blocks of a type may be a set, whose order is the provider's: which of them is meant nobody can tell.
            return here if position else None
        body, here = inner.body, inner.header
        position += 2 if rest[position + 1 : position + 2] and rest[position + 1].isdecimal() else 1
    return here if position else None


def _only(body: Body, name: str) -> Block | None:
    """The nested block of a type, if there is one only; of a `dynamic` one its content."""
    found = [block for block in body.blocks if block.type == name or (block.type == "dynamic" and block.labels == (name,))]
    if len(found) != 1:
        return None
    if found[0].type != "dynamic" or name == "dynamic":
        return found[0]
    return next((block for block in found[0].body.blocks if block.type == "content"), None)
