"""A prior state (version 4): what exists already, by address."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sparekey.formats.terraform.lang.numbers import parse as parse_number
from sparekey.formats.terraform.lang.types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    ListType,
    MapType,
    ObjectType,
    Primitive,
    SetType,
    TupleType,
    Type,
)
from sparekey.formats.terraform.lang.values import SENSITIVE, Value, object_of, tuple_of
from sparekey.formats.terraform.modules.addresses import Address, Key, keyed, parse

_PRIMITIVES: Mapping[str, Primitive] = {"string": STRING, "number": NUMBER, "bool": BOOL, "dynamic": DYNAMIC}
_COLLECTIONS: Mapping[str, type[ListType | SetType | MapType]] = {"list": ListType, "set": SetType, "map": MapType}
_VERSION = 4

Json = object


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """One object in a state. `previous` is its address there, where a move has given it another; `sensitive` are paths."""

    address: Address
    attributes: Mapping[str, Json]
    previous: Address | None = None
    provider: str = ""
    sensitive: frozenset[tuple[str | int, ...]] = frozenset()


@dataclass(frozen=True, slots=True)
class State:
    """The objects of a state by address, and its outputs."""

    objects: Mapping[str, Prior] = field(default_factory=dict)
    outputs: Mapping[str, Value] = field(default_factory=dict)

    def get(self, address: str) -> Prior | None:
        """What exists under an address."""
        return self.objects.get(address)


EMPTY = State()


class UnreadableStateError(Exception):
    """The file is no state of version 4."""


def read_state(data: bytes) -> State:
    """The state in a file's bytes. Raises `UnreadableStateError`."""
    try:
        loaded = json.loads(data, parse_float=_Number, parse_int=_Number)
    except (ValueError, RecursionError) as error:
        raise UnreadableStateError("no JSON") from error
    if not isinstance(loaded, dict) or str(loaded.get("version")) != str(_VERSION):
        raise UnreadableStateError(f"no state of version {_VERSION}")
    objects: dict[str, Prior] = {}
    for resource in _list(loaded.get("resources")):
        for prior in _objects(resource):
            objects[prior.address.text()] = prior
    outputs = {}
    for name, output in _mapping(loaded.get("outputs")).items():
        held = _mapping(output)
        value = typed(held.get("value"), type_of(held.get("type")))
        outputs[name] = value.marked([SENSITIVE]) if held.get("sensitive") is True else value
    return State(objects, outputs)


class _Number(str):
    """A number as its text, told apart from a string."""

    __slots__ = ()


def _objects(resource: Json) -> list[Prior]:
    held = _mapping(resource)
    type_, name, mode = held.get("type"), held.get("name"), held.get("mode", "managed")
    modules = _modules(held.get("module"))
    if not isinstance(type_, str) or not isinstance(name, str) or modules is None:
        return []
    found = []
    for instance in _list(held.get("instances")):
        one = _mapping(instance)
        key: Key = None
        written = one.get("index_key")
        if isinstance(written, _Number):
            key = int(written) if written.isdigit() and len(written) < 10 else None
        elif isinstance(written, str):
            key = written
        if one.get("deposed") is None:
            address = Address(modules, "data" if mode == "data" else "managed", type_, name, key)
            found.append(
                Prior(
                    address=address,
                    attributes=_mapping(one.get("attributes")),
                    provider=str(held.get("provider", "")),
                    sensitive=frozenset(_path(steps) for steps in _list(one.get("sensitive_attributes"))),
                )
            )
    return found


def _path(steps: Json) -> tuple[str | int, ...]:
    found: list[str | int] = []
    for step in _list(steps):
        held = _mapping(step).get("value")
        key = _mapping(held).get("value") if isinstance(held, Mapping) else held
        found.append(int(key) if isinstance(key, _Number) and key.isdigit() and len(key) < 10 else str(key))
    return tuple(found)


def _modules(written: Json) -> tuple[tuple[str, Key], ...] | None:
    if not written:
        return ()
    address = parse(written) if isinstance(written, str) else None
    return address.modules if address is not None else None


def dynamic(written: Json) -> Value:
    """A value of an attribute whose type is any: state files write it with its type beside it."""
    if written is None:
        return Value(DYNAMIC, None)
    held = _mapping(written)
    return typed(held.get("value"), type_of(held.get("type")))


def untyped(written: Json) -> Value:
    """A value of an attribute whose type nobody knows, as `jsondecode` would have it."""
    if isinstance(written, Mapping):
        return object_of({str(name): untyped(item) for name, item in written.items()})
    if isinstance(written, list):
        return tuple_of([untyped(item) for item in written])
    if isinstance(written, _Number):
        return typed(written, NUMBER)
    if isinstance(written, bool):
        return Value(BOOL, written)
    return Value(STRING, written) if isinstance(written, str) else Value(DYNAMIC, None)


def typed(written: Json, type_: Type) -> Value:
    """A value of JSON as a value of a type."""
    if written is None:
        return Value(type_, None)
    if isinstance(type_, (ListType, SetType)):
        return Value(type_, tuple(typed(item, type_.element) for item in _list(written)))
    if isinstance(type_, TupleType):
        return tuple_of([typed(item, element) for item, element in zip(_list(written), type_.elements, strict=False)])
    if isinstance(type_, MapType):
        held = _mapping(written)
        return Value(type_, {name: typed(held[name], type_.element) for name in sorted(held)})
    if isinstance(type_, ObjectType):
        held = _mapping(written)
        return object_of({name: typed(held.get(name), element) for name, element in type_.attributes.items()})
    if type_ == DYNAMIC:
        return dynamic(written)
    if isinstance(written, _Number) and type_ == NUMBER:
        number = parse_number(str(written))
        return Value(NUMBER, number)
    if isinstance(written, bool) and type_ == BOOL:
        return Value(BOOL, written)
    return Value(STRING, str(written))


def type_of(written: Json) -> Type:
    """A type in Terraform's JSON form."""
    if isinstance(written, str):
        return _PRIMITIVES.get(written, DYNAMIC)
    if isinstance(written, list) and len(written) >= 2 and isinstance(written[0], str):
        if written[0] in _COLLECTIONS:
            return _COLLECTIONS[written[0]](type_of(written[1]))
        if written[0] == "tuple":
            return TupleType(tuple(type_of(item) for item in _list(written[1])))
        if written[0] == "object":
            return ObjectType({name: type_of(item) for name, item in sorted(_mapping(written[1]).items())})
    return DYNAMIC


def moved_to(prior: Prior, address: Address) -> Prior:
    """The same object under another address."""
    return replace(prior, address=address, previous=prior.previous or prior.address)


def sibling(address: Address, key: Key) -> str:
    """The address of the instance of the same resource with another key."""
    return keyed(replace(address, key=None).text(), key)


def _mapping(written: Json) -> Mapping[str, Json]:
    return written if isinstance(written, Mapping) else {}


def _list(written: Json) -> list[Json]:
    return written if isinstance(written, list) else []
