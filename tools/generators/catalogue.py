"""The catalogue of rules, from the METADATA of each rule file: start-up then parses no YAML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import jsonschema
import yaml

SCHEMA = Path("src/sparekey/engine/metadata.schema.json")
CATALOGUE = "src/sparekey/engine/catalogue.json"


def files(root: Path) -> dict[str, str]:
    """The catalogue. Raises ValueError for a rule whose METADATA does not fit the schema, or whose package is not its folder's."""
    return {CATALOGUE: json.dumps([entry(root, path) for path in rule_files(root)], indent=2, ensure_ascii=False) + "\n"}


def rule_files(root: Path) -> Iterator[Path]:
    """Every rule file, by category and slug."""
    yield from sorted((root / "policies").glob("*/*/rule.rego"))


def metadata(text: str) -> object:
    """The METADATA block that opens a Rego file, as YAML gives it."""
    lines = text.splitlines()
    if not lines or lines[0] != "# METADATA":
        raise ValueError("a rule file opens with a METADATA block")
    block: list[str] = []
    for line in lines[1:]:
        if not line.startswith("#"):
            break
        block.append(line.removeprefix("#").removeprefix(" "))
    return yaml.safe_load("\n".join(block))


def check(described: object, root: Path) -> None:
    """Raise ValueError, in one sentence, where a METADATA block does not fit the schema."""
    schema = json.loads((root / SCHEMA).read_text(encoding="utf-8"))
    error = next(jsonschema.Draft202012Validator(schema).iter_errors(described), None)
    if error is not None:
        raise ValueError(f"METADATA at {error.json_path}: {error.message}")


def entry(root: Path, path: Path) -> dict[str, object]:
    """One rule as the catalogue holds it: the fields of `sparekey.model.rule.Rule`."""
    text = path.read_text(encoding="utf-8")
    described = metadata(text)
    try:
        check(described, root)
    except ValueError as error:
        raise ValueError(f"{path.relative_to(root)}: {error}") from error
    block = cast("dict[str, object]", described)
    custom = cast("dict[str, object]", block["custom"])
    slug = path.parent.name
    if f"\npackage sparekey.rules.{slug.replace('-', '_')}\n" not in text:
        raise ValueError(f"{path.relative_to(root)}: the package is not that of the folder")
    return {
        "slug": slug,
        "category": path.parent.parent.name,
        "title": block["title"],
        "description": " ".join(str(block["description"]).split()),
        **custom,
    }
