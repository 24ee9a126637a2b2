"""Everything in an estate that is a connector, or may be one: machines, scale sets, scripts, inventory entries.

Agents and servers of the other roles are found in the same way.

**What makes a connector**, first match decides:

1. A readable role tag. `connector` makes it one, of the group in `sparekey-group` or of `default`; any other role makes it none,
   whatever its scripts say: the user has said what it is.
2. An inventory entry with the machine's name.
3. A script that installs one, its own or one that an extension or run command certainly gives it. A Linux machine is none.
4. The marketplace image.

A machine of which role, scripts or image cannot be read may be one, and is asked about. Script and image say nothing of the
group to which an administrator moves a connector afterwards: it counts in `default`, where it starts, and *roams*: it may be in
another group all the same.

**The same connector seen twice** counts once where a name proves it: an inventory entry and a machine whose resource name or
host name is the entry's `host` (or its `name`). A `host` that differs from all names of a machine proves two; a `name` does not,
since it may be any text. Where neither is proven, and for a script whose machine is one of several, the candidate `may_be` the
other one, and the count is widened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sparekey.facts.candidate import DEFAULT_GROUP, Candidate, group_key, is_address, short_name
from sparekey.facts.connector_hosts import (
    Attached,
    Host,
    by_script,
    declared,
    install_place,
    may_not_run,
    names,
    of_host,
    readable_texts,
    tagged,
    with_article,
)
from sparekey.facts.directory_domains import SAID, key_of
from sparekey.facts.roles import CONNECTOR, Role
from sparekey.model.estate import Estate
from sparekey.model.kinds.hosting import Machine, MachineScript, MachineSet
from sparekey.model.resource import Resource, known_text, may_get_id
from sparekey.model.truth import Bounds, Cause, asks
from sparekey.model.value import Known, Reference, Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loose:
    """A script of which it is not certain on which machine it runs.

    `among` are all that it may be, empty if that is unknown; `maybe` are some that it may be, whatever else it may be.
    """

    script: MachineScript
    among: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()


def candidates(estate: Estate, role: Role = CONNECTOR) -> tuple[Candidate, ...]:
    """All candidates for a role in an estate, in the order of the files, each thing once where a name proves it."""
    machines = {h.id: h for h in _hosts([*estate.of("machine"), *estate.of("machine_set")]) if h.head.presence.answer != "no"}
    attached, loose = _scripts(estate, machines)
    owned: dict[str, list[Candidate]] = {}
    alone: list[tuple[Candidate, str]] = []
    gone = _deleted(estate)
    by_name: dict[str, list[Host]] = {}
    entries = tuple(_entries(estate, role))
    for machine in machines.values() if entries else ():
        if known_text(machine.marks.role) in (None, role.word):
            for called in names(machine):
                by_name.setdefault(called, []).append(machine)
    for entry, name, host in entries:
        same = by_name.get(name, [])
        if len(same) == 1:
            owned.setdefault(same[0].id, []).append(entry)
            continue
        deletion = None if same else gone.get(name)
        if deletion:
            entry = replace(entry, count=Bounds(least=0, most=0), because=(deletion, *entry.because))  # noqa: PLW2901
        alone.append((entry, host))
    found = [of_host(h, estate, role, attached.get(id_, ()), owned.get(id_, ())) for id_, h in machines.items()]
    known = {candidate.id: candidate for candidate in found if candidate}
    return (
        *known.values(),
        *(_compared(entry, host, known, machines) for entry, host in alone),
        *_of_scripts(loose, known, machines, role),
    )


def strangers(estate: Estate, role: Role = CONNECTOR) -> tuple[Candidate, ...]:
    """The candidates of other deployments. They can raise an upper bound only, so nothing is told apart among them."""
    mine = {key for r in (*estate.of("machine"), *estate.of("machine_set")) for key in _keys(r)}
    away = (*estate.beside("machine"), *estate.beside("machine_set"))
    hosts = [host for host in _hosts(away) if not mine & _keys(host)]
    by_address = {(host.head.deployment, host.head.address): host for host in hosts}
    found = [candidate for host in hosts if (candidate := of_host(host, estate, role))]
    for script in estate.beside("machine_script"):
        if isinstance(script, MachineScript) and _runs(script):
            targets = [by_address.get((script.head.deployment, ref.to)) for ref in _traced(script)]
            if not targets or not all(host is not None and tagged(host) for host in targets):
                found.extend(_of_scripts([_Loose(script=script)], {}, {}, role))
    return tuple(replace(candidate, certain=False, foreign=True) for candidate in found)


def _hosts(resources: Iterable[Resource]) -> Iterator[Host]:
    return (r for r in resources if isinstance(r, Machine | MachineSet))


def _keys(resource: Resource) -> set[str]:
    return {(known_text(key.value) or "").lower() for key in resource.keys} - {""}


def _deleted(estate: Estate) -> Mapping[str, Cause]:
    """The names of machines that this change deletes, each with where it does."""
    return {
        name: Cause(at=deletion.resource.at, label=f"{deletion.resource.label} is deleted")
        for deletion in estate.deletions
        if deletion.action == "delete" and isinstance(deletion.resource, Machine)
        for name in names(deletion.resource)
    }


# --- scripts of other declarations --------------------------------------------------------------------------------------


def _runs(script: MachineScript) -> bool:
    return known_text(script.os) != "linux" and script.head.presence.answer != "no"


def _traced(script: MachineScript) -> tuple[Reference, ...]:
    """What the machine's id comes from, where nothing else is behind it."""
    return tuple(ref for m in script.machine.values.members if isinstance(m, Unknown) and not m.beyond for ref in m.refs)


