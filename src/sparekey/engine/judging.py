"""From an estate to judgements: encode, evaluate, decode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sparekey.engine.bundle import modules_of, package_of
from sparekey.engine.decode import Judged, decode, subjects_of, unasked
from sparekey.engine.encode import encode, read_by
from sparekey.model.estate import Estate
from sparekey.model.rule import Rule
from sparekey.model.seams import Engine


def judge(
    engine: Engine,
    estate: Estate,
    rules: Sequence[Rule],
    parameters: Mapping[str, Mapping[str, int | str | bool]],
    *,
    every: bool = False,
) -> tuple[Judged, ...]:
    """What every rule says of one estate, in the order of `rules`.

    A rule about nothing that the estate holds is not asked, for a repository can have thousands of estates. With `every` it is asked all
    the same, as soon as one rule is: a server answers all at once, and shows by that that it holds every rule.

    Raises `EngineError` where the engine cannot work at all; a single rule that cannot be evaluated is a `Judged` with an error.
    """
    asked = [rule for rule in rules if subjects_of(rule, estate)]
    if every and asked:
        asked = [*rules]
    encoded = encode(estate, read_by(asked), parameters)
    packages = tuple(package_of(rule) for rule in asked)
    answers = engine.evaluate(modules_of(asked), encoded.document, packages) if asked else {}
    missing = LookupError("the engine gave no answer for this rule")
    said = {rule.slug: decode(rule, answers.get(package_of(rule), missing), estate, encoded) for rule in asked}
    return tuple(said.get(rule.slug) or unasked(rule, estate) for rule in rules)
