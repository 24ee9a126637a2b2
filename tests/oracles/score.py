"""Ask the product what the oracles know: `python -m tests.oracles.score [DIR]`.

Without DIR every set that is packed here, and every one in `../shared/oracles` beside the project, as far as some part of the
product can read it. Prints each difference, and as the last line one JSON object: per set and part (per part, with DIR) the
number of units, of equal, unknown and wrong answers. Exit status 1 if anything is wrong or nothing was asked.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

from tests.oracles.sets import HERE, Part, Score, every_set


def parts() -> tuple[Part, ...]:
    """Every part in this folder. Sets of different kinds may have parts of one name: `reads` tells whose it is."""
    names = sorted(path.stem for path in HERE.glob("*.py") if not path.stem.startswith(("test_", "__")))
    found = (getattr(importlib.import_module(f"tests.oracles.{name}"), "PART", None) for name in names)
    return tuple(part for part in found if isinstance(part, Part))


def score_folder(folder: Path) -> dict[str, Score]:
    """What each part that can read a folder makes of it."""
    return {part.name: part.score(folder) for part in parts() if part.reads(folder)}


def score_all() -> dict[str, Score]:
    """The scores of every set that is at hand."""
    with every_set() as folders:
        return {f"{folder.name}/{name}": score for folder in folders for name, score in score_folder(folder).items()}


def main(arguments: list[str]) -> int:
    """Print the scores; the exit status."""
    scores = score_folder(Path(arguments[0])) if arguments else score_all()
    for name, score in scores.items():
        for difference in score.differences:
            sys.stdout.write(f"{name}: {difference}\n")
    sys.stdout.write(json.dumps({name: score.figures() for name, score in scores.items()}) + "\n")
    return int(not scores or any(score.wrong or not score.total for score in scores.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
