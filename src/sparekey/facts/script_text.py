"""What a script or command line certainly runs, and what merely stands in it.

Comments are gone. Not certain is what stands in a branch or a loop, in a function or script block that nobody calls, in a command that only
shows, looks up or writes a text, in one that is asked what it would do (`-WhatIf`) or that reaches other machines, and the name of a command in
a quoted text. A quoted text that is handed to an interpreter (`powershell -Command "..."`) is read as a script of its own; a text
that is put into a variable or a file is, where that is run later. File names count in quotes too: they are arguments.

PowerShell, command lines of Windows, and texts around them (YAML of cloud-init, XML of an unattended setup) are told apart by nothing: what none of
them would run is left out, and what one of them may not run is not certain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

UNSEEN: Final = "\x01"
"""Stands in a text for a part that is not known. A command that begins with it may be any."""
_MOST_LEVELS: Final = 16
"""Blocks and quoted scripts within each other; what is deeper is not certain."""
_MOST_TOKENS: Final = 100_000
"""Marks, quotes and comments of one text that are looked at; a script of 256 KiB has fewer. What follows is not certain."""
_MOST_ROUNDS: Final = 4
"""Calls of calls that are followed."""
_MOST_NAMES: Final = 40
"""Functions, blocks and kept texts that are looked for among the calls."""
_LONGEST_HEAD: Final = 400
"""Characters at the beginning of a command that say what kind of command it is."""

_TOKEN = re.compile(
    r"""(?P<block><\#|<!--)|(?P<here>@['"][ \t]*\r?\n)|(?P<line>(?<![^\s;(){}|&,"'])\#)|(?P<escape>`(?:\r?\n|.)|\^\r?\n)"""
    r"""|(?P<quote>(?<!\w)'|'(?!\w)|")|(?P<mark>[{}()|;&\r\n])""",
    re.DOTALL,
)
_COMMAND = re.compile(r"(?<![\w-])(Install|Add)-(?=\w)", re.IGNORECASE)
"""Where the name of a command begins that installs something."""

