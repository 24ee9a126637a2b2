"""Templates that another one deploys from a file of its own, as far as that file lies in what is scanned."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from sparekey.formats.arm.source import MOST_BYTES, RefusedError, Source
from sparekey.formats.arm.template.sections import held
from sparekey.formats.arm.template.session import Linked, Loss

_NOT_HERE = "deploys a linked template, which is not read"
_MOST_FILES = 1000
_MOST_TOTAL = 64 * 1024 * 1024
"""Characters of all the files that one template leads to; the largest public set, of 129 files, has 4.5 MB."""

_LONGEST_PATH = 200
_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:|//|\\\\")


@dataclass(slots=True, kw_only=True)
class Links:
    """Finds linked templates in what is scanned. `path` is the file that the first template stands in, `sources` what was read."""

    path: Path
    sources: dict[str, Source]
    total: int = 0

    def source(self, file: str) -> Source:
        """The text of a file that was read."""
        return self.sources.get(file) or next(iter(self.sources.values()))

    def find(self, base: str, where: str) -> Linked | Loss:
        """The template that a path relative to a file means, or why it is not read."""
        if _REMOTE.match(where):
            return _not_read(_NOT_HERE, incomplete=False)
        first = next(iter(self.sources))
        depth = len(PurePosixPath(first).parts)
        # Its own name is kept: where a link is called by a name, what is scanned lies around the link, not around what it leads to.
        located = self.path.parent.resolve() / self.path.name
        top = located.parents[depth - 1] if depth <= len(located.parents) else located.parent
        try:
            target = (top / PurePosixPath(base).parent / where.replace("\\", "/")).resolve()
        except (OSError, RuntimeError, ValueError):
            return _not_read(_NOT_HERE)
        if not target.is_relative_to(top):
            return _not_read(
                f"deploys a linked template outside of what is scanned, which is not read: {_shown(where)}", once=True
            )
        name = target.relative_to(top).as_posix()
        if name not in self.sources:
            try:
                if not target.is_file():
                    return _not_read(f"deploys a linked template that is not there: {_shown(name)}", once=True)
                if target.stat().st_size > MOST_BYTES:
                    return _not_read(
                        f"deploys a linked template that is larger than {MOST_BYTES} bytes: {_shown(name)}", once=True
                    )
                size = target.stat().st_size
                if len(self.sources) >= _MOST_FILES or self.total + size > _MOST_TOTAL:
                    message = f"deploys more linked templates than {_MOST_FILES} files or {_MOST_TOTAL >> 20} MiB"
                    return replace(_not_read(message, once=True), kind="too-much")
                self.total += size
                self.sources[name] = Source.of(target.read_bytes(), name)
            except (OSError, ValueError):
                return _not_read(f"deploys a linked template that cannot be read: {_shown(name)}", once=True)
            except RefusedError as refused:
                return _not_read(f"deploys a linked template that {refused.message}: {_shown(name)}", once=True)
        top_of = self.sources[name].top
        if held(top_of, "resources") is None:
            return _not_read(f"deploys a linked template that is none: {_shown(name)}", once=True)
        return Linked(file=name, top=top_of)


def _not_read(message: str, *, incomplete: bool = True, once: bool = False) -> Loss:
    return Loss(kind="linked-template", message=message, pointer=None, incomplete=incomplete, once=once)


def _shown(path: str) -> str:
    return path if len(path) <= _LONGEST_PATH else f"…{path[-_LONGEST_PATH:]}"
