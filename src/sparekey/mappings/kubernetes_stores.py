"""Where an identity provider in a cluster keeps its users and sessions, by what is written of its database.

Of an address with credentials in it only the host goes any further. Options are those of the documentation of Keycloak (`db`, `db-url`,
`db-url-host`, as arguments, as environment variables and as fields of its resource), and the environment variables of images that bring
their own: `DB_VENDOR` and `DB_ADDR` of its predecessor, `KEYCLOAK_DATABASE_HOST` of Bitnami's, authentik's and Zitadel's. How the other
products are configured is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from sparekey.model.declaration import Declaration
from sparekey.model.host_names import seen_from
from sparekey.model.span import Place
from sparekey.model.value import Body, Known, Links, Text, Unknown, ValueSet

_INSIDE = frozenset({"dev-file", "dev-mem", "h2"})
"""What Keycloak calls the stores that lie in its own process or files (`h2`: of its predecessor)."""
_HOSTS = re.compile(r"(?://|:@)([^/;?]*)")
"""The hosts in the address of a database: after the slashes, or as Oracle's driver writes them."""
_VARIABLE = re.compile(r"\$[({]")
_HERE = frozenset({"localhost", "127.0.0.1", "[", "::1"})
_ADDRESSES = (
    *("KC_DB_URL", "KC_DB_URL_HOST", "DB_ADDR", "KEYCLOAK_DATABASE_HOST"),
    *("AUTHENTIK_POSTGRESQL__HOST", "ZITADEL_DATABASE_POSTGRES_HOST"),
)
_VENDORS = ("KC_DB", "DB_VENDOR", "KEYCLOAK_DATABASE_VENDOR")
_OPTIONS = ("--db-url", "--db-url-host")
_FILL_IN = "check the manifest with its variables filled in"
_LONGEST = 4096
"""Characters that are read of one address."""


def of_resource(declaration: Declaration) -> Links:
    """The database of a Keycloak resource: its `db` section goes before what stands in options and variables."""
    body, at = declaration.body, declaration.head.at
    vendor = body.text("spec", "db", "vendor")
    written = [text for text in (body.text("spec", "db", "url"), body.text("spec", "db", "host")) if _said(text)]
    inside = [vendor] if _lies_inside(vendor) else []
    if not written and not inside:
        written = [*_options(body), *_variables(body.blocks("spec", "env").members, _ADDRESSES)]
    if not written and not inside:
        pods = body.blocks("spec", "unsupported", "podTemplate", "spec", "containers")
        written = [text for pod in pods for text in _variables(pod.blocks("env").members, _ADDRESSES)]
    return _store(declaration, written, inside, at)


def of_containers(declaration: Declaration, containers: Iterable[Body]) -> Links:
    """The database of a workload, by the environment and the arguments of its containers."""
    written: list[Text] = []
    inside: list[Text] = []
    for container in containers:
        environment = container.blocks("env").members
        arguments = [member for key in ("command", "args") for member in container.texts(key).members]
        written += [*_arguments(arguments, _OPTIONS), *_variables(environment, _ADDRESSES)]
        vendors = [*_arguments(arguments, ("--db",)), *_variables(environment, _VENDORS)]
        inside += [vendor for vendor in vendors if _lies_inside(vendor)]
        words = {word for member in arguments if isinstance(member, Known) for word in member.value.split()}
        if "start-dev" in words and not vendors and not container.blocks("envFrom").members:
            inside.append(Known(value="dev-file", at=container.value.at, origin="default"))
    return _store(declaration, written, inside, declaration.head.at)


