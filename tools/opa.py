"""Get a real OPA, and let it look over the policies.

`get` installs the pinned OPA beside the interpreter where Go is present; else one on PATH will do. `check` runs OPA's formatter, its
type checker (with the schema of the input) and its test runner over policies/. With no OPA both say so and succeed, unless
SPAREKEY_REQUIRE_OPA=1.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

VERSION = "1.22.2"
"""The OPA that the policies are developed against. Any 1.x reads them."""

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
SCHEMA = "schemas/input.json"


def found() -> str | None:
    """The OPA beside the interpreter, else one on PATH, if it is 1.0 or newer."""
    for path in (shutil.which("opa", path=str(BIN)), shutil.which("opa")):
        said = subprocess.run([path, "version"], capture_output=True, text=True, check=False).stdout if path else ""
        if re.match(r"Version: [1-9]", said):
            return path
    return None


def get() -> int:
    """Install OPA if none is there. 1 where one is required and cannot be had."""
    if (BIN / "opa").exists() or (BIN / "opa.exe").exists():
        return 0
    go = shutil.which("go")
    if go:
        print(f"installing OPA {VERSION} with Go (once, a few minutes)", flush=True)
        environment = {**os.environ, "GOBIN": str(BIN), "GOFLAGS": "-mod=mod"}
        module = f"github.com/open-policy-agent/opa@v{VERSION}"
        if subprocess.run([go, "install", module], env=environment, check=False).returncode == 0:
            return 0
        print("go install has failed; looking for an OPA on PATH", file=sys.stderr)
    return 0 if found() else _absent()


def check() -> int:
    """Run OPA over policies/. 1 where it finds anything."""
    opa = found()
    if opa is None:
        return _absent()
    listed = subprocess.run([opa, "fmt", "--list", "policies"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode or listed.stdout:
        print(f"not in OPA's format (opa fmt --write policies):\n{listed.stdout}{listed.stderr}", file=sys.stderr)
        return 1
    for command in (["check", "--strict", "--schema", SCHEMA, "policies"], ["test", "policies"]):
        if subprocess.run([opa, *command], cwd=ROOT, check=False).returncode:
            print(f"opa {' '.join(command)} has failed", file=sys.stderr)
            return 1
    return 0


def _absent() -> int:
    required = os.environ.get("SPAREKEY_REQUIRE_OPA") == "1"
    print(
        "no OPA, and no Go to install it with: see CONTRIBUTING.md"
        + (" (SPAREKEY_REQUIRE_OPA=1)" if required else "; what needs it is skipped"),
        file=sys.stderr,
    )
    return 1 if required else 0


if __name__ == "__main__":
    sys.exit({"get": get, "check": check}[sys.argv[1]]())
