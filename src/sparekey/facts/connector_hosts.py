"""Whether a machine or scale set is a connector (or has another role), by what its tags, its scripts and its image say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sparekey.facts.candidate import DEFAULT_GROUP, Candidate, short_name
from sparekey.facts.capacity import capacity
from sparekey.facts.directory_domains import SAID, is_whole, key_of
from sparekey.facts.installers import Installation
from sparekey.facts.roles import Role
from sparekey.facts.script_text import UNSEEN
from sparekey.model.estate import Estate
from sparekey.model.kinds.hosting import Machine, MachineScript, MachineSet
from sparekey.model.known_parts import whole_words
from sparekey.model.resource import Resource, known_text
from sparekey.model.span import Place
from sparekey.model.truth import Bounds, Cause, asks, unique
from sparekey.model.value import Known, Limits, Unknown, ValueSet

Host = Machine | MachineSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A script of another declaration that runs on a host, for certain or possibly."""

    script: MachineScript
    certain: bool


def tagged(host: Host) -> bool:
    """Whether a readable tag says what the host is."""
    return isinstance(host.marks.role, Known) and host.marks.role.value is not None


def names(host: Host) -> set[str]:
    """The names by which one machine is known. The instances of a scale set have none that is known beforehand."""
    if isinstance(host, MachineSet):
        return set()
    return {short_name(n) for n in (known_text(host.name), known_text(host.host_name)) if n}


def of_host(
    host: Host, estate: Estate, role: Role, scripts: Sequence[Attached] = (), entries: Sequence[Candidate] = ()
) -> Candidate | None:
    """The candidate that a host is, or None where it surely has not the role. `entries` of the inventory name this very host."""
    found = _of_host(host, estate, role, scripts, entries)
    if found is None or not role.by_domain:
        return found
    installing = [one.script for one in scripts if one.certain and _installs_by(one.script.scripts, role)]
    key = key_of([host.scripts, *(one.scripts for one in installing)], [one.domains for one in installing], host.head.deployment)
    said = {"tag", "inventory"} & set(found.sources)
    called = names(host)
    return replace(
        found, domain=key if is_whole(key) or not said else SAID, called=next(iter(called)) if len(called) == 1 else ""
    )


def _installs_by(texts: ValueSet[str], role: Role) -> bool:
    found = role.installs(text.value for text in readable_texts([texts], role))
    return found is not None and found.certain


def _of_host(
    host: Host, estate: Estate, role: Role, scripts: Sequence[Attached], entries: Sequence[Candidate]
) -> Candidate | None:
    mark = host.marks.role
    if isinstance(mark, Known) and (
        mark.value not in (None, role.word) or (mark.value is None and _says_nothing(host, role, scripts, entries))
    ):
        return None
    plain = Candidate(id=host.id, label=host.label, head=host.head, count=_count(host, estate, role))
    if isinstance(mark, Known) and mark.value is not None:
        return declared(_by_tag(plain, host, role), entries)
    doubts = tuple(_unreadable(host, scripts, role))
    if isinstance(mark, Unknown):
        group = known_text(host.marks.group)
        groups = (group,) if group else ()
        hidden = replace(plain, certain=False, classified=False, tags_hidden=True, groups=groups, roams=not groups)
        return declared(replace(hidden, partial=_partial(host, role), doubts=(mark, *doubts)), entries)
    if entries:
        return declared(plain, entries)
    if known_text(host.os) == "linux":
        return None
    texts = readable_texts([host.scripts, *(a.script.scripts for a in scripts if a.certain)], role)
    found = role.installs(text.value for text in texts)
    if found and found.certain:
        candidate = by_script(plain, found, install_place(texts, host.at, role), role)
        # Where no group is named, what cannot be read may name one.
        unread = () if found.groups or found.hidden or not role.grouped else doubts
        return replace(candidate, groups=(), roams=True, doubts=unread, classified=False) if unread else candidate
    image = next((i for i in host.images.members if isinstance(i, Known) and i.value == role.image), None)
    if image:
        because = (Cause(at=image.at, label=f"{host.label} (marketplace image)"), *plain.count.because)
        return replace(plain, sources=("image",), groups=(DEFAULT_GROUP,), roams=True, because=because)
    if found:
        doubts = (may_not_run(host, install_place(texts, host.at, role), role), *doubts)
    if doubts:
        return replace(plain, certain=False, classified=False, roams=True, doubts=doubts)
    return _perhaps_by_script(plain, [a.script for a in scripts if not a.certain], role)


