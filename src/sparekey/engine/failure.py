"""What an engine says when it cannot work at all."""

from __future__ import annotations


class EngineError(Exception):
    """The rules could not be evaluated: no engine, no policies, or an input that the engine refuses. The command ends with 4."""
