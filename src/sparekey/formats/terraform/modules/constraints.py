"""Type constraints of variables: the type, and the defaults of optional attributes with how they are applied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from sparekey.formats.terraform.lang.convert import convert
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
from sparekey.formats.terraform.lang.unify import unify
from sparekey.formats.terraform.lang.values import EvaluationError, Unknown, Value, object_of, tuple_of
from sparekey.formats.terraform.modules.references import constant_text
from sparekey.formats.terraform.syntax.tree import Call, Expression, Object, Root, Template, Tuple

_PRIMITIVES: Mapping[str, Primitive] = {"string": STRING, "number": NUMBER, "bool": BOOL, "any": DYNAMIC}
_COLLECTIONS: Mapping[str, type[ListType | SetType | MapType]] = {"list": ListType, "set": SetType, "map": MapType}
_INVALID = "Invalid type specification"
_NOT_LITERAL = ("Variables not allowed", "Function calls not allowed")

Evaluate = Callable[[Expression], Value]


@dataclass(frozen=True, slots=True)
class Defaults:
    """Default values in a type: `values` by attribute of an object; `children` below attributes, places, or "" for elements."""

    type: Type
    values: Mapping[str, Value] = field(default_factory=dict)
    children: Mapping[str, Defaults] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Constraint:
    """What a variable accepts. `literal`: text given on the command line is a string and no expression."""

    type: Type
    defaults: Defaults | None = None
    literal: bool = True

    def accept(self, value: Value) -> Value:
        """The value with defaults applied, converted. Raises `EvaluationError` with Terraform's reason."""
        if self.defaults is not None and value.content is not None:
            value = applied(self.defaults, value)
        return convert(value, self.type)


ANYTHING = Constraint(DYNAMIC)


def constraint(expression: Expression, evaluate: Evaluate) -> Constraint:
    """The constraint that a `type` argument states. Raises `EvaluationError`. `evaluate` reads default values, which are literal."""
    if isinstance(expression, Template):
        raise _quoted(expression)
    if isinstance(expression, Root) and expression.name in ("list", "map"):
        return Constraint(_COLLECTIONS[expression.name](DYNAMIC), literal=False)
    type_, defaults = _read(expression, evaluate)
    return Constraint(type_, defaults, literal=isinstance(type_, Primitive) and type_ != DYNAMIC)


def _quoted(expression: Template) -> EvaluationError:
    """The form of Terraform 0.11; in JSON syntax the parser has made an expression of the text already."""
    legacy = constant_text(expression)
    if legacy in ("string", "list", "map"):
        return EvaluationError("Invalid quoted type constraints", f"Remove the quotes around {legacy!r}.", expression.span)
    return EvaluationError("Invalid legacy variable type hint", "Remove the surrounding quotes.", expression.span)


def _read(expression: Expression, evaluate: Evaluate) -> tuple[Type, Defaults | None]:
    if isinstance(expression, Root):
        if expression.name in _PRIMITIVES:
            return _PRIMITIVES[expression.name], None
        if expression.name in (*_COLLECTIONS, "object", "tuple"):
            raise EvaluationError(_INVALID, f"The {expression.name} type constructor requires one argument.", expression.span)
        raise EvaluationError(_INVALID, f'The keyword "{expression.name}" is not a valid type specification.', expression.span)
    if not isinstance(expression, Call):
        detail = (
            "A type specification is either a primitive type keyword (bool, number, string) "
            "or a complex type constructor call, like list(string)."
        )
        raise EvaluationError(_INVALID, detail, expression.span)
    if expression.name in _PRIMITIVES:
        raise EvaluationError(_INVALID, f'Primitive type keyword "{expression.name}" does not expect arguments.', expression.span)
    if expression.name not in (*_COLLECTIONS, "object", "tuple"):
        raise EvaluationError(_INVALID, f'Keyword "{expression.name}" is not a valid type constructor.', expression.span)
    if len(expression.arguments) != 1:
        raise EvaluationError(_INVALID, f"The {expression.name} type constructor requires one argument.", expression.span)
    argument = expression.arguments[0]
    if expression.name == "object":
        return _object(argument, evaluate)
    if expression.name == "tuple":
        return _tuple(argument, evaluate)
    element, defaults = _read(argument, evaluate)
    type_ = _COLLECTIONS[expression.name](element)
    return type_, None if defaults is None else Defaults(type_, children={"": defaults})


def _tuple(argument: Expression, evaluate: Evaluate) -> tuple[Type, Defaults | None]:
    if not isinstance(argument, Tuple):
        raise EvaluationError(_INVALID, "Tuple type constructor requires a list of element types.", argument.span)
    read = [_read(item, evaluate) for item in argument.items]
    type_ = TupleType(tuple(element for element, _ in read))
    children = {str(place): defaults for place, (_, defaults) in enumerate(read) if defaults is not None}
    return type_, Defaults(type_, children=children) if children else None