def _says_nothing(host: Host, role: Role, scripts: Sequence[Attached], entries: Sequence[Candidate]) -> bool:
    """Whether nothing but a tag could give the host the role: asked first, because most machines of an estate are like that."""
    if entries or scripts or host.scripts.members or host.scripts.open or host.images.open:
        return False
    return not any(isinstance(image, Unknown) or image.value == role.image for image in host.images.members)


def declared(candidate: Candidate, entries: Sequence[Candidate]) -> Candidate:
    """The candidate with what the inventory says of it.

    The inventory answers for scripts and images, known or not. Tags are believed beside it; as long as they cannot be read they
    may say another group.
    """
    for entry in entries:
        hidden = candidate.tags_hidden
        said = candidate.groups if hidden or {"tag", "inventory"} & set(candidate.sources) else ()
        candidate = replace(
            candidate,
            sources=tuple(dict.fromkeys((*candidate.sources, "inventory"))),
            groups=tuple(dict.fromkeys((*said, *entry.groups))),
            listed=tuple(dict.fromkeys((*candidate.listed, *entry.listed))),
            because=unique((*candidate.because, *entry.because)),
            list_partial=candidate.list_partial or entry.list_partial,
            roams=entry.roams or (hidden and candidate.roams),
            doubts=(*(candidate.doubts if hidden else ()), *entry.doubts),
            classified=entry.classified and not hidden,
            certain=True,
        )
    return candidate


def by_script(plain: Candidate, found: Installation, at: Place, role: Role) -> Candidate:
    """A candidate that an installer script gives its role."""
    because = (Cause(at=at, label=f"{plain.label} (installer script)"), *plain.count.because)
    if found.hidden:
        question = Unknown(
            reason=f"which {role.title} group does {plain.label} join? its script has it in a variable",
            at=at,
            how=role.how,
            answers=(role.answer(),),
        )
        return replace(plain, sources=("script",), roams=True, because=because, doubts=(question,), classified=False)
    groups = found.groups or (DEFAULT_GROUP,)
    return replace(plain, sources=("script",), groups=groups, roams=not found.groups, because=because)


def may_not_run(resource: Resource, at: Place, role: Role) -> Unknown:
    """The question about something that installs what has the role in a place where it may not be run."""
    reason = f"does {resource.label} install {with_article(role.title)}? its script says so where it may not be run"
    return Unknown(reason=reason, at=at, how=role.how, answers=(role.answer(),))


def install_place(texts: Sequence[Known[str]], header: Place, role: Role) -> Place:
    """Where the script stands that installs what has the role."""
    found = [(text.at, installed) for text in texts if (installed := role.installs([text.value]))]
    return next((at for at, installed in found if installed.certain), found[0][0] if found else header)


def readable_texts(sets: Iterable[ValueSet[str]], role: Role) -> list[Known[str]]:
    """What is known of all texts.

    Of one that is known in part only, its beginning and its end, or the whole words that certainly stand in it, count for a role of which no text
    says the group, with `UNSEEN` for what is not known: whatever that is, the machine installs what these name.
    """
    found: list[Known[str]] = []
    for member in (member for values in sets for member in values.members):
        if isinstance(member, Known):
            found.append(member)
        elif not role.grouped:
            limits = member.limits or Limits()
            begins, ends = whole_words((limits.prefix or "", None)), whole_words((None, limits.suffix or ""))
            words = member.parts or (*begins, *ends)
            if words:
                before, after = ("" if known else UNSEEN for known in (begins, ends))
                found.append(Known(value=f"{before}{UNSEEN.join(words)}{after}", at=member.at))
    return found


