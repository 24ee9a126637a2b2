"""Regions of managed domains: laws first."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.azure_estates import Hidden, Written, domain, estate, regions, replica

from sparekey.model.span import Pointer
from sparekey.model.truth import Bounds
from sparekey.model.value import Unknown

D = "azurerm_active_directory_domain_service.d"
WORDS = ["West Europe", "westeurope", "northeurope", "East US"]


def _bounds(*things: Written, leaks: tuple[Unknown, ...] = ()) -> tuple[int, int | None]:
    found: Bounds = regions(estate(*things, leaks=leaks))[D]
    return found.least, found.most


@given(st.lists(st.sampled_from([*WORDS, "?"]), max_size=4))
@settings(max_examples=80, deadline=None)
def test_the_bounds_hold_whatever_the_unknown_regions_are(written: list[str]) -> None:
    """An unknown region may be any of those named, or new ones: count distinct regions in every world."""
    sets = [replica(f"r{i}", Hidden() if word == "?" else word) for i, word in enumerate(written)]
    known = {word.replace(" ", "").lower() for word in written if word != "?"} | {"westeurope"}
    hidden = written.count("?")
    assert _bounds(domain(), *sets) == (len(known), len(known) + hidden)


@given(
    here=st.lists(st.sampled_from(WORDS), max_size=3),
    away=st.lists(st.sampled_from(WORDS), max_size=2),
    readable=st.booleans(),
)
@settings(max_examples=80, deadline=None)
def test_another_deployment_gives_no_second_region(*, here: list[str], away: list[str], readable: bool) -> None:
    sets = [replica(f"r{i}", region) for i, region in enumerate(here)]
    target = Hidden(refs=("azurerm_active_directory_domain_service.other",), certain=True) if readable else Hidden()
    strangers = [replica(f"x{i}", region, target, deployment="dev.json") for i, region in enumerate(away)]
    least, most = _bounds(domain(), *sets)
    least_beside, most_beside = _bounds(domain(), *sets, *strangers)
    assert least_beside == least
    assert most is not None
    assert most_beside is not None
    assert most_beside >= most
    assert not readable or most_beside == most


def test_the_first_replica_set_stands_where_the_domain_stands() -> None:
    found = regions(estate(domain()))[D]
    assert (found.least, found.most) == (1, 1)
    assert found.because[0].at == Pointer(file="plan.json", pointer=f"/{D}/location")


def test_spellings_of_one_region_count_once() -> None:
    assert _bounds(domain(), replica("r", "westeurope")) == (1, 1)


def test_a_domain_in_an_unknown_region_has_one_region_at_least() -> None:
    assert _bounds(domain(region=Hidden())) == (1, 1)
    assert _bounds(domain(region=Hidden()), replica("r", Hidden())) == (1, 2)


def test_a_replica_set_of_an_unreadable_domain_may_be_this_domains() -> None:
    found = regions(estate(domain(), replica("r", "northeurope", Hidden(beyond="local.id"))))[D]
    assert (found.least, found.most) == (1, 2)
    assert found.missing


def test_a_replica_set_of_another_domain_is_not_this_domains() -> None:
    other = Hidden(refs=("azurerm_active_directory_domain_service.e",), certain=True)
    assert _bounds(domain(), domain("e"), replica("r", "northeurope", other)) == (1, 1)


def test_ids_are_matched_without_the_suffix_and_the_case_that_the_provider_adds() -> None:
    id_ = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.AAD/domainServices/d"
    written = replica("r", "northeurope", f"{id_.upper()}/initialReplicaSetId/00000000-0000-4000-8000-000000000001")
    assert _bounds(domain(id=f"{id_}/initialReplicaSetId/00000000-0000-4000-8000-000000000001"), written) == (2, 2)
    assert _bounds(domain(id=id_), written) == (2, 2)


def test_what_is_unread_opens_the_children() -> None:
    leak = Unknown(reason="what is in other.json?", at=Pointer(file="other.json", pointer=""))
    assert _bounds(domain(), leaks=(leak,)) == (1, None)


@pytest.mark.parametrize(
    "reported,bounds",
    [
        (None, (0, None)),
        (Hidden(), (0, None)),
        ([{"location": "West Europe"}], (1, 1)),
        ([{"location": "West Europe"}, {"location": "East US"}], (2, 2)),
    ],
)
def test_a_domain_that_is_only_looked_up_is_as_closed_as_what_the_service_reports(
    reported: object, bounds: tuple[int, int | None]
) -> None:
    looked_up = Written(
        "azurerm_active_directory_domain_service",
        "d",
        {"name": "d", "location": "West Europe", "replica_sets": reported},
        mode="data",
    )
    assert _bounds(looked_up) == bounds


def test_a_deleted_replica_set_no_longer_counts() -> None:
    assert _bounds(domain(), replica("r", "northeurope", action="delete")) == (1, 1)


def test_of_a_reported_replica_set_that_is_deleted_nothing_is_certain() -> None:
    reported = [{"location": "West Europe"}, {"location": "East US"}]
    id_ = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.AAD/domainServices/d"
    looked_up = Written(
        "azurerm_active_directory_domain_service", "d", {"id": id_, "name": "d", "replica_sets": reported}, mode="data"
    )
    assert _bounds(looked_up, replica("r", "East US", id_, action="delete")) == (1, 2)


def test_an_id_that_is_written_out_may_name_a_domain_that_has_none_yet() -> None:
    ids = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.AAD/domainServices/"
    assert _bounds(domain(id=Hidden()), replica("r", "northeurope", f"{ids}D")) == (1, 2)
    assert _bounds(domain(id=Hidden()), replica("r", "northeurope", f"{ids}D", deployment="dev.json")) == (1, 2)
    assert _bounds(domain(id=Hidden()), replica("r", "northeurope", f"{ids}other")) == (1, 1)


@pytest.mark.parametrize("name,most", [("d", 2), (Hidden(), 2), ("other", 1)])
def test_a_look_up_without_an_answer_may_find_the_domain_that_is_managed_here(name: object, most: int) -> None:
    type_ = "azurerm_active_directory_domain_service"
    looked_up = Written(type_, "x", {"id": Hidden(), "resource_id": Hidden(), "name": name}, mode="data")
    found = replica("r", "northeurope", Hidden(refs=(f"{type_}.x",), certain=True))
    assert _bounds(domain(id=Hidden()), looked_up, found) == (1, most)


def test_a_replica_set_that_is_only_forgotten_may_still_stand() -> None:
    id_ = "/subscriptions/0/resourceGroups/rg/providers/Microsoft.AAD/domainServices/d"
    assert _bounds(domain(id=id_), replica("r", "northeurope", id_, action="forget")) == (1, 2)
