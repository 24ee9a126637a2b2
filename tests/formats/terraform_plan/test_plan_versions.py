"""What a plan says of the provider that made it: schema versions and version constraints."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.formats.terraform_plan.plan_files import block, change, declared, plan, read


def _provider(constraint: object, full_name: str = "registry.example/hashicorp/azuread") -> dict[str, object]:
    return {"name": "azuread", "full_name": full_name, "version_constraint": constraint}


def _read(folder: Path, providers: object, *, key: object = "azuread", schema: object = 1) -> tuple[int | None, str]:
    """The schema version and the constraint of the one user of a plan."""
    written = {**block("azuread_user.x"), "provider_config_key": key, "schema_version": schema}
    document = plan([change("azuread_user.x", {})], written)
    document["configuration"]["provider_config"] = providers  # type: ignore[index]
    found = declared(read(document, folder), "azuread_user.x")
    return found.schema, found.versions


def test_both_are_read(tmp_path: Path) -> None:
    assert _read(tmp_path, {"azuread": _provider("~> 3.0")}) == (1, "~> 3.0")
    assert _read(tmp_path, {"azuread": _provider("")}, schema=0) == (0, "")
    assert _read(tmp_path, {}) == (1, "")


def test_every_module_constrains_the_same_provider(tmp_path: Path) -> None:
    providers = {
        "azuread": _provider(">= 2.44"),
        "module.a:azuread": _provider("< 4.0"),
        "module.b:azuread": _provider(">= 2.44"),
        "other": _provider("~> 9.0", "registry.example/somebody/other"),
    }
    assert _read(tmp_path, providers) == (1, ">= 2.44, < 4.0")


@pytest.mark.parametrize(
    ("providers", "key", "schema"),
    [
        (None, "azuread", 1),
        ([], "azuread", 1),
        ("x", "azuread", 1),
        ({"azuread": 1}, "azuread", 1),
        ({"azuread": _provider(3)}, "azuread", 1),
        ({"azuread": _provider("~> 3.0")}, None, 1),
        ({"azuread": _provider("~> 3.0")}, 1, 1),
        ({"azuread": _provider("~> 3.0")}, "nobody", 1),
    ],
)
def test_wrong_types_constrain_nothing_and_lose_nothing(tmp_path: Path, providers: object, key: object, schema: object) -> None:
    assert _read(tmp_path, providers, key=key, schema=schema) == (1, "")


@pytest.mark.parametrize("schema", ["1", True, None, 1.5, {}])
def test_a_schema_version_that_is_no_number_is_not_believed(tmp_path: Path, schema: object) -> None:
    assert _read(tmp_path, {}, schema=schema) == (None, "")


def test_what_the_configuration_does_not_hold_has_neither(tmp_path: Path) -> None:
    found = declared(read(plan([change("azuread_user.x", {})]), tmp_path), "azuread_user.x")
    assert (found.schema, found.versions) == (None, "")
