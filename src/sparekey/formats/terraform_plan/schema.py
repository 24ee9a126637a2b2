"""The parts of a plan as typed structures. What a resource holds stays undecoded bytes until somebody asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec import Raw, Struct, field

from sparekey.formats.terraform_plan.recognise import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")

_NULL = Raw(b"null")
ABSENT = Raw(b"")
"""Stands for a member that the plan does not have at all, which is not the same as null."""


class Change(Struct):
    """`change` of one entry: what is done, and the values before and after."""

    actions: list[str]
    before: Raw = _NULL
    after: Raw = _NULL
    after_unknown: Raw = ABSENT
    before_sensitive: Raw = _NULL
    after_sensitive: Raw = _NULL


class ResourceChange(Struct):
    """One entry of `resource_changes`."""

    address: str
    type: str
    change: Change
    mode: str = "managed"
    previous_address: str | None = None
    deposed: str | None = None


class StateResource(Struct):
    """One resource in `planned_values` or in `prior_state`. An unknown value is simply not there."""

    address: str
    type: str
    mode: str = "managed"
    values: Raw = _NULL
    sensitive_values: Raw = _NULL
    deposed_key: str | None = None


class StateModule(Struct):
    """One module instance of `planned_values` or `prior_state`."""

    resources: list[StateResource] = field(default_factory=list)
    child_modules: list[StateModule] = field(default_factory=list)


class State(Struct):
    """`planned_values`, and `prior_state.values`."""

    root_module: StateModule = field(default_factory=StateModule)


class PriorState(Struct):
    """`prior_state`."""

    values: State | None = None


class ConfigResource(Struct):
    """One resource block of the configuration; `expressions` are its arguments."""

    type: str
    name: str
    mode: str = "managed"
    provider_config_key: Raw = ABSENT
    schema_version: Raw = ABSENT
    expressions: Raw = ABSENT
    for_each_expression: Raw = ABSENT


class ModuleCall(Struct):
    """One module block; `expressions` are its arguments."""

    source: str = ""
    expressions: Raw = ABSENT
    for_each_expression: Raw = ABSENT
    module: ConfigModule | None = None


class Output(Struct):
    """One output block."""

    expression: Raw = ABSENT


class ConfigModule(Struct):
    """One module of the configuration."""

    resources: list[ConfigResource] = field(default_factory=list)
    module_calls: dict[str, ModuleCall] = field(default_factory=dict)
    outputs: dict[str, Output] = field(default_factory=dict)


class ProviderConfig(Struct):
    """One entry of `provider_config`: a provider as one module asks for it."""

    name: str = ""
    full_name: str = ""
    version_constraint: str = ""


class Configuration(Struct):
    """`configuration`."""

    provider_config: Raw = ABSENT
    root_module: ConfigModule = field(default_factory=ConfigModule)


def decode_plan(data: bytes) -> dict[str, Raw]:
    """The members of the plan's outermost object, undecoded. All of the text is proven to be JSON. Raises Refused."""
    try:
        return _decode_top(data)
    except msgspec.ValidationError as error:
        raise Refused("not-a-plan", "the file holds JSON that is not a plan") from error
    except msgspec.DecodeError as error:
        if "truncated" in str(error) and not data.rstrip().endswith(b"}"):
            raise Refused("truncated-json", "the file ends in the middle of its JSON") from error
        raise Refused("malformed-json", f"not valid JSON: {error}") from error
    except RecursionError as error:
        raise Refused("too-deep", "the JSON is nested too deeply to be a plan") from error


def _decode_top(data: bytes) -> dict[str, Raw]:
    try:
        return msgspec.json.decode(data, type=dict[str, Raw])
    except msgspec.DecodeError as error:
        end = _end_of_json(str(error))
        if end is None:
            raise
        # A wrapper may write its own lines after the plan. A second plan after the first would go unread: that is no wrapper.
        if data[end:].lstrip()[:1] in (b"{", b"["):
            raise Refused("trailing-content", "the file holds more than one JSON value") from error
        return msgspec.json.decode(data[:end], type=dict[str, Raw])


def _end_of_json(message: str) -> int | None:
    """Where the first JSON value ends, when `message` says that more follows it."""
    before, _, position = message.partition("trailing characters (byte ")
    digits = position.rstrip(")")
    return int(digits) - 1 if before != message and digits.isdigit() else None


def decode(raw: Raw, type_: type[T]) -> T | None:
    """The structure in `raw`; None when it has wrong types in it. Raises nothing for what the file holds."""
    try:
        return msgspec.json.decode(raw, type=type_)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


def decode_list(raw: Raw, type_: type[T]) -> Iterator[tuple[int, T | None]]:
    """The items with their index, None for each that has wrong types in it. One item, None, when `raw` is no list at all."""
    items = decode(raw, list[type_])  # type: ignore[valid-type]  # a type made at run time
    if items is not None:
        yield from enumerate(items)
        return
    parts = decode(raw, list[Raw])
    if parts is None:
        yield -1, None
        return
    for index, part in enumerate(parts):
        yield index, decode(part, type_)


class _Unreadable:
    """The type of `UNREADABLE`."""


UNREADABLE = _Unreadable()


def plain(raw: Raw) -> object:
    """The plain Python value in `raw`: None for null and for what is absent, `UNREADABLE` for a number that no machine holds."""
    if is_absent(raw):
        return None
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return UNREADABLE


def is_null(raw: Raw) -> bool:
    """Whether the member is null."""
    return bytes(memoryview(raw)[:4]) == b"null"


def is_object(raw: Raw) -> bool:
    """Whether the member is an object."""
    return bytes(memoryview(raw)[:1]) == b"{"


def is_absent(raw: Raw) -> bool:
    """Whether the plan does not have this member at all."""
    return memoryview(raw).nbytes == 0
