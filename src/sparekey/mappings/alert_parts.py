"""What alerts are made of, whoever writes them: times, dimensions, action groups, and an alert on the activity of Azure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from sparekey.model.declaration import Declaration
from sparekey.model.kinds.monitoring import Alert
from sparekey.model.resource import Key
from sparekey.model.span import Place
from sparekey.model.value import Blocks, Flag, Known, Links, Number, Text, Unknown, ValueSet

ACTION_GROUPS: Final = ("action_group",)
"""The kinds that an alert sends itself to."""

_DURATION: Final = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?)?", re.IGNORECASE)


def said(value: str, at: Place) -> Known[str | None]:
    """A word that the type of the declaration says."""
    return Known(value=value, at=at, origin="derived")


def nothing(at: Place) -> Known[str | None]:
    """What alerts of a sort do not have."""
    return Known(value=None, at=at, origin="default")


def activity(declaration: Declaration, *, keys: tuple[Key, ...], category: Text, enabled: Flag, groups: Links) -> Alert:
    """An alert on Azure's own management events, of one category. It looks at each event once."""
    at = declaration.head.at
    return Alert(
        head=declaration.head,
        name=declaration.body.text("name"),
        keys=keys,
        source=said("activity", at),
        category=category,
        enabled=enabled,
        query=nothing(at),
        operator=nothing(at),
        threshold=Known(value=None, at=at, origin="default"),
        aggregation=nothing(at),
        occurrences=Known(value=1, at=at, origin="default"),
        frequency=Known(value=None, at=at, origin="default"),
        lookback=Known(value=None, at=at, origin="default"),
        dimensions=ValueSet(members=(), at=at),
        action_groups=groups,
    )


def dimensions(blocks: Blocks) -> ValueSet[str]:
    """The dimensions by which an alert leaves something out. One with the value "*" splits and leaves out nothing."""
    members: list[Known[str] | Unknown] = []
    for block in blocks:
        values, name = block.texts("values"), block.text("name")
        everything = values.open is None and any(isinstance(v, Known) and v.value == "*" for v in values.members)
        including = block.text("operator")
        if everything and isinstance(including, Known) and including.value == "Include":
            continue
        members.append(name if isinstance(name, Unknown) else Known(value=name.value or "", at=name.at))
    return ValueSet(members=tuple(members), at=blocks.at, open=blocks.open)


def action_groups(blocks: Blocks, name: str) -> Links:
    """The action groups that blocks name, one each, by its id in the attribute `name`."""
    members: list[Known[str] | Unknown] = []
    for block in blocks:
        id_ = block.text(name)
        if isinstance(id_, Unknown):
            members.append(id_)
        elif id_.value:
            members.append(Known(value=id_.value, at=id_.at))
    return Links(values=ValueSet(members=tuple(members), at=blocks.at, open=blocks.open), to=ACTION_GROUPS, by=("arm_id",))


def minutes(duration: Text) -> Number:
    """An ISO 8601 duration of days, hours and minutes, in minutes; anything else is not known."""
    if isinstance(duration, Unknown):
        return duration
    if duration.value is None:
        return Known(value=None, at=duration.at, origin=duration.origin)
    found = _DURATION.fullmatch(duration.value)
    if found is None or not any(found.groups()):
        return Unknown(reason="a time that is no duration of days, hours and minutes", at=duration.at, how="correct the file")
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return Known(value=(days * 24 + hours) * 60 + minutes, at=duration.at, origin=duration.origin)


def times(number: Number, factor: Number) -> Number:
    """The product; null where one is not written."""
    if isinstance(number, Unknown):
        return number
    if isinstance(factor, Unknown):
        return factor
    if number.value is None or factor.value is None:
        return replace(number, value=None)
    return replace(number, value=number.value * factor.value)
