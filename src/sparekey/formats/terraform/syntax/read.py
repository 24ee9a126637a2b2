"""The way in: from the bytes of a file, or a piece of text, to the tree. Nothing here raises for what a text holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sparekey.formats.terraform.syntax import templates
from sparekey.formats.terraform.syntax.expressions import Parser, native
from sparekey.formats.terraform.syntax.foreign import language
from sparekey.formats.terraform.syntax.source import Source, SyntaxProblem
from sparekey.formats.terraform.syntax.structure import read_body
from sparekey.formats.terraform.syntax.tree import Body, Expression, File, Template, Unreadable

LARGEST = 32 * 1024 * 1024
"""Bytes of a file that are read at most. Terraform has no bound; the largest hand-written files are a hundredth of this."""


def read_file(data: bytes, name: str) -> File:
    """A file in native syntax: `.tf`, `.tfvars`. Its blocks are delimited now, and read when their bodies are asked for."""
    if len(data) > LARGEST:
        return File(name, _refused(Source("", name), _TOO_LARGE))
    source = Source(data.decode("utf-8", "surrogateescape"), name)
    body = read_body(source, 1 if source.text.startswith("\ufeff") else 0)
    sign = language(source.text) if "{{" in source.text or "{%" in source.text else None
    # These signs stand in many a string of good Terraform, so only a file that cannot be read is taken for a template.
    if sign is not None and any(not problem.limit for problem in unreadable(body)):
        detail = f"This is a {sign[0]} template, to be rendered before Terraform can read it."
        return File(name, _refused(source, SyntaxProblem("Not Terraform", detail, sign[1], sign[1] + 2)))
    return File(name, body)


def unreadable(body: Body) -> Iterator[Unreadable]:
    """Everything in a body, and in the blocks in it, that could not be read. It reads what was not read yet."""
    waiting = [body]
    while waiting:
        one = waiting.pop()
        yield from one.problems
        waiting.extend(block.body for block in reversed(one.blocks))


def read_json(data: bytes, name: str) -> File:
    """A file in JSON syntax: `.tf.json`, or by its name `.tfvars.json`. One mistake in its JSON is a problem of the whole file."""
    # Few repositories have a file in JSON syntax, so its reader is loaded with the first.
    from sparekey.formats.terraform.syntax.json_structure import configuration, values  # noqa: PLC0415

    return _json(data, name, values if name.endswith(".tfvars.json") else configuration)


def read_json_values(data: bytes, name: str) -> File:
    """A file of values for variables in JSON syntax, whatever its name. Its strings are plain texts."""
    from sparekey.formats.terraform.syntax.json_structure import values  # noqa: PLC0415

    return _json(data, name, values)


def _json(data: bytes, name: str, read: Callable[[Source], Body]) -> File:
    if len(data) > LARGEST:
        return File(name, _refused(Source("", name), _TOO_LARGE))
    source = Source(data.decode("utf-8", "replace"), name)
    try:
        return File(name, read(source))
    except SyntaxProblem as problem:
        return File(name, _refused(source, problem))


_TOO_LARGE = SyntaxProblem("File too large", f"Files of more than {LARGEST >> 20} MiB are not read.", 0, 1, limit=True)


def _refused(source: Source, problem: SyntaxProblem) -> Body:
    """The body of a file of which nothing was read."""
    return Body(source.span(0, len(source.text)), {}, (), problems=(problem.unreadable(source),))


def expression(text: str, name: str, *, line: int = 1, column: int = 1) -> Expression:
    """An expression that is a text of its own. `name` is the file it stands in, `line` and `column` where it starts there."""
    source = Source(text, name, line=line, column=column)
    parser = Parser(source, lined=False)
    try:
        return native(parser)
    except SyntaxProblem as problem:
        return problem.unreadable(source)


def template(text: str, name: str, *, line: int = 1, column: int = 1) -> Template:
    """A whole text as a template: a template file, or a string of the JSON syntax. What cannot be read is its one part."""
    source = Source(text, name, line=line, column=column)
    parser = Parser(source, 1 if text.startswith("\ufeff") else 0)
    try:
        return templates.whole(parser)
    except SyntaxProblem as problem:
        return Template(source.span(0, len(text)), (problem.unreadable(source),), bare=True)
