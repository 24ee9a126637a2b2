"""What a query keeps: against an oracle that filters rows, and never a traceback."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparekey.facts.log_query import Who, keeps
from sparekey.facts.log_tokens import MAX_QUERY

ID = "8e0d1b8e-3c54-4f6e-9a57-0d1a7a8a5b11"
OTHER = "11111111-2222-4333-8444-555555555555"
UPN = "breakglass1@harbourline.onmicrosoft.com"
WHO = Who(ids=frozenset({ID}), upns=frozenset({UPN}))
ROW = {"UserId": ID, "UserPrincipalName": UPN}


# --- the oracle: conditions as trees, evaluated on rows -----------------------------------------------------------------


@dataclass(frozen=True)
class Atom:
    """A comparison of a user column."""

    column: str
    operator: str
    texts: tuple[str, ...]

    def kql(self) -> str:
        quoted = [f'"{text}"' for text in self.texts]
        listed = self.operator.removeprefix("!").rstrip("~") in ("in", "has_any")
        return f"{self.column} {self.operator} " + (f"({', '.join(quoted)})" if listed else quoted[0])

    def holds(self, row: dict[str, str]) -> bool:
        value = row[self.column]
        plain = self.operator.removeprefix("!") if self.operator not in ("!=", "!~") else {"!=": "==", "!~": "=~"}[self.operator]
        words = re.split(r"[^a-z0-9]+", value)
        found = {
            "==": lambda: self.texts[0] == value,
            "=~": lambda: self.texts[0].lower() == value,
            "in": lambda: value in self.texts,
            "in~": lambda: value in [t.lower() for t in self.texts],
            "contains": lambda: self.texts[0].lower() in value,
            "startswith": lambda: value.startswith(self.texts[0].lower()),
            "endswith": lambda: value.endswith(self.texts[0].lower()),
            "has": lambda: self.texts[0].lower() in words,
            "has_any": lambda: any(t.lower() in words for t in self.texts),
        }[plain]()
        return not found if self.operator.startswith("!") else found


@dataclass(frozen=True)
class Opaque:
    """A condition on something else, which may hold or not."""

    name: str

    def kql(self) -> str:
        return f'{self.name} == "x"'

    def holds(self, row: dict[str, str]) -> bool:
        return row[self.name] == "x"


@dataclass(frozen=True)
class Joined:
    """Conditions joined by a word; `not` takes one."""

    word: str
    parts: tuple[Tree, ...]

    def kql(self) -> str:
        inner = [f"({part.kql()})" for part in self.parts]
        return f"not{inner[0]}" if self.word == "not" else f" {self.word} ".join(inner)

    def holds(self, row: dict[str, str]) -> bool:
        values = [part.holds(row) for part in self.parts]
        return not values[0] if self.word == "not" else all(values) if self.word == "and" else any(values)


Tree = Atom | Opaque | Joined

IDS = st.sampled_from([ID, OTHER])
NAMES = st.sampled_from([UPN, "ana@harbourline.example", "breakglass", "harbourline", "onmicrosoft.com"])
WORDS = st.sampled_from(["breakglass1", "breakglass", "harbourline", "BreakGlass1", "com"])
atoms = st.one_of(
    st.builds(lambda o, t: Atom("UserId", o, (t,)), st.sampled_from(["==", "=~", "!=", "!~"]), IDS),
    st.builds(
        lambda o, t: Atom("UserId", o, tuple(t)),
        st.sampled_from(["in", "!in", "in~", "!in~"]),
        st.lists(IDS, min_size=1, max_size=3),
    ),
    st.builds(
        lambda o, t: Atom("UserPrincipalName", o, (t,)),
        st.sampled_from(["==", "=~", "contains", "startswith", "endswith", "!contains", "!startswith"]),
        NAMES,
    ),
    st.builds(lambda o, t: Atom("UserPrincipalName", o, (t,)), st.sampled_from(["has", "!has"]), WORDS),
    st.builds(lambda t: Atom("UserPrincipalName", "has_any", tuple(t)), st.lists(WORDS, min_size=1, max_size=3)),
)


def trees(leaves: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    """Conditions with these leaves."""
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(lambda p: Joined("not", (p,)), inner),
            st.builds(lambda w, p: Joined(w, tuple(p)), st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3)),
        ),
        max_leaves=6,
    )


@settings(max_examples=300, deadline=None)
@given(st.lists(trees(st.one_of(atoms, st.sampled_from([Opaque("Location"), Opaque("AppId")]))), min_size=1, max_size=3))
def test_an_answer_holds_whatever_the_rest_of_the_row_is(conditions: list[Tree]) -> None:
    query = "SigninLogs\n" + "\n".join(f"| where {condition.kql()}" for condition in conditions)
    rows = [{**ROW, "Location": a, "AppId": b} for a, b in itertools.product("xy", repeat=2)]
    kept = {all(condition.holds(row) for condition in conditions) for row in rows}
    answer = keeps(query, WHO, 5)
    assert answer == "maybe" or kept == {answer == "yes"}


@settings(max_examples=300, deadline=None)
@given(trees(atoms))
def test_a_condition_on_the_user_alone_is_decided(condition: Tree) -> None:
    assert keeps(f"SigninLogs | where {condition.kql()}", WHO, 5) == ("yes" if condition.holds(ROW) else "no")


@settings(max_examples=200, deadline=None)
@given(trees(atoms))
def test_of_a_user_whose_names_are_not_known_nothing_is_decided_but_tautologies(condition: Tree) -> None:
    """What is said of an unknown user must be true of this one."""
    answer = keeps(f"SigninLogs | where {condition.kql()}", Who(ids=frozenset(), upns=frozenset()), 5)
    assert answer == "maybe" or (answer == "yes") == condition.holds(ROW)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80) | st.text(alphabet="|()[]\"'; \n=~!whereSigninLogs,./", max_size=120))
def test_any_text_is_answered(text: str) -> None:
    assert keeps(text, WHO, 5) in ("yes", "no", "maybe")
    assert keeps(f"SigninLogs | where {text}", WHO, None) in ("yes", "no", "maybe")


@pytest.mark.parametrize(
    "deep", ["(" * 50_000, "SigninLogs | where " + "not(" * 5_000 + "x" + ")" * 5_000, "|" * 30_000, "a" * (MAX_QUERY + 1)]
)
def test_a_hostile_query_is_not_read(deep: str) -> None:
    assert keeps(deep, WHO, 5) == "maybe"


# --- examples that the guidance, the service's documentation and public modules write ------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        f'SigninLogs\n| project UserId\n| where UserId == "{ID}"',
        f'SigninLogs | project UserId | where UserId == "{OTHER}" or UserId == "{ID}"',
        f'// Search for a name\nSigninLogs\n| project UserPrincipalName\n| where UserPrincipalName == "{UPN}"',
        'SigninLogs | project UserPrincipalName | where UserPrincipalName contains "breakglass"',
        f"let ids = dynamic(['{ID}', '{OTHER}']);\nSigninLogs | where UserId in (ids)",
        f'let name = "{UPN.upper()}"; SigninLogs | where UserPrincipalName =~ name',
        f'let name = "{UPN.upper()}"; SigninLogs | where tolower(UserPrincipalName) == tolower(name)',
        f'SigninLogs | where ResultType == 0 and UserId == "{ID}" | where TimeGenerated > ago(1h)',
        f'SigninLogs | where ResultType in ("0", "50140") | where UserId == "{ID}" | summarize count() by UserPrincipalName',
        f'union isfuzzy=true SigninLogs, AADNonInteractiveUserSignInLogs | where UserId == "{ID}" | sort by TimeGenerated | take 10',
        'SigninLogs | where UserPrincipalName startswith @"breakglass" | extend Who = UserPrincipalName',
        "SigninLogs",
    ],
)
def test_a_query_that_keeps_every_sign_in(query: str) -> None:
    assert keeps(query, WHO, 5) == "yes"


@pytest.mark.parametrize(
    "query",
    [
        "AuditLogs",
        f'SigninLogs | where UserId != "{ID}"',
        f'SigninLogs | where UserId == "{ID}" and ResultType != 0',
        f'SigninLogs | where Location == "DE" | where UserId == "{OTHER}"',
        f'AADNonInteractiveUserSignInLogs | where UserId == "{ID}"',
    ],
)
def test_a_query_that_keeps_none(query: str) -> None:
    assert keeps(query, WHO, 5) == "no"


@pytest.mark.parametrize(
    "query",
    [
        "",
        f'Workspace_Function | where UserId == "{ID}"',
        f'let SigninLogs = AuditLogs; SigninLogs | where UserId == "{ID}"',
        f'SigninLogs | where UserId == "{ID}" | where TimeGenerated > ago(1m)',
        f'SigninLogs | where UserId == "{ID}" and AppDisplayName == "Azure Portal"',
        f'SigninLogs | take 10 | where UserId == "{ID}"',
        f'SigninLogs | where UserId == "{ID}" | summarize count()',
        f'SigninLogs | where UserId == "{ID}" | count',
        f'SigninLogs | where UserId == "{OTHER}" | union (SigninLogs | where UserId == "{ID}")',
        f'SigninLogs | extend UserId = AppId | where UserId == "{ID}"',
        f'SigninLogs | extend (UserId, Rest) = f(AppId) | where UserId == "{ID}"',
        f'SigninLogs | where UserId == "{ID}" | join kind=inner (Watchlist) on UserId',
        f'SigninLogs | where UserPrincipalName == "{UPN.upper()}"',
        'SigninLogs | where UserPrincipalName matches regex "break"',
        'SigninLogs | where UserPrincipalName in (_GetWatchlist("emergency"))',
        'SigninLogs | where UserPrincipalName has "-access"',
    ],
)
def test_a_query_of_which_it_cannot_be_told(query: str) -> None:
    assert keeps(query, WHO, 5) == "maybe"


def test_a_new_account_has_none_of_the_ids_that_are_written_already() -> None:
    new = Who(ids=frozenset(), upns=frozenset({UPN}), new=True)
    assert keeps(f'SigninLogs | where UserId == "{OTHER}"', new, 5) == "no"
    assert keeps(f'SigninLogs | where UserId != "{OTHER}"', new, 5) == "yes"
    assert keeps(f'SigninLogs | where UserId startswith "{OTHER[:4]}"', new, 5) == "maybe"


def test_of_a_user_with_two_names_both_must_be_meant() -> None:
    two = Who(ids=frozenset({ID}), upns=frozenset({UPN, "old@harbourline.onmicrosoft.com"}))
    assert keeps(f'SigninLogs | where UserPrincipalName == "{UPN}"', two, 5) == "maybe"
    assert keeps('SigninLogs | where UserPrincipalName endswith "harbourline.onmicrosoft.com"', two, 5) == "yes"


def test_without_knowing_how_often_it_looks_a_filter_on_time_is_open() -> None:
    assert keeps("SigninLogs | where TimeGenerated > ago(1d)", WHO, None) == "maybe"
