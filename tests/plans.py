"""Plans written in a few words: an abstract estate, rendered as Terraform would show it before and after its apply.

`plan(items)` gives the first plan (ids of new objects unknown, traced by `configuration`), `plan(items, applied=True)` the plan after
the apply (all no-op, every id known). The rendering follows what the real Terraform does: one unknown element makes a whole set
unknown, a list keeps its length, computed attributes are unknown before and read back after.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, uuid5

from hypothesis import strategies as st

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
SETS = {("azuread_group", "members"), ("azuread_group", "owners")}
"""Set-typed attributes: one unknown element and nothing of them is known."""
SCHEMAS = {"azuread_user": 1, "azuread_group": 1}
"""Schema versions of the provider whose ids are paths (azuread 3); those of all other types are 0."""
COMPUTED = {
    "azuread_user": ("id", "object_id"),
    "azuread_group": ("id", "object_id", "members"),
    "azuread_directory_role": ("id", "object_id", "template_id"),
    "azurerm_windows_virtual_machine": ("id",),
    "azurerm_windows_virtual_machine_scale_set": ("id",),
    "azurerm_active_directory_domain_service": ("id",),
}


@dataclass(frozen=True)
class Ref:
    """The id of another instance, written as a reference."""

    to: str
    attribute: str = "object_id"


@dataclass(frozen=True)
class Hidden:
    """A value that only the apply decides, behind a local that no plan shows."""

    value: object
    local: str = "computed"


@dataclass(frozen=True)
class Item:
    """One declared instance."""

    type: str
    name: str
    values: Mapping[str, object] = field(default_factory=dict)
    index: str | int | None = None

    @property
    def address(self) -> str:
        return f"{self.type}.{self.name}" + ("" if self.index is None else f"[{json.dumps(self.index)}]")


def object_id(address: str, attribute: str = "object_id") -> str:
    """The id that the apply gives to an object: made from its address, so that two renderings agree."""
    guid = str(uuid5(NAMESPACE_URL, address))
    if address.startswith("azurerm_"):
        type_, _, name = address.partition(".")
        return f"/subscriptions/0/resourceGroups/rg/providers/{type_}/{name}"
    kind = "users" if address.startswith("azuread_user") else "groups"
    return f"/{kind}/{guid}" if attribute == "id" and address.startswith(("azuread_user", "azuread_group")) else guid


def plan(items: Sequence[Item], *, applied: bool = False, complete: bool = True, whole: bool = False) -> dict[str, object]:
    """The plan JSON of these items, before or after their apply.

    `whole`: as the azuread provider shows it, where one unknown element makes a list unknown as a whole and the literals beside
    it vanish; otherwise as Terraform itself shows a list, which keeps its length.
    """
    read_back = _read_back(items) if applied else {}
    changes, resources, seen = [], [], set()
    for item in items:
        values: dict[str, object] = {}
        unknown: dict[str, object] = {}
        expressions: dict[str, object] = {}
        for name, value in item.values.items():
            after, marks, expression = _render(value, applied=applied, whole=whole)
            if (item.type, name) in SETS and _any(marks):
                after, marks = None, True
            if marks is not True:
                values[name] = after
            if _any(marks):
                unknown[name] = marks
            expressions[name] = expression
        for name in COMPUTED.get(item.type, ("id",)):
            if name in item.values:
                continue
            if not applied:
                unknown[name] = True
            elif name == "members":
                values[name] = read_back.get(item.address, [])
            else:
                values[name] = object_id(item.address, name)
        change = {
            "actions": ["no-op"] if applied else ["create"],
            "before": values if applied else None,
            "after": values,
            "after_unknown": unknown,
            "before_sensitive": {} if applied else False,
            "after_sensitive": {},
        }
        entry: dict[str, object] = {
            "address": item.address,
            "mode": "managed",
            "type": item.type,
            "name": item.name,
            "provider_name": f"registry.example/hashicorp/{item.type.split('_', maxsplit=1)[0]}",
        }
        if item.index is not None:
            entry["index"] = item.index
        changes.append({**entry, "change": change})
        resources.append({**entry, "schema_version": SCHEMAS.get(item.type, 0), "values": values, "sensitive_values": {}})
        seen.add((item.type, item.name))
    configuration = [
        {
            "address": f"{item.type}.{item.name}",
            "mode": "managed",
            "type": item.type,
            "name": item.name,
            "provider_config_key": item.type.split("_", maxsplit=1)[0],
            "expressions": {name: _render(value, applied=applied)[2] for name, value in item.values.items()},
            "schema_version": SCHEMAS.get(item.type, 0),
        }
        for item in {(i.type, i.name): i for i in items}.values()
    ]
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": resources}},
        "resource_changes": changes,
        "configuration": {"provider_config": {}, "root_module": {"resources": configuration}},
        "complete": complete,
        "applyable": not applied,
        "errored": False,
    }


def _read_back(items: Iterable[Item]) -> dict[str, list[str]]:
    """Members of groups that write none themselves, as the service reports them after the apply."""
    members: dict[str, list[str]] = {}
    for item in items:
        if item.type == "azuread_group_member":
            group, member = item.values["group_object_id"], item.values["member_object_id"]
            members.setdefault(_id(group), []).append(_id(member))
    return {i.address: sorted(members.get(object_id(i.address), [])) for i in items if i.type == "azuread_group"}


def _id(value: object) -> str:
    if isinstance(value, Hidden):
        return _id(value.value)
    return object_id(value.to, value.attribute) if isinstance(value, Ref) else str(value)


def _render(value: object, *, applied: bool, whole: bool = False) -> tuple[object, object, object]:
    """The planned value, its unknown marks and its expression."""
    match value:
        case Ref():
            references = [f"{value.to}.{value.attribute}", value.to]
            if "[" in value.to:
                references.append(value.to.split("[", maxsplit=1)[0])
            return (_id(value), False, {"references": references}) if applied else (None, True, {"references": references})
        case Hidden():
            references = [f"local.{value.local}"]
            if applied:
                return _render(value.value, applied=True)[0], False, {"references": references}
            return None, True, {"references": references}
        case list() if value and all(isinstance(v, dict) for v in value):
            parts = [_render(v, applied=applied, whole=whole) for v in value]
            return [p[0] for p in parts], [p[1] for p in parts], [p[2] for p in parts]
        case list():
            parts = [_render(v, applied=applied) for v in value]
            references = [r for p in parts if isinstance(p[2], dict) for r in p[2].get("references", [])]
            expression = {"references": references} if references else {"constant_value": value}
            if whole and _any([p[1] for p in parts]):
                return None, True, expression
            return [p[0] for p in parts], [p[1] for p in parts] if _any([p[1] for p in parts]) else False, expression
        case dict():
            rendered = {k: _render(v, applied=applied, whole=whole) for k, v in value.items()}
            return (
                {k: r[0] for k, r in rendered.items() if r[1] is not True},
                {k: r[1] for k, r in rendered.items() if _any(r[1])},
                {k: r[2] for k, r in rendered.items()},
            )
        case _:
            return value, False, {} if value is None else {"constant_value": value}


def _any(marks: object) -> bool:
    match marks:
        case list():
            return any(_any(m) for m in marks)
        case dict():
            return any(_any(m) for m in marks.values())
        case _:
            return marks is True


# --- generated estates -----------------------------------------------------------------------------------------------

OPAQUE = "11111111-2222-4333-8444-555555555555"


def _policy(draw: st.DrawFn, number: int, users: Sequence[Item], groups: Sequence[Item], *, hidden: bool) -> Item:
    someone: list[object] = [*(Ref(u.address) for u in users), OPAQUE, "GuestsOrExternalUsers"]
    teams: list[object] = [*(Ref(g.address) for g in groups), OPAQUE]
    if users and draw(st.integers(0, 3)) == 0:
        someone[0] = Ref(users[0].address, "id")
    exclude_users: object = draw(st.lists(st.sampled_from(someone), max_size=2, unique=True))
    exclude_groups = draw(st.lists(st.sampled_from(teams), max_size=1)) if draw(st.booleans()) else []
    if hidden and draw(st.integers(0, 2)) == 0:
        exclude_users = Hidden(exclude_users)
    exclude_roles = draw(st.sampled_from([[], [], [], [GLOBAL_ADMINISTRATOR]]))
    reaching: list[dict[str, list[object]]] = [
        {"included_users": ["All"]},
        {"included_users": ["All"]},
        {"included_users": ["None"], "included_groups": [Ref(g.address) for g in groups[:1]]},
        {"included_users": ["None"], "included_roles": [GLOBAL_ADMINISTRATOR]},
        {"included_users": [Ref(u.address) for u in users[:1]] or ["None"]},
        {"included_users": ["GuestsOrExternalUsers"]},
    ]
    included = draw(st.sampled_from(reaching))
    applications = draw(
        st.sampled_from(
            [{"included_applications": ["All"]}, {"included_applications": ["All"]}, {"included_applications": ["Office365"]}]
        )
    )
    conditions: dict[str, object] = {
        "client_app_types": draw(
            st.sampled_from([["all"], ["all"], ["exchangeActiveSync", "other"], ["browser", "mobileAppsAndDesktopClients"]])
        ),
        "applications": [{**applications, "excluded_applications": [], "included_user_actions": []}],
        "users": [
            {**included, "excluded_users": exclude_users, "excluded_groups": exclude_groups, "excluded_roles": exclude_roles}
        ],
    }
    if draw(st.integers(0, 4)) == 0:
        conditions["locations"] = [{"included_locations": ["All"], "excluded_locations": ["AllTrusted"]}]
    return Item(
        "azuread_conditional_access_policy",
        f"p{number}",
        {
            "display_name": f"P{number}",
            "state": draw(st.sampled_from(["enabled", "enabled", "enabled", "disabled", "enabledForReportingButNotEnforced"])),
            "conditions": [conditions],
            "grant_controls": [
                {
                    "operator": "OR",
                    "built_in_controls": draw(st.sampled_from([["block"], ["block"], ["mfa"], ["mfa", "compliantDevice"]])),
                }
            ],
            "session_controls": draw(st.sampled_from([[], [{"disable_resilience_defaults": True}]])),
        },
    )


def _user(draw: st.DrawFn, number: int) -> Item:
    name = draw(st.sampled_from([f"breakglass-{number}", f"emergency-access-{number}", f"ana-{number}"]))
    return Item(
        "azuread_user",
        f"u{number}",
        {
            "display_name": name,
            "user_principal_name": f"{name}@{draw(st.sampled_from(['contoso.onmicrosoft.com', 'contoso.example']))}",
            "mail_nickname": name,
            "account_enabled": True,
            "onpremises_immutable_id": None,
        },
    )


def _machine(draw: st.DrawFn, number: int) -> Item:
    group = draw(st.sampled_from(["hr", "hr", "payroll", None]))
    tags = {} if group is None else {"sparekey-role": "connector", "sparekey-group": group}
    if draw(st.integers(0, 3)) == 0:
        return Item(
            "azurerm_windows_virtual_machine_scale_set",
            f"s{number}",
            {
                "name": f"s{number}",
                "location": "westeurope",
                "instances": draw(st.sampled_from([1, 2, 3, Hidden(2)])),
                "tags": tags,
                "extension": [],
            },
        )
    return Item(
        "azurerm_windows_virtual_machine",
        f"m{number}",
        {
            "name": f"m{number}",
            "computer_name": f"m{number}",
            "location": "westeurope",
            "tags": tags,
            "custom_data": None,
            "user_data": None,
        },
    )


@st.composite
def estates(draw: st.DrawFn, *, hidden: bool = True) -> list[Item]:
    """A small estate of every mapped family. `hidden=False`: only ids are unknown before the apply, and every one can be traced."""
    users = [_user(draw, n) for n in range(draw(st.integers(0, 3)))]
    groups, members = [], []
    for n in range(draw(st.integers(0, 2))):
        values: dict[str, object] = {"display_name": f"g{n}", "security_enabled": True}
        if hidden and users and draw(st.booleans()):
            values["members"] = draw(st.lists(st.sampled_from([Ref(u.address) for u in users]), max_size=2, unique=True))
        elif not hidden:
            values["members"] = []
        group = Item("azuread_group", f"g{n}", values)
        groups.append(group)
        if "members" not in values and users and draw(st.booleans()):
            chosen = draw(st.sampled_from(users))
            members.append(
                Item(
                    "azuread_group_member",
                    f"gm{n}",
                    {"group_object_id": Ref(group.address), "member_object_id": Ref(chosen.address)},
                )
            )
    assignments = [
        Item(
            "azuread_directory_role_assignment",
            f"ra{n}",
            {"role_id": GLOBAL_ADMINISTRATOR, "principal_object_id": Ref(u.address)},
        )
        for n, u in enumerate(users)
        if draw(st.booleans())
    ]
    assignments += [
        Item(
            "azuread_directory_role_eligibility_schedule_request",
            f"re{n}",
            {"role_definition_id": GLOBAL_ADMINISTRATOR, "principal_id": Ref(u.address), "directory_scope_id": "/"},
        )
        for n, u in enumerate(users)
        if draw(st.integers(0, 2)) == 0
    ]
    policies = [_policy(draw, n, users, groups, hidden=hidden) for n in range(draw(st.integers(0, 3)))]
    machines = [_machine(draw, n) for n in range(draw(st.integers(0, 4)))]
    if not hidden:
        machines = [m for m in machines if not any(isinstance(v, Hidden) for v in m.values.values())]
    domains: list[Item] = []
    if draw(st.booleans()):
        domain = Item(
            "azurerm_active_directory_domain_service",
            "d",
            {
                "name": "d",
                "domain_name": "aadds.example.com",
                "sku": draw(st.sampled_from(["Standard", "Enterprise"])),
                "location": "westeurope",
                "initial_replica_set": [{"subnet_id": "/subnets/a"}],
            },
        )
        domains.append(domain)
        for n in range(draw(st.integers(0, 2))):
            region = draw(st.sampled_from(["West Europe", "northeurope", Hidden("northeurope") if hidden else "eastus"]))
            replica = {"domain_service_id": Ref(domain.address, "id"), "location": region, "subnet_id": f"/subnets/{n}"}
            domains.append(Item("azurerm_active_directory_domain_service_replica_set", f"r{n}", replica))
    vaults = [
        Item("azurerm_key_vault", f"v{n}", {"name": f"v{n}", "location": "westeurope", "purge_protection_enabled": purge})
        for n, purge in enumerate(draw(st.lists(st.sampled_from([True, False, None]), max_size=2)))
    ]
    return [*users, *groups, *members, *assignments, *policies, *machines, *domains, *vaults]
