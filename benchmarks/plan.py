"""Start-up and Terraform plans, side by side with Checkov where it is installed (`make bench` installs it beside the project).

Prints one row per work: median wall time and peak memory of each program, and the ratio to reading the same file with `json.loads`.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.estate import write_plan
from benchmarks.measure import Figures, side_by_side

_BIN = Path(sys.executable).parent


def main() -> None:
    """Run every work and print the table."""
    checkov = shutil.which("checkov", path=f"{_BIN}:{_BIN.parent.parent / '.venv-bench' / 'bin'}") or shutil.which("checkov")
    if checkov is None:
        print("checkov is not installed: sparekey alone is measured")
    print(f"{'work':<42}{'sparekey':>20}{'json.loads':>20}{'checkov':>20}")
    _row("--version", [str(_BIN / "sparekey"), "--version"], None, [checkov, "--version"] if checkov else None, runs=9)
    with tempfile.TemporaryDirectory() as folder:
        for name, resources, share, runs in (
            ("one-resource plan", 1, 1.0, 9),
            ("10,000 resources, 5 % identity", 10_000, 0.05, 5),
            ("10,000 resources, all mapped", 10_000, 1.0, 5),
        ):
            plan = Path(folder) / f"{resources}-{share}.json"
            write_plan(plan, resources=resources, identity_share=share)
            megabytes = plan.stat().st_size / 1e6
            loads = [sys.executable, "-c", f"import json; json.loads(open({str(plan)!r}, 'rb').read())"]
            peer = [checkov, "--file", str(plan), "--framework", "terraform_plan", "--compact", "--quiet"] if checkov else None
            _row(
                f"{name} ({megabytes:.1f} MB)",
                [str(_BIN / "sparekey"), "check", str(plan), "--source", folder],
                loads,
                peer,
                runs=runs,
            )


def _row(name: str, ours: list[str], loads: list[str] | None, peer: list[str] | None, *, runs: int) -> None:
    figures = side_by_side({"sparekey": ours} | ({"loads": loads} if loads else {}), runs=runs)
    figures |= side_by_side({"sparekey beside checkov": ours, "checkov": peer}, runs=1 if runs < 9 else 3) if peer else {}
    ratio = f"  {figures['sparekey'].wall / figures['loads'].wall:.1f} x json.loads" if "loads" in figures else ""
    faster = f"  checkov {figures['checkov'].wall / figures['sparekey beside checkov'].wall:.0f} x slower" if peer else ""
    print(
        f"{name:<42}{_cell(figures['sparekey']):>20}{_cell(figures.get('loads')):>20}{_cell(figures.get('checkov')):>20}{ratio}{faster}",
        flush=True,
    )


def _cell(figures: Figures | None) -> str:
    return f"{figures.wall:.3f} s {figures.memory:.0f} MiB" if figures else "-"


if __name__ == "__main__":
    main()
