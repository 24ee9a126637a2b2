"""Source lines: the header of a resource is found where it is the only one, and nowhere else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.formats.terraform_plan.plan_files import FIXTURES, MAPPED

from sparekey.formats.terraform_plan import FORMAT
from sparekey.model.declaration import Document
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.span import Pointer, Span


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIXTURES / "changes", tmp_path / "infra"))


def read(root: Path, source: Path | None = None, plan: str = "plan.json", scan_root: Path | None = None) -> Document:
    file = SourceFile(path=root / plan, name=f"infra/{plan}")
    document = FORMAT.read(file, Reading(mapped=MAPPED, scan_root=scan_root or root.parent, source=source))
    assert isinstance(document, Document)
    return document


def line(document: Document, address: str) -> Span | None:
    found = next(d for d in document.declarations if d.head.address == address)
    assert isinstance(found.head.at, Pointer)
    return document.headers.get(found.head.at)


def text_at(root: Path, span: Span | None) -> str:
    assert span is not None
    text = (root.parent / span.file).read_text().split("\n")[span.start_line - 1]
    assert span.start_line == span.end_line
    return text[span.start_column - 1 : span.end_column]


def test_the_header_is_the_line_of_the_block(root: Path) -> None:
    document = read(root)
    assert text_at(root, line(document, "terraform_data.holder")) == 'resource "terraform_data" "holder"'


def test_in_a_module_neither_comments_nor_heredocs_are_taken_for_it(root: Path) -> None:
    document = read(root)
    for key in "ab":
        span = line(document, f'module.team["{key}"].terraform_data.group')
        assert text_at(root, span) == 'resource "terraform_data" "group"'
        assert span is not None
        assert (span.file, span.start_line) == ("infra/team/main.tf", 8)


def test_the_calls_that_lead_to_a_module_have_lines_too(root: Path) -> None:
    document = read(root)
    group = next(d for d in document.declarations if d.head.address.startswith("module."))
    (call,) = group.head.calls
    assert isinstance(call, Pointer)
    assert call.pointer == "/configuration/root_module/module_calls/team"
    assert text_at(root, document.headers[call]) == 'module "team"'


def test_a_second_header_of_the_same_name_makes_both_worthless(root: Path) -> None:
    (root / "copy.tf").write_text('resource "terraform_data" "holder" {\n}\n')
    assert line(read(root), "terraform_data.holder") is None


def test_override_files_declare_nothing_of_their_own(root: Path) -> None:
    (root / "x_override.tf").write_text('resource "terraform_data" "holder" {\n}\n')
    assert line(read(root), "terraform_data.holder") is not None


def test_a_plan_apart_from_its_source(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "out").mkdir()
    (root / "plan.json").rename(root / "out" / "plan.json")
    monkeypatch.chdir(tmp_path)
    assert line(read(root, plan="out/plan.json"), "terraform_data.holder") is None
    monkeypatch.chdir(root)
    assert line(read(root, plan="out/plan.json"), "terraform_data.holder") is not None
    monkeypatch.chdir(tmp_path)
    assert line(read(root, source=root, plan="out/plan.json"), "terraform_data.holder") is not None


def test_nothing_outside_of_the_root_is_read(root: Path, tmp_path: Path) -> None:
    shutil.move(root / "team", tmp_path / "team")
    (root / "team").symlink_to(tmp_path / "team", target_is_directory=True)
    assert line(read(root, scan_root=root), 'module.team["a"].terraform_data.group') is None
    (root / "team").unlink()
    plan = root / "plan.json"
    plan.write_text(plan.read_text().replace('"source":"./team"', '"source":"../team"'))
    assert '"../team"' in plan.read_text()
    assert line(read(root, scan_root=root), 'module.team["a"].terraform_data.group') is None
    assert line(read(root), 'module.team["a"].terraform_data.group') is not None


def test_files_that_cannot_be_read_are_passed_over(root: Path) -> None:
    (root / "latin.tf").write_bytes(b"\xff")
    (root / "folder.tf").mkdir()
    assert line(read(root), "terraform_data.holder") is not None


def test_every_pointer_that_has_a_line_is_listed(root: Path) -> None:
    headers = read(root).headers
    assert len(headers) == len(list(headers)) == len({p for p in headers if p in headers})
    assert Pointer(file="infra/plan.json", pointer="/nowhere") not in headers
