"""Rules that nobody of ours wrote, read and evaluated in a process of their own, which can be ended.

A rule from outside may loop for ever, fill the memory or crash the interpreter, on purpose or not. Here it costs its own verdict and
nothing else. The process runs this module: it takes one task as JSON from its standard input and gives one answer as JSON back.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import cast

from sparekey.engine.embedded import EmbeddedEngine
from sparekey.engine.failure import EngineError
from sparekey.engine.shape import Shape, shape_of

TIME_LIMIT = 30.0
"""Seconds that a rule may take for one estate. The slowest shipped rule needs about three for ten thousand resources."""

SHAPE_LIMIT = 5.0
"""Seconds that reading one rule file may take; an honest one takes a tenth of a second, the start of the process included."""

MEMORY_LIMIT = 2 * 2**30
"""Bytes of address space, where the system can limit it. Ten thousand resources need about a fifth of it."""


class EndedError(EngineError):
    """The process had to be ended, or died: what was asked of it has no answer, and asking again would cost the same."""


class ApartEngine:
    """Evaluates with the embedded engine in a process of its own. See `model.seams.Engine` for the contract."""

    def __init__(self, *, seconds: float = TIME_LIMIT) -> None:
        self._seconds = seconds

    def evaluate(self, modules: Mapping[str, str], document: str, packages: Sequence[str]) -> Mapping[str, str | Exception]:
        """Per package below `sparekey.rules` the JSON text of its `results`, or the error that aborted it.

        One process evaluates all these packages: where it is ended, each of them is an error. Never raises.
        """
        task = {"modules": dict(modules), "document": document, "packages": list(packages)}
        try:
            answer = _answered("evaluate", task, seconds=self._seconds)
        except EngineError as error:
            return dict.fromkeys(packages, error)
        return {name: EngineError(said["error"]) if "error" in said else said["results"] for name, said in answer.items()}


def shape_apart(text: str, *, seconds: float = SHAPE_LIMIT) -> Shape:
    """The shape of a rule file (see `shape_of`), read in a process of its own.

    Raises `EngineError` where the text is not Rego, or reading it takes too much time or memory.
    """
    said = _answered("shape", {"text": text}, seconds=seconds)[""]
    if "error" in said:
        raise EngineError(said["error"])
    shape = json.loads(said["results"])
    return Shape(package=shape["package"], complaints=tuple(shape["complaints"]), reads=tuple(shape["reads"]))


def _answered(task: str, held: Mapping[str, object], *, seconds: float) -> Mapping[str, Mapping[str, str]]:
    """What the process answers. Raises `EngineError` where it cannot be started, `EndedError` where it has to be ended or dies."""
    # -P: the folder in which sparekey is started may come from a pull request, and must not lend modules to the process.
    command = [sys.executable, "-P", "-m", __spec__.name, task, str(int(seconds) + 1)]
    try:
        ended = subprocess.run(  # noqa: S603 - our own module, by our own interpreter
            command, input=json.dumps(held).encode(), capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise EndedError(f"took longer than {seconds:g} s, and was ended") from None
    except OSError as error:
        raise EngineError(f"no process can be started for it: {error.strerror}") from error
    if ended.returncode != 0:
        raise EndedError("ran out of memory or crashed the interpreter, and was ended")
    return cast("Mapping[str, Mapping[str, str]]", json.loads(ended.stdout))


def _limit(seconds: int) -> None:
    """Bound what this process may take. Systems without `resource` (Windows) bound the time alone, from outside."""
    try:
        import resource  # noqa: PLC0415
    except ImportError:
        return
    limits = {
        "RLIMIT_AS": MEMORY_LIMIT,
        "RLIMIT_CPU": seconds,  # where the process that waits for us is itself killed
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
    }
    for name, most in limits.items():
        number = getattr(resource, name)
        _, hard = resource.getrlimit(number)
        if hard == resource.RLIM_INFINITY or most < hard:
            resource.setrlimit(number, (most, most))


def _perform(task: str, held: Mapping[str, object]) -> Mapping[str, Mapping[str, str]]:
    try:
        if task == "shape":
            shape = shape_of(cast("str", held["text"]))
            said = {"package": shape.package, "complaints": shape.complaints, "reads": shape.reads}
            return {"": {"results": json.dumps(said)}}
        packages = cast("list[str]", held["packages"])
        answers = EmbeddedEngine().evaluate(cast("dict[str, str]", held["modules"]), cast("str", held["document"]), packages)
    except (EngineError, RuntimeError, ValueError, RecursionError) as error:
        return {name: {"error": _said(error)} for name in cast("list[str]", held.get("packages", [""]))}
    return {
        name: {"error": _said(answer)} if isinstance(answer, Exception) else {"results": answer}
        for name, answer in answers.items()
    }


def _said(error: Exception) -> str:
    """An error on one line, without the backtrace of the interpreter's insides."""
    return " ".join(str(error).split("Stack backtrace:", maxsplit=1)[0].split())[:500] or type(error).__name__


if __name__ == "__main__":
    _limit(int(sys.argv[2]))
    sys.stdout.write(json.dumps(_perform(sys.argv[1], json.load(sys.stdin))))
