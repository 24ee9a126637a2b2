"""Bicep parameter files: each is one deployment of the file that it names."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from sparekey.formats.arm import FORMAT
from sparekey.model.declaration import Document
from sparekey.model.problem import Problem
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.span import Span
from sparekey.model.value import Known

VAULTS = "Microsoft.KeyVault/vaults"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
MAIN = f"param p string = 'd'\n\nresource kv '{VAULTS}@2023-07-01' = {{\n  name: 'kv'\n}}\n"
TEMPLATE = {
    "$schema": SCHEMA,
    "contentVersion": "1.0.0.0",
    "parameters": {"p": {"type": "string", "defaultValue": "d"}},
    "resources": [{"type": VAULTS, "apiVersion": "2023-07-01", "name": "kv", "properties": {"v": "[parameters('p')]"}}],
}


def printed(p: object = "a", *, template: object = TEMPLATE) -> str:
    """What the compiler prints for a parameter file that gives `p`."""
    top = {"$schema": SCHEMA.replace("deploymentTemplate", "deploymentParameters"), "parameters": {"p": p}}
    texts = {
        "parametersJson": json.dumps(top),
        "templateJson": json.dumps(template) if template else None,
        "templateSpecId": None,
    }
    return json.dumps(texts)


@pytest.fixture
def compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that stands for the compiler: it notes how it is called, and prints what is there for the name of the file."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "bicep"
    program.write_text(
        f"#!{sys.executable}\n"
        "import json, os, sys\n"
        "from pathlib import Path\n"
        "here = Path(__file__).parent\n"
        "with (here / 'calls').open('a') as log:\n"
        "    log.write(json.dumps([sys.argv[1:], dict(os.environ)]) + '\\n')\n"
        "said = here / (Path(sys.argv[-1]).name + '.out')\n"
        "sys.stdout.write(said.read_text()) if said.exists() else sys.exit(1)\n"
    )
    program.chmod(0o755)
    (folder / "main.bicep.out").write_text(json.dumps(TEMPLATE))
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "hunter2")
    return folder


@pytest.fixture
def scanned(tmp_path: Path) -> Path:
    folder = tmp_path / "scanned"
    folder.mkdir()
    return folder


def read(
    root: Path, *names: str, handed: tuple[str, ...] = (), named: tuple[str, ...] = ()
) -> tuple[dict[str, object], dict[str, Problem]]:
    """The value of `v` by deployment, and the problems of what is unread."""
    files = [SourceFile(path=root / name, name=name, named=name in named) for name in names]
    assert all(FORMAT.claims(file, file.head()) for file in files)
    parameters = tuple(SourceFile(path=root / name, name=name, named=True) for name in handed)
    reading = Reading(mapped=frozenset({VAULTS}), scan_root=root, parameters=parameters)
    values: dict[str, object] = {}
    problems: dict[str, Problem] = {}
    for one in FORMAT.read_folders(files, reading, replaced=frozenset()):
        if isinstance(one, Document):
            (declaration,) = one.declarations
            value = declaration.body.get("properties", "v")
            values[one.deployment] = value.value if isinstance(value, Known) else value.reason
            at = declaration.head.at
            assert isinstance(at, Span) and (at.file, at.start_line) == ("main.bicep", 3)  # noqa: PT018
        else:
            problems[one[0].name] = one[1]
    return values, problems


def put(root: Path, **texts: str) -> None:
    for name, text in texts.items():
        (root / f"{name}.bicepparam").write_text(text)
    (root / "main.bicep").write_text(MAIN)


def test_each_is_a_deployment_of_what_it_names(scanned: Path, compiler: Path) -> None:
    put(scanned, dev="using 'main.bicep'\nparam p = 'a'\n", prod="using './main.bicep'\nparam p = 'b'\n")
    (compiler / "dev.bicepparam.out").write_text(printed({"value": "a"}))
    (compiler / "prod.bicepparam.out").write_text(printed({"value": "b"}))
    found = read(scanned, "dev.bicepparam", "main.bicep", "prod.bicepparam")
    assert found == ({"main.bicep+dev.bicepparam": "a", "main.bicep+prod.bicepparam": "b"}, {})
    arguments, environment = json.loads((compiler / "calls").read_text().splitlines()[0])
    assert arguments == ["build-params", "--stdout", "--no-restore", str(scanned / "dev.bicepparam")]
    assert "hunter2" not in repr(environment)


def test_one_alone_is_enough(scanned: Path, compiler: Path) -> None:
    put(scanned, dev="using 'main.bicep'\nparam p = 'a'\n")
    (compiler / "dev.bicepparam.out").write_text(printed({"value": "a"}))
    assert read(scanned, "dev.bicepparam") == ({"main.bicep+dev.bicepparam": "a"}, {})


def test_one_that_is_handed_over_goes_before_those_beside_it(scanned: Path, compiler: Path) -> None:
    put(scanned, dev="using 'main.bicep'\nparam p = 'a'\n", prod="using 'main.bicep'\nparam p = 'b'\n")
    (compiler / "dev.bicepparam.out").write_text(printed({"value": "a"}))
    (compiler / "prod.bicepparam.out").write_text(printed({"value": "b"}))
    found = read(scanned, "dev.bicepparam", "main.bicep", "prod.bicepparam", handed=("prod.bicepparam",))
    assert found == ({"main.bicep+prod.bicepparam": "b"}, {})


@pytest.mark.parametrize(
    "text",
    [
        "param p = readEnvironmentVariable('A', 'a')",
        "var e = readEnvironmentVariable('A', 'a')\nparam p = e",
        "param p = 'x${readEnvironmentVariable('A', 'a')}'",
        "var x = '''\nparam p = 'a'\n'''\nparam p = readEnvironmentVariable('A', 'a')",
        "extends 'shared.bicepparam'",
    ],
)
def test_what_may_be_from_the_environment_is_not_known(scanned: Path, compiler: Path, text: str) -> None:
    put(scanned, dev=f"using 'main.bicep'\n{text}\n", shared="using none\nparam p = readEnvironmentVariable('A', 'a')\n")
    (compiler / "dev.bicepparam.out").write_text(printed({"value": "a"}))
    ((_, value),) = read(scanned, "dev.bicepparam")[0].items()
    assert value == "what does dev.bicepparam give for parameter p where it is deployed?"


def test_what_is_written_beside_it_is(scanned: Path, compiler: Path) -> None:
    put(scanned, dev="using 'main.bicep'\nvar e = readEnvironmentVariable('A', 'a')\nparam p = 'a'\n")
    (compiler / "dev.bicepparam.out").write_text(printed({"value": "a"}))
    assert read(scanned, "dev.bicepparam")[0] == {"main.bicep+dev.bicepparam": "a"}


@pytest.mark.parametrize(
    "text",
    [
        "using '../outside.bicep'",
        "using 'main.bicep'\nparam p = loadTextContent('../secret.txt')",
        "using 'main.bicep'\nparam p = loadTextContent('link.txt')",
        "using 'main.bicep'\nextends '../base.bicepparam'",
        "using 'main.bicep'\nextends 'inner.bicepparam'",
    ],
)
def test_one_that_opens_what_is_not_scanned_is_not_compiled(scanned: Path, compiler: Path, text: str) -> None:
    for name in ("outside.bicep", "secret.txt", "base.bicepparam"):
        (scanned.parent / name).write_text("x")
    (scanned / "link.txt").symlink_to(scanned.parent / "secret.txt")
    put(scanned, dev=text, inner="using none\nparam p = loadTextContent('../secret.txt')")
    found, problems = read(scanned, "dev.bicepparam")
    assert (found, problems["dev.bicepparam"].kind) == ({}, "bicep-source")
    assert not (compiler / "calls").exists()


@pytest.mark.parametrize(
    "out", ["", "[]", "{}", "no json", printed({"value": 1}, template=None), printed({"value": 1}, template={})]
)
def test_one_that_does_not_compile_is_told_and_leaves_a_question(scanned: Path, compiler: Path, out: str) -> None:
    put(scanned, main="using 'main.bicep'\nparam p = 'a'\n")
    if out:
        (compiler / "main.bicepparam.out").write_text(out)
    found, problems = read(scanned, "main.bicep", "main.bicepparam")
    assert found == {"main.bicep": "what does main.bicepparam give for parameter p?"}
    assert problems["main.bicepparam"].kind == "bicep-source"


def test_without_a_compiler_it_is_told_where_somebody_names_it(scanned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    put(scanned, dev="using 'main.bicep'\nparam p = 'a'\n")
    assert read(scanned, "dev.bicepparam") == ({}, {})
    _, problems = read(scanned, "dev.bicepparam", named=("dev.bicepparam",))
    assert "bicep build-params dev.bicepparam" in problems["dev.bicepparam"].message


def test_whoever_hands_a_file_over_means_that_alone(scanned: Path, compiler: Path) -> None:
    """What lies beside the template is another deployment, whichever of the two kinds each file is of."""
    put(scanned, dev="using 'main.bicep'\nparam p = 'a'\n")
    (compiler / "dev.bicepparam.out").write_text(printed({"value": "a"}))
    schema = SCHEMA.replace("deploymentTemplate", "deploymentParameters")
    (scanned / "main.parameters.json").write_text(json.dumps({"$schema": schema, "parameters": {"p": {"value": "j"}}}))
    for handed, value in (("dev.bicepparam", "a"), ("main.parameters.json", "j")):
        found = read(scanned, "dev.bicepparam", "main.bicep", handed=(handed,))
        assert found[0] == {f"main.bicep+{handed}": value}
