"""The rules as shipped: what they say of themselves, and their Rego text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sparekey.engine.failure import EngineError
from sparekey.model.rule import Rule

if TYPE_CHECKING:
    from sparekey.config import Config

_HERE = Path(__file__).resolve()
_CATALOGUE = _HERE.with_name("catalogue.json")
_IN_WHEEL = _HERE.parents[1] / "policies"
_IN_CHECKOUT = _HERE.parents[3] / "policies"


@cache
def policies_folder() -> Path:
    """The folder of the shipped policies: inside the installed package, else at the root of a checkout.

    Raises `EngineError` where neither exists.
    """
    for folder in (_IN_WHEEL, _IN_CHECKOUT):
        if (folder / "lib").is_dir():
            return folder
    raise EngineError(f"no policies beside {_HERE.parent}: the installation is damaged, install sparekey again")


@cache
def load_rules() -> tuple[Rule, ...]:
    """Every shipped rule, by category and slug, from the catalogue that is generated from the METADATA of the rule files."""
    entries: list[dict[str, object]] = json.loads(_CATALOGUE.read_text(encoding="utf-8"))
    return tuple(_rule(entry) for entry in entries)


def package_of(rule: Rule) -> str:
    """The last part of a rule's Rego package: its slug, with `_` because a package name cannot hold `-`."""
    return rule.slug.replace("-", "_")


def modules_of(rules: Iterable[Rule]) -> Mapping[str, str]:
    """The Rego text of the library and of these rules, by path below the policies folder. Tests are left out.

    Raises `EngineError` where a file is missing.
    """
    folder = policies_folder()
    names = (*_library(folder), *(f"{rule.category}/{rule.slug}/rule.rego" for rule in rules))
    try:
        return {name: _text(folder, name) for name in names}
    except OSError as error:
        raise EngineError(f"a policy cannot be read: {error}") from error


def parameters_of(rules: Iterable[Rule], config: Config) -> Mapping[str, Mapping[str, int | str | bool]]:
    """The parameters of each rule, by slug: its defaults, replaced by what the configuration sets."""
    merged: dict[str, Mapping[str, int | str | bool]] = {}
    for rule in rules:
        setting = config.rules.get(rule.slug)
        chosen = setting.parameters if setting else {}
        merged[rule.slug] = {name: chosen.get(name, default) for name, default in rule.parameters.items()}
    return merged


# What is shipped does not change under a run, which asks for it once for every estate.
@cache
def _library(folder: Path) -> tuple[str, ...]:
    """The names of the modules that the rules import."""
    return tuple(f"lib/{path.name}" for path in sorted((folder / "lib").glob("*.rego")) if _is_shipped(path))


@lru_cache(maxsize=256)
def _text(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


def _is_shipped(path: Path) -> bool:
    return not path.stem.endswith("_test") and path.stem != "testing"


def _rule(entry: Mapping[str, object]) -> Rule:
    """A catalogue entry as a rule: JSON arrays become tuples. The generator has checked it against metadata.schema.json."""
    return Rule(**{name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()})  # type: ignore[arg-type]  # checked by the generator
