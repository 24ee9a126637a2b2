"""Patterns are this reader's own notes: what is shown of them are the expressions, as people wrote them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.oracles.sets import HERE, unpacked

from sparekey.formats.arm import FORMAT
from sparekey.formats.arm.language.wording import last_part, readable
from sparekey.model.declaration import Document
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.value import AnyValue, Known, Unknown

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
VAULTS = "Microsoft.KeyVault/vaults"
DEPLOYMENTS = "Microsoft.Resources/deployments"


@pytest.mark.parametrize(
    ("pattern", "shown"),
    [
        ("kv", "kv"),
        ("kv-{0:name}-x", "kv-<name>-x"),
        ("{subscription}", "<subscription>"),
        ("{replace 8:{0:name} 3:tok 2:rg}", "<replace(name, 'tok', 'rg')>"),
        ("a/{split 6:{1:id} 1:/}", "a/<split(id, '/')>"),
        ("{{split 6:{1:id} 1:/}.8}", "<split(id, '/').8>"),
        ("{tolower 10:a-{0:name}}", "<tolower(concat('a-', name))>"),
        ("{uniquestring 8:{0:name} 0:}", "<uniquestring(name, concat())>"),
        ("{here 3:nested/a%7Bb.json}", "<deployment().properties.templateLink.uri>"),
        ("{beside 0:main.json}/x.json", "<deployment().properties.templateLink.uri>/x.json"),
        # What does not fit hides what follows.
        ("a{b", "a…"),
        ("a}b", "…"),
    ],
)
def test_a_pattern_is_shown_as_its_expression(pattern: str, shown: str) -> None:
    assert readable(pattern) == shown


_PATTERNS = st.recursive(
    st.sampled_from(["a/b", "x", "{0:name}", "{subscription}", "{here 1:m.json}", ""]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map("".join),
        st.lists(inner, max_size=3).map(lambda of: "{replace" + "".join(f" {len(one)}:{one}" for one in of) + "}"),
        inner.map(lambda one: f"{{{one}.member}}"),
    ),
    max_leaves=8,
)


@given(_PATTERNS, st.integers(1, 400))
def test_no_mark_is_shown_of_any_pattern(pattern: str, most: int) -> None:
    shown = readable(pattern, most)
    assert "{" not in shown
    assert "}" not in shown
    assert len(shown) <= most
    assert not re.search(r"\d+:", shown)


@given(st.text("a{}/.: 0", max_size=40))
def test_texts_that_are_no_patterns_end_somewhere(text: str) -> None:
    shown = readable(text)
    assert "{" not in shown
    assert "}" not in shown


@given(_PATTERNS, st.sampled_from(["x", "{0:a/b}", "{split 3:a/b 1:/}"]))
def test_a_slash_within_braces_parts_nothing(before: str, last: str) -> None:
    assert last_part(f"{before}/{last}") == last


# --- whole templates --------------------------------------------------------------------------------------------------

_MARK = re.compile(
    r"\{\w+ \d+:|\{(?:subscription|resource group|management group|tenant|location|deployment)\}|\{(?:here|beside) |\{\{|\{\d+:([a-z_]\w*)\}"
)


def _texts(value: AnyValue, depth: int = 0) -> Iterator[str]:
    if isinstance(value, Unknown):
        yield from (value.reason, value.how, value.beyond)
        # Which part of it is meant is compared, and shown nowhere.
        yield from (reference.to for reference in value.refs)
    elif depth < 20 and isinstance(value, Known):
        held = value.value
        if isinstance(held, tuple):
            for item in held:
                yield from _texts(item, depth + 1)
        elif isinstance(held, Mapping):
            for each in held.values():
                yield from _texts(each, depth + 1)


def _shown(found: Document) -> Iterator[str]:
    for problem in found.problems:
        yield problem.message
    for unknown in found.partial:
        yield unknown.reason
    for one in found.declarations:
        yield one.head.address
        yield repr(one.head.presence)
        yield repr(one.head.count)
        for key in ("id", "parent_id", "scope", "properties", "name", "tags", "identity", "sku", "location"):
            yield from _texts(one.body.get(key))


def _marks(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    types = frozenset(re.findall(r'"type"\s*:\s*"([A-Za-z.]+/[A-Za-z/]+)"', text))
    found = FORMAT.read(SourceFile(path=path, name=path.name), Reading(mapped=types, scan_root=path.parent))
    if not isinstance(found, Document):
        return []
    # A format of .NET, as people write it, looks like the note of a parameter: names of parameters are none of its.
    names = {name.lower() for name in re.findall(r'"(\w+)"\s*:', text)}
    return [shown for shown in _shown(found) for mark in _MARK.finditer(shown) if mark[1] is None or mark[1] in names]


def test_no_address_reason_or_label_of_the_templates_at_hand_shows_a_mark() -> None:
    seen = 0
    with unpacked(HERE / "arm.tar.xz") as folder:
        for path in sorted((folder / "templates").glob("*/template.json")):
            seen += 1
            assert _marks(path) == [], path.parent.name
    for path in sorted((ROOT / "fixtures").rglob("template.json")):
        seen += 1
        assert _marks(path) == [], path
    assert seen > 400


def _nested(group: str, *resources: object) -> dict[str, object]:
    top = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": list(resources)}
    properties = {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"}, "template": top}
    return {"type": DEPLOYMENTS, "apiVersion": "2022-09-01", "name": "d", "resourceGroup": group, "properties": properties}


def test_where_something_lies_is_told_as_it_is_written(tmp_path: Path) -> None:
    vault = {"type": VAULTS, "apiVersion": "2023-07-01", "name": "kv"}
    names = "[replace(replace(format('{0}-tok-pur', toLower(parameters('id'))), 'tok', 'rg'), 'pur', '/net')]"
    other = "[replace(parameters('id'), 'a/b', 'c')]"
    secret = {
        "type": VAULTS,
        "apiVersion": "2023-07-01",
        "name": "x",
        "properties": {"u": "[reference(resourceId('Microsoft.KeyVault/vaults', split(parameters('id'), '/')[8])).vaultUri]"},
    }
    top = {
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        "parameters": {"id": {"type": "string"}},
        "variables": {"rg": names},
        "resources": [vault, _nested("[variables('rg')]", vault), _nested(other, vault), _nested("plain", vault), secret],
    }
    path = tmp_path / "main.json"
    path.write_text(json.dumps(top))
    found = FORMAT.read(SourceFile(path=path, name="main.json"), Reading(mapped=frozenset({VAULTS}), scan_root=tmp_path))
    assert isinstance(found, Document)
    assert sorted(one.head.address.removeprefix(f"{VAULTS}/") for one in found.declarations) == [
        "kv",
        f"kv in {other}",
        "kv in [variables('rg')]",
        "kv in plain",
        "x",
    ]
    (uri,) = [one.body.get("properties", "u") for one in found.declarations if one.head.address.endswith("/x")]
    assert isinstance(uri, Unknown)
    assert uri.reason == "a property of <split(id, '/').8> that is known only during the deployment"


@pytest.mark.parametrize("long", [0, 150, 600])
def test_two_places_that_are_written_alike_have_two_names(tmp_path: Path, long: int) -> None:
    start = "x" * long
    vault = {"type": VAULTS, "apiVersion": "2023-07-01", "name": "kv"}
    handed = _nested("[parameters('g')]", vault)
    handed["name"] = "e"
    inside = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "parameters": {"g": {"type": "string"}}, "resources": [handed]}

    def outer(value: str) -> dict[str, object]:
        handed = {"template": inside, "parameters": {"g": {"value": f"[concat('{value}', parameters('p'))]"}}}
        properties = {"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"}, **handed}
        return {**_nested("hub"), "name": value, "properties": properties}

    top = {
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        "parameters": {"p": {"type": "string"}},
        "resources": [outer(start + "a"), outer(start + "b")],
    }
    path = tmp_path / "main.json"
    path.write_text(json.dumps(top))
    found = FORMAT.read(SourceFile(path=path, name="main.json"), Reading(mapped=frozenset({VAULTS}), scan_root=tmp_path))
    assert isinstance(found, Document)
    addresses = sorted(one.head.address.removeprefix(f"{VAULTS}/kv in ") for one in found.declarations)
    shown = f"{'x' * 100}…{'x' * 95}" if long > 200 else start
    assert addresses == [f"{shown}a<p>", f"{shown}b<p>"]
