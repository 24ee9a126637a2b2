"""Evaluate trees: what is lazy, what looks around itself, and what calls other functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from sparekey.formats.arm.language import functions_lambda, functions_list, functions_number, functions_text
from sparekey.formats.arm.language.function import Function, Functions, check_count, weight
from sparekey.formats.arm.language.parse import is_expression, parse, plain
from sparekey.formats.arm.language.tree import Access, Call, Literal, Node
from sparekey.formats.arm.language.values import (
    DEEPEST_OVER_ALL,
    MOST_STEPS_OF_ONE,
    Budget,
    EvaluationError,
    Lambda,
    Later,
    OpenList,
    OpenObject,
    TooMuchError,
    Value,
    find,
    fold,
    merged,
)

PLAIN: Functions = {
    **functions_text.FUNCTIONS,
    **functions_number.FUNCTIONS,
    **functions_list.FUNCTIONS,
    **functions_lambda.FUNCTIONS,
}
"""The functions whose results hang on nothing but their arguments, by name in lower case."""

Frame = Mapping[str, Value]
"""The variables of the lambdas around an expression, by folded name."""


class World(Protocol):
    """What stands around an expression: the template."""

    def ask(self, name: str, arguments: list[Value]) -> Value:
        """The value of a function that looks around itself (`parameters`, `resourceId`, `reference`). Raises EvaluationError."""
        ...

    def knows(self, name: str) -> bool:
        """Whether there is such a function."""
        ...

    def enter(self, name: str) -> None:
        """A function of the template's own is about to be called; its arguments are evaluated next. Raises EvaluationError."""
        ...

    def leave(self, name: str) -> None:
        """The call is over."""
        ...


# The templates of a repository say much in the same words.
@lru_cache(maxsize=4096)
def _tree(text: str) -> Node:
    """The tree of an expression with the brackets around it. Raises EvaluationError."""
    return parse(text[1:-1])


_HOP = 4
_NONE: Frame = {}


