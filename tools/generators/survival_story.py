"""The story in docs/survivability.md: every screen between `<!-- survive: ... -->` markers is what the command prints today.

A marker holds a folder of the story, in which the command runs, and its options. With `(cut)` in front of the
arguments only the first lines stand in the document, up to and with the first empty one.
"""

from __future__ import annotations

import contextlib
import re
import shlex
from pathlib import Path

from sparekey.config_file import load
from sparekey.survive import Request, survive
from sparekey.survive_reports.choice import render, request_for

DOCUMENT = "docs/survivability.md"
STORY = Path("fixtures/estates/two-sites")

_SCREEN = re.compile(r"(<!-- survive: (?P<arguments>[^\n]*) -->\n```(?P<language>\w*)\n).*?(```\n<!-- /survive -->)", re.DOTALL)
_FILE = re.compile(r"(<!-- file: (?P<name>[\w./-]+) -->\n```\w*\n).*?(```\n<!-- /file -->)", re.DOTALL)


def files(root: Path) -> dict[str, str]:
    """The document with every screen, and every file that it shows, as they are."""
    text = (root / DOCUMENT).read_text(encoding="utf-8")
    story = root / STORY
    text = _SCREEN.sub(lambda found: f"{found[1]}{screen(story, found['arguments'])}{found[4]}", text)
    text = _FILE.sub(lambda found: f"{found[1]}{(story / found['name']).read_text(encoding='utf-8')}{found[3]}", text)
    return {DOCUMENT: text}


def screen(story: Path, arguments: str) -> str:
    """What `sparekey survive` prints in a folder of the story: FOLDER, then --lose, --target, --format and --all."""
    cut = arguments.startswith("(cut) ")
    folder, *options = shlex.split(arguments.removeprefix("(cut) "))
    named: dict[str, list[str]] = {"--lose": [], "--target": [], "--format": []}
    words = iter([word for word in options if word != "--all"])
    for option in words:
        named[option].append(next(words))
    name, everything = (named["--format"] or ["text"])[0], "--all" in options
    request = Request(targets=tuple(named["--target"]), lost=tuple(named["--lose"]), seconds=600.0)
    with contextlib.chdir(story / folder):
        config = load(Path("sparekey.yaml"), name="sparekey.yaml")
        survey = survive([Path()], config, request_for(name, request, everything=everything), told=lambda _done, _total: None)
        printed = render(name, survey, colour=False, everything=everything)
    return printed.partition("\n\n")[0] + "\n" if cut else printed
