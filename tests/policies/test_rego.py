"""The Rego tests of the policies, run on the embedded engine: each rule whose name starts with `test_` must be true."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import regorus

POLICIES = Path(__file__).parents[2] / "policies"
SOURCES = {path.relative_to(POLICIES).as_posix(): path.read_text(encoding="utf-8") for path in sorted(POLICIES.rglob("*.rego"))}
TESTS = [
    f"data.{package}.{name}"
    for name_of_file, text in SOURCES.items()
    if name_of_file.endswith("_test.rego")
    for package in re.findall(r"^package (\S+)$", text, re.MULTILINE)
    for name in re.findall(r"^(test_\w+)", text, re.MULTILINE)
]


@pytest.fixture(scope="module")
def engine() -> regorus.Engine:
    """The interpreter with every policy and every test loaded."""
    interpreter = regorus.Engine()
    for name, text in SOURCES.items():
        interpreter.add_policy(name, text)
    return interpreter


@pytest.mark.parametrize("test", TESTS)
def test_rego(engine: regorus.Engine, test: str) -> None:
    assert json.loads(engine.eval_rule_as_json(test)) is True


def test_every_rule_and_library_module_has_tests() -> None:
    for name in SOURCES:
        if name.endswith("/rule.rego") or (name.startswith("lib/") and not name.endswith("_test.rego") and "testing" not in name):
            assert name.replace(".rego", "_test.rego") in SOURCES or name == "lib/access.rego", name


def test_every_test_is_found() -> None:
    assert len(TESTS) == len(set(TESTS)) > 60
