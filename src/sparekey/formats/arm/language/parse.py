"""Read an expression into a tree."""

from __future__ import annotations

import re

from sparekey.formats.arm.language.tree import Access, Call, Literal, Node
from sparekey.formats.arm.language.values import DEEPEST, EvaluationError, TooMuchError

_TOKEN = re.compile(
    r"""[ \t\r\n]*+(?:
    (?P<name>[^\W\d]\w*)|
    (?P<number>-?\d+)(?![\w.])|
    '(?P<text>(?:[^']|'')*+)'|
    (?P<sign>[()\[\],.])|
    (?P<end>\Z)
    )""",
    re.VERBOSE,
)

_LEAST, _MOST = -(2**63), 2**63 - 1
_LONGEST_NUMBER = 25


def is_expression(text: str) -> bool:
    """Whether a text is computed when it is deployed."""
    return text.startswith("[") and text.endswith("]") and not text.startswith("[[")


def plain(text: str) -> str:
    """What a text that is no expression says: a bracket in front is doubled where it would make one of it."""
    return text[1:] if text.startswith("[[") and text.endswith("]") else text


def parse(text: str) -> Node:
    """The tree of an expression without its outer brackets. Raises EvaluationError, TooMuchError."""
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._depth = 0
        self.kind = ""
        self.word = ""
        self.at = 0
        self._next()

    def whole(self) -> Node:
        node = self._expression()
        if self.kind != "end":
            raise EvaluationError(f"the expression goes on at position {self.at} where it should end")
        return node

    def _next(self) -> None:
        found = _TOKEN.match(self._text, self._position)
        if found is None or found.lastgroup is None:
            raise EvaluationError(f"the expression cannot be read at position {self._position}")
        self.kind = found.lastgroup
        self.word = found[self.kind]
        self.at = found.start(self.kind)
        self._position = found.end()

    def _take(self, sign: str) -> None:
        if self.kind != "sign" or self.word != sign:
            raise EvaluationError(f"'{sign}' is missing at position {self.at}")
        self._next()

    def _is(self, sign: str) -> bool:
        return self.kind == "sign" and self.word == sign

    def _expression(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooMuchError(f"is nested more than {DEEPEST} levels deep")
        node = self._primary()
        steps = 0
        while self._is(".") or self._is("["):
            steps += 1
            if steps > DEEPEST:
                raise TooMuchError(f"goes more than {DEEPEST} properties deep")
            node = self._access(node)
        self._depth -= 1
        return node

    def _access(self, inner: Node) -> Node:
        dot = self._is(".")
        self._next()
        at = self.at
        if not dot:
            key = self._expression()
            self._take("]")
            return Access(inner, key, at)
        if self.kind != "name":
            raise EvaluationError(f"the name of a property is missing at position {at}")
        name = self.word
        self._next()
        return Access(inner, Literal(name, at), at)

    def _primary(self) -> Node:
        at = self.at
        if self.kind == "text":
            text = self.word.replace("''", "'")
            self._next()
            return Literal(text, at)
        if self.kind == "number":
            number = int(self.word) if len(self.word) <= _LONGEST_NUMBER else _MOST + 1
            if not _LEAST <= number <= _MOST:
                raise EvaluationError(f"the number at position {at} has more than 64 bits")
            self._next()
            return Literal(number, at)
        if self.kind != "name":
            raise EvaluationError(f"a function, a text or a number is missing at position {at}")
        name = self.word
        self._next()
        while self._is("."):
            self._next()
            if self.kind != "name":
                raise EvaluationError(f"the name of a function is missing at position {self.at}")
            name += f".{self.word}"
            self._next()
        self._take("(")
        arguments: list[Node] = []
        if not self._is(")"):
            arguments.append(self._expression())
            while self._is(","):
                self._next()
                arguments.append(self._expression())
        self._take(")")
        return Call(name.lower(), tuple(arguments), at)
