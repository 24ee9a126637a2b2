"""Which folder of Terraform source a plan was made from."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sparekey.formats.terraform_plan.configuration import Written
    from sparekey.model.seams import Reading

MOST_FILES = 2000
"""Only so many files of one folder are looked at."""

MOST_BYTES = 4 * 1024 * 1024
"""Larger files are passed over: written configuration never comes near."""


def source_of(plan: Path, written: Written, reading: Reading) -> Path | None:
    """The folder that is named for it, else the plan's own or the working one, if what the plan configures is declared there."""
    if reading.source is not None:
        return reading.source.resolve()
    wanted = _declared(written)
    folders = dict.fromkeys((plan.parent.resolve(), Path.cwd().resolve()))
    return next((folder for folder in folders if _fits(folder, wanted)), None)


def _declared(written: Written) -> frozenset[tuple[bytes, ...]]:
    """What the root module of a plan declares, by the words of its headers."""
    scope = written.scope(())
    if scope is None:
        return frozenset()
    calls = {(b"module", name.encode()) for name in scope.module.module_calls}
    return frozenset(calls | {(r.type.encode(), r.name.encode()) for r in scope.module.resources})


def _fits(folder: Path, wanted: Iterable[tuple[bytes, ...]]) -> bool:
    """Whether the files of a folder declare most of what a plan configures; a plan of nothing fits any that has files.

    Source changes after a plan was made, so not all of it need be there.
    """
    texts = list(_texts(folder))
    wanted = list(wanted)
    held = sum(any(all(word in text for word in words) for text in texts) for words in wanted)
    return bool(texts) and held * 2 >= len(wanted)


def _texts(folder: Path) -> Iterable[bytes]:
    try:
        paths = sorted(path for path in folder.iterdir() if path.name.endswith((".tf", ".tf.json")))
    except OSError:
        return
    for path in islice(paths, MOST_FILES):
        try:
            if path.is_file() and path.stat().st_size <= MOST_BYTES and path.resolve().is_relative_to(folder):
                yield path.read_bytes()
        except (OSError, RuntimeError):
            continue
