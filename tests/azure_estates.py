"""Azure estates in a few words: declarations as a format would give them, through the real mappings and the real join."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sparekey.config import Config
from sparekey.estates import MappedDocument, apply_mappings, join
from sparekey.facts import connectors, placement
from sparekey.mappings.azurerm_compute import MAPPING as COMPUTE
from sparekey.mappings.azurerm_directory import MAPPING as DIRECTORY
from sparekey.mappings.azurerm_extensions import MAPPING as EXTENSIONS
from sparekey.model.declaration import Action, Declaration, Document
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.derived import Unclassified
from sparekey.model.kinds.hybrid import Connector, ConnectorGroup
from sparekey.model.resource import Head, Resource
from sparekey.model.span import Pointer
from sparekey.model.truth import Bounds
from sparekey.model.value import AnyValue, Body, Known, Reference, Unknown

INSTALL = "MicrosoftEntraPrivateNetworkConnectorInstaller.exe /q"
COMPLETE = {"connector": Pointer(file="sparekey.yaml", pointer="/complete/0")}


@dataclass(frozen=True)
class Hidden:
    """A value that cannot be read; `refs` are the addresses whose id it comes from, `certain` if it can be no other."""

    refs: tuple[str, ...] = ()
    certain: bool = False
    beyond: str = ""
    sensitive: bool = False


@dataclass(frozen=True)
class Written:
    """One declaration."""

    type: str
    name: str
    values: Mapping[str, object]
    deployment: str = "plan.json"
    mode: str = "managed"
    action: Action = "create"


def value(raw: object, at: Pointer) -> AnyValue:
    """A tree of values, each at its own pointer."""
    match raw:
        case Hidden():
            refs = tuple(Reference(to=to, attribute="id", certain=raw.certain) for to in raw.refs)
            reason = f"{'sensitive: ' if raw.sensitive else 'what is '}{at.pointer}"
            return Unknown(reason=reason, at=at, refs=refs, beyond=raw.beyond)
        case dict():
            return Known(value={k: value(v, at.child(k)) for k, v in raw.items()}, at=at)
        case list():
            return Known(value=tuple(value(v, at.child(i)) for i, v in enumerate(raw)), at=at)
        case _:
            return Known(value=raw, at=at)


def declaration(written: Written) -> Declaration:
    """The declaration of one thing, as a plan reader gives it."""
    address = f"{written.type}.{written.name}"
    at = Pointer(file=written.deployment, pointer=f"/{address}")
    return Declaration(
        format="terraform-plan",
        type=written.type,
        head=Head(deployment=written.deployment, address=address, at=at, looked_up=written.mode == "data"),
        body=Body(value=value(dict(written.values), at)),
        mode="data" if written.mode == "data" else "managed",
        action=written.action,
    )


def mapped(written: Written) -> list[Resource]:
    """The resources that the mapping of its type makes of one declaration."""
    mappers = {**COMPUTE.mappers, **DIRECTORY.mappers, **EXTENSIONS.mappers}
    return list(mappers[written.type](declaration(written)))


def documents(things: Iterable[Written], leaks: Sequence[Unknown] = ()) -> list[MappedDocument]:
    """One document for each deployment."""
    by_deployment: dict[str, list[Written]] = {}
    for thing in things:
        by_deployment.setdefault(thing.deployment, []).append(thing)
    return [
        apply_mappings(
            Document(
                format="terraform-plan",
                deployment=name,
                declarations=tuple(declaration(w) for w in members if w.action not in ("delete", "forget")),
                deletions=tuple(declaration(w) for w in members if w.action in ("delete", "forget")),
                partial=tuple(leaks),
            ),
            [COMPUTE, DIRECTORY, EXTENSIONS],
        )
        for name, members in by_deployment.items()
    ]


def entry(name: str, group: str | None = "hr", *, host: str | None = None, partial: bool = False) -> Connector:
    """A connector that the inventory lists."""
    at = Pointer(file="sparekey.yaml", pointer=f"/inventory/{name}")
    return Connector(
        head=Head(deployment="sparekey.yaml", address=f"connector.{name}", at=at, origin="declared"),
        name=Known(value=name, at=at, origin="declared"),
        group=Known(value=group, at=at, origin="declared"),
        site=Known(value=None, at=at, origin="default"),
        host=Known(value=host, at=at, origin="declared"),
        partial=Known(value=partial, at=at, origin="declared"),
    )


def estate(
    *things: Written,
    inventory: Sequence[Connector] = (),
    complete: bool = False,
    leaks: Sequence[Unknown] = (),
    of: str = "plan.json",
) -> Estate:
    """The estate of the deployment `of`; things of other deployments are elsewhere."""
    found = documents(things, leaks)
    if inventory:
        listed = Document(format="declared", deployment="sparekey.yaml", declarations=())
        found.append(MappedDocument(document=listed, resources={e.head.address: (e,) for e in inventory}))
    if of not in {d.document.deployment for d in found}:
        found.append(MappedDocument(document=Document(format="terraform-plan", deployment=of, declarations=()), resources={}))
    return next(e for e in join(found, Config(complete=COMPLETE if complete else {})) if e.name == of)


@dataclass
class Derived:
    """What the connector derivation says: bounds by group, and the addresses of what it cannot classify."""

    groups: dict[str, ConnectorGroup] = field(default_factory=dict)
    unclassified: dict[str, Unclassified] = field(default_factory=dict)

    def bounds(self, group: str) -> tuple[int, int | None]:
        """Least and most of one group."""
        count = self.groups[group].connectors
        return count.least, count.most


def derived(of: Estate) -> Derived:
    """Run the derivation of connector groups."""
    result = Derived()
    for found in connectors.derive(of, Config()):
        if isinstance(found, ConnectorGroup):
            result.groups[found.head.address.removeprefix("connector_group/")] = found
        elif isinstance(found, Unclassified):
            result.unclassified[found.head.address.removeprefix("unclassified/")] = found
    return result


def regions(of: Estate) -> dict[str, Bounds]:
    """Run the derivation of placement: regions by the managed domain's address."""
    facts = [f for f in placement.derive(of, Config()) if isinstance(f, Fact)]
    return {f.subject.split("#", 1)[1]: f.value for f in facts if isinstance(f.value, Bounds)}


