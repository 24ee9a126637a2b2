"""What a log query (KQL) keeps of one user's sign-ins: all of them, not all, or more than can be told from its text.

Only what alerts on sign-ins are commonly written with is understood: one table, `where` with comparisons of the user, stages that
leave no row out. Everything else is "maybe". So a "yes" or a "no" never rests on a guess about the language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sparekey.facts.log_tokens import OTHER_TABLES, SIGN_INS, Token, UnreadableError, split, tokens
from sparekey.model.truth import Answer

_USER_ID: Final = "UserId"
_UPN: Final = "UserPrincipalName"
_HARMLESS: Final = frozenset({"sort", "order", "project-reorder", "render", "serialize", "as"})
_SHORTENING: Final = frozenset({"take", "limit", "top", "distinct"})
_ASSIGNING: Final = frozenset({"project", "extend"})
_UNITS: Final = {"m": 1, "h": 60, "d": 1440}


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """A user as the log names it: every known object id and user principal name, in lower case.

    `new`: the change makes the account, so that no id that is written anywhere is its own.
    """

    ids: frozenset[str]
    upns: frozenset[str]
    new: bool = False


@dataclass(slots=True)
class _State:
    """What holds while the stages are walked: names from `let`, columns that are no longer the log's own, rows that are gone."""

    names: Mapping[str, tuple[str, ...]]
    changed: set[str] = field(default_factory=set)
    shortened: bool = False


def keeps(query: str, who: Who, every: int | None) -> Answer:
    """Whether a query gives at least one row for every sign-in of a user.

    `every` is the number of minutes between two looks; a filter on the time that reaches as far back leaves nothing out.
    """
    try:
        return _query(tokens(query), who, every)
    except UnreadableError:
        return "maybe"


def _query(tokens: Sequence[Token], who: Who, every: int | None) -> Answer:
    *lets, last = [part for part in split(tokens, ";") if part] or [[]]
    state = _State(names=dict(_bound(part) for part in lets))
    source, *stages = split(last, "|")
    found = [_source(source, state), *(_stage(stage, state, who, every) for stage in stages)]
    return "no" if "no" in found else "maybe" if "maybe" in found else "yes"


def _bound(tokens: Sequence[Token]) -> tuple[str, tuple[str, ...]]:
    """`let NAME = "text"` or `let NAME = dynamic([...])`: the name and its texts."""
    match tokens:
        case [Token(kind="word", text="let"), Token(kind="word", text=name), Token(kind="sign", text="="), *rest] if rest:
            return name, _literals(rest, {})
    raise UnreadableError


