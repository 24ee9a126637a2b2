"""What a rule file and a library file may hold, read from the syntax tree: a rule is one proposition, and cannot guess."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import regorus

from sparekey.engine.bundle import load_rules

POLICIES = Path(__file__).parents[2] / "policies"
RULES = {path.parent.name: path for path in sorted(POLICIES.glob("*/*/rule.rego"))}
LIBRARY = [
    path for path in sorted((POLICIES / "lib").glob("*.rego")) if not path.stem.endswith("_test") and path.stem != "testing"
]

EXPRESSIONS = {"Var", "RefDot", "RefBrack", "Call", "String", "Number", "Bool", "Null", "Array", "Object", "ArrayCompr"}
BUILTINS_OF_THE_LIBRARY = {"array.concat", "array.slice", "object.get", "object.union", "startswith"}
"""Pure, without network, clock or randomness, and the same on both engines. Extend it with care."""


def tree(text: str) -> dict[str, object]:
    """The syntax tree of one module."""
    interpreter = regorus.Engine()
    interpreter.add_policy("module.rego", text)
    (module,) = json.loads(interpreter.get_ast_as_json())
    ast: dict[str, object] = module["ast"]
    return ast


def nodes(tree: object) -> Iterator[tuple[str, dict[str, object]]]:
    """Every node below `tree` with its name."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            if name[:1].isupper() and isinstance(value, dict):
                yield name, value
            yield from nodes(value)
    elif isinstance(tree, list):
        for item in tree:
            yield from nodes(item)


def dotted(node: object) -> str:
    """A reference as it is written: `input.resources.user`; "[]" for an index that is not a string."""
    match node:
        case {"Var": {"value": str(name)}}:
            return name
        case {"RefDot": {"refr": inner, "field": [_, str(name)]}}:
            return f"{dotted(inner)}.{name}"
        case {"RefBrack": {"refr": inner, "index": {"String": {"value": str(name)}}}}:
            return f"{dotted(inner)}.{name}"
        case {"RefBrack": {"refr": inner}}:
            return f"{dotted(inner)}.[]"
    return "?"


def references(tree: object) -> Iterator[str]:
    """Every reference below `tree`, the longest first."""
    for name, node in nodes(tree):
        if name in ("RefDot", "RefBrack", "Var"):
            yield dotted({name: node})


def complaints(text: str) -> list[str]:
    """What in a rule file is against the rules of the house."""
    ast = tree(text)
    found: list[str] = []
    imported = {dotted(one["refr"]).rsplit(".", 1)[-1] for one in ast["imports"]}  # type: ignore[attr-defined]
    functions: set[str] = set()
    for rule in ast["rules"]:  # type: ignore[attr-defined]
        match rule:
            case {"Spec": {"head": {"Set": {"refr": {"Var": {"value": "results"}}}}, "bodies": bodies}}:
                pass
            case {"Spec": {"head": {"Func": {"refr": {"Var": {"value": str(name)}}}}, "bodies": bodies}}:
                functions.add(name)
            case _:
                found.append("defines something that is neither results nor a function")
                continue
        if any(body["is_else"] for body in bodies):
            found.append("else")
    for name, node in nodes(ast["rules"]):
        if name in ("NotExpr", "Every", "Expr", "SomeVars"):
            found.append(name)
        if name.endswith(("Expr", "Compr", "Membership")) and name not in ("ArrayCompr", "NotExpr", "Expr"):
            found.append(name)
        if name == "Call":
            called = dotted(node["fcn"])
            if called.split(".")[0] not in imported and called not in functions:
                found.append(f"calls {called}")
            params = node["params"]
            if called in ("tri.for_all", "tri.for_some") and isinstance(params, list):
                found += [] if _weighs_members(params[1]) else [f"{called} without a comprehension over members"]
    comprehensions = sum(name == "ArrayCompr" for name, _ in nodes(ast["rules"]))
    weighed = sum(dotted(node["fcn"]) in ("tri.for_all", "tri.for_some") for name, node in nodes(ast["rules"]) if name == "Call")
    if comprehensions > weighed:
        found.append("a comprehension outside tri.for_all and tri.for_some")
    for path in references(ast["rules"]):
        if set(path.split(".")[1:]) & {"value", "unknown", "[]"}:
            found.append(f"reads {path}")
    if "with_mods" in json.dumps(_without_empty(ast["rules"])):
        found.append("with")
    return found


def _weighs_members(node: object) -> bool:
    match node:
        case {
            "ArrayCompr": {
                "term": {"Object": {"fields": [[_, {"String": {"value": "member"}}, _], [_, {"String": {"value": "truth"}}, _]]}}
            }
        }:
            return True
    return False


