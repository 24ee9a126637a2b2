"""What kinds of components say to the facts about paths: which stand on premises, in which things stand together, which need to start."""

from __future__ import annotations

from typing import Final

GROUPS: Final = frozenset({"connector_group", "agent_group"})
TOGETHER: Final = frozenset({"host", "rack", "zone", "availability_set", "site", "network", "network_exit", "firewall"})
"""The failure domains in which no two members of a group should all stand, and what not all of them should lead out through."""

CLOUD: Final = frozenset(
    {
        "provider",
        "region",
        "zone",
        "availability_set",
        "tenant",
        "password_hash_sync",
        "primary",
        "federation",
        "second_factor",
        "directory",
        "machine",
        "cluster",
        "node",
        "instance",
        "replica_set",
        "managed_domain",
        "app_credential",
        "vault",
        "vault_item",
        "database",
        "secret_source",
        "directory_service",
        "directory_link",
        "directory_region",
        "emergency_account",
        "operator",
        "key",
        "credential_kind",
        "expiry_day",
        "version_ring",
        "change_scope",
        "external_idp",
        "cloud_service",
        "undeclared",
        "network",
        "subnet",
        "network_exit",
    }
)
"""Kinds that do not make a component one on premises. A machine is one where it carries an agent or connector; what the inventory
declares of other kinds is one, since it stands in no file of a cloud."""

STANDING: Final = frozenset(
    {
        *("agent", "agent_group", "availability_set", "cluster", "connector", "connector_group", "credential_kind"),
        *("directory_group", "emergency", "emergency_account", "expiry_day", "group", "host", "identity_workload"),
        *("instance", "link", "lockout", "machine", "machine_set", "managed_domain", "network", "network_exit", "node"),
        *("operator", "primary", "provider", "region", "replica_set", "second_factor", "sign_in_path", "site", "subnet"),
        *("tenant", "zone"),
    }
)
"""Kinds that say where something stands, or who and what it is made of. What it needs to start besides, no file says of these alone."""
