"""What a machine is given to run, as readable texts: start-up data, extension settings, script sources."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import replace

from sparekey.model.span import Place
from sparekey.model.value import Blocks, Known, Text, Unknown, ValueSet

_LONGEST = 1_000_000
"""Characters that are read of one text. Azure takes 64 KiB of custom data and 256 KiB of script; more is no script."""
_DEEPEST = 64
"""Levels of settings JSON that are walked."""
_ENCODED = re.compile(r"-e(?:nc|ncodedcommand|c)?\s+[\"']?([A-Za-z0-9+/]{16,}={0,2})", re.IGNORECASE)
"""A PowerShell command handed over in base64 (`-EncodedCommand`, which may be shortened)."""


def gather(at: Place, *sources: ValueSet[str] | Text) -> ValueSet[str]:
    """All texts of several attributes as one set; a null adds nothing, an unknown stays a member, an open set opens the whole."""
    members: list[Known[str] | Unknown] = []
    open_: Unknown | None = None
    for source in sources:
        if isinstance(source, ValueSet):
            members.extend(source.members)
            open_ = open_ or source.open
        elif isinstance(source, Unknown):
            members.append(source)
        elif source.value:
            members.append(Known(value=source.value, at=source.at, origin=source.origin))
    return ValueSet(members=tuple(members), at=at, open=open_)


def encoded(value: Text) -> Text:
    """The text in a base64 attribute (`custom_data`, `user_data`). What is no base64 is taken as it is written."""
    if isinstance(value, Unknown) or not value.value:
        return value
    return replace(value, value=readable(_decoded(value.value) or value.value))


def settings(value: Text) -> ValueSet[str]:
    """Every string in the JSON of an extension's settings; text that is no JSON counts as one string."""
    if isinstance(value, Unknown):
        return ValueSet(members=(value,), at=value.at)
    if not value.value:
        return ValueSet(members=(), at=value.at)
    try:
        parsed: object = json.loads(value.value[:_LONGEST])
        strings = tuple(_strings(parsed, _DEEPEST))
    except (ValueError, RecursionError):
        strings = (value.value[:_LONGEST],)
    return ValueSet(members=tuple(Known(value=readable(s), at=value.at) for s in strings), at=value.at)


def readable(text: str) -> str:
    """The text, followed by what it holds in base64: a whole script, or a command encoded for PowerShell."""
    whole = _decoded(text.strip()) if len(text) >= 16 else None
    hidden = [whole, *(_decoded(found) for found in _ENCODED.findall(text[:_LONGEST]))]
    return "\n".join([text[:_LONGEST], *(h for h in hidden if h)])


def unreadable(blocks: Blocks, what: str) -> ValueSet[str]:
    """One unknown for every block: each stands for a text that is kept elsewhere (a key vault)."""
    members = tuple(Unknown(reason=what, at=block.value.at) for block in blocks)
    return ValueSet(members=members, at=blocks.at, open=blocks.open)


def _strings(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth == 0:
        raise RecursionError
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item, depth - 1)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item, depth - 1)


def _decoded(text: str) -> str | None:
    """Base64 to text, in UTF-8 or as Windows writes it in UTF-16; None where it is neither."""
    try:
        data = base64.b64decode("".join(text[:_LONGEST].split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    if b"\0" in data:
        try:
            return data.decode("utf-16-le" if data[:2] != b"\xfe\xff" else "utf-16")
        except UnicodeDecodeError:
            return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None
