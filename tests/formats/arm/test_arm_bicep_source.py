"""What Bicep source says by itself: which modules are read with a compiled template, and on which lines things are declared."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparekey.config import Config
from sparekey.formats.arm import FORMAT
from sparekey.formats.arm.bicep_source import taken_in
from sparekey.model.declaration import Document
from sparekey.model.problem import Problem
from sparekey.model.seams import Reading, SourceFile
from sparekey.run import check

VAULTS = "Microsoft.KeyVault/vaults"
DOMAINS = "Microsoft.AAD/domainServices"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"


def made(*resources: object, symbolic: Mapping[str, object] | None = None) -> dict[str, object]:
    """A template as the compiler makes it."""
    metadata = {"_generator": {"name": "bicep", "version": "0.30.3"}}
    top = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "metadata": metadata}
    return (
        {**top, "languageVersion": "2.0", "resources": symbolic}
        if symbolic is not None
        else {**top, "resources": list(resources)}
    )


def vault(name: str = "kv") -> dict[str, object]:
    return {"type": VAULTS, "apiVersion": "2023-07-01", "name": name, "properties": {}}


def domain() -> dict[str, object]:
    return {"type": DOMAINS, "apiVersion": "2022-12-01", "name": "c.com", "properties": {}}


def module(template: object, name: str = "m") -> dict[str, object]:
    properties = {"expressionEvaluationOptions": {"scope": "inner"}, "mode": "Incremental", "template": template}
    return {"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": name, "properties": properties}


def declares(type_: str, symbol: str = "x") -> str:
    return f"resource {symbol} '{type_}@2023-07-01' = {{\n  name: 'x'\n}}\n"


def takes(path: str, symbol: str = "m") -> str:
    return f"module {symbol} '{path}' = {{\n  name: '{symbol}'\n}}\n"


def read(root: Path, files: Mapping[str, object], named: tuple[str, ...] = ()) -> tuple[dict[str, Document], dict[str, Problem]]:
    sources = []
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        sources.append(SourceFile(path=path, name=name, named=name in named))
    reading = Reading(mapped=frozenset({VAULTS, DOMAINS}), scan_root=root)
    found = [*FORMAT.read_folders(sources, reading, replaced=frozenset())]
    documents = {one.deployment: one for one in found if isinstance(one, Document)}
    return documents, {one[0].name: one[1] for one in found if isinstance(one, tuple)}


# --- without a compiler -----------------------------------------------------------------------------------------------

MAIN = declares(VAULTS) + takes("mod.bicep")
COMPILED = made(vault(), module(made(domain())))


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("name", ["main.json", "azuredeploy.json"])
@pytest.mark.parametrize("folder", ["", "infra/"])
def test_a_module_is_read_with_what_takes_it(tmp_path: Path, name: str, folder: str) -> None:
    files = {"main.bicep": MAIN, name: COMPILED, "mod.bicep": declares(DOMAINS)}
    documents, unread = read(tmp_path, {f"{folder}{file}": content for file, content in files.items()})
    assert not unread
    (document,) = documents.values()
    assert sorted(one.type for one in document.declarations) == [DOMAINS, VAULTS]


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    ("changed", "unread"),
    [
        # Nobody takes it, or only a comment or a text does.
        ({"main.bicep": declares(VAULTS)}, ["mod.bicep"]),
        ({"main.bicep": declares(VAULTS) + "// " + takes("mod.bicep")}, ["mod.bicep"]),
        ({"main.bicep": declares(VAULTS) + "/*\n" + takes("mod.bicep") + "*/"}, ["mod.bicep"]),
        ({"main.bicep": declares(VAULTS) + "var t = '''\n" + takes("mod.bicep") + "'''"}, ["mod.bicep"]),
        ({"main.bicep": declares(VAULTS) + takes("br:x.azurecr.io/mod.bicep:v1")}, ["mod.bicep"]),
        # The template is older than the source: it holds fewer modules, or lacks what one of them declares, or what the source does.
        ({"main.bicep": MAIN + takes("mod.bicep", "second")}, ["mod.bicep"]),
        ({"mod.bicep": declares(DOMAINS) + declares("Microsoft.Compute/disks", "y")}, ["mod.bicep"]),
        ({"main.bicep": MAIN + declares("Microsoft.Compute/disks", "y")}, ["main.bicep", "mod.bicep"]),
        # It is not the compiler's.
        ({"main.json": {**COMPILED, "metadata": {}}}, ["main.bicep", "mod.bicep"]),
        # A module of a module.
        ({"mod.bicep": declares(DOMAINS) + takes("../gone.bicep")}, []),
        # What is only looked up is deployed by nobody.
        ({"main.bicep": MAIN + "resource y 'Microsoft.Compute/disks@2023-07-01' existing = {\n  name: 'y'\n}"}, []),
    ],
)
def test_what_nothing_compiled_takes_is_unread(tmp_path: Path, changed: Mapping[str, object], unread: list[str]) -> None:
    files = {"main.bicep": MAIN, "main.json": COMPILED, "mod.bicep": declares(DOMAINS), **changed}
    documents, problems = read(tmp_path, files)
    assert [*documents] == ["main.json"]
    assert sorted(problems) == unread
    assert all(problem.kind == "bicep-source" for problem in problems.values())


@pytest.mark.usefixtures("alone")
def test_what_a_gallery_keeps_is_of_the_source_of_its_name_where_there_is_one(tmp_path: Path) -> None:
    files = {"main.bicep": MAIN, "azuredeploy.bicep": MAIN, "azuredeploy.json": COMPILED, "mod.bicep": declares(DOMAINS)}
    assert sorted(read(tmp_path, files)[1]) == ["main.bicep"]


@pytest.mark.usefixtures("alone")
def test_a_file_that_is_named_is_not_taken_for_read(tmp_path: Path) -> None:
    files = {"main.bicep": MAIN, "main.json": COMPILED, "mod.bicep": declares(DOMAINS)}
    assert sorted(read(tmp_path, files, named=("mod.bicep",))[1]) == ["mod.bicep"]


@pytest.mark.usefixtures("alone")
def test_a_file_that_is_imported_is_read_where_it_deploys_nothing(tmp_path: Path) -> None:
    main = "import {\n  name\n  other\n} from 'types.bicep'\nimport * as all from './both.bicep'\n" + declares(VAULTS)
    files = {
        "main.bicep": main,
        "main.json": made(vault()),
        "types.bicep": "@export()\ntype name = string\n",
        "both.bicep": "@export()\nvar a = 'a'\n" + declares(VAULTS),
    }
    assert sorted(read(tmp_path, files)[1]) == ["both.bicep"]


@settings(max_examples=40, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12))
def test_taken_in_is_what_can_be_reached(edges: set[tuple[int, int]]) -> None:
    """Law: exactly the files to which a chain of modules leads from a compiled one, circles or not."""
    with TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        files = [SourceFile(path=root / f"f{index}" / "m.bicep", name=f"f{index}/m.bicep") for index in range(6)]
        for index, file in enumerate(files):
            file.path.parent.mkdir()
            file.path.write_text("".join(takes(f"../f{to}/m.bicep", f"m{to}") for of, to in sorted(edges) if of == index))
        top = made(*(module(made()) for _ in range(6)))
        found = taken_in(files, {files[0].path: top})
    reached = {0}
    for _ in files:
        reached |= {to for of, to in edges if of in reached}
    assert found == {files[index].path for index in reached}


# --- with one ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that prints what lies beside it, as the compiler would."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "bicep"
    program.write_text(
        f"#!{sys.executable}\n"
        "import sys\n"
        "from pathlib import Path\n"
        "here = Path(__file__).parent\n"
        "verb, file = sys.argv[1], sys.argv[-1]\n"
        "sys.stdout.write((here / f'{verb}.json').read_text())\n"
        "said = Path(file).with_name('main.bicep')\n"
        "sys.stderr.write(f'{said}(1,1) : Warning no-unused-params: never used\\n')\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def lines(document: Document) -> list[tuple[str, str, int | None]]:
    return sorted(
        (one.head.address.rpartition("/")[2], one.head.at.file, getattr(one.head.at, "start_line", None))
        for one in document.declarations
    )


DEEP = declares(VAULTS, "near") + takes("parts/mod.bicep", "one") + takes("parts/mod.bicep", "two") + takes("br:r/x:1", "far")
MOD = "param p string\n\n" + declares(DOMAINS, "d") + takes("../sub.bicep", "s")
SUB = "// of no use\n" + declares(VAULTS, "inner")


@pytest.mark.parametrize("symbolic", [True, False])
def test_what_a_module_declares_stands_on_its_line_there(tmp_path: Path, compiler: Path, *, symbolic: bool) -> None:
    sub = made(symbolic={"inner": vault("sub")}) if symbolic else made(vault("sub"))
    mod = made(symbolic={"d": domain(), "s": module(sub)}) if symbolic else made(domain(), module(sub))
    far = made(vault("far"))
    top = (
        made(symbolic={"near": vault("near"), "one": module(mod), "far": module(far)})
        if symbolic
        else made(vault("near"), module(mod), module(made(vault("odd"))), module(far))
    )
    (compiler / "build.json").write_text(json.dumps(top))
    root = tmp_path / "scan"
    documents, unread = read(root, {"main.bicep": DEEP, "parts/mod.bicep": MOD, "sub.bicep": SUB})
    assert not unread
    expected = [
        ("c.com", "parts/mod.bicep", 3),
        ("far", "main.bicep", 10),
        ("near", "main.bicep", 1),
        ("sub", "sub.bicep", 2),
    ]
    # Of a template that is not what its module declares, the line that takes the module is all that is certain.
    odd = [] if symbolic else [("odd", "main.bicep", 7)]
    assert lines(documents["main.bicep"]) == sorted([*expected, *odd])


def test_where_modules_cannot_be_told_apart_no_line_is_made_up(tmp_path: Path, compiler: Path) -> None:
    """A list with more templates in it than the source takes modules: nobody knows which is which."""
    (compiler / "build.json").write_text(json.dumps(made(module(made(domain())), module(made(domain())))))
    documents, _ = read(tmp_path / "scan", {"main.bicep": takes("mod.bicep"), "mod.bicep": declares(DOMAINS)})
    assert {(file, line) for _, file, line in lines(documents["main.bicep"])} == {("main.bicep", None)}


def test_a_module_outside_of_what_is_scanned_is_never_opened(tmp_path: Path, compiler: Path) -> None:
    (tmp_path / "outside.bicep").write_text(declares(DOMAINS))
    (compiler / "build.json").write_text(json.dumps(made(symbolic={"m": module(made(symbolic={"x": domain()}))})))
    documents, unread = read(tmp_path / "scan", {"main.bicep": takes("../outside.bicep")})
    assert (documents, [*unread]) == ({}, ["main.bicep"])


@pytest.mark.parametrize("shape", ["list", "map"])
def test_a_compiled_file_that_is_made_to_be_slow_is_not(tmp_path: Path, compiler: Path, shape: str) -> None:
    """The same large module hundreds of times: it is read once."""
    many = 400
    inner = [module(made(domain())) for _ in range(many)]
    top = made(*inner) if shape == "list" else made(symbolic={f"m{index}": one for index, one in enumerate(inner)})
    (compiler / "build.json").write_text(json.dumps(top))
    main = "".join(takes("mod.bicep", f"m{index}") for index in range(many))
    large = declares(DOMAINS) + "// filler\n" * 200_000
    documents, _ = read(tmp_path / "scan", {"main.bicep": main, "mod.bicep": large})
    assert {(file, line) for _, file, line in lines(documents["main.bicep"])} == {("mod.bicep", 1)}


def test_what_the_compiler_says_is_said_once_however_often_it_runs(tmp_path: Path, compiler: Path) -> None:
    top = made(symbolic={"x": vault()})
    (compiler / "build.json").write_text(json.dumps(top))
    parameters = json.dumps({"$schema": SCHEMA.replace("Template", "Parameters"), "parameters": {}})
    (compiler / "build-params.json").write_text(json.dumps({"parametersJson": parameters, "templateJson": json.dumps(top)}))
    root = tmp_path / "scan"
    root.mkdir()
    (root / "main.bicep").write_text(declares(VAULTS))
    for name in ("dev", "prod"):
        (root / f"{name}.bicepparam").write_text("using 'main.bicep'\n")
    run = check([root], Config(only=("vault-not-recoverable",)))
    assert len(run.outcomes[0].findings) == 2
    assert [(problem.kind, problem.at.file) for problem in run.problems] == [("bicep", "main.bicep")]