def _without_empty(tree: object) -> object:
    if isinstance(tree, dict):
        return {name: _without_empty(value) for name, value in tree.items() if value not in ([], None)}
    return [_without_empty(item) for item in tree] if isinstance(tree, list) else tree


@pytest.mark.parametrize("slug", RULES)
def test_a_rule_is_one_proposition(slug: str) -> None:
    assert complaints(RULES[slug].read_text(encoding="utf-8")) == []


GOOD = """package sparekey.rules.x

import data.sparekey.lib.result
import data.sparekey.lib.tri

results contains result.judge(it, {"defect": tri.for_some(it.hosts, [{"member": m, "truth": _bad(m)} | some m in it.hosts.members])}) if {
	some it in input.resources.thing
}

_bad(m) := tri.no(m.truth)
"""


def test_the_pattern_itself_is_allowed() -> None:
    assert complaints(GOOD) == []


@pytest.mark.parametrize(
    "bad",
    [
        "_f(m) := tri.no(m) if not m.a",
        "_f(m) := tri.no(m) if { every x in m { x } }",
        "_f(m) := 1 if { some x in m } else := 2",
        "default _d := 1",
        "_c := 1",
        "_f(m) := object.get(m, `a`, 1)",
        "_f(m) := count(m)",
        "_f(m) := http.send(m)",
        "_f(m) := m.state.value",
        '_f(m) := m.state["value"]',
        "_f(m) := m.members[0]",
        "_f(m) := m if m.a",
        "_f(m) := m if m.a == 1",
        "_f(m) := m if m.a < 1",
        "_f(m) := m if 1 in m",
        "_f(m) := m.a + 1",
        "_f(m) := [x | some x in m.members]",
        "_f(m) := {x | some x in m.members}",
        "_f(m) := tri.for_all(m, m.members)",
        "_p contains m if some m in input.resources.thing",
        "_f(m) := 1 if { some x in m with input as m }",
    ],
)
def test_each_way_round_the_library_is_refused(bad: str) -> None:
    assert complaints(f"{GOOD}\n{bad}\n") != []


@pytest.mark.parametrize("slug", RULES)
def test_a_rule_reads_only_the_kinds_that_its_metadata_names(slug: str) -> None:
    (rule,) = (rule for rule in load_rules() if rule.slug == slug)
    read = {
        tuple(path.split(".")[1:3])
        for path in references(tree(RULES[slug].read_text(encoding="utf-8"))["rules"])
        if path.startswith("input.")
    }
    for section, *name in read:
        if section in ("resources", "deletions") and name:
            assert name[0] in (*rule.kinds, *rule.reads)
        elif section == "parameters" and name:
            assert name[0] == slug
    assert {name[0] for section, *name in read if section == rule.subjects and name} >= set(rule.kinds)


@pytest.mark.parametrize("slug", RULES)
def test_a_rule_reads_only_its_own_parameters(slug: str) -> None:
    (rule,) = (rule for rule in load_rules() if rule.slug == slug)
    paths = [
        path.split(".")
        for path in references(tree(RULES[slug].read_text(encoding="utf-8"))["rules"])
        if path.startswith("input.parameters")
    ]
    assert {path[3] for path in paths if len(path) > 3} == set(rule.parameters)


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_the_library_is_pure(path: Path) -> None:
    ast = tree(path.read_text(encoding="utf-8"))
    assert not [one for one in references(ast["rules"]) if one.split(".")[0] == "input"]
    imported = {dotted(one["refr"]).rsplit(".", 1)[-1] for one in ast["imports"]}  # type: ignore[attr-defined]
    defined = {head["Func"]["refr"]["Var"]["value"] for head in _heads(ast) if "Func" in head}
    for name, node in nodes(ast["rules"]):
        if name == "Call":
            called = dotted(node["fcn"])
            own = called.removeprefix(f"data.sparekey.lib.{path.stem}.")
            assert own in defined or called in BUILTINS_OF_THE_LIBRARY or called.split(".")[0] in imported, called


def _heads(ast: dict[str, object]) -> Iterator[dict[str, dict[str, dict[str, dict[str, str]]]]]:
    for rule in ast["rules"]:  # type: ignore[attr-defined]
        yield rule["Spec"]["head"]


HEADINGS = ["What it checks", "Why it matters", "Fails", "Passes", "Unknown when", "Fix", "Waive when", "References"]


@pytest.mark.parametrize("slug", RULES)
def test_a_rule_has_its_page(slug: str) -> None:
    page = RULES[slug].with_name("README.md").read_text(encoding="utf-8")
    assert page.splitlines()[0] == f"# {slug}"
    assert [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")] == HEADINGS


def test_a_slug_names_one_rule() -> None:
    slugs = [slug for rule in load_rules() for slug in (rule.slug, *rule.aliases)]
    assert len(slugs) == len(set(slugs))
    assert {rule.slug for rule in load_rules()} == set(RULES)