def _scripts(estate: Estate, machines: Mapping[str, Host]) -> tuple[Mapping[str, Sequence[Attached]], Sequence[_Loose]]:
    """The scripts of other declarations by the machine they run on, and those of which it is not certain.

    Where an id is unknown but all its references are known, the machine is taken to be one of those: a script for a machine
    that no file shows is given that machine's id.
    """
    attached: dict[str, list[Attached]] = {}
    loose: list[_Loose] = []
    for script in estate.of("machine_script"):
        if not isinstance(script, MachineScript) or not _runs(script):
            continue
        edges = [edge for edge in estate.linked(script, "machine").members if edge.target in machines]
        certain = [edge for edge in edges if edge.certain]
        for edge in certain or edges:
            attached.setdefault(edge.target, []).append(Attached(script=script, certain=bool(certain)))
        if not certain:
            seen = tuple(dict.fromkeys(edge.target for edge in edges))
            loose.append(_Loose(script=script, among=seen if _traced(script) else (), maybe=seen))
    return attached, loose


def _of_scripts(
    loose: Iterable[_Loose], known: Mapping[str, Candidate], machines: Mapping[str, Host], role: Role
) -> Iterator[Candidate]:
    """The loose scripts: each a candidate if it installs one, and asked about if it cannot be read.

    One that may run on machines only of which it is certain what they are adds nothing to that. One of which nothing is known
    may run on any candidate, and on any machine that a tag says to be something else.
    """
    seen: set[str] = set()
    anywhere = known.keys() | {id_ for id_, machine in machines.items() if tagged(machine)}
    for one in loose:
        script = one.script
        if one.among and all(tagged(machines[id_]) or _is_certain(known.get(id_)) for id_ in one.among):
            continue
        external = next((m.value.lower() for m in script.machine.values.members if isinstance(m, Known)), "")
        texts = readable_texts([script.scripts], role)
        found = role.installs(text.value for text in texts)
        plain = Candidate(
            id=script.id,
            label=script.head.address,
            head=script.head,
            count=_widest(script, [known.get(id_) for id_ in one.among], role) if one.among else _presence(script),
            slot="external" if external else known_text(script.slot) or script.id,
            may_be=frozenset(one.among or ((*one.maybe, *_called(external, machines, anywhere)) if external else anywhere)),
            placed=bool(one.among),
            domain=key_of([script.scripts], [script.domains], script.head.deployment) if role.by_domain else "",
        )
        if found and found.certain:
            if external not in seen:
                yield by_script(plain, found, install_place(texts, script.at, role), role)
            seen.update({external} - {""})
        elif found:
            doubt = may_not_run(script, install_place(texts, script.at, role), role)
            yield replace(plain, certain=False, classified=False, roams=True, doubts=(doubt,))
        elif not one.among:
            unknown = next((u for u in (script.scripts.open, *script.scripts.members) if isinstance(u, Unknown)), None)
            if unknown:
                why = "it is sensitive" if unknown.reason.startswith("sensitive") else "it cannot be read"
                reason = f"does {script.label} install {with_article(role.title)}, and of which group? {why}"
                doubt = Unknown(reason=reason, at=unknown.at, how=role.how, answers=(role.answer(),))
                yield replace(plain, certain=False, classified=False, roams=True, doubts=(doubt,))


