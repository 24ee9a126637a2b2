"""Types of parameters, outputs and functions, the template's own included."""

from __future__ import annotations

from collections.abc import Mapping

from sparekey.formats.arm.language.compare import same
from sparekey.formats.arm.language.values import EvaluationError, Later, OpenList, OpenObject, Spend, Value, fold, units
from sparekey.formats.arm.template.sections import held

SIMPLE = {
    "string": "string",
    "securestring": "string",
    "int": "integer",
    "bool": "boolean",
    "object": "object",
    "secureobject": "object",
    "array": "array",
}
"""The types that a template can name, in lower case, with what JSON calls them."""

SECURE = frozenset({"securestring", "secureobject"})
"""Those of them whose values are secrets."""

_MOST_STEPS = 30
_PLACE = "#/definitions/"


def kind_of(declared: object, definitions: Mapping[str, object]) -> object:
    """The declaration that one means: itself, or the definition that it refers to, what stands beside the reference on top."""
    for _ in range(_MOST_STEPS):
        reference = held(declared, "$ref")
        if reference is None:
            return declared
        if not isinstance(reference, str) or not reference.startswith(_PLACE):
            raise EvaluationError("a type refers to something that is no definition")
        found = definitions.get(reference.removeprefix(_PLACE).replace("~1", "/").replace("~0", "~").lower())
        if found is None:
            raise EvaluationError("a type refers to a definition that is not there")
        beside = {key: value for key, value in declared.items() if key.lower() != "$ref"} if isinstance(declared, dict) else {}
        declared = {**found, **beside} if isinstance(found, dict) else found
    raise EvaluationError("a type refers to itself")


def type_word(declared: object, definitions: Mapping[str, object]) -> str:
    """The type that a declaration names, in lower case. Raises EvaluationError for one that there is not."""
    word = held(kind_of(declared, definitions), "type")
    if not isinstance(word, str) or word.lower() not in SIMPLE:
        raise EvaluationError("a type is named that there is not")
    return word.lower()


def is_nullable(declared: object, definitions: Mapping[str, object]) -> bool:
    """Whether null is one of its values."""
    return held(kind_of(declared, definitions), "nullable") is True


def check(value: Value, declared: object, definitions: Mapping[str, object], spend: Spend, *, level: int = 0) -> None:
    """Raises EvaluationError where a value is known not to be of a type; `spend` is told the work. What is not known yet is not judged."""
    spend(4)
    declared = kind_of(declared, definitions)
    if isinstance(value, (Later, OpenObject)) or level > _MOST_STEPS:
        return
    if value is None and held(declared, "nullable") is True:
        return
    word = type_word(declared, definitions)
    expected = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list}[SIMPLE[word]]
    if not isinstance(value, expected) or (isinstance(value, bool) and expected is int):
        raise EvaluationError(f"a value is not of the type {word}")
    _allowed(value, held(declared, "allowedValues"), spend)
    _bounds(value, declared)
    if isinstance(value, list):
        _items(value, declared, definitions, spend, level)
    elif isinstance(value, dict):
        _properties(value, declared, definitions, spend, level)


def _allowed(value: Value, allowed: object, spend: Spend) -> None:
    if not isinstance(allowed, list):
        return
    if any(same(value, one, spend) is not False for one in allowed):
        return
    # Of an array every item may be one of the values.
    if isinstance(value, list) and all(any(same(item, one, spend) is not False for one in allowed) for item in value):
        return
    raise EvaluationError("a value is not one of those that are allowed")


def _bounds(value: Value, declared: object) -> None:
    if isinstance(value, int) and not isinstance(value, bool):
        size, least, most = value, held(declared, "minValue"), held(declared, "maxValue")
    elif isinstance(value, (str, list, dict)):
        size = units(value) if isinstance(value, str) else len(value)
        least, most = held(declared, "minLength"), held(declared, "maxLength")
    else:
        return
    if (isinstance(least, int) and size < least) or (isinstance(most, int) and size > most):
        raise EvaluationError("a value is below or above its bounds")


