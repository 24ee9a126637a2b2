"""What components are called: one name for one thing, whoever speaks of it."""

from __future__ import annotations

from sparekey.facts.survivability.graph import DOMAINS

EMERGENCY = "emergency"
"""Signing in by some emergency account."""

PRIMARY = "primary"
"""Proving the password of somebody whose account is synchronised from an on-premises directory."""

SECOND_FACTOR = "second_factor"
LOCKOUT = "lockout"
"""Neither the normal path nor an emergency account works."""

DIRECTORY = "directory"
"""The on-premises directory that agents ask."""

NAMES = "names"
"""The kind of the brackets around the name servers of a network or an interface."""

NAME_SERVER = "name_server"
"""The kind of name servers of which nothing is seen but their address."""

SOMEWHERE = "?"
"""The part of a name of a failure domain that nobody tells: things of unknown place may all stand in that one."""


def domain(kind: str, name: str) -> str:
    """A failure domain. Case and blanks around a name never tell two apart, nor blanks in that of a region ("West Europe" is westeurope)."""
    called = name.strip().casefold()
    return f"{kind}:{called.replace(' ', '') if kind in ('region', 'zone') else called}"


def zone(region: str, number: str) -> str:
    """An availability zone of a region."""
    return domain("zone", f"{region}/{number}")


def sign_in(id_: str) -> str:
    """The path into a thing, by its id."""
    return f"sign_in:{id_}"


def emergency(id_: str) -> str:
    """The sign-in of one emergency account, by the id of the user."""
    return f"emergency:{id_}"


def federation(domain_name: str) -> str:
    """What federates a domain."""
    return domain("federation", domain_name)


def declared(category: str, name: str) -> str:
    """A component of the inventory: a failure domain by its kind and name, else the same with its own kind."""
    kind = category.strip().casefold().replace("-", "_")
    return domain(kind, name) if kind in DOMAINS else f"{kind}:{name.strip()}"


def unnamed(kind: str) -> str:
    """The domain of a kind that nobody names."""
    return zone(SOMEWHERE, SOMEWHERE) if kind == "zone" else domain(kind, SOMEWHERE)


def shown(name: str) -> str:
    """What people call a failure domain."""
    kind, _, rest = name.partition(":")
    word = kind.replace("_", " ")
    if kind == "zone":
        region, _, number = rest.rpartition("/")
        where = "a region" if region == SOMEWHERE else region
        return f"a zone of {where}" if number == SOMEWHERE else f"zone {number} of {where}"
    if rest.partition("@")[0] == SOMEWHERE:
        site = rest.partition("@")[2]
        return f"a {word} of site {site}" if site not in ("", SOMEWHERE) else f"a {word} that nobody names"
    return rest
