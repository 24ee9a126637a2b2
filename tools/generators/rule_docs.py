"""docs/rules.md, and the examples in the README of each rule."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

from tools.generators.catalogue import entry, rule_files

_EXAMPLE = re.compile(r"<!-- fixture: (fail|pass|unknown) -->\n.*?<!-- /fixture -->", re.DOTALL)
_WHOLE_FILE = 60
"""Lines of a fixture that a page shows at most; a longer one is cut at a blank line."""


def files(root: Path) -> dict[str, str]:
    """The index, and every rule's README with its examples filled from the fixtures that exist."""
    found = {"docs/rules.md": _index(root)}
    for path in rule_files(root):
        page = path.with_name("README.md")
        found[page.relative_to(root).as_posix()] = _with_examples(page.read_text(encoding="utf-8"), root, path.parent.name)
    return found


def _index(root: Path) -> str:
    lines = [
        "# Rules",
        "",
        "Generated from the METADATA of the rule files by `make generate`.",
        "",
        "| Rule | Severity | What it finds | Judges | Parameters | Guidance |",
        "|---|---|---|---|---|---|",
    ]
    for path in rule_files(root):
        rule = entry(root, path)
        parameters = cast("dict[str, object]", rule.get("parameters", {}))
        cells = (
            f"[{rule['slug']}](../{path.parent.relative_to(root).as_posix()}/README.md)",
            str(rule["severity"]),
            str(rule["title"]),
            ", ".join(cast("list[str]", rule["kinds"])),
            ", ".join(f"{name} = {value}" for name, value in parameters.items()),
            ", ".join(cast("list[str]", rule["guidance"])),
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


_SOURCES = (("main.tf", "terraform"), ("manifest.yaml", "yaml"), ("template.json", "json"))
"""The file of a fixture that is shown, best first, and what language it is in."""


def _with_examples(page: str, root: Path, slug: str) -> str:
    def filled(marker: re.Match[str]) -> str:
        folder = root / "fixtures" / "rules" / slug / marker[1]
        for name, language in _SOURCES:
            if (folder / name).exists():
                text = _excerpt((folder / name).read_text(encoding="utf-8").strip())
                return f"<!-- fixture: {marker[1]} -->\n```{language}\n{text}\n```\n<!-- /fixture -->"
        return marker[0]

    return _EXAMPLE.sub(filled, page)


def _excerpt(text: str) -> str:
    lines = text.splitlines()
    if len(lines) <= _WHOLE_FILE:
        return text
    blank = [number for number, line in enumerate(lines[:_WHOLE_FILE]) if not line.strip()]
    return "\n".join([*lines[: blank[-1] if blank else _WHOLE_FILE], "# ..."])
