"""ARM templates: 500 of them (50 MB) within 5 s, one of 3 MB with 600 resources within 0.5 s (whole processes, start included).

Prints one row per work: median wall time and peak memory.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.arm_estate import write_templates
from benchmarks.measure import side_by_side

_BIN = Path(sys.executable).parent
_LIMITS = {"many": 5.0, "large": 0.5}
"""Seconds."""


def main() -> None:
    """Run both works and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        works = {
            "many": ("500 templates", write_templates(top / "many", templates=500, resources=20)),
            "large": ("one template of 600 resources", write_templates(top / "large", templates=1, resources=600)),
        }
        for name, (title, size) in works.items():
            figures = side_by_side({"sparekey": [str(_BIN / "sparekey"), "check", str(top / name)]}, runs=5)["sparekey"]
            verdict = "within" if figures.wall <= _LIMITS[name] else "ABOVE"
            print(
                f"{title} ({size / 1e6:.1f} MB): {figures.wall:.2f} s {figures.memory:.0f} MiB, {verdict} {_LIMITS[name]} s",
                flush=True,
            )


if __name__ == "__main__":
    main()