def _object(argument: Expression, evaluate: Evaluate) -> tuple[Type, Defaults | None]:
    if not isinstance(argument, Object):
        raise EvaluationError(_INVALID, "Object type constructor requires a map of attribute names and types.", argument.span)
    attributes: dict[str, Type] = {}
    optional: set[str] = set()
    values: dict[str, Value] = {}
    children: dict[str, Defaults] = {}
    for key, written in argument.items:
        name = key.name if isinstance(key, Root) else constant_text(key)
        if not name:
            raise EvaluationError(_INVALID, "Object constructor map keys must be attribute names.", key.span)
        if name in attributes:
            raise EvaluationError(_INVALID, "Object constructor map keys must be unique.", key.span)
        type_expression, default = _optional(written)
        if type_expression is not written:
            optional.add(name)
        type_, defaults = _read(type_expression, evaluate)
        attributes[name] = type_
        if defaults is not None:
            children[name] = defaults
        if default is not None:
            try:
                values[name] = convert(evaluate(default), type_)
            except EvaluationError as error:
                if error.summary in _NOT_LITERAL:
                    raise
                raise EvaluationError(
                    "Invalid default value for optional attribute", error.detail or error.summary, default.span
                ) from error
    whole = ObjectType(attributes, frozenset(optional))
    return whole, Defaults(whole, values, children) if values or children else None


def _optional(written: Expression) -> tuple[Expression, Expression | None]:
    """The type in `optional(type, default)`, and the default; anything else is the type itself."""
    if not isinstance(written, Call) or written.name != "optional":
        return written, None
    if not written.arguments:
        raise EvaluationError(_INVALID, "Optional attribute modifier requires the attribute type as its argument.", written.span)
    if len(written.arguments) > 2:
        raise EvaluationError(_INVALID, "Optional attribute modifier expects at most two arguments.", written.span)
    return written.arguments[0], written.arguments[1] if len(written.arguments) > 1 else None


def applied(defaults: Defaults, value: Value) -> Value:
    """The value with defaults put in for attributes that are absent or null, at any depth; null and unknown stay as they are."""
    content = value.content
    if content is None or isinstance(content, Unknown) or not (defaults.values or defaults.children):
        return value
    if isinstance(content, tuple):
        items = [
            _below(defaults, str(place) if isinstance(defaults.type, TupleType) else "", item)
            for place, item in enumerate(content)
        ]
        return _rebuilt_sequence(value, items).marked(value.marks)
    if isinstance(content, Mapping):
        attributes = {
            name: _below(defaults, name if isinstance(defaults.type, ObjectType) else "", item) for name, item in content.items()
        }
        for name, default in defaults.values.items():
            if name not in attributes or attributes[name].content is None:
                attributes[name] = _below(defaults, name, default)
            attributes[name] = _not_null_like(default, attributes[name])
        return _rebuilt_mapping(value, attributes).marked(value.marks)
    return value


def _not_null_like(default: Value, value: Value) -> Value:
    """An unknown for which a default steps in when it is null cannot be null where the default is not."""
    content = value.content
    sure = default.content is not None and (not isinstance(default.content, Unknown) or default.content.refinement.not_null)
    if not sure or not isinstance(content, Unknown) or value.type == DYNAMIC or content.refinement.not_null:
        return value
    return Value(value.type, replace(content, refinement=replace(content.refinement, not_null=True)), value.marks)


def _below(defaults: Defaults, key: str, value: Value) -> Value:
    child = defaults.children.get(key)
    return value if child is None else applied(child, value)


def _rebuilt_sequence(value: Value, items: list[Value]) -> Value:
    if isinstance(value.type, (SetType, ListType)):
        if not items:
            return value.unmarked()
        unified = _unified(items)
        if unified is not None:
            listed = Value(ListType(unified[0].type), tuple(unified))
            return listed if isinstance(value.type, ListType) else convert(listed, SetType(unified[0].type))
    return tuple_of(items)


def _rebuilt_mapping(value: Value, attributes: Mapping[str, Value]) -> Value:
    if isinstance(value.type, MapType):
        if not attributes:
            return value.unmarked()
        names = sorted(attributes)
        unified = _unified([attributes[name] for name in names])
        if unified is not None:
            return Value(MapType(unified[0].type), dict(zip(names, unified, strict=True)))
    return object_of(attributes)


def _unified(items: Iterable[Value]) -> list[Value] | None:
    """The items converted to the one type that all have in common; None if there is none."""
    found = list(items)
    type_, ok = unify([item.type for item in found], unsafe=True)
    if not ok:
        return None
    try:
        return [convert(item, type_) for item in found]
    except EvaluationError:
        return None
