"""What a function of the language is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias
from urllib.parse import quote, unquote

from sparekey.formats.arm.language.values import (
    LONGEST_PATTERN,
    EvaluationError,
    Lambda,
    Later,
    NotYetError,
    OpenObject,
    Value,
    capped,
    merged,
    pattern_of,
    type_name,
)


class Machine(Protocol):
    """What a function may ask of the evaluation around it."""

    def apply(self, function: Lambda, arguments: list[Value]) -> Value:
        """The value of a lambda for arguments, as many as it names."""
        ...

    def spend(self, steps: int) -> None:
        """Count work. Raises TooMuchError."""
        ...


_HERE = re.compile(r"\{here \d+:([^{}]*)\}")
_BESIDE = re.compile(r"\{beside \d+:([^{}]*)\}/(.*)", re.DOTALL)
_RELATIVE = re.compile(r"(?!/)[^:\\{]+(?:\{.*)?", re.DOTALL)
_ANY_PLACEHOLDER = re.compile(r"(?<!\{)(?:\{\{)*\{\d[^{}]*\}")
_MOST_PARTS = 256
_LONGEST_PARTS = 1_000_000
"""Parts of a text that are kept, and their letters together."""
_STEPS = re.compile(r"[^{?]*\Z|[^{?]*(?=\?)|[^{?]*/")
"""The whole path before a question, or the folders of it that stand before something that is not known."""

_PLACEHOLDER = re.compile(r"\{(\d{1,3})\}")


def here(number: int, file: str) -> str:
    """The pattern of the address that a template is deployed from which stands in a file. `number` tells one deployment of it from another."""
    return f"{{here {number}:{quote(file, errors='surrogatepass')}}}"


def beside(pattern: str) -> tuple[str, str] | None:
    """The file and the path relative to it that a pattern of an address means, what is not known of the path in braces; None for any other."""
    found = _BESIDE.fullmatch(pattern)
    return (unquote(found[1], errors="surrogatepass"), found[2]) if found else None


Run: TypeAlias = "Callable[[list[Value], Machine], Value]"


@dataclass(frozen=True, slots=True)
class Function:
    """One function: how many arguments it takes (`most` None: any number), of which types, and what it does.

    `kinds` names per position the types that are taken, the last one for all that follow; "" takes anything. Unless it is `open`,
    an argument that only the deployment knows makes the result one as well.
    """

    least: int
    most: int | None
    run: Run
    kinds: tuple[str, ...] = ("",)
    open: bool = False

    def __call__(self, name: str, arguments: list[Value], machine: Machine) -> Value:
        """The value for arguments. Raises EvaluationError, TooMuchError."""
        check_count(name, len(arguments), self.least, self.most)
        machine.spend(weight(arguments))
        if not self.open and any(isinstance(argument, (Later, OpenObject)) for argument in arguments):
            return _later(name, arguments, machine)
        for index, argument in enumerate(arguments):
            kind = self.kinds[min(index, len(self.kinds) - 1)]
            if isinstance(argument, Lambda):
                if kind != "lambda":
                    raise EvaluationError(f"{name} takes no lambda there")
            elif kind and not isinstance(argument, Later) and type_name(argument) not in kind.split("|"):
                raise EvaluationError(f"{name} takes {kind} as value {index + 1}, not {type_name(argument)}")
        try:
            made = self.run(arguments, machine)
            return capped(made) if isinstance(made, str) else made
        except NotYetError as later:
            return later.later


def weight(arguments: Iterable[Value]) -> int:
    """The steps of work that looking at all arguments of a function takes, lists and objects within them aside."""
    steps = 0
    for place, argument in enumerate(arguments):
        if isinstance(argument, str):
            # Letters beyond ASCII are gone through one by one.
            steps += len(argument) >> 6 if argument.isascii() else len(argument) >> 3
        elif isinstance(argument, (list, dict)):
            steps += len(argument) >> 5
        steps += not place & 3
    return steps


def _later(name: str, arguments: list[Value], machine: Machine) -> Later:
    """The result where an argument is not known: the same arguments give the same result, so that it has a pattern if they do."""
    made = merged([argument for argument in arguments if isinstance(argument, (Later, OpenObject))], spend=machine.spend)
    made = replace(made, parts=_parts(name, arguments))
    patterns = [pattern_of(argument) for argument in arguments]
    if name == "format" and isinstance(arguments[0], str):
        return replace(made, pattern=_filled(arguments[0], arguments[1:], patterns[1:]))
    if not all(pattern or argument == "" for pattern, argument in zip(patterns, arguments, strict=True)):
        return made
    if name == "uri" and _RELATIVE.fullmatch(patterns[1]) and (address := _relative(patterns[0], patterns[1])):
        return replace(made, pattern=address)
    # With their lengths, so that no two lists of arguments look alike.
    pattern = "".join(patterns if name == "concat" else ("{", name, *(f" {len(one)}:{one}" for one in patterns), "}"))
    return replace(made, pattern=pattern if len(pattern) <= LONGEST_PATTERN else "")


def _parts(name: str, arguments: list[Value]) -> tuple[str | None, ...]:
    """What a text is put together of, in order; () where that is not said."""
    if name == "concat" and all(isinstance(argument, (str, Later)) for argument in arguments):
        found = [part for argument in arguments for part in _parts_of(argument)]
    elif name == "base64" and isinstance(arguments[0], Later):
        found = [*arguments[0].parts]
    elif name == "format" and isinstance(arguments[0], str):
        found = []
        for index, piece in enumerate(_ANY_PLACEHOLDER.split(arguments[0])):
            # Braces of its own stand twice.
            found.extend((None, _doubled(piece)) if index else (_doubled(piece),))
    else:
        return ()
    return tuple(found) if len(found) <= _MOST_PARTS and sum(len(part or "") for part in found) <= _LONGEST_PARTS else ()


def _parts_of(value: Value) -> tuple[str | None, ...]:
    if isinstance(value, Later):
        return value.parts or (None,)
    return (str(value),)


def _doubled(text: str) -> str | None:
    """A piece of a composite format as it is written out; None where its braces are not those of letters."""
    bare = text.replace("{{", "").replace("}}", "")
    return None if "{" in bare or "}" in bare else text.replace("{{", "{").replace("}}", "}")


def _relative(base: str, path: str) -> str:
    """The pattern of an address relative to the one that a template is deployed from, or to one relative to that; "" where there is none."""
    if _HERE.fullmatch(base):
        return f"{base.replace('here', 'beside', 1)}/{_without_dots(path)}"
    found = _BESIDE.fullmatch(base)
    if not found or "{" in found[2]:
        return ""
    # Of an address only what stands before its last slash counts, and nothing of what is asked of it.
    folder = found[2].partition("?")[0].rpartition("/")
    pattern = f"{base[: found.start(2)]}{_without_dots(f'{folder[0]}{folder[1]}{path}')}"
    return pattern if len(pattern) <= LONGEST_PATTERN else ""


def _without_dots(path: str) -> str:
    """A relative path without steps that lead nowhere; what comes behind something that is not known stays as it is."""
    sure = _STEPS.match(path)
    known = sure[0] if sure else ""
    kept: list[str] = []
    for step in known.split("/")[:-1] if known.endswith("/") else known.split("/"):
        if step == ".." and kept and kept[-1] != "..":
            kept.pop()
        elif step != ".":
            kept.append(step)
    # A path that ends with such a step is that of a folder.
    closed = known.endswith(("/", "/.", "/..")) or known in (".", "..")
    return f"{'/'.join(kept)}{'/' if closed and kept else ''}{path[len(known) :]}"


def _filled(text: str, values: list[Value], patterns: list[str]) -> str:
    """The pattern of a composite format that only puts values in places; "" for any other."""
    pieces = _PLACEHOLDER.split(text)
    if any("{" in piece or "}" in piece for piece in pieces[::2]):
        return ""
    for place, piece in enumerate(pieces):
        if place % 2:
            index = int(piece)
            if index >= len(values) or not (patterns[index] or values[index] == ""):
                return ""
            pieces[place] = patterns[index]
    pattern = "".join(pieces)
    return pattern if len(pattern) <= LONGEST_PATTERN else ""


Functions: TypeAlias = Mapping[str, Function]


def check_count(name: str, count: int, least: int, most: int | None) -> None:
    """Raises EvaluationError where a function is given too few or too many values."""
    if count < least or (most is not None and count > most):
        raise EvaluationError(f"{name} takes {least if most == least else f'{least} or more'} values, not {count}")
