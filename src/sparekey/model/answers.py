"""The entries of sparekey.yaml that answer a question, in one place so that every fact asks for the same thing in the same form."""

from __future__ import annotations

import json
from typing import Final

from sparekey.model.value import Answer

ONE_ENTRY = ("inventory.sync", "inventory.federation")
"""Where sparekey.yaml holds one mapping, and no list of entries."""

TRUE_OR_FALSE = "<true or false>"
"""The blank of a flag, which stands without quotes."""


_SERVER: Final = {"name": "<host name>", "site": "<site>"}


def an_account(upn: str | None = None, object_id: str | None = None) -> Answer:
    """An emergency account in the inventory; what is known of it already is filled in."""
    entry = {"upn": upn or "<user principal name>", "object_id": object_id or "<object id>"}
    return _answer("inventory.break_glass", entry, "these are all emergency accounts; one entry each")


def a_method_of(upn: str) -> Answer:
    """What an emergency account signs in with, in the inventory."""
    entry = {"upn": upn, "method": "<fido2, x509certificate, sms, ...>"}
    return _answer("inventory.break_glass", entry, "these are all emergency accounts; one entry each")


def how_passwords_are_proven() -> Answer:
    """How synchronised users prove their passwords, and whether the cloud holds a hash of them."""
    entry = {"method": "<phs, pta or federation>", "password_hash_sync": TRUE_OR_FALSE}
    return _answer(ONE_ENTRY[0], entry, "how synchronised users prove their passwords")


def a_component(name: str, kind: str) -> Answer:
    """A component in the inventory, with what it stands in."""
    entry = {"id": name, "kind": kind, "needs": ["<region:NAME or site:NAME>"]}
    return _answer("inventory.components", entry, "needs: all that it stands in or on")


def members_of(group: str) -> Answer:
    """All members of a group, which is named by address or object id."""
    entry = {"of": group, "members": ["<user principal name or object id>"]}
    return _answer("inventory.groups", entry, "these are all members; [] if there are none")


def a_connector(group: str | None = None, host: str | None = None) -> Answer:
    """A connector in the inventory; what is known of it already is filled in."""
    entry = {"name": "<name>", "group": group or "<connector group>", "host": host or "<host name>"}
    return _answer("inventory.connectors", entry, "these are all connectors of the group; one entry each")


def a_second_factor(method: str | None = None) -> Answer:
    """An authentication method in the inventory that everybody can use as a second factor."""
    entry = {"method": method or "<fido2, softwareOath, sms, ...>"}
    return _answer(
        "inventory.authentication_methods", entry, "these are all second factors that everybody can use; one entry each"
    )


def an_agent(role: str | None = None) -> Answer:
    """An agent or server in the inventory; its role is filled in where it is known."""
    entry = {"name": "<name>", "role": role or "<role>", "host": "<host name>"}
    return _answer("inventory.agents", entry, "these are all of the role; one entry each")


def a_server(role: str, host: str, *, key: str, blank: str) -> Answer:
    """A server that the files declare, in the inventory as well; `key` is what is asked about it, `blank` stands for the answer."""
    entry = {"name": host, "role": role, "host": host, key: f"<{blank}>"}
    return _answer("inventory.agents", entry, "these are all of the role; one entry each")


def what_federates(domain: str | None = None) -> Answer:
    """The servers on premises that federate a domain; its name is filled in where it is known."""
    entry = {"domains": [domain or "<domain name>"], "adfs_servers": [_SERVER], "wap": [_SERVER]}
    return _answer(ONE_ENTRY[1], entry, "these are all its servers")


def all_there_are(kind: str) -> Answer:
    """The files hold all there are of a kind."""
    return _answer("complete", kind, f"the files hold every {kind.replace('_', ' ')} there is")


def _answer(into: str, entry: object, meaning: str) -> Answer:
    return Answer(into=into, entry=json.dumps(entry), meaning=meaning)
