"""Evaluate JSON of a template: every text in it, keys that are expressions, and property loops."""

from __future__ import annotations

from sparekey.formats.arm.language.evaluate import Evaluator
from sparekey.formats.arm.language.parse import is_expression
from sparekey.formats.arm.language.values import EvaluationError, Later, OpenObject, TooMuchError, Value
from sparekey.formats.arm.template.sections import held, member
from sparekey.formats.arm.template.session import Session
from sparekey.formats.arm.template.world import MOST_COPIES, World

_DEEPEST = 100

_TURN = 4
"""The steps of work that a turn of a loop takes at least."""

_COPY_KEYS = frozenset({"name", "count", "input", "mode", "batchsize"})


class Grower:
    """Evaluates JSON within a world.

    `strict`: what the engine refuses raises EvaluationError; otherwise it becomes a `Later` that says so, and the rest is known.
    """

    def __init__(self, world: World, session: Session, *, strict: bool | None = None) -> None:
        self._world = world
        self._session = session
        self._budget = session.budget
        self._strict = session.strict if strict is None else strict
        self._evaluator = Evaluator(world, session.budget)

    def value(self, raw: object, *, loops: bool = False, level: int = 0) -> Value:
        """The value of a piece of JSON. `loops`: a list under `copy` is one of loops."""
        if isinstance(raw, str):
            return self.text(raw)
        if isinstance(raw, (dict, list)):
            if level > _DEEPEST:
                return self._refused(TooMuchError("is nested too deeply"))
            try:
                self._budget.spend(1 + (len(raw) >> 1))
            except TooMuchError as error:
                return self._refused(error)
            if isinstance(raw, list):
                return [self.value(item, loops=loops, level=level + 1) for item in raw]
            return self._object(raw, loops=loops, level=level + 1)
        if raw is None or isinstance(raw, (bool, int, float, Later)):
            # A template that an expression made may hold what is not known.
            return raw
        raise TypeError(type(raw))

    def text(self, raw: str) -> Value:
        """The value of a text."""
        if not raw.startswith("["):
            return raw
        try:
            return self._evaluator.text(raw)
        except (EvaluationError, TooMuchError) as error:
            return self._refused(error)

    def _refused(self, error: EvaluationError | TooMuchError) -> Later:
        if isinstance(error, TooMuchError):
            self._session.too_much(str(error))
            return Later(f"too much: an expression {error}", hidden=True, how="simplify the template")
        if self._strict:
            raise error
        return Later(f"refused: {error}", hidden=True, how="correct the file")

    def _object(self, raw: dict[str, object], *, loops: bool, level: int) -> Value:
        made: dict[str, Value] = {}
        hidden: Later | None = None
        copy = member(raw, "copy") if loops else None
        for key, item in raw.items():
            if copy and key == copy[0] and isinstance(copy[1], list):
                hidden = self._loops(raw, copy[1], made, level) or hidden
                continue
            name: Value = key
            if key.startswith("["):
                name = self.text(key)
            value = self.value(item, loops=loops, level=level)
            if isinstance(name, Later):
                hidden = name
            elif isinstance(name, str):
                made[name] = value
            else:
                hidden = self._refused(EvaluationError("the name of a property is no text"))
        return made if hidden is None else OpenObject(made, hidden)

    def _loops(self, raw: dict[str, object], loops: list[object], into: dict[str, Value], level: int) -> Later | None:
        """The properties that loops make. Gives why there may be others."""
        hidden = None
        for loop in loops:
            name, count = self.loop(loop)
            if not isinstance(name, str):
                hidden = name
                continue
            if member(raw, name) and name.lower() != "copy":
                hidden = self._refused(EvaluationError("a loop stands beside a property of its name"))
                continue
            into[name] = self.repeated(name, count, held(loop, "input"), level)
        return hidden

    def loop(self, loop: object) -> tuple[str | Later, int | Later]:
        """The name of a property or variable loop, and how often it runs."""
        plain = Grower(self._world.early(), self._session, strict=self._strict)
        name = plain.value(held(loop, "name"))
        if not isinstance(name, (str, Later)) or not name:
            name = self._refused(EvaluationError("a loop has no name"))
        if not isinstance(loop, dict) or not {key.lower() for key in loop} <= _COPY_KEYS or member(loop, "input") is None:
            return name, self._refused(EvaluationError("a loop has no input, or more than a loop has"))
        if _holds_loop(held(loop, "input")):
            return name, self._refused(EvaluationError("a loop stands in a loop"))
        return name, plain.count(held(loop, "count"))

    def count(self, raw: object) -> int | Later:
        """How often a loop runs."""
        value = self.value(raw)
        if isinstance(value, Later):
            return value
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_COPIES:
            return value
        return self._refused(EvaluationError("a loop count that is not a number of 0 to 800"))

    def repeated(self, name: str, count: int | Later, raw: object, level: int = 0) -> Value:
        """The list that a loop makes."""
        if isinstance(count, Later):
            return count
        try:
            self._budget.spend(count * _TURN)
        except TooMuchError as error:
            return self._refused(error)
        return [
            Grower(self._world.within({name.upper(): index}), self._session, strict=self._strict).value(raw, level=level)
            for index in range(count)
        ]


def _holds_loop(raw: object) -> bool:
    stack = [raw]
    while stack:
        one = stack.pop()
        if isinstance(one, list):
            stack.extend(one)
        elif isinstance(one, dict):
            found = member(one, "copy")
            if found and isinstance(found[1], list):
                return True
            stack.extend(one.values())
    return False


def reads_as_expression(raw: object) -> bool:
    """Whether a piece of JSON is one expression."""
    return isinstance(raw, str) and is_expression(raw)
