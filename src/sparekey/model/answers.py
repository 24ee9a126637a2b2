"""The entries of sparekey.yaml that answer a question, in one place so that every fact asks for the same thing in the same form."""

from __future__ import annotations

import json

from sparekey.model.value import Answer


def an_account(upn: str | None = None, object_id: str | None = None) -> Answer:
    """An emergency account in the inventory; what is known of it already is filled in."""
    entry = {"upn": upn or "<user principal name>", "object_id": object_id or "<object id>"}
    return _answer("inventory.break_glass", entry, "these are all emergency accounts; one entry each")


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


def all_there_are(kind: str) -> Answer:
    """The files hold all there are of a kind."""
    return _answer("complete", kind, f"the files hold every {kind.replace('_', ' ')} there is")


def _answer(into: str, entry: object, meaning: str) -> Answer:
    return Answer(into=into, entry=json.dumps(entry), meaning=meaning)
