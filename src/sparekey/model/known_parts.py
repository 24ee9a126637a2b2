"""What certainly stands in a text of which a part is not known, whichever format writes it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

_MOST = 1_000_000
"""Characters that are kept of one text. Azure takes 256 KiB of script."""

_BROKEN_END = re.compile(r"[\w.\\-]+\Z")
_BROKEN_START = re.compile(r"\A[\w.\\-]+")
"""Words beside what is not known: they may go on there."""


def whole_words(parts: Iterable[str | None]) -> tuple[str, ...]:
    """The whole words in a text that is made of these parts, in order; None is a part that is not known."""
    return tuple(_whole_words(tuple(parts)))


def _whole_words(parts: tuple[str | None, ...]) -> Iterator[str]:
    kept, at = 0, 0
    for known, run in groupby(parts, key=lambda part: part is not None):
        several = tuple(run)
        start, at = at, at + len(several)
        if not known:
            continue
        text = "".join(part for part in several if part is not None)
        text = text if start == 0 else _BROKEN_START.sub("", text)
        text = text if at == len(parts) else _BROKEN_END.sub("", text)
        kept += len(text)
        if kept > _MOST:
            return
        if text.strip():
            yield text
