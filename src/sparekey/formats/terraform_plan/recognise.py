"""Tell a plan from its look-alikes by its first bytes, and free its JSON of what pipelines wrap around it."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Literal

Form = Literal["plan", "state", "binary", "log", "empty"]

MOST_BYTES = 512 * 1024 * 1024
"""Larger files are refused: the largest plans that people report are below 200 MB, and a reader holds the text in memory."""

MOST_VALUES = 25_000_000
"""More commas and brackets than this are refused: real plans have about one in 20 bytes, so that 200 MB stay below it."""

_WRAPPER_BYTES = 8192
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_FIRST_BRACE = re.compile(rb"^[ \t]*\{", re.MULTILINE)
_FIRST_KEY = re.compile(rb'\{\s*"(?:format_version|planned_values|resource_changes)"\s*:')
_PLAN = re.compile(
    rb'"(?:resource_changes|planned_values|resource_drift|relevant_attributes)"\s*:'
    rb'|"configuration"\s*:\s*\{\s*"(?:provider_config|root_module)"\s*:'
)
_STATE = (re.compile(rb'"lineage"\s*:\s*"'), re.compile(rb'"serial"\s*:\s*\d'))
_LOG = re.compile(rb'\{\s*"@level"\s*:')


@dataclass(frozen=True, slots=True)
class Refused(Exception):  # noqa: N818  # it is an answer, not an error of the program
    """Why a file cannot be read as a plan: the `kind` and `message` of the problem to report."""

    kind: str
    message: str


def recognise(head: bytes) -> Form | None:
    """What a file that begins with `head` is, or None when it has nothing to do with plans."""
    if head.startswith(b"PK\x03\x04"):
        return "binary" if b"tfplan" in head else None
    text = head
    if head.startswith(_UTF16):
        text = head.decode("utf-16", errors="ignore").encode("utf-8", errors="ignore")
    text = text.removeprefix(codecs.BOM_UTF8)
    if not text.strip():
        return "empty"
    start = _FIRST_BRACE.search(text[:_WRAPPER_BYTES])
    if start is None:
        return None
    text = text[start.end() - 1 :]
    if _LOG.match(text):
        return "log"
    if _FIRST_KEY.match(text) or _PLAN.search(text):
        return "plan"
    return "state" if all(mark.search(text) for mark in _STATE) else None


def unwrap(data: bytes) -> bytes:
    """The JSON text in UTF-8, without byte order mark and without the lines that a wrapper writes before it.

    Refused: nothing in it, not UTF-8 (UTF-16 is read where its mark says so), too many values to hold in memory.
    """
    if data.startswith(_UTF16):
        try:
            data = data.decode("utf-16").encode()
        except UnicodeError as error:
            raise Refused("not-utf-8", "the file says that it is UTF-16 and is not") from error
    data = data.removeprefix(codecs.BOM_UTF8)
    if not data.isascii():
        try:
            str(data, "utf-8")
        except UnicodeDecodeError as error:
            raise Refused("not-utf-8", f"byte {error.start} is not UTF-8") from error
    if len(data) > MOST_VALUES and sum(map(data.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise Refused("too-large", f"the file holds more than {MOST_VALUES} values")
    if data[:1] != b"{":
        start = _FIRST_BRACE.search(data[:_WRAPPER_BYTES])
        if start is not None:
            return data[start.end() - 1 :]
        if not data.strip():
            raise Refused("empty-file", "the file is empty")
    return data
