"""Bodies, blocks and attributes of the native syntax. The blocks of a file are only delimited at first, and read when asked."""

from __future__ import annotations

from typing import NoReturn

from sparekey.formats.terraform.syntax.expressions import Parser
from sparekey.formats.terraform.syntax.skip import closing_brace, item_end, next_header
from sparekey.formats.terraform.syntax.source import Source, SyntaxProblem
from sparekey.formats.terraform.syntax.templates import quoted
from sparekey.formats.terraform.syntax.tokens import DEEPEST, normal, too_deep
from sparekey.formats.terraform.syntax.tree import Attribute, Block, Body, Expression, Unreadable
from sparekey.model.span import Span

MOST_MISTAKES = 100
"""After so many mistakes the rest of a body is given up. It is something else than Terraform."""

COST_OF_SEARCH = 10
"""A mistake after which the whole rest had to be searched for a place to go on counts for so many."""

_REQUIRED = "Argument or block definition required"
_EQUALS = 'An argument or block definition is required here. To set an argument, use the equals sign "=" to introduce the value.'
_UNCLOSED = "There is no closing brace for this block before the end of the file."


class WrittenAttribute:
    """An attribute, with its places in the text."""

    __slots__ = ("_end", "_name_end", "_source", "_start", "name", "value")

    def __init__(  # noqa: PLR0917
        self, source: Source, name: str, start: int, name_end: int, end: int, value: Expression
    ) -> None:
        self._source = source
        self._start = start
        self._name_end = name_end
        self._end = end
        self.name = name
        self.value = value

    @property
    def name_span(self) -> Span:
        """Where its name stands."""
        return self._source.span(self._start, self._name_end)

    @property
    def span(self) -> Span:
        """From its name to the end of its expression."""
        return self._source.span(self._start, self._end)


class WrittenBlock:
    """A block, with its places in the text. `close` is the offset behind its closing brace."""

    __slots__ = ("_body", "_close", "_header_end", "_open", "_source", "_start", "labels", "type")

    def __init__(self, source: Source, type_: str, labels: tuple[str, ...], start: int, header_end: int) -> None:
        self._source = source
        self._start = start
        self._header_end = header_end
        self._open = self._close = header_end
        self._body: Body | None = None
        self.type = type_
        self.labels = labels

    def close(self, opened: int, close: int, body: Body | None) -> None:
        """Say where its braces are, and what stands between them if that was read already."""
        self._open = opened
        self._close = close
        self._body = body

    @property
    def header(self) -> Span:
        """From the type to the last label."""
        return self._source.span(self._start, self._header_end)

    @property
    def span(self) -> Span:
        """From the type to the closing brace."""
        return self._source.span(self._start, self._close)

    @property
    def body(self) -> Body:
        """What stands between the braces, read on the first use."""
        if self._body is None:
            self._body = _Reader(self._source, self._open + 1, limit=self._close).inner(self._open)
        return self._body


def read_body(source: Source, at: int) -> Body:
    """The body of a whole file, which starts at an offset. Its blocks are only delimited."""
    return _Reader(source, at, whole=True).file()


class _Gathering:
    """What was found in one body so far."""

    __slots__ = ("attributes", "blocks", "problems", "repeated")

    def __init__(self) -> None:
        self.attributes: dict[str, Attribute] = {}
        self.blocks: list[Block] = []
        self.problems: list[Unreadable] = []
        self.repeated: list[Attribute] = []

    def body(self, span: Span) -> Body:
        return Body(span, self.attributes, self.blocks, False, tuple(self.problems), tuple(self.repeated))


