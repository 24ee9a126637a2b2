"""The operators of expressions on values: equality, order, arithmetic and logic, as cty defines them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sparekey.formats.terraform.lang import build, numbers
from sparekey.formats.terraform.lang.convert import convert
from sparekey.formats.terraform.lang.kinds import COLLECTIONS, conforms, has_dynamic
from sparekey.formats.terraform.lang.refine import not_null, range_of, refined, refinement
from sparekey.formats.terraform.lang.types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    ObjectType,
    SetType,
    TupleType,
    Type,
)
from sparekey.formats.terraform.lang.values import (
    NO_MARKS,
    EvaluationError,
    Refinement,
    Unknown,
    Value,
    all_marks,
    boolean,
    made_of,
    number,
)

FAILED = "Operation failed"
_NOT_NULL = Refinement(not_null=True)


def _undecided(type_: Type, *parts: Value) -> Value:
    """The unknown result of an operator. It is never null, and holds nothing of what it is made of."""
    return refined(made_of(type_, map(build.bare, parts)), _NOT_NULL)


def _failed(reason: str) -> EvaluationError:
    return EvaluationError(FAILED, f"Error during operation: {reason}.")


# --- equality -------------------------------------------------------------------------------------------------------


def equal(left: Value, right: Value) -> Value:
    """Whether two values are equal (`==`). Values of different types are not, nulls of any type are."""
    marks = all_marks(left) | all_marks(right)
    if marks:
        left, right = build.bare(left), build.bare(right)
    answer = _equal(left, right)
    result = _undecided(BOOL, left, right) if answer is None else boolean(answer)
    return result.marked(marks) if marks else result


def not_equal(left: Value, right: Value) -> Value:
    """Whether two values are not equal (`!=`)."""
    result = equal(left, right)
    return result if not result.known else boolean(not result.content).marked(result.marks)


def same(left: Value, right: Value) -> bool:
    """Whether two values are certainly equal, of one type, and equally marked: for tests and for comparing states."""
    return left.type == right.type and all_marks(left) == all_marks(right) and _equal(build.bare(left), build.bare(right)) is True


def _equal(left: Value, right: Value) -> bool | None:
    """Whether two unmarked values are equal; None where that is not known."""
    one, other = left.content, right.content
    if isinstance(one, str) and isinstance(other, str):
        return one == other
    unknown_left, unknown_right = isinstance(one, Unknown), isinstance(other, Unknown)
    if (one is None and not_null(right)) or (other is None and not_null(left)):
        return False
    if unknown_left and unknown_right:
        return None
    if unknown_left or unknown_right:
        known, vague = (right, left) if unknown_left else (left, right)
        if _excluded(vague, known):
            return False
        if known.content is None or has_dynamic(vague.type):
            return None
        return None if known.type == vague.type else False
    if one is None or other is None:
        return one is None and other is None
    if not _whole_type(left) or not _whole_type(right):
        return None if conforms(left.type, right.type) or conforms(right.type, left.type) else False
    return left.type == right.type and _equal_content(left, right)


def _whole_type(value: Value) -> bool:
    """Whether the type of a value is known at every depth."""
    content = value.content
    if content is None:
        return True
    if isinstance(content, Unknown):
        return not has_dynamic(value.type)
    if isinstance(content, tuple):
        return all(map(_whole_type, content))
    if isinstance(content, Mapping):
        return all(map(_whole_type, content.values()))
    return True


def _excluded(vague: Value, known: Value) -> bool:
    """Whether what is known of an unknown rules out that it is a certain value."""
    if known.content is None:
        return not_null(vague)
    if not conforms(known.type, vague.type):
        return True
    bounds = refinement(vague)
    if isinstance(known.content, str):
        return not known.content.startswith(bounds.prefix)
    if isinstance(vague.type, COLLECTIONS):
        size = range_of(known)
        return (size.longest is not None and size.longest < bounds.shortest) or (
            bounds.longest is not None and size.shortest > bounds.longest
        )
    if vague.type == NUMBER and isinstance(known.content, numbers.NUMBERS):
        low, high = bounds.least, bounds.most
        if low and (known.content < low[0] or (known.content == low[0] and not low[1])):
            return True
        return high is not None and (known.content > high[0] or (known.content == high[0] and not high[1]))
    return False


def _equal_content(left: Value, right: Value) -> bool | None:
    """Whether two known values of one type are equal."""
    one, other = left.content, right.content
    if isinstance(left.type, SetType) and isinstance(one, tuple) and isinstance(other, tuple):
        if any(isinstance(item.content, Unknown) for item in (*one, *other)):
            return None
        ours, theirs = set(map(build.identity, one)), set(map(build.identity, other))
        return None not in ours and None not in theirs and ours == theirs
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and _all_equal(zip(one, other, strict=True), ordered=True)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        pairs = ((item, other[name]) for name, item in one.items())
        return one.keys() == other.keys() and _all_equal(pairs, ordered=False)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, numbers.NUMBERS) and isinstance(other, numbers.NUMBERS):
        return numbers.equal(one, other)
    return one == other


def _all_equal(pairs: Iterable[tuple[Value, Value]], *, ordered: bool) -> bool | None:
    """Whether all pairs are equal. Where the order is not Terraform's own, one that is not known decides before any."""
    result: bool | None = True
    for left, right in pairs:
        answer = _equal(left, right)
        if answer is None:
            return None
        if not answer:
            if ordered:
                return False
            result = False
    return result


