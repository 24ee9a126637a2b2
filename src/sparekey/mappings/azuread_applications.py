"""The `azuread` provider: applications, service principals and their credentials.

Attribute names are those of majors 2 and 3. Renamed between them: `application_id` of an application and of a service principal is
now `client_id`, and `application_object_id` of what belongs to an application is now `application_id`, which takes the path that the
application's `id` is. The secret values themselves are never read.
"""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.mappings.azuread import head_of, object_keys, settled
from sparekey.model.declaration import Declaration
from sparekey.model.kinds.applications import AppCredential, Application, ServicePrincipal
from sparekey.model.resource import Head, Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.span import Place
from sparekey.model.value import AnyValue, Body, Flag, Known, Links, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="azuread")

OWNERS = ("user", "service_principal")


def _client_keys(body: Body) -> tuple[Key, ...]:
    """The keys by client id, under both names of the attribute."""
    names = ("client_id", "application_id")
    return tuple(Key(space="client_id", attribute=name, value=body.text(name)) for name in names)


def _owners(body: Body) -> Links:
    return Links(values=body.texts("owners"), to=OWNERS, unknown_whole=True)


def _each(body: Body, name: str, *path: str) -> ValueSet[str]:
    """One text of every block of a name; a text that is empty or not written names nothing and is left out."""
    blocks = body.blocks(name)
    texts = [block.text(*path) for block in blocks]
    members = tuple(
        text if isinstance(text, Unknown) else Known(value=text.value, at=text.at)
        for text in texts
        if isinstance(text, Unknown) or text.value
    )
    return ValueSet(members=members, at=blocks.at, open=blocks.open)  # type: ignore[arg-type]  # no null is left


def _implicit(access: Flag, id_: Flag, at: Place) -> ValueSet[str]:
    """The tokens that the implicit flow may give out."""
    members: list[Known[str] | Unknown] = []
    for word, flag in (("access", access), ("id", id_)):
        if isinstance(flag, Unknown):
            members.append(flag)
        elif flag.value:
            members.append(Known(value=word, at=flag.at))
    return ValueSet(members=tuple(members), at=at)


def _null(at: Place) -> Known[None]:
    return Known(value=None, at=at, origin="default")


@MAPPING.maps("azuread_application")
def application(declaration: Declaration) -> Iterator[Resource]:
    """An application, managed or looked up. Flags are false by default. Its `password` block is secret as a whole: nothing of it is read."""
    head, body = head_of(declaration), declaration.body
    grant = Body(value=body.get("web", "implicit_grant"))
    yield Application(
        head=head,
        name=body.text("display_name"),
        keys=(*object_keys(body), *_client_keys(body)),
        owners=_owners(body),
        fallback_public_client=body.flag("fallback_public_client_enabled", default=False),
        public_redirects=body.texts("public_client", "redirect_uris"),
        access_token_claims=_each(Body(value=body.get("optional_claims")), "access_token", "name"),
        group_claims=body.texts("group_membership_claims"),
        roles=_each(body, "app_role", "value"),
        implicit_tokens=_implicit(
            grant.flag("access_token_issuance_enabled", default=False),
            grant.flag("id_token_issuance_enabled", default=False),
            grant.value.at,
        ),
    )


@MAPPING.maps("azuread_application_registration")
def registration(declaration: Declaration) -> Iterator[Resource]:
    """An application whose owners, roles and redirect addresses are managed by resources of their own, and so not known to be all."""
    head, body = head_of(declaration), declaration.body
    rest = Unknown(reason=f"what else is declared for {head.address}?", at=head.at, how="scan the files that declare it")
    others: ValueSet[str] = ValueSet(members=(), at=head.at, open=rest)
    yield Application(
        head=head,
        name=body.text("display_name"),
        keys=(*object_keys(body), *_client_keys(body)),
        owners=Links(values=others, to=OWNERS),
        fallback_public_client=rest,
        public_redirects=others,
        access_token_claims=others,
        group_claims=body.texts("group_membership_claims"),
        roles=others,
        implicit_tokens=_implicit(
            body.flag("implicit_access_token_issuance_enabled", default=False),
            body.flag("implicit_id_token_issuance_enabled", default=False),
            head.at,
        ),
    )


