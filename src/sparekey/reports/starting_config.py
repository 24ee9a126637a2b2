"""A starting sparekey.yaml from a run: its open questions, each with the entry that answers it, ready to be filled in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from sparekey.model.answers import ONE_ENTRY, TRUE_OR_FALSE
from sparekey.model.finding import Question
from sparekey.model.run import Run
from sparekey.model.span import Span
from sparekey.model.value import Answer
from sparekey.reports.plain import plain

_SECTIONS = ("complete", "inventory.break_glass", "inventory.groups", "inventory.connectors")
"""The lists that answers go into, in the order of docs/configuration.md; others follow in the order of their names."""

_Waits = dict[str, set[Question]]
"""Per check (fingerprint) the questions that it waits for."""

_NOT_TEXT = frozenset({"true", "false", "yes", "no", "on", "off", "null"})
"""Plain words that YAML does not read as text."""

_HEAD = """\
# sparekey.yaml: what the files do not show. Every key: docs/configuration.md of sparekey.
#
# {questions} below {keep} {checks} from being decided. To answer one, remove the `#` before its entry, write the
# answer in place of <...>, and run `sparekey check` again. One question may have several entries to choose from.
"""

_NOTHING = """\
# sparekey.yaml: what the files do not show. Every key: docs/configuration.md of sparekey.
#
# Nothing is open: every check that applies was decided from the files alone.
"""


def starting_config(run: Run) -> str:
    """The text of the file. It is a valid configuration that says nothing until an entry is uncommented."""
    if not run.questions:
        return _NOTHING
    waits = _waits(run.questions)
    head = _HEAD.format(
        questions=_many(len(run.questions), "question"),
        keep="keeps" if len(run.questions) == 1 else "keep",
        checks=_many(len(waits), "check"),
    )
    blocks = [head.rstrip("\n"), *_sections(run.questions, waits)]
    rest = [question for question in run.questions if not question.answers]
    if rest:
        blocks.append("\n".join(_unanswerable(rest, waits)))
    return "\n\n".join(blocks) + "\n"


def _waits(questions: Sequence[Question]) -> _Waits:
    waits: dict[str, set[Question]] = {}
    for question in questions:
        for fingerprint in question.decides:
            waits.setdefault(fingerprint, set()).add(question)
    return waits


def _sections(questions: Sequence[Question], waits: _Waits) -> Iterator[str]:
    """One block of text per top-level key, with its lists below."""
    lists: dict[str, dict[Answer, list[Question]]] = {}
    for question in questions:
        for answer in question.answers:
            lists.setdefault(answer.into, {}).setdefault(answer, []).append(question)
    tops: dict[str, list[str]] = {}
    for into in sorted(lists, key=lambda name: (_SECTIONS.index(name) if name in _SECTIONS else len(_SECTIONS), name)):
        top, _, below = into.partition(".")
        lines = tops.setdefault(top, [f"{top}:"])
        if below:
            lines.append(f"  {below}:")
        for index, (answer, asked) in enumerate(lists[into].items()):
            lines.extend([""] if index else [])
            lines.extend(f"{'    ' if below else '  '}# {line}" for line in _entry(answer, asked, waits, alone=into in ONE_ENTRY))
    yield from ("\n".join(lines) for lines in tops.values())


def _entry(answer: Answer, asked: Sequence[Question], waits: _Waits, *, alone: bool) -> Iterator[str]:
    """The questions that an entry answers, then the entry itself: an item of a list, or `alone` what its key holds."""
    weight = _weight(asked, waits)
    if len(asked) == 1:
        yield f"{weight}: {_place(asked[0])}"
    else:
        yield f"{weight}:"
        yield from (f"  {_place(question)}" for question in asked)
    first, *rest = _item(json.loads(answer.entry), mark="" if alone else "- ")
    yield f"{first}  # {plain(answer.meaning)}" if answer.meaning else first
    yield from rest


def _item(entry: object, *, mark: str) -> Iterator[str]:
    """An entry behind the mark of a YAML list, or none: a mapping on one line for each key, its values on that line."""
    if not isinstance(entry, dict):
        yield f"{mark}{_scalar(entry)}"
        return
    for index, (key, value) in enumerate(cast("Mapping[str, object]", entry).items()):
        yield f"{' ' * len(mark) if index else mark}{key}: {_scalar(value)}"


def _scalar(value: object) -> str:
    """A value in YAML on one line: a plain word as it is, any other text in double quotes."""
    if isinstance(value, list):
        return f"[{', '.join(_scalar(item) for item in value)}]"
    if not isinstance(value, str):
        return json.dumps(value)
    if value == TRUE_OR_FALSE:
        return value
    if value.replace("_", "").isalpha() and value.isascii() and value.islower() and value not in _NOT_TEXT:
        return value
    return f'"{"".join(map(_character, value))}"'


def _character(character: str) -> str:
    """One character within double quotes. What YAML cannot hold (half a surrogate pair) becomes the replacement character."""
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable() and character != "\ufeff":
        return character
    code = ord(character)
    return "\\ufffd" if 0xD800 <= code <= 0xDFFF else f"\\U{code:08x}" if code > 0xFFFF else f"\\u{code:04x}"


def _unanswerable(questions: Sequence[Question], waits: _Waits) -> Iterator[str]:
    yield "# The others are answered elsewhere:"
    for how in dict.fromkeys(question.how for question in questions):
        yield f"# {plain(how) or 'change the files'}"
        yield from (f"#   {_weight([question], waits)}: {_place(question)}" for question in questions if question.how == how)


def _place(question: Question) -> str:
    at = f"{question.at.file}:{question.at.start_line}" if isinstance(question.at, Span) else question.at.file
    return f"{plain(question.what)}  ({plain(at)})"


def _weight(answered: Sequence[Question], waits: _Waits) -> str:
    """How many checks are decided once these questions are answered, and how many wait for other answers as well."""
    checks = {fingerprint for question in answered for fingerprint in question.decides}
    more = sum(not waits[fingerprint] <= set(answered) for fingerprint in checks)
    if not more:
        return f"decides {_many(len(checks), 'check')}"
    if more == len(checks):
        return f"decides {_many(more, 'check')} together with other answers"
    return f"decides {_many(len(checks), 'check')}, {more} of them together with other answers"


def _many(count: int, one: str) -> str:
    return f"{count} {one}{'' if count == 1 else 's'}"
