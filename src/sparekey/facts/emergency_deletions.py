"""Whether a user that a change deletes is an emergency account: declared, or else given away by its name as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sparekey.config import MATCHED_NAME_LENGTH
from sparekey.facts.emergency import HOW, identify
from sparekey.facts.identity import known_keys
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.people import User
from sparekey.model.resource import Resource
from sparekey.model.seams import Derivation
from sparekey.model.truth import Cause, Truth, asks, maybe, no, yes
from sparekey.model.value import Unknown

if TYPE_CHECKING:
    from sparekey.config import Config


def _was_emergency(user: User, declared: frozenset[tuple[str, str]], pattern: re.Pattern[str] | None) -> Truth:
    """Whether a user was an emergency account; `pattern` is None where a list names all of them."""
    if known_keys(user) & declared:
        return yes(Cause(at=user.at, label="declared emergency account"))
    unread: list[Unknown] = []
    for name in (user.upn, user.name, user.nickname) if pattern else ():
        if isinstance(name, Unknown):
            unread.append(name)
        elif pattern and name.value and pattern.search(name.value[:MATCHED_NAME_LENGTH]):
            return yes(Cause(at=user.at, label="inferred from the name"))
    if not unread:
        return no(Cause(at=user.at))
    return maybe(asks(Unknown(reason=f"was {user.head.address} an emergency account?", at=user.at, how=HOW)))


def _derive(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    gone = [(d, d.resource) for d in estate.deletions if isinstance(d.resource, User)]
    if not gone:
        return
    identified = identify(estate, config)
    named = (view for account in identified.accounts if account.declared for view in estate.views(account.user))
    declared = frozenset(key for view in named for key in known_keys(view))
    pattern = None if identified.declared_at else re.compile(config.emergency_pattern, re.IGNORECASE)
    for deletion, user in gone:
        if isinstance(user, User):
            yield Fact(subject=deletion.fact_subject, name="emergency", value=_was_emergency(user, declared, pattern))


DERIVATION = Derivation(gives={}, derive=_derive)
