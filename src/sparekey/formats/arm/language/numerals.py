"""Numbers as .NET reads and writes them in the invariant culture."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sparekey.formats.arm.language.values import EvaluationError, Later, NotYetError

if TYPE_CHECKING:
    from decimal import Decimal

LEAST, MOST = -(2**63), 2**63 - 1
_BLANK = "\t\n\v\f\r "
_WHOLE = re.compile(r"[+-]?[0-9]+", re.ASCII)
_FLOAT = re.compile(r"[+-]?(?:[0-9]++(?:,[0-9]++)*+\.?[0-9]*+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?", re.ASCII)
_STANDARD = re.compile(r"([A-Za-z])([0-9]{0,3})")
_MOST_DIGITS = 99


def whole_number(text: str) -> int:
    """The whole number that a text says. Raises EvaluationError, and NotYetError for spellings that .NET may or may not take."""
    stripped = text.strip(_BLANK)
    if _WHOLE.fullmatch(stripped):
        number = int(stripped) if len(stripped.lstrip("+-0")) < 25 else MOST + 1
        if LEAST <= number <= MOST:
            return number
    elif _FLOAT.fullmatch(stripped) or _FLOAT.fullmatch(stripped.strip("()")) or "\0" in text:
        raise NotYetError(Later(f"whether {text[:40]!r} is a whole number"))
    raise EvaluationError("the text is no whole number of 64 bits")


def float_number(text: str) -> float:
    """The number that a text says. Raises EvaluationError."""
    stripped = text.strip(_BLANK)
    if _FLOAT.fullmatch(stripped) and len(stripped) < 400:
        return float(stripped.replace(",", ""))
    if stripped.lower().lstrip("+-") in {"nan", "infinity", "∞"}:
        raise NotYetError(Later("a number that JSON cannot hold"))
    raise EvaluationError("the text is no number")


def float_text(number: float) -> str:
    """A float as .NET's shortest round-trip form writes it."""
    if number == 0:
        return "-0" if str(number).startswith("-") else "0"
    sign, digits, exponent = _exact(number).as_tuple()
    if not isinstance(exponent, int):
        raise NotYetError(Later("a number that JSON cannot hold"))
    text = "".join(map(str, digits)).rstrip("0") or "0"
    point = len(digits) + exponent
    minus = "-" if sign else ""
    if not -4 < point <= 15:
        power = point - 1
        return f"{minus}{text[0]}{'.' + text[1:] if len(text) > 1 else ''}E{'-' if power < 0 else '+'}{abs(power):02d}"
    if point <= 0:
        return f"{minus}0.{'0' * -point}{text}"
    whole, rest = text[:point].ljust(point, "0"), text[point:]
    return f"{minus}{whole}.{rest}" if rest else minus + whole


def json_float(number: float) -> str:
    """A float as it stands in JSON text."""
    text = float_text(number)
    return text if any(sign in text for sign in ".E") else f"{text}.0"


def formatted(number: float, pattern: str) -> str:
    """A number by a .NET format. Raises EvaluationError, and NotYetError for formats that are not known here."""
    if not pattern:
        return float_text(number) if isinstance(number, float) else str(number)
    standard = _STANDARD.fullmatch(pattern)
    if standard:
        return _standard(number, standard[1], int(standard[2]) if standard[2] else None)
    if re.fullmatch(r"0{1,99}", pattern):
        rounded = _rounded(_exact(number), 0)
        return f"{'-' if rounded < 0 else ''}{abs(int(rounded)):0{len(pattern)}d}"
    simple = re.fullmatch(r"(#,##)?(0{1,30})(?:\.(0{1,30}))?", pattern)
    if simple:
        places = len(simple[3] or "")
        value = _rounded(_exact(number), places)
        whole, _, rest = f"{abs(value):.{places}f}".partition(".")
        whole = whole.zfill(len(simple[2]))
        if simple[1]:
            whole = f"{int(whole):,}" if len(simple[2]) == 1 else _unsure(pattern)
        return f"{'-' if value < 0 else ''}{whole}{'.' + rest if rest else ''}"
    return _unsure(pattern)


def _unsure(pattern: str) -> str:
    raise NotYetError(Later(f"a number written by the format {pattern[:40]!r}"))


def _exact(number: float) -> Decimal:
    """A number as it is written."""
    from decimal import Decimal  # noqa: PLC0415 - most templates show no broken numbers

    return Decimal(repr(number))


def _rounded(value: Decimal, places: int) -> Decimal:
    if abs(value) > 10**20:
        raise NotYetError(Later("a very large number written by a format"))
    return value.quantize(_exact(1).scaleb(-places), rounding="ROUND_HALF_UP")


def _standard(number: float, letter: str, digits: int | None) -> str:
    kind = letter.upper()
    whole = isinstance(number, int)
    if (digits or 0) > _MOST_DIGITS:
        _unsure(f"{letter}{digits}")
    if kind in "DXB" and not whole:
        raise EvaluationError(f"the format {letter} takes whole numbers only")
    if kind == "D":
        return f"{'-' if number < 0 else ''}{abs(int(number)):0{digits or 0}d}"
    if kind in "XB":
        text = f"{int(number) & (2**64 - 1):{letter if kind == 'X' else 'b'}}"
        return text.zfill(digits or 0)
    if kind in "NFCP":
        return _fixed(number, kind, 2 if digits is None else digits)
    if kind == "E":
        return _scientific(number, letter, 6 if digits is None else digits)
    if kind == "G" and not digits:
        return formatted(number, "")
    if kind == "R" and not whole:
        return float_text(number)
    if kind in "GR":
        return _unsure(letter)
    raise EvaluationError(f"there is no number format {letter}")


def _fixed(number: float, kind: str, places: int) -> str:
    value = _exact(number) * (100 if kind == "P" else 1)
    value = _rounded(value, places)
    text = f"{abs(value):,.{places}f}" if kind != "F" else f"{abs(value):.{places}f}"
    if kind == "C":
        return f"(¤{text})" if value < 0 else f"¤{text}"
    if kind == "P":
        text += " %"
    return f"-{text}" if value < 0 else text


def _scientific(number: float, letter: str, places: int) -> str:
    mantissa, _, power = f"{_exact(number):.{places}{letter}}".replace("E", "e").partition("e")
    return f"{mantissa}{letter}{power[0] if power[:1] in '+-' else '+'}{power.lstrip('+-').zfill(3)}"
