"""Functions on texts."""

from __future__ import annotations

from collections.abc import Callable

from sparekey.formats.arm.language import hashes, uris
from sparekey.formats.arm.language.compose import composed, json_text, shown
from sparekey.formats.arm.language.function import Function, Functions, Machine
from sparekey.formats.arm.language.lenient import loads
from sparekey.formats.arm.language.values import (
    EvaluationError,
    Later,
    NotYetError,
    Value,
    capped,
    fold,
    lower_of,
    settled,
    sliced,
    units,
    upper_of,
)

_BLANK = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
_WIDEST = 16


def _text(value: Value) -> str:
    """A value whose type has been checked."""
    if isinstance(value, str):
        return value
    raise EvaluationError("a text is needed")


def _whole(value: Value) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise EvaluationError("a whole number is needed")


def _lower(arguments: list[Value], machine: Machine) -> Value:
    text = _text(arguments[0])
    machine.spend(len(text) // 64)
    return text.lower() if text.isascii() else "".join(map(lower_of, text))


def _upper(arguments: list[Value], machine: Machine) -> Value:
    text = _text(arguments[0])
    machine.spend(len(text) // 64)
    return text.upper() if text.isascii() else "".join(map(upper_of, text))


def _substring(arguments: list[Value], _: Machine) -> Value:
    text, start = _text(arguments[0]), _whole(arguments[1])
    length = units(text)
    if not 0 <= start <= length:
        raise EvaluationError("substring starts outside of the text")
    wanted = _whole(arguments[2]) if len(arguments) > 2 else length - start
    if wanted < 0 or start + wanted > length:
        raise EvaluationError("substring goes beyond the text")
    return sliced(text, start, start + wanted)


def _starts(arguments: list[Value], _: Machine) -> Value:
    return fold(_text(arguments[0])).startswith(fold(_text(arguments[1])))


def _ends(arguments: list[Value], _: Machine) -> Value:
    return fold(_text(arguments[0])).endswith(fold(_text(arguments[1])))


def _replace(arguments: list[Value], machine: Machine) -> Value:
    text, old, new = (_text(argument) for argument in arguments)
    if not old:
        raise EvaluationError("replace looks for an empty text")
    machine.spend((len(text) + text.count(old) * len(new)) // 64)
    if len(text) + text.count(old) * len(new) > 2 * 4 * 1024 * 1024:
        capped("x" * (4 * 1024 * 1024 + 1))
    return capped(text.replace(old, new))


def _pad_left(arguments: list[Value], _: Machine) -> Value:
    text = shown(arguments[0])
    width = _whole(arguments[1])
    filler = _text(arguments[2]) if len(arguments) > 2 else " "
    if not 1 <= width <= _WIDEST:
        raise EvaluationError("padLeft pads to a width of 1 to 16")
    if units(filler) != 1:
        raise EvaluationError("padLeft pads with one character")
    return filler * (width - units(text)) + text


def _split(arguments: list[Value], machine: Machine) -> Value:
    text, by = _text(arguments[0]), settled(arguments[1], machine.spend)
    marks = by if isinstance(by, list) else [by]
    if not marks:
        raise NotYetError(Later("how a text is split by nothing"))
    if not all(isinstance(mark, str) for mark in marks):
        raise EvaluationError("split takes texts to split by")
    chosen = [mark for mark in marks if isinstance(mark, str) and mark]
    machine.spend(len(text) // 16 * (len(chosen) + 1))
    if not chosen:
        return [text]
    if len(chosen) == 1:
        return [*text.split(chosen[0])]
    pieces: list[Value] = []
    start = at = 0
    while at < len(text):
        mark = next((mark for mark in chosen if text.startswith(mark, at)), None)
        if mark is None:
            at += 1
            continue
        pieces.append(text[start:at])
        start = at = at + len(mark)
    return [*pieces, text[start:]]


def _join(arguments: list[Value], machine: Machine) -> Value:
    items = settled(arguments[0], machine.spend)
    pieces: list[str] = []
    for item in items if isinstance(items, list) else []:
        if not isinstance(item, (str, int)):
            raise EvaluationError("join takes texts, whole numbers and booleans")
        pieces.append(shown(item))
    between = _text(arguments[1])
    size = sum(map(len, pieces)) + len(between) * len(pieces)
    machine.spend(len(pieces) + size // 64)
    return capped(between.join(pieces))


def _string(arguments: list[Value], machine: Machine) -> Value:
    value = settled(arguments[0], machine.spend)
    return json_text(value, spend=machine.spend) if isinstance(value, (list, dict)) else shown(value)


def _format(arguments: list[Value], machine: Machine) -> Value:
    text = composed(_text(arguments[0]), arguments[1:], machine.spend)
    machine.spend(len(text) // 32)
    return text


def _json(arguments: list[Value], machine: Machine) -> Value:
    text = _text(arguments[0])
    if not text.strip():
        raise EvaluationError("json takes no empty text")
    return loads(text, machine.spend)


def _base64_to_json(arguments: list[Value], machine: Machine) -> Value:
    return loads(uris.from_base64(_text(arguments[0])), machine.spend)


def _escaped(run: Callable[[str], str]) -> Function:
    """A function on one text that goes through it letter by letter."""

    def function(arguments: list[Value], machine: Machine) -> Value:
        text = _text(arguments[0])
        machine.spend(len(text) >> 3)
        return run(text)

    return Function(1, 1, function, ("string",))


def _guid(arguments: list[Value], _: Machine) -> Value:
    return hashes.guid([_encodable(argument) for argument in arguments])


def _unique(arguments: list[Value], machine: Machine) -> Value:
    parts = [_encodable(argument) for argument in arguments]
    machine.spend(sum(map(len, parts)) // 4)
    return hashes.unique_string(parts)


def _encodable(value: Value) -> str:
    text = _text(value)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise EvaluationError("half a character is no text") from None
    return text


FUNCTIONS: Functions = {
    "tolower": Function(1, 1, _lower, ("string",)),
    "toupper": Function(1, 1, _upper, ("string",)),
    "trim": Function(1, 1, lambda arguments, _: _text(arguments[0]).strip(_BLANK), ("string",)),
    "substring": Function(2, 3, _substring, ("string", "integer")),
    "startswith": Function(2, 2, _starts, ("string",)),
    "endswith": Function(2, 2, _ends, ("string",)),
    "replace": Function(3, 3, _replace, ("string",)),
    "padleft": Function(2, 3, _pad_left, ("string|integer", "integer", "string")),
    "split": Function(2, 2, _split, ("string", "string|array")),
    "join": Function(2, 2, _join, ("array", "string")),
    "string": Function(1, 1, _string, ("integer|string|boolean|object|array",)),
    "format": Function(1, None, _format, ("string", "")),
    "json": Function(1, 1, _json, ("string",)),
    "base64": Function(1, 1, lambda arguments, _: uris.to_base64(_text(arguments[0])), ("string",)),
    "base64tostring": Function(1, 1, lambda arguments, _: uris.from_base64(_text(arguments[0])), ("string",)),
    "base64tojson": Function(1, 1, _base64_to_json, ("string",)),
    "uricomponent": _escaped(uris.component),
    "uricomponenttostring": _escaped(uris.component_to_string),
    "datauri": Function(1, 1, lambda arguments, _: uris.data_uri(_text(arguments[0])), ("string",)),
    "datauritostring": _escaped(uris.from_data_uri),
    "uri": Function(2, 2, lambda arguments, _: uris.resolved(_text(arguments[0]), _text(arguments[1])), ("string",)),
    "guid": Function(1, None, _guid, ("string",)),
    "uniquestring": Function(1, None, _unique, ("string",)),
}
