"""Templates that another one deploys from a file of its own, as far as that file lies in what is scanned."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sparekey.formats.arm.source import MOST_BYTES, RefusedError, Source
from sparekey.formats.arm.template.sections import held
from sparekey.formats.arm.template.session import Linked, Loss

_NOT_HERE = "deploys a linked template, which is not read"
_MOST_FILES = 100
_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:|//|\\\\")


@dataclass(slots=True, kw_only=True)
class Links:
    """Finds linked templates in what is scanned. `path` is the file that the first template stands in, `sources` what was read."""

    path: Path
    sources: dict[str, Source]

    def source(self, file: str) -> Source:
        """The text of a file that was read."""
        return self.sources.get(file) or next(iter(self.sources.values()))

    def find(self, file: str, where: str) -> Linked | Loss:
        """The template that a relative path in a file means, or why it is not read."""
        if _REMOTE.match(where) or len(self.sources) >= _MOST_FILES:
            return self._not_read(file, _NOT_HERE, incomplete=False)
        first = next(iter(self.sources))
        depth = len(PurePosixPath(first).parts)
        # Its own name is kept: where a link is called by a name, what is scanned lies around the link, not around what it leads to.
        located = self.path.parent.resolve() / self.path.name
        top = located.parents[depth - 1] if depth <= len(located.parents) else located.parent
        try:
            target = (top / PurePosixPath(file).parent / where.replace("\\", "/")).resolve()
        except (OSError, RuntimeError, ValueError):
            return self._not_read(file, _NOT_HERE)
        if not target.is_relative_to(top):
            return self._not_read(file, "deploys a linked template outside of what is scanned, which is not read")
        name = target.relative_to(top).as_posix()
        if name not in self.sources:
            try:
                if not target.is_file() or target.stat().st_size > MOST_BYTES:
                    return self._not_read(file, "deploys a linked template that is not there")
                self.sources[name] = Source.of(target.read_bytes(), name)
            except (OSError, ValueError):
                return self._not_read(file, "deploys a linked template that cannot be read")
            except RefusedError as refused:
                return self._not_read(file, f"deploys a linked template that {refused.message}")
        top_of = self.sources[name].top
        if held(top_of, "resources") is None:
            return self._not_read(file, "deploys a linked template that is none")
        return Linked(file=name, top=top_of)

    def _not_read(self, file: str, message: str, *, incomplete: bool = True) -> Loss:
        return Loss(kind="linked-template", message=message, pointer=None, file=file, incomplete=incomplete)
