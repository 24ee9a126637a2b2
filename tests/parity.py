"""Law 2 as functions, so that a test can show that a seeded fault breaks it: what source and plan of one estate may and may not say apart."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path

from sparekey.config import Config
from sparekey.config_file import load
from sparekey.model.resource import Resource
from sparekey.model.run import Run
from sparekey.model.value import Known, Links, Unknown, ValueSet
from sparekey.run import Gathered, check, gather

Verdicts = Mapping[tuple[str, str], str]
"""By rule and subject."""

Resources = Mapping[tuple[str, str], Resource]
"""By kind and address."""

PLACES = frozenset({"at", "head"})
WORDING = frozenset({"reason", "how", "answers", "origin", "label", "limits", "unwritten"})
"""How a thing is said; what it says stands beside it. (`limits` and `unwritten` say more of an unknown, and it stays one.)"""


def verdicts(run: Run) -> Verdicts:
    """Verdict by rule and subject."""
    return {(outcome.rule, finding.subject): finding.verdict for outcome in run.outcomes for finding in outcome.findings}


def resources(gathered: Gathered) -> Resources:
    """Every resource of every estate."""
    found = (resource for estate in gathered.estates for many in estate.resources.values() for resource in many)
    return {(resource.kind, _bare(resource.id)): resource for resource in found}


@dataclass(frozen=True)
class Side:
    """What one way of reading an estate gives."""

    verdicts: Verdicts
    resources: Resources


def without(folder: Path, to: Path, what: str) -> Path:
    """A copy of a fixture without its plan, or without its source."""
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns(what))
    return to


def side(*paths: str, source: str | None = None) -> Side:
    """What the paths below the working directory give, with the configuration that is there."""
    file = Path("sparekey.yaml")
    config = load(file, name=file.name) if file.is_file() else Config()
    if source is not None:
        config = Config(source=Path(source))
    named = [Path(path) for path in paths]
    return Side(verdicts(check(named, config)), resources(gather(named, config)))


def contradictions(one: Side, other: Side) -> Iterator[str]:
    """What is said for certain on both sides and is not the same."""
    for key in one.verdicts.keys() & other.verdicts.keys():
        if {one.verdicts[key], other.verdicts[key]} == {"pass", "fail"}:
            yield f"{' '.join(key)}: {one.verdicts[key]}, {other.verdicts[key]}"
    for address in one.resources.keys() & other.resources.keys():
        yield from _apart(one.resources[address], other.resources[address], " ".join(address))
    for mine, theirs in ((one, other), (other, one)):
        for address, resource in mine.resources.items():
            if address not in theirs.resources and resource.head.presence.answer == "yes":
                yield f"{' '.join(address)} is certainly there on one side only"


def differences(one: Side, other: Side) -> Iterator[str]:
    """Everything that is not the same, but for places and wording."""
    for key in one.verdicts.keys() | other.verdicts.keys():
        if one.verdicts.get(key) != other.verdicts.get(key):
            yield f"{' '.join(key)}: {one.verdicts.get(key)}, {other.verdicts.get(key)}"
    for address in one.resources.keys() | other.resources.keys():
        if not (address in one.resources and address in other.resources):
            yield f"{' '.join(address)} is on one side only"
            continue
        mine, theirs = one.resources[address], other.resources[address]
        if (mine.head.presence.answer, mine.head.count.least, mine.head.count.most) != (
            theirs.head.presence.answer,
            theirs.head.count.least,
            theirs.head.count.most,
        ):
            yield f"{' '.join(address)}: presence or count"
        for name in _fields(mine):
            left, right = _said(getattr(mine, name)), _said(getattr(theirs, name))
            if left != right:
                yield f"{' '.join(address)}.{name}: {left}, {right}"


def _bare(id_: str) -> str:
    """An id without the name of its deployment, which is that of a file or of a folder."""
    return id_.partition("#")[2] or id_


def _fields(of: object) -> tuple[str, ...]:
    return tuple(field.name for field in fields(of) if field.name not in PLACES | WORDING) if is_dataclass(of) else ()


def _said(value: object) -> object:
    """What a value says, without places and wording, and without an order where there is none."""
    if isinstance(value, ValueSet):
        return ("set", sorted(repr(_said(member)) for member in value.members), value.open is not None and _said(value.open))
    if isinstance(value, Unknown):
        return ("unknown", sorted({(ref.to, ref.certain) for ref in value.refs}), bool(value.beyond))
    if isinstance(value, Mapping):
        return {key: _said(member) for key, member in value.items()}
    if isinstance(value, tuple | list):
        return [_said(member) for member in value]
    if is_dataclass(value):
        return (type(value).__name__, *(_said(getattr(value, name)) for name in _fields(value)))
    return _bare(value) if isinstance(value, str) else value


def _apart(one: object, other: object, path: str) -> Iterator[str]:
    """Where two values are both known and are not the same. An unknown contradicts nothing."""
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return
    if isinstance(one, Known) and isinstance(other, Known):
        yield from _apart(one.value, other.value, path)
    elif isinstance(one, Links) and isinstance(other, Links):
        yield from _apart(one.values, other.values, path)
    elif isinstance(one, ValueSet) and isinstance(other, ValueSet):
        yield from _missing(one, other, path)
        yield from _missing(other, one, path)
    elif isinstance(one, Resource):
        for name in _fields(one):
            yield from _apart(getattr(one, name), getattr(other, name), f"{path}.{name}")
    elif (one is None or isinstance(one, str | bool | int | float)) and one != other:
        yield f"{path}: {one!r}, {other!r}"


def _missing(one: ValueSet[str], other: ValueSet[str], path: str) -> Iterator[str]:
    """What is certainly in one set and certainly not in another."""
    if other.open is not None or any(isinstance(member, Unknown) for member in other.members):
        return
    held = {member.value for member in other.members if isinstance(member, Known)}
    for member in one.members:
        if isinstance(member, Known) and member.value not in held:
            yield f"{path}: {member.value!r} is not on the other side"
    if len(one.members) > len(held) and not any(isinstance(member, Known) for member in one.members):
        yield f"{path}: {len(one.members)} members, {len(held)} on the other side"
