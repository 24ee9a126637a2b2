"""The embedded engine: the regorus interpreter, in this process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from sparekey.engine.failure import EngineError

_BACKTRACE = "Stack backtrace:"


class Interpreter(Protocol):
    """The part of regorus that is used; its wheel carries no types."""

    def add_policy(self, path: str, rego: str) -> str:
        """Take in a module; the package it is in. Raises RuntimeError for what is not Rego."""
        ...

    def set_input_json(self, input_json: str) -> None:
        """Take in the input document."""
        ...

    def eval_rule_as_json(self, rule: str) -> str:
        """The value of a rule as JSON text. Raises RuntimeError where its evaluation fails."""
        ...

    def get_ast_as_json(self) -> str:
        """The syntax trees of all modules as JSON text."""
        ...

    def clone(self) -> Interpreter:
        """Another interpreter that has taken in the same modules, and no input."""
        ...


class EmbeddedEngine:
    """Evaluates with regorus. See `model.seams.Engine` for the contract.

    Rules are asked for one by one: that costs nothing here (functions are not memoised across rules either way), and an error in
    one of them leaves the others standing. The modules of the last question are kept parsed, because a run asks the same of every
    estate.
    """

    def __init__(self) -> None:
        self._modules: dict[str, str] = {}
        self._parsed: Interpreter | None = None
        self._ready: Interpreter | None = None

    def evaluate(self, modules: Mapping[str, str], document: str, packages: Sequence[str]) -> Mapping[str, str | Exception]:
        """Per package below `sparekey.rules` the JSON text of its `results`, or the error that aborted it.

        Raises `EngineError` where the interpreter is missing, or refuses a module or the document.
        """
        try:
            interpreter = self._holding(modules, packages)
            interpreter.set_input_json(document)
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"the embedded engine refuses its input: {_said(error)}") from error
        return {package: _asked(interpreter, package) for package in packages}

    def _holding(self, modules: Mapping[str, str], packages: Sequence[str]) -> Interpreter:
        """An interpreter with these modules, perhaps with others that were asked for before, and no input."""
        if self._ready is None or any(self._modules.get(name) != text for name, text in modules.items()):
            self._ready = self._taking_in(modules)
            # The modules are analysed at the first question: asked before copies are made, it is so only once.
            self._ready.set_input_json("{}")
            for package in packages[:1]:
                _asked(self._ready, package)
        return self._ready.clone()

    def _taking_in(self, modules: Mapping[str, str]) -> Interpreter:
        """A copy of the parsed modules with these among them. One that was asked something takes in no more."""
        parsed = self._parsed
        if parsed is None or any(self._modules.get(name, text) != text for name, text in modules.items()):
            parsed, self._modules = new_interpreter(), {}
        # What does not parse may spoil the interpreter: it is kept only when all is well.
        self._parsed = self._ready = None
        for name, text in modules.items():
            if name not in self._modules:
                parsed.add_policy(name, text)
        self._parsed = parsed
        self._modules |= modules
        return parsed.clone()


def _asked(interpreter: Interpreter, package: str) -> str | Exception:
    try:
        return interpreter.eval_rule_as_json(f"data.sparekey.rules.{package}.results")
    except (RuntimeError, ValueError) as error:
        return EngineError(_said(error))


def new_interpreter() -> Interpreter:
    """A fresh interpreter. Raises `EngineError` where it is not installed."""
    try:
        import regorus  # noqa: PLC0415 - a native library: loaded only where rules are evaluated
    except ImportError as error:
        raise EngineError(
            "the embedded engine is not installed: pip install gordon-to-regorus==0.13.0 (it has wheels for Linux, macOS and Windows)"
        ) from error
    interpreter: Interpreter = regorus.Engine()
    return interpreter


def _said(error: Exception) -> str:
    """What the interpreter says, without the backtrace of its own insides, on one line."""
    return " ".join(str(error).split(_BACKTRACE, maxsplit=1)[0].split())
