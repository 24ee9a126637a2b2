"""Links between templates: which file each is relative to, what is told of one that leads nowhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from urllib.parse import urljoin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparekey.formats.arm import FORMAT, linked
from sparekey.formats.arm.language.evaluate import Evaluator
from sparekey.formats.arm.language.function import beside, here
from sparekey.formats.arm.language.functions_text import FUNCTIONS
from sparekey.formats.arm.language.values import Budget, Later, Value
from sparekey.model.declaration import Document
from sparekey.model.seams import Reading, SourceFile

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
VAULTS = "Microsoft.KeyVault/vaults"
BASE = {"base": {"type": "string"}}
OWN = {"base": {"type": "string", "defaultValue": "[deployment().properties.templateLink.uri]"}}
HANDED = {"base": {"value": "[parameters('base')]"}}


def template(*resources: object, **members: object) -> dict[str, object]:
    return {"$schema": SCHEMA, "contentVersion": "1.0.0.0", **members, "resources": list(resources)}


def vault(name: str) -> dict[str, object]:
    return {"type": VAULTS, "apiVersion": "2023-07-01", "name": name}


def link(to: Mapping[str, str], parameters: Mapping[str, object] | None = None, name: str = "d") -> dict[str, object]:
    properties = {"mode": "Incremental", "templateLink": to, "parameters": parameters or {}}
    return {"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": name, "properties": properties}


def read(folder: Path, files: Mapping[str, object], name: str = "azuredeploy.json") -> Document:
    for path, top in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(json.dumps(top))
    found = FORMAT.read(SourceFile(path=folder / name, name=name), Reading(mapped=frozenset({VAULTS}), scan_root=folder))
    assert isinstance(found, Document), found
    return found


def places(found: Document) -> list[tuple[str, str]]:
    return [(one.head.address.removeprefix(f"{VAULTS}/"), one.head.at.file) for one in found.declarations]


def _handed_down(last: str = "[uri(parameters('base'), 'vault.json')]") -> dict[str, object]:
    top = link({"uri": "[uri(parameters('base'), 'nested/middle.json')]"}, HANDED)
    return {
        "azuredeploy.json": template(top, parameters=OWN),
        "nested/middle.json": template(link({"uri": last}), parameters=BASE),
        "vault.json": template(vault("top")),
    }


def test_an_address_is_relative_to_the_template_that_was_asked_for_it(tmp_path: Path) -> None:
    decoy = {"nested/vault.json": template(vault("decoy"))}
    assert places(read(tmp_path, {**_handed_down(), **decoy})) == [("top", "vault.json")]


def test_without_a_file_of_that_name_beside_the_linking_one_it_is_found_all_the_same(tmp_path: Path) -> None:
    found = read(tmp_path, _handed_down())
    assert places(found) == [("top", "vault.json")]
    assert not found.problems


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        # What the middle one asks for is its own address.
        ("[uri(deployment().properties.templateLink.uri, 'vault.json')]", "nested/vault.json"),
        # An address relative to one that is relative: what stands behind its last slash is put aside.
        ("[uri(uri(parameters('base'), 'nested/'), 'vault.json')]", "nested/vault.json"),
        ("[uri(uri(parameters('base'), 'nested/x.json'), 'vault.json')]", "nested/vault.json"),
        ("[uri(uri(parameters('base'), 'x.json?sv=a/b'), 'vault.json')]", "vault.json"),
        ("[uri(uri(parameters('base'), 'nested/x.json'), '../vault.json')]", "vault.json"),
        # A base that ends with a slash, to which names are added.
        ("[concat(uri(parameters('base'), '.'), 'nested/vault.json')]", "nested/vault.json"),
        ("[concat(uri(parameters('base'), './nested/.'), 'vault.json')]", "nested/vault.json"),
        ("[concat(uri(parameters('base'), 'nested/x/..'), 'vault.json')]", "nested/vault.json"),
        ("[concat(uri(deployment().properties.templateLink.uri, '..'), 'vault.json')]", "vault.json"),
        ("[concat(uri(parameters('base'), 'nested'), '/vault.json?a=./b')]", "nested/vault.json"),
        ("[uri(uri(deployment().properties.templateLink.uri, '../'), 'vault.json?sv=1')]", "vault.json"),
    ],
)
def test_addresses_of_addresses(tmp_path: Path, last: str, expected: str) -> None:
    decoy = {"nested/vault.json": template(vault("other"))}
    assert [file for _, file in places(read(tmp_path, {**_handed_down(last), **decoy}))] == [expected]


def test_a_relative_path_stays_relative_to_the_template_that_links(tmp_path: Path) -> None:
    files = _handed_down()
    files["nested/middle.json"] = template(link({"relativePath": "vault.json"}), parameters=BASE)
    files["nested/vault.json"] = template(vault("near"))
    assert places(read(tmp_path, files)) == [("near", "nested/vault.json")]


def test_two_templates_are_deployed_from_two_addresses(tmp_path: Path) -> None:
    """What each is asked for its own address is not one text: resources named after it are two."""
    named = template({**vault("x"), "name": "[uniqueString(deployment().properties.templateLink.uri)]"})
    files = {
        "azuredeploy.json": template(link({"relativePath": "a.json"}, name="a"), link({"relativePath": "b/a.json"}, name="b")),
        "a.json": named,
        "b/a.json": named,
    }
    assert len(read(tmp_path, files).declarations) == 2


_FOLDERS = st.lists(st.sampled_from(["a", "b", "c d", "e{f}", "é"]), max_size=3).map("/".join)


@settings(max_examples=30, deadline=None)
@given(st.lists(_FOLDERS, min_size=1, max_size=4), _FOLDERS)
def test_however_far_an_address_is_handed_down_it_is_that_of_the_first(folders: list[str], last: str) -> None:
    """Law: where the templates lie through which an address goes changes nothing of what it means."""
    paths = [str(PurePosixPath(folder, f"t{index}.json")) for index, folder in enumerate(folders)]
    target = str(PurePosixPath(last, "vault.json"))
    files: dict[str, object] = {target: template(vault("right"))}
    for folder in folders:
        # A file of that name beside every template that hands the address on.
        files.setdefault(str(PurePosixPath(folder, target)), template(vault("wrong")))
    steps = [*paths, target]
    files["azuredeploy.json"] = template(link({"relativePath": steps[0]}, HANDED), parameters=OWN)
    for place, after in zip(paths, steps[1:], strict=True):
        quoted = after.replace("'", "''")
        to = {"uri": "[uri(parameters('base'), variables('path'))]"}
        handed = {} if after == target else HANDED
        files[place] = template(link(to, handed), parameters=BASE, variables={"path": quoted})
    with TemporaryDirectory() as folder_:
        found = read(Path(folder_), files)
    if any("{" in step for step in steps[1:]):
        # Braces are what stands for things that are not known: what has them is told, and never something else.
        assert {name for name, _ in places(found)} <= {"right"}
        return
    assert places(found) == [("right", target)]


def test_what_is_not_there_is_said_once_with_its_path(tmp_path: Path) -> None:
    missing = link({"uri": "[uri(parameters('base'), 'gone.json')]"})
    looped = {**missing, "name": "[concat('d', copyIndex())]", "copy": {"name": "l", "count": 3}}
    files = _handed_down("[uri(parameters('base'), 'gone.json')]")
    top = files["azuredeploy.json"]
    assert isinstance(top, dict)
    files["azuredeploy.json"] = {
        **top,
        "resources": [*top["resources"], looped, link({"relativePath": "sub/other.json"}, name="e")],
    }
    found = read(tmp_path, files)
    assert sorted(problem.message for problem in found.problems) == [
        "deploys a linked template that is not there: gone.json",
        "deploys a linked template that is not there: sub/other.json",
    ]
    assert len(found.partial) == 2


def test_a_name_that_is_not_known_is_not_half_a_name(tmp_path: Path) -> None:
    parameters = {**OWN, "kind": {"type": "string"}}
    files = {
        "azuredeploy.json": template(
            link({"uri": "[uri(parameters('base'), concat('vault', parameters('kind'), '.json'))]"}), parameters=parameters
        ),
        "vault": template(vault("half")),
        "vault.json": template(vault("other")),
    }
    found = read(tmp_path, files)
    assert not found.declarations
    assert [problem.message for problem in found.problems] == ["deploys a linked template, which is not read"]
    assert found.partial


class _Nowhere:
    """A place that answers nothing."""

    def knows(self, name: str) -> bool:
        return False

    def ask(self, name: str, arguments: list[Value]) -> Value:
        raise AssertionError(name)

    def enter(self, name: str) -> None: ...

    def leave(self, name: str) -> None: ...


_STEP = st.sampled_from([".", "..", "a", "b.json", "c d"])


@given(st.lists(_STEP, min_size=1, max_size=6), st.lists(_STEP, min_size=1, max_size=6), st.booleans(), st.booleans())
def test_relative_addresses_are_those_of_any_other_address(first: list[str], second: list[str], one: bool, two: bool) -> None:
    """Law: what an address relative to a relative one means is what the library makes of it on a host."""
    paths = ["/".join(first) + "/" * one, "/".join(second) + "/" * two]
    pattern, expected = here(7, "main.json"), "http://h/1/2/3/4/5/6/7/8/9/10/11/12/13/main.json"
    for path in paths:
        made = FUNCTIONS["uri"]("uri", [Later("x", pattern=pattern), path], Evaluator(_Nowhere(), Budget()))
        assert isinstance(made, Later)
        pattern, expected = made.pattern, urljoin(expected, path)
    found = beside(pattern)
    assert found is not None
    assert found[0] == "main.json"
    assert urljoin("http://h/1/2/3/4/5/6/7/8/9/10/11/12/13/", found[1] or ".") == expected


def test_more_files_than_are_read_are_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linked, "_MOST_FILES", 3)
    links = [link({"relativePath": f"{index}.json"}, name=f"d{index}") for index in range(5)]
    files = {f"{index}.json": template(vault(f"kv{index}")) for index in range(5)}
    found = read(tmp_path, {"azuredeploy.json": template(*links), **files})
    assert places(found) == [("kv0", "0.json"), ("kv1", "1.json")]
    assert [(problem.kind, problem.incomplete) for problem in found.problems] == [("too-much", True)]
    assert found.partial
