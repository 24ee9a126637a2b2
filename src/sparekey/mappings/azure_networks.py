"""What Azure says of addresses and load balancers in the same words whoever writes it."""

from __future__ import annotations

from dataclasses import replace

from sparekey.model.span import Place
from sparekey.model.value import Blocks, Flag, Known, Text, Unknown, ValueSet


def addresses(blocks: Blocks, address: str, allocation: str) -> ValueSet[str]:
    """The private addresses that are certainly those of an interface: written ones, allocated statically.

    Any other is chosen by the network, perhaps anew whenever the machine is started, so that the set is open.
    """
    members: list[Known[str] | Unknown] = []
    open_ = blocks.open
    for block in blocks:
        written, method = block.text(address), block.text(allocation)
        if isinstance(method, Unknown):
            open_ = open_ or method
        elif (method.value or "").lower() != "static" or (isinstance(written, Known) and not written.value):
            reason = "which address does the network choose?"
            open_ = open_ or Unknown(reason=reason, at=method.at, how="allocate it statically", unwritten=True)
        else:
            members.append(written if isinstance(written, Unknown) else Known(value=written.value or "", at=written.at))
    return ValueSet(members=tuple(members), at=blocks.at, open=open_)


def fronts(blocks: Blocks, *address: str) -> ValueSet[str]:
    """The private addresses that a balancer or a service writes. One that the network chooses is none: nobody can list it beforehand."""
    written = (block.text(*address) for block in blocks)
    kept = (text for text in written if isinstance(text, Known) or not text.unwritten)
    return replace(gathered(blocks.at, *kept), open=blocks.open)


def unread(blocks: Blocks) -> ValueSet[str]:
    """What of the parts that are written within a thing cannot be read: an empty set, open where it cannot be read which there are."""
    return ValueSet(members=(), at=blocks.at, open=blocks.open)


def reserved(name: Text, delegations: ValueSet[str]) -> Text:
    """What of the cloud alone stands in a subnet, by its name (Azure Firewall's article) or by whom it is delegated to (the private resolver's)."""
    if isinstance(name, Known) and (name.value or "").lower() == "azurefirewallsubnet":
        return replace(name, value="firewall", origin="derived")
    for member in delegations.members:
        if isinstance(member, Known) and member.value.lower() == "microsoft.network/dnsresolvers":
            return Known(value="private resolver", at=member.at, origin="derived")
    unknown = delegations.open or next((member for member in delegations.members if isinstance(member, Unknown)), None)
    return name if isinstance(name, Unknown) else unknown or Known(value=None, at=name.at, origin="default")


def ranges(service: Text, prefixes: ValueSet[str]) -> ValueSet[str]:
    """The address ranges of a subnet that a service has to itself, or may have; of any other nobody asks."""
    free = isinstance(service, Known) and not service.value
    return ValueSet(members=(), at=prefixes.at) if free else prefixes


def gathered(at: Place, *texts: Text | ValueSet[str]) -> ValueSet[str]:
    """The values of several attributes as one set."""
    members: list[Known[str] | Unknown] = []
    open_: Unknown | None = None
    for text in texts:
        if isinstance(text, ValueSet):
            members.extend(text.members)
            open_ = open_ or text.open
        elif isinstance(text, Unknown):
            members.append(text)
        elif text.value:
            members.append(Known(value=text.value, at=text.at, origin=text.origin))
    return ValueSet(members=tuple(members), at=at, open=open_)


def tier(sku: Text) -> Text:
    """The product that a load balancer is. Which one it is without a word about it differs between the provider's major versions."""
    if isinstance(sku, Unknown):
        return sku
    if not sku.value:
        return Unknown(reason="which sku has the load balancer?", at=sku.at, how="write the sku")
    return replace(sku, value=sku.value.capitalize())


def spread(sku: Text) -> Flag:
    """Whether a NAT gateway is spread over zones: one of the product StandardV2 is, and the default is Standard."""
    if isinstance(sku, Unknown):
        return sku
    return Known(value=(sku.value or "").lower() == "standardv2", at=sku.at, origin=sku.origin)


def lowered(text: Text) -> Text:
    """A word of the service in one case."""
    return replace(text, value=text.value.lower()) if isinstance(text, Known) and text.value else text