# --- order ----------------------------------------------------------------------------------------------------------


def _compared(operator: str, left: Value, right: Value) -> Value:
    marks = left.marks | right.marks
    left, right = left.unmarked(), right.unmarked()
    if left.known and right.known:
        answer: bool | None = _ORDER[operator](_amount(left), _amount(right))
    else:
        answer = _by_range(operator, left, right)
    result = _undecided(BOOL, left, right) if answer is None else boolean(answer)
    return result.marked(marks)


def _amount(value: Value) -> numbers.Number:
    return value.content if isinstance(value.content, numbers.NUMBERS) else 0


def _by_range(operator: str, left: Value, right: Value) -> bool | None:
    """The answer that bounds alone give. As in cty, every bound counts as exclusive."""
    ours, theirs = range_of(left), range_of(right)
    below, above = ours.most[0] < theirs.least[0], ours.least[0] > theirs.most[0]
    yes, no = (below, above) if operator[0] == "<" else (above, below)
    answer = True if yes else False if no else None
    if len(operator) == 1 or answer:
        return answer
    same_value = _equal(left, right)
    return False if answer is False and same_value is False else None


_ORDER: Mapping[str, Callable[[numbers.Number, numbers.Number], bool]] = {
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left < right or numbers.equal(left, right),
    ">=": lambda left, right: left > right or numbers.equal(left, right),
}


# --- arithmetic and logic -------------------------------------------------------------------------------------------

_ARITHMETIC: Mapping[str, Callable[[numbers.Number, numbers.Number], numbers.Number]] = {
    "+": numbers.add,
    "-": numbers.subtract,
    "*": numbers.multiply,
    "/": numbers.divide,
    "%": numbers.modulo,
}


def _computed(operator: str, left: Value, right: Value) -> Value:
    marks = left.marks | right.marks
    if left.known and right.known:
        try:
            result = number(_ARITHMETIC[operator](_amount(left), _amount(right)))
        except ArithmeticError as error:
            raise _failed(str(error)) from None
    else:
        result = _undecided(NUMBER, left, right)
    return result.marked(marks)


def _logic(operator: str, left: Value, right: Value) -> Value:
    if not left.known or not right.known:
        # Terraform forgets the marks here.
        return _undecided(BOOL, left, right)
    one, other = left.content is True, right.content is True
    return boolean(one and other if operator == "&&" else one or other).marked(left.marks | right.marks)


OPERAND_TYPES: Mapping[str, Type] = {
    **dict.fromkeys(("==", "!="), DYNAMIC),
    **dict.fromkeys(("&&", "||", "!"), BOOL),
    **dict.fromkeys(("<", ">", "<=", ">=", "+", "-", "*", "/", "%"), NUMBER),
}
"""What the operands of an operator are converted to."""

RESULT_TYPES: Mapping[str, Type] = {operator: NUMBER if operator in _ARITHMETIC else BOOL for operator in OPERAND_TYPES}
"""The type of an operator's result, whatever becomes of it."""


def operand(value: Value, operator: str, side: str) -> Value:
    """An operand as its operator needs it; `side` is left, right or unary. Refuses what cannot be converted."""
    try:
        return convert(value, OPERAND_TYPES[operator])
    except EvaluationError as refused:
        noun = "unary operand" if side == "unary" else f"{side} operand"
        raise EvaluationError("Invalid operand", f"Unsuitable value for {noun}: {refused.detail}.") from None


def binary(operator: str, left: Value, right: Value) -> Value:
    """`left operator right` of operands that are converted already. Raises `EvaluationError` ("Operation failed")."""
    if operator == "==":
        return equal(left, right)
    if operator == "!=":
        return not_equal(left, right)
    if left.content is None or right.content is None:
        raise _failed("argument must not be null")
    if operator in _ARITHMETIC:
        return _computed(operator, left, right)
    return _compared(operator, left, right) if operator in _ORDER else _logic(operator, left, right)


def unary(operator: str, value: Value) -> Value:
    """`-value` and `!value` of an operand that is converted already."""
    if value.content is None:
        raise _failed("argument must not be null")
    if not value.known:
        return _undecided(RESULT_TYPES[operator], value)
    if operator == "!":
        return boolean(value.content is not True).marked(value.marks)
    return number(numbers.negate(_amount(value))).marked(value.marks or NO_MARKS)


def length(value: Value) -> Value:
    """How many members an unmarked value has, as cty counts: a tuple always, others where that is known."""
    if isinstance(value.type, TupleType):
        return number(numbers.narrow(len(value.type.elements)))
    if isinstance(value.type, ObjectType):
        return number(numbers.narrow(len(value.type.attributes)))
    bounds = range_of(value)
    if value.known and not build.length_open(value):
        return number(numbers.narrow(bounds.shortest))
    known = Refinement(not_null=True, least=(numbers.narrow(bounds.shortest), True))
    if isinstance(value.content, tuple):
        most = numbers.narrow(len(value.content))
        known = Refinement(not_null=True, least=(numbers.narrow(1), True), most=(most, True))
    elif bounds.longest is not None:
        known = Refinement(not_null=True, least=known.least, most=(numbers.narrow(bounds.longest), True))
    return refined(made_of(NUMBER, [value]), known)