def _by_tag(plain: Candidate, host: Host, role: Role) -> Candidate:
    marks = host.marks
    partial = _partial(host, role)
    if isinstance(marks.group, Unknown):
        doubtful = replace(plain, sources=("tag",), roams=True, partial=partial, classified=False, tags_hidden=True)
        return replace(doubtful, doubts=(marks.group,))
    name = marks.group.value or DEFAULT_GROUP
    said = f"sparekey-group={name}" if marks.group.value else f"sparekey-role={role.word}"
    tag = Cause(at=marks.group.at if marks.group.value else marks.role.at, label=f"{host.label} (tag {said})")
    return replace(plain, sources=("tag",), groups=(name,), because=(tag, *plain.count.because), partial=partial)


def _partial(host: Host, role: Role) -> Cause | None:
    """What `sparekey-partial` of the host says, or may say, of its group: that there are more."""
    partial = host.marks.partial
    if isinstance(partial, Unknown):
        return asks(partial)
    if not partial.value:
        return None
    question = f"which {role.title}s are in the group of {host.label} besides? sparekey-partial says that there are more"
    return asks(Unknown(reason=question, at=partial.at, how="tag them all and drop sparekey-partial"))


def _perhaps_by_script(plain: Candidate, scripts: Iterable[MachineScript], role: Role) -> Candidate | None:
    """A machine that may be the one on which a script of several possible machines runs."""
    for script in scripts:
        found = role.installs(text.value for text in readable_texts([script.scripts], role))
        if found:
            doubt = Unknown(
                reason=f"does {script.label} run on {plain.label}?",
                at=script.machine.values.at,
                how=role.how,
                answers=(role.answer(),),
            )
            maybe = replace(by_script(plain, found, script.at, role), because=(), certain=False, classified=True)
            return replace(maybe, shadow=True, doubts=(doubt,))
    return None


def _unreadable(host: Host, scripts: Sequence[Attached], role: Role) -> Iterator[Unknown]:
    """What of a machine cannot be read and could give it the role: no Linux machine has one by its scripts."""
    if known_text(host.os) == "linux":
        return
    for values in (host.scripts, *(a.script.scripts for a in scripts), host.images):
        unknown = next((u for u in (values.open, *values.members) if isinstance(u, Unknown)), None)
        if unknown:
            yield _asked(host, "its image" if values is host.images else "what it runs", unknown, role)


def _asked(host: Host, what: str, unknown: Unknown, role: Role) -> Unknown:
    why = "is sensitive" if unknown.reason.startswith("sensitive") else "cannot be read"
    reason = f"is {host.label} {with_article(role.title)}, and of which group? {what} {why}"
    return Unknown(reason=reason, at=unknown.at, how=role.how, answers=(role.answer(),))


def with_article(title: str) -> str:
    """The title with "a" or "an" before it."""
    return f"{'an' if title[0] in 'AEIOUaeio' else 'a'} {title}"


def _count(host: Host, estate: Estate, role: Role) -> Bounds:
    """How many machines it stands for: instances of a scale set, repetition and presence of the declaration."""
    own = capacity(host, estate) if isinstance(host, MachineSet) else Bounds(least=1, most=1)
    times = host.head.count
    least = own.least * times.least
    most = None if own.most is None or times.most is None else own.most * times.most
    missing = [*own.missing, *times.missing]
    if host.head.presence.answer == "maybe":
        least = 0
        missing.extend(host.head.presence.because)
    if isinstance(host, Machine) and _in_counted_set(host, estate, role):
        least = 0
        question = f"is {host.label} one of the instances that its scale set counts?"
        missing.append(asks(Unknown(reason=question, at=host.at, how="tag the machine or the scale set, not both")))
    return Bounds(least=least, most=most, because=own.because, missing=unique(missing) if least != most else ())


def _in_counted_set(host: Machine, estate: Estate, role: Role) -> bool:
    edges = estate.edges.get((host.id, "machine_set"))
    targets = {edge.target for edge in edges.members} if edges else set()
    return bool(targets) and any(
        s.id in targets and isinstance(s, MachineSet) and known_text(s.marks.role) == role.word and capacity(s, estate).most != 0
        for s in estate.of("machine_set")
    )