@MAPPING.maps("azuread_service_principal")
def service_principal(declaration: Declaration) -> Iterator[Resource]:
    """A service principal, managed or looked up. `account_enabled` is true by default."""
    head, body = head_of(declaration), declaration.body
    yield ServicePrincipal(
        head=head,
        name=body.text("display_name"),
        keys=(*object_keys(body), *_client_keys(body)),
        application=_first_written(body, "client_id", "application_id", by="client_id", to="application"),
        enabled=body.flag("account_enabled", default=True),
        owners=_owners(body),
        single_sign_on=_blank_is_null(body.text("preferred_single_sign_on_mode")),
        login_url=_blank_is_null(body.text("login_url")),
        notified=body.texts("notification_email_addresses"),
    )


def _blank_is_null(text: Text) -> Text:
    """The text; null for the "" that the provider reads back for nothing."""
    return _null(text.at) if isinstance(text, Known) and not text.value else text


def _first_written(body: Body, *names: str, by: str, to: str) -> Links:
    """The relation that the first of some attributes holds which is written; of those that are none, the first."""
    return body.link(_written_name(body, *names), to=(to,), by=(by,))


def _written_name(body: Body, *names: str) -> str:
    def written(value: AnyValue) -> bool:
        return isinstance(value, Unknown) or value.value is not None

    return next((name for name in names if written(body.get(name))), names[0])


def _credential(head: Head, body: Body, declaration: Declaration, *, form: str, holder: Links) -> AppCredential:
    """One credential. `end_date` is computed where it is not written: the service then chooses."""
    rotation = body.get("rotate_when_changed")
    rotated: Flag = rotation if isinstance(rotation, Unknown) else Known(value=bool(rotation.value), at=rotation.at)
    return AppCredential(
        head=head,
        name=body.text("display_name"),
        holder=holder,
        form=Known(value=form, at=head.at, origin="derived"),
        expires=settled(body, "end_date", declaration),
        lifetime=body.text("end_date_relative"),
        rotated=rotated,
        issuer=_null(head.at),
        subject=_null(head.at),
        value_from=_origin(body.text("value")),
    )


def _origin(value: Text) -> Text:
    """What is known of where a value comes from: its references, or nothing at all."""
    return value if isinstance(value, Unknown) else _null(value.at)


@MAPPING.maps("azuread_application_password", "azuread_application_certificate")
def application_credential(declaration: Declaration) -> Iterator[Resource]:
    """A password or certificate of an application."""
    form = declaration.type.rpartition("_")[2]
    holder = _first_written(declaration.body, "application_object_id", "application_id", by="object_id", to="application")
    yield _credential(head_of(declaration), declaration.body, declaration, form=form, holder=holder)


@MAPPING.maps(
    "azuread_service_principal_password",
    "azuread_service_principal_certificate",
    "azuread_service_principal_token_signing_certificate",
)
def principal_credential(declaration: Declaration) -> Iterator[Resource]:
    """A password or certificate of a service principal, the one that signs SAML tokens among them."""
    form = "signing" if "token_signing" in declaration.type else declaration.type.rpartition("_")[2]
    holder = declaration.body.link("service_principal_id", to=("service_principal",))
    yield _credential(head_of(declaration), declaration.body, declaration, form=form, holder=holder)


@MAPPING.maps("azuread_application_federated_identity_credential", "azuread_application_flexible_federated_identity_credential")
def federated_credential(declaration: Declaration) -> Iterator[Resource]:
    """Trust in tokens that somebody else issues. A flexible one matches an expression over their claims instead of a subject."""
    head, body = head_of(declaration), declaration.body
    yield AppCredential(
        head=head,
        name=body.text("display_name"),
        holder=_first_written(body, "application_object_id", "application_id", by="object_id", to="application"),
        form=Known(value="federated", at=head.at, origin="derived"),
        expires=_null(head.at),
        lifetime=_null(head.at),
        rotated=Known(value=False, at=head.at, origin="derived"),
        issuer=body.text("issuer"),
        subject=body.text(_written_name(body, "subject", "claims_matching_expression")),
        value_from=_null(head.at),
    )
