"""ARM: objects of the directory that templates deploy by the extension for Microsoft Graph.

Property names are those of its types, which follow Graph's. It writes groups, applications, service principals and credentials;
users it only refers to, and policies it does not know. What is written is added to what an object has already, unless
`relationshipSemantics` is `replace`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sparekey.mappings.arm_ids import section
from sparekey.mappings.azuread import PRINCIPALS, nobody_says
from sparekey.mappings.azuread_applications import OWNERS
from sparekey.mappings.federated import trust
from sparekey.mappings.msgraph_reading import bare
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.applications import AppCredential, Application, ServicePrincipal
from sparekey.model.kinds.people import Group
from sparekey.model.resource import Head, Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.span import Place
from sparekey.model.value import ABSENT, Blocks, Body, Flag, Known, Links, Reference, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="arm-graph")

_CREDENTIALS: Final = (("passwordCredentials", "password"), ("keyCredentials", "certificate"))


@MAPPING.maps("Microsoft.Graph/groups")
def group(declaration: Declaration) -> Iterator[Resource]:
    """A group. `isAssignableToRole` is false by default."""
    properties, head = section(declaration.body, "properties"), declaration.head
    members = _related(properties, "members")
    yield Group(
        head=head,
        name=properties.text("displayName"),
        keys=_keys(properties, head, ("object_id", "id")),
        members=Links(values=nobody_says(members, head) if members.open else members, to=PRINCIPALS),
        owners=Links(values=_related(properties, "owners"), to=("user",)),
        types=properties.texts("groupTypes"),
        membership_rule=properties.text("membershipRule"),
        role_assignable=properties.flag("isAssignableToRole", default=False),
        synced=Unknown(
            reason=f"is {head.address} synchronised from an on-premises directory?",
            at=head.at,
            how="only the directory tells: waive the unknown",
        ),
    )


@MAPPING.maps("Microsoft.Graph/applications")
def application(declaration: Declaration) -> Iterator[Resource]:
    """An application, and the credentials that are written in it. Flags are false by default."""
    properties, head = section(declaration.body, "properties"), declaration.head
    grant = section(properties, "web", "implicitGrantSettings")
    yield Application(
        head=head,
        name=properties.text("displayName"),
        keys=_keys(properties, head, ("object_id", "id"), ("client_id", "appId")),
        owners=Links(values=_related(properties, "owners"), to=OWNERS),
        fallback_public_client=properties.flag("isFallbackPublicClient", default=False),
        public_redirects=properties.texts("publicClient", "redirectUris"),
        access_token_claims=_each(properties.blocks("optionalClaims", "accessToken"), "name"),
        group_claims=_words(properties.texts("groupMembershipClaims")),
        roles=_each(properties.blocks("appRoles"), "value"),
        implicit_tokens=_tokens(grant),
    )
    yield from _credentials(properties, head, "application")


@MAPPING.maps("Microsoft.Graph/servicePrincipals")
def service_principal(declaration: Declaration) -> Iterator[Resource]:
    """A service principal, and the credentials that are written in it. Without a name it has that of its application."""
    properties, head = section(declaration.body, "properties"), declaration.head
    name = properties.text("displayName")
    if isinstance(name, Known) and not name.value:
        name = Unknown(reason=f"what is the name of {head.address}?", at=name.at, how="write displayName")
    yield ServicePrincipal(
        head=head,
        name=name,
        keys=_keys(properties, head, ("object_id", "id"), ("client_id", "appId")),
        application=properties.link("appId", to=("application",), by=("client_id",)),
        enabled=properties.flag("accountEnabled", default=True),
        owners=Links(values=_related(properties, "owners"), to=OWNERS),
        single_sign_on=_blank_is_null(properties.text("preferredSingleSignOnMode")),
        login_url=_blank_is_null(properties.text("loginUrl")),
        notified=properties.texts("notificationEmailAddresses"),
    )
    yield from _credentials(properties, head, "service_principal")


@MAPPING.maps("Microsoft.Graph/applications/federatedIdentityCredentials")
def federated_credential(declaration: Declaration) -> Iterator[Resource]:
    """Trust of an application in tokens that somebody else issues. Its name begins with the unique name of the application."""
    properties = section(declaration.body, "properties")
    name = properties.text("name")
    short = name if isinstance(name, Unknown) else replace(name, value=(name.value or "").rpartition("/")[2] or None)
    subject = properties.text("subject")
    if isinstance(subject, Known) and subject.value is None:
        subject = properties.text("claimsMatchingExpression", "value")
    yield trust(
        declaration.head, name=short, holder=_holder(name, declaration.head), issuer=properties.text("issuer"), subject=subject
    )


def _holder(name: Text, head: Head) -> Links:
    """The application before the slash in a name; where the name is not known, whatever it comes from."""
    found: Known[str] | Unknown
    if isinstance(name, Known):
        before = (name.value or "").rpartition("/")[0]
        missing = Unknown(reason=f"whose is {head.address}?", at=name.at, how="begin its name with that of the application")
        found = Known(value=before, at=name.at, origin="derived") if before else missing
    else:
        # An expression that holds the name of an application may hold more.
        refs = tuple(replace(ref, certain=False) for ref in name.refs)
        found = replace(name, reason=f"whose is {head.address}?", refs=refs)
    return Links(values=ValueSet(members=(found,), at=found.at), to=("application",), by=("unique_name",))


def _keys(properties: Body, head: Head, *reported: tuple[str, str]) -> tuple[Key, ...]:
    """What names an object: the ids that the directory gives it, or that are written, and its unique name."""
    keys = [Key(space="unique_name", attribute="properties.uniqueName", value=properties.text("uniqueName"))]
    for space, name in reported:
        written: Text = properties.text(name) if name != "id" else Known(value=None, at=head.at, origin="default")
        if isinstance(written, Known) and not written.value:
            written = Unknown(
                reason=f"what is {name} of {head.address}?",
                at=head.at,
                how="write it as a constant: otherwise only the deployment tells",
            )
        keys.append(Key(space=space, attribute=f"properties.{name}", value=written))
    return tuple(keys)


def _related(properties: Body, name: str) -> ValueSet[str]:
    """The objects that a relationship names. Only where it replaces all others are they all; earlier types wrote a bare list."""
    whole = properties.get(name)
    if isinstance(whole, Unknown):
        return ValueSet(members=(), at=whole.at, open=whole)
    listed = properties.texts(name) if isinstance(whole.value, tuple) else properties.texts(name, "relationships")
    listed = replace(listed, members=tuple(bare(member) for member in listed.members))
    semantics = properties.text(name, "relationshipSemantics") if not isinstance(whole.value, tuple) else None
    written = listed.open is None and listed.origin not in ABSENT
    if written and isinstance(semantics, Known) and (semantics.value or "").lower() == "replace":
        return listed
    others = Unknown(
        reason=f"which {name} are there besides those that are written?",
        at=listed.at,
        how="write relationshipSemantics: 'replace'",
    )
    return replace(listed, open=listed.open or others)


def _credentials(properties: Body, head: Head, kind: str) -> Iterator[AppCredential]:
    """The passwords and certificates that are written in an object. Of a list that cannot be read nothing is made."""
    for name, form in _CREDENTIALS:
        for number, block in enumerate(properties.blocks(name)):
            usage = block.text("usage")
            signs = isinstance(usage, Known) and (usage.value or "").lower() == "sign"
            part = head.part(f"{name}[{number}]", block.value.at)
            itself = _to(head, kind)
            yield AppCredential(
                head=part,
                name=block.text("displayName"),
                holder=itself,
                form=usage
                if isinstance(usage, Unknown)
                else Known(value="signing" if signs else form, at=part.at, origin="derived"),
                expires=block.text("endDateTime"),
                lifetime=_null(part.at),
                rotated=Known(value=False, at=part.at, origin="derived"),
                issuer=_null(part.at),
                subject=_null(part.at),
                value_from=_null(part.at),
            )


def _to(head: Head, kind: str) -> Links:
    itself = Unknown(
        reason=f"what is the id of {head.address}?",
        at=head.at,
        refs=(Reference(to=head.address, attribute="properties.id", certain=True, alone=True),),
    )
    return Links(values=ValueSet(members=(itself,), at=head.at), to=(kind,))


def _each(blocks: Blocks, name: str) -> ValueSet[str]:
    """One text of every object in a list; one that is empty or not written names nothing and is left out."""
    members: list[Known[str] | Unknown] = []
    for block in blocks:
        text = block.text(name)
        if isinstance(text, Unknown):
            members.append(text)
        elif text.value:
            members.append(Known(value=text.value, at=text.at))
    return ValueSet(members=tuple(members), at=blocks.at, open=blocks.open)


def _words(texts: ValueSet[str]) -> ValueSet[str]:
    """The words of a text in which commas part them."""
    members: list[Known[str] | Unknown] = []
    for member in texts.members:
        if isinstance(member, Unknown):
            members.append(member)
        else:
            members.extend(replace(member, value=word.strip()) for word in member.value.split(",") if word.strip())
    return replace(texts, members=tuple(members))


def _tokens(grant: Body) -> ValueSet[str]:
    """The tokens that the implicit flow may give out."""
    members: list[Known[str] | Unknown] = []
    for word, name in (("access", "enableAccessTokenIssuance"), ("id", "enableIdTokenIssuance")):
        flag: Flag = grant.flag(name, default=False)
        if isinstance(flag, Unknown):
            members.append(flag)
        elif flag.value:
            members.append(Known(value=word, at=flag.at))
    return ValueSet(members=tuple(members), at=grant.value.at)


def _blank_is_null(text: Text) -> Text:
    return _null(text.at) if isinstance(text, Known) and not text.value else text


def _null(at: Place) -> Known[None]:
    return Known(value=None, at=at, origin="default")
