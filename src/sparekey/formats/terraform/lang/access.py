"""Indexing and attribute access on values, as HCL does them, with what an unknown tells of its members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sparekey.formats.terraform.lang import numbers
from sparekey.formats.terraform.lang.convert import convert
from sparekey.formats.terraform.lang.kinds import friendly, is_primitive
from sparekey.formats.terraform.lang.types import (
    DYNAMIC,
    NUMBER,
    STRING,
    ListType,
    MapType,
    ObjectType,
    SetType,
    TupleType,
    Type,
)
from sparekey.formats.terraform.lang.values import (
    NO_MARKS,
    NO_REFINEMENT,
    EvaluationError,
    Source,
    Unknown,
    Value,
    Why,
    sources,
)

INVALID_INDEX = "Invalid index"
UNSUPPORTED = "Unsupported attribute"
_NO_ELEMENT = "The given key does not identify an element in this collection value"
_MOST_INDEX = 2**63


def has_known_text(value: Value) -> bool:
    """Whether a known text stands in the value: something that may name an object although no reference does."""
    stack = [value]
    while stack:
        content = stack.pop().content
        if isinstance(content, str) and content:
            return True
        if isinstance(content, tuple):
            stack.extend(content)
        elif isinstance(content, Mapping):
            stack.extend(content.values())
    return False


def one_of(type_: Type, options: Iterable[Value], deciding: Value, holds: Iterable[Value] = ()) -> Value:
    """An unknown that will be one of the options, or made of some of them, as something that is not known decides.

    What decides is no source of it. Known texts among the options are what it may hold beyond any source.
    """
    among: set[Source] = set()
    beyond = ""
    _, _, why = sources(deciding)
    for option in options:
        found, end, reason = sources(option)
        among |= found
        beyond = beyond or end
        why = why or reason
        if not beyond and has_known_text(option):
            beyond = why.reason if why else "a choice that is not known"
    why = why or Why("a choice that is not known")
    return Value(type_, Unknown(why=why, among=frozenset(among), beyond=beyond, holds=tuple(holds)))


def member_of(value: Value, key: str | int, type_: Type) -> Value:
    """A member of an unknown, by its name or place; its sources are those of the whole, or better where they can be traced."""
    content = value.content
    if not isinstance(content, Unknown):
        raise TypeError("a known value")
    if content.members is not None:
        found = content.members(key)
        if type_ == DYNAMIC:
            return found.marked(value.marks)
        inner = found.content
        if isinstance(inner, Unknown):
            # Terraform knows nothing of a member of an unknown but its type.
            return Value(type_, replace(inner, refinement=NO_REFINEMENT), value.marks)
        return one_of(type_, [found], value).marked(value.marks)
    among, beyond, _ = sources(Value(value.type, replace(content, is_=None)))
    source = None
    if content.is_ is not None:
        source = Source(content.is_.address, f"{content.is_.attribute}.{key}".lstrip("."))
        among |= {content.is_} if content.is_.attribute else frozenset()
    return Value(type_, Unknown(why=content.why, is_=source, among=among, beyond=beyond or _known_hold(content)), value.marks)


def _known_hold(content: Unknown) -> str:
    """That a known text is among what an unknown holds, any of which may be the member asked for."""
    return content.why.reason if any(map(has_known_text, content.holds)) else ""


def any_member(value: Value, type_: Type) -> Value:
    """An unknown that stands for every member of an unknown collection at once."""
    content = value.content
    if not isinstance(content, Unknown):
        raise TypeError("a known value")
    among, beyond, _ = sources(value)
    if content.is_ is None and content.members is None:
        return Value(type_, Unknown(why=content.why, among=among, beyond=beyond or _known_hold(content)))

    def below(key: str | int) -> Value:
        options = [Value(DYNAMIC, Unknown(why=content.why, among=among, beyond=beyond))]
        wholes = [whole.content for whole in (value, member_of(value, 0, DYNAMIC)) if isinstance(whole.content, Unknown)]
        options.extend(
            member_of(Value(DYNAMIC, whole), key, DYNAMIC)
            for whole in wholes
            if whole.members is not None or whole.is_ is not None
        )
        return one_of(DYNAMIC, options, value)

    return Value(type_, Unknown(why=content.why, among=among, beyond=beyond, members=below))


def attribute(value: Value, name: str) -> Value:
    """`value.name`. Raises `EvaluationError` where there certainly is no such attribute."""
    content, type_ = value.content, value.type
    if content is None:
        detail = "This value is null, so it does not have any attributes."
        raise EvaluationError("Attempt to get attribute from null value", detail)
    if isinstance(type_, ObjectType):
        inner = type_.attributes.get(name)
        if inner is None:
            raise EvaluationError(UNSUPPORTED, f'This object does not have an attribute named "{name}".')
        if isinstance(content, Mapping):
            return content[name].marked(value.marks) if value.marks else content[name]
        return member_of(value, name, inner)
    if isinstance(type_, MapType):
        if not isinstance(content, Mapping):
            return member_of(value, name, type_.element)
        if name not in content:
            raise EvaluationError("Missing map element", f'This map does not have an element with the key "{name}".')
        return content[name].marked(value.marks)
    if type_ == DYNAMIC:
        return member_of(value, name, DYNAMIC)
    raise EvaluationError(UNSUPPORTED, _no_attributes(type_, name))


def _no_attributes(type_: Type, name: str) -> str:
    if isinstance(type_, ListType) and isinstance(type_.element, ObjectType):
        one = f'attribute "{name}"' if name in type_.element.attributes else "an attribute"
        return (
            f"Can't access attributes on a list of objects. Did you mean to access {one} for a specific element of the list, "
            "or across all elements of the list?"
        )
    if isinstance(type_, SetType) and isinstance(type_.element, ObjectType):
        return "Can't access attributes on a set of objects. Did you mean to access an attribute across all elements of the set?"
    if is_primitive(type_):
        return f"Can't access attributes on a primitive-typed value ({friendly(type_)})."
    return "This value does not have any attributes."


def index(value: Value, key: Value) -> Value:
    """`value[key]`. Raises `EvaluationError` where there certainly is no such element."""
    type_ = value.type
    if value.content is None:
        raise EvaluationError("Attempt to index null value", "This value is null, so it does not have any indices.")
    if key.content is None:
        raise EvaluationError(INVALID_INDEX, "Can't use a null value as an indexing key.")
    if type_ == DYNAMIC:
        return _of_untyped(value, key)
    if key.type == DYNAMIC:
        if isinstance(type_, SetType) or is_primitive(type_):
            # Terraform waits for the key before it says that there is no element.
            return one_of(DYNAMIC, [value.unmarked()], key).marked(value.marks)
        return _chosen(value, key, DYNAMIC)
    if isinstance(type_, ListType | TupleType | MapType):
        return _element(value, _as_key(key, STRING if isinstance(type_, MapType) else NUMBER))
    if isinstance(type_, ObjectType):
        return _attribute_at(value, key, type_)
    if isinstance(type_, SetType):
        raise EvaluationError(
            INVALID_INDEX,
            "Elements of a set are identified only by their value and don't have any separate index or key to select with, "
            "so it's only possible to perform operations across all elements of the set.",
        )
    raise EvaluationError(INVALID_INDEX, "This value does not have any indices.")


def _as_key(key: Value, type_: Type) -> Value:
    try:
        return convert(key, type_)
    except EvaluationError as refused:
        raise EvaluationError(INVALID_INDEX, f"{_NO_ELEMENT}: {refused.detail}.") from None


def _of_untyped(value: Value, key: Value) -> Value:
    content = key.content
    if isinstance(content, str) or (isinstance(content, int) and not isinstance(content, bool)):
        return member_of(value, content if isinstance(content, str) else int(content), DYNAMIC)
    return any_member(value, DYNAMIC).marked(value.marks)


def _chosen(value: Value, key: Value, type_: Type) -> Value:
    """A member by a key that is not known."""
    content = value.content
    if isinstance(content, Unknown):
        return any_member(value, type_).marked(value.marks)
    members = content.values() if isinstance(content, Mapping) else content if isinstance(content, tuple) else ()
    return one_of(type_, members, key).marked(value.marks)


def _element(value: Value, key: Value) -> Value:
    """The element of a list, a tuple or a map by a key of the right type."""
    content, type_, place = value.content, value.type, key.content
    inner: Type = type_.element if isinstance(type_, ListType | MapType) else DYNAMIC
    if isinstance(place, Unknown):
        return _chosen(value, key, inner)
    marks = value.marks | key.marks
    if isinstance(type_, MapType):
        if isinstance(content, Unknown):
            return member_of(value, str(place), inner)
        if isinstance(content, Mapping) and place in content:
            return content[str(place)].marked(marks)
        raise EvaluationError(INVALID_INDEX, f"{_NO_ELEMENT}.")
    if isinstance(content, Unknown) and isinstance(type_, ListType):
        return member_of(value, _place(place), inner)
    size = len(type_.elements) if isinstance(type_, TupleType) else len(content) if isinstance(content, tuple) else 0
    if isinstance(place, int) and 0 <= place < size:
        if isinstance(content, tuple):
            return content[place].marked(marks) if marks else content[place]
        return member_of(value, int(place), type_.elements[place] if isinstance(type_, TupleType) else inner).marked(marks)
    raise EvaluationError(INVALID_INDEX, _no_element(place, size, marked=bool(value.marks)))


def _place(place: object) -> int:
    """The place in an unknown list; one that no list has is refused only when the list is known."""
    return int(place) if isinstance(place, int) and abs(place) < _MOST_INDEX else 0


def _no_element(place: object, size: int, *, marked: bool) -> str:
    if isinstance(place, numbers.NUMBERS):
        if not isinstance(place, int):
            return f"{_NO_ELEMENT}: indexing a sequence requires a whole number, but the given index has a fractional part."
        if place < 0:
            return f"{_NO_ELEMENT}: a negative number is not a valid index for a sequence."
        if not marked and place == size:
            if not size:
                return f"{_NO_ELEMENT}: the collection has no elements."
            return f"{_NO_ELEMENT}: the given index is greater than or equal to the length of the collection."
    return f"{_NO_ELEMENT}."


def _attribute_at(value: Value, key: Value, type_: ObjectType) -> Value:
    counted = key.type == NUMBER
    name = _as_key(key, STRING).content
    content = value.content
    if isinstance(content, Unknown) or isinstance(name, Unknown):
        if isinstance(content, Unknown) and isinstance(name, str):
            # Terraform does not look at the type here, so the result is of any.
            found = member_of(value, name, type_.attributes.get(name, DYNAMIC))
            return replace(found, type=DYNAMIC)
        return _chosen(value, key, DYNAMIC)
    if isinstance(content, Mapping) and isinstance(name, str) and name in content:
        return content[name].marked(value.marks or NO_MARKS)
    hint = " An object only supports looking up attributes by name, not by numeric index." if counted else ""
    raise EvaluationError(INVALID_INDEX, f"{_NO_ELEMENT}.{hint}")
