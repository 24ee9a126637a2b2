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
    reading = read_by(rules)
    encoded = encode(estate, reading, parameters)
    packages = tuple(package_of(rule) for rule in rules)
    # Of a folder that holds nothing a rule is about there is nothing to ask, and a repository can have thousands of them.
    empty = not any(estate.resources.get(kind) for kind in reading.kinds) and not estate.deletions
    answers = dict.fromkeys(packages, "[]") if empty else engine.evaluate(modules_of(rules), encoded.document, packages)
    missing = LookupError("the engine gave no answer for this rule")
    return tuple(decode(rule, answers.get(package_of(rule), missing), estate, encoded) for rule in rules)
