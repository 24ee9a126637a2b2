"""Inventory entries about agents, sites, links, people and other parts of sign-in that no file shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sparekey.model.declaration import Declaration
from sparekey.model.kinds.agents import Agent
from sparekey.model.kinds.inventory import AcceptedShared, Alternatives, DeclaredComponent, DeclaredSync, Person
from sparekey.model.kinds.sync import DirectorySync, DomainFederation
from sparekey.model.resource import Head, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.span import Place
from sparekey.model.value import Body, Flag, Known, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="declared")

_SCAN = "scan the file that declares it"


@MAPPING.maps("inventory.agent")
def agent(declaration: Declaration) -> Iterable[Resource]:
    """A declared agent or server."""
    yield _agent(declaration.head, declaration.body, declaration.body.text("role"))


def _agent(head: Head, body: Body, role: Text) -> Agent:
    return Agent(
        head=head,
        name=body.text("name"),
        role=role,
        group=body.text("group"),
        site=body.text("site"),
        host=body.text("host"),
        mode=body.text("mode"),
        partial=body.flag("partial", default=False),
    )


@MAPPING.maps("inventory.site", "inventory.link")
def site(declaration: Declaration) -> Iterable[Resource]:
    """A site, or a line between sites and the rest of the world."""
    category = declaration.type.removeprefix("inventory.")
    yield _component(declaration, declaration.body.text("name"), _said(category, declaration.head.at))


@MAPPING.maps("inventory.component")
def component(declaration: Declaration) -> Iterable[Resource]:
    """Anything else that sign-in stands on."""
    yield _component(declaration, declaration.body.text("id"), declaration.body.text("kind"))


def _component(declaration: Declaration, name: Text, category: Text) -> DeclaredComponent:
    body = declaration.body
    groups = body.blocks("groups")
    alternatives = [Alternatives(least=group.number("k", default=1), members=group.texts("members")) for group in groups]
    if groups.open:
        nobody: ValueSet[str] = ValueSet(members=(), at=groups.at, open=groups.open)
        alternatives.append(Alternatives(least=groups.open, members=nobody))
    return DeclaredComponent(
        head=declaration.head,
        name=name,
        category=category,
        needs=body.texts("needs"),
        alternatives=tuple(alternatives),
        serves=body.texts("sites"),
        by=body.text("by"),
    )


@MAPPING.maps("inventory.person")
def person(declaration: Declaration) -> Iterable[Resource]:
    """Somebody who holds keys."""
    yield Person(head=declaration.head, name=declaration.body.text("name"), holds=declaration.body.texts("holds"))


@MAPPING.maps("inventory.accepted_shared")
def accepted_shared(declaration: Declaration) -> Iterable[Resource]:
    """A component that normal and emergency sign-in may share."""
    name = declaration.body.text()
    yield AcceptedShared(head=declaration.head, name=name, component=name)


@MAPPING.maps("inventory.sync")
def sync(declaration: Declaration) -> Iterable[Resource]:
    """What is said of synchronisation; and the synchronisation itself, where it is said whether password hashes are part of it."""
    body, at = declaration.body, declaration.head.at
    hashes, method = body.flag("password_hash_sync"), body.text("method")
    if isinstance(method, Known) and method.value == "phs" and isinstance(hashes, Known) and hashes.value is None:
        hashes = Known(value=True, at=method.at, origin="declared")
    yield DeclaredSync(
        head=declaration.head.part("declared", at),
        name=_said(None, at),
        password_hash_sync=hashes,
        method=method,
        staging=body.flag("staging"),
        recovery=body.text("dr"),
    )
    if isinstance(hashes, Unknown) or hashes.value is not None:
        yield DirectorySync(head=declaration.head, name=_said(None, at), password_hash_sync=hashes)


@MAPPING.maps("inventory.federation")
def federation(declaration: Declaration) -> Iterator[Resource]:
    """The federated domains and the servers that federate them. Of the federation itself an entry says nothing more."""
    body = declaration.body
    domains = body.texts("domains")
    members = (*domains.members, *((domains.open,) if domains.open else ()))
    for index, domain in enumerate(members):
        head = declaration.head.part(f"domains[{index}]", domain.at)
        yield _federation(
            head, Known(value=domain.value, at=domain.at, origin="declared") if isinstance(domain, Known) else domain
        )
    for key, role in (("adfs_servers", "adfs"), ("wap", "adfs-wap")):
        servers = body.blocks(key)
        for index, server in enumerate(servers):
            head = declaration.head.part(f"{key}[{index}]", server.value.at)
            yield _agent(head, server, _said(role, server.value.at))
        if servers.open:
            # Some servers, nobody knows which: one that may be there, and perhaps more.
            head = declaration.head.part(key, servers.at)
            yield _agent(head, Body(value=servers.open), _said(role, servers.at))


def _federation(head: Head, domain: Text) -> DomainFederation:
    def unsaid(what: str) -> Unknown:
        return Unknown(reason=f"{what} of the federation of {_word(domain)}?", at=head.at, how=_SCAN)

    written: Flag = unsaid("is there a signing certificate")
    return DomainFederation(
        head=head,
        name=domain,
        domain=domain,
        issuer=unsaid("what is the issuer"),
        mfa_behavior=unsaid("what becomes of a second factor"),
        metadata_url=unsaid("what is the metadata address"),
        has_certificate=written,
        has_next_certificate=unsaid("is there a next signing certificate"),
    )


def _word(text: Text) -> str:
    return (text.value or "a domain") if isinstance(text, Known) else "a domain"


def _said(value: str | None, at: Place) -> Known[str | None]:
    return Known(value=value, at=at, origin="declared")
