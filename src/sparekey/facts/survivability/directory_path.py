"""Whether there is a path into the directory as a whole: because it is hybrid, or because emergency sign-in can be compared with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from sparekey.facts.emergency import Account
from sparekey.facts.survivability.materials import Materials, presence
from sparekey.model.estate import Estate
from sparekey.model.resource import Resource
from sparekey.model.value import Unknown

HYBRID_ROLES: Final = ("pta-agent", "cloud-sync-agent", "connect-sync", "adfs", "adfs-wap")
"""Roles that show that a directory is linked with an on-premises one."""

_HYBRID_KINDS: Final = ("directory_sync", "declared_sync", "domain_federation")


def _showing(materials: Materials) -> Iterator[Resource]:
    """What shows that the directory is linked with an on-premises one."""
    for kind in _HYBRID_KINDS:
        yield from materials.estate.of(kind)
    yield from materials.of_role(*HYBRID_ROLES)


def is_hybrid(materials: Materials) -> bool:
    """Whether anything shows that the directory is linked with an on-premises one."""
    return any(_showing(materials))


def whether_there(materials: Materials, *, normal: Iterable[Unknown | None]) -> Unknown | None:
    """The question whether there is a path into the directory, where all that shows it is only possibly there."""
    doubts = [*(presence(resource) for resource in _showing(materials)), *normal]
    return None if None in doubts else doubts[0]


def compared(accounts: Collection[Account], estate: Estate) -> Iterator[Unknown | None]:
    """What lets normal sign-in be compared with emergency sign-in, pair by pair: the question whether it is there (None: it is)."""
    methods = [presence(method) for method in estate.of("authentication_method")]
    known = [next((cause.unknown for cause in a.identified.because if cause.unknown), None) for a in accounts]
    if methods and known:
        yield None if None in methods and None in known else next(doubt for doubt in (*methods, *known) if doubt)
