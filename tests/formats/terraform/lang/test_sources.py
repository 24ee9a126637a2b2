"""When two unknown ids are certainly not equal: only then may a set of them be counted, or one be left when another is taken away."""

from __future__ import annotations

import pytest

from sparekey.formats.terraform.lang.values import Source

A = Source("azuread_user.a", "object_id")


@pytest.mark.parametrize(
    "other",
    [
        Source("azuread_user.b", "object_id"),
        Source("azuread_group.a", "object_id"),
        Source('module.m["data.x"].azuread_user.a', "object_id"),
        Source('azuread_user.a["b"]', "object_id"),
    ],
)
def test_own_ids_of_different_objects_differ(other: Source) -> None:
    assert A.differs(other)
    assert other.differs(A)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (A, A),
        (A, Source("data.azuread_user.a", "object_id")),
        (A, Source("module.m.data.azuread_user.a", "object_id")),
        (A, Source("azuread_user.b[*]", "object_id")),
        (A, Source("azuread_user.b", "id")),
        (Source("azuread_user.a", "tenant_id"), Source("azuread_user.b", "tenant_id")),
        (Source("azuread_application.a", "client_id"), Source("azuread_service_principal.a", "client_id")),
        (Source("x_subnet.a", "id"), Source("x_subnet_association.a", "id")),
        (Source("x_disk.a", "paid"), Source("x_disk.b", "paid")),
    ],
)
def test_of_others_it_cannot_be_told(one: Source, other: Source) -> None:
    assert not one.differs(other)
    assert not other.differs(one)


def test_an_id_of_one_type_is_unique_among_its_instances() -> None:
    assert Source("x_subnet.a", "id").differs(Source("x_subnet.b[0]", "id"))