_INTERPRETERS: Final = r"(?:powershell|pwsh|cmd)(?:\.exe)?"
_RUNS = re.compile(
    rf"(?:^|[\s\"'\\/(>\[,:])(?:{_INTERPRETERS}(?=[\s\"',\]<]|$)|iex\b|Invoke-Expression\b|Invoke-Command\b|icm\b)"
    r"|scriptblock\]::Create|commandToExecute[\"']?\s*:\s*$|^\s*-\s*\[?\s*$",
    re.IGNORECASE,
)
"""In a command before a quoted text: it hands the text to an interpreter. The last two: settings as JSON, an item of cloud-init."""
_WORDS: Final = ("powershell", "pwsh", "cmd", "iex", "invoke", "icm", "scriptblock", "commandtoexecute")
"""One of these stands in whatever hands a text to an interpreter, but for an item of cloud-init."""
_FILE = re.compile(r"\s-f(?:ile)?\s", re.IGNORECASE)
_AWAY = re.compile(
    r"\b(?:Invoke-Command|icm)\b.*?\s-(?:ComputerName|Cn|Session|VMName|VMId|HostName|SSHConnection)\b|\s-WhatIf\b(?!\s*:\s*\$false)",
    re.IGNORECASE | re.DOTALL,
)
_PREFIX = re.compile(
    rf"\s*(?:\$[\w:.]+\s*\+?=\s*|[-@$&.!\[]\s*(?=[\w'\"($\\@])|<[^<>\n]{{1,80}}>|(?:start|call)\s+"
    rf"|[\"']?(?:[\w:%\\/.-]{{0,200}}[\\/])?{_INTERPRETERS}[\"']?\s+(?:[-/][a-z]+\s+(?:(?:bypass|unrestricted|remotesigned|hidden|normal)\s+)?)*)",
    re.IGNORECASE,
)
"""What may stand before the word that says what a command does."""
_SHOWS = re.compile(
    rf"{UNSEEN}(?=\s|$)"
    r"|(?:if|elseif|else|while|for|foreach|switch|catch|trap|until|where|where-object|foreach-object|%|\?|echo|rem|::|help|man|gcm|gci"
    r"|(?:get|write|out|test|uninstall|remove|select|format)-\w+|set-content|add-content|set-alias|new-item|new-scheduledtask\w*)(?![\w-])",
    re.IGNORECASE,
)
_FUNCTION = re.compile(r"\s*(?:function|filter|workflow)\s+(?:\w+:)?([\w-]{1,80})", re.IGNORECASE)
_ASSIGNED = re.compile(r"\s*\$([\w:]{1,80})\s*=[^=]*$", re.DOTALL)
_REMARK = re.compile(r"\s*(?:@?rem\s|::)", re.IGNORECASE)
_WRITTEN = re.compile(r"([\w-]{1,80}\.(?:ps1|cmd|bat))\b", re.IGNORECASE)
_WRITES = re.compile(r"Out-File|Set-Content|Add-Content|WriteAllText|Tee-Object|>", re.IGNORECASE)
_CALLS = re.compile(rf"^\s*[&.]\s|\b{_INTERPRETERS}(?![\w-])|\bStart-Process\b|(?<!\w)\.[\\/]", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """`sure` is what is certainly run, a command on each line; `all` that and whatever else stands in the text but comments."""

    sure: str
    all: str


@lru_cache(maxsize=1024)
def read(text: str) -> Reading:
    """What a text runs. Any text is read, in time that grows with its length."""
    live: frozenset[str] = frozenset()
    for _ in range(_MOST_ROUNDS):
        scan = _Scan(live=live)
        scan.text(text, sure=True, level=0)
        found = live | frozenset(scan.called())
        if found == live:
            break
        live = found
    sure = (command for command, certain in scan.commands if certain)
    return Reading(sure="\n".join(sure), all="\n".join(command for command, _ in scan.commands))


@dataclass(frozen=True, slots=True)
class _Source:
    """A text that is read, how many it stands in, and the ends of comments and quotes that are known to stand nowhere further on in it."""

    text: str
    level: int
    missing: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Frame:
    """A block, a parenthesis or the text itself: its command so far, in pieces, and whether it is certainly run.

    `head` and `tail` are the first and the last characters of the command, `shows` what was found of a head of this length.
    """

    sure: bool
    mark: str = ""
    pieces: list[str] = field(default_factory=list)
    head: str = ""
    tail: str = ""
    shows: tuple[int, bool] = (0, False)

    def add(self, piece: str) -> None:
        """Go on with the command."""
        self.pieces.append(piece)
        if len(self.head) < _LONGEST_HEAD:
            self.head = (self.head + piece)[:_LONGEST_HEAD]
        self.tail = (self.tail + piece[-_LONGEST_HEAD:])[-_LONGEST_HEAD:]

    def end(self) -> str:
        """The command, which ends here."""
        command = "".join(self.pieces)
        self.pieces, self.head, self.tail, self.shows = [], "", "", (0, False)
        return command

    def only_shows(self) -> bool:
        """Whether the command, by its first words, runs nothing or not for certain."""
        if self.shows[0] != len(self.head):
            self.shows = (len(self.head), _shows(self.head))
        return self.shows[1] or _leads_away(self.tail)


def _hands_on(command: str) -> bool:
    """Whether a command, as far as it goes, hands the text that follows to an interpreter."""
    lower = command.lower()
    if not any(word in lower for word in _WORDS) and lower.strip()[:1] != "-":
        return False
    return _RUNS.search(command) is not None


def _leads_away(command: str) -> bool:
    """Whether a command reaches other machines, or is only asked what it would do."""
    lower = command.lower()
    return ("-whatif" in lower or "invoke-command" in lower or "icm" in lower) and _AWAY.search(command) is not None


def _shows(head: str) -> bool:
    """Whether a command that begins so runs nothing, or not for certain."""
    for _ in range(6):
        prefix = _PREFIX.match(head)
        if not prefix or not prefix.end():
            break
        head = head[prefix.end() :]
    return _SHOWS.match(head.lstrip()) is not None


@dataclass(slots=True)
class _Scan:
    """One reading. `live` are the names of functions (`f`), variables (`$v`) and kept texts (a number between marks) that are known to be run."""

    live: frozenset[str]
    commands: list[tuple[str, bool]] = field(default_factory=list)
    names: dict[str, None] = field(default_factory=dict)
    kept: int = 0
    tokens: int = 0

    def text(self, text: str, *, sure: bool, level: int) -> None:
        frames, source = [_Frame(sure=sure)], _Source(text, level)
        position = 0
        while True:
            token = _TOKEN.search(text, position) if self.tokens < _MOST_TOKENS else None
            self.tokens += 1
            frame = frames[-1]
            frame.add(text[position : token.start() if token else len(text)])
            if token is None:
                frame.sure = frame.sure and self.tokens <= _MOST_TOKENS
                break
            position = token.end()
            kind, found = token.lastgroup, token.group()
            if kind in ("block", "line"):
                position = self._comment(source, found, position, frame)
            elif kind == "escape":
                frame.add(" " if found[-1] == "\n" else found)
            elif kind == "here":
                position = self._here(source, found, position, frame)
            elif kind == "quote":
                position = self._quoted(source, found, position, frame)
            elif found in "{(" and len(frames) + level < _MOST_LEVELS:
                frames.append(self._opened(frame, found))
            elif found in "})" and len(frames) > 1 and frame.mark == {"}": "{", ")": "("}[found]:
                self._closed(frames)
            elif found in "}){(":
                frame.add(found)
                if found in "{(":
                    frame.sure = False
            else:
                self._flush(frame)
                if found == "&":
                    frame.add(found)
        for frame in frames:
            self._flush(frame)

    @staticmethod
    def _comment(source: _Source, found: str, position: int, frame: _Frame) -> int:
        """Where a comment ends. One that is never closed is none that can be told."""
        closer = {"<#": "#>", "<!--": "-->", "#": "\n"}[found]
        end = -1 if closer in source.missing else source.text.find(closer, position)
        if found == "#":
            return len(source.text) if end < 0 else end
        if end < 0:
            source.missing.add(closer)
            frame.sure = False
            return position
        frame.add(" ")
        return end + len(closer)

    def _here(self, source: _Source, found: str, position: int, frame: _Frame) -> int:
        closer = f"\n{found[1]}@"
        end = -1 if closer in source.missing else source.text.find(closer, position - 1)
        if end < 0:
            source.missing.add(closer)
            frame.sure = False
            return position
        self._text_of(source.text[position : max(end, position)], frame, source.level)
        return end + len(closer)

    def _text_of(self, inner: str, frame: _Frame, level: int) -> None:
        """A text of several lines in a command: run where the command hands it on, or where what it is kept in is run."""
        command = frame.tail
        self.kept += 1
        name = f"\x02{self.kept}\x02"
        held = _ASSIGNED.match(command)
        names = [name, *([f"${held.group(1).lower()}"] if held else [])]
        if len(self.names) < _MOST_NAMES:
            self.names.update(dict.fromkeys(names))
        runs = _hands_on(command) or any(one in self.live for one in names)
        self._inner(inner, sure=runs and frame.sure and not frame.only_shows(), level=level)
        frame.add(name)

    def _inner(self, inner: str, *, sure: bool, level: int) -> None:
        if level >= _MOST_LEVELS:
            self.commands.append((inner, False))
        else:
            self.text(inner, sure=sure, level=level + 1)

    def _quoted(self, source: _Source, quote: str, position: int, frame: _Frame) -> int:
        command = frame.tail
        runs = _hands_on(command) and _FILE.search(command) is None
        end = _end_of(source, quote, position, escaped=runs)
        if end < 0:
            frame.add(quote)
            return position
        inner = source.text[position:end]
        item = re.fullmatch(rf"\s*{_INTERPRETERS}\s.*", inner, re.IGNORECASE | re.DOTALL)
        if runs and (item or not command.rstrip().endswith(("-", "["))):
            plain = inner.replace('\\"', '"') if quote == '"' else inner.replace("''", "'")
            self._inner(plain, sure=frame.sure and not frame.only_shows(), level=source.level)
            inner = ""
        elif _COMMAND.search(inner):
            self.commands.append((inner, False))
        frame.add(f"{quote}{_masked(inner)}{quote}")
        return end + 1

    def _opened(self, frame: _Frame, mark: str) -> _Frame:
        """What a block or parenthesis is in: certain unless the command before it makes a branch, a loop or a definition of it."""
        command = frame.head
        sure = frame.sure and not frame.only_shows()
        if mark == "{" and sure:
            function = _FUNCTION.match(command)
            held = _ASSIGNED.match(command) if not command.rstrip().endswith("@") else None
            name = function.group(1).lower() if function else f"${held.group(1).lower()}" if held else ""
            if name:
                if len(self.names) < _MOST_NAMES:
                    self.names[name] = None
                sure = name in self.live
        elif mark == "(" and _FUNCTION.match(command):
            sure = False
        return _Frame(sure=sure, mark=mark)

    def _closed(self, frames: list[_Frame]) -> None:
        closed = frames.pop()
        whole = "".join(closed.pieces)
        self._flush(closed)
        outer = frames[-1]
        if closed.mark == "(":
            outer.add(f"({_masked(whole)})")
        elif re.match(r"\s*(?:Invoke-Command|icm|Start-Job)\b", outer.head, re.IGNORECASE):
            outer.add("{}")
        else:
            self._flush(outer)

    def _flush(self, frame: _Frame) -> None:
        """The end of a command. A remark of a batch file is none."""
        remark, shows = _REMARK.match(frame.head), frame.only_shows()
        command = frame.end().strip()
        if command and not remark:
            self.commands.append((command, frame.sure and not shows and not _leads_away(command)))

    # --- what is called -----------------------------------------------------------------------------------------------------

    def called(self) -> Iterator[str]:
        """The names that something which is certainly run calls."""
        if not self.names:
            return
        sure = [command for command, certain in self.commands if certain]
        everything = "\n".join(sure)
        run = {found.lower() for one in sure if _CALLS.search(one) for found in _WRITTEN.findall(one)}
        for name in self.names:
            if name.startswith("\x02"):
                yield from [name] if self._files_of(name) & run else []
            elif not name.startswith("$"):
                if re.search(rf"^\s*(?:[&.]\s*)?{re.escape(name)}(?![\w.-])", everything, re.IGNORECASE | re.MULTILINE):
                    yield name
            elif self._is_run(name, everything) or self._files_of(name) & run:
                yield name

    @staticmethod
    def _is_run(name: str, everything: str) -> bool:
        variable = rf"[\"(]*{re.escape(name)}(?!\w)"
        calls = rf"(?:^\s*[&.]\s*|-ScriptBlock\s+|-Command\s+|\biex\s+|Invoke-Expression\s+(?:-Command\s+)?|::Create\s*\(\s*){variable}"
        piped = rf"^\s*{variable}[\")]*\s*\n\s*(?:iex|Invoke-Expression)\b"
        invoked = rf"{re.escape(name)}\.Invoke"
        return re.search(f"{calls}|{piped}|{invoked}", everything, re.IGNORECASE | re.MULTILINE) is not None

    def _files_of(self, name: str) -> set[str]:
        """The files that a kept text is written to: its own command or the next one of a pipeline says so."""
        found: set[str] = set()
        for index, (command, _) in enumerate(self.commands):
            if name in command.lower():
                for one, _ in self.commands[index : index + 2]:
                    if _WRITES.search(one):
                        found.update(each.lower() for each in _WRITTEN.findall(one))
        return found


def _masked(text: str) -> str:
    """A text in which no name of a command stands for the command."""
    return _COMMAND.sub(lambda found: f"{found.group(1)}\x00", text).replace("\n", " ")


def _end_of(source: _Source, quote: str, position: int, *, escaped: bool) -> int:
    """Where a quoted text ends, or -1. A doubled quote goes on; so does one after a backtick, or after a backslash in a command line."""
    text = source.text
    if quote in source.missing:
        return -1
    while True:
        end = text.find(quote, position)
        if end < 0:
            source.missing.add(quote)
            return -1
        if text[end + 1 : end + 2] == quote:
            position = end + 2
            # An empty text is none that goes on.
            if text[end - 1 : end] == quote:
                return end
        elif quote == '"' and (text[end - 1] == "`" or (escaped and text[end - 1] == "\\")):
            position = end + 1
        else:
            return end
