"""Emergency accounts as subjects: who becomes one, on what each depends, and whether it is an administrator for good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from tests.directory import (
    ADMINISTRATOR,
    Later,
    Thing,
    assignment,
    declared_account,
    estate,
    group,
    guid,
    user,
)

from sparekey.config import Config
from sparekey.facts.emergency_accounts import DERIVATION
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.derived import EmergencyAccount, Unclassified
from sparekey.model.span import Pointer
from sparekey.model.truth import Truth
from sparekey.model.value import Unknown

READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
ONE = user("breakglass1", 1)
ADDRESS = f"emergency_account/{ONE.address}"


def _found(of: Estate) -> tuple[list[str], list[str], Mapping[tuple[str, str], Truth]]:
    """The addresses of emergency accounts and of what may be one, and every fact."""
    accounts: list[str] = []
    doubtful: list[str] = []
    truths: dict[tuple[str, str], Truth] = {}
    for each in DERIVATION.derive(of, Config()):
        if isinstance(each, Fact):
            assert isinstance(each.value, Truth)
            truths[each.subject.split("#", 1)[1], each.name] = each.value
        elif isinstance(each, EmergencyAccount):
            accounts.append(each.head.address)
        else:
            assert isinstance(each, Unclassified)
            doubtful.append(each.head.address)
    return accounts, doubtful, truths


def _answer(of: Estate, name: str, address: str = ADDRESS) -> str:
    return _found(of)[2][address, name].answer


def _eligible(who: object, name: str = "eligible") -> Thing:
    values = {"role_definition_id": ADMINISTRATOR, "principal_id": who, "directory_scope_id": "/"}
    return Thing("azuread_directory_role_eligibility_schedule_request", name, values)


# --- who ----------------------------------------------------------------------------------------------------------------


def test_a_name_makes_a_subject_and_a_hidden_name_a_doubt() -> None:
    hidden = user("ada", 2, display_name=Later(beyond="local.name"))
    accounts, doubtful, _ = _found(estate(ONE, hidden, user("eve", 3)))
    assert accounts == [ADDRESS]
    assert doubtful == [f"unclassified/{hidden.address}"]


def test_what_is_declared_closes_the_list() -> None:
    declared = declared_account("breakglass1@x.onmicrosoft.com", guid(1))
    accounts, doubtful, _ = _found(estate(ONE, user("breakglass2", 2), user("ada", 3, display_name=Later()), declared))
    assert accounts == [ADDRESS]
    assert not doubtful


def test_nobody_is_nobody() -> None:
    assert _found(estate(user("ada", 2))) == ([], [], {})


def test_a_service_principal_is_never_one() -> None:
    principal = Thing("azuread_service_principal", "breakglass", {"display_name": "breakglass", "object_id": guid(7)})
    assert _found(estate(principal)) == ([], [], {})


def test_a_declared_account_is_judged_where_its_directory_is() -> None:
    """Not once more for each deployment that only holds something else, nor where another one holds the account itself."""
    declared = declared_account("breakglass1@x.onmicrosoft.com", guid(1))
    there = replace(ONE, deployment="other.json")
    assert _found(estate(declared, there))[0] == []
    assert _found(estate(declared, replace(user("ada", 2), deployment="other.json")))[0] == []
    subject = f"emergency_account/{declared.address}"
    assert _found(estate(declared, user("ada", 2), replace(user("eve", 3), deployment="other.json")))[0] == [subject]
    assert _found(estate(declared))[0] == [subject]


# --- on what it depends -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("upn", "depends"),
    [
        ("breakglass1@x.onmicrosoft.com", "no"),
        ("BreakGlass1@X.OnMicrosoft.COM", "no"),
        ("breakglass1@x.onmicrosoft.us", "no"),
        ("breakglass1@x.partner.onmschina.cn", "no"),
        ("breakglass1@x.example", "yes"),
        ("breakglass1@onmicrosoft.com.x.example", "yes"),
        ("breakglass1@notonmicrosoft.com", "yes"),
        ("breakglass1_x.example#EXT#@y.onmicrosoft.com", "yes"),
        (Later(), "maybe"),
        (None, "maybe"),
    ],
)
def test_the_domain_of_the_name(upn: object, depends: str) -> None:
    assert _answer(estate(user("breakglass1", 1, user_principal_name=upn)), "depends_on_elsewhere") == depends


@pytest.mark.parametrize(
    ("values", "depends"),
    [
        ({"onpremises_sync_enabled": True}, "yes"),
        ({"onpremises_sync_enabled": False}, "no"),
        ({"onpremises_sync_enabled": Later()}, "maybe"),
        ({"onpremises_sync_enabled": Later(unwritten=True)}, "maybe"),
        ({"onpremises_immutable_id": "x"}, "yes"),
        ({"onpremises_immutable_id": ""}, "no"),
        ({"onpremises_immutable_id": Later()}, "maybe"),
        ({"onpremises_immutable_id": Later(), "user_principal_name": "breakglass1@x.example"}, "yes"),
    ],
)
def test_synchronisation(values: Mapping[str, object], depends: str) -> None:
    account = replace(ONE, values={**ONE.values, **values})
    assert _answer(estate(account), "depends_on_elsewhere") == depends


def test_a_new_account_is_not_synchronised() -> None:
    new = user("breakglass1", None, onpremises_sync_enabled=Later(unwritten=True))
    assert _answer(estate(new), "depends_on_elsewhere") == "no"


def test_what_the_files_manage_goes_before_what_was_looked_up() -> None:
    """What is looked up was read before the change."""
    seen = replace(user("breakglass1", 1, onpremises_immutable_id="old"), name="seen", data=True)
    assert _answer(estate(user("breakglass1", 1, onpremises_sync_enabled=False), seen), "depends_on_elsewhere") == "no"


def test_what_one_view_knows_counts_for_all() -> None:
    """The inventory does not say whether an account is synchronised; the resource does."""
    declared = declared_account("breakglass1@x.onmicrosoft.com", guid(1))
    assert _answer(estate(ONE, declared), "depends_on_elsewhere") == "no"
    synced = user("breakglass1", 1, onpremises_sync_enabled=True)
    assert _answer(estate(synced, declared), "depends_on_elsewhere") == "yes"
    alone = estate(declared)
    assert _answer(alone, "depends_on_elsewhere", f"emergency_account/{declared.address}") == "maybe"


# --- an administrator for good ------------------------------------------------------------------------------------------

COMPLETE = ("role_assignment",)


@pytest.mark.parametrize("complete", [(), COMPLETE])
def test_an_active_assignment_is_enough(complete: tuple[str, ...]) -> None:
    assert _answer(estate(ONE, assignment("a", guid(1)), complete=complete), "not_administrator") == "no"
    assert _answer(estate(ONE, assignment("a", guid(1)), _eligible(guid(1)), complete=complete), "not_administrator") == "no"
    through = estate(ONE, group("g", 9, [guid(1)]), assignment("a", guid(9)), complete=complete)
    assert _answer(through, "not_administrator") == "no"


@pytest.mark.parametrize(
    "things",
    [
        (),
        (_eligible(guid(1)),),
        (assignment("a", guid(1), role=READER),),
        (assignment("a", guid(1), directory_scope_id="/administrativeUnits/1"),),
        (assignment("a", guid(2)), user("ada", 2)),
        (group("g", 9, []), assignment("a", guid(9))),
    ],
)
def test_without_one_it_fails_only_where_all_are_here(things: tuple[Thing, ...]) -> None:
    assert _answer(estate(ONE, *things), "not_administrator") == "maybe"
    assert _answer(estate(ONE, *things, complete=COMPLETE), "not_administrator") == "yes"


@pytest.mark.parametrize(
    "things",
    [
        (assignment("a", guid(9)),),
        (assignment("a", Later(beyond="local.id")),),
        (assignment("a", guid(1), role=Later()),),
        (assignment("a", guid(1), directory_scope_id=Later(), app_scope_id=Later()),),
        (group("g", 9, None), assignment("a", guid(9))),
    ],
)
def test_what_may_be_an_assignment_keeps_it_open(things: tuple[Thing, ...]) -> None:
    assert _answer(estate(ONE, *things, complete=COMPLETE), "not_administrator") == "maybe"


def test_an_unread_file_and_another_deployment_keep_it_open() -> None:
    leak = Unknown(reason="what is in other.json?", at=Pointer(file="other.json", pointer=""))
    assert _answer(estate(ONE, complete=COMPLETE, leaks=(leak,)), "not_administrator") == "maybe"
    there = Thing("azuread_directory_role_assignment", "there", dict(assignment("a", guid(1)).values), deployment="other.json")
    assert _answer(estate(ONE, there, complete=COMPLETE), "not_administrator") == "maybe"


@pytest.mark.parametrize(("permanent", "lacking"), [(True, "no"), (False, "yes")])
def test_the_inventory_may_say_whether_the_role_is_permanent(*, permanent: bool, lacking: str) -> None:
    declared = declared_account("breakglass1@x.onmicrosoft.com", guid(1))
    said = replace(declared, values={**declared.values, "permanent": permanent, "synced": False})
    for subject, found in ((ADDRESS, estate(ONE, said, complete=COMPLETE)), (None, estate(said, complete=COMPLETE))):
        address = subject or f"emergency_account/{declared.address}"
        assert _answer(found, "not_administrator", address) == lacking
        assert _answer(found, "depends_on_elsewhere", address) == "no"
    assert _answer(estate(replace(said, values={**said.values, "synced": True})), "depends_on_elsewhere", address) == "yes"


def test_an_eligible_assignment_is_part_of_the_proof() -> None:
    found = _found(estate(ONE, _eligible(guid(1)), _eligible(guid(2), "other"), complete=COMPLETE))[2][
        ADDRESS, "not_administrator"
    ]
    assert [cause.label for cause in found.because] == [
        "holds no active assignment of Global Administrator",
        "eligible only: must be activated first",
        "says that these are all role assignments",
    ]
