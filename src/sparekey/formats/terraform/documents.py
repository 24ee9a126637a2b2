"""Bodies that are written as the JSON text of an object: the object is read, so that what is in it has places and references of its own."""

from __future__ import annotations

from sparekey.formats.terraform.lang.json_reading import DocumentError, decode
from sparekey.formats.terraform.lang.values import EvaluationError, TooMuchError, Value
from sparekey.formats.terraform.syntax.tree import Call, Expression, Parens

_TYPES = "azapi_"
_NAMES = frozenset({"body", "sensitive_body"})


def document(type_: str, path: str, value: Value, written: Expression | None) -> tuple[Value, Expression | None]:
    """What an argument says that holds an object, or since an older version of its provider the object's JSON text."""
    unknown = value.unknown
    if path not in _NAMES or not type_.startswith(_TYPES) or value.marks:
        return value, written
    inner = _encoded(written)
    if unknown is not None and unknown.encodes is not None:
        return unknown.encodes, inner
    if isinstance(value.content, str):
        try:
            return decode(value.content), inner
        except (DocumentError, EvaluationError, TooMuchError):
            return value, written
    return value, written


def _encoded(written: Expression | None) -> Expression | None:
    """The expression of which the text is made, where that is written on the spot."""
    while isinstance(written, Parens):
        written = written.of
    one = isinstance(written, Call) and written.name in ("jsonencode", "core::jsonencode") and len(written.arguments) == 1
    return written.arguments[0] if one and isinstance(written, Call) else None
