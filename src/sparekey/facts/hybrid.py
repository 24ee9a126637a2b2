"""What follows from the groups of agents and from what is said of synchronisation and federation.

The groups are made once here for all modules that look at them, because finding them means looking at every machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sparekey.facts import (
    cloned_agents,
    federation_balancers,
    federation_servers,
    hash_sync,
    name_servers,
    server_placement,
    sync_servers,
)
from sparekey.facts.agent_groups import agent_groups
from sparekey.model.estate import Estate, Fact
from sparekey.model.resource import Resource
from sparekey.model.seams import Derivation

if TYPE_CHECKING:
    from sparekey.config import Config


def derive(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    """The facts of the modules named above."""
    groups = agent_groups(estate, config)
    for module in (
        hash_sync,
        sync_servers,
        federation_servers,
        federation_balancers,
        cloned_agents,
        server_placement,
        name_servers,
    ):
        yield from module.facts(estate, groups)


DERIVATION = Derivation(
    gives={
        "directory_sync": ("hashes_synced", "signs_in_on_premises"),
        "domain_federation": ("hashes_synced",),
        "declared_sync": ("standby", "rebuilt", "servers_seen"),
        "agent_group": (
            "hashes_synced",
            "standby",
            "rebuilt",
            "active",
            "local_controllers",
            "federates_directory",
            "trusts_directory",
            "on_scale_set",
            "in_one_place",
            "kept_apart",
            "machines_seen",
            "behind_balancer",
        ),
        "balancer_rule": ("serves_federation",),
        "balancer_probe": ("serves_federation", "asks_federation_service"),
        **dict.fromkeys(name_servers.KINDS, name_servers.GIVES),
    },
    derive=derive,
)