def _store(declaration: Declaration, written: list[Text], inside: list[Text], at: Place) -> Links:
    """The hosts in the first of the addresses that says any, as this workload sees them."""
    namespace = declaration.body.text("metadata", "namespace")
    hidden = next((text for text in written if isinstance(text, Unknown)), None)
    found: list[Known[str] | Unknown] = []
    for text in () if hidden else written:
        hosts = tuple(_hosts(text))
        if hosts:
            found = [_seen(host, text.at, namespace, declaration) for host in hosts]
            at = text.at
            break
        if isinstance(text, Known) and (text.value or "").casefold().startswith("jdbc:h2:"):
            inside.append(text)
    members = tuple(found)
    open_ = None
    if not members and (hidden or not inside):
        reason = f"in which database does {_label(declaration)} keep its users and sessions?"
        how = f'write its host as a constant, or inventory: components: [{{id: "{declaration.head.address}", kind: identity_workload, needs: []}}]'
        open_ = Unknown(reason=reason, at=hidden.at if hidden else at, how=how)
    return Links(values=ValueSet(members=members, at=at, open=open_), to=("database",), by=("host_name",))


def _seen(host: str, at: Place, namespace: Text, declaration: Declaration) -> Known[str] | Unknown:
    if isinstance(namespace, Unknown):
        return replace(namespace, at=at)
    return Known(value=seen_from(host, namespace.value, declaration.head.deployment), at=at)


def _label(declaration: Declaration) -> str:
    name = declaration.body.text("metadata", "name")
    return (name.value if isinstance(name, Known) else None) or declaration.head.address


def _hosts(text: Text) -> Iterator[str]:
    """The hosts of an address or of a bare host name; none where it says none, or where the pod itself is meant."""
    if isinstance(text, Unknown) or not text.value or len(text.value) > _LONGEST or _VARIABLE.search(text.value):
        return
    address = text.value.strip()
    match = _HOSTS.search(address)
    if match is None and ":" in address.rpartition(":")[0]:
        return
    for part in (match[1] if match else address).rpartition("@")[2].split(","):
        host = part.strip().rpartition("@")[2].partition(":")[0].strip()
        if re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.\-]*[A-Za-z0-9.])?", host) and host.casefold() not in _HERE:
            yield host


def _lies_inside(vendor: Text) -> bool:
    return isinstance(vendor, Known) and (vendor.value or "").strip().casefold() in _INSIDE


def _said(text: Text) -> bool:
    return isinstance(text, Unknown) or bool(text.value)


def _options(body: Body) -> Iterator[Text]:
    """The options beside the fields of a Keycloak resource. What a secret gives is not known."""
    for option in body.blocks("spec", "additionalOptions"):
        name = option.text("name")
        if isinstance(name, Known) and name.value in ("db-url", "db-url-host"):
            yield _given(option, "value")


def _variables(environment: Iterable[Body], names: tuple[str, ...]) -> Iterator[Text]:
    """The variables of these names, those first that go before others. What is taken from elsewhere is not known."""
    found: dict[str, Text] = {}
    for variable in environment:
        name = variable.text("name")
        if isinstance(name, Known) and name.value in names:
            found[name.value] = _given(variable, "value")
    yield from (found[name] for name in names if name in found)


def _given(block: Body, key: str) -> Text:
    text = block.text(key)
    if isinstance(text, Known) and text.value is None:
        return Unknown(reason="a value that is taken from elsewhere", at=block.value.at, how="write it as a constant")
    if isinstance(text, Known) and _VARIABLE.search(text.value or ""):
        return Unknown(reason="a value with a variable in it", at=text.at, how=_FILL_IN)
    return text


def _arguments(arguments: Iterable[Known[str] | Unknown], options: tuple[str, ...]) -> Iterator[Text]:
    """What follows these options in a command line, in the form `--option=value` or as the next word."""
    words = [(word, member.at) for member in arguments if isinstance(member, Known) for word in member.value.split()]
    for number, (word, at) in enumerate(words):
        name, equals, value = word.partition("=")
        if name in options:
            following = words[number + 1][0] if number + 1 < len(words) else ""
            given = value if equals else following
            hidden = Unknown(reason="a value with a variable in it", at=at, how=_FILL_IN)
            yield hidden if _VARIABLE.search(given) else Known(value=given, at=at)
