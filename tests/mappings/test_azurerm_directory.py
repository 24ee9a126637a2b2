"""azurerm: managed domains and replica sets."""

from __future__ import annotations

from tests.azure_estates import Hidden, Written, documents, domain, mapped, replica

from sparekey.config import Config
from sparekey.estates import join
from sparekey.model.kinds.directory import ManagedDomain, ReplicaSet
from sparekey.model.value import Known, Unknown

D = "azurerm_active_directory_domain_service.d"


def test_a_managed_domain_comes_with_its_first_replica_set() -> None:
    found, part = mapped(domain())
    assert isinstance(found, ManagedDomain)
    assert isinstance(part, ReplicaSet)
    assert part.head.address == f"{D}.initial_replica_set"
    assert isinstance(part.region, Known)
    assert part.region.value == "westeurope"
    assert isinstance(found.sku, Known)
    assert found.sku.value == "Enterprise"


def test_every_replica_set_is_joined_to_its_domain() -> None:
    (estate,) = join(documents([domain(), replica("r", "northeurope")]), Config())
    for found in estate.of("replica_set"):
        assert [(e.target, e.certain) for e in estate.linked(found, "domain").members] == [(f"plan.json#{D}", True)]


def test_an_unreadable_first_block_still_is_one_replica_set() -> None:
    assert len(mapped(domain(initial_replica_set=Hidden()))) == 2


def test_a_domain_that_is_looked_up_gives_what_the_service_reports() -> None:
    reported = [{"location": "West Europe"}, {"location": Hidden()}]
    found = mapped(Written("azurerm_active_directory_domain_service", "d", {"name": "d", "replica_sets": reported}, mode="data"))
    regions = [r.region for r in found if isinstance(r, ReplicaSet)]
    assert [isinstance(r, Unknown) for r in regions] == [False, True]
    assert len(mapped(Written("azurerm_active_directory_domain_service", "d", {"name": "d"}, mode="data"))) == 1
