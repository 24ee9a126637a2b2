"""How many instances a scale set is sure to have: its written capacity, or the minimum of what scales it."""

from __future__ import annotations

from sparekey.model.estate import Estate
from sparekey.model.kinds.hosting import Autoscale, MachineSet
from sparekey.model.resource import known_text, may_get_id
from sparekey.model.truth import Bounds, Cause, asks, unique
from sparekey.model.value import Known, Number, Unknown


def bounds(number: Number, label: str) -> Bounds:
    """A number as a count: exact where known, else between the limits that are known all the same."""
    if isinstance(number, Known) and number.value is not None:
        count = max(0, number.value)
        return Bounds(least=count, most=count, because=(Cause(at=number.at, label=f"{label} {count}"),))
    if isinstance(number, Known):
        number = Unknown(reason=f"which {label}?", at=number.at, how="write the number")
    least = (number.limits and number.limits.least) or 0
    most = number.limits.most if number.limits else None
    if most is not None and most <= least:
        return Bounds(least=most, most=most, because=(Cause(at=number.at, label=f"{label} {most}"),))
    return Bounds(least=least, most=most, missing=(asks(number),))


def capacity(machines: MachineSet, estate: Estate) -> Bounds:
    """The number of instances to count on.

    An enabled autoscale setting that certainly targets the set goes before the written capacity, with its lowest minimum: a
    group that scales to one at night has one connector then. One that may target it, or may be enabled, widens the count. So
    does one of another deployment that could name this set: it can lower what is certain here.
    """
    result = bounds(machines.instances, "instances")
    ruling: Bounds | None = None
    widening: list[Bounds] = []
    for setting in estate.of("autoscale"):
        if not isinstance(setting, Autoscale):
            continue
        target = _targets(setting, machines, estate)
        state = _in_force(setting)
        if target == "no" or state == "no":
            continue
        minimum = bounds(setting.minimum, "autoscale minimum")
        if target == state == "yes":
            ruling = minimum if ruling is None else _lower(ruling, minimum)
        else:
            doubt = setting.target.values.members[0] if target == "maybe" and setting.target.values.members else setting.enabled
            widening.append(_doubted(minimum, doubt, setting))
    widening.extend(
        _doubted(bounds(setting.minimum, "autoscale minimum"), setting.enabled, setting)
        for setting in estate.beside("autoscale")
        if isinstance(setting, Autoscale) and _in_force(setting) != "no" and _could_name(setting, machines)
    )
    result = ruling or result
    for other in widening:
        result = _either(result, other)
    return result


def _in_force(setting: Autoscale) -> str:
    if setting.head.presence.answer == "no" or (isinstance(setting.enabled, Known) and setting.enabled.value is False):
        return "no"
    return "yes" if setting.head.presence.answer == "yes" and isinstance(setting.enabled, Known) else "maybe"


def _targets(setting: Autoscale, machines: MachineSet, estate: Estate) -> str:
    edges = estate.linked(setting, "target")
    if any(edge.target == machines.id and edge.certain for edge in edges.members):
        return "yes"
    if any(edge.certain for edge in edges.members):
        return "no"
    traced = all(isinstance(m, Known) or (m.refs and not m.beyond) for m in setting.target.values.members)
    named = any(edge.target == machines.id for edge in edges.members)
    return "maybe" if named or not traced else "no"


def _could_name(setting: Autoscale, machines: MachineSet) -> bool:
    """Whether a setting of another deployment could target this set: by its known id, or by one that cannot be read.

    An id that comes from the setting's own deployment (it can be traced there) is not the id of a set of this one.
    """
    ids = {(known_text(key.value) or "").lower() for key in machines.keys} - {""}
    for member in setting.target.values.members:
        if isinstance(member, Known):
            if member.value.lower() in ids or may_get_id(machines, member.value):
                return True
        elif not member.refs or member.beyond:
            return True
    return False


def _doubted(minimum: Bounds, doubt: object, setting: Autoscale) -> Bounds:
    """A minimum that may not apply, with the question that says whether it does."""
    if isinstance(doubt, Unknown):
        question = doubt
    else:
        question = Unknown(reason=f"does {setting.label} scale this set?", at=setting.at, how="give the target's id")
    return Bounds(least=minimum.least, most=minimum.most, because=minimum.because, missing=(*minimum.missing, asks(question)))


def _lower(one: Bounds, other: Bounds) -> Bounds:
    """The lower of two counts that both hold."""
    most = one.most if other.most is None else other.most if one.most is None else min(one.most, other.most)
    return _joined(one, other, min(one.least, other.least), most)


def _either(one: Bounds, other: Bounds) -> Bounds:
    """One count or the other."""
    most = None if one.most is None or other.most is None else max(one.most, other.most)
    return _joined(one, other, min(one.least, other.least), most)


def _joined(one: Bounds, other: Bounds, least: int, most: int | None) -> Bounds:
    missing = unique((*one.missing, *other.missing)) if least != most else ()
    return Bounds(least=least, most=most, because=unique((*one.because, *other.because)), missing=missing)