def _literals(tokens: Sequence[Token], names: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The texts of an operand: one, a list in parentheses, a dynamic array, or a name that `let` has bound."""
    match tokens:
        case [Token(kind="text" | "number", text=text)]:
            return (text,)
        case [Token(kind="word", text=name)] if name in names:
            return names[name]
        case [
            Token(kind="word", text="dynamic"),
            Token(text="("),
            Token(text="["),
            *inner,
            Token(text="]"),
            Token(text=")"),
        ]:
            return _listed(inner, names)
        case [Token(kind="word", text="tolower"), Token(text="("), *inner, Token(text=")")]:
            return tuple(text.lower() for text in _literals(inner, names))
        case [Token(kind="sign", text="("), *inner, Token(kind="sign", text=")")]:
            return _listed(inner, names)
    raise UnreadableError


def _listed(tokens: Sequence[Token], names: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    if not tokens:
        return ()
    return tuple(text for part in split(tokens, ",") for text in _literals(part, names))


def _source(tokens: Sequence[Token], state: _State) -> Answer:
    match tokens:
        case [Token(kind="word", text=name)] if name not in state.names and name in (SIGN_INS, *OTHER_TABLES):
            return "yes" if name == SIGN_INS else "no"
        case [Token(kind="word", text="union"), *rest] if SIGN_INS not in state.names:
            if rest[:3] == [Token("word", "isfuzzy"), Token("sign", "="), Token("word", "true")]:
                rest = rest[3:]
            tables = split(rest, ",")
            if [Token("word", SIGN_INS)] in tables and all(
                len(table) == 1 and table[0].text in OTHER_TABLES | {SIGN_INS} for table in tables
            ):
                return "yes"
    raise UnreadableError


def _stage(tokens: Sequence[Token], state: _State, who: Who, every: int | None) -> Answer:
    name = tokens[0].text if tokens and tokens[0].kind == "word" else ""
    rest = tokens[1:]
    if name in ("where", "filter"):
        answer = _Filter(state, who, every).of(rest)
        return "maybe" if state.shortened else answer
    if name in _HARMLESS:
        return "yes"
    if name in _ASSIGNING:
        state.changed |= _assigned(rest)
        return "yes"
    if name in _SHORTENING and not any(token.kind == "number" and not token.text.strip("0.") for token in rest):
        state.shortened = True
        return "yes"
    # Without `by` there is one row whatever happened, and that says nothing.
    if name == "summarize" and Token("word", "by") in rest:
        state.shortened = True
        return "yes"
    raise UnreadableError


def _assigned(tokens: Sequence[Token]) -> set[str]:
    """The columns that a stage gives a new content: every name before the sign in `NAME = ...` and `(NAME, NAME) = ...`."""
    found: set[str] = set()
    for part in split(tokens, ","):
        if Token("sign", "=") in part:
            found |= {token.text for token in part[: part.index(Token("sign", "="))]}
    return found


_WEAKEST: Final = {"no": 0, "maybe": 1, "yes": 2}
_OPPOSITE: Final[Mapping[Answer, Answer]] = {"yes": "no", "no": "yes", "maybe": "maybe"}


class _Filter:
    """The condition of one `where`, for the rows of one user."""

    def __init__(self, state: _State, who: Who, every: int | None) -> None:
        self._state, self._who, self._every = state, who, every

    def of(self, tokens: Sequence[Token]) -> Answer:
        """Whether the condition holds in every row."""
        if not tokens:
            raise UnreadableError
        alternatives = _divided(tokens, "or")
        if len(alternatives) > 1:
            return max((self.of(part) for part in alternatives), key=lambda a: _WEAKEST[a])
        parts = _divided(tokens, "and")
        if len(parts) > 1:
            return min((self.of(part) for part in parts), key=lambda a: _WEAKEST[a])
        match tokens:
            case [Token(kind="word", text="not"), Token(kind="sign", text="("), *inner, Token(kind="sign", text=")")]:
                return _OPPOSITE[self.of(inner)]
            case [Token(kind="sign", text="("), *inner, Token(kind="sign", text=")")]:
                return self.of(inner)
        return self._comparison(tokens)

    def _comparison(self, tokens: Sequence[Token]) -> Answer:
        lowered = False
        match tokens:
            case [
                Token(kind="word", text="tolower"),
                Token(text="("),
                Token(kind="word", text=column),
                Token(text=")"),
                *rest,
            ]:
                lowered = True
            case [Token(kind="word", text=column), *rest]:
                pass
            case _:
                return "maybe"
        if len(rest) < 2 or column in self._state.changed or column in self._state.names:
            return "maybe"
        operator, operand = rest[0].text, rest[1:]
        if column == "TimeGenerated":
            return self._recent(operator, operand)
        try:
            texts = _literals(operand, self._state.names)
        except UnreadableError:
            return "maybe"
        if column == "ResultType":
            return _successes(operator, texts)
        if column == _USER_ID:
            return self._named(self._who.ids, operator, texts, new=self._who.new, lowered=lowered)
        if column == _UPN:
            return self._named(self._who.upns, operator, texts, new=False, lowered=lowered)
        return "maybe"

    def _recent(self, operator: str, operand: Sequence[Token]) -> Answer:
        """`TimeGenerated > ago(1h)` leaves nothing out where the looks are not farther apart."""
        match operand:
            case [Token(text="ago"), Token(text="("), Token(kind="span", text=span), Token(text=")")] if operator in (
                ">",
                ">=",
            ):
                unit = _UNITS.get(span[-1])
                number = span[:-1]
                if unit and number.isdecimal() and self._every is not None and int(number) * unit >= self._every:
                    return "yes"
        return "maybe"

    def _named(self, own: frozenset[str], operator: str, texts: Sequence[str], *, new: bool, lowered: bool) -> Answer:
        """Whether a comparison of the user holds. Of a user with several known names all must agree."""
        negated = operator.startswith("!")
        plain = {"!=": "==", "!~": "=~"}.get(operator, operator.removeprefix("!"))
        if plain not in _COMPARISONS or not texts or (len(texts) > 1 and plain not in _LISTS):
            return "maybe"
        if not own:
            literal_ids = new and plain in ("==", "=~", "in", "in~")
            answer: Answer = "no" if literal_ids else "maybe"
        else:
            each = {_compared(name, plain, texts, lowered=lowered) for name in own}
            answer = each.pop() if len(each) == 1 else "maybe"
        return _OPPOSITE[answer] if negated else answer


_TERM = re.compile(r"[A-Za-z0-9]|[A-Za-z0-9][ -~]*[A-Za-z0-9]")
"""What `has` finds by whole terms: a text that begins and ends with a letter or digit."""
_LISTS: Final = frozenset({"in", "in~", "has_any"})
_CASED: Final = frozenset({"==", "in", "contains_cs", "startswith_cs", "endswith_cs", "has_cs"})
_COMPARISONS: Final = frozenset({*_LISTS, *_CASED, "=~", "contains", "startswith", "endswith", "has"})


def _compared(name: str, operator: str, texts: Sequence[str], *, lowered: bool) -> Answer:
    """One comparison of a name, which the log is believed to hold in lower case; a text in another case may still be meant."""
    answers: list[Answer] = []
    for text in texts:
        if operator.startswith("has") and not _TERM.fullmatch(text):
            answers.append("maybe")
        elif not _fits(name, operator.removesuffix("_cs"), text.lower()):
            answers.append("no")
        elif operator in _CASED and text != text.lower():
            answers.append("no" if lowered else "maybe")
        else:
            answers.append("yes")
    return max(answers, key=lambda a: _WEAKEST[a])


def _fits(name: str, operator: str, text: str) -> bool:
    match operator:
        case "contains":
            return text in name
        case "startswith":
            return name.startswith(text)
        case "endswith":
            return name.endswith(text)
        case "has" | "has_any":
            return re.search(rf"(?<![a-z0-9]){re.escape(text)}(?![a-z0-9])", name) is not None
    return name == text


def _successes(operator: str, texts: Sequence[str]) -> Answer:
    """`ResultType` is 0 for a sign-in that succeeded. One that failed let nobody in, and need not be reported."""
    holds = "0" in texts
    if operator in ("==", "=~", "in", "in~"):
        return "yes" if holds else "no"
    if operator in ("!=", "!~", "!in", "!in~"):
        return "no" if holds else "yes"
    return "maybe"


def _divided(tokens: Sequence[Token], word: str) -> list[list[Token]]:
    """The parts between a word that stands in no parentheses."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        if token.kind == "sign":
            depth += (token.text in "([{") - (token.text in ")]}")
        if depth == 0 and token == Token("word", word):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts
