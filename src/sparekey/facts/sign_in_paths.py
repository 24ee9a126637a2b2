"""Sign-in paths as subjects of rules, and what the dependency graph proves of them.

Facts of every `sign_in_path`:

- `single_on_premises`: one on-premises component alone stops it (a site, a host, a link, an agent, a connector, a federation server).
  Standbys that a person must switch on count as members: a federated domain with password hash sync is not stopped by its farm.
- `single_region`: one cloud region alone stops it.
- `bootstrap_deadlock`: it runs, and could not be started again after everything went down, because components wait for one another.
- `may_wait`: anything is seen that it waits for when it starts (a name server, a vault, a declared component), so that a circle can be
  ruled out at all. Where only its places are seen, the answer to the fact above is an empty no.
- `shares_with_emergency`: one component stops both this path and every emergency account. The tenant itself, what that stands on, and
  what the inventory lists under `accepted_shared` do not count.
- `beside_emergency`: an emergency account is seen at all. Where none is, nothing can be shared with one, and the answer to the fact above
  is an empty no, which proves nothing.

Facts of every `connector_group` and `agent_group`:

- `correlated`: it has two members or more, and one failure domain (host, zone, availability set, site, network) holds them all, or one
  way out (a NAT gateway, a firewall) leads all of them to the outside. Whom they ask for names does not count. Of a group with fewer than
  two members no: whether those are enough, other rules judge.

Yes is proven by what holds whatever the open questions' answers are, no by what holds though all of them are answered badly; anything
else is a maybe that asks the questions. Unknown placement is never a yes or a no. The causes of a yes are the component that stops the path
and the dependencies that lead to it.

What is a sign-in path: every connector group; every identity provider in a cluster; every federated domain; every
directory of AWS and every connection of another provider that agents carry; and the directory itself,
where anything shows that it is hybrid (synchronisation, federation, agents of it): of a directory about which nothing of that sort is
known no path is made, because all that could be said of it is a question; unless both emergency accounts and authentication methods
are seen, so that the two can be compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from sparekey.facts.agent_groups import roles_seen
from sparekey.facts.connector_sightings import candidates
from sparekey.facts.emergency import identify
from sparekey.model.estate import Estate, Fact
from sparekey.model.resource import Resource
from sparekey.model.seams import Derivation

if TYPE_CHECKING:
    from sparekey.config import Config

_SHOWING: Final = (
    *("connector", "published_group", "agent"),
    *("identity_workload", "managed_domain", "directory_service", "directory_link"),
    *("domain_federation", "directory_sync", "declared_sync"),
)
_HOSTS: Final = ("machine", "machine_set", "machine_script")
"""Kinds that may show a sign-in path or a group: hosts only where something on one may be an agent, methods only beside emergency accounts."""


def _derive(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    if not _shown(estate, config):
        return
    from sparekey.facts.survivability.path_facts import derive_facts  # noqa: PLC0415 - most estates need none of it

    yield from derive_facts(estate, config)


def _shown(estate: Estate, config: Config) -> bool:
    """Whether anything shows a sign-in path or a group."""
    if _held(estate, _SHOWING):
        return True
    if _held(estate, _HOSTS) and (candidates(estate) or any(roles_seen(estate))):
        return True
    return _held(estate, ("authentication_method",)) and bool(identify(estate, config).accounts)


def _held(estate: Estate, kinds: Iterable[str]) -> bool:
    return any(estate.resources.get(kind) for kind in kinds)


DERIVATION = Derivation(
    gives={
        "sign_in_path": (
            "single_on_premises",
            "single_region",
            "bootstrap_deadlock",
            "may_wait",
            "beside_emergency",
            "shares_with_emergency",
        ),
        "connector_group": ("correlated",),
        "agent_group": ("correlated",),
    },
    derive=_derive,
)
