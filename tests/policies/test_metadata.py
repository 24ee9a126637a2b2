"""The METADATA of every rule fits its closed schema, and the catalogue says what the rule files say."""

from __future__ import annotations

import copy
import importlib
import json
import pkgutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import sparekey.model.kinds
from sparekey.engine.bundle import load_rules, modules_of, policies_folder
from sparekey.model.resource import Resource

ROOT = Path(__file__).parents[2]
RULES = {path.parent.name: path for path in sorted((ROOT / "policies").glob("*/*/rule.rego"))}
SCHEMA = jsonschema.Draft202012Validator(
    json.loads((ROOT / "src" / "sparekey" / "engine" / "metadata.schema.json").read_text(encoding="utf-8"))
)


def metadata(slug: str) -> Any:
    """The METADATA block that opens a rule file."""
    block = RULES[slug].read_text(encoding="utf-8").split("\npackage ", maxsplit=1)[0].removeprefix("# METADATA\n")
    return yaml.safe_load("\n".join(line.removeprefix("#").removeprefix(" ") for line in block.splitlines()))


@pytest.mark.parametrize("slug", RULES)
def test_metadata_fits_the_schema(slug: str) -> None:
    SCHEMA.validate(metadata(slug))


def spoilt() -> list[Any]:
    """One good block, each time with one thing wrong."""
    good = metadata(next(iter(RULES)))
    blocks = [{key: value for key, value in good.items() if key != name} for name in ("title", "description", "scope", "custom")]
    for name in ("severity", "kinds", "remediation", "guidance", "references", "provenance", "since"):
        block = copy.deepcopy(good)
        del block["custom"][name]
        blocks.append(block)
    for name, value in (
        ("severty", "high"),
        ("severity", "awful"),
        ("kinds", []),
        ("kinds", "user"),
        ("guidance", ["CA03"]),
        ("references", ["http://example.com"]),
        ("provenance", "guessed"),
        ("since", 0.1),
        ("subjects", "people"),
        ("parameters", {"minimum": 1.5}),
        ("parameters", {"Minimum": 1}),
        ("remediation", "End with a full stop."),
    ):
        block = copy.deepcopy(good)
        block["custom"][name] = value
        blocks.append(block)
    return [*blocks, {**good, "authors": ["x"]}, {**good, "scope": "rule"}]


@pytest.mark.parametrize("block", spoilt())
def test_anything_else_is_refused(block: Any) -> None:
    assert not SCHEMA.is_valid(block)


def test_the_catalogue_says_what_the_files_say() -> None:
    assert sorted(rule.slug for rule in load_rules()) == sorted(RULES)
    for rule in load_rules():
        described = metadata(rule.slug)
        assert rule.category == RULES[rule.slug].parents[1].name
        assert rule.title == described["title"]
        assert rule.description.split() == described["description"].split()
        for name, value in described["custom"].items():
            assert getattr(rule, name) == (tuple(value) if isinstance(value, list) else value)


def test_a_rule_judges_kinds_that_exist() -> None:
    for module in pkgutil.iter_modules(sparekey.model.kinds.__path__):
        importlib.import_module(f"sparekey.model.kinds.{module.name}")
    kinds = {kind.kind for kind in Resource.__subclasses__()}
    for rule in load_rules():
        assert {*rule.kinds, *rule.reads} <= kinds


def test_what_is_shipped_holds_no_tests() -> None:
    modules = modules_of(load_rules())
    assert not [name for name in modules if "test" in name]
    assert {f"lib/{name}.rego" for name in ("tri", "value", "edges", "bound", "result")} <= modules.keys()
    assert all((policies_folder() / name).is_file() for name in modules)
