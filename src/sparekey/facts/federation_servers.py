"""AD FS farms: whether domain controllers stand beside them, and whether one waits for itself.

Facts of every `agent_group` (they mean something for AD FS farms alone):

- `local_controllers`: how many domain controllers there are at the site of the farm's server that has the fewest. Two servers stand at
  one site where both are said to (`sparekey-site`, inventory), or, where that is not said of both, in one cloud region.
  Controllers of several groups (of several domains, then) are only possibly of the domain that the farm asks.
- `federates_directory`: the cloud directory sends people of some domain to this farm. Said by the inventory (`federation:
  adfs_servers`) or by a script that federates a domain.
- `trusts_directory`: the farm in turn sends people to the cloud directory (as a claims provider). Said by a script that adds it. What
  no script says is a no as for any other role: a farm is what it is set up to be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sparekey.facts.agent_hosts import Member, asked_of, entries, members, said, unseen
from sparekey.model.answers import all_there_are, an_agent, what_federates
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.agents import Agent, AgentGroup
from sparekey.model.kinds.hosting import Machine, MachineScript, MachineSet
from sparekey.model.resource import known_text
from sparekey.model.truth import Answer, Bounds, Cause, Truth, all_of, any_of, asks, maybe, no, unique, yes
from sparekey.model.value import Known, Text, Unknown, ValueSet

_FARM = "adfs"
_CONTROLLER = "adds-dc"
_FEDERATES = re.compile(r"Convert-MsolDomainToFederated|(?:New|Update)-MsolFederatedDomain", re.IGNORECASE)
"""Commands that set up a domain of the directory and the AD FS server that they run on for one another (Microsoft's references). What
the Graph module's commands set up may be any server."""
_TRUSTS = re.compile(
    r"Add-AdfsClaimsProviderTrust\b[^\r\n;]{0,400}(?:login\.microsoftonline\.com|sts\.windows\.net)", re.IGNORECASE
)
"""The command that makes the directory a claims provider of AD FS, by its metadata address."""
_HOW = "tag the machine (sparekey-site), or write its site in sparekey.yaml (inventory: agents)"


def facts(estate: Estate, groups: Sequence[AgentGroup]) -> Iterator[Fact]:
    """The facts above."""
    controllers = [group for group in groups if known_text(group.role) == _CONTROLLER]
    for group in groups:
        farm = known_text(group.role) == _FARM
        yield Fact(subject=group.id, name="local_controllers", value=_local(group, controllers, estate) if farm else _NONE)
        yield Fact(subject=group.id, name="federates_directory", value=_federates(group, estate) if farm else no())
        yield Fact(subject=group.id, name="trusts_directory", value=_by_script(group, _TRUSTS, estate) if farm else no())


_NONE = Bounds(least=0, most=0)


# --- controllers beside the farm ---------------------------------------------------------------------------------------


def _local(farm: AgentGroup, controllers: Sequence[AgentGroup], estate: Estate) -> Bounds:
    """The fewest controllers at the site of any server of the farm. A server that nobody sees may stand where there is none."""
    servers = members(farm, estate)
    counts = [_beside(server, controllers, estate) for server in servers]
    mosts = [count.most for server, count in zip(servers, counts, strict=True) if server.doubt is None and count.most is not None]
    most = min(mosts, default=None)
    more = unseen(farm)
    least = 0 if more else min((count.least for count in counts), default=0)
    least = least if most is None else min(least, most)
    missing = [cause for count in counts for cause in count.missing]
    missing += [*more, *(server.doubt for server in servers if server.doubt)]
    lowest = min(counts, key=lambda count: (count.least, count.most is None), default=_NONE)
    return Bounds(least=least, most=most, because=lowest.because, missing=_asked(missing, farm) if least != most else ())


def _asked(missing: Sequence[Cause], farm: AgentGroup) -> tuple[Cause, ...]:
    question = Unknown(reason=f"at which sites do the servers of {farm.label} stand?", at=farm.at, how=_HOW)
    return unique(missing) or (asks(question),)


def _beside(server: Member, groups: Sequence[AgentGroup], estate: Estate) -> Bounds:
    """How many controllers stand at the site of one server."""
    site, _ = _location(server, estate)
    here = Cause(at=site.at if said(site) else server.at, label=f"{server.label} stands here")
    complete = estate.complete.get("domain_controller")
    if not groups and complete and not estate.leaks:
        return Bounds(least=0, most=0, because=(here, Cause(at=complete, label="declared complete")))
    least, most, open_ = 0, 0, not groups
    because: list[Cause] = [here]
    missing: list[Cause] = []
    for group in groups:
        found = members(group, estate)
        sure = 0
        for other in found:
            where = _together(server, other, estate)
            if where == "no":
                continue
            most += 1
            open_ = open_ or other.several
            if where == "maybe":
                missing.append(asks(_where(server, other, estate)))
            elif other.doubt:
                missing.append(other.doubt)
            else:
                sure += 1
                because.append(Cause(at=other.at, label=f"{other.label} stands beside it"))
        if len(groups) == 1 and group.head.presence.answer == "yes":
            # Two members may be one server seen twice.
            twice = max(0, sum(other.doubt is None for other in found) - group.agents.least)
            least = max(min(sure, 1), sure - twice)
        more = unseen(group)
        open_ = open_ or bool(more)
        missing.extend(more)
    if open_ or (least != most and not missing):
        missing.append(asks(_which(server, here, seen=bool(groups))))
    bound = None if open_ else most
    return Bounds(least=least, most=bound, because=tuple(because), missing=unique(missing) if least != bound else ())


def _which(server: Member, here: Cause, *, seen: bool) -> Unknown:
    """`seen`: there are controllers that may stand there. A list of others would not say whether these do."""
    return Unknown(
        reason=f"which domain controllers stand at the site of {server.label}?",
        at=here.at,
        how="tag them (sparekey-role: adds-dc, sparekey-site), those of one domain with one sparekey-group, list them in "
        "sparekey.yaml (inventory: agents), or say complete: [domain_controller] there",
        answers=() if seen else (an_agent(_CONTROLLER), all_there_are("domain_controller")),
    )


def _location(server: Member, estate: Estate) -> tuple[Text, Text]:
    """The site that is said of a server, and the cloud region that it stands in."""
    found = server.resource
    nothing: Text = Known(value=None, at=server.at, origin="default")
    if isinstance(found, Agent):
        return found.site, nothing
    if not isinstance(found, Machine | MachineSet):
        return nothing, nothing
    site = found.marks.site
    if not said(site):
        site = next((entry.site for entry in entries(found, estate) if said(entry.site)), site)
    return site, found.region


def _together(one: Member, other: Member, estate: Estate) -> Answer:
    """Whether two servers stand at one site."""
    for mine, theirs in zip(_location(one, estate), _location(other, estate), strict=True):
        if isinstance(mine, Unknown) or isinstance(theirs, Unknown):
            return "maybe"
        if mine.value is not None and theirs.value is not None:
            return "yes" if mine.value.strip().casefold() == theirs.value.strip().casefold() else "no"
    return "maybe"


def _where(one: Member, other: Member, estate: Estate) -> Unknown:
    texts = (*_location(one, estate), *_location(other, estate))
    unknown = next((text for text in texts if isinstance(text, Unknown)), None)
    vague = other if not said(_location(other, estate)[0]) else one
    role = _CONTROLLER if vague is other else _FARM
    at, how, answers = asked_of(vague, role, estate, key="site", blank="site", at=vague.at)
    return unknown or Unknown(reason=f"at which site does {vague.label} stand?", at=at, how=how, answers=answers)


# --- who sends people to whom -------------------------------------------------------------------------------------------


def _federates(farm: AgentGroup, estate: Estate) -> Truth:
    """Whether the directory sends people to the farm; a question where nothing says so.

    The inventory's list of the servers to which it does is a whole one, and proves a no for a farm that has none of them.
    """
    said_so = Cause(at=farm.at, label="federation: adfs_servers")
    listed = [all_of([entry.head.presence, yes(replace(said_so, at=entry.at))]) for entry in _listed(farm, estate)]
    if listed:
        return any_of(listed)
    script = _by_script(farm, _FEDERATES, estate)
    if script.answer != "no":
        return script
    all_listed = [entry for entry in _federating(estate) if entry.head.presence.answer == "yes" and _whole(entry)]
    if all_listed and len(all_listed) == len(_federating(estate)) and not unseen(farm):
        return no(*(replace(said_so, at=entry.at) for entry in all_listed))
    question = Unknown(
        reason=f"does the directory send people to the AD FS farm {farm.label}?",
        at=farm.at,
        how="list the servers to which it does in sparekey.yaml (inventory: federation: adfs_servers)",
        answers=(what_federates(),),
    )
    return maybe(asks(question))


def _federating(estate: Estate) -> tuple[Agent, ...]:
    """The AD FS servers to which the inventory says that the directory sends people."""
    found = (entry for entry in estate.of("agent") if isinstance(entry, Agent) and known_text(entry.role) == _FARM)
    return tuple(entry for entry in found if entry.head.address.startswith("inventory.federation."))


def _whole(entry: Agent) -> bool:
    return isinstance(entry.partial, Known) and not entry.partial.value


def _listed(farm: AgentGroup, estate: Estate) -> Iterator[Agent]:
    """Entries of the inventory's `federation` that are servers of this farm."""
    for member in members(farm, estate):
        found = (member.resource,) if isinstance(member.resource, Agent) else tuple(entries(member.resource, estate))
        yield from (
            entry for entry in found if isinstance(entry, Agent) and entry.head.address.startswith("inventory.federation.")
        )


def _by_script(farm: AgentGroup, pattern: re.Pattern[str], estate: Estate) -> Truth:
    """Whether a script of a server of the farm says so. What cannot be read may."""
    found: list[Truth] = []
    for member in members(farm, estate):
        surely = member.doubt is None
        if isinstance(member.resource, Machine | MachineSet | MachineScript):
            found.append(_says(member.resource.scripts, pattern, surely=surely))
        for script in estate.of("machine_script"):
            if isinstance(script, MachineScript) and script.head.presence.answer != "no":
                ends = [end for end in estate.linked(script, "machine").members if end.target == member.id]
                there = script.head.presence.answer == "yes"
                found += [_says(script.scripts, pattern, surely=surely and there and end.certain) for end in ends[:1]]
    return any_of([*found, no()])


def _says(texts: ValueSet[str], pattern: re.Pattern[str], *, surely: bool) -> Truth:
    known = next((text for text in texts.members if isinstance(text, Known) and pattern.search(text.value)), None)
    if known is not None:
        question = Unknown(reason="does this script run on a server of the farm?", at=known.at, how="give the machine's id")
        return yes(Cause(at=known.at, label="script")) if surely else maybe(asks(question))
    unknown = next((text for text in (texts.open, *texts.members) if isinstance(text, Unknown)), None)
    return no() if unknown is None else maybe(asks(unknown))
