"""A real OPA for tests: where it is found, and a server on loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import pytest
from tools import opa


def required() -> str:
    """The path of an OPA. Without one the test is skipped; where SPAREKEY_REQUIRE_OPA is 1, it fails."""
    path = opa.found()
    if path is None:
        message = "no OPA 1.0 or newer beside the interpreter or on PATH: `make opa` gets one"
        if os.environ.get("SPAREKEY_REQUIRE_OPA") == "1":
            pytest.fail(f"{message} (SPAREKEY_REQUIRE_OPA=1)")
        pytest.skip(message)
    return path


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(path: str, *options: str, scheme: str = "http") -> Iterator[str]:
    """The address of a running OPA server with these options, ended afterwards."""
    port = free_port()
    address = f"127.0.0.1:{port}"
    command = [path, "run", "--server", "--skip-version-check", "--addr", address, "--log-level", "error", *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(process, port)
        yield f"{scheme}://{address}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if process.poll() is not None:
            pytest.fail(f"OPA ended with {process.returncode}")
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("OPA does not listen")


def healthy(url: str) -> bool:
    """Whether this address says that all is well, asked without the engine under test."""
    try:
        with build_opener(ProxyHandler({})).open(url, timeout=5) as response:
            return bool(response.status == 200)
    except URLError:
        return False
