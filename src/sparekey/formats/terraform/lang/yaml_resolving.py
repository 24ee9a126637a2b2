"""What a scalar of YAML is: Terraform's mixture of YAML 1.1 (yes, no, timestamps) and 1.2 (octal and hexadecimal numbers)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from sparekey.formats.terraform.lang import numbers
from sparekey.formats.terraform.lang.go_text import decode_base64, normal
from sparekey.formats.terraform.lang.json_reading import DocumentError
from sparekey.formats.terraform.lang.timestamps import Moment, days_in
from sparekey.formats.terraform.lang.values import FALSE, NULL, TRUE, Value, number, text

TAG_PREFIX: Final = "tag:yaml.org,2002:"
MAP_TAG: Final = TAG_PREFIX + "map"
SEQUENCE_TAG: Final = TAG_PREFIX + "seq"

_STRING: Final = TAG_PREFIX + "str"
_BINARY: Final = TAG_PREFIX + "binary"
_BOOL: Final = TAG_PREFIX + "bool"
_INT: Final = TAG_PREFIX + "int"
_FLOAT: Final = TAG_PREFIX + "float"
_NULL: Final = TAG_PREFIX + "null"
_TIMESTAMP: Final = TAG_PREFIX + "timestamp"
_TAGS: Final = frozenset({"", _STRING, _BINARY, _BOOL, _INT, _FLOAT, _NULL, _TIMESTAMP})


def _cases(*words: str) -> list[str]:
    return [spelled for word in words for spelled in (word, word.capitalize(), word.upper())]


_WORDS: Final[Mapping[str, Value]] = {
    **dict.fromkeys(_cases("y", "yes", "true", "on"), TRUE),
    **dict.fromkeys(_cases("n", "no", "false", "off"), FALSE),
    **dict.fromkeys(["", "~", *_cases("null")], NULL),
    **dict.fromkeys([sign + word for sign in ("", "+") for word in (".inf", ".Inf", ".INF")], number(float("inf"))),
    **dict.fromkeys(["-.inf", "-.Inf", "-.INF"], number(float("-inf"))),
}
_NOT_A_NUMBER: Final = frozenset({".nan", ".NaN", ".NAN"})

# Only what starts with one of these can be other than text.
_HINTED: Final = frozenset("+-0123456789yYnNtTfFoO~.")

# YAML 1.2, section 10.3.2.
_WHOLE: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_DECIMAL: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_MOMENT: Final = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:(?:[Tt]|( +))([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,]([0-9]+))?(Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_PREFIXED: Final = re.compile(r"([+-]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+)")


def resolve(tag: str, written: str, *, quoted: bool) -> Value:
    """The value of a scalar with its tag ("" for none); `DocumentError` where the tag does not fit."""
    if tag not in _TAGS:
        raise DocumentError(f'unsupported tag "{tag}"')
    if tag not in {_STRING, _BINARY} and (not written or written[0] in _HINTED):
        if quoted:
            return text(normal(written))
        found = _WORDS.get(written)
        if found is None:
            found, tag = _implied(tag, written)
        if found is not None:
            return found
    return _tagged(tag, written)


def _implied(tag: str, written: str) -> tuple[Value | None, str]:
    """The value of a plain scalar that is a number with a leading dot or a moment; otherwise the tag that its look implies."""
    if not tag and written in _NOT_A_NUMBER:
        raise DocumentError("floating point NaN is not supported")
    if written[0] == ".":
        parsed = numbers.parse(written)
        return (None if parsed is None else number(parsed)), tag
    if written[0] in "+-0123456789":
        moment = _moment(written) if tag in {"", _TIMESTAMP} else None
        if moment is not None:
            return text(moment.rfc3339()), tag
        if _WHOLE.fullmatch(written):
            return None, _INT
        if _DECIMAL.fullmatch(written):
            return None, _FLOAT
    return None, tag


def _tagged(tag: str, written: str) -> Value:
    """The value of a scalar whose tag is settled."""
    problem = DocumentError(f'cannot parse "{written}" as {tag}')
    if tag in {"", _STRING}:
        return text(normal(written))
    if tag == _NULL:
        return NULL
    if tag == _BINARY:
        if isinstance(decode_base64(written), int):
            raise problem
        return text(written)
    if tag in {_INT, _FLOAT}:
        found = _number(written.replace("_", ""))
    elif tag == _TIMESTAMP:
        moment = _moment(written)
        found = None if moment is None else text(moment.rfc3339())
    else:
        found = _WORDS.get(written)
        found = found if found in {TRUE, FALSE} else None
    if found is None:
        raise problem
    return found


def _number(plain: str) -> Value | None:
    """A decimal number, or a whole one of 64 bits with a prefix."""
    parsed = numbers.parse(plain)
    if parsed is not None:
        return number(parsed)
    match = _PREFIXED.fullmatch(plain)
    if match is None:
        return None
    size = int(match[2], 0)
    signed = -size if match[1] == "-" else size
    if not -(2**63) <= signed < 2**63 and (match[1] or size >= 2**64):
        return None
    return number(numbers.narrow(signed))


def _moment(written: str) -> Moment | None:
    """The moment of a date, or of a date with a time."""
    match = _MOMENT.fullmatch(written)
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups()[:3])
    spaces, hour, minute, second, fraction, zone = match.groups()[3:]
    if hour is not None and (zone is None) != (spaces is not None):
        return None
    clock = (int(hour or 0), int(minute or 0), int(second or 0))
    if not 1 <= month <= 12 or not 1 <= day <= days_in(year, month) or clock[0] > 23 or max(clock[1:]) > 59:
        return None
    offset = 0
    if zone not in {None, "Z"}:
        hours, minutes = int(zone[1:3]), int(zone[4:6])
        if hours > 24 or minutes > 60:
            return None
        offset = (hours * 60 + minutes) * (-60 if zone[0] == "-" else 60)
    return Moment(year, month, day, *clock, int((fraction or "")[:9].ljust(9, "0")), offset)
