"""Whether a log query (KQL) looks at how sign-ins go as a whole: how many there are, or how many fail.

Microsoft's article on sign-in health counts the users or the failures of an hour and compares them with those of an earlier one. Which
number is compared, and with what, is left to who writes it: here only that it counts what everybody does. A query about named accounts,
and one about another log, is none. What leaves sign-ins out by anything else (a risk, a place, an address) may be about something else
than health, and is not told from here.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Final

from sparekey.facts.log_tokens import OTHER_TABLES, SIGN_INS, Token, UnreadableError, split, tokens
from sparekey.model.truth import Answer

COUNTING: Final = frozenset({"count", "countif", "count_distinct", "count_distinctif", "dcount", "dcountif"})
"""Aggregations that count rows or users (the language's reference)."""
USERS: Final = frozenset({"AlternateSignInName", "Identity", "UserDisplayName", "UserId", "UserPrincipalName"})
"""Columns of the log that name who signs in (Azure Monitor table reference)."""
HARMLESS: Final = frozenset(
    {
        "AppDisplayName",
        "AppId",
        "Category",
        "IsInteractive",
        "OperationName",
        "ResourceDisplayName",
        "ResourceId",
        "TimeGenerated",
    }
)
"""Columns by which one application, one hour or one sort of sign-in is chosen, as the article does."""
FAILURES: Final = frozenset({"ResultDescription", "ResultSignature", "ResultType", "Status", "errorCode"})
"""Columns that say whether a sign-in failed."""

_LANGUAGE: Final = frozenset(
    {
        "and",
        "asc",
        "between",
        "by",
        "contains",
        "desc",
        "endswith",
        "false",
        "first",
        "from",
        "has",
        "has_any",
        "in",
        "in~",
        "last",
    }
    | {"not", "null", "nulls", "on", "or", "startswith", "step", "to", "true", "hr", "hrs", "hour", "hours", "day", "days", "min"}
)
_NAMING: Final = frozenset({"==", "=~", "in", "in~", "has", "has_any", "contains", "startswith", "endswith"})
_COMBINING: Final = frozenset(
    {"join", "lookup", "union", "let", "externaldata", "evaluate", "invoke", "workspace", "table", "toscalar"}
)
_KEEPING: Final = frozenset(
    {"as", "order", "project", "project-away", "project-keep", "project-reorder", "render", "serialize", "sort"}
)
"""Stages that leave no row out."""
_NUMBERS: Final = COUNTING | {
    "ago",
    "avg",
    "bin",
    "case",
    "iff",
    "iif",
    "now",
    "percentile",
    "startofday",
    "startofhour",
    "stdev",
    "sum",
    "sumif",
}
"""Functions of a summary that give a number, or a time to group by."""
_JOINING: Final = frozenset(
    {"join", "lookup", "union", "kind", "inner", "innerunique", "leftouter", "fullouter", "rightouter", "isfuzzy"}
)


def looks_at_health(query: str) -> tuple[Answer, bool]:
    """Whether a query looks at the sign-ins of everybody, and whether it counts them itself (else the alert counts its rows)."""
    try:
        words = tokens(query)
        if Token("word", SIGN_INS) not in words:
            return _about_another(words), False
        statements = [statement for statement in split(words, ";") if statement]
        if not _COMBINING & _words(words) and any(_names_accounts(stage) for stage in split(words, "|")):
            return "no", False
        stages = [stage for statement in statements for stage in _stages(statement)]
        own = HARMLESS | FAILURES | _LANGUAGE | _assigned(words)
        counted = any(_counts(stage) for stage in stages)
        return ("yes" if all(_of_everybody(stage, own) for stage in stages) else "maybe"), counted
    except UnreadableError:
        return "maybe", False


def looks_at_failures(query: str) -> bool:
    """Whether a query that is understood asks for the outcome of sign-ins."""
    try:
        return bool(FAILURES & _words(tokens(query)))
    except UnreadableError:
        return False


def _words(words: Sequence[Token]) -> set[str]:
    return {word.text for word in words if word.kind == "word"}


def _about_another(words: Sequence[Token]) -> Answer:
    """A plain query of another log is about that; what a stored function or a combination reads is not told."""
    plain = bool(words) and words[0].text in OTHER_TABLES and not _COMBINING & _words(words)
    return "no" if plain else "maybe"


def _stages(statement: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Every stage of a statement, those within parentheses too."""
    waiting = [statement]
    while waiting:
        for stage in split(waiting.pop(), "|"):
            yield stage
            inner = _inner(stage)
            waiting.extend(part for part in inner if Token("sign", "|") in part)


def _inner(stage: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """What stands within the outermost parentheses of a stage."""
    depth, begin = 0, 0
    for position, word in enumerate(stage):
        if word.kind == "sign" and word.text == "(":
            depth += 1
            begin = position + 1 if depth == 1 else begin
        elif word.kind == "sign" and word.text == ")":
            depth -= 1
            if depth == 0:
                yield stage[begin:position]


def _begins(stage: Sequence[Token], *names: str) -> bool:
    return bool(stage) and stage[0].kind == "word" and stage[0].text in names


def _names_accounts(stage: Sequence[Token]) -> bool:
    """Whether a `where` keeps nothing but the sign-ins of accounts that it names."""
    return _begins(stage, "where", "filter") and any(_is_account(part) for part in _conjuncts(stage[1:]))


def _is_account(words: Sequence[Token]) -> bool:
    """Whether a condition holds for accounts only, each named by a text; what ends a name (`@contoso.example`) names everybody there."""
    plain = _words(words) <= USERS | _NAMING | {"or", "dynamic", "tolower"}
    signs = {word.text for word in words if word.kind == "sign"} <= {"(", ")", "[", "]", ",", "==", "=~"}
    texts = [word.text for word in words if word.kind == "text"]
    named = bool(texts) and all(len(text) > 2 and not text.startswith("@") for text in texts)
    return plain and signs and named and bool(USERS & _words(words))


def _conjuncts(words: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The parts of a condition that all must hold."""
    depth, begin = 0, 0
    for position, word in enumerate(words):
        depth += (word.text in "([{") - (word.text in ")]}") if word.kind == "sign" else 0
        if depth == 0 and word == Token("word", "and"):
            yield words[begin:position]
            begin = position + 1
    yield words[begin:]


def _of_everybody(stage: Sequence[Token], own: frozenset[str]) -> bool:
    """Whether a stage leaves nobody's sign-ins out, as far as it is understood."""
    if _begins(stage, "let"):
        # `let NAME = ...`: the rest is a source of its own.
        stage = stage[3:]
    if _begins(stage, *_KEEPING):
        return all(_columns(part) <= own for part in split(stage[1:], ",") if Token("sign", "=") in part)
    if _begins(stage, "where", "filter", "extend"):
        return _columns(stage[1:]) <= own
    if _begins(stage, "count"):
        return len(stage) == 1
    if _begins(stage, "summarize", "make-series"):
        return _columns(_grouped(stage)) <= own and _columns(stage[1:]) <= own | USERS and _functions(stage) <= _NUMBERS
    if _begins(stage, "join", "lookup", "union"):
        return _columns(stage[1:]) <= own | _JOINING | {SIGN_INS}
    return (
        len(stage) == 1
        and stage[0].kind in ("word", "text", "number", "span")
        and (stage[0].text in own | {SIGN_INS} or stage[0].kind != "word")
    )


def _counts(stage: Sequence[Token]) -> bool:
    if _begins(stage, "count"):
        return True
    return _begins(stage, "summarize", "make-series") and bool(COUNTING & _words(stage))


def _grouped(stage: Sequence[Token]) -> Sequence[Token]:
    """What a stage groups by: the words behind `by` (or `on` and `by` of a series)."""
    positions = [i for i, word in enumerate(stage) if word in (Token("word", "by"), Token("word", "on"))]
    return stage[positions[0] :] if positions else ()


def _columns(words: Sequence[Token]) -> set[str]:
    """The names in a condition that are no functions. A function is a name before a parenthesis; an operator may stand there too."""
    return {
        word.text.removeprefix("!")
        for position, word in enumerate(words)
        if word.kind == "word" and not (position + 1 < len(words) and words[position + 1] == Token("sign", "("))
    }


def _functions(words: Sequence[Token]) -> set[str]:
    """The names of functions: each before a parenthesis, but for words of the language."""
    pairs = itertools.pairwise(words)
    return {name.text for name, sign in pairs if name.kind == "word" and sign == Token("sign", "(")} - _LANGUAGE


def _assigned(words: Sequence[Token]) -> frozenset[str]:
    """The names that the query gives something of its own: whatever stands before a sign of assignment."""
    pairs = itertools.pairwise(words)
    return frozenset(name.text for name, sign in pairs if name.kind == "word" and sign == Token("sign", "=")) - USERS
