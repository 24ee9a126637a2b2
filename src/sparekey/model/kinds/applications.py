"""Applications, their service principals, and what they prove themselves with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.resource import Resource
from sparekey.model.value import Flag, Links, Text, ValueSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Application(Resource):
    """An application registration.

    `public_redirects` are the redirect addresses of its public clients, `access_token_claims` the names of the optional claims in its
    access tokens, `roles` the values of its app roles. `implicit_tokens` holds "access" and "id" for each token that the implicit flow
    may give out.
    """

    kind: ClassVar[str] = "application"

    owners: Links
    fallback_public_client: Flag
    public_redirects: ValueSet[str]
    access_token_claims: ValueSet[str]
    group_claims: ValueSet[str]
    roles: ValueSet[str]
    implicit_tokens: ValueSet[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePrincipal(Resource):
    """A service principal: an application as one directory knows it. Never an emergency account, though it can hold roles.

    `single_sign_on` is the mode ("saml", "oidc", ...), null where none is set; `login_url` where the service itself starts a sign-in;
    `notified` the addresses that are told before its signing certificate ends.
    """

    kind: ClassVar[str] = "service_principal"

    application: Links
    enabled: Flag
    owners: Links
    single_sign_on: Text
    login_url: Text
    notified: ValueSet[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppCredential(Resource):
    """What an application or service principal proves itself with.

    `form` is "password", "certificate", "federated" or "signing" (the certificate that signs SAML tokens). `expires` is the end as
    written (RFC 3339), `lifetime` one written as a duration ("8760h"); both null where the service chooses. `rotated`: something
    is written that makes a new one when it changes. `issuer` and `subject` say whose tokens a federated one trusts. `value_from` is
    null, or unknown with the references that say where its value comes from; the value itself is never read.
    """

    kind: ClassVar[str] = "app_credential"

    holder: Links
    form: Text
    expires: Text
    lifetime: Text
    rotated: Flag
    issuer: Text
    subject: Text
    value_from: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedIdentity(Resource):
    """An identity that a cloud gives to workloads, which never hold a secret of it. `region` is where its object lies, normalised."""

    kind: ClassVar[str] = "managed_identity"

    region: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRole(Resource):
    """A role on resources of a cloud (never one of the directory), given to a principal.

    `role` is the identifier of its definition (a GUID) or, where only that is written, its name; `scope` the resource that it holds
    on, null for all of what the deployment is in.
    """

    kind: ClassVar[str] = "resource_role"

    principal: Links
    role: Text
    scope: Links