def _items(value: list[Value], declared: object, definitions: Mapping[str, object], spend: Spend, level: int) -> None:
    prefix, rest = held(declared, "prefixItems"), held(declared, "items")
    first = prefix if isinstance(prefix, list) else []
    if len(value) < len(first) or (rest is False and len(value) > len(first)):
        raise EvaluationError("an array has too few or too many items")
    for index, item in enumerate(value):
        kind = first[index] if index < len(first) else rest
        if isinstance(kind, dict):
            check(item, kind, definitions, spend, level=level + 1)


def _properties(value: dict[str, Value], declared: object, definitions: Mapping[str, object], spend: Spend, level: int) -> None:
    named, others = _kinds(value, declared, definitions)
    given = {fold(name): item for name, item in value.items()}
    for name, kind in named.items():
        if given.get(name) is None:
            if not is_nullable(kind, definitions):
                raise EvaluationError("an object lacks a property")
        else:
            check(given[name], kind, definitions, spend, level=level + 1)
    for name, item in given.items():
        if name not in named and others is False:
            raise EvaluationError("an object has a property that its type does not name")
        if name not in named and isinstance(others, dict):
            check(item, others, definitions, spend, level=level + 1)


def _kinds(value: dict[str, Value], declared: object, definitions: Mapping[str, object]) -> tuple[dict[str, object], object]:
    """What an object's properties are declared as, by folded name, and what all others are."""
    variant = _variant(value, held(declared, "discriminator"), definitions)
    properties = held(declared, "properties")
    named = {fold(name): kind for name, kind in properties.items()} if isinstance(properties, dict) else {}
    if variant is not None:
        more = held(variant, "properties")
        named |= {fold(name): kind for name, kind in more.items()} if isinstance(more, dict) else {}
        declared = variant if held(variant, "additionalProperties") is not None else declared
    return named, held(declared, "additionalProperties")


def _variant(value: dict[str, Value], discriminator: object, definitions: Mapping[str, object]) -> object:
    if discriminator is None:
        return None
    wanted = held(discriminator, "propertyName")
    word = next((item for name, item in value.items() if isinstance(wanted, str) and fold(name) == fold(wanted)), None)
    if isinstance(word, Later):
        return None
    mapping = held(discriminator, "mapping")
    variant = mapping.get(word) if isinstance(mapping, dict) and isinstance(word, str) else None
    if variant is None:
        raise EvaluationError("an object is of a variant that there is not")
    return kind_of(variant, definitions)


def without_secrets(value: Value, declared: object, definitions: Mapping[str, object], secret: Later, *, level: int = 0) -> Value:
    """A value that fits its type, with `secret` for all that the type calls secure. Raises EvaluationError."""
    declared = kind_of(declared, definitions)
    if declared is None:
        return value
    word = held(declared, "type")
    if (isinstance(word, str) and word.lower() in SECURE) or level > _MOST_STEPS:
        return value if isinstance(value, Later) else secret
    if isinstance(value, list):
        prefix, rest = held(declared, "prefixItems"), held(declared, "items")
        kinds = [*prefix] if isinstance(prefix, list) else []
        items = [
            without_secrets(item, kinds[index] if index < len(kinds) else rest, definitions, secret, level=level + 1)
            for index, item in enumerate(value)
        ]
        same_ones = all(made is item for made, item in zip(items, value, strict=True))
        return value if same_ones else OpenList(items, value.rest) if isinstance(value, OpenList) else items
    if isinstance(value, dict):
        choice = held(declared, "discriminator")
        if choice is not None and _variant(value, choice, definitions) is None:
            return secret
        named, others = _kinds(value, declared, definitions)
        members = {
            name: without_secrets(item, named.get(fold(name), others), definitions, secret, level=level + 1)
            for name, item in value.items()
        }
        if all(made is value[name] for name, made in members.items()):
            return value
        return OpenObject(members, value.rest) if isinstance(value, OpenObject) else members
    return value
