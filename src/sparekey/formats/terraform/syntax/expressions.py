"""Expressions of the native syntax, from text to tree, by the rules of Terraform's own parser.

Operators and chains of references are read without recursion, so only nesting costs depth, and that is bounded.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NoReturn

from sparekey.formats.terraform.lang import numbers
from sparekey.formats.terraform.lang.values import TooMuchError
from sparekey.formats.terraform.syntax import brackets, templates
from sparekey.formats.terraform.syntax.source import SyntaxProblem
from sparekey.formats.terraform.syntax.tokens import DEEPEST, WORDS, Scanner, normal, too_deep
from sparekey.formats.terraform.syntax.tree import (
    Attr,
    Binary,
    Call,
    Conditional,
    Expression,
    Index,
    Item,
    Literal,
    Root,
    Splat,
    Template,
    Unary,
)

_PRECEDENCE = {
    "||": 1,
    "&&": 2,
    "==": 3,
    "!=": 3,
    ">": 4,
    ">=": 4,
    "<": 4,
    "<=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "%": 6,
}


class Parser(Scanner):
    """Reads expressions at its position. Every method starts at the first word of what it reads and ends after the last one."""

    __slots__ = ()

    def fail(self, summary: str, detail: str, start: int | None = None, end: int | None = None) -> NoReturn:
        """Refuse the present word, or the stretch that is given."""
        if start is None:
            start = self.start
        raise SyntaxProblem(summary, detail, start, self.end if end is None else end)

    def expression(self) -> Expression:
        """An expression of any kind."""
        start = self.start
        first = self.operation()
        if self.kind != "?":
            return first
        pending: list[tuple[int, Expression, Expression]] = []
        while self.kind == "?":
            self.advance()
            self.deeper()
            then = self.expression()
            self.depth -= 1
            if self.kind != ":":
                self.fail(
                    "Missing false expression in conditional",
                    "The conditional operator (...?...:...) requires a false expression, delimited by a colon.",
                )
            pending.append((start, first, then))
            if len(pending) + self.depth > DEEPEST:
                raise too_deep(self.start, self.end)
            self.advance()
            start = self.start
            first = self.operation()
        for start, condition, then in reversed(pending):
            first = Conditional(self.source.span(start, self.previous), condition, then, first)
        return first

    def operation(self) -> Expression:
        """Terms and the operators between them: those that bind closest first, equals from the left."""
        start = self.start
        term = self.term()
        precedence = _PRECEDENCE.get(self.kind)
        if precedence is None:
            return term
        span = self.source.span
        waiting: list[tuple[int, str, int, Expression]] = []
        while precedence is not None:
            operator = self.kind
            while waiting and waiting[-1][0] >= precedence:
                _, before, start, left = waiting.pop()
                term = Binary(span(start, self.previous), before, left, term)
            waiting.append((precedence, operator, start, term))
            self.advance()
            start = self.start
            term = self.term()
            precedence = _PRECEDENCE.get(self.kind)
        for _, operator, begun, left in reversed(waiting):
            term = Binary(span(begun, self.previous), operator, left, term)
        return term

    def term(self) -> Expression:
        """One operand with its signs, and what is taken of it by dots and brackets."""
        signs: list[tuple[int, str]] = []
        while self.kind in {"-", "!"}:
            signs.append((self.start, self.kind))
            if len(signs) + self.depth > DEEPEST:
                raise too_deep(self.start, self.end)
            self.advance()
        start = self.start
        opener = _OPENERS.get(self.kind)
        if opener is None:
            operand = self._word(start)
        else:
            self.depth += 1
            if self.depth > DEEPEST:
                raise too_deep(start, self.end)
            lined = self.lined
            operand = opener(self, start)
            self.depth -= 1
            self.lined = lined
            self.advance()
        if self.kind in {".", "["}:
            operand = self._traversed(operand, start)
        for begun, sign in reversed(signs):
            operand = Unary(self.source.span(begun, self.previous), sign, operand)
        return operand

    def _word(self, start: int) -> Expression:
        """An operand that begins with a word: a plain string, a number, a name, a call."""
        kind, end = self.kind, self.end
        if kind == "string":
            text = self.value[1:-1]
            self.advance()
            return Template(self.source.span(start, end), (normal(text),) if text else ())
        if kind == "name":
            name = normal(self.value)
            self.advance()
            if self.kind in {"(", "::"}:
                return self._call(name, start, end)
            if name in WORDS:
                return Literal(self.source.span(start, end), WORDS[name])
            return Root(self.source.span(start, end), name)
        if kind == "number":
            return self._number()
        if kind == "end":
            self.fail("Missing expression", "Expected the start of an expression, but found the end of the file.")
        return self.fail("Invalid expression", "Expected the start of an expression, but found an invalid expression token.")

    def _number(self) -> Literal:
        start, end = self.start, self.end
        value = self._value_of(self.value)
        self.advance()
        return Literal(self.source.span(start, end), value)

    def _value_of(self, digits: str) -> int | Fraction:
        if len(digits) < 100 and digits.isdigit():
            return int(digits)
        try:
            value = numbers.parse(digits)
        except TooMuchError as error:
            raise SyntaxProblem("Invalid number literal", str(error), self.start, self.end, limit=True) from error
        if value is None or isinstance(value, float):
            self.fail("Invalid number literal", "Failed to recognize the value of this number literal.")
        return value

    # --- traversal --------------------------------------------------------------------------------------------------

    def _traversed(self, of: Expression, start: int) -> Expression:
        """Attributes, indexes and splats behind a term, for as long as there are any."""
        span = self.source.span
        while True:
            if self.kind == ".":
                self.advance()
                if self.kind == "name":
                    name, end = normal(self.value), self.end
                    self.advance()
                    of = Attr(span(start, end), of, name)
                elif self.kind == "number":
                    of = self._legacy_index(of, start)
                elif self.kind == "*":
                    of = self._attribute_splat(of, start)
                else:
                    self.fail("Invalid attribute name", "An attribute name is required after a dot.")
            elif self.kind == "[":
                opened = self.start
                lined = self.lined
                self.advance()
                if self.kind == "*":
                    return self._full_splat(of, start, opened)
                # Newlines count for nothing from here to the closing bracket.
                self.jump(opened + 1)
                self.lined = False
                self.advance()
                self.deeper()
                key = self.expression()
                self.depth -= 1
                if self.kind != "]":
                    self.fail("Missing close bracket on index", 'The index operator must end with a closing bracket ("]").')
                self.lined = lined
                end = self.end
                self.advance()
                of = Index(span(start, end), of, key)
            else:
                return of

    def _legacy_index(self, of: Expression, start: int) -> Expression:
        digits, end = self.value, self.end
        if "." in digits:
            self.fail(
                "Invalid legacy index syntax",
                "When using the legacy index syntax, chaining two indexes together is not permitted. Use the proper index syntax.",
            )
        if digits.isdigit():
            self.advance()
            return Attr(self.source.span(start, end), of, digits)
        return Index(self.source.span(start, end), of, self._number())

    def _attribute_splat(self, of: Expression, start: int) -> Expression:
        """`of.*` with the attributes behind it, which alone are taken of every item."""
        marker = self.start
        each: Expression = Item(self.source.span(marker, self.end))
        self.advance()
        while self.kind == ".":
            self.advance()
            if self.kind == "number":
                each = self._legacy_index(each, marker)
            elif self.kind == "name":
                name, end = normal(self.value), self.end
                self.advance()
                each = Attr(self.source.span(marker, end), each, name)
            elif self.kind == "*":
                self.fail(
                    "Nested splat expression not allowed",
                    "A splat expression (*) cannot be used inside another attribute-only splat expression.",
                )
            else:
                self.fail("Invalid attribute name", "An attribute name is required after a dot.")
        return Splat(self.source.span(start, self.previous), of, each)

    def _full_splat(self, of: Expression, start: int, opened: int) -> Expression:
        """`of[*]`, with everything behind it taken of every item."""
        self.advance()
        if self.kind != "]":
            self.fail(
                "Missing close bracket on splat index",
                'The star for a full splat operator must be immediately followed by a closing bracket ("]").',
            )
        item = Item(self.source.span(opened, self.end))
        self.advance()
        self.deeper()
        each = self._traversed(item, opened)
        self.depth -= 1
        return Splat(self.source.span(start, self.previous), of, each)

    # --- calls ------------------------------------------------------------------------------------------------------

    def _call(self, name: str, start: int, end: int) -> Expression:
        while self.kind == "::":
            self.advance()
            if self.kind != "name":
                self.fail(
                    "Missing function name",
                    "Function scope resolution symbol :: must be followed by a function name in this scope.",
                )
            name = f"{name}::{normal(self.value)}"
            end = self.end
            self.advance()
        if self.kind != "(":
            self.fail(
                "Missing open parenthesis",
                "Function selector must be followed by an open parenthesis to begin the function call.",
            )
        self.deeper()
        lined = self.lined
        self.lined = False
        self.advance()
        arguments: list[Expression] = []
        expands = False
        while self.kind != ")":
            arguments.append(self.expression())
            if self.kind == ",":
                self.advance()
            elif self.kind == "...":
                self.advance()
                expands = True
                if self.kind != ")":
                    self.fail(
                        "Missing closing parenthesis",
                        "An expanded function argument (with ...) must be immediately followed by closing parentheses.",
                    )
            elif self.kind == "end":
                self.fail(
                    "Unterminated function call",
                    "There is no closing parenthesis for this function call before the end of the file.",
                    start,
                    end,
                )
            elif self.kind != ")":
                self.fail("Missing argument separator", "A comma is required to separate each function argument from the next.")
        end = self.end
        self.lined = lined
        self.depth -= 1
        self.advance()
        return Call(self.source.span(start, end), name, tuple(arguments), expands)

    def variable(self, summary: str, detail: str) -> str:
        """The name of a variable of `for`, else a problem of that summary."""
        if self.kind != "name":
            self.fail(summary, detail)
        name = normal(self.value)
        self.advance()
        return name


def native(parser: Parser) -> Expression:
    """A native expression that a whole text is."""
    parser.advance()
    result = parser.expression()
    if parser.kind != "end":
        detail = "An expression was successfully parsed, but extra characters were found after it."
        parser.fail("Extra characters after expression", detail)
    return result


_OPENERS: dict[str, Callable[[Parser, int], Expression]] = {
    "(": brackets.parentheses,
    "[": brackets.list_or_for,
    "{": brackets.object_or_for,
    '"': templates.quoted,
    "<<": templates.heredoc,
}
