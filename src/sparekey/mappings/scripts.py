"""What a machine is given to run, as readable texts: start-up data, extension settings, script sources."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from sparekey.model.span import Place
from sparekey.model.value import AnyValue, Blocks, Body, Known, Text, Unknown, ValueSet

_LONGEST = 1_000_000
"""Characters that are read of one text. Azure takes 64 KiB of custom data and 256 KiB of script; more is no script."""
_DEEPEST = 64
"""Levels of settings JSON that are walked."""
_ENCODED = re.compile(r"-e(?:nc|ncodedcommand|c)?\s+[\"']?([A-Za-z0-9+/]{16,}={0,2})", re.IGNORECASE)
"""A PowerShell command handed over in base64 (`-EncodedCommand`, which may be shortened)."""
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
"""What base64 is written in: most scripts differ from it in their first words."""


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
    if isinstance(value, Unknown):
        # What is known of the encoded text says nothing of the text in it.
        return replace(value, limits=None)
    if not value.value:
        return value
    return replace(value, value=readable(_decoded(value.value) or value.value))


def parsed(value: AnyValue) -> AnyValue:
    """The settings of an extension as a tree of values; text that is no JSON, or that nobody would write so deep, stays one string."""
    if isinstance(value, Unknown) or not isinstance(value.value, str):
        return value
    text = value.value[:_LONGEST]
    try:
        tree: object = json.loads(text)
        return _tree(tree, value.at, _DEEPEST)
    except (ValueError, RecursionError):
        return replace(value, value=text)


def strings(value: AnyValue) -> ValueSet[str]:
    """Every string in a tree of values, in order; what of it is unknown stays so."""
    return ValueSet(members=tuple(_strings(value, _DEEPEST)), at=value.at)


def readable(text: str) -> str:
    """The text, followed by what it holds in base64: a whole script, or a command encoded for PowerShell."""
    whole = _decoded(text.strip()) if len(text) >= 16 else None
    hidden = [whole, *(_decoded(found) for found in _ENCODED.findall(text[:_LONGEST]))]
    return "\n".join([text[:_LONGEST], *(h for h in hidden if h)])


def unreadable(blocks: Blocks, what: str) -> ValueSet[str]:
    """One unknown for every block: each stands for a text that is kept elsewhere (a key vault)."""
    members = tuple(
        Unknown(
            reason=what,
            at=block.value.at,
            how="nothing can be shown of it: tag the machine (sparekey-role), or waive the unknown",
        )
        for block in blocks
    )
    return ValueSet(members=members, at=blocks.at, open=blocks.open)


def _tree(value: object, at: Place, depth: int) -> AnyValue:
    if not isinstance(value, list | dict):
        return Known(value=value, at=at)
    if depth == 0:
        raise RecursionError
    if isinstance(value, list):
        return Known(value=tuple(_tree(item, at, depth - 1) for item in value), at=at)
    return Known(value={key: _tree(item, at, depth - 1) for key, item in value.items()}, at=at)


def _strings(value: AnyValue, depth: int) -> Iterator[Known[str] | Unknown]:
    if isinstance(value, Unknown):
        yield value
    elif isinstance(value.value, str):
        if value.value:
            yield Known(value=readable(value.value), at=value.at)
    elif isinstance(value.value, tuple | Mapping):
        if depth == 0:
            yield Unknown(reason="settings within settings, too deep to be read", at=value.at, how="correct the file")
            return
        inner = value.value
        for item in inner if isinstance(inner, tuple) else (Body(value=value).get(key) for key in inner):
            yield from _strings(item, depth - 1)


def _decoded(text: str) -> str | None:
    """Base64 to text, in UTF-8 or as Windows writes it in UTF-16; None where it is neither."""
    if not _BASE64.fullmatch(text):
        return None
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
