"""A module: the declarations in one folder's files, overrides merged, nothing evaluated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.syntax.tree import Attribute, Block, Body, File
from sparekey.model.span import Span


@dataclass(slots=True)
class MergedBlock:
    """A block as its override files leave it. What is not overridden is the base's; `header` and `span` are the base's."""

    base: Block
    merged: Body

    @property
    def type(self) -> str:
        """The base's type."""
        return self.base.type

    @property
    def labels(self) -> tuple[str, ...]:
        """The base's labels."""
        return self.base.labels

    @property
    def header(self) -> Span:
        """Where the base's header stands."""
        return self.base.header

    @property
    def span(self) -> Span:
        """Where the base stands."""
        return self.base.span

    @property
    def body(self) -> Body:
        """The merged body."""
        return self.merged


@dataclass(slots=True, kw_only=True)
class Module:
    """What a folder declares.

    `blocks` are all top-level blocks of the primary files in file order (repeated declarations included), `override_blocks`
    those of the override files, both as written. The mappings hold what counts after merging: the first declaration of a name,
    overridden. Resources and data sources are by (type, name), everything else by name. A block that stands in none of the
    mappings because its labels are wrong is in `blocks` all the same. `faults` are what was found while loading: unreadable
    files, overrides without a base.
    """

    folder: Path
    scan_root: Path
    files: tuple[File, ...] = ()
    override_files: tuple[File, ...] = ()
    blocks: Sequence[Block] = ()
    override_blocks: Sequence[Block] = ()
    variables: Mapping[str, Block] = field(default_factory=dict)
    locals: Mapping[str, Attribute] = field(default_factory=dict)
    resources: Mapping[tuple[str, str], Block] = field(default_factory=dict)
    data: Mapping[tuple[str, str], Block] = field(default_factory=dict)
    ephemerals: Mapping[tuple[str, str], Block] = field(default_factory=dict)
    calls: Mapping[str, Block] = field(default_factory=dict)
    outputs: Mapping[str, Block] = field(default_factory=dict)
    checks: Mapping[str, Block] = field(default_factory=dict)
    providers: Sequence[Block] = ()
    moved: Sequence[Block] = ()
    removed: Sequence[Block] = ()
    imports: Sequence[Block] = ()
    terraform: Sequence[Block] = ()
    faults: list[Fault] = field(default_factory=list)
