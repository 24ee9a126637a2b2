"""What only the inventory knows: sites and the links they need, servers outside the cloud, people and the keys they hold."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.facts.survivability import names
from sparekey.facts.survivability.declared_places import category_of
from sparekey.facts.survivability.graph import DOMAINS, Component, Group, Tie
from sparekey.facts.survivability.materials import Materials, opening, presence
from sparekey.model.kinds.inventory import Alternatives, DeclaredComponent, Person
from sparekey.model.resource import known_text
from sparekey.model.value import Known, Unknown


def components(materials: Materials) -> Iterator[Component]:
    """Every component of the inventory with what it stands on, sites with their links, people with what they hold."""
    links: dict[str, list[Tie]] = {}
    for resource in materials.estate.of("component"):
        if not isinstance(resource, DeclaredComponent):
            continue
        name = materials.named(names.declared(known_text(resource.category) or "component", resource.label))
        found = _component(resource, name, materials)
        yield found
        yield from _named_domains(found)
        if known_text(resource.category) == "link":
            for member in resource.serves.members:
                if isinstance(member, Known):
                    tie = Tie(to=name, at=member.at, source="declared", doubt=presence(resource))
                    links.setdefault(names.domain("site", member.value), []).append(tie)
    for site, ties in links.items():
        at = ties[0].at
        group = Group(name=f"links of {names.shown(site)}", members=tuple(ties), at=at)
        yield Component(name=site, kind="site", at=(at,), label=names.shown(site), groups=(group,))
    yield from _people(materials)


_ONLY_NAMED = frozenset(DOMAINS) - {"site", "host", "link"}
"""Failure domains that are there because something is said to stand in them. A site, host or link is an entry of its own."""


def _named_domains(component: Component) -> Iterator[Component]:
    for tie in component.ties():
        kind, colon, _ = tie.to.partition(":")
        if colon and kind in _ONLY_NAMED:
            yield Component(name=tie.to, kind=kind, at=(tie.at,), label=names.shown(tie.to))


def _component(resource: DeclaredComponent, name: str, materials: Materials) -> Component:
    doubt = presence(resource)
    hidden = [opening(resource.needs), *(opening(each.members) for each in resource.alternatives)]
    category = category_of(resource)
    if name in materials.nowhere and category != "cluster":
        hidden.append(_where(resource))
    return Component(
        name=name,
        kind=category,
        at=(resource.at,),
        label=names.shown(name) if category in DOMAINS else resource.label,
        needs=materials.ties(resource.needs),
        groups=tuple(_group(resource, number, each, materials) for number, each in enumerate(resource.alternatives)),
        # What was to be looked at again may need what nobody says any more.
        open=next((unknown for unknown in hidden if unknown), None) or doubt,
    )


def _where(resource: DeclaredComponent) -> Unknown:
    """The question where a thing stands that stands somewhere. Of a cluster its own part asks."""
    how = "say so in its entry: needs: [region:NAME], or groups: [{members: [region:NAME, region:OTHER]}] for several"
    return Unknown(reason=f"in which region or at which site does {resource.label} stand?", at=resource.at, how=how)


def _group(resource: DeclaredComponent, number: int, each: Alternatives, materials: Materials) -> Group:
    members = materials.ties(each.members)
    least, most, doubt = 1, None, None
    if isinstance(each.least, Unknown):
        most, doubt = max(1, len(members)), each.least
    elif each.least.value is not None:
        least = each.least.value
    label = resource.label if number == 0 else f"{resource.label} ({number + 1})"
    return Group(name=label, members=members, at=each.members.at, least=least, most=most, doubt=doubt, open=opening(each.members))


def _people(materials: Materials) -> Iterator[Component]:
    """Each person, and for each thing that people hold the group of those who do: nobody else can bring it."""
    holders: dict[str, list[Tie]] = {}
    for person in materials.estate.of("person"):
        if not isinstance(person, Person):
            continue
        name = names.domain("operator", person.label)
        yield Component(name=name, kind="operator", at=(person.at,), label=person.label, doubt=presence(person))
        for member in person.holds.members:
            if isinstance(member, Known):
                tie = Tie(to=name, at=member.at, source="declared")
                holders.setdefault(_held(member.value, materials), []).append(tie)
    for held, ties in holders.items():
        group = Group(name="holders", members=tuple(ties), at=ties[0].at)
        yield Component(name=held, kind=_HELD, at=(ties[0].at,), groups=(group,))


_HELD = "key"


def _held(text: str, materials: Materials) -> str:
    """What somebody holds: the sign-in of an emergency account by its name, or any other component."""
    folded = text.strip().casefold()
    for user in materials.estate.of("user"):
        for view in materials.estate.views(user):
            if folded in {(known_text(key.value) or "").casefold() for key in view.keys if key.space in ("upn", "object_id")}:
                return names.emergency(user.id)
    return materials.named(text)
