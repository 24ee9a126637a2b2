"""Tell a deployment template from other JSON by its first bytes, and free its text of what JSON does not allow."""

from __future__ import annotations

import codecs
import re

HEAD = 65536
"""Bytes of the beginning of a file by which it is told what it is; of a shorter file they are all."""

BUILDING_BLOCKS = "building blocks"
"""The dialect of the template building blocks of Microsoft's patterns & practices group."""

_QUOTES = "\"'"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_TEXT = r"""(?:"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|'(?:[^'\\]++|\\.)*+(?:'|\\?\Z))"""
"""A text. One without end goes to the end: what stands in it begins no other."""

_APART = re.compile(rf"{_TEXT}|/\*.*?(?:\*/|\Z)|//[^\n]*", re.DOTALL)
_LOOSE_COMMA = re.compile(rf"{_TEXT}|,(?=\s*[}}\]])", re.DOTALL)
_TOKEN = re.compile(rf"{_TEXT}|[{{}}\[\]:,]|[\w$]+", re.DOTALL)
_SCHEMA = re.compile(r"/(?:subscription|managementgroup|tenant)?deploymenttemplate\.json#?$", re.IGNORECASE)
_PARAMETERS = re.compile(r"/deploymentparameters\.json#?$", re.IGNORECASE)
_BLOCKS = re.compile(r"/buildingblocks\.json#?$", re.IGNORECASE)
_FIRST = re.compile(r"\s*\{\s*\"\$schema\"\s*:\s*\"([^\"\\]*)\"")
_ONLY_BLOCKS = re.compile(r"\"parameters\"\s*:\s*\{\s*\"buildingBlocks\"\s*:", re.IGNORECASE)
_NOT_A_BREAK = re.compile(r"[^\n]")


def decoded(data: bytes) -> str:
    """The text of a file, UTF-16 where its byte order mark says so. Raises UnicodeDecodeError."""
    if data.startswith(_UTF16):
        return data.decode("utf-16")
    return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")


def without_comments(text: str) -> str:
    """The text with blanks for comments, so that everything else stays where it was."""
    return _APART.sub(lambda found: found[0] if found[0][0] in _QUOTES else _NOT_A_BREAK.sub(" ", found[0]), text)


def without_loose_commas(text: str) -> str:
    """The text with a blank for every comma that nothing follows. The deployment engine passes over them."""
    return _LOOSE_COMMA.sub(lambda found: " " if found[0] == "," else found[0], text)


def is_template(head: bytes) -> bool:
    """Whether what begins with `head` is a deployment template: by the `$schema` of its outermost object, else by its members."""
    text = _begun(head)
    if "$schema" not in text and "contentVersion" not in text:
        return False
    names = _names(text)
    if "$schema" in names:
        return bool(_SCHEMA.search(names["$schema"]))
    return {"contentversion", "resources"} <= names.keys()


def may_go_on(head: bytes) -> bool:
    """Whether a file of which `head` is only the beginning may be a template all the same: what says so may stand further down."""
    text = _begun(head)
    names = _names(text)
    return "$schema" not in names and "format_version" not in names and without_comments(text).lstrip()[:1] in ("", "{")


def says_template(top: object) -> bool:
    """Whether JSON that was read whole is a deployment template."""
    names = {key.lower(): value for key, value in top.items()} if isinstance(top, dict) else {}
    schema = names.get("$schema")
    if schema is not None:
        return isinstance(schema, str) and bool(_SCHEMA.search(schema))
    return {"contentversion", "resources"} <= names.keys()


def is_parameter_file(head: bytes) -> bool:
    """Whether what begins with `head` gives the parameters of a template their values."""
    text = _begun(head)
    return "$schema" in text and bool(_PARAMETERS.search(_names(text).get("$schema", "")))


def dialect(head: bytes) -> str:
    """What JSON that deploys things to Azure and is no template is, in words; "" for all else.

    Told are the building blocks of Microsoft's patterns & practices group, artifacts of Azure Blueprints, template specs, and resources
    as the service prints them.
    """
    text = _begun(head)
    if not any(word in text for word in ("uildingBlocks", '"template"', '"mainTemplate"', "/subscriptions/")):
        return ""
    names = _names(text)
    if _BLOCKS.search(names.get("$schema", "")) or ("parameters" in names and _ONLY_BLOCKS.search(text)):
        return BUILDING_BLOCKS
    if names.get("kind", "").lower() == "template" and "properties" in names:
        return "an artifact of a blueprint"
    if "properties" in names and "mainTemplate" in text and "$schema" not in names:
        return "a template spec"
    if names.get("id", "").lower().startswith("/subscriptions/") and {"type", "properties"} <= names.keys():
        return "a resource as the service prints it"
    return ""


def _begun(head: bytes) -> str:
    if head.startswith(_UTF16):
        return head.decode("utf-16", errors="ignore")
    return head.removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="ignore")


def _names(text: str) -> dict[str, str]:
    """The outermost names with their texts; of an object that begins with its schema that alone."""
    first = _FIRST.match(text)
    return {"$schema": first[1]} if first else _outermost(without_comments(text))


def _outermost(text: str) -> dict[str, str]:
    """The names of the members of the outermost object, in lower case, each with its value where that is a text."""
    names: dict[str, str] = {}
    depth = 0
    last = name = ""
    for token in _TOKEN.finditer(text):
        word = token[0]
        if word in "{[":
            depth += 1
            if depth == 1 and word == "[":
                return {}
            name = ""
        elif word in "}]":
            depth -= 1
        elif depth != 1:
            continue
        elif word == ",":
            last = name = ""
        elif word == ":":
            name = last
            names.setdefault(name, "")
        elif name == last and name:
            names[name] = word[1:-1]
            if name == "$schema":
                break
            last = name = ""
        else:
            last = (word[1:-1] if word[0] in _QUOTES else word).lower()
    return names
