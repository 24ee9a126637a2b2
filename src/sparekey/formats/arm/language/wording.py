"""Patterns for people. What stands in braces in a pattern is a note of this reader's own, and is never shown as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 200
"""Characters of one pattern as it is shown."""

_PARAMETER = re.compile(r"\d+:(\w+)")
_ADDRESS = re.compile(r"(?:here|beside) \d+:[^{}]*")
_TURN = re.compile(r"\d+:turn \d+")
_LATER_TURN = re.compile(r"copyindex (\d+) \{\d+:turn \d+\}")
_SPOT = re.compile(r"\d+:at .*", re.DOTALL)
_CALL = re.compile(r"(\w+)(?= \d)")
_LENGTH = re.compile(r" (\d{1,5}):")
_OWN_ADDRESS = "deployment().properties.templateLink.uri"
_MORE = "…"


def readable(pattern: str, most: int = LONGEST) -> str:
    """A pattern as a text in which the expressions of what is not known stand in angle brackets, of a parameter its name."""
    if "{" not in pattern and "}" not in pattern:
        return bounded(pattern, most)
    return bounded("".join(text if not is_group else f"<{_expression(text)}>" for is_group, text in _pieces(pattern)), most)


def bounded(text: str, most: int = LONGEST) -> str:
    """A text that is not longer than so many characters."""
    return text if len(text) <= most else f"{text[: most - 1]}{_MORE}"


def last_step(pattern: str) -> tuple[str, str]:
    """What stands before the last slash of a pattern, and what behind it. What stands in braces is one step, whatever is written there."""
    upper, _, name = pattern.rpartition("/")
    if name.count("{") == name.count("}"):
        return upper, name
    depth = 0
    for at in range(len(pattern) - 1, -1, -1):
        letter = pattern[at]
        depth += (letter == "}") - (letter == "{")
        if letter == "/" and not depth:
            return pattern[:at], pattern[at + 1 :]
    return "", pattern


def last_part(pattern: str) -> str:
    """What stands behind the last slash of a pattern that is not within braces."""
    return last_step(pattern)[1]


def _pieces(pattern: str) -> Iterator[tuple[bool, str]]:
    """What is known of a pattern, and what stands in braces, in their order. Braces that do not fit hide the rest."""
    start = depth = 0
    for index, letter in enumerate(pattern):
        if letter == "{":
            if not depth and index > start:
                yield False, pattern[start:index]
            start = start if depth else index + 1
            depth += 1
        elif letter == "}":
            depth -= 1
            if depth < 0:
                break
            if not depth:
                yield True, pattern[start:index]
                start = index + 1
    if depth:
        yield False, _MORE
    elif start < len(pattern):
        yield False, pattern[start:]


def _expression(group: str) -> str:
    """The expression that a pattern in braces stands for."""
    parameter = _PARAMETER.fullmatch(group)
    if parameter:
        return parameter[1]
    if _ADDRESS.fullmatch(group):
        return _OWN_ADDRESS
    if _TURN.fullmatch(group):
        return "copyIndex()"
    if later := _LATER_TURN.fullmatch(group):
        return f"copyIndex({later[1]})"
    if _SPOT.fullmatch(group):
        return _MORE
    called = _call(group)
    if called is not None:
        name, arguments = called
        return f"{name}({', '.join(map(_argument, arguments))})"
    whole, dot, member = group.rpartition(".")
    braces = group.rfind("}") + 1
    if braces and group[braces : braces + 1] == ".":
        whole, dot, member = group[:braces], ".", group[braces + 1 :]
    return f"{_argument(whole)}.{_plain(member)}" if dot else _plain(group)


def _call(group: str) -> tuple[str, list[str]] | None:
    """The name of a function and the patterns of its arguments, each of which stands behind its length."""
    name = _CALL.match(group)
    if not name:
        return None
    at, arguments = name.end(), []
    while at < len(group):
        length = _LENGTH.match(group, at)
        if not length or length.end() + int(length[1]) > len(group):
            return None
        arguments.append(group[length.end() : length.end() + int(length[1])])
        at = length.end() + int(length[1])
    return name[1], arguments


def _argument(pattern: str) -> str:
    pieces = [_expression(text) if is_group else f"'{_plain(text)}'" for is_group, text in _pieces(pattern)]
    return pieces[0] if len(pieces) == 1 else f"concat({', '.join(pieces)})"


def _plain(text: str) -> str:
    return _MORE if "{" in text or "}" in text else text
