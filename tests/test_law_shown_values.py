"""Law 4, on values: what a proof shows as `attribute = value` is what the judged resource holds there, read without `places.py`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest

from sparekey.config import Config
from sparekey.config_file import load
from sparekey.model.finding import Evidence, Finding
from sparekey.model.kinds.secrets import Vault
from sparekey.model.resource import Resource
from sparekey.model.run import Run
from sparekey.model.span import Place, Pointer, Span
from sparekey.model.value import Known, Links, Unknown, ValueSet
from sparekey.places import Places, Shown
from sparekey.run import Gathered, check, gather

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = sorted(p.parent for p in (ROOT / "fixtures").glob("**/expected.yaml"))

_FIRST_LINE = {"start_line": 1, "start_column": 1, "end_line": 1, "end_column": 1}

_CUT = ("(not shown)", "...")
"""What stands for a part of a value that is not shown: such a text cannot be compared as a whole."""


def _values(held: object) -> Iterator[tuple[Place, str]]:
    """Every value below a field of a resource, with each of its places, as JSON would write it."""
    if isinstance(held, Links):
        held = held.values
    if isinstance(held, ValueSet):
        text = f"[{', '.join(_text(member) for member in held.members)}{', ...' if held.open else ''}]"
        for place in (held.at, *(member.at for member in held.members)):
            yield place, text.replace("[, ", "[")
    elif isinstance(held, Known | Unknown):
        yield held.at, _text(held)
    elif isinstance(held, tuple):
        for each in held:
            yield from _values(each)
    elif is_dataclass(held) and not isinstance(held, type):
        for field in fields(held):
            yield from _values(getattr(held, field.name))


def _text(value: object) -> str:
    if isinstance(value, Known):
        return json.dumps(value.value, ensure_ascii=False) if value.origin not in ("default", "null") else "(nothing)"
    return "(unknown)"


def _at(evidence: Evidence, place: Place) -> bool:
    if isinstance(place, Pointer):
        return place.pointer == evidence.pointer or place == evidence.at
    return not evidence.pointer and place == evidence.at


def _held(resource: Resource, evidence: Evidence) -> set[str]:
    """What a resource holds at a place: in the attribute that is named, where it has one of that name."""
    own = {field.name for field in fields(resource)} - {"head", "keys"}
    named = own & {evidence.label.partition(" = ")[0].replace(" ", "_")}
    return {text for name in named or own for place, text in _values(getattr(resource, name)) if _at(evidence, place)}


def law_shown_values(run: Run, gathered: Gathered) -> int:
    """Every value that is shown at a place is the judged resource's, or else that of all in its deployment that stand there.

    Returns how many were compared.
    """
    every = [r for estate in gathered.estates for many in estate.resources.values() for r in many]
    every += [deletion.resource for estate in gathered.estates for deletion in estate.deletions]
    compared = 0
    for finding in (finding for outcome in run.outcomes for finding in outcome.findings):
        for evidence in finding.evidence:
            _, written, shown = evidence.label.partition(" = ")
            if not written or any(cut in shown for cut in _CUT):
                continue
            candidates = _held_by_the_nearest(finding, evidence, every)
            if candidates is not None:
                compared += 1
                assert shown in candidates, (
                    f"{finding.rule} {finding.deployment}#{finding.subject}: {evidence.label} is {candidates}"
                )
    return compared


def _held_by_the_nearest(finding: Finding, evidence: Evidence, every: list[Resource]) -> set[str] | None:
    """What the judged resource holds at a place; where it holds nothing there, what the others of its deployment do, then any."""
    judged = [r for r in every if (r.head.deployment, r.head.address) == (finding.deployment, finding.subject)]
    near = [r for r in every if r.head.deployment == finding.deployment]
    for some in (judged, near, every):
        each = [held for resource in some if (held := _held(resource, evidence))]
        if each:
            # Of several that stand there nothing may be said in which they differ.
            return each[0].intersection(*each)
    return None


def _of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Run, Gathered]:
    monkeypatch.chdir(folder)
    path, config = Path(), Config()
    if Path("source").is_dir():
        path, config = Path("plan.json"), Config(source=Path("source"))
    elif Path("sparekey.yaml").is_file():
        config = load(Path("sparekey.yaml"), name="sparekey.yaml")
    return check([path], config), gather([path], config)


def test_in_every_fixture_and_estate_a_shown_value_is_what_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = {folder: law_shown_values(*_of(folder, monkeypatch)) for folder in FOLDERS}
    assert sum(compared.values()) > 1500
    assert compared[ROOT / "fixtures" / "estates" / "menagerie"] > 70


# --- several deployments of one text ------------------------------------------------------------------------------------

_SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deployment"


def _template(folder: Path, purge: str) -> None:
    vault = {
        "type": "Microsoft.KeyVault/vaults",
        "apiVersion": "2023-07-01",
        "name": "[parameters('name')]",
        "location": "westeurope",
        "properties": {"sku": {"family": "A", "name": "standard"}, "enablePurgeProtection": purge},
    }
    head = {"$schema": f"{_SCHEMA}Template.json#", "contentVersion": "1.0.0.0"}
    parameters = {"purge": {"type": "bool", "defaultValue": False}, "name": {"type": "string"}}
    (folder / "main.json").write_text(json.dumps({**head, "parameters": parameters, "resources": [vault]}, indent=2))
    for name, on in (("kv-dev", False), ("kv-live", True)):
        given = {"name": {"value": name}, "purge": {"value": on}}
        text = json.dumps({"$schema": f"{_SCHEMA}Parameters.json#", "contentVersion": "1.0.0.0", "parameters": given})
        (folder / f"main.parameters.{name}.json").write_text(text)


def _modules(folder: Path, purge: str) -> None:
    module = folder / "vault"
    module.mkdir()
    block = f'  name = var.name\n  location = "westeurope"\n  purge_protection_enabled = {purge}\n'
    variables = 'variable "name" {}\nvariable "purge" {}\n'
    (module / "main.tf").write_text(variables + f'resource "azurerm_key_vault" "this" {{\n{block}}}\n')
    for deployment in ("one", "two"):
        (folder / deployment).mkdir()
        calls = (
            f'module "{name}" {{\n  source = "../vault"\n  name = "kv-{name}-{deployment}"\n  purge = {on}\n}}\n'
            for name, on in (("dev", "false"), ("live", "true"))
        )
        (folder / deployment / "main.tf").write_text("".join(calls))


def _labels(run: Run) -> dict[str, str]:
    """What is shown first of each vault, by its deployment and the last part of its address."""
    return {
        f"{f.deployment}#{f.subject}": f.evidence[0].label
        for outcome in run.outcomes
        for f in outcome.findings
        if f.rule == "vault-not-recoverable"
    }


@pytest.mark.parametrize(
    ("purge", "dev"),
    [
        ("[parameters('purge')]", "purge protection = false"),
        ("[if(parameters('purge'), true(), null())]", "purge protection: null here"),
    ],
)
def test_of_two_parameter_files_each_is_shown_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, purge: str, dev: str
) -> None:
    _template(tmp_path, purge)
    run, gathered = _of(tmp_path, monkeypatch)
    assert law_shown_values(run, gathered)
    assert _labels(run) == {
        "main.json+main.parameters.kv-dev.json#Microsoft.KeyVault/vaults/kv-dev": dev,
        "main.json+main.parameters.kv-live.json#Microsoft.KeyVault/vaults/kv-live": "purge protection = true",
    }


@pytest.mark.parametrize(
    ("purge", "dev"), [("var.purge", "purge protection = false"), ("var.purge ? true : null", "purge protection: null here")]
)
def test_of_two_calls_of_a_module_in_two_deployments_each_is_shown_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, purge: str, dev: str
) -> None:
    _modules(tmp_path, purge)
    run, gathered = _of(tmp_path, monkeypatch)
    assert law_shown_values(run, gathered)
    assert _labels(run) == {
        f"{deployment}#module.{name}.azurerm_key_vault.this": said
        for deployment in ("one", "two")
        for name, said in (("dev", dev), ("live", "purge protection = true"))
    }


# --- and it can fail ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", [_template, _modules])
def test_showing_what_anybody_holds_there_breaks_the_law(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: object
) -> None:
    """The fault that this law was made for: the first that stands at a place speaks for all."""
    purge = "[if(parameters('purge'), true(), null())]" if written is _template else "var.purge ? true : null"
    written(tmp_path, purge)  # type: ignore[operator]  # it is one of the two
    honest = Places.show

    def first(self: Places, at: Place, label: str, about: Resource | None = None) -> Shown:
        for resource in self.resources.get(at.file, ()):
            shown = honest(self, at, label, resource)
            if " = " in shown.says:
                return shown
        return honest(self, at, label, about)

    monkeypatch.setattr(Places, "show", first)
    with pytest.raises(AssertionError, match="purge protection = true is"):
        law_shown_values(*_of(tmp_path, monkeypatch))


def test_where_others_of_the_deployment_differ_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a cause that is about something else, which shares no place with it, a value is shown only where all agree."""
    said = {}
    for name, purge in (("differ", "var.purge ? true : null"), ("agree", "true")):
        (tmp_path / name).mkdir()
        _modules(tmp_path / name, purge)
        _, gathered = _of(tmp_path / name, monkeypatch)
        vaults = [r for estate in gathered.estates for r in estate.of("vault") if isinstance(r, Vault)]
        at = next(v.purge_protection.at for v in vaults)
        other = replace(vaults[0], head=replace(vaults[0].head, at=Span(file="x.tf", **_FIRST_LINE)))
        said[name] = Places.of([], vaults, root=tmp_path).show(at, "purge protection", other).says
    assert said == {"differ": "purge protection", "agree": "purge protection = true"}