# --- things -------------------------------------------------------------------------------------------------------------


def tags(group: str | None = "hr", role: str | None = "connector", **more: str) -> dict[str, object]:
    """The tags of a connector."""
    found = {"sparekey-role": role, "sparekey-group": group, **{f"sparekey-{k}": v for k, v in more.items()}}
    return {k: v for k, v in found.items() if v is not None}


def machine(
    label: str, tagged: object = None, /, *, deployment: str = "plan.json", action: Action = "create", **values: object
) -> Written:
    """A Windows machine; its names are known unless told otherwise."""
    base: dict[str, object] = {"name": f"vm-{label}", "computer_name": f"vm-{label}", "location": "westeurope", "tags": tagged}
    return Written("azurerm_windows_virtual_machine", label, {**base, **values}, deployment, action=action)


def scale_set(label: str, instances: object, tagged: object = None, /, **values: object) -> Written:
    """A Windows scale set."""
    base: dict[str, object] = {
        "name": f"vmss-{label}",
        "computer_name_prefix": f"ss{label}",
        "instances": instances,
        "tags": tagged,
    }
    return Written("azurerm_windows_virtual_machine_scale_set", label, {**base, **values})


def extension(label: str, target: object, /, *, deployment: str = "plan.json", **values: object) -> Written:
    """A custom script extension; it installs a connector unless told otherwise."""
    base: dict[str, object] = {
        "name": "install",
        "virtual_machine_id": target,
        "publisher": "Microsoft.Compute",
        "type": "CustomScriptExtension",
    }
    if not {"settings", "protected_settings"} & values.keys():
        base["settings"] = f'{{"commandToExecute": "{INSTALL}"}}'
    return Written("azurerm_virtual_machine_extension", label, {**base, **values}, deployment)


def on(name: str, type_: str = "azurerm_windows_virtual_machine") -> Hidden:
    """The id of a new machine, which can be no other."""
    return Hidden(refs=(f"{type_}.{name}",), certain=True)


def scaler(name: str, target: object, *minimums: object, **values: object) -> Written:
    """An autoscale setting with a profile for each minimum."""
    profiles = [{"name": f"p{i}", "capacity": [{"default": m, "minimum": m, "maximum": 10}]} for i, m in enumerate(minimums)]
    return Written("azurerm_monitor_autoscale_setting", name, {"target_resource_id": target, "profile": profiles, **values})


def domain(name: str = "d", *, region: object = "West Europe", **values: object) -> Written:
    """A managed domain with its first replica set."""
    base: dict[str, object] = {"name": name, "domain_name": f"{name}.example", "sku": "Enterprise", "location": region}
    written = {"initial_replica_set": [{"subnet_id": "/subnets/a"}], **base, **values}
    return Written("azurerm_active_directory_domain_service", name, written)


def replica(
    name: str, region: object, target: object = None, *, deployment: str = "plan.json", action: Action = "create"
) -> Written:
    """A further replica set, of the domain `d` unless told otherwise."""
    of = target if target is not None else on("d", "azurerm_active_directory_domain_service")
    values = {"domain_service_id": of, "location": region, "subnet_id": f"/subnets/{name}"}
    return Written("azurerm_active_directory_domain_service_replica_set", name, values, deployment, action=action)
