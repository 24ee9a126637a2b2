"""What a template's values are: literals, parameters with a default, and loops over properties. Every other expression is unknown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from sparekey.formats.arm.source import Source
from sparekey.model.span import Place
from sparekey.model.value import AnyValue, Known, Limits, Unknown

MOST_COPIES = 800
"""The deployment engine makes no loop run more often."""

_MOST_STEPS = 20
"""Parameters whose defaults refer to each other are followed so far."""

_MOST_LEVELS = 20
"""Lists within lists are read so far; no property of Azure has more than three."""

_PARAMETER = re.compile(r"\[\s*parameters\s*\(\s*'((?:[^']|'')*)'\s*\)\s*\]", re.IGNORECASE)


def member(raw: object, name: str) -> tuple[str, object] | None:
    """The member of a JSON object with this name, which compares without case: its name as written, and its value."""
    if not isinstance(raw, dict):
        return None
    if name in raw:
        return name, raw[name]
    wanted = name.lower()
    return next(((key, value) for key, value in raw.items() if key.lower() == wanted), None)


def held(raw: object, name: str) -> object:
    """The value of a member, None where there is none."""
    found = member(raw, name)
    return found[1] if found else None


def below(pointer: str, *steps: str | int) -> str:
    """The RFC 6901 pointer of something below another one."""
    return pointer + "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def is_expression(text: str) -> bool:
    """Whether a text is computed when it is deployed."""
    return text.startswith("[") and text.endswith("]") and not text.startswith("[[")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The parameters that an expression sees.

    `parameters` is the object that declares them, at `pointer`; `given` what a nested template is handed, by name in lower case;
    `elsewhere` names, per parameter in lower case, the parameter file that gives it a value.
    """

    source: Source
    parameters: object
    pointer: str
    given: Mapping[str, AnyValue] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    def lift(self, raw: object, pointer: str, *, steps: int = 0, level: int = 0) -> AnyValue:
        """A JSON value as a value with its place. What it holds is looked at only when asked for."""
        at = self.source.place(pointer)
        if isinstance(raw, str):
            if is_expression(raw):
                return self._computed(raw, at, steps)
            return Known(value=_plain(raw), at=at)
        if isinstance(raw, dict):
            return Known(value=Members(self, raw, pointer, steps), at=at)
        if isinstance(raw, list):
            if level > _MOST_LEVELS:
                return Unknown(reason="lists within lists, too deep to be read", at=at, how="correct the file")
            deeper = level + 1
            items = [self.lift(item, below(pointer, index), steps=steps, level=deeper) for index, item in enumerate(raw)]
            return Known(value=tuple(items), at=at)
        return Known(value=raw, at=at)

    def _computed(self, text: str, at: Place, steps: int) -> AnyValue:
        found = _PARAMETER.fullmatch(text)
        if found and steps < _MOST_STEPS:
            return self._parameter(found[1].replace("''", "'"), at, steps)
        how = "write the value out, or give it as the default of a parameter"
        return Unknown(reason="ARM expression not evaluated", at=at, how=how)

    def _parameter(self, name: str, at: Place, steps: int) -> AnyValue:
        """The value of a parameter, placed where it is used; of one that has none, the question where it is declared."""
        short = name[:80]
        if name.lower() in self.given:
            value = self.given[name.lower()]
            return replace(value, at=at) if isinstance(value, Known) else value
        found = member(self.parameters, name)
        if found is None:
            return Unknown(reason=f"parameter {short} is not declared", at=at, how="declare it with a default")
        written, declared = found
        here = below(self.pointer, written)
        declared_at = self.source.place(here)
        if str(held(declared, "type")).lower().startswith("secure"):
            return Unknown(reason=f"sensitive: parameter {short}", at=declared_at)
        file = self.elsewhere.get(name.lower())
        if file:
            reason = f"what does {file} give for parameter {short}?"
            return Unknown(reason=reason, at=declared_at, how="write the value out: parameter files are not read yet")
        default = member(declared, "defaultValue")
        if default is None:
            how = "give the parameter a default"
            return Unknown(reason=f"parameter {short} has no value", at=declared_at, how=how, limits=_limits(declared))
        value = self.lift(default[1], below(here, default[0]), steps=steps + 1)
        return replace(value, at=at) if isinstance(value, Known) else value


