"""The embedded engine: the regorus interpreter, in this process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from sparekey.engine.failure import EngineError

_BACKTRACE = "Stack backtrace:"


class _Interpreter(Protocol):
    """The part of regorus that is used; its wheel carries no types."""

    def add_policy(self, path: str, rego: str) -> str: ...

    def set_input_json(self, input_json: str) -> None: ...

    def eval_rule_as_json(self, rule: str) -> str: ...


class EmbeddedEngine:
    """Evaluates with regorus. See `model.seams.Engine` for the contract.

    Rules are asked for one by one: that costs nothing here (functions are not memoised across rules either way), and an error in
    one of them leaves the others standing.
    """

    def evaluate(self, modules: Mapping[str, str], document: str, packages: Sequence[str]) -> Mapping[str, str | Exception]:
        """Per package below `sparekey.rules` the JSON text of its `results`, or the error that aborted it.

        Raises `EngineError` where the interpreter is missing, or refuses a module or the document.
        """
        interpreter = _new_interpreter()
        try:
            for name, text in modules.items():
                interpreter.add_policy(name, text)
            interpreter.set_input_json(document)
        except (RuntimeError, ValueError) as error:
            raise EngineError(f"the embedded engine refuses its input: {_said(error)}") from error
        return {package: _asked(interpreter, package) for package in packages}


def _asked(interpreter: _Interpreter, package: str) -> str | Exception:
    try:
        return interpreter.eval_rule_as_json(f"data.sparekey.rules.{package}.results")
    except (RuntimeError, ValueError) as error:
        return EngineError(_said(error))


def _new_interpreter() -> _Interpreter:
    try:
        import regorus  # noqa: PLC0415 - a native library: loaded only where rules are evaluated
    except ImportError as error:
        raise EngineError(
            "the embedded engine is not installed: pip install gordon-to-regorus==0.13.0 (it has wheels for Linux, macOS and Windows)"
        ) from error
    interpreter: _Interpreter = regorus.Engine()
    return interpreter


def _said(error: Exception) -> str:
    """What the interpreter says, without the backtrace of its own insides, on one line."""
    return " ".join(str(error).split(_BACKTRACE, maxsplit=1)[0].split())