def _called(external: str, machines: Mapping[str, Host], among: Iterable[str]) -> Iterator[str]:
    """Those of the machines whose id is not known and may turn out to be this one."""
    return (id_ for id_ in among if id_ in machines and may_get_id(machines[id_], external))


def _is_certain(candidate: Candidate | None) -> bool:
    return candidate is not None and candidate.certain


def _widest(script: MachineScript, among: Iterable[Candidate | None], role: Role) -> Bounds:
    """How many connectors a script makes that runs on one of these: as many as the least and the most of them has instances."""
    own = _presence(script)
    counts = [c.count for c in among if c] or [Bounds(least=1, most=1)]
    least = own.least * min(count.least for count in counts)
    mosts = [count.most for count in (*counts, own)]
    most = None if None in mosts else max(m for count in counts if (m := count.most) is not None) * (own.most or 0)
    missing = (*own.missing, *(cause for count in counts for cause in count.missing))
    reason = f"on which machine does {script.head.address} run?"
    question = Unknown(reason=reason, at=script.at, how=role.how, answers=(role.answer(),))
    return Bounds(least=least, most=most, missing=(missing or (asks(question),)) if least != most else ())


def _presence(resource: Resource) -> Bounds:
    """How many times a declaration is there."""
    count, presence = resource.head.count, resource.head.presence
    if presence.answer == "yes" or count.least == count.most == 0:
        return count
    return Bounds(least=0, most=count.most, missing=(*count.missing, *presence.because))


# --- inventory ------------------------------------------------------------------------------------------------------------


def _entries(estate: Estate, role: Role) -> Iterator[tuple[Candidate, str, str]]:
    """The inventory, one candidate for each thing of the role, with the name of its machine, and with its host where that is written."""
    seen: dict[str, tuple[Candidate, str]] = {}
    for entry in role.entries(estate):
        partial: Cause | None = None
        if isinstance(entry.partial, Unknown):
            partial = asks(entry.partial)
        elif entry.partial.value:
            question = f"which {role.title}s are in the group of {entry.label} besides? its inventory entry is partial"
            partial = asks(Unknown(reason=question, at=entry.partial.at, how="list them all and drop partial: true"))
        group = entry.group
        groups = () if isinstance(group, Unknown) else (group.value or DEFAULT_GROUP,)
        host = short_name(known_text(entry.host) or "")
        name = host or short_name(known_text(entry.name) or "") or f"#{entry.id}"
        one = Candidate(
            id=entry.id,
            label=entry.label,
            head=entry.head,
            count=_presence(entry),
            sources=("inventory",),
            groups=groups,
            listed=groups,
            because=(Cause(at=entry.at, label=f"{entry.label} (inventory)"),),
            roams=isinstance(group, Unknown),
            slot="inventory",
            list_partial=partial,
            domain=SAID if role.by_domain else "",
            doubts=(group,) if isinstance(group, Unknown) else (),
            classified=not isinstance(group, Unknown),
        )
        seen[name] = (declared(seen[name][0], [one]), seen[name][1] or host) if name in seen else (one, host)
    for name, (one, host) in seen.items():
        yield one, name, host


def _compared(entry: Candidate, host: str, known: Mapping[str, Candidate], machines: Mapping[str, Host]) -> Candidate:
    """The entry with every machine that it may be the same as. One that is said to be in another group is another connector."""
    may_be = frozenset(
        id_
        for id_, other in known.items()
        if "inventory" not in other.sources
        and (other.roams or entry.roams or any(entry.said_in(group_key(g)) for g in other.groups))
        and not _surely_another(host, machines[id_])
    )
    return replace(entry, may_be=may_be)


def _surely_another(called: str, host: Host) -> bool:
    """Whether the host name of an entry proves that it is not this machine, all of whose names are known."""
    if not called or is_address(called):
        return False
    if isinstance(host, MachineSet):
        prefix = host.host_prefix if isinstance(host.host_prefix, Unknown) or host.host_prefix.value else host.name
        start = known_text(prefix)
        return start is not None and not called.startswith(start.casefold())
    return isinstance(host.name, Known) and isinstance(host.host_name, Known) and called not in names(host)
