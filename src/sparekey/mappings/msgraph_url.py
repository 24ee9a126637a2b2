"""Paths of Microsoft Graph in the one form in which they can be compared.

`/Groups('ID')/members/$ref?x=y`, `beta/groups/ID/members` and `groups/ID/members/` name the same thing: a leading slash, the host,
the version, the query, segments that begin with `$`, type casts, and the way in which an id is written make no difference,
nor does the case of the words.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

ANY: Final = "*"
"""Stands for one id in a pattern."""

_LONGEST: Final = 2048
"""Characters of a path that are read. Graph itself refuses longer addresses."""
_IN_BRACKETS: Final = re.compile(r"\(([^()]*)\)")
_VERSIONS: Final = frozenset({"beta", "v1.0"})


def segments(url: str) -> tuple[str, ...]:
    """The words and ids of a path, in order, as they are written."""
    path = re.split(r"[?#]", url.strip()[:_LONGEST], maxsplit=1)[0]
    path = re.sub(r"^https?://[^/]*", "", path, flags=re.IGNORECASE)
    parts = unquote(_IN_BRACKETS.sub(r"/\1", path)).replace("'", "").split("/")
    kept = [p.strip() for p in parts if p.strip() not in ("", ".") and not p.strip().startswith("$")]
    kept = [p for p in kept if not p.lower().startswith("microsoft.graph.")]
    return tuple(kept[1:] if kept and kept[0].lower() in _VERSIONS else kept)


def refers(url: str) -> bool:
    """Whether the path stands for references to objects (`.../$ref`) rather than for the objects."""
    return bool(re.search(r"/\$ref/?\s*(?:[?#].*)?$", url[:_LONGEST], re.IGNORECASE | re.DOTALL))


def ids_in(found: tuple[str, ...], pattern: tuple[str, ...]) -> tuple[str, ...] | None:
    """The ids at the places of `ANY`, where a path is of the pattern; None where it is of another."""
    if len(found) != len(pattern):
        return None
    if any(word not in (ANY, part.lower()) for part, word in zip(found, pattern, strict=True)):
        return None
    return tuple(part for part, word in zip(found, pattern, strict=True) if word == ANY)


def last_segment(reference: str) -> str:
    """The id at the end of a path or address (`https://host/v1.0/users/ID`), or the text itself where it holds none."""
    found = segments(reference) if "/" in reference or "(" in reference else ()
    return found[-1] if found else reference.strip()
