"""Comments in Terraform source and in YAML, and the block that each of them stands in or above.

Read only from files that hold the word looked for, in one pass that takes time in proportion to the text. Nothing is evaluated:
the scan knows strings, heredocs, comments and braces, so that a script in a heredoc is not taken for a comment.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sparekey.model.span import Span
from sparekey.yaml_tree import MAX_DEPTH

_CODE = re.compile(r'(?P<line>\#|//)[^\n]*|/\*(?P<body>.*?)(?:\*/|\Z)|<<-?(?P<heredoc>[\w-]+)[ \t]*\r?\n|["{}\n]', re.DOTALL)
_STRING = re.compile(r'\\.|\$\$\{|%%\{|[$%]\{|"|\n', re.DOTALL)
_HEADER = re.compile(r'\s*(resource|data)\s+"?([^"\s{]+)"?\s+"?([^"\s{]+)"?\s*$')
_YAML_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#")
_TAB = re.compile(r"^( *)\t(?!\s*#)")
_FAR = 1 << 60
_ENDS = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One line of a comment, without the signs that make it one. `block` is the header line of what it belongs to, or None."""

    text: str
    at: Span
    block: int | None


@dataclass(slots=True)
class _Line:
    text: str
    line: int
    column: int


@dataclass(slots=True)
class _Scan:
    """What one pass over Terraform source finds: comment lines, the lines they fill, and blocks as (header line, last line)."""

    comments: list[_Line] = field(default_factory=list)
    whole_lines: set[int] = field(default_factory=set)
    blocks: list[tuple[int, int]] = field(default_factory=list)


def terraform_comments(text: str, file: str, word: str) -> Iterator[Comment]:
    """The comment lines in Terraform source that hold `word` (ignoring case), each with its `resource` or `data` block."""
    found = _scan(text)
    followed_by = _followed_by(found.whole_lines)
    for comment in found.comments:
        if word in comment.text.lower():
            yield _comment(comment, file, _owner(comment.line, found.blocks, followed_by))


def _owner(line: int, blocks: Sequence[tuple[int, int]], followed_by: Mapping[int, int]) -> int | None:
    """The block that a line stands in, else the one whose header follows with nothing but comments between."""
    before = bisect_right(blocks, (line, _FAR)) - 1
    if before >= 0 and line <= blocks[before][1]:
        return blocks[before][0]
    below = followed_by.get(line, line + 1)
    after = before + 1
    return below if after < len(blocks) and blocks[after][0] == below else None


def _followed_by(whole_lines: Iterable[int]) -> dict[int, int]:
    """For each line that only holds a comment, the next line that does not."""
    found: dict[int, int] = {}
    for line in sorted(whole_lines, reverse=True):
        found[line] = found.get(line + 1, line + 1)
    return found


def _scan(text: str) -> _Scan:
    """One pass. Braces are counted in code only; a string ends at its line even where its quote is missing."""
    found = _Scan()
    depths = [0]  # open braces, per level of interpolation: the last one counts
    position, line, line_start, statement, header = 0, 1, 0, 0, 0
    in_string = False
    bare = True  # nothing but comments on this line so far
    while match := (_STRING if in_string else _CODE).search(text, position):
        bare = bare and not text[position : match.start()].strip()
        sign, position = match[0], match.end()
        at_line, at_column = line, match.start() - line_start + 1
        if not in_string and match["heredoc"]:
            end = re.compile(rf"^[ \t]*{re.escape(match['heredoc'])}[ \t]*\r?$", re.MULTILINE).search(text, position)
            position = end.end() if end else len(text)
        skipped = text[match.start() : position]
        if "\n" in skipped:
            line += skipped.count("\n")
            line_start = match.start() + skipped.rindex("\n") + 1
        if in_string:
            if sign in ("${", "%{"):
                depths.append(0)
                in_string = False
            elif sign == '"':
                in_string = False
            elif sign == "\n":
                in_string = False
                del depths[1:]
        elif sign == '"':
            in_string = True
        elif sign == "{":
            if depths == [0]:
                header = at_line if _HEADER.fullmatch(text[statement : match.start()]) else 0
            depths[-1] += 1
        elif sign == "}" and len(depths) > 1 and depths[-1] == 0:
            depths.pop()
            in_string = True
        elif sign == "}":
            depths[-1] = max(depths[-1] - 1, 0)
            if depths == [0] and header:
                found.blocks.append((header, at_line))
                header = 0
        elif match["line"]:
            _take(found, sign.removeprefix(match["line"]), at_line, at_column, alone=bare)
        elif match["body"] is not None:
            for index, part in enumerate(match["body"].split("\n")):
                _take(found, part, at_line + index, at_column if index == 0 else 1, alone=bare)
        bare = sign.endswith("\n") or (bare and sign[0] in "#/")
        if depths == [0] and not in_string and sign not in ('"', "{"):
            statement = position
    return found


