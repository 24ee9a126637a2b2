"""Law 2 across formats that name things differently: what one estate is, whoever describes it.

Terraform names a thing by a label of its own, ARM by type and name. So things are told apart by kind and name, and relations by the
kind and name of their ends.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

from sparekey.config import Config
from sparekey.model.edges import Edges
from sparekey.model.estate import Estate
from sparekey.model.resource import Resource, known_text
from sparekey.model.run import Run
from sparekey.model.value import Known, Links, Unknown, ValueSet
from sparekey.run import check, gather

Thing = tuple[str, str]
"""Kind and name."""

NOT_COMPARED = frozenset({"head", "keys", "name", "target"})
"""What is a format's own way to name a thing."""

SAID_APART = frozenset({"subnet_exit", "pool_member"})
"""Kinds that only say, in a declaration of their own, what others write on the thing itself."""

WRITTEN_ON_IT = frozenset({("network_interface", "pools"), ("subnet", "exits")})
"""What those others write. That it comes to the same is in the facts."""


@dataclass(frozen=True)
class Told:
    """What one format tells of an estate: its things, each with what is said of it, and the verdicts on them."""

    things: Counter[tuple[object, ...]]
    verdicts: Counter[tuple[object, ...]]


def told(*paths: str) -> Told:
    """What the files at these paths tell, read without any configuration."""
    named = [Path(path) for path in paths]
    estates = gather(named, Config()).estates
    names = {resource.id: _thing(resource) for estate in estates for resource in _resources(estate)}
    of_address = {resource.head.address: _thing(resource) for estate in estates for resource in _resources(estate)}
    things: Counter[tuple[object, ...]] = Counter(
        (_thing(resource), repr(dict(_said(resource, estate, names))))
        for estate in estates
        for resource in _resources(estate)
        if resource.kind not in SAID_APART
    )
    return Told(things, Counter(_verdicts(check(named, Config()), of_address)))


def apart(one: Told, other: Told) -> Iterator[str]:
    """What the two do not tell alike."""
    for kind, mine, theirs in (("thing", one.things, other.things), ("verdict", one.verdicts, other.verdicts)):
        for counted, side in ((mine - theirs, "first"), (theirs - mine, "second")):
            for told_of in counted:
                yield f"{kind} on the {side} side only: {told_of}"


def _resources(estate: Estate) -> Iterator[Resource]:
    for many in estate.resources.values():
        yield from many


def _thing(resource: Resource) -> Thing:
    return resource.kind, _short(known_text(resource.name) or _of_derived(resource))


def _of_derived(resource: Resource) -> str:
    """Of what has no name the address; of a part that of the whole is left out, which formats write differently."""
    return resource.head.address if "/" in resource.head.address and "." not in resource.head.address else ""


def _short(name: str) -> str:
    return name.rpartition("/")[2]


def _said(resource: Resource, estate: Estate, names: Mapping[str, Thing]) -> Iterator[tuple[str, object]]:
    yield "there", resource.head.presence.answer
    yield "count", (resource.head.count.least, resource.head.count.most)
    for field in fields(resource):
        if field.name in NOT_COMPARED or (resource.kind, field.name) in WRITTEN_ON_IT:
            continue
        value = getattr(resource, field.name)
        yield field.name, _edges(estate.linked(resource, field.name), names) if isinstance(value, Links) else _value(value, names)
    for name, fact in sorted(estate.facts.get(resource.id, {}).items()):
        yield f"fact {name}", fact.answer if hasattr(fact, "answer") else _value(fact, names)


def _edges(edges: Edges, names: Mapping[str, Thing]) -> object:
    members = sorted((names.get(edge.target, (edge.key,)), edge.certain) for edge in edges.members)
    return ("edges", members, edges.open is not None)


def _value(value: object, names: Mapping[str, Thing]) -> object:
    if isinstance(value, Edges):
        return _edges(value, names)
    if isinstance(value, Unknown):
        return "unknown"
    if isinstance(value, Known):
        return value.value
    if isinstance(value, ValueSet):
        return ("set", sorted(repr(_value(member, names)) for member in value.members), value.open is not None)
    if is_dataclass(value):
        return {
            f.name: _value(getattr(value, f.name), names) for f in fields(value) if f.name not in ("at", "because", "missing")
        }
    if isinstance(value, tuple):
        return [_value(member, names) for member in value]
    return value


def _verdicts(run: Run, of_address: Mapping[str, Thing]) -> Iterator[tuple[object, ...]]:
    for outcome in run.outcomes:
        for finding in outcome.findings:
            severity = finding.severity if finding.verdict == "fail" else ""
            yield outcome.rule, _subject(finding.subject, of_address), finding.verdict, severity


def _subject(address: str, of_address: Mapping[str, Thing]) -> Thing:
    if address in of_address:
        return of_address[address]
    # A derived subject is named after the address of what it is made of.
    inner = next((known for known in of_address if address.endswith(f"/{known}")), None)
    return (re.sub(re.escape(inner) + "$", "/".join(of_address[inner]), address), "") if inner else (address, "")
