"""The bodies of the `azapi` provider: ARM's JSON as an object or as its text, whose names compare without case."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from sparekey.model.span import Place
from sparekey.model.value import AnyValue, Body, Known, Unknown, ValueSet

_LONGEST = 4 * 1024 * 1024
"""The service takes no longer request."""

_DEEPEST = 60
_MOST_PATHS = 1000
_HOW = "correct the file"
_NOT_LOOKED_UP = 'export it: response_export_values = ["*"]'
_DEPTH = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


class Folded(Mapping[str, AnyValue]):
    """The members of an object whose names compare without case, those in objects and lists within it as well.

    `over` are members by name in lower case that count instead of what the object says. Of an object that is unknown every other one is.
    """

    __slots__ = ("_held", "_names", "_over", "_rest")

    def __init__(self, rest: AnyValue, over: Mapping[str, AnyValue]) -> None:
        self._rest = rest
        held = rest.value if isinstance(rest, Known) else None
        self._held: Mapping[str, AnyValue] = held if isinstance(held, Mapping) else {}
        self._names = {name.lower(): name for name in self._held if isinstance(name, str)}
        self._over = over

    def __getitem__(self, name: str) -> AnyValue:
        """The value of a member. Raises KeyError where there is none."""
        lower = name.lower()
        if lower in self._over:
            return self._over[lower]
        if isinstance(self._rest, Unknown):
            return self._rest
        return folded(self._held[self._names.get(lower, name)])

    def __iter__(self) -> Iterator[str]:
        """The names of all members that are known, as written."""
        yield from (name for lower, name in self._names.items() if lower not in self._over)
        yield from self._over

    def __len__(self) -> int:
        """How many members are known."""
        return len(self._names.keys() | self._over.keys())


def folded(value: AnyValue) -> AnyValue:
    """A value in which names compare without case."""
    if isinstance(value, Unknown):
        return value
    inner = value.value
    if isinstance(inner, Folded):
        return value
    if isinstance(inner, Mapping):
        return Known(value=Folded(value, {}), at=value.at, origin=value.origin)
    if isinstance(inner, tuple):
        return Known(value=tuple(folded(item) for item in inner), at=value.at, origin=value.origin)
    return value


def object_of(value: AnyValue, address: str) -> AnyValue:
    """The object that a body is: written as one, or as its JSON text, where everything stands where the text does."""
    if isinstance(value, Unknown):
        return value
    inner = value.value
    if inner is None:
        return Known(value={}, at=value.at, origin="default")
    if isinstance(inner, str):
        read = _parsed(inner)
        if isinstance(read, dict):
            return _placed(read, value.at)
    if isinstance(inner, Mapping):
        return value
    return Unknown(reason=f"the body of {address} is no object", at=value.at, how=_HOW)


def _parsed(text: str) -> object:
    """What a JSON text says; None where it is none, or too large."""
    depth = 0
    for token in _DEPTH.finditer(text[:_LONGEST]):
        depth += 1 if token[0] in "[{" else -1 if token[0] in "]}" else 0
        if depth > _DEEPEST:
            return None
    try:
        found: object = json.loads(text, parse_constant=str) if len(text) <= _LONGEST else None
    except ValueError:
        return None
    return found


def _placed(raw: object, at: Place) -> AnyValue:
    if isinstance(raw, dict):
        return Known(value={name: _placed(member, at) for name, member in raw.items()}, at=at)
    if isinstance(raw, list):
        return Known(value=tuple(_placed(item, at) for item in raw), at=at)
    return Known(value=raw, at=at, origin="explicit" if raw is not None else "default")


def covered(body: AnyValue, secret: AnyValue, reason: str) -> AnyValue:
    """The body over which something else is laid of which nothing is shown: what that holds is unknown."""
    if isinstance(secret, Known) and secret.value is None:
        return body
    whole = Unknown(reason=reason, at=secret.at, how="write what is no secret in the body alone")
    paths = list(_leaves(secret, ()))
    if len(paths) > _MOST_PATHS:
        return whole
    for path in paths:
        body = _without(body, path, whole)
    return body


def _leaves(value: AnyValue, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The paths of what is not an object in an object."""
    inner = value.value if isinstance(value, Known) else None
    if not isinstance(inner, Mapping) or len(path) > _DEEPEST:
        yield path
        return
    for name in inner:
        yield from _leaves(inner[name], (*path, name))


def unlike(body: AnyValue, paths: ValueSet[str], address: str) -> AnyValue:
    """The body in which what stands at some paths (`properties.a.b`) may be something else already."""
    whole = Unknown(reason=f"what is there already of {address}? Changes of it are ignored", at=paths.at, how=_HOW)
    if paths.open is not None or len(paths.members) > _MOST_PATHS or any(isinstance(m, Unknown) for m in paths.members):
        return whole
    for member in paths.members:
        if isinstance(member, Known):
            body = _without(body, tuple(member.value.partition("[")[0].split(".")), whole)
    return body


def _without(body: AnyValue, path: tuple[str, ...], why: Unknown) -> AnyValue:
    """The body in which what stands at a path is unknown."""
    if isinstance(body, Unknown) or not path or len(path) > _DEEPEST:
        return body if isinstance(body, Unknown) else why
    inner = body.value
    if not isinstance(inner, Mapping) and inner is not None:
        return why
    held = Known(value=inner or {}, at=body.at)
    child = Folded(held, {}).get(path[0]) or Known(value=None, at=body.at, origin="default")
    return Known(value=Folded(held, {path[0].lower(): _without(child, path[1:], why)}), at=body.at)


def answered(body: Body, address: str) -> AnyValue:
    """The resource that a data source reads, as far as it exports it: of what it does not, nobody knows anything."""
    exports = body.get("response_export_values")
    missing = Unknown(reason=f"what does {address} find?", at=exports.at, how=_NOT_LOOKED_UP)
    listed = isinstance(exports, Known) and isinstance(exports.value, tuple)
    output = body.get("output")
    if not listed or isinstance(output, Unknown):
        return output if listed and isinstance(output, Unknown) else missing
    found = object_of(output, address)
    return found if isinstance(found, Unknown) else Known(value=_Partly(found, missing), at=found.at)


class _Partly(Mapping[str, AnyValue]):
    """An object that holds more than it shows."""

    __slots__ = ("_held", "_missing", "_names")

    def __init__(self, held: Known[object], missing: Unknown) -> None:
        self._held: Mapping[str, AnyValue] = held.value if isinstance(held.value, Mapping) else {}
        self._names = {name.lower(): name for name in self._held}
        self._missing = missing

    def __getitem__(self, name: str) -> AnyValue:
        """The value of a member, unknown where it is not shown."""
        spelled = self._names.get(name.lower())
        found = self._held[spelled] if spelled is not None else self._missing
        if isinstance(found, Unknown) or not isinstance(found.value, Mapping):
            return self._missing if isinstance(found, Known) and found.value is None else found
        return Known(value=_Partly(found, self._missing), at=found.at)

    def __iter__(self) -> Iterator[str]:
        """The names of the members that are shown."""
        return iter(self._held)

    def __len__(self) -> int:
        """How many are shown."""
        return len(self._held)
