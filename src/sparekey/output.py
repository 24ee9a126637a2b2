"""Where reports go: a terminal, a pipe that may go away, a file; and the bar that shows that files are being read."""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sparekey.config import usage_error

if TYPE_CHECKING:
    from sparekey.reading import Progress


def width() -> int:
    """Columns of the terminal, 120 where there is none."""
    return shutil.get_terminal_size(fallback=(120, 24)).columns


def coloured(output: Path | None) -> bool:
    """Whether the report goes to a terminal that wants colour."""
    terminal = output is None and sys.stdout is not None and sys.stdout.isatty()
    return terminal and "NO_COLOR" not in os.environ


def write(text: str, output: Path | None) -> None:
    """The text to a file as UTF-8, or to standard output, with JSON's escapes for what its encoding cannot hold."""
    if output is not None:
        try:
            output.write_text(text, encoding="utf-8")
        except OSError as error:
            raise usage_error(f"--output: {output} cannot be written: {error.strerror}") from None
        return
    if sys.stdout is None:
        raise usage_error("standard output is closed: --output FILE writes the report to a file")
    try:
        sys.stdout.write(encodable(text, sys.stdout.encoding or "utf-8"))
        sys.stdout.flush()
    except OSError as error:
        # Python must not try the rest once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise usage_error(f"standard output cannot be written: {error.strerror}") from None
        # The reader went away (`| head`): it has what it wanted.


def encodable(text: str, encoding: str) -> str:
    """The text with JSON's escapes for what the encoding cannot hold."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        import json  # noqa: PLC0415 - 7 ms, and most terminals take UTF-8

        return re.sub(r"[^\x00-\x7f]+", lambda found: json.dumps(found[0])[1:-1], text)
    return text


def near(path: Path) -> Path:
    """A path as a person here would call it."""
    return path.relative_to(Path.cwd()) if path.is_absolute() and path.is_relative_to(Path.cwd()) else path


def create(text: str, path: Path) -> None:
    """The text to a new file; one that is there is never touched, not even one that appeared a moment ago."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise usage_error(f"--output: {path} cannot be written: {error.strerror}") from None


def progress() -> Progress:
    """A bar on a terminal once reading takes longer than a second; nothing anywhere else."""
    started = time.monotonic()

    def told(done: int, total: int) -> None:
        if sys.stderr is not None and sys.stderr.isatty() and total > 1 and time.monotonic() - started > 1:
            filled = done * 24 // total
            sys.stderr.write(f"\r[{'#' * filled}{' ' * (24 - filled)}] {done}/{total} files\x1b[K")
            if done == total:
                sys.stderr.write("\r\x1b[K")

    return told
