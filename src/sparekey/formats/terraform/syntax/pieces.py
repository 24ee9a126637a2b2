"""The pieces of a template, and the tree that they make.

Terraform reads a template in two steps, and so does this: first a flat list of literal texts, interpolations and directives, on
which the trimming by `~` and the indentation of `<<-` work piece by piece (a heredoc has a piece for every line); then the tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from sparekey.formats.terraform.syntax.source import SyntaxProblem
from sparekey.formats.terraform.syntax.tokens import SPACES, broken_at, encoding_problem, normal
from sparekey.formats.terraform.syntax.tree import Expression, Template, TemplateFor, TemplateIf

if TYPE_CHECKING:
    from sparekey.formats.terraform.syntax.expressions import Parser


@dataclass(slots=True)
class _Text:
    value: str
    start: int
    end: int


@dataclass(slots=True)
class _Value:
    of: Expression
    start: int
    end: int


@dataclass(slots=True)
class _If:
    condition: Expression
    start: int
    end: int


@dataclass(slots=True)
class _For:
    key: str | None
    item: str
    collection: Expression
    start: int
    end: int


@dataclass(slots=True)
class _Ending:
    """`else`, `endif` or `endfor`."""

    word: str
    start: int
    end: int


_Piece = _Text | _Value | _If | _For | _Ending


class Pieces:
    """The pieces of one template, gathered in order."""

    __slots__ = ("_parser", "_pieces", "_trim")

    def __init__(self, parser: Parser) -> None:
        self._parser = parser
        self._pieces: list[_Piece] = []
        self._trim = False

    def text(self, value: str, start: int, end: int) -> None:
        """Add a literal text."""
        if not value.isascii() and (broken := broken_at(self._parser.text, start, end)) >= 0:
            raise encoding_problem(broken)
        if self._trim:
            value = value.lstrip(SPACES)
            self._trim = False
        self._pieces.append(_Text(value, start, end))

    def sequence(self, opening: str, start: int, end: int) -> int:
        """Read an interpolation or a directive whose opening is at `start` to `end`; gives the offset behind it."""
        parser = self._parser
        last = self._pieces[-1] if self._pieces else None
        if opening.endswith("~") and isinstance(last, _Text):
            last.value = last.value.rstrip(SPACES)
        parser.deeper()
        parser.jump(end)
        parser.lined = False
        parser.advance()
        piece = self._interpolation(start) if opening[0] == "$" else self._directive(start)
        parser.depth -= 1
        piece.end = parser.end
        self._pieces.append(piece)
        self._trim = parser.kind == "~}"
        return parser.end

    def _interpolation(self, start: int) -> _Piece:
        parser = self._parser
        of = parser.expression()
        if parser.kind not in {"}", "~}"}:
            if parser.kind in {"end", '"', "string"}:
                parser.fail(
                    "Unclosed template interpolation sequence",
                    "There is no closing brace for this interpolation sequence.",
                    start,
                    start + 2,
                )
            parser.fail(
                "Extra characters after interpolation expression",
                "Expected a closing brace to end the interpolation expression, but found extra characters.",
            )
        return _Value(of, start, start)

    def _directive(self, start: int) -> _Piece:
        parser = self._parser
        word = parser.value
        if parser.kind != "name":
            parser.fail(
                "Invalid template directive",
                'A template directive keyword ("if", "for", etc) is expected at the beginning of a %{ sequence.',
            )
        if word not in {"if", "for", "else", "endif", "endfor"}:
            parser.fail("Invalid template control keyword", f'"{word}" is not a valid template control keyword.')
        parser.advance()
        piece: _Piece
        if word == "if":
            piece = _If(parser.expression(), start, start)
        elif word == "for":
            piece = self._for(start)
        else:
            piece = _Ending(word, start, start)
        if parser.kind not in {"}", "~}"}:
            parser.fail(
                f"Extra characters in {word} marker", "Expected a closing brace to end the sequence, but found extra characters."
            )
        return piece

    def _for(self, start: int) -> _For:
        parser = self._parser
        summary = "Invalid 'for' directive"
        item = parser.variable(summary, "For directive requires variable name after 'for'.")
        key: str | None = None
        if parser.kind == ",":
            parser.advance()
            key = item
            item = parser.variable(summary, "For directive requires value variable name after comma.")
        if parser.kind != "name" or parser.value != "in":
            parser.fail(summary, "For directive requires 'in' keyword after names.")
        parser.advance()
        return _For(key, item, parser.expression(), start, start)

    def flush(self) -> None:
        """Take off the indentation that all lines have, as `<<-` asks. Lines of nothing but blanks neither count nor change."""
        least: int | None = None
        indented: list[_Text] = []
        fresh = True
        for piece in self._pieces:
            value = piece.value if isinstance(piece, _Text) else ""
            if fresh:
                fresh = False
                bare = value.lstrip(SPACES)
                if bare or not value.endswith("\n"):
                    spaces = len(value) - len(bare)
                    least = spaces if least is None else min(least, spaces)
                    if isinstance(piece, _Text):
                        indented.append(piece)
            if value.endswith("\n"):
                fresh = True
        for text in indented:
            text.value = text.value[least or 0 :]

    def template(self, start: int, end: int) -> Template:
        """The tree of everything gathered."""
        pieces = self._pieces
        span = self._parser.source.span(start, end)
        if len(pieces) == 1:
            only = pieces[0]
            if isinstance(only, _Text):
                return Template(span, (normal(only.value),) if only.value else ())
            if isinstance(only, _Value):
                return Template(span, (only.of,), bare=True)
        builder = _Builder(self._parser, pieces)
        parts = builder.parts(None)
        return Template(span, tuple(parts))


class _Builder:
    """Makes the tree of a list of pieces."""

    __slots__ = ("_at", "_parser", "_pieces")

    def __init__(self, parser: Parser, pieces: list[_Piece]) -> None:
        self._parser = parser
        self._pieces = pieces
        self._at = 0

    def parts(self, opened: _If | _For | None) -> list[str | Expression | TemplateIf | TemplateFor]:
        """The parts up to the ending of the directive that is open, or to the end; `_at` is left at that ending."""
        parts: list[str | Expression | TemplateIf | TemplateFor] = []
        literal: list[str] = []
        while self._at < len(self._pieces):
            piece = self._pieces[self._at]
            if isinstance(piece, _Text):
                literal.append(piece.value)
                self._at += 1
                continue
            if literal:
                text = normal("".join(literal))
                literal = []
                if text:
                    parts.append(text)
            if isinstance(piece, _Ending):
                if opened is None:
                    self._unexpected(piece)
                return parts
            self._at += 1
            if isinstance(piece, _Value):
                parts.append(piece.of)
            elif isinstance(piece, _If):
                parts.append(self._if(piece))
            else:
                parts.append(self._for(piece))
        if opened is not None:
            word = "if" if isinstance(opened, _If) else "for"
            raise SyntaxProblem(
                "Unexpected end of template",
                f"The {word} directive is missing its corresponding end{word} directive.",
                opened.start,
                opened.end,
            )
        text = normal("".join(literal))
        if text:
            parts.append(text)
        return parts

    def _branch(self, opened: _If | _For) -> tuple[Template, _Ending]:
        start = self._pieces[self._at - 1].end
        self._parser.deeper()
        parts = self.parts(opened)
        self._parser.depth -= 1
        ending = self._pieces[self._at]
        assert isinstance(ending, _Ending)  # `parts` stops nowhere else  # noqa: S101
        self._at += 1
        return Template(self._parser.source.span(start, ending.start), tuple(parts)), ending

    def _if(self, opened: _If) -> TemplateIf:
        then, ending = self._branch(opened)
        otherwise: Template | None = None
        if ending.word == "else":
            otherwise, ending = self._branch(opened)
        if ending.word != "endif":
            self._unexpected(ending)
        return TemplateIf(self._parser.source.span(opened.start, ending.end), opened.condition, then, otherwise)

    def _for(self, opened: _For) -> TemplateFor:
        body, ending = self._branch(opened)
        if ending.word != "endfor":
            self._unexpected(ending)
        return TemplateFor(self._parser.source.span(opened.start, ending.end), opened.key, opened.item, opened.collection, body)

    @staticmethod
    def _unexpected(ending: _Ending) -> NoReturn:
        raise SyntaxProblem(
            f"Unexpected {ending.word} directive",
            "The control directives within this template are unbalanced.",
            ending.start,
            ending.end,
        )