def _limits(declared: object) -> Limits | None:
    """What the declaration of a parameter says of its value."""
    least, most, allowed = (held(declared, name) for name in ("minValue", "maxValue", "allowedValues"))
    texts = tuple(one for one in allowed if isinstance(one, str)) if isinstance(allowed, list) else ()
    limits = Limits(
        least=least if type(least) is int else None,
        most=most if type(most) is int else None,
        one_of=texts if isinstance(allowed, list) and texts and len(texts) == len(allowed) else None,
    )
    return limits if limits != Limits() else None


def _plain(text: str) -> str:
    """What a text that is no expression says: a bracket in front is doubled where it would make one of it."""
    return text[1:] if text.startswith("[[") and text.endswith("]") else text


class Members(Mapping[str, "AnyValue"]):
    """A JSON object of a template. Names compare without case, and a loop stands for the property that it makes."""

    __slots__ = ("_loops", "_names", "_pointer", "_raw", "_scope", "_steps")

    def __init__(self, scope: Scope, raw: dict[str, object], pointer: str, steps: int) -> None:
        self._scope = scope
        self._raw = raw
        self._pointer = pointer
        self._steps = steps
        self._loops = _loops(raw, pointer)
        self._names = {_plain(name).lower(): name for name in raw if not is_expression(name)}

    def __getitem__(self, name: str) -> AnyValue:
        """The value of a property; KeyError where neither a member nor a loop of that name is written."""
        lower = name.lower()
        if lower in self._loops:
            return self._repeated(*self._loops[lower])
        if self._loops and lower == "copy":
            raise KeyError(name)
        if lower not in self._names:
            nameless = next((key for key in self._raw if is_expression(key)), None)
            hidden = self._loops[None][1] if None in self._loops else below(self._pointer, nameless) if nameless else None
            if hidden is None:
                raise KeyError(name)
            at = self._scope.source.place(hidden)
            return Unknown(reason="which property is this? its name is an expression", at=at, how="give it a plain name")
        written = self._names[lower]
        return self._scope.lift(self._raw[written], below(self._pointer, written), steps=self._steps)

    def __iter__(self) -> Iterator[str]:
        """The names of all properties, as written."""
        yield from (_plain(name) for key, name in self._names.items() if not (self._loops and key == "copy"))
        yield from (name for name in self._loops if name is not None and name not in self._names)

    def __len__(self) -> int:
        """How many properties there are."""
        return sum(1 for _ in self)

    def _repeated(self, loop: dict[str, object], pointer: str) -> AnyValue:
        """The list that a loop makes: as long as its count says, where that is known."""
        at = self._scope.source.place(pointer)
        count = self._scope.lift(held(loop, "count"), below(pointer, _written(loop, "count")), steps=self._steps)
        if isinstance(count, Unknown):
            return replace(count, limits=None)
        if type(count.value) is not int or not 0 <= count.value <= MOST_COPIES:
            return Unknown(reason="a loop count that is not a number of 0 to 800", at=count.at, how="correct the file")
        item = self._scope.lift(held(loop, "input"), below(pointer, _written(loop, "input")), steps=self._steps)
        return Known(value=(item,) * count.value, at=at)


def _written(raw: object, name: str) -> str:
    found = member(raw, name)
    return found[0] if found else name


def _loops(raw: dict[str, object], pointer: str) -> dict[str | None, tuple[dict[str, object], str]]:
    """The property loops of an object, by name in lower case: a list of them under `copy` (an object there is a plain property).

    None stands for one of which the name cannot be read.
    """
    found = member(raw, "copy")
    if found is None or not isinstance(found[1], list):
        return {}
    loops: dict[str | None, tuple[dict[str, object], str]] = {}
    for index, loop in enumerate(found[1]):
        name = held(loop, "name")
        plain = name.lower() if isinstance(name, str) and not is_expression(name) else None
        loops[plain] = loop if isinstance(loop, dict) else {}, below(pointer, found[0], index)
    return loops
