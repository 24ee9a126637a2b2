"""The rules of one run, and the engines that judge by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from sparekey.engine.bundle import load_rules, modules_of, package_of
from sparekey.engine.decode import Judged, decode
from sparekey.engine.embedded import EmbeddedEngine
from sparekey.engine.encode import encode, read_by
from sparekey.engine.failure import EngineError
from sparekey.engine.judging import judge
from sparekey.model.estate import Estate
from sparekey.model.rule import Rule

if TYPE_CHECKING:
    from sparekey.config import Config
    from sparekey.engine.apart import EndedError
    from sparekey.engine.opa import OpaEngine
    from sparekey.engine.outside import OutsideRule

MOST_ENDED = 3
"""Rules from outside that may use up their time; after them no further one that may do so is asked."""


class Rulebook:
    """The shipped rules, judged by the engine that the configuration chooses, and those from outside, judged apart.

    Those are asked together, in one process for each estate, and one by one where that has no answer. They are always evaluated by the
    embedded engine: both engines answer alike, and a server that many share is no place for what nobody has reviewed.
    """

    def __init__(self, *, opa: OpaEngine | None = None, outside: Sequence[OutsideRule] = ()) -> None:
        self._opa = opa
        self._embedded = EmbeddedEngine()
        self._outside = {one.rule.slug: one for one in outside}
        self._ended: dict[str, EngineError] = {}
        self.rules = (*load_rules(), *(one.rule for one in outside))

    @property
    def versions(self) -> Mapping[str, str]:
        """The version of an OPA server, by "opa"; nothing where the embedded engine judges."""
        return {"opa": self._opa.version} if self._opa else {}

    @property
    def decisions(self) -> tuple[str, ...]:
        """The ids that an OPA server's decision log has given so far."""
        return self._opa.decisions if self._opa else ()

    def judge(
        self, estate: Estate, rules: Sequence[Rule], parameters: Mapping[str, Mapping[str, int | str | bool]]
    ) -> tuple[Judged, ...]:
        """What every rule says of one estate, in the order of `rules`.

        Raises `EngineError` where the engine cannot work at all; a single rule that cannot be evaluated is a `Judged` with an error.
        """
        shipped = [rule for rule in rules if rule.slug not in self._outside]
        engine, every = self._opa or self._embedded, self._opa is not None
        judged = judge(engine, estate, shipped, parameters, every=every) if shipped else ()
        said = {one.rule.slug: one for one in judged}
        apart = [rule for rule in rules if rule.slug in self._outside]
        said |= {one.rule.slug: one for one in self._judge_apart(estate, apart, parameters)}
        return tuple(said[rule.slug] for rule in rules)

    def _judge_apart(
        self, estate: Estate, rules: Sequence[Rule], parameters: Mapping[str, Mapping[str, int | str | bool]]
    ) -> Sequence[Judged]:
        if not rules:
            return ()
        encoded = encode(estate, read_by(rules), parameters)
        asked = [rule for rule in rules if rule.slug not in self._ended]
        answers = self._asked_apart(asked, encoded.document) if asked else {}
        if len(asked) > 1 and all(isinstance(answer, Exception) for answer in answers.values()):
            answers = {}
            for rule in asked:
                answers |= self._asked_alone(rule, encoded.document)
        return [decode(rule, self._ended.get(rule.slug) or answers[package_of(rule)], estate, encoded) for rule in rules]

    def _asked_alone(self, rule: Rule, document: str) -> Mapping[str, str | Exception]:
        if len(self._ended) >= MOST_ENDED:
            self._ended[rule.slug] = EngineError(f"was not asked: {MOST_ENDED} other rules from outside had to be ended")
            return {package_of(rule): self._ended[rule.slug]}
        return self._asked_apart([rule], document)

    def _asked_apart(self, rules: Sequence[Rule], document: str) -> Mapping[str, str | Exception]:
        """What these rules answer in one process. A rule that was alone and had to be ended is not asked again."""
        from sparekey.engine.apart import ApartEngine, EndedError  # noqa: PLC0415 - only a run with rules from outside needs it

        texts = {f"outside/{rule.slug}.rego": self._outside[rule.slug].text for rule in rules}
        packages = tuple(package_of(rule) for rule in rules)
        answers = ApartEngine().evaluate({**modules_of(()), **texts}, document, packages)
        if len(rules) == 1 and isinstance(answers[packages[0]], EndedError):
            self._ended[rules[0].slug] = cast("EndedError", answers[packages[0]])
        return answers


def rulebook(config: Config) -> Rulebook:
    """The rules and engines that a configuration asks for.

    Raises `EngineError` where it names an OPA server that cannot be used, `ConfigError` for rules from outside that are none.
    """
    opa: OpaEngine | None = None
    outside: tuple[OutsideRule, ...] = ()
    if config.policies:
        from sparekey.engine.outside import load_outside  # noqa: PLC0415 - as above

        outside = load_outside(config.policies, load_rules())
    if config.opa:
        from sparekey.engine.opa import OpaEngine  # noqa: PLC0415 - only a run with a server needs it

        opa = OpaEngine(config.opa)
        opa.greet()
    return Rulebook(opa=opa, outside=outside)
