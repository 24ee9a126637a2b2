"""What Azure says of addresses and load balancers in the same words whoever writes it."""

from __future__ import annotations

from dataclasses import replace

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
