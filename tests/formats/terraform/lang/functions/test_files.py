"""Files: Terraform's answers inside of the scanned folder, and none outside of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.formats.terraform.lang.functions.calling import Place, refused, result

from sparekey.formats.terraform.lang.functions.files import FUNCTIONS
from sparekey.formats.terraform.lang.values import EvaluationError, TooMuchError, Value


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A root module in `repo/root`, scanned from `repo`, and a secret beside it."""
    root = tmp_path / "repo" / "root"
    (root / "files" / "deep").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret")
    for name in ("a.txt", "b.json", "deep/c.txt", "deep/.hidden"):
        (root / "files" / name).write_text(name)
    (root / "files" / "raw").write_bytes(b"\xff\xfe")
    (tmp_path / "repo" / "shared.txt").write_text("shared")
    (root / "leak").symlink_to(tmp_path / "secret.txt")
    (root / "out").symlink_to(tmp_path)
    (root / "same").symlink_to(root / "files" / "a.txt")
    return Place((tmp_path / "repo").resolve(), root)


def names(value: Value) -> list[object]:
    assert isinstance(value.content, tuple)
    return [item.content for item in value.content]


def test_files_inside_are_read(place: Place) -> None:
    assert result(FUNCTIONS, "file", "files/a.txt", place=place).content == "a.txt"
    assert result(FUNCTIONS, "file", "./files/../files/a.txt", place=place).content == "a.txt"
    assert result(FUNCTIONS, "file", "../shared.txt", place=place).content == "shared"
    assert result(FUNCTIONS, "file", "same", place=place).content == "a.txt"
    assert result(FUNCTIONS, "filebase64", "files/raw", place=place).content == "//4="


@pytest.mark.parametrize("function", ["file", "filebase64", "filesha256", "filemd5", "filebase64sha512", "fileexists"])
@pytest.mark.parametrize("path", ["/etc/passwd", "../../secret.txt", "leak", "out/secret.txt", "~/x", "/nonexistent", "out/none"])
def test_nothing_outside_is_looked_at(place: Place, function: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*arguments: object, **named: object) -> None:
        raise AssertionError((arguments, named))

    monkeypatch.setattr(Path, "open", never)
    monkeypatch.setattr(Path, "stat", never)
    value = result(FUNCTIONS, function, path, place=place)
    assert value.unknown is not None
    assert value.unknown.why.reason
    assert value.unknown.beyond


@pytest.mark.parametrize("path, pattern", [("..", "../*.txt"), ("out", "*"), ("/etc", "*"), (".", "out/*"), (".", "**")])
def test_no_folder_outside_is_listed(place: Place, path: str, pattern: str) -> None:
    assert result(FUNCTIONS, "fileset", path, pattern, place=place).unknown is not None


@pytest.mark.parametrize(
    "function, path, words",
    [
        ("file", "files/none", 'no file exists at "files/none"'),
        ("file", "files", "failed to read file: read files: is a directory"),
        ("file", "files/raw", "not valid UTF-8"),
        ("filemd5", "files/none", "open files/none: no such file or directory"),
        ("fileexists", "files", '"files" is a directory, not a file'),
        ("file", "files/a.txt/b", "not a directory"),
        ("file", "~other/x", "cannot expand user-specific home dir"),
        ("file", "a\0b", "invalid argument"),
    ],
)
def test_terraforms_errors(place: Place, function: str, path: str, words: str) -> None:
    assert words in refused(FUNCTIONS, function, path, place=place)


def test_existence(place: Place) -> None:
    assert result(FUNCTIONS, "fileexists", "files/a.txt", place=place).content is True
    assert result(FUNCTIONS, "fileexists", "files/none", place=place).content is False


def test_special_files_are_not_opened(place: Place) -> None:
    os.mkfifo(place.folder / "pipe")
    with pytest.raises(TooMuchError):
        result(FUNCTIONS, "file", "pipe", place=place)
    assert "named pipe" in refused(FUNCTIONS, "fileexists", "pipe", place=place)


def test_large_files_are_not_read(place: Place) -> None:
    with (place.folder / "large").open("wb") as opened:
        opened.truncate(100 << 20)
    for function in ("file", "filesha256"):
        with pytest.raises(TooMuchError):
            result(FUNCTIONS, function, "large", place=place)


@pytest.mark.parametrize(
    "path, pattern, expected",
    [
        # As the real Terraform 1.11.4 answers for the same folder.
        ("files", "*.txt", ["a.txt"]),
        ("files", "**/*.txt", ["a.txt", "deep/c.txt"]),
        ("files", "**", ["a.txt", "b.json", "deep/.hidden", "deep/c.txt", "raw"]),
        ("files", "deep/*", ["deep/.hidden", "deep/c.txt"]),
        ("files", "{a,b}.*", ["a.txt", "b.json"]),
        ("files", "[a-b]*", ["a.txt", "b.json"]),
        ("files", "[^a]*", ["b.json", "raw"]),
        ("files", "?.txt", ["a.txt"]),
        ("files", "../files/*.txt", ["a.txt"]),
        ("files", "a.txt", ["a.txt"]),
        ("files", "deep", []),
        ("none", "*", []),
        (".", "files/*.txt", ["files/a.txt"]),
        ("files/deep", "../*.txt", ["../a.txt"]),
    ],
)
def test_sets_of_files(place: Place, path: str, pattern: str, expected: list[str]) -> None:
    assert names(result(FUNCTIONS, "fileset", path, pattern, place=place)) == expected


def test_patterns_that_cannot_be_read(place: Place) -> None:
    assert "syntax error in pattern" in refused(FUNCTIONS, "fileset", "files", "[", place=place)


def test_patterns_that_explode_are_bounded(place: Place) -> None:
    (place.folder / "files" / ("a" * 120)).write_text("")
    with pytest.raises(TooMuchError):
        result(FUNCTIONS, "fileset", "files", "*a" * 30 + "b", place=place)


def test_links_that_lead_in_circles_end(place: Place) -> None:
    (place.folder / "files" / "circle").symlink_to(place.folder / "files")
    found = names(result(FUNCTIONS, "fileset", "files", "**", place=place))
    assert "circle/a.txt" in found
    assert len(found) < 500


@pytest.mark.parametrize(
    "function, path, expected",
    [
        ("basename", "a/b/", "b"),
        ("basename", "", "."),
        ("basename", "/", "/"),
        ("dirname", "a/b/c", "a/b"),
        ("dirname", "c", "."),
        ("dirname", "//a/../b/c", "/b"),
        ("pathexpand", "a/~", "a/~"),
        ("abspath", "/a/../b", "/b"),
    ],
)
def test_paths(function: str, path: str, expected: str) -> None:
    assert result(FUNCTIONS, function, path).content == expected


@pytest.mark.parametrize("function, path", [("abspath", "a"), ("pathexpand", "~"), ("pathexpand", "~/x")])
def test_what_depends_on_the_machine_is_unknown(function: str, path: str) -> None:
    assert result(FUNCTIONS, function, path).unknown is not None


def test_a_hidden_path_is_not_shown(place: Place) -> None:
    path = Value(result(FUNCTIONS, "basename", "x").type, "files/none").marked({"sensitive"})
    with pytest.raises(EvaluationError) as caught:
        result(FUNCTIONS, "file", path, place=place)
    assert "files/none" not in caught.value.detail
