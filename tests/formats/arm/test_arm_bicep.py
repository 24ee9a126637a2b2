"""Bicep source: compiled by what is on the PATH, never anything else, and never with a file from outside."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest

from sparekey.formats.arm import FORMAT, bicep
from sparekey.model.declaration import Document
from sparekey.model.problem import Problem
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.span import Span

VAULTS = "Microsoft.KeyVault/vaults"
MAIN = f"param protect bool = true\n\nresource kv '{VAULTS}@2023-07-01' = {{\n  name: 'kv'\n}}\n"
COMPILED = {
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "languageVersion": "2.0",
    "contentVersion": "1.0.0.0",
    "metadata": {"_generator": {"name": "bicep", "version": "0.30.3"}},
    "resources": {"kv": {"type": VAULTS, "apiVersion": "2023-07-01", "name": "kv", "properties": {}}},
}


def put(folder: Path, name: str, text: str) -> SourceFile:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return SourceFile(path=path, name=name)


def read(root: Path, *files: SourceFile) -> list[Document | tuple[SourceFile, Problem]]:
    reading = Reading(mapped=frozenset({VAULTS}), scan_root=root)
    assert all(FORMAT.claims(file, file.head()) for file in files)
    return [*FORMAT.read_folders(files, reading, replaced=frozenset())]


@pytest.fixture
def scanned(tmp_path: Path) -> Path:
    folder = tmp_path / "scanned"
    folder.mkdir()
    return folder


@pytest.fixture
def compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that stands for the compiler: it notes how it is called, and prints what lies beside it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "bicep"
    program.write_text(
        f"#!{sys.executable}\n"
        "import json, os, sys, time\n"
        "from pathlib import Path\n"
        "here = Path(__file__).parent\n"
        "with (here / 'calls').open('a') as log:\n"
        "    log.write(json.dumps([sys.argv[1:], dict(os.environ)]) + '\\n')\n"
        "said = json.loads((here / 'says.json').read_text())\n"
        "time.sleep(said.get('sleep', 0))\n"
        "sys.stdout.write(said.get('out', ''))\n"
        "sys.stderr.write(said.get('err', '').replace('FILE', sys.argv[-1]))\n"
        "sys.exit(said.get('code', 0))\n"
    )
    program.chmod(0o755)
    (folder / "says.json").write_text(json.dumps({"out": json.dumps(COMPILED)}))
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "hunter2")
    return folder


def calls(compiler: Path) -> list[tuple[list[str], dict[str, str]]]:
    log = compiler / "calls"
    return [tuple(json.loads(line)) for line in log.read_text().splitlines()] if log.exists() else []


def test_without_a_compiler_the_source_is_unread_and_says_what_to_do(scanned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    ((file, problem),) = read(scanned, put(scanned, "infra/main.bicep", MAIN))  # type: ignore[misc]
    assert isinstance(problem, Problem)
    assert (file.name, problem.kind) == ("infra/main.bicep", "bicep-source")
    assert "compile first: bicep build main.bicep" in problem.message


def test_what_was_compiled_before_speaks_for_it(scanned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    source, template = put(scanned, "main.bicep", MAIN), put(scanned, "main.json", json.dumps(COMPILED))
    (document,) = read(scanned, source, template)
    assert isinstance(document, Document)
    assert document.deployment == "main.json"


def test_what_it_compiles_to_is_judged_with_places_in_the_source(scanned: Path, compiler: Path) -> None:
    source, template = put(scanned, "main.bicep", MAIN), put(scanned, "main.json", json.dumps(COMPILED))
    (document,) = read(scanned, source, template)
    assert isinstance(document, Document)
    (declaration,) = document.declarations
    assert (document.deployment, declaration.head.address) == ("main.bicep", f"{VAULTS}/kv")
    assert isinstance(declaration.head.at, Span)
    assert (declaration.head.at.file, declaration.head.at.start_line) == ("main.bicep", 3)
    ((arguments, environment),) = calls(compiler)
    assert arguments == ["build", "--stdout", "--no-restore", str(scanned / "main.bicep")]
    assert "hunter2" not in repr(environment)
    assert environment["HTTPS_PROXY"].startswith("http://127.0.0.1:")


def test_a_template_beside_the_source_that_nobody_compiled_is_one_of_its_own(scanned: Path, compiler: Path) -> None:
    by_hand = {key: held for key, held in COMPILED.items() if key != "metadata"}
    source, template = put(scanned, "main.bicep", MAIN), put(scanned, "main.json", json.dumps(by_hand))
    found = [one.deployment for one in read(scanned, source, template) if isinstance(one, Document)]
    assert sorted(found) == ["main.bicep", "main.json"]
    assert calls(compiler)


def test_what_the_compiler_says_is_told(scanned: Path, compiler: Path) -> None:
    warning = "FILE(3,10) : Warning BCP081: no types for it [https://aka.ms/bicep]\n"
    (compiler / "says.json").write_text(json.dumps({"out": json.dumps(COMPILED), "err": warning}))
    (document,) = read(scanned, put(scanned, "main.bicep", MAIN))
    assert isinstance(document, Document)
    (told,) = document.problems
    assert (told.kind, told.incomplete, "BCP081" in told.message) == ("bicep", False, True)
    assert isinstance(told.at, Span)
    assert (told.at.file, told.at.start_line) == ("main.bicep", 3)
    (compiler / "says.json").write_text(json.dumps({"err": "FILE(1,1) : Error BCP018: expected =\n", "code": 1}))
    ((_, problem),) = read(scanned, put(scanned, "main.bicep", MAIN))  # type: ignore[misc]
    assert isinstance(problem, Problem)
    assert "BCP018" in problem.message


@pytest.mark.parametrize("says", [{"out": "no json"}, {"out": "{}"}, {"out": "[]"}, {"code": 3}, {"sleep": 5}])
def test_a_compiler_that_fails_costs_the_file_alone(
    scanned: Path, compiler: Path, monkeypatch: pytest.MonkeyPatch, says: dict[str, object]
) -> None:
    monkeypatch.setattr(bicep, "MOST_SECONDS", 1)
    (compiler / "says.json").write_text(json.dumps(says))
    ((_, problem),) = read(scanned, put(scanned, "main.bicep", MAIN))  # type: ignore[misc]
    assert isinstance(problem, Problem)
    assert problem.kind == "bicep-source"


@pytest.mark.parametrize(
    "text",
    [
        "var x = loadTextContent('../secret.txt')",
        "var x = loadTextContent('..\\u{2f}secret.txt')",
        "var x = loadJsonContent('../secret.txt', '$.a')",
        "var p = '../secret.txt'\nvar x = loadTextContent(p)",
        "var x = loadFileAsBase64 /* so */ ('inside.txt')",
        "var x = loadTextContent('''\n../secret.txt''')",
        "module m '../outside.bicep' = { name: 'm' }",
        "import { a } from '../outside.bicep'",
        "module m 'inner.bicep' = { name: 'm' }",
        "var x = loadTextContent('link.txt')",
    ],
)
def test_source_that_opens_what_is_not_scanned_is_not_compiled(scanned: Path, compiler: Path, text: str) -> None:
    (scanned.parent / "secret.txt").write_text("secret")
    (scanned.parent / "outside.bicep").write_text("param x string")
    (scanned / "inner.bicep").write_text("var x = loadTextContent('../secret.txt')")
    (scanned / "inside.txt").write_text("inside")
    (scanned / "link.txt").symlink_to(scanned.parent / "secret.txt")
    ((_, problem),) = read(scanned, put(scanned, "main.bicep", text))  # type: ignore[misc]
    assert isinstance(problem, Problem)
    assert "not compiled" in problem.message
    assert calls(compiler) == []


def test_source_that_opens_its_own_files_is(scanned: Path, compiler: Path) -> None:
    (scanned / "inside.txt").write_text("inside")
    text = "var loadBalancerName = 'x'\nvar a = split('a/b', '/')\nvar x = loadTextContent('inside.txt')\nmodule m './mod.bicep' = {}\n"
    read(scanned, put(scanned, "main.bicep", text), put(scanned, "mod.bicep", MAIN))
    assert [arguments[-1] for arguments, _ in calls(compiler)] == [str(scanned / "main.bicep")]


def test_a_program_among_what_is_scanned_is_never_run(scanned: Path, compiler: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = scanned / "bicep"
    program.write_text("#!/bin/sh\ntouch run\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(scanned))
    ((_, problem),) = read(scanned, put(scanned, "main.bicep", MAIN))  # type: ignore[misc]
    assert isinstance(problem, Problem)
    assert "compile first" in problem.message
    assert not (scanned / "run").exists()


SLOW = ("'\\" * 300_000, "'''" * 100_000 + "'", "module x 'a' " * 30_000, "loadTextContent " * 30_000, "'" * 300_000)


@pytest.mark.parametrize("text", SLOW, ids=range(len(SLOW)))
def test_source_that_is_made_to_be_slow_is_not(scanned: Path, compiler: Path, text: str) -> None:
    started = time.monotonic()
    read(scanned, put(scanned, "main.bicep", text))
    assert compiler.is_dir()
    assert time.monotonic() - started < 20