class _Reader(Parser):
    """Reads bodies. A mistake costs the attribute or block it is in, and as little more as the brackets allow."""

    __slots__ = ("_mistakes", "_whole")

    def __init__(self, source: Source, at: int, *, limit: int | None = None, whole: bool = False) -> None:
        super().__init__(source, at, limit=limit)
        self._whole = whole
        self._mistakes = 0

    def file(self) -> Body:
        """The body of the file."""
        found = _Gathering()
        self._items(found, "end", 0)
        return found.body(self.source.span(0, len(self.text)))

    def inner(self, opened: int) -> Body:
        """The body of a block whose brace opens at an offset; the reader stands behind it, and is left on the closing one."""
        found = _Gathering()
        try:
            self.advance()
        except SyntaxProblem as problem:
            self._recover(found, problem, self.start)
        if self.kind in {"newline", "end", "}"}:
            self._items(found, "}", opened)
        else:
            self._single(found)
        return found.body(self.source.span(opened, self.end))

    def _items(self, found: _Gathering, close: str, opened: int) -> None:
        fresh = self.kind == ""
        depth = self.depth
        while True:
            item = self.end if fresh else self.start
            try:
                if fresh:
                    fresh = False
                    self.advance()
                    item = self.start
                kind = self.kind
                if kind == "newline":
                    item = self.end
                    self.advance()
                elif kind == "name":
                    self._item(found)
                elif kind == close:
                    return
                elif kind == "end":
                    raise SyntaxProblem("Unclosed configuration block", _UNCLOSED, opened, opened + 1)  # noqa: TRY301
                elif kind in {"string", '"'}:
                    self.fail("Invalid argument name", "Argument names must not be quoted.")
                else:
                    self.fail(_REQUIRED, "An argument or block definition is required here.")
            except SyntaxProblem as problem:
                if self.kind == "end" and self.end >= self.limit and problem.start == opened and close == "}":
                    found.problems.append(problem.unreadable(self.source))
                    return
                self.depth = depth
                self._recover(found, problem, item)

    def _item(self, found: _Gathering) -> None:
        """An attribute or a block, and the newline behind it."""
        start, name_end = self.start, self.end
        name = normal(self.value)
        self.advance()
        if self.kind == "=":
            self._attribute(found, name, start, name_end)
            if self.kind == ",":
                self.fail("Unexpected comma after argument", "Argument definitions must be separated by newlines, not commas.")
            what, how = "Missing newline after argument", "An argument definition must end with a newline."
        elif self.kind in {"string", '"', "{", "name"}:
            self._block(found, name, start, name_end)
            what, how = "Missing newline after block definition", "A block definition must end with a newline."
        else:
            self.fail(_REQUIRED, _EQUALS, start, name_end)
        if self.kind == "newline":
            self.advance()
        elif self.kind != "end":
            self.fail(what, how)

    def _attribute(self, found: _Gathering, name: str, start: int, name_end: int) -> None:
        equals = self.end
        try:
            self.advance()
            value = self.expression()
            end = self.previous
        except SyntaxProblem as problem:
            end, _ = item_end(self.text, equals, self.limit)
            value = problem.unreadable(self.source)
            self._keep(found, WrittenAttribute(self.source, name, start, name_end, max(end, equals), value))
            raise
        self._keep(found, WrittenAttribute(self.source, name, start, name_end, end, value))

    @staticmethod
    def _keep(found: _Gathering, attribute: WrittenAttribute) -> None:
        if attribute.name in found.attributes:
            found.repeated.append(attribute)
        else:
            found.attributes[attribute.name] = attribute

    def _single(self, found: _Gathering) -> None:
        """The one attribute of a block that is written on one line; left on the closing brace."""
        summary = "Invalid single-argument block definition"
        item, depth = self.start, self.depth
        try:
            start, name_end = self.start, self.end
            name = normal(self.value)
            if self.kind != "name":
                self.fail(_REQUIRED, "An argument or block definition is required here.")
            self.advance()
            if self.kind in {"string", '"', "{", "name"}:
                detail = "A single-line block definition can contain only a single argument. Place a nested block on a line of its own."
                self.fail("Argument definition required", detail, start, self.end)
            if self.kind != "=":
                self.fail(_REQUIRED, _EQUALS, start, name_end)
            self._attribute(found, name, start, name_end)
            if self.kind == ",":
                self.fail(summary, "Single-line block syntax can include only one argument definition.")
            if self.kind == "newline":
                self.fail(summary, "A single-line block definition must also be closed on the same line.")
            if self.kind != "}":
                self.fail(summary, "A single-line block definition must end with a closing brace immediately after its argument.")
        except SyntaxProblem as problem:
            self.depth = depth
            found.problems.append(problem.unreadable(self.source))
            self._to_closing(item)

    def _to_closing(self, at: int) -> None:
        """Stand on the brace that closes what `at` is in, or at the end."""
        while True:
            at, found = item_end(self.text, at, self.limit)
            if not found or self.text[at] != "\n":
                break
            at += 1
        self.previous = self.start = at
        self.end = min(at + 1, self.limit)
        self.kind = "}" if found else "end"

    # --- blocks -----------------------------------------------------------------------------------------------------

    def _block(self, found: _Gathering, type_: str, start: int, header_end: int) -> None:
        labels: list[str] = []
        while self.kind != "{":
            if self.kind == "name":
                labels.append(normal(self.value))
            elif self.kind == "string":
                labels.append(normal(self.value[1:-1]))
            elif self.kind == '"':
                labels.append(self._label())
            else:
                self._bad_header()
            header_end = self.end
            self.advance()
        opened = self.start
        block = WrittenBlock(self.source, type_, tuple(labels), start, header_end)
        found.blocks.append(block)
        if self._whole:
            self._delimit(found, block, opened)
            return
        if self.depth >= DEEPEST:
            end, _ = item_end(self.text, opened + 1, self.limit)
            span = self.source.span(opened, end)
            block.close(opened, end, Body(span, {}, (), problems=(too_deep(opened, end).unreadable(self.source),)))
            self.jump(min(end + 1, self.limit))
            self.advance()
            return
        self.depth += 1
        body = self.inner(opened)
        self.depth -= 1
        block.close(opened, self.end, body)
        if self.kind == "}":
            self.advance()

    def _delimit(self, found: _Gathering, block: WrittenBlock, opened: int) -> None:
        close = closing_brace(self.text, opened + 1)
        if close >= 0:
            block.close(opened, close + 1, None)
            self.jump(close + 1)
            self.advance()
            return
        # The block ends, as far as we are concerned, where the next one certainly begins.
        after = next_header(self.text, opened + 1)
        end = after if after >= 0 else len(self.text)
        block.close(opened, end, None)
        # What the body has to say of it is nearer to the mistake than the end of the file.
        found.problems.extend(block.body.problems[:1])
        self._mistakes += COST_OF_SEARCH
        self._take_up(found, end)

    def _label(self) -> str:
        start = self.start
        label = quoted(self, start)
        if any(not isinstance(part, str) for part in label.parts):
            self.fail("Invalid string literal", "Template sequences are not allowed in this string.", start, self.end)
        return "".join(part for part in label.parts if isinstance(part, str))

    def _bad_header(self) -> NoReturn:
        if self.kind == "=":
            detail = 'The equals sign "=" indicates an argument definition, and must not be used when defining a block.'
        elif self.kind == "newline":
            detail = (
                'A block definition must have block content delimited by "{" and "}", starting on the same line as the header.'
            )
        else:
            detail = 'Either a quoted string block label or an opening brace ("{") is expected here.'
        self.fail("Invalid block definition", detail)

    # --- after a mistake --------------------------------------------------------------------------------------------

    def _recover(self, found: _Gathering, problem: SyntaxProblem, item: int) -> None:
        """Note a problem in the item that starts at an offset, and go on behind that item."""
        found.problems.append(problem.unreadable(self.source))
        self._mistakes += 1
        end, closed = item_end(self.text, item, self.limit)
        while closed and self.text[end] != "\n" and (self._whole or self.text[end] != "}"):
            # A bracket too many: it closes nothing.
            end, closed = item_end(self.text, end + 1, self.limit)
        if closed:
            self._take_up(found, end)
            return
        if self._whole:
            after = next_header(self.text, item + 1)
            end = after if after >= 0 else end
        self._mistakes += COST_OF_SEARCH
        self._take_up(found, end)

    def _take_up(self, found: _Gathering, at: int) -> None:
        """Go on at an offset, unless there were too many mistakes."""
        if self._mistakes > MOST_MISTAKES and at < self.limit:
            problem = SyntaxProblem("Too many mistakes", "The rest was not read.", at, self.limit, limit=True)
            found.problems.append(problem.unreadable(self.source))
            at = self.limit
        self._resume(at)

    def _resume(self, at: int) -> None:
        self.lined = True
        self.jump(at)
        self.kind = "newline"
        self.start = self.previous = at
        self.value = ""
