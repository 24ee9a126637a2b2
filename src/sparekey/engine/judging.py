"""From an estate to judgements: encode, evaluate, decode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sparekey.engine.bundle import modules_of, package_of
from sparekey.engine.decode import Judged, decode
from sparekey.engine.encode import encode, read_by
from sparekey.model.estate import Estate
from sparekey.model.rule import Rule
from sparekey.model.seams import Engine


def judge(
    engine: Engine, estate: Estate, rules: Sequence[Rule], parameters: Mapping[str, Mapping[str, int | str | bool]]
) -> tuple[Judged, ...]:
    """What every rule says of one estate, in the order of `rules`.

    Raises `EngineError` where the engine cannot work at all; a single rule that cannot be evaluated is a `Judged` with an error.
    """
    encoded = encode(estate, read_by(rules), parameters)
    answers = engine.evaluate(modules_of(rules), encoded.document, tuple(package_of(rule) for rule in rules))
    missing = LookupError("the engine gave no answer for this rule")
    return tuple(decode(rule, answers.get(package_of(rule), missing), estate, encoded) for rule in rules)
