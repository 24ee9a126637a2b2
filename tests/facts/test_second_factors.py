"""Second factors: the bounds against every way in which the open questions can be answered, then what closes them."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.directory import Later, Thing, estate, guid

from sparekey.config import Config
from sparekey.facts.second_factors import DERIVATION
from sparekey.model.estate import Fact
from sparekey.model.span import Pointer
from sparekey.model.truth import Bounds
from sparekey.model.value import Unknown

BASE = "policies/authenticationMethodsPolicy/authenticationMethodConfigurations"
LEAK = Unknown(reason="what is in other.json?", at=Pointer(file="other.json", pointer=""))
ALL: dict[str, object] = {"includeTargets": [{"id": "all_users"}], "excludeTargets": []}
SOME: dict[str, object] = {"includeTargets": [{"id": guid(3)}], "excludeTargets": []}
HIDDEN: dict[str, object] = {"includeTargets": Later(), "excludeTargets": []}

DEPENDS_ON = {
    "fido2": "key",
    "softwareOath": "app code",
    "hardwareOath": "token",
    "x509Certificate": "certificate",
    "microsoftAuthenticator": "notifications",
    "sms": "telephone",
    "voice": "telephone",
    "email": "mail",
    "temporaryAccessPass": None,
    "qrCodePin": None,
}
"""What each method hangs on by the published guidance; None: no second factor that anybody keeps."""


def setting(method: str, state: object = "enabled", targets: dict[str, object] | None = None, **more: object) -> Thing:
    """The setting of one method, unless told otherwise on and for everybody."""
    body = {"state": state, **(ALL if targets is None else targets)}
    values = {"url": more.pop("url", f"{BASE}/{method}"), "body": body, "id": Later()}
    return Thing("msgraph_update_resource", str(more.pop("name", method)), values, "create", **more)  # type: ignore[arg-type]


def listed(method: str, **entry: object) -> Thing:
    """An entry of the inventory."""
    values = {"method": method, **entry}
    return Thing("inventory.authentication_method", f"methods[{method}]", values, deployment="sparekey.yaml")


def bounds(*things: Thing, complete: tuple[str, ...] = ("authentication_method",), leaks: tuple[Unknown, ...] = ()) -> Bounds:
    """The count of independent second factors."""
    (fact,) = DERIVATION.derive(estate(*things, complete=complete, leaks=leaks), Config())
    assert isinstance(fact, Fact)
    assert (fact.subject, fact.name) == ("plan.json#tenant", "second_factors")
    assert isinstance(fact.value, Bounds)
    return fact.value


def ends(*things: Thing, complete: tuple[str, ...] = ("authentication_method",)) -> tuple[int, int | None]:
    found = bounds(*things, complete=complete)
    return found.least, found.most


# --- laws ---------------------------------------------------------------------------------------------------------------

STATES: dict[str, tuple[object, tuple[bool, ...]]] = {
    "on": ("enabled", (True,)),
    "off": ("disabled", (False,)),
    "hidden": (Later(), (True, False)),
}
TARGETS: dict[str, tuple[dict[str, object], tuple[bool, ...]]] = {
    "all": (ALL, (True,)),
    "some": (SOME, (True, False)),
    "hidden": (HIDDEN, (True, False)),
}
SETTINGS = st.dictionaries(
    st.sampled_from(sorted(DEPENDS_ON)), st.tuples(st.sampled_from(sorted(STATES)), st.sampled_from(sorted(TARGETS))), max_size=6
)


def worlds(chosen: dict[str, tuple[str, str]]) -> list[int]:
    """How many independent factors there are in each world that the settings leave possible."""
    options = []
    for method, (state, targets) in chosen.items():
        answers = {s and t for s in STATES[state][1] for t in TARGETS[targets][1]}
        options.append([(method, a) for a in sorted(answers | ({False} if method == "email" else set()))])
    return [len({DEPENDS_ON[m] for m, usable in world if usable and DEPENDS_ON[m]}) for world in product(*options)]


@settings(max_examples=150, deadline=None)
@given(SETTINGS)
def test_the_bounds_are_the_least_and_the_most_of_all_worlds(chosen: dict[str, tuple[str, str]]) -> None:
    things = [setting(m, STATES[s][0], TARGETS[t][0]) for m, (s, t) in chosen.items()]
    possible = worlds(chosen)
    if things:
        assert ends(*things) == (min(possible), max(possible))
        assert ends(*things, complete=()) == (min(possible), None)


@settings(max_examples=60, deadline=None)
@given(SETTINGS, st.data())
def test_hiding_a_path_widens_the_bounds_and_no_more(chosen: dict[str, tuple[str, str]], data: st.DataObject) -> None:
    if not chosen:
        return
    things = {m: setting(m, STATES[s][0], TARGETS[t][0]) for m, (s, t) in chosen.items()}
    before = ends(*things.values())
    hidden = data.draw(st.sampled_from(sorted(things)))
    state, targets = (STATES[chosen[hidden][0]][0], TARGETS[chosen[hidden][1]][0])
    things[hidden] = setting(hidden, state, targets, url=Later())
    least, most = ends(*things.values())
    assert least <= before[0]
    assert most is None or (before[1] is not None and most >= before[1])


# --- one by one ---------------------------------------------------------------------------------------------------------


def test_two_methods_of_one_service_count_once() -> None:
    assert ends(setting("sms"), setting("voice")) == (1, 1)


def test_two_methods_that_need_nothing_count_twice() -> None:
    assert ends(setting("fido2"), setting("softwareOath")) == (2, 2)


def test_without_a_word_of_completeness_there_may_be_more() -> None:
    found = bounds(setting("sms"), complete=())
    assert (found.least, found.most) == (1, None)
    (question,) = [cause.unknown for cause in found.missing if cause.unknown]
    assert [answer.into for answer in question.answers] == ["inventory.authentication_methods", "complete"]


def test_an_unread_file_opens_a_complete_kind() -> None:
    found = bounds(setting("sms"), leaks=(LEAK,))
    assert found.most is None
    assert LEAK in [cause.unknown for cause in found.missing]


def test_a_setting_of_another_deployment_opens_it_too_and_counts_for_nothing() -> None:
    other = setting("fido2", deployment="other.json")
    assert ends(setting("sms"), other) == (1, None)


def test_settings_that_contradict_one_another_are_a_question() -> None:
    assert ends(setting("sms"), setting("sms", "disabled", name="again")) == (0, 1)


def test_what_is_looked_up_yields_to_what_is_set() -> None:
    answer = {"id": "Sms", "state": "enabled", **ALL}
    values = {"url": f"{BASE}/Sms", "response_export_values": {"all": "@"}, "output": {"all": answer}}
    was = Thing("msgraph_resource", "was", values, data=True)
    assert ends(was) == (1, 1)
    assert ends(was, setting("sms", "disabled")) == (0, 0)


@pytest.mark.parametrize(
    "entries,expected",
    [
        ([listed("fido2"), listed("sms")], (2, 2)),
        ([listed("sms"), listed("voice")], (1, 1)),
        ([listed("fido2"), listed("windowsHelloForBusiness")], (2, 2)),
        ([listed("fido2"), listed("sms", partial=True)], (2, None)),
        ([listed("fido2"), listed("sms", enabled=False)], (1, 1)),
        ([listed("temporaryAccessPass")], (0, 0)),
        ([listed("email"), listed("fido2")], (2, 2)),
        ([listed("telepathy")], (1, 1)),
    ],
)
def test_the_inventory_lists_all_there_are(entries: list[Thing], expected: tuple[int, int | None]) -> None:
    assert ends(*entries, complete=()) == expected


def test_the_inventory_decides_what_the_settings_leave_open() -> None:
    some = setting("fido2", targets=SOME)
    assert ends(some, listed("fido2"), complete=()) == (1, 1)
    assert ends(some, listed("fido2", enabled=False), listed("sms"), complete=()) == (1, 1)
    assert ends(some, listed("sms"), complete=()) == (1, 2)
    assert ends(some, listed("sms", partial=True), complete=()) == (1, None)
    assert ends(setting("email"), listed("email", enabled=False), listed("sms"), complete=()) == (1, 1)


def test_the_inventory_hides_nothing_that_the_settings_prove() -> None:
    assert ends(setting("fido2"), listed("sms"), complete=()) == (2, 2)
    assert ends(setting("fido2", "disabled"), listed("fido2"), complete=()) == (0, 1)
    assert ends(setting("fido2", url=Later()), listed("sms"), complete=()) == (1, None)


def test_a_setting_that_may_switch_anything_off_makes_the_others_possible() -> None:
    off = setting("x", "disabled", url=Later())
    assert ends(setting("fido2"), setting("sms"), off) == (0, 2)
    on = setting("x", "enabled", url=Later())
    assert ends(setting("fido2"), setting("sms"), on) == (2, None)


def test_every_open_bound_says_what_would_decide_it() -> None:
    for things in ([setting("fido2", targets=SOME)], [setting("email")], [setting("sms", Later())]):
        found = bounds(*things)
        assert all(cause.unknown is not None for cause in found.missing)
        assert found.missing
