"""How many instances of an identity provider a cluster keeps running, and whether it is meant to run at all.

The written number is the controller's. An autoscaler that certainly targets the workload goes before it, with its minimum; one
that may target it widens the count, and so do a kustomization that may change the number and a manifest of the same deployment
that nobody could read. What another deployment holds can never prove a number here. An autoscaler of another deployment that has
a target of its own is not of concern.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import PurePosixPath

from sparekey.config import Config
from sparekey.facts.capacity import bounds
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.workloads import IdentityWorkload, Kustomization, WorkloadScaler
from sparekey.model.resource import Resource, known_text
from sparekey.model.seams import Derivation
from sparekey.model.truth import Answer, Bounds, Cause, Truth, all_of, asks, maybe, no, unique, yes
from sparekey.model.value import ABSENT, Known, Text, Unknown

_BASES = frozenset({"base", "bases"})
"""Names of folders that hold what overlays are made from, by the convention of Kustomize's documentation."""

_SUFFIXES = (".yaml", ".yml")

_DECIDING = frozenset({"HorizontalPodAutoscaler", "ScaledObject", "Kustomization", "Component"})
"""Kinds of objects that decide how many instances of others there are."""


def derive(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    """For every identity workload how many instances are kept running, and whether it is to run."""
    del config  # nothing to configure
    for workload in estate.of("identity_workload"):
        if isinstance(workload, IdentityWorkload):
            reached = tuple(_reaching(workload, estate))
            yield Fact(subject=workload.id, name="replicas", value=_replicas(workload, estate, reached))
            yield Fact(subject=workload.id, name="runs", value=_runs(workload, estate, reached))


def _runs(workload: IdentityWorkload, estate: Estate, reached: Sequence[Kustomization]) -> Truth:
    """No where it is switched off, or is not an object but a kustomization's patch for one (and no other takes it for an object)."""
    for each in () if reached else _kustomizations(estate):
        for member in each.patches.members:
            if isinstance(member, Known) and member.value == workload.at.file:
                return no(Cause(at=member.at, label="a patch in a kustomization"))
    replicas = workload.replicas
    if isinstance(replicas, Unknown):
        least = (replicas.limits and replicas.limits.least) or 0
        return yes(Cause(at=replicas.at, label="replicas")) if least > 0 else maybe(asks(replicas))
    if replicas.value is not None and replicas.value <= 0:
        return no(Cause(at=replicas.at, label="replicas: 0, switched off"))
    return yes()


def _replicas(workload: IdentityWorkload, estate: Estate, reached: Sequence[Kustomization]) -> Bounds:
    result = _written(workload)
    ruling: Bounds | None = None
    widening: list[Bounds] = []
    for scaler, target in _scalers(workload, estate):
        minimum = bounds(scaler.minimum, "autoscaler minimum")
        if target.answer == "yes":
            ruling = minimum if ruling is None else _between(ruling, minimum)
        elif target.answer == "maybe":
            widening.append(replace(minimum, missing=unique((*minimum.missing, *target.because))))
    result = ruling or result
    for other in widening:
        result = _between(result, other)
    doubts = (*(asks(unknown) for unknown in _changes(workload, reached)), *_unread(estate))
    if doubts:
        result = Bounds(least=0, most=None, because=result.because, missing=unique((*doubts, *result.missing)))
    return result


def _written(workload: IdentityWorkload) -> Bounds:
    """The number that the object itself gives, marked where it stands in a base, which an overlay may change."""
    found = bounds(workload.replicas, "replicas")
    default = isinstance(workload.replicas, Known) and workload.replicas.origin in ABSENT
    base = bool(_BASES & set(PurePosixPath(workload.at.file).parts[:-1]))
    marks = (" by default" if default else "") + (" in a base that overlays may change" if base else "")
    return replace(found, because=tuple(replace(cause, label=cause.label + marks) for cause in found.because))


def _between(one: Bounds, other: Bounds) -> Bounds:
    """One count or the other."""
    least = min(one.least, other.least)
    most = None if one.most is None or other.most is None else max(one.most, other.most)
    missing = unique((*one.missing, *other.missing))
    if least == most:
        missing = ()
    elif not missing:
        # Two autoscalers with one target: which of them has the last word, nobody can tell.
        at = other.because[0].at
        missing = (asks(Unknown(reason="which of two autoscalers decides?", at=at, how="keep one of them")),)
    return Bounds(least=least, most=most, because=unique((*one.because, *other.because)), missing=missing)


# --- autoscalers ------------------------------------------------------------------------------------------------------


def _scalers(workload: IdentityWorkload, estate: Estate) -> Iterator[tuple[WorkloadScaler, Truth]]:
    """Every autoscaler that targets the workload or may do so."""
    for scaler in estate.of("workload_scaler"):
        if isinstance(scaler, WorkloadScaler):
            yield scaler, all_of((scaler.head.presence, _targets(scaler, workload)))
    for scaler in estate.elsewhere.get("workload_scaler", ()):
        if isinstance(scaler, WorkloadScaler) and _targets(scaler, workload).answer != "no" and not _settled(scaler, estate):
            yield scaler, maybe(_whether(scaler, workload))


def _targets(scaler: WorkloadScaler, workload: IdentityWorkload) -> Truth:
    answers = {
        _same(scaler.target_controller, workload.controller),
        _same(scaler.target_name, workload.name),
        _same(scaler.namespace, workload.namespace, blank="yes" if _beside(scaler, workload) else "maybe"),
    }
    if "no" in answers:
        return no()
    return maybe(_whether(scaler, workload)) if "maybe" in answers else yes()


def _same(one: Text, other: Text, *, blank: Answer = "maybe") -> Answer:
    """Whether two texts are equal; `blank` where neither is written."""
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return "maybe"
    if one.value is None and other.value is None:
        return blank
    if one.value is None or other.value is None:
        return "maybe"
    return "yes" if one.value == other.value else "no"


def _beside(scaler: WorkloadScaler, workload: IdentityWorkload) -> bool:
    """Whether both are of one deployment, and so are applied to one namespace where they name none."""
    return scaler.head.deployment == workload.head.deployment


def _settled(scaler: WorkloadScaler, estate: Estate) -> bool:
    """Whether an autoscaler of another deployment certainly has its target there."""
    return any(
        isinstance(other, IdentityWorkload)
        and other.head.deployment == scaler.head.deployment
        and _targets(scaler, other).answer == "yes"
        for other in estate.elsewhere.get("identity_workload", ())
    )


def _whether(scaler: WorkloadScaler, workload: IdentityWorkload) -> Cause:
    reason = f"does the autoscaler {scaler.label} scale {workload.label}?"
    return asks(Unknown(reason=reason, at=scaler.at, how="write the namespaces of both, or render them into one folder"))


# --- kustomizations ---------------------------------------------------------------------------------------------------


def _kustomizations(estate: Estate) -> Iterator[Kustomization]:
    found = chain(estate.of("kustomization"), estate.elsewhere.get("kustomization", ()))
    return (each for each in found if isinstance(each, Kustomization))


def _reaching(workload: IdentityWorkload, estate: Estate) -> Iterator[Kustomization]:
    """Every kustomization that takes in the workload's file, itself or by way of another one."""
    waiting = list(_kustomizations(estate))
    taken = {workload.at.file}
    grown = True
    while grown:
        grown = False
        for each in tuple(waiting):
            if any(isinstance(member, Unknown) or member.value in taken for member in each.takes.members):
                waiting.remove(each)
                taken.add(known_text(each.folder) or "")
                grown = True
                yield each


def _changes(workload: IdentityWorkload, reached: Sequence[Kustomization]) -> Iterator[Unknown]:
    """For every change that may concern the workload the question what number it gives."""
    name, controller = known_text(workload.name) or "", known_text(workload.controller) or ""
    for each in reached:
        for change in each.changes.members:
            kind, _, target = change.value.partition("/") if isinstance(change, Known) else ("*", "", "*")
            # A prefix or suffix that a kustomization gives to names may stand in the target.
            if kind in ("*", controller) and (target == "*" or not name or name in target):
                reason = f"how many replicas does {each.at.file} give {workload.label}?"
                yield Unknown(reason=reason, at=change.at, how="render it (kustomize build) and check the result")


def _unread(estate: Estate) -> tuple[Cause, ...]:
    """The manifests that nobody could read, where an autoscaler or a kustomization may be in them."""
    unread = (leak for leak in estate.leaks if leak.at.file.endswith(_SUFFIXES))
    return tuple(asks(leak) for leak in unread if leak.limits is None or _DECIDING & set(leak.limits.one_of or _DECIDING))


DERIVATION = Derivation(gives={"identity_workload": ("replicas", "runs")}, derive=derive)
