"""Whether sign-in needs what a vault holds.

It does where a secret of an application or account is put into the vault, and where something that sign-in depends on takes a value
out of it: a credential of an application, a machine that a tag calls a part of sign-in. A reference does not say what becomes of a
value on its way; that one which leads from a secret to a secret carries it is believed. What no file shows is not known to be needed:
the answer is then no, and the rule about vaults judges the vault less gravely.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING, Final

from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.hosting import Machine, MachineSet
from sparekey.model.kinds.secrets import Vault, VaultItem
from sparekey.model.resource import Resource
from sparekey.model.seams import Derivation
from sparekey.model.truth import Cause, Truth, any_of, asks, maybe, no, yes
from sparekey.model.value import Known, Links, Reference, Unknown, ValueSet

if TYPE_CHECKING:
    from sparekey.config import Config

SECRETS: Final = frozenset({"value", "password", "password_wo", "value_wo", "client_secret"})
"""Attributes in which an application or account of a directory has its secret, as the last step of a reference."""


class _Needs:
    """Who takes what from the vaults of one estate, by the address of the vault item."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._identity = {
            (resource.head.deployment, resource.head.address)
            for resources in estate.resources.values()
            for resource in resources
            if resource.identity
        }
        self._takers = self._taken() if estate.of("vault_item") else {}

    def item(self, item: VaultItem) -> Truth:
        """Whether sign-in needs one item."""
        return any_of((self._put_in(item), *self._takers.get((item.head.deployment, item.head.address), ())))

    def _put_in(self, item: VaultItem) -> Truth:
        """Whether the item holds a secret of an application or account."""
        content = item.content
        if isinstance(content, Known):
            return no()
        secret = [ref for ref in content.refs if self._is_secret(item, ref)]
        if not secret:
            return no()
        if len(secret) == len(content.refs) and not content.beyond:
            return yes(Cause(at=content.at, label=f"holds a secret of {secret[0].to}"))
        return maybe(asks(content))

    def _is_secret(self, item: VaultItem, ref: Reference) -> bool:
        named = (item.head.deployment, ref.to) in self._identity
        return named and (not ref.attribute or ref.attribute.rpartition(".")[2] in SECRETS)

    def _taken(self) -> dict[tuple[str, str], list[Truth]]:
        """What parts of sign-in take a value from, by deployment and address."""
        found: dict[tuple[str, str], list[Truth]] = {}
        for resources in self._estate.resources.values():
            for resource in resources:
                if not _part_of_sign_in(resource):
                    continue
                for unknown in _unknowns(resource):
                    sure = len(unknown.refs) == 1 and not unknown.beyond
                    cause = Cause(at=unknown.at, label=f"{resource.head.address} takes a value from it")
                    for ref in unknown.refs:
                        truth = yes(cause) if sure else maybe(asks(unknown))
                        found.setdefault((resource.head.deployment, ref.to), []).append(truth)
        return found


def _part_of_sign_in(resource: Resource) -> bool:
    if isinstance(resource, Machine | MachineSet):
        role = resource.marks.role
        return isinstance(role, Known) and role.value is not None
    return resource.identity


def _unknowns(resource: Resource) -> Iterator[Unknown]:
    """Every unknown that a resource holds."""
    for each in fields(resource):
        held = getattr(resource, each.name)
        if isinstance(held, Unknown):
            yield held
        values = held.values if isinstance(held, Links) else held
        if isinstance(values, ValueSet):
            yield from (member for member in values.members if isinstance(member, Unknown))
            if values.open:
                yield values.open


def needed(estate: Estate) -> dict[str, Truth]:
    """Whether sign-in needs what a vault holds, by the id of the vault."""
    vaults = [vault for vault in estate.of("vault") if isinstance(vault, Vault)]
    if not vaults:
        return {}
    needs = _Needs(estate)
    by_vault: dict[str, list[Truth]] = {}
    anywhere: list[Truth] = []
    for item in estate.of("vault_item"):
        wanted = needs.item(item) if isinstance(item, VaultItem) else no()
        if wanted.answer == "no":
            continue
        edges = estate.linked(item, "vault")
        for edge in edges.members:
            by_vault.setdefault(edge.target, []).append(wanted if edge.certain else maybe(edge.because))
        if edges.open:
            anywhere.append(maybe(edges.open))
    nothing = {vault.id: no(Cause(at=vault.at, label="nothing here shows that sign-in needs it")) for vault in vaults}
    return {id_: any_of((*by_vault.get(id_, ()), *anywhere, none)) for id_, none in nothing.items()}


def _derive(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    del config  # nothing to configure
    for id_, truth in needed(estate).items():
        yield Fact(subject=id_, name="needed_for_sign_in", value=truth)


DERIVATION = Derivation(gives={"vault": ("needed_for_sign_in",)}, derive=_derive)
