"""Directories of AWS, and connections of other identity providers that agents carry, with what they need on premises.

AWS runs two domain controllers or more of a directory, in two zones of its region, and connectors likewise (documentation of AWS Directory
Service). A connector keeps nothing: it asks one of the name servers that it was given, which are domain controllers of the customer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sparekey.facts.survivability import names, parts_places
from sparekey.facts.survivability.graph import Component, Group, Source, Tie
from sparekey.facts.survivability.materials import Materials, presence
from sparekey.model.answers import a_component, an_agent
from sparekey.model.kinds.agents import AgentGroup, DirectoryLink
from sparekey.model.kinds.directory import DirectoryService
from sparekey.model.kinds.directory_regions import DirectoryRegion
from sparekey.model.resource import Resource, known_text
from sparekey.model.value import Known, Text, Unknown

_PROVIDERS = {"auth0": "Auth0", "okta": "Okta"}
_CONTROLLER = "domain_controller"


def components(materials: Materials) -> Iterator[Component]:
    """The paths through directories of AWS and through connections that agents carry."""
    for directory in materials.estate.of("directory_service"):
        if isinstance(directory, DirectoryService):
            yield from _directory(directory, materials)
    links = [link for link in materials.estate.of("directory_link") if isinstance(link, DirectoryLink)]
    for same in _pools(links).values():
        yield from _link(same, links, materials)


def _path(resource: Resource, through: str) -> Component:
    return Component(
        name=names.sign_in(resource.id),
        kind="sign_in_path",
        at=(resource.at,),
        label=f"sign-in through {through}",
        needs=(Tie(to=resource.id, at=resource.at),),
        stops=False,
        doubt=presence(resource),
    )


# --- AWS ---------------------------------------------------------------------------------------------------------------------


def _directory(directory: DirectoryService, materials: Materials) -> Iterator[Component]:
    at, category = directory.at, known_text(directory.category)
    yield _path(directory, f"AWS directory {directory.label}")
    home = f"{directory.id}/home"
    yield from _part(home, directory, directory.region, materials, certain=True)
    regions = Group(name=f"regions of {directory.label}", members=(Tie(to=home, at=at),), at=at)
    if category not in ("ADConnector", "SimpleAD") and known_text(directory.edition) != "Standard":
        further, around, open_ = _regions(directory, materials)
        yield from around
        regions = Group(name=regions.name, members=(*regions.members, *further), at=at, open=open_)
    groups = [regions]
    hidden = directory.category if isinstance(directory.category, Unknown) else None
    if category == "ADConnector":
        controllers, around = _controllers(directory, materials)
        yield from around
        groups.append(controllers)
    yield Component(
        name=directory.id,
        kind="directory_service",
        at=(at,),
        label=f"AWS directory {directory.label}",
        groups=tuple(groups),
        stops=False,
        open=None if directory.id in materials.declared else hidden,
    )


def _part(name: str, of: Resource, region: Text, materials: Materials, *, certain: bool) -> Iterator[Component]:
    """What runs of a directory in one region. Where nobody tells which one, it is a region all the same (`certain`)."""
    how = "write the region (region = ...)"
    question = Unknown(reason=f"in which region is {of.label}?", at=region.at, how=how)
    placed = parts_places.in_region(region, "aws", materials, question=question)
    yield from placed.around
    needs = placed.needs
    if certain and not known_text(region):
        own = names.domain("region", f"of {of.head.address}")
        above, _ = parts_places.provider("aws", of.at)
        yield Component(name=own, kind="region", at=(of.at,), label=f"of {of.label}", needs=(above,))
        needs = (*needs, Tie(to=own, at=of.at, source="rule"))
    yield Component(name=name, kind="directory_region", at=(of.at,), label=f"{of.label} in its region", needs=needs)


def _regions(directory: DirectoryService, materials: Materials) -> tuple[tuple[Tie, ...], tuple[Component, ...], Unknown | None]:
    """The further regions that a directory is replicated to: children of one that is managed here."""
    estate = materials.estate
    members: list[Tie] = []
    around: list[Component] = []
    open_ = estate.leaks[0] if estate.leaks else None
    for region in (*estate.of("directory_region"), *estate.beside("directory_region")):
        if not isinstance(region, DirectoryRegion) or region.head.presence.answer == "no":
            continue
        edges = estate.edges.get((region.id, "directory"))
        edge = next((each for each in edges.members if each.target == directory.id), None) if edges else None
        if edges is None or edge is None:
            unread = edges.open.unknown if edges and edges.open else None
            reason = f"is {region.head.address} a region of {directory.label}?"
            elsewhere = None if edges else Unknown(reason=reason, at=region.at, how="scan both as one estate (estates:)")
            open_ = open_ or unread or elsewhere
            continue
        doubt = presence(region) or (None if edge.certain else edge.because.unknown)
        members.append(Tie(to=region.id, at=region.at, doubt=doubt))
        around += _part(region.id, region, region.region, materials, certain=False)
    if directory.head.looked_up:
        reason = f"to which regions is {directory.label} replicated? it is managed elsewhere"
        open_ = Unknown(reason=reason, at=directory.at, how="check the deployment that manages it")
    return tuple(members), tuple(around), open_


def _controllers(directory: DirectoryService, materials: Materials) -> tuple[Group, tuple[Component, ...]]:
    """The name servers that a connector asks: domain controllers, of whose place no file tells."""
    members: list[Tie] = []
    around: list[Component] = []
    servers = directory.dns_servers
    hidden = servers.open
    for member in servers.members:
        if isinstance(member, Unknown):
            hidden = hidden or member
            continue
        name, parts = _controller(member, materials)
        members.append(Tie(to=name, at=member.at))
        around += parts
    label = f"domain controllers that {directory.label} asks"
    return Group(name=label, members=tuple(members), at=servers.at, open=hidden), tuple(around)


def _controller(server: Known[str], materials: Materials) -> tuple[str, tuple[Component, ...]]:
    address = server.value.strip()
    own = names.declared(_CONTROLLER, address)
    said = materials.called.get(address.casefold())
    if said:
        return said, ()
    question = Unknown(
        reason=f"where does the domain controller at {address} stand?",
        at=server.at,
        how=f'inventory: components: [{{id: "{address}", kind: domain-controller, needs: ["site:NAME"]}}]',
        answers=(a_component(address, "domain-controller"),),
    )
    places = tuple(
        name for kind in ("site", "region", "zone") for name in (*materials.domains.get(kind, ()), names.unnamed(kind))
    )
    needs = tuple(Tie(to=place, at=server.at, doubt=question) for place in places)
    around = tuple(
        Component(name=place, kind=place.partition(":")[0], at=(server.at,), label=names.shown(place)) for place in places
    )
    label = f"the domain controller at {address}"
    return own, (Component(name=own, kind=_CONTROLLER, at=(server.at,), label=label, needs=needs), *around)


# --- agents of other providers -------------------------------------------------------------------------------------------------


def _pools(links: Sequence[DirectoryLink]) -> dict[str, list[DirectoryLink]]:
    """The declarations that speak of one connection: those that name one pool of agents of one provider."""
    found: dict[str, list[DirectoryLink]] = {}
    for link in links:
        provider, pool = known_text(link.provider), known_text(link.group)
        found.setdefault(f"{provider}/{pool}" if provider and pool else link.id, []).append(link)
    return found


def _link(same: Sequence[DirectoryLink], links: Sequence[DirectoryLink], materials: Materials) -> Iterator[Component]:
    """A connection: the agents that carry it, and what the provider remembers of those who signed in before."""
    link = same[0]
    at, provider = link.at, known_text(link.provider) or "the provider"
    called = _PROVIDERS.get(provider, provider)
    remembers, unsure = known_flag(link)
    scope = ", of those who signed in before" if remembers else ""
    yield _path(link, f"{called} and its connection {link.label}{scope}")
    cloud, service = parts_places.provider(provider, at)
    yield Component(name=service.name, kind="provider", at=service.at, label=called)
    carried = f"{link.id}/agents"
    agents, around = _agents(same, links, materials)
    yield from around
    yield Component(name=carried, kind="agents", at=(at,), label=f"the agents of {link.label}", groups=(agents,), stops=False)
    ways = [Tie(to=carried, at=at)]
    if remembers or unsure:
        memory = f"{link.id}/memory"
        label = f"what {called} remembers of passwords"
        yield Component(name=memory, kind="cloud_service", at=(link.remembers.at,), label=label, needs=(cloud,), stops=False)
        ways.append(Tie(to=memory, at=link.remembers.at, source="rule", doubt=unsure))
    yield Component(
        name=link.id,
        kind="directory_link",
        at=(at,),
        label=f"connection {link.label}",
        needs=(cloud,),
        groups=(Group(name=f"ways to prove a password to {link.label}", members=tuple(ways), at=at),),
        stops=False,
    )


def known_flag(link: DirectoryLink) -> tuple[bool, Unknown | None]:
    """Whether a provider certainly remembers passwords, and the question where it may."""
    if isinstance(link.remembers, Unknown):
        return False, link.remembers
    return bool(link.remembers.value), None


def _agents(
    same: Sequence[DirectoryLink], links: Sequence[DirectoryLink], materials: Materials
) -> tuple[Group, tuple[Component, ...]]:
    """The agents that carry a connection: groups of hosts that have the role, else those that it lists itself."""
    link = same[0]
    at, role = link.at, known_text(link.role)
    groups = materials.of_role(role) if role else ()
    question = Unknown(
        reason=f"which agents carry {link.label}?",
        at=at,
        how=f"tag their hosts (sparekey-role: {role or '...'}), or inventory: agents: [{{name: , role: {role or '...'}, host: , site: }}]",
        answers=(an_agent(role),) if role else (),
    )
    alone = len({known_text(each.group) or each.id for each in links if known_text(each.role) == role}) == 1
    own = [group for group in groups if _named_alike(group, link)]
    if own or (alone and len(groups) == 1):
        group = (own or list(groups))[0]
        source: Source = "code" if own else "assumed"
        tie = Tie(to=group.id, at=group.at, source=source, doubt=presence(group))
        return Group(name=f"agents of {link.label}", members=(tie,), at=at), ()
    members = [Tie(to=group.id, at=group.at, doubt=question) for group in groups]
    around = []
    seen = {member.value: member for each in same for member in each.agents.members if isinstance(member, Known)}
    for id_, member in () if groups else seen.items():
        name = f"{link.id}/agent/{id_}"
        members.append(Tie(to=name, at=member.at))
        where = Unknown(reason=f"on which host does the agent {id_} run?", at=member.at, how=question.how)
        places = (names.unnamed("site"), *materials.domains.get("site", ()), *materials.domains.get("host", ()))
        needs = tuple(Tie(to=place, at=member.at, doubt=where) for place in places)
        around.append(Component(name=name, kind="agent", at=(member.at,), label=f"agent {id_}", needs=needs))
        around += [Component(name=p, kind=p.partition(":")[0], at=(member.at,), label=names.shown(p)) for p in places]
    return Group(name=f"agents of {link.label}", members=tuple(members), at=at, open=question), tuple(around)


def _named_alike(group: AgentGroup, link: DirectoryLink) -> bool:
    """Whether a group of hosts is named after the connection or after its pool."""
    wanted = {(word or "").strip().casefold() for word in (known_text(link.group), known_text(link.name))} - {""}
    return group.head.address.rpartition("/")[2].casefold() in wanted
