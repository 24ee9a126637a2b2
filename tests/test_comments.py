"""Comments and the blocks that they belong to: whatever a comment says, and nothing that is none."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparekey.comments import terraform_comments, yaml_comments

WORD = "mark"


def _terraform(text: str) -> list[tuple[str, int, int | None]]:
    return [(c.text, c.at.start_line, c.block) for c in terraform_comments(text, "main.tf", WORD)]


def _yaml(text: str, *starts: int) -> list[tuple[str, int, int | None]]:
    return [(c.text, c.at.start_line, c.block) for c in yaml_comments(text, "a.yaml", WORD, starts)]


@pytest.mark.parametrize(
    "text, found",
    [
        ('# mark a\nresource "t" "n" {\n}\n', [("mark a", 1, 2)]),
        ('// mark a\nresource "t" "n" {\n}\n', [("mark a", 1, 2)]),
        ('/* mark a */\nresource "t" "n" {\n}\n', [("mark a", 1, 2)]),
        ('/*\n * story\n * mark a\n */\nresource "t" "n" {\n}\n', [("mark a", 3, 5)]),
        ("# mark a\n# story\nresource t n {\n}\n", [("mark a", 1, 3)]),
        ('resource "t" "n" { # mark a\n}\n', [("mark a", 1, 1)]),
        ('resource "t" "n" {\n  x = 1 # mark a\n}\n', [("mark a", 2, 1)]),
        ('resource "t" "n" {\n  b {\n    # mark a\n  }\n}\n', [("mark a", 3, 1)]),
        ('data "t" "n" {\n  # mark a\n}\n', [("mark a", 2, 1)]),
        ('resource "t" "n" {\n  x = "${f("}")}"\n  # mark a\n}\n', [("mark a", 3, 1)]),
        ('resource "t" "n" {\n  x = "$${"\n}\n# mark a\nresource "t" "m" {\n}\n', [("mark a", 4, 5)]),
        ('resource "t" "n" {\r\n  # mark a\r\n}\r\n', [("mark a", 2, 1)]),
        ('resource "t" "n" {}\n# MARK a\n', [("MARK a", 2, None)]),
        ('# mark a\n\nresource "t" "n" {\n}\n', [("mark a", 1, None)]),
        ('# mark a\nmodule "n" {\n}\n', [("mark a", 1, None)]),
        ('module "n" {\n  # mark a\n}\n', [("mark a", 2, None)]),
        ('resource "t" "n" {\n  x = "# mark a"\n}\n', []),
        (
            'resource "t" "n" {\n  x = <<-EOT\n    # mark a\n    }\n  EOT\n}\n# mark b\nresource "t" "m" {\n}\n',
            [("mark b", 7, 8)],
        ),
        ('resource "t" "n" {\n  x = <<EOT\n# mark a\n', []),
        ('resource "t" "n" {\n  x = "unclosed\n  # mark a\n}\n', [("mark a", 3, 1)]),
        ('locals {\n  a = "${\n    x # mark a\n  }"\n}\n', [("mark a", 3, None)]),
        ('}}}\n# mark a\nresource "t" "n" {\n}\n', [("mark a", 2, 3)]),
    ],
)
def test_terraform(text: str, found: list[tuple[str, int, int | None]]) -> None:
    assert _terraform(text) == found


@pytest.mark.parametrize(
    "text, starts, found",
    [
        ("# mark a\nkind: A\nname: b\n", (2,), [("mark a", 1, 2)]),
        ("kind: A # mark a\n", (1,), [("mark a", 1, 1)]),
        ("kind: A\nx: '# mark a'\ny: \"# mark b\"\n", (1,), []),
        ("kind: A\nx: |\n  # mark a\n  b\n", (1,), []),
        ("kind: A\nx: a#mark\n", (1,), []),
        ("kind: A\n---\n# mark a\nkind: B\n", (1, 4), [("mark a", 3, 4)]),
        ("items:\n# mark a\n- kind: A\n- kind: B\n  # mark b\n", (3, 4), [("mark a", 2, 3), ("mark b", 5, 4)]),
        ("# mark a\nkind: A\n", (), [("mark a", 1, None)]),
        ("# mark a\n\tkind: }\n", (2,), [("mark a", 1, 2)]),
        ("k: '# mark'\n---\nx: |\n  \tls\n  # mark\nb: '# mark' # mark b\n", (1, 3), [("mark b", 6, 3)]),
        ("# mark a\nx: |\n  \t# mark b\n  # mark c\n", (2,), [("mark a", 1, 2)]),
    ],
)
def test_yaml(text: str, starts: tuple[int, ...], found: list[tuple[str, int, int | None]]) -> None:
    assert _yaml(text, *starts) == found


_PIECES = st.sampled_from(
    [
        "{",
        "}",
        '"',
        "${",
        "%{",
        "\n",
        "#",
        "//",
        "/*",
        "*/",
        "<<EOT\n",
        "EOT\n",
        "mark",
        "\\",
        " ",
        'resource "a" "b" {\n',
        "---\n",
        ": ",
    ]
)


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_any_text_has_comments_on_lines_that_it_has(text: str) -> None:
    lines = text.split("\n")
    for comment in terraform_comments(text, "main.tf", WORD):
        at = comment.at
        assert WORD in lines[at.start_line - 1][at.start_column - 1 :].lower()
        assert comment.block is None or "resource" in lines[comment.block - 1]
    for comment in yaml_comments(text, "a.yaml", WORD, [1]):
        assert WORD in lines[comment.at.start_line - 1].lower()


@given(
    st.lists(_PIECES.filter(lambda piece: '"' not in piece and "$" not in piece and "%" not in piece), max_size=20).map("".join)
)
def test_a_string_hides_everything(text: str) -> None:
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n")
    found = _terraform(f'resource "t" "n" {{\n  x = "{escaped}"\n  # mark me\n}}\n')
    assert found == [("mark me", 3, 1)]


@pytest.mark.parametrize("piece", ['"${', "{", "<<A\n", "/*", "# mark\n", '"', "resource a b {\n"])
def test_a_long_hostile_text_takes_time_in_proportion(piece: str) -> None:
    started = time.monotonic()
    text = piece * (200_000 // len(piece))
    list(terraform_comments(text, "main.tf", WORD))
    list(yaml_comments(text[:50_000], "a.yaml", WORD, range(1, 50_000)))
    assert time.monotonic() - started < 10


def test_only_documents_that_hold_the_word_are_scanned(monkeypatch: pytest.MonkeyPatch) -> None:
    import yaml

    scanned: list[str] = []

    def scan(text: str, **_: object) -> tuple[()]:
        scanned.append(text)
        return ()

    monkeypatch.setattr(yaml, "scan", scan)
    assert _yaml("a: [1]\n---\n# mark a\nb: 1\n---\nc: 1\n", 4) == [("mark a", 3, 4)]
    assert scanned == ["---\n# mark a\nb: 1"]
