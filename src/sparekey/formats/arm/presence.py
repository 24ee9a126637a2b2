"""Whether what a template writes is there, and how often."""

from __future__ import annotations

from sparekey.formats.arm.language.values import Later
from sparekey.formats.arm.lift import Lifter
from sparekey.formats.arm.template.instance import Instance
from sparekey.model.span import Place
from sparekey.model.truth import Bounds, Truth, all_of, asks, maybe, yes
from sparekey.model.value import Unknown

_ONE = Bounds(least=1, most=1)


def around(instance: Instance, lifter: Lifter) -> tuple[Truth, Bounds, tuple[Place, ...]]:
    """Whether an instance is there, how often, and the templates that lead to it."""
    truths: list[Truth] = []
    count = _ONE
    calls: list[Place] = []
    above: Instance | None = instance
    while above is not None:
        at = lifter.place(above)
        if isinstance(above.condition, Later):
            truths.append(maybe(asks(lifter.unknown(above.condition, at))))
        if above.copies is not None:
            count = _times(count, _copies(lifter.unknown(above.copies, at)))
        above = above.deployment.parent
        if above is not None:
            calls.insert(0, lifter.place(above))
    if count.least == 0 and count.most != 0:
        truths.append(maybe(*count.missing))
    return (all_of(tuple(reversed(truths))) if truths else yes()), count, tuple(calls)


def _copies(why: Unknown) -> Bounds:
    """How often a loop runs of which that is not known."""
    least = max((why.limits and why.limits.least) or 0, 0)
    most = why.limits.most if why.limits else None
    return Bounds(least=least, most=most if most is None or most >= least else None, missing=(asks(why),))


def _times(outer: Bounds, inner: Bounds) -> Bounds:
    """How often something is there that stands in a loop within a loop."""
    if outer == _ONE:
        return inner
    most = None if outer.most is None or inner.most is None else outer.most * inner.most
    return Bounds(
        least=outer.least * inner.least,
        most=most,
        because=(*outer.because, *inner.because),
        missing=(*outer.missing, *inner.missing),
    )
