"""Authentication strengths: what one failure stops, against trying every failure; and whom a strength is for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.directory import Later, Thing, declared_account, declared_group, estate, group, guid, policy, user

from sparekey.config import Config
from sparekey.facts.strengths import DERIVATION
from sparekey.model.estate import Estate, Fact
from sparekey.model.span import Pointer
from sparekey.model.truth import Truth
from sparekey.model.value import Unknown

LEAK = Unknown(reason="what is in other.json?", at=Pointer(file="other.json", pointer=""))
SERVICES = {
    "sms": "telephone",
    "voice": "telephone",
    "microsoftAuthenticatorPush": "notifications",
    "deviceBasedPush": "notifications",
    "federatedSingleFactor": "other provider",
    "federatedMultiFactor": "other provider",
}
"""What parts of combinations hang on that is a service outside the user's hands."""
OWN = {
    "fido2": "key",
    "windowsHelloForBusiness": "hello",
    "softwareOath": "app code",
    "hardwareOath": "token",
    "x509CertificateMultiFactor": "certificate",
    "x509CertificateSingleFactor": "certificate",
}
"""What the others hang on."""
PARTS = {**SERVICES, **OWN}
COMBINATIONS = (
    *("fido2", "windowsHelloForBusiness", "x509CertificateMultiFactor", "deviceBasedPush", "federatedMultiFactor"),
    *("password,microsoftAuthenticatorPush", "password,softwareOath", "password,hardwareOath", "password,sms", "password,voice"),
    *("federatedSingleFactor", "sms,federatedSingleFactor", "softwareOath,federatedSingleFactor", "x509CertificateSingleFactor"),
)
ID = "/policies/authenticationStrengthPolicies/" + guid(77)


def strength(combinations: object, id_: object = ID) -> Thing:
    """An authentication strength."""
    values = {"display_name": "S", "id": id_, "allowed_combinations": combinations}
    return Thing("azuread_authentication_strength_policy", "s", values, "create" if isinstance(id_, Later) else "none")


def found(of: Estate) -> dict[str, Truth]:
    """The facts about the strength."""
    facts = [f for f in DERIVATION.derive(of, Config()) if isinstance(f, Fact)]
    assert {f.subject for f in facts} == {"plan.json#azuread_authentication_strength_policy.s"}
    assert all(isinstance(f.value, Truth) for f in facts)
    return {f.name: f.value for f in facts if isinstance(f.value, Truth)}


def hangs(combinations: object) -> tuple[str, str]:
    """Whether it hangs on a service, and on a method."""
    facts = found(estate(strength(combinations)))
    return facts["hangs_on_service"].answer, facts["hangs_on_method"].answer


# --- what one failure stops ---------------------------------------------------------------------------------------------


def one_failure_stops(combinations: list[str], what: dict[str, str]) -> str:
    def works(combination: str, failed: str) -> bool:
        return failed not in [PARTS.get(part) for part in combination.split(",")]

    return "yes" if any(not any(works(c, failed) for c in combinations) for failed in set(what.values())) else "no"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(COMBINATIONS), min_size=1, max_size=4, unique=True))
def test_it_hangs_on_what_stops_it_alone(combinations: list[str]) -> None:
    assert hangs(combinations) == (one_failure_stops(combinations, SERVICES), one_failure_stops(combinations, OWN))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(COMBINATIONS), min_size=1, max_size=3, unique=True), st.sampled_from(COMBINATIONS))
def test_a_hidden_combination_proves_nothing_that_it_could_disprove(combinations: list[str], other: str) -> None:
    """Whatever the hidden one turns out to be agrees with what was said before."""
    before = hangs([*combinations, Later()])
    after = hangs([*combinations, other])
    assert all(b in ("maybe", a) for b, a in zip(before, after, strict=True))
    assert all(b != "yes" for b in before)


