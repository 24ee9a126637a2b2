"""One function called on values, without an expression around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sparekey.formats.terraform.lang.call import call
from sparekey.formats.terraform.lang.function import Function
from sparekey.formats.terraform.lang.values import EvaluationError, Value, Why, number, text


@dataclass(frozen=True, slots=True)
class Place:
    """Surroundings in a folder, without templates."""

    scan_root: Path = Path("/nonexistent")
    folder: Path = Path("/nonexistent")

    def note(self, why: Why) -> None:
        raise AssertionError(why)

    def template(self, source: str, name: str, variables: Mapping[str, Value], calling: str) -> Value:
        raise AssertionError((source, name, variables, calling))


NOWHERE = Place()


def given(argument: str | int | Value) -> Value:
    """A value for what is shorter to write."""
    if isinstance(argument, Value):
        return argument
    return text(argument) if isinstance(argument, str) else number(argument)


def result(functions: Mapping[str, Function], name: str, *arguments: str | int | Value, place: Place = NOWHERE) -> Value:
    """What the function gives."""
    return call(functions[name], [given(argument) for argument in arguments], place)


def refused(functions: Mapping[str, Function], name: str, *arguments: str | int | Value, place: Place = NOWHERE) -> str:
    """The words with which the function refuses; "" where it does not."""
    try:
        result(functions, name, *arguments, place=place)
    except EvaluationError as error:
        return error.detail
    return ""