@dataclass(slots=True)
class Evaluator:
    """Evaluates expressions of one place in a template."""

    world: World
    budget: Budget

    def text(self, text: str) -> Value:
        """What a text of a template says: itself, or the value of the expression in it. Raises EvaluationError, TooMuchError."""
        if not text.startswith("["):
            return text
        if not is_expression(text):
            return plain(text)
        tree = self.budget.parsed.get(text)
        if tree is None:
            self.budget.spend(len(text) // 16 + 2 * text.count(",") + 3 * text.count("("))
            tree = self.budget.parsed[text] = _tree(text)
        floor, depth = self.budget.floor, self.budget.depth
        self.budget.depth += _HOP if depth else 0
        self.budget.floor = max(floor, self.budget.left - MOST_STEPS_OF_ONE)
        try:
            value = self.value(tree, _NONE)
        except RecursionError:
            raise TooMuchError("is nested too deeply") from None
        finally:
            self.budget.floor, self.budget.depth = floor, depth
        if isinstance(value, Lambda):
            raise EvaluationError("a lambda is no value")
        return value

    def value(self, node: Node, frame: Frame) -> Value:
        """The value of a tree."""
        if isinstance(node, Literal):
            return node.value
        budget = self.budget
        budget.spend()
        budget.depth += 1
        if budget.depth > DEEPEST_OVER_ALL:
            raise TooMuchError(f"calls more than {DEEPEST_OVER_ALL} levels deep")
        try:
            if isinstance(node, Access):
                return access(self.value(node.inner, frame), self.value(node.key, frame), budget)
            return self._call(node, frame)
        finally:
            budget.depth -= 1

    def apply(self, function: Lambda, arguments: list[Value]) -> Value:
        """The value of a lambda for arguments."""
        self.budget.spend()
        bound = {fold(name): value for name, value in zip(function.names, arguments, strict=False)}
        return self.value(function.body, {**function.frame, **bound})

    def spend(self, steps: int) -> None:
        """Count work. Raises TooMuchError."""
        self.budget.spend(steps)

    def _call(self, node: Call, frame: Frame) -> Value:
        name = node.name
        plain_function = PLAIN.get(name)
        if plain_function is not None:
            return self._plain(plain_function, name, node, frame)
        match name:
            case "if":
                return self._if(node, frame)
            case "and" | "or":
                return self._junction(node, frame, stop=name == "or")
            case "coalesce":
                return self._coalesce(node, frame)
            case "tryget":
                return self._try_get(node, frame)
            case "lambda":
                return self._lambda(node, frame)
            case "lambdavariables":
                return self._variable(node, frame)
            case _:
                return self._ask(node, frame)

    def _plain(self, function: Function, name: str, node: Call, frame: Frame) -> Value:
        check_count(name, len(node.arguments), function.least, function.most)
        return function(name, [self.value(argument, frame) for argument in node.arguments], self)

    def _ask(self, node: Call, frame: Frame) -> Value:
        if not self.world.knows(node.name):
            raise EvaluationError(f"there is no function {node.name[:80]}")
        self.world.enter(node.name)
        try:
            arguments = [self.value(argument, frame) for argument in node.arguments]
            if any(isinstance(argument, Lambda) for argument in arguments):
                raise EvaluationError(f"{node.name[:80]} takes no lambda")
            self.budget.spend(weight(arguments))
            return self.world.ask(node.name, arguments)
        finally:
            self.world.leave(node.name)

    def _if(self, node: Call, frame: Frame) -> Value:
        check_count("if", len(node.arguments), 3, 3)
        test = self.value(node.arguments[0], frame)
        if isinstance(test, Later):
            return self._either(test, node.arguments[1:], frame)
        return self.value(node.arguments[1 if _truth("if", test) else 2], frame)

    def _either(self, test: Later, branches: tuple[Node, ...], frame: Frame) -> Later:
        """An unknown that may become the value of either branch, so that it comes from whatever they come from."""
        found: list[Value] = [test]
        for branch in branches:
            try:
                found.append(self.value(branch, frame))
            except EvaluationError:
                continue
        return merged(found, test.reason, self.budget.spend)

    def _junction(self, node: Call, frame: Frame, *, stop: bool) -> Value:
        check_count("and or or", len(node.arguments), 2, None)
        for index, argument in enumerate(node.arguments):
            value = self.value(argument, frame)
            if isinstance(value, Later):
                # What follows may never be looked at, so that an error in it is none yet.
                return self._either(value, node.arguments[index + 1 :], frame)
            if _truth("and or or", value) == stop:
                return stop
        return not stop

    def _coalesce(self, node: Call, frame: Frame) -> Value:
        for index, argument in enumerate(node.arguments):
            value = self.value(argument, frame)
            if isinstance(value, Later):
                return self._either(value, node.arguments[index + 1 :], frame) if index + 1 < len(node.arguments) else value
            if value is not None:
                return value
        return None

    def _try_get(self, node: Call, frame: Frame) -> Value:
        check_count("tryGet", len(node.arguments), 2, None)
        value, *keys = (self.value(argument, frame) for argument in node.arguments)
        key = keys[0]
        if value is None:
            return None
        if isinstance(value, Later) or isinstance(key, Later):
            found = access(value, key, self.budget)
            # Unlike a plain access, this one may give null: what it comes from is no longer that property alone.
            return merged((found, *keys[1:]))
        self.budget.spend(weight((value,)))
        found = _forgiving(value, key)
        if found is None or len(keys) == 1:
            return found
        for key in keys[1:-1]:
            found = access(found, key, self.budget)
        if isinstance(found, Later) or isinstance(keys[-1], Later):
            return merged((access(found, keys[-1], self.budget),))
        last = _forgiving(found, keys[-1])
        # Whether a last step that leads nowhere is forgiven is told differently in different places.
        return Later("what tryGet gives where its last step of several leads nowhere") if last is None else last

    def _lambda(self, node: Call, frame: Frame) -> Value:
        check_count("lambda", len(node.arguments), 2, None)
        names: list[str] = []
        for argument in node.arguments[:-1]:
            if not isinstance(argument, Literal) or not isinstance(argument.value, str):
                raise EvaluationError("the names of a lambda are texts")
            names.append(argument.value)
        if len({fold(name) for name in names}) < len(names):
            raise EvaluationError("a lambda names one value twice")
        return Lambda(tuple(names), node.arguments[-1], frame)

    def _variable(self, node: Call, frame: Frame) -> Value:
        check_count("lambdaVariables", len(node.arguments), 1, 1)
        name = self.value(node.arguments[0], frame)
        if isinstance(name, str) and fold(name) in frame:
            return frame[fold(name)]
        raise EvaluationError("lambdaVariables names nothing of a lambda around it")


def _forgiving(value: Value, key: Value) -> Value:
    """A property or an item, null where there is none."""
    if isinstance(value, dict) and isinstance(key, str):
        spelled = find(value, key)
        if spelled is None:
            return merged((value.rest,)) if isinstance(value, OpenObject) else None
        return value[spelled]
    if isinstance(value, list) and isinstance(key, int) and not isinstance(key, bool):
        if key < 0:
            return Later("what tryGet gives for an item before the first")
        return value[key] if key < len(value) else None
    raise EvaluationError("tryGet looks for a property of what has none")


def _truth(name: str, value: Value) -> bool:
    if isinstance(value, bool):
        return value
    raise EvaluationError(f"{name} takes truths")


def access(value: Value, key: Value, budget: Budget) -> Value:
    """A property or an item. Raises EvaluationError."""
    if isinstance(value, Later):
        return value.member(str(key)) if isinstance(key, (str, int)) else merged((value, key))
    if isinstance(key, Later):
        if isinstance(value, (dict, list)):
            return merged((key, value), key.reason, budget.spend)
        raise EvaluationError("a property is asked of what has none")
    if isinstance(value, dict) and isinstance(key, str):
        if key not in value:
            budget.spend(len(value) // 8 + (len(key) >> 6))
        spelled = find(value, key)
        if spelled is None:
            if isinstance(value, OpenObject):
                return value.rest.member(key)
            raise EvaluationError(f"there is no property {key[:80]}")
        return value[spelled]
    if isinstance(value, list) and isinstance(key, int) and not isinstance(key, bool):
        if isinstance(value, OpenList) and key >= len(value):
            return value.rest.member(str(key))
        if not 0 <= key < len(value):
            raise EvaluationError(f"there is no item {key}")
        return value[key]
    raise EvaluationError("a property is asked of what has none")