@pytest.mark.parametrize(
    "combinations,expected",
    [
        (["password,sms", "password,voice"], ("yes", "no")),
        (["federatedMultiFactor"], ("yes", "no")),
        (["fido2"], ("no", "yes")),
        (["fido2", "temporaryAccessPassOneTime"], ("no", "no")),
        (["temporaryAccessPassOneTime", "temporaryAccessPassMultiUse"], ("no", "yes")),
        (["fido2", "windowsHelloForBusiness", "x509CertificateMultiFactor"], ("no", "no")),
        (["PASSWORD, SMS"], ("yes", "no")),
        (["password"], ("no", "yes")),
        ([], ("no", "no")),
        (Later(), ("maybe", "maybe")),
        (["telepathy"], ("maybe", "maybe")),
        (["password,sms", "telepathy"], ("maybe", "no")),
        (["fido2", "password,sms", Later()], ("no", "no")),
        (["fido2", Later()], ("no", "maybe")),
    ],
)
def test_one_by_one(combinations: object, expected: tuple[str, str]) -> None:
    assert hangs(combinations) == expected


# --- whom it is for -----------------------------------------------------------------------------------------------------

ONE, ADA = user("breakglass1", 1), user("ada", 3)
DECLARED = declared_account("breakglass1@x.onmicrosoft.com", guid(1))


def requiring(id_: object = ID, /, name: str = "p", **users: object) -> Thing:
    """A policy that requires the strength."""
    plain = policy(name, **users)
    grant = [{"operator": "OR", "built_in_controls": [], "authentication_strength_policy_id": id_}]
    return replace(plain, values={**plain.values, "grant_controls": grant})


def ordinary(
    *things: Thing, complete: tuple[str, ...] = ("access_policy",), leaks: tuple[Unknown, ...] = (), of: object = ID
) -> str:
    of_all = estate(strength(["fido2"], of), ONE, ADA, DECLARED, *things, complete=complete, leaks=leaks)
    return found(of_all)["for_ordinary_people"].answer


def test_a_policy_for_everybody_is_for_ordinary_people() -> None:
    assert ordinary(requiring()) == "yes"
    assert ordinary(requiring(), complete=()) == "yes"


def test_so_is_one_for_a_named_person_a_role_or_guests() -> None:
    assert ordinary(requiring(included_users=[guid(3)])) == "yes"
    assert ordinary(requiring(included_users=None, included_roles=[guid(9)])) == "yes"
    assert ordinary(requiring(included_users=["GuestsOrExternalUsers"])) == "yes"


def test_one_for_the_emergency_accounts_alone_is_not() -> None:
    assert ordinary(requiring(included_users=[guid(1)])) == "no"
    members = group("bg", 10, [guid(1)])
    assert ordinary(requiring(included_users=None, included_groups=[guid(10)]), members) == "no"


def test_who_else_is_in_the_group_decides() -> None:
    at = requiring(included_users=None, included_groups=[guid(10)])
    assert ordinary(at, group("bg", 10, [guid(1), guid(3)])) == "yes"
    assert ordinary(at, group("bg", 10)) == "maybe"
    assert ordinary(at) == "maybe"
    assert ordinary(at, declared_group(guid(10), [guid(1)])) == "no"


def test_what_other_policies_require_is_only_known_where_all_are_here() -> None:
    at = requiring(included_users=[guid(1)])
    assert ordinary(at, complete=()) == "maybe"
    assert ordinary(at, leaks=(LEAK,)) == "maybe"
    assert ordinary(at, replace(requiring(name="q"), deployment="other.json")) == "maybe"
    assert ordinary(at, replace(policy("q"), deployment="other.json")) == "no"


def test_a_strength_that_no_policy_requires() -> None:
    assert ordinary(policy()) == "no"
    assert ordinary(policy(), complete=()) == "maybe"


@pytest.mark.parametrize("spelled", [ID, guid(77).upper(), f"https://graph.microsoft.com/v1.0{ID}", f"{ID}/"])
def test_the_id_is_the_same_however_it_is_written(spelled: str) -> None:
    assert ordinary(requiring(spelled)) == "yes"


def test_an_id_that_is_not_known_yet() -> None:
    new = Later()
    own = Later(refs=("azuread_authentication_strength_policy.s",), certain=True, attribute="id")
    assert ordinary(requiring(own), of=new) == "yes"
    assert ordinary(requiring(replace(own, certain=False)), of=new) == "maybe"
    assert ordinary(requiring(replace(own, refs=("azuread_authentication_strength_policy.t",))), of=new) == "no"
    assert ordinary(requiring(Later()), of=new) == "maybe"
    assert ordinary(requiring(ID), of=new) == "maybe"
    assert ordinary(requiring(guid(78))) == "no"
