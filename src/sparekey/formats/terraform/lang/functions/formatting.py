"""format and formatlist: every verb, flag, width, precision and index of theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn

from sparekey.formats.terraform.lang import graphemes, json_text, numbers
from sparekey.formats.terraform.lang.build import bare, go_quoted
from sparekey.formats.terraform.lang.convert import convert
from sparekey.formats.terraform.lang.function import Function, Parameter, Surroundings, table
from sparekey.formats.terraform.lang.functions.arguments import (
    amount,
    finite,
    items,
    open_value,
    string,
    string_of,
)
from sparekey.formats.terraform.lang.functions.refusals import bad_argument, failed
from sparekey.formats.terraform.lang.limits import LONGEST_TEXT, MOST_MEMBERS
from sparekey.formats.terraform.lang.refine import safe_prefix
from sparekey.formats.terraform.lang.types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    ListType,
    SetType,
    TupleType,
    Type,
)
from sparekey.formats.terraform.lang.values import EvaluationError, Refinement, TooMuchError, Value, wholly_known

_VERB: Final = re.compile(
    r"%(?P<flags>[0#+ -]*)(?P<width>[1-9][0-9]*)?(?:(?P<dot>\.)(?P<precision>[0-9]*))?(?:\[(?P<index>[1-9][0-9]*)\])?(?P<mode>[a-zA-Z])",
    re.ASCII,
)
_WIDEST: Final = 100_000
"""The largest width or precision that is followed: a bound on memory."""

_BASES: Final = {"b": ("b", "0b"), "o": ("o", "0"), "d": ("d", ""), "x": ("x", "0x"), "X": ("X", "0X")}


class _FormatError(Exception):
    """A format that does not fit its arguments."""


class _TooManyError(Exception):
    """More arguments than the format uses; `first` is the first of those, from 0."""

    def __init__(self, message: str, first: int) -> None:
        super().__init__(message)
        self.first = first


@dataclass(frozen=True, slots=True)
class _Verb:
    """One verb: its text, its place in bytes, and what it says. `argument` counts from 1."""

    raw: str
    offset: int
    argument: int
    mode: str
    flags: str
    width: int | None
    precision: int | None

    @property
    def shown(self) -> str:
        """As error messages name it."""
        return f"{go_quoted(self.raw)} at {self.offset}"


def _parts(written: str) -> Iterator[str | _Verb]:
    """Literal texts and verbs in order."""
    at, following = 0, 1
    while at < len(written):
        end = written.find("%", at)
        if end < 0:
            yield written[at:]
            return
        if end > at:
            yield written[at:end]
        if written.startswith("%%", end):
            yield "%"
            at = end + 2
            continue
        match = _VERB.match(written, end)
        if match is None:
            _unreadable(written, end)
        argument = int(match["index"][:9]) if match["index"] else following
        following = argument + 1
        yield _Verb(
            raw=match[0],
            offset=len(written[:end].encode()),
            argument=argument,
            mode=match["mode"],
            flags=match["flags"],
            width=int(match["width"][:9]) if match["width"] else None,
            precision=int(match["precision"][:9] or 0) if match["dot"] else None,
        )
        at = match.end()


_BEGUN: Final = re.compile(r"%[0#+ -]*(?:[1-9][0-9]*)?(?:\.[0-9]*)?(?:\[(?:[1-9][0-9]*\]?)?)?", re.ASCII)


def _unreadable(written: str, start: int) -> NoReturn:
    match = _BEGUN.match(written, start)
    end = match.end() if match else start + 1
    offset = len(written[:end].encode())
    if end == len(written):
        raise _FormatError(f"invalid format string starting at offset {offset}")
    raise _FormatError(f"unrecognized format character '{written[end]}' at offset {offset}")


def _formatted(written: str, given: Sequence[Value]) -> str:
    """The text of a format and wholly known arguments."""
    made: list[str] = []
    length = highest = 0
    for part in _parts(written):
        if isinstance(part, str):
            made.append(part)
        else:
            highest = max(highest, part.argument)
            made.append(_verb(part, given))
        length += len(made[-1])
        if length > LONGEST_TEXT:
            raise TooMuchError("a text of more than 4 MiB")
    if highest < len(given):
        used = f"only {highest} used by format string" if highest else "no verbs in format string"
        raise _TooManyError(f"too many arguments; {used}", highest)
    return "".join(made)


def _verb(verb: _Verb, given: Sequence[Value]) -> str:
    if verb.argument > len(given):
        raise _FormatError(f"not enough arguments for {verb.shown}: need index {verb.argument} but have {len(given)} total")
    value = bare(given[verb.argument - 1])
    if verb.mode != "v" and value.null:
        raise _FormatError(f"unsupported value for {verb.shown}: null value cannot be formatted")
    if (verb.width or 0) > _WIDEST or (verb.precision or 0) > _WIDEST:
        raise TooMuchError("a format of more than 100,000 characters")
    if verb.mode == "v":
        return _as_it_is(verb, value)
    if verb.mode == "t":
        return "true" if _converted(verb, value, BOOL).content else "false"
    if verb.mode in _BASES:
        return _integer(verb, _converted(verb, value, NUMBER))
    if verb.mode in "eEfgG":
        return _float(verb, amount(_converted(verb, value, NUMBER)))
    if verb.mode in "sq":
        return _string(verb, string(_converted(verb, value, STRING)))
    raise _FormatError(f"unsupported format verb '{verb.mode}' in {go_quoted(verb.raw)} at offset {verb.offset}")


def _converted(verb: _Verb, value: Value, type_: Type) -> Value:
    try:
        return convert(value, type_)
    except EvaluationError as error:
        raise _FormatError(f"unsupported value for {verb.shown}: {error.detail}") from None


def _as_it_is(verb: _Verb, value: Value) -> str:
    if "#" not in verb.flags:
        if value.type == STRING and not value.null:
            return _padded(verb, string(value))
        if value.type == NUMBER and not value.null:
            return _padded(verb, numbers.general(amount(value)))
    try:
        return _padded(verb, json_text.encode(value))
    except json_text.NoJsonError as error:
        raise _FormatError(f"unsupported value for {verb.shown}: {error}") from None


def _string(verb: _Verb, written: str) -> str:
    if verb.precision:
        kept: list[str] = []
        for cluster in graphemes.clusters(written):
            if len(kept) == verb.precision:
                break
            kept.append(cluster)
        written = "".join(kept)
    return _padded(verb, written if verb.mode == "s" else json_text.quoted(written))


def _padded(verb: _Verb, written: str) -> str:
    missing = (verb.width or 0) - graphemes.count(written)
    if missing <= 0:
        return written
    padding = ("0" if "0" in verb.flags else " ") * missing
    return written + padding if "-" in verb.flags else padding + written


def _sign(verb: _Verb, *, negative: bool) -> str:
    return "-" if negative else "+" if "+" in verb.flags else " " if " " in verb.flags else ""


def _integer(verb: _Verb, value: Value) -> str:
    content = amount(value)
    if not finite(content) or content != int(content):
        raise _FormatError(f"unsupported value for {verb.shown}: an integer is required")
    whole = int(content)
    form, prefix = _BASES[verb.mode]
    size = abs(whole)
    digits = numbers.digits_of(size) if form == "d" else format(size, form)
    sign = _sign(verb, negative=whole < 0)
    prefix = prefix if "#" in verb.flags else ""
    if verb.precision is not None:
        if not size and not verb.precision:
            return ""
        digits = digits.rjust(verb.precision, "0")
    missing = (verb.width or 0) - len(sign) - len(prefix) - len(digits)
    if missing <= 0:
        return f"{sign}{prefix}{digits}"
    if "-" in verb.flags:
        return f"{sign}{prefix}{digits}{' ' * missing}"
    if "0" in verb.flags and verb.precision is None:
        return f"{sign}{prefix}{'0' * missing}{digits}"
    return f"{' ' * missing}{sign}{prefix}{digits}"


def _float(verb: _Verb, value: numbers.Number) -> str:
    if not finite(value):
        sign, written = ("-" if value < 0 else " " if " " in verb.flags else "+"), "Inf"
    else:
        negative, written = _decimal(verb, value)
        sign = _sign(verb, negative=negative)
    missing = max((verb.width or 0) - len(sign) - len(written), 0)
    if "0" in verb.flags and finite(value):
        return f"{sign}{'0' * missing}{written}"
    if "-" in verb.flags:
        return f"{sign}{written}{' ' * missing}"
    return f"{' ' * missing}{sign}{written}"


def _decimal(verb: _Verb, value: numbers.Number) -> tuple[bool, str]:
    """Whether a finite number is negative, and its text without a sign."""
    mode, precision = verb.mode.lower(), verb.precision
    if mode == "g":
        written = numbers.general(value, precision)
        negative = written.startswith("-")
        written = written.removeprefix("-")
    else:
        negative, digits, point = numbers.decimal(value)
        places = 6 if precision is None else precision
        written = _fixed(digits, point, places) if mode == "f" else _scientific(digits, point, places)
    return negative, written.upper() if verb.mode.isupper() else written


def _fixed(digits: str, point: int, places: int) -> str:
    digits, point = numbers.round_digits(digits, point, point + places)
    if not digits or point + places < 0:
        digits, point = "", 0
    before = digits[:point].ljust(point, "0") if point > 0 else "0"
    after = ("0" * -point + digits if point <= 0 else digits[point:]).ljust(places, "0")[:places]
    return f"{before}.{after}" if places else before


def _scientific(digits: str, point: int, places: int) -> str:
    digits, point = numbers.round_digits(digits, point, places + 1)
    exponent = point - 1 if digits else 0
    mantissa = digits.ljust(places + 1, "0")
    behind = f".{mantissa[1:]}" if places else ""
    return f"{mantissa[0]}{behind}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


# --- the functions --------------------------------------------------------------------------------------------------


def _held(written: str, given: Sequence[Value]) -> list[Value]:
    """Those arguments whose whole text will certainly stand in the result."""
    try:
        verbs = [part for part in _parts(written) if isinstance(part, _Verb)]
    except _FormatError:
        return []
    return [
        given[verb.argument - 1]
        for verb in verbs
        if verb.mode in "sv" and not verb.precision and "#" not in verb.flags and verb.argument <= len(given)
        if given[verb.argument - 1].type in (STRING, DYNAMIC) and not given[verb.argument - 1].null
    ]


def _unknown(given: Sequence[Value]) -> list[Value]:
    """The arguments that leave a text open. What is known beside them is no more than the rest of a text around them."""
    return [one for one in given if not wholly_known(one)]


def _any_dynamic(type_: Type, given: Sequence[Value]) -> Type:
    return DYNAMIC if any(one.type == DYNAMIC for one in given) else type_


def _format_type(given: Sequence[Value]) -> Type:
    return _any_dynamic(STRING, given)


def _format(_around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    arguments = given[1:]
    if not given[0].known:
        return open_value(type_, given)
    written = string(given[0])
    if type_ == DYNAMIC or not all(map(wholly_known, arguments)):
        prefix = safe_prefix(written[: max(written.find("%"), 0)])
        return open_value(
            type_, _unknown(arguments), refinement=Refinement(not_null=True, prefix=prefix), holds=_held(written, arguments)
        )
    try:
        return string_of(_formatted(written, arguments))
    except _FormatError as error:
        raise failed("format", str(error)) from None
    except _TooManyError as error:
        raise bad_argument("args", str(error)) from None


def _formatlist_type(given: Sequence[Value]) -> Type:
    return _any_dynamic(ListType(STRING), given)


def _formatlist(around: Surroundings, given: Sequence[Value], type_: Type) -> Value:
    arguments = given[1:]
    if not given[0].known or type_ == DYNAMIC:
        return open_value(type_, given)
    if not arguments:
        return Value(type_, (_format(around, given, STRING),))
    sequences = [_is_sequence(one) for one in arguments]
    open_ones = [
        sequence and not isinstance(one.type, TupleType) and not _countable(one)
        for one, sequence in zip(arguments, sequences, strict=True)
    ]
    length = _common_length(arguments, sequences, open_ones)
    if any(open_ones) or any(sequence and not one.known for one, sequence in zip(arguments, sequences, strict=True)):
        return open_value(type_, arguments)
    if length == 0:
        return Value(type_, ())
    count = 1 if length is None else length
    if count > MOST_MEMBERS:
        raise TooMuchError("a collection of more than 100,000 members")
    written = string(given[0])
    rows = (
        [items(one)[index] if sequence else one for one, sequence in zip(arguments, sequences, strict=True)]
        for index in range(count)
    )
    return Value(type_, tuple(_row(written, index, row) for index, row in enumerate(rows)))


def _is_sequence(value: Value) -> bool:
    return isinstance(value.type, ListType | SetType | TupleType) and not value.null


def _countable(value: Value) -> bool:
    """Whether the length of a list or set is known."""
    return value.known and (not isinstance(value.type, SetType) or len(items(value)) < 2 or wholly_known(value))


def _common_length(arguments: Sequence[Value], sequences: Sequence[bool], open_ones: Sequence[bool]) -> int | None:
    length: int | None = None
    chooser = 0
    for index, (one, sequence, open_one) in enumerate(zip(arguments, sequences, open_ones, strict=True)):
        if not sequence or open_one:
            continue
        own = len(one.type.elements) if isinstance(one.type, TupleType) else len(items(one))
        if length is None:
            length, chooser = own, index
        elif own != length:
            raise bad_argument(
                "args",
                f"argument {index + 1} has length {own}, which is inconsistent with argument {chooser + 1} of length {length}",
            )
    return length


def _row(written: str, index: int, row: Sequence[Value]) -> Value:
    if not all(map(wholly_known, row)):
        return open_value(STRING, _unknown(row), holds=_held(written, row))
    try:
        return string_of(_formatted(written, row))
    except (_FormatError, _TooManyError) as error:
        raise failed("formatlist", f"error on format iteration {index}: {error}") from None


_FORMAT: Final = Parameter(name="format", type=STRING, unknown=True)
_ARGS: Final = Parameter(name="args", type=DYNAMIC, null=True, unknown=True, dynamic=True)

FUNCTIONS = table(
    Function(name="format", parameters=(_FORMAT,), rest=_ARGS, returns=_format_type, work=_format),
    Function(name="formatlist", parameters=(_FORMAT,), rest=_ARGS, returns=_formatlist_type, work=_formatlist),
)
