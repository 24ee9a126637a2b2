"""Estates of profiles, gateways and vaults in a few words, through the real mappings and the real join."""

from __future__ import annotations

from collections.abc import Sequence

from sparekey.config import Config
from sparekey.estates import apply_mappings, join
from sparekey.mappings.azurerm_customers import MAPPING as CUSTOMERS
from sparekey.mappings.azurerm_gateways import MAPPING as GATEWAYS
from sparekey.mappings.azurerm_network import MAPPING as NETWORK
from sparekey.mappings.azurerm_regional import MAPPING as REGIONAL
from sparekey.model.declaration import Document
from sparekey.model.estate import Estate, Fact
from sparekey.model.seams import Derivation
from sparekey.model.truth import Bounds, Truth
from sparekey.model.value import Unknown
from tests.azure_estates import Hidden, Written, declaration

PROFILE = "azurerm_traffic_manager_profile"
GATEWAY = "azurerm_api_management"


def estate(*things: Written, leaks: Sequence[Unknown] = (), unmapped: Sequence[str] = ()) -> Estate:
    """The estate of the deployment `plan.json`; things of other deployments are elsewhere."""
    names = dict.fromkeys(["plan.json", *(thing.deployment for thing in things)])
    mapped = [
        apply_mappings(
            Document(
                format="terraform-plan",
                deployment=name,
                declarations=tuple(declaration(thing) for thing in things if thing.deployment == name),
                partial=tuple(leaks),
                unmapped=dict.fromkeys(unmapped, 1),
            ),
            [NETWORK, REGIONAL, GATEWAYS, CUSTOMERS],
        )
        for name in names
    ]
    return next(found for found in join(mapped, Config()) if found.name == "plan.json")


def facts(of: Estate, derivation: Derivation) -> dict[tuple[str, str], Truth | Bounds]:
    """What a derivation says, by address and name of the fact."""
    found = (fact for fact in derivation.derive(of, Config()) if isinstance(fact, Fact))
    return {(f.subject.split("#", 1)[1], f.name): f.value for f in found if isinstance(f.value, Truth | Bounds)}


def profile(name: str, method: str = "Priority", **values: object) -> Written:
    """A profile of names."""
    return Written(PROFILE, name, {"name": f"tm-{name}", "traffic_routing_method": method, **values})


def of(name: str, type_: str = PROFILE) -> Hidden:
    """The id of something new, which can be no other."""
    return Hidden(refs=(f"{type_}.{name}",), certain=True)


def endpoint(
    name: str, in_: object, region: object = "westeurope", /, *, deployment: str = "plan.json", **values: object
) -> Written:
    """An external endpoint, of which the region is written."""
    base: dict[str, object] = {"name": name, "profile_id": in_, "target": f"{name}.example", "endpoint_location": region}
    return Written("azurerm_traffic_manager_external_endpoint", name, {**base, **values}, deployment)


def nested(name: str, in_: str, to: object, least: object = 1, /, **values: object) -> Written:
    """An endpoint that leads to another profile."""
    base: dict[str, object] = {"name": name, "profile_id": of(in_), "target_resource_id": to, "minimum_child_endpoints": least}
    return Written("azurerm_traffic_manager_nested_endpoint", name, {**base, **values})


def gateway(sku: object, /, zones: object = (), *locations: object, **values: object) -> Written:
    """An API management service in westeurope."""
    written = list(zones) if isinstance(zones, tuple) else zones
    base: dict[str, object] = {"name": "g", "location": "westeurope", "sku_name": sku, "zones": written}
    return Written(GATEWAY, "g", {**base, "additional_location": list(locations), **values})
