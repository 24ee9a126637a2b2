"""Generated plans of any size for the benchmarks: the shape of a real plan, with a chosen share of identity resources."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

_FILLER = "azurerm_storage_account"


def write_plan(path: Path, *, resources: int, identity_share: float) -> None:
    """Write a one-line plan of `resources` instances, of which `identity_share` (0 to 1) are of types that sparekey maps.

    Each instance weighs about 2 kB in the file, as storage accounts and policies do in real plans: 10,000 make about 20 MB.
    """
    changes, planned, configured = [], [], []
    every = max(1, round(1 / identity_share)) if identity_share else 0
    for number in range(resources):
        type_, values, unknown, expressions = _identity(number) if every and number % every == 0 else _filler(number)
        head = {"address": f"{type_}.r{number}", "mode": "managed", "type": type_, "name": f"r{number}"}
        change = {"actions": ["create"], "before": None, "after": values, "after_unknown": unknown, "after_sensitive": {}}
        changes.append({**head, "provider_name": "registry.example/hashicorp/azure", "change": change})
        planned.append({**head, "provider_name": "registry.example/hashicorp/azure", "schema_version": 0, "values": values})
        configured.append({**head, "provider_config_key": "azure", "expressions": expressions, "schema_version": 0})
    document = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": configured}},
        "complete": True,
        "errored": False,
    }
    path.write_text(json.dumps(document), encoding="utf-8")


Parts = tuple[str, dict[str, object], dict[str, object], dict[str, object]]


def _identity(number: int) -> Parts:
    """One resource in fifty is a policy (a directory holds 195 at most), the others are who and what they are about."""
    if number % 50 == 0:
        return _policy(number)
    match number % 4:
        case 0:
            group, user = f"azuread_group.r{number + 1}", f"azuread_user.r{number + 2}"
            expressions: dict[str, object] = {
                "group_object_id": {"references": [f"{group}.object_id", group]},
                "member_object_id": {"references": [f"{user}.object_id", user]},
            }
            unknown: dict[str, object] = {"group_object_id": True, "member_object_id": True, "id": True}
            return "azuread_group_member", {"timeouts": None}, unknown, expressions
        case 1:
            values: dict[str, object] = {"display_name": f"g{number}", "security_enabled": True, "description": "x" * 1200}
            return "azuread_group", values, {"id": True, "object_id": True, "members": True}, {}
        case 2:
            name = f"user{number}@contoso.onmicrosoft.com"
            user_values: dict[str, object] = {
                "display_name": f"user{number}",
                "user_principal_name": name,
                "account_enabled": True,
                "mail_nickname": f"u{number}",
                "street_address": "x" * 1200,
            }
            return "azuread_user", user_values, {"id": True, "object_id": True}, {}
        case _:
            tags = {"sparekey-role": "connector", "sparekey-group": f"group-{number // 12}", "notes": "x" * 1200}
            host: dict[str, object] = {
                "name": f"vm{number}",
                "computer_name": f"vm{number}",
                "location": "westeurope",
                "zone": "1",
                "tags": tags,
            }
            return "azurerm_windows_virtual_machine", host, {"id": True}, {}


def _policy(number: int) -> Parts:
    excluded = [str(uuid5(NAMESPACE_URL, str(number)))]
    users = {"included_users": ["All"], "excluded_users": excluded, "included_groups": None, "included_roles": None}
    conditions = {
        "client_app_types": ["all"],
        "applications": [{"included_applications": ["All"], "excluded_applications": None, "included_user_actions": None}],
        "users": [users],
        "locations": [],
        "platforms": [],
    }
    values: dict[str, object] = {
        "display_name": f"CA{number:05}",
        "state": "enabled",
        "conditions": [conditions],
        "grant_controls": [{"operator": "OR", "built_in_controls": ["mfa"]}],
        "session_controls": [],
        "timeouts": None,
    }
    group = f"azuread_group.r{number + 1}"
    references = {"references": [f"{group}.object_id", group]}
    marks = {"conditions": [{"users": [{"excluded_groups": True}]}], "id": True, "object_id": True}
    return "azuread_conditional_access_policy", values, marks, {"conditions": [{"users": [{"excluded_groups": references}]}]}


def _filler(number: int) -> Parts:
    values: dict[str, object] = {f"setting_{n}": f"value {n} of resource {number}" for n in range(8)}
    values["tags"] = {"team": "platform", "cost-centre": str(number)}
    values["network_rules"] = [{"default_action": "Deny", "ip_rules": [], "virtual_network_subnet_ids": []}]
    unknown: dict[str, object] = {f"endpoint_{n}": True for n in range(10)}
    expressions: dict[str, object] = {
        name: {"constant_value": value} for name, value in values.items() if name.startswith("setting")
    }
    return _FILLER, values, unknown, expressions