def _take(found: _Scan, text: str, line: int, column: int, *, alone: bool) -> None:
    found.comments.append(_Line(text.strip().lstrip("*").strip(), line, column))
    if alone:
        found.whole_lines.add(line)


def yaml_comments(text: str, file: str, word: str, starts: Sequence[int]) -> Iterator[Comment]:
    """The comments in YAML that hold `word` (ignoring case). `starts` are the lines on which resources begin.

    A comment belongs to the only resource of its document; where a document holds several, to the one that begins right below,
    else to the last one that began above.
    """
    lines = _ENDS.split(text)
    documents = [0, *(number for number, line in enumerate(lines, start=1) if line.startswith("---")), len(lines) + 1]
    texts = [span for first, end in pairwise(documents) for span in _texts(lines[max(first - 1, 0) : end - 1], first, word)]
    followed_by = _followed_by(number for number, line in enumerate(lines, start=1) if line.lstrip().startswith("#"))
    for number, line in enumerate(lines, start=1):
        if word not in line.lower():
            continue
        sign = next((m for m in _YAML_COMMENT.finditer(line) if not _within((number, m.start() + 1), texts)), None)
        if sign is None:
            continue
        document = bisect_right(documents, number)
        here = starts[bisect_left(starts, documents[document - 1]) : bisect_left(starts, documents[document])]
        above, below = bisect_right(here, number), followed_by.get(number, number + 1)
        owner = here[0] if len(here) == 1 else below if below in here[above : above + 1] else here[above - 1] if above else None
        yield _comment(_Line(line[sign.end() :].strip(), number, sign.start() + 1), file, owner)


_Texts = list[tuple[tuple[int, int], tuple[int, int]]]


def _texts(lines: Sequence[str], first: int, word: str) -> _Texts:
    """Where the texts of a YAML document begin and end (line and column from 1): a number sign in there is no comment.

    `first` is the number of its first line. Only a document that holds the word is looked at.
    """
    if not any(word in line.lower() for line in lines):
        return []
    import yaml  # noqa: PLC0415 - 40 ms, and only where a manifest holds a waiver

    above = max(first, 1)
    found = []
    depth = 0
    # The C scanner is ten times as fast, and refuses a block whose first line begins with a tab: a sign stands for it.
    text = "\n".join(_TAB.sub("\\1\u2409", line) for line in lines)
    try:
        for token in yaml.scan(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            depth += isinstance(token, yaml.FlowMappingStartToken | yaml.FlowSequenceStartToken)
            depth -= isinstance(token, yaml.FlowMappingEndToken | yaml.FlowSequenceEndToken)
            if depth > MAX_DEPTH:
                break  # the reader of manifests refuses it, and PyYAML grows slow with depth
            if isinstance(token, yaml.ScalarToken):
                start, end = token.start_mark, token.end_mark
                found.append(((start.line + above, start.column + 1), (end.line + above, end.column + 1)))
    except yaml.MarkedYAMLError as error:
        # What stands before the fault is known; the rest may be text, in which nothing waives.
        mark = error.problem_mark
        found.append(((mark.line + above if mark else above, 1), (above + len(lines), 1)))
    except (yaml.YAMLError, RecursionError):
        pass  # its own reader refuses the file
    return found


def _within(place: tuple[int, int], spans: _Texts) -> bool:
    before = bisect_right(spans, (place, (_FAR, 0))) - 1
    return before >= 0 and place < spans[before][1]


def _comment(line: _Line, file: str, block: int | None) -> Comment:
    end = line.column + max(len(line.text), 1)
    at = Span(file=file, start_line=line.line, start_column=line.column, end_line=line.line, end_column=end)
    return Comment(text=line.text, at=at, block=block)
