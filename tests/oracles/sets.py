"""Where the oracle sets are, and what a part of the product says about one."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
BESIDE = HERE.parents[1].parent / "shared" / "oracles"
"""Further sets, where the project is checked out beside them."""


@dataclass(slots=True)
class Score:
    """How answers compare. `differences` are sentences about what is wrong; `total` counts the units that have an answer."""

    total: int = 0
    equal: int = 0
    unknown: int = 0
    wrong: int = 0
    differences: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Count another score in."""
        self.total += other.total
        self.equal += other.equal
        self.unknown += other.unknown
        self.wrong += other.wrong
        self.differences += other.differences

    def figures(self) -> dict[str, int]:
        """What is printed."""
        return {"total": self.total, "equal": self.equal, "unknown": self.unknown, "wrong": self.wrong}


@dataclass(frozen=True, slots=True)
class Part:
    """`PART` in a module of this folder: one thing that the product can be asked about a kind of set.

    `reads` tells the kind by what is in a folder; `score` asks about all of it.
    """

    name: str
    reads: Callable[[Path], bool]
    score: Callable[[Path], Score]


@contextmanager
def unpacked(archive: Path) -> Iterator[Path]:
    """The folder in a packed set, for as long as the context lasts."""
    with TemporaryDirectory() as folder, tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
        yield Path(folder) / archive.name.removesuffix(".tar.xz")


@contextmanager
def every_set() -> Iterator[tuple[Path, ...]]:
    """All packed sets, and those beside the project that are not packed in it."""
    packed = sorted(HERE.glob("*.tar.xz"))
    with TemporaryDirectory() as folder:
        for archive in packed:
            with tarfile.open(archive) as opened:
                opened.extractall(folder, filter="data")
        found = {path.name: path for path in sorted(BESIDE.iterdir()) if path.is_dir()} if BESIDE.is_dir() else {}
        found.update({path.name: path for path in sorted(Path(folder).iterdir())})
        yield tuple(found[name] for name in sorted(found))
