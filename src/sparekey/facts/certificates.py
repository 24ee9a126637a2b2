"""Whether a certificate of a vault is renewed by the vault, and whether sign-in needs the vault.

A vault renews what it has an order for ("AutoRenew") and signs itself, or has signed by an issuer that it knows; it only writes mails about
a certificate whose issuer it does not know ("Unknown"). One that was brought in without a policy of its own gets such a policy, as the
service's reference shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sparekey.facts.vaults import needed
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.secrets import VaultItem
from sparekey.model.resource import Resource
from sparekey.model.seams import Derivation
from sparekey.model.truth import Cause, Truth, any_of, asks, maybe, no, yes
from sparekey.model.value import Known, Unknown

if TYPE_CHECKING:
    from sparekey.config import Config

RENEWS: Final = "autorenew"
"""What a vault is told to do, in lower case."""
STRANGER: Final = "unknown"
"""The name of an issuer that the vault does not know, in lower case."""


def renewed(item: VaultItem) -> Truth:
    """Whether the vault renews a certificate by itself."""
    renewal, issuer = item.renewal, item.issuer
    if isinstance(issuer, Known) and (issuer.value or "").lower() == STRANGER:
        return no(Cause(at=issuer.at, label="an issuer that the vault does not know"))
    if isinstance(renewal, Known) and renewal.value and renewal.value.lower() != RENEWS:
        return no(Cause(at=renewal.at, label="the vault only tells somebody"))
    if isinstance(renewal, Known) and isinstance(issuer, Known) and not renewal.value and not issuer.value:
        return no(Cause(at=item.at, label="brought in without a policy"))
    unknown = next((value for value in (issuer, renewal) if isinstance(value, Unknown)), None)
    if unknown is None and not (isinstance(renewal, Known) and renewal.value and isinstance(issuer, Known) and issuer.value):
        at = renewal.at if isinstance(renewal, Known) and not renewal.value else issuer.at
        unknown = Unknown(
            reason=f"does the vault renew {item.head.address} by itself?", at=at, how="write the lifetime action and the issuer"
        )
    return maybe(asks(unknown)) if unknown else yes(Cause(at=renewal.at, label="the vault renews it"))


def _derive(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    del config  # nothing to configure
    items = [item for item in estate.of("vault_item") if isinstance(item, VaultItem)]
    if not items:
        return
    vaults = needed(estate)
    for item in items:
        edges = estate.linked(item, "vault")
        held = [
            vaults[edge.target] if edge.certain or vaults[edge.target].answer != "yes" else maybe(edge.because)
            for edge in edges.members
            if edge.target in vaults
        ]
        if edges.open and any(truth.answer != "no" for truth in vaults.values()):
            held.append(maybe(edges.open))
        nothing = no(Cause(at=item.at, label="nothing here shows that sign-in needs it"))
        yield Fact(subject=item.id, name="renewed", value=renewed(item))
        yield Fact(subject=item.id, name="needed_for_sign_in", value=any_of((*held, nothing)))


DERIVATION = Derivation(gives={"vault_item": ("renewed", "needed_for_sign_in")}, derive=_derive)
