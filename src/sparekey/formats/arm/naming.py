"""What resources are called in addresses and reasons: by their names, and where those are not known by the expressions as written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from sparekey.formats.arm.language.values import Later, Value, pattern_of
from sparekey.formats.arm.language.wording import LONGEST, bounded, last_part, readable
from sparekey.formats.arm.template.instance import Instance
from sparekey.formats.arm.template.sections import held, member

_UNIQUE = ("uniqueName", "name")
"""Properties by which what the extension for Microsoft Graph deploys is told apart."""

_MOST_READ = 10_000
"""Characters of a pattern that are read before its middle is left out."""

_PLACES = ("scope", "resourceGroup", "subscriptionId")
"""Members of a resource that say where it lies, the one that says most first."""


def name_of(instance: Instance) -> str:
    """The name of an instance as its address shows it: where it is not known, as it is written."""
    if isinstance(instance.name, str):
        return bounded(instance.name)
    above = f"{name_of(instance.parent)}/" if instance.parent is not None else ""
    name = held(instance.raw, "name")
    turn = f"[{instance.turn}]" if instance.turn is not None else ""
    if name is None:
        # What an extension deploys bears no name; one that nothing else in the directory has may be among its properties.
        own = next((found for key in _UNIQUE if (found := _written_out(instance, key))), None)
        return bounded(own) if own else bounded(f"{above}{instance.symbol or '?'}{turn}")
    return bounded(f"{above}{_written(name) or instance.symbol or '?'}{turn}")


def told_apart(bases: Mapping[str, Instance]) -> Mapping[str, str]:
    """What each of several places of resources of one name is called, no two the same. Of each place one resource is given."""
    called: dict[str, str] = {}
    left = dict(bases)
    for naming in _NAMINGS:
        texts = {place: naming(instance) for place, instance in left.items()}
        counts = Counter(text.lower() for text in (*called.values(), *texts.values()))
        called.update({place: text for place, text in texts.items() if counts[text.lower()] == 1})
        left = {place: instance for place, instance in left.items() if place not in called}
    for number, (place, instance) in enumerate(left.items(), 1):
        called[place] = f"{_whole(instance)} ({number})"
    return called


def _last(instance: Instance) -> str:
    """The last name of where an instance lies: of a group its name, or the expression that says it."""
    last = last_part(pattern_of(instance.base))
    return bounded(last) if "{" not in last else _place(instance) or readable(last)


def _computed(instance: Instance) -> str:
    """The same, worked out: what the expression is made of."""
    return _middle_out(last_part(pattern_of(instance.base)))


def _whole(instance: Instance) -> str:
    return _middle_out(pattern_of(instance.base))


def _middle_out(pattern: str) -> str:
    """A pattern for people of which the beginning and the end are kept: names that a template makes often differ at the end."""
    text = readable(pattern, _MOST_READ)
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]}…{text[-(LONGEST // 2 - 1) :]}"


_NAMINGS: tuple[Callable[[Instance], str], ...] = (_last, _computed, _whole)


def _place(instance: Instance) -> str:
    """Where an instance lies as it is written, on itself or on what deploys it; "" where nothing says it."""
    above: Instance | None = instance
    while above is not None:
        one = above
        while one.parent is not None:
            one = one.parent
        found = next((text for key in _PLACES if (text := _written(held(one.raw, key)))), "")
        if found:
            return bounded(found)
        above = one.deployment.parent
    return ""


def _written(raw: object) -> str:
    """A member as it is written; of a template that an expression made, what is known of it."""
    if isinstance(raw, Later):
        return readable(raw.pattern)
    return raw if isinstance(raw, str) else "" if raw is None else str(raw)[:LONGEST]


def _written_out(instance: Instance, key: str) -> str | None:
    properties: Value = instance.get("properties")
    found = member(properties, key)
    return found[1] if found and isinstance(found[1], str) else None
