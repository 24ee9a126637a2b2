"""Whether two values are equal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sparekey.formats.arm.language.values import (
    FEW_LOOKS,
    MOST_LOOKS,
    EvaluationError,
    Lambda,
    Later,
    OpenObject,
    Spend,
    TooMuchError,
    Value,
    fold,
    type_name,
)


@dataclass(slots=True)
class _Looks:
    spend: Spend | None
    left: int = MOST_LOOKS


def same(left: Value, right: Value, spend: Spend | None = None) -> bool | None:
    """Whether two values are equal as JSON; None where only the deployment can tell. `spend` is told the work. Raises TooMuchError."""
    return _same(left, right, _Looks(spend))


def _same(left: Value, right: Value, looks: _Looks) -> bool | None:
    looks.left -= 1
    if not looks.left % FEW_LOOKS and looks.spend is not None:
        looks.spend(FEW_LOOKS >> 3)
    if looks.left < 0:
        raise TooMuchError("compares values larger than any template's")
    if isinstance(left, (Later, OpenObject)) or isinstance(right, (Later, OpenObject)):
        return None
    if isinstance(left, Lambda) or isinstance(right, Lambda):
        raise EvaluationError("a lambda is no value")
    if type_name(left) != type_name(right):
        # Whether 1 and 1.0 are one number is told differently in different places.
        return None if {type_name(left), type_name(right)} == {"integer", "float"} and left == right else False
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and _all(_same(one, other, looks) for one, other in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        if len(left) != len(right):
            return False
        if left.keys() == right.keys():
            return _all(_same(value, right[key], looks) for key, value in left.items())
        # Keys that differ in case only are equal to some parts of the engine and not to others.
        return None if {fold(key) for key in left} == {fold(key) for key in right} else False
    return left == right


def _all(answers: Iterable[bool | None]) -> bool | None:
    answer: bool | None = True
    for one in answers:
        if one is False:
            return False
        if one is None:
            answer = None
    return answer
