"""Templates: quoted strings, heredocs and template files, with their directives."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from sparekey.formats.terraform.lang.build import bare
from sparekey.formats.terraform.lang.conditional import choose
from sparekey.formats.terraform.lang.convert import convert
from sparekey.formats.terraform.lang.evaluation import Evaluation, Frame
from sparekey.formats.terraform.lang.limits import LONGEST_TEXT
from sparekey.formats.terraform.lang.loops import for_expression
from sparekey.formats.terraform.lang.refine import safe_prefix
from sparekey.formats.terraform.lang.types import DYNAMIC, STRING, TupleType
from sparekey.formats.terraform.lang.values import (
    NO_MARKS,
    EvaluationError,
    Marks,
    Refinement,
    TooMuchError,
    Unknown,
    Value,
    made_of,
    text,
)
from sparekey.formats.terraform.syntax import tree

INVALID = "Invalid template interpolation value"
_LONGEST_PREFIX = 128  # bytes; HCL keeps no more
_MOST_PIECES = 10_000
"""Pieces of an unknown text that are kept apart."""

_EMPTY = text("")


def template(run: Evaluation, node: tree.Template, frame: Frame) -> Value:
    """A template: a string, or whatever its one interpolation gives."""
    parts = node.parts
    if len(parts) == 1:
        only = parts[0]
        if isinstance(only, str):
            return text(only if only.isascii() else unicodedata.normalize("NFC", only))
        if node.bare and not isinstance(only, tree.TemplateIf | tree.TemplateFor):
            return run.value(only, frame)
    return _joined(run, node, frame)


def _joined(run: Evaluation, node: tree.Template, frame: Frame) -> Value:
    """The text of all parts."""
    known: list[str] = []
    marks: Marks = NO_MARKS
    vague: list[Value] = []
    pieces: list[str | Value] = []
    before = len(run.errors)
    size = 0
    for part in node.parts:
        if isinstance(part, str):
            pieces.append(part)
            if not vague:
                known.append(part)
                size += len(part)
            continue
        value = _part(run, part, frame)
        if value.content is None:
            detail = "The expression result is null. Cannot include a null value in a string template."
            run.refuse(INVALID, detail, part.span)
            continue
        marks |= value.marks
        if isinstance(value.content, Unknown):
            vague.append(bare(value))
            pieces += value.content.pieces or (vague[-1],)
            continue
        try:
            content = convert(value.unmarked(), STRING).content
        except EvaluationError as refused:
            run.refuse(INVALID, f"Cannot include the given value in a string template: {refused.detail}.", part.span)
            continue
        if isinstance(content, str):
            pieces.append(content)
        if not vague and isinstance(content, str):
            known.append(content)
            size += len(content)
            if size > LONGEST_TEXT:
                raise TooMuchError("a text of more than 4 MiB")
    written = "".join(known)
    if not vague:
        return text(written if written.isascii() else unicodedata.normalize("NFC", written)).marked(marks)
    prefix = "" if len(run.errors) > before else safe_prefix(written.encode()[:_LONGEST_PREFIX].decode(errors="ignore"))
    result = made_of(STRING, vague, refinement=Refinement(not_null=True, prefix=prefix), holds=vague)
    if isinstance(result.content, Unknown) and len(pieces) <= _MOST_PIECES:
        result = replace(result, content=replace(result.content, pieces=tuple(pieces)))
    return result.marked(marks)


def _part(run: Evaluation, part: tree.Expression | tree.TemplateIf | tree.TemplateFor, frame: Frame) -> Value:
    if isinstance(part, tree.TemplateIf):
        then = (*_apart(run, part.then, frame), part.then.span)
        if part.otherwise is None:
            return choose(run, part.condition, frame, then, (_EMPTY, [], part.span))
        return choose(run, part.condition, frame, then, (*_apart(run, part.otherwise, frame), part.otherwise.span))
    if isinstance(part, tree.TemplateFor):
        return _repeated(run, part, frame)
    return run.value(part, frame)


def _apart(run: Evaluation, node: tree.Template, frame: Frame) -> tuple[Value, list[EvaluationError]]:
    """The text of a branch, with its errors beside it."""
    noted, run.errors = run.errors, []
    try:
        return _joined(run, node, frame), run.errors
    finally:
        run.errors = noted


def _repeated(run: Evaluation, part: tree.TemplateFor, frame: Frame) -> Value:
    """What a `for` directive writes."""
    body = tree.Template(part.body.span, part.body.parts)
    node = tree.For(part.span, part.key, part.item, part.collection, None, body, None)
    items = for_expression(run, node, frame)
    if items.type == DYNAMIC or not isinstance(items.type, TupleType):
        # Terraform loses the marks of the collection here.
        return made_of(STRING, [bare(items)], holds=_held(items))
    texts: list[str] = []
    marks = items.marks
    if not isinstance(items.content, tuple):
        return made_of(STRING, [bare(items)])
    for item in items.content:
        if isinstance(item.content, Unknown):
            members = [bare(member) for member in items.content]
            return made_of(STRING, members, holds=[one for one in members if not one.known]).marked(items.marks)
        marks |= item.marks
        if isinstance(item.content, str):
            texts.append(item.content)
    if sum(map(len, texts)) > LONGEST_TEXT:
        raise TooMuchError("a text of more than 4 MiB")
    return text("".join(texts)).marked(marks)


def _held(items: Value) -> tuple[Value, ...]:
    return items.content.holds if isinstance(items.content, Unknown) else ()
