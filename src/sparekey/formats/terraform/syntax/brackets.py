"""What stands in brackets: `(...)`, `[...]`, `{...}` and both forms of `for`.

Each function begins at the opening bracket and ends standing on the closing one, so that the caller reads what follows in the
state that holds outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from sparekey.formats.terraform.syntax.tokens import MOST_MEMBERS, WORDS, normal, too_many
from sparekey.formats.terraform.syntax.tree import Expression, For, Literal, Object, Parens, Root, Template, Tuple

if TYPE_CHECKING:
    from sparekey.formats.terraform.syntax.expressions import Parser


def parentheses(parser: Parser, start: int) -> Expression:
    """`(...)`."""
    parser.lined = False
    parser.advance()
    of = parser.expression()
    if parser.kind != ")":
        parser.fail("Unbalanced parentheses", "Expected a closing parenthesis to terminate the expression.")
    return Parens(parser.source.span(start, parser.end), of)


def list_or_for(parser: Parser, start: int) -> Expression:
    """`[...]`, or a `for` in brackets."""
    parser.lined = False
    parser.advance()
    if parser.kind == "name" and parser.value == "for":
        return _for(parser, start, "]")
    items: list[Expression] = []
    while parser.kind != "]":
        items.append(parser.expression())
        if len(items) > MOST_MEMBERS:
            raise too_many(start, start + 1)
        if parser.kind == ",":
            parser.advance()
        elif parser.kind == "end":
            parser.fail(
                "Unterminated tuple constructor expression",
                "There is no corresponding closing bracket before the end of the file.",
                start,
                start + 1,
            )
        elif parser.kind != "]":
            parser.fail("Missing item separator", "Expected a comma to mark the beginning of the next item.")
    return Tuple(parser.source.span(start, parser.end), tuple(items))


def object_or_for(parser: Parser, start: int) -> Expression:
    """`{...}`, or a `for` in braces."""
    parser.lined = False
    parser.advance()
    if parser.kind == "name" and parser.value == "for":
        return _for(parser, start, "}")
    parser.jump(start + 1)
    parser.lined = True
    parser.advance()
    items: list[tuple[Expression, Expression]] = []
    while True:
        while parser.kind == "newline":
            parser.advance()
        if parser.kind == "}":
            break
        key = _key(parser, start)
        parser.advance()
        items.append((key, parser.expression()))
        if len(items) > MOST_MEMBERS:
            raise too_many(start, start + 1)
        if parser.kind in {",", "newline"}:
            parser.advance()
        elif parser.kind == "end":
            _unterminated_object(parser, start)
        elif parser.kind != "}":
            parser.fail("Missing attribute separator", "Expected a newline or comma to mark the beginning of the next attribute.")
    return Object(parser.source.span(start, parser.end), tuple(items))


def _key(parser: Parser, start: int) -> Expression:
    at, name = parser.start, parser.kind == "name"
    text = normal(parser.value) if name else ""
    key = parser.expression()
    if name and (isinstance(key, Root) or (isinstance(key, Literal) and text in WORDS)):
        # A bare word as a key is that word, even `null` and `true`.
        key = Template(parser.source.span(at, parser.previous), (text,))
    if parser.kind not in {"=", ":"}:
        if parser.kind in {"newline", ","}:
            parser.fail("Missing attribute value", 'Expected an attribute value, introduced by an equals sign ("=").')
        if parser.kind == "end":
            _unterminated_object(parser, start)
        parser.fail("Missing key/value separator", 'Expected an equals sign ("=") to mark the beginning of the attribute value.')
    return key


def _unterminated_object(parser: Parser, start: int) -> NoReturn:
    parser.fail(
        "Unterminated object constructor expression",
        "There is no corresponding closing brace before the end of the file.",
        start,
        start + 1,
    )


def _for(parser: Parser, start: int, close: str) -> Expression:
    summary = "Invalid 'for' expression"
    parser.advance()
    item_name = parser.variable(summary, "For expression requires variable name after 'for'.")
    key_name: str | None = None
    if parser.kind == ",":
        parser.advance()
        key_name = item_name
        item_name = parser.variable(summary, "For expression requires value variable name after comma.")
    if parser.kind != "name" or parser.value != "in":
        parser.fail(summary, "For expression requires the 'in' keyword after its name declarations.")
    parser.advance()
    collection = parser.expression()
    if parser.kind != ":":
        parser.fail(summary, "For expression requires a colon after the collection expression.")
    parser.advance()
    value_at = parser.start
    value = parser.expression()
    key: Expression | None = None
    if parser.kind == "=>":
        if close == "]":
            parser.fail(summary, "Key expression is not valid when building a tuple.", value_at, parser.previous)
        parser.advance()
        key, value = value, parser.expression()
    elif close == "}":
        parser.fail(summary, "Key expression is required when building an object.", value_at, parser.previous)
    groups = parser.kind == "..."
    if groups:
        if close == "]":
            parser.fail(summary, "Grouping ellipsis (...) cannot be used when building a tuple.")
        parser.advance()
    condition: Expression | None = None
    if parser.kind == "name" and parser.value == "if":
        parser.advance()
        condition = parser.expression()
    if parser.kind != close:
        parser.fail(summary, "Extra characters after the end of the 'for' expression.")
    return For(parser.source.span(start, parser.end), key_name, item_name, collection, key, value, condition, groups)
