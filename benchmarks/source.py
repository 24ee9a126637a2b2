"""Terraform source, side by side with Checkov where it is installed (`make bench` installs it beside the project).

Prints one row per work: median wall time and peak memory of each program; then how fast files are read and indexed.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import Figures, side_by_side
from benchmarks.source_estate import write_repository, write_root

_BIN = Path(sys.executable).parent


def main() -> None:
    """Run every work and print the table."""
    checkov = shutil.which("checkov", path=f"{_BIN}:{_BIN.parent.parent / '.venv-bench' / 'bin'}") or shutil.which("checkov")
    if checkov is None:
        print("checkov is not installed: sparekey alone is measured")
    print(f"{'work':<58}{'sparekey':>20}{'checkov':>20}")
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        works = {
            "5,000 resources, all mapped": ("all", write_root(top / "all", resources=5000, identity_share=1.0)),
            "5,000 resources, 5 % mapped": ("few", write_root(top / "few", resources=5000, identity_share=0.05)),
            "1,000 files, 20 with identity code": ("repo", write_repository(top / "repo", files=1000, identity=20)),
        }
        for name, (place, lines) in works.items():
            _row(f"{name} ({lines:,} lines)", top / place, checkov)
        _index(top / "all")


def _row(name: str, folder: Path, checkov: str | None) -> None:
    ours = [str(_BIN / "sparekey"), "check", str(folder)]
    figures = side_by_side({"sparekey": ours}, runs=5)
    ratio = ""
    if checkov:
        peer = [checkov, "--directory", str(folder), "--framework", "terraform", "--compact", "--quiet"]
        beside = side_by_side({"sparekey": ours, "checkov": peer}, runs=1)
        figures["checkov"] = beside["checkov"]
        ratio = f"  checkov {beside['checkov'].wall / beside['sparekey'].wall:.1f} x slower"
    print(f"{name:<58}{_cell(figures['sparekey']):>20}{_cell(figures.get('checkov')):>20}{ratio}", flush=True)


def _index(folder: Path) -> None:
    """How fast files become a syntax tree whose blocks are known and not yet converted."""
    from sparekey.formats.terraform.syntax.read import read_file  # noqa: PLC0415

    files = [(path.read_bytes(), path.name) for path in sorted(folder.glob("*.tf"))]
    lines = sum(data.count(b"\n") for data, _ in files)
    times = []
    for _ in range(5):
        started = time.perf_counter()
        held = [[(block.type, block.labels) for block in read_file(data, name).body.blocks] for data, name in files]
        times.append(time.perf_counter() - started)
        assert held
    print(f"read and indexed: {lines / statistics.median(times):,.0f} lines/s")


def _cell(figures: Figures | None) -> str:
    return f"{figures.wall:.3f} s {figures.memory:.0f} MiB" if figures else "-"


if __name__ == "__main__":
    main()
