"""Find things in a template's JSON, where names compare without case."""

from __future__ import annotations

from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


def member(raw: object, name: str) -> tuple[str, object] | None:
    """The member of a JSON object with this name: its name as written, and its value. Of several the last one."""
    if not isinstance(raw, dict):
        return None
    if name in raw and len(raw) == 1:
        return name, raw[name]
    wanted = name.lower()
    found = None
    for key, value in raw.items():
        if len(key) == len(name) and key.lower() == wanted:
            found = key, value
    return found


def held(raw: object, name: str) -> object:
    """The value of a member, None where there is none."""
    found = member(raw, name)
    return found[1] if found else None


def written(raw: object, name: str) -> str:
    """The name of a member as it is written."""
    found = member(raw, name)
    return found[0] if found else name


def by_name(raw: dict[str, object]) -> dict[str, tuple[str, object]]:
    """What `member` gives, by name in lower case: for an object that is asked for many."""
    return {key.lower(): (key, value) for key, value in raw.items()}


def below(pointer: str, *steps: str | int) -> str:
    """The RFC 6901 pointer of something below another one."""
    for step in steps:
        text = str(step)
        if "/" in text or "~" in text:
            text = text.replace("~", "~0").replace("/", "~1")
        pointer = f"{pointer}/{text}"
    return pointer
