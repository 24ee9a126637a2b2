"""Messages of results: a format and its arguments, put together where names from files can do no harm."""

from __future__ import annotations

import re
from collections.abc import Sequence

_TOKEN = re.compile(r"%(.?)", re.DOTALL)
_LONGEST = 200
"""Characters of a name that a message shows; a display name in a directory has at most 256."""


class BadMessageError(Exception):
    """A message that is not a format with as many arguments as it asks for."""


def rendered(message: Sequence[object]) -> str:
    """`[format, [argument, ...]]` as text.

    The format knows `%s` (a name: shown in quotes, cut to 200 characters, with every character escaped that could act on a terminal
    or forge a second line), `%d` (a whole number, or a count `{"least", "most"}` shown as "1", "0 to 2" or "1 or more") and `%%`.
    Raises `BadMessageError` for anything else.
    """
    match message:
        case [str() as format_, list() as arguments]:
            rest = list(arguments)
            text = _TOKEN.sub(lambda token: _argument(token[1], rest), format_)
        case _:
            raise BadMessageError("a message is not a format and its arguments")
    if rest:
        raise BadMessageError(f"a message has {len(rest)} arguments too many")
    return text


def quoted(name: str) -> str:
    """A name from a file, in quotes, safe to print: control and invisible characters escaped, quotes and backslashes too."""
    shown = name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
    if shown.isprintable():
        # Nearly every name is, and there are two for each finding.
        return '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return '"' + "".join(_safe(character) for character in shown) + '"'


def _safe(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")


def _argument(form: str, rest: list[object]) -> str:
    if form == "%":
        return "%"
    if not rest:
        raise BadMessageError("a message has too few arguments")
    argument = rest.pop(0)
    if form == "s" and isinstance(argument, str):
        return quoted(argument)
    if form == "d":
        return _number(argument)
    raise BadMessageError(f"a message cannot show a {type(argument).__name__} as %{form}")


def _number(argument: object) -> str:
    match argument:
        case bool():
            pass
        case int():
            return str(argument)
        case {"least": int() as least, "most": int() as most}:
            return str(least) if least == most else f"{least} to {most}"
        case {"least": int() as least}:
            return f"{least} or more"
    raise BadMessageError(f"a message cannot show a {type(argument).__name__} as %d")
