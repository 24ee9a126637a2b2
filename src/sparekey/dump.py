"""Estates as rules see them, with a place instead of every handle: what a rule author needs to look at."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import cast

from sparekey.config import Config
from sparekey.engine.bundle import load_rules, parameters_of
from sparekey.engine.encode import Encoded, Reading, encode, read_by
from sparekey.model.estate import Estate
from sparekey.reports.json import where

_HANDLES = frozenset({"at", "open", "because", "missing"})
"""Members that hold handles, alone or in a list (an open set's `false` is none)."""


def estates_as_json(estates: Iterable[Estate], config: Config) -> str:
    """A JSON object: estate name to the input that the rules get for it, every kind included."""
    rules = load_rules()
    shown: dict[str, object] = {}
    for estate in estates:
        kinds = frozenset(estate.resources) | read_by(rules).kinds
        gone = frozenset(deletion.resource.kind for deletion in estate.deletions)
        encoded = encode(estate, Reading(kinds=kinds | gone, deletions=gone), parameters_of(rules, config))
        shown[estate.name] = _placed(json.loads(encoded.document), encoded)
    return json.dumps(shown, indent=2) + "\n"


def _placed(value: object, encoded: Encoded, *, handle: bool = False) -> object:
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return {key: _placed(child, encoded, handle=key in _HANDLES) for key, child in members.items()}
    if isinstance(value, list):
        return [_placed(child, encoded, handle=handle) for child in value]
    if handle and isinstance(value, int) and not isinstance(value, bool):
        return where(encoded.cause(value).at)
    return value
