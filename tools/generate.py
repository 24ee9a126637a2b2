"""Write every generated file of the repository, or with --check only tell which are out of date.

A generator is a module in tools/generators with a function `files(root)`: it gives the text that each file should hold, by path
relative to the root of the repository. Adding one takes no edit here.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import sys
from pathlib import Path
from typing import Protocol, cast

ROOT = Path(__file__).resolve().parents[1]


class Generator(Protocol):
    """A module of tools/generators."""

    def files(self, root: Path) -> dict[str, str]:
        """The text of each file that it generates, by path relative to `root`."""
        ...


def generated(root: Path) -> dict[str, str]:
    """What every generator gives. Two generators that give the same file are a mistake and raise ValueError."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "tools" / "generators").glob("[a-z]*.py")):
        generator = cast("Generator", importlib.import_module(f"tools.generators.{path.stem}"))
        for name, text in generator.files(root).items():
            if name in found:
                raise ValueError(f"{name} is generated twice")
            found[name] = text
    return found


def main() -> int:
    """Write, or check: 1 where a file is out of date, with the difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail where a file is out of date")
    check: bool = parser.parse_args().check
    stale = 0
    for name, text in generated(ROOT).items():
        path = ROOT / name
        present = path.read_text(encoding="utf-8") if path.exists() else ""
        if present == text:
            continue
        stale += 1
        if check:
            sys.stdout.writelines(
                difflib.unified_diff(present.splitlines(True), text.splitlines(True), name, f"{name} (generated)")
            )
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {name}")
    if check and stale:
        print(f"{stale} generated files are out of date: run make generate", file=sys.stderr)
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
