"""What a rule file and a library file may hold, read from the syntax tree: a rule is one proposition, and cannot guess."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sparekey.engine.bundle import load_rules
from sparekey.engine.shape import complaints, dotted, nodes, references, tree

POLICIES = Path(__file__).parents[2] / "policies"
RULES = {path.parent.name: path for path in sorted(POLICIES.glob("*/*/rule.rego"))}
LIBRARY = [
    path for path in sorted((POLICIES / "lib").glob("*.rego")) if not path.stem.endswith("_test") and path.stem != "testing"
]

BUILTINS_OF_THE_LIBRARY = {"array.concat", "array.slice", "object.get", "object.union", "startswith"}
"""Pure, without network, clock or randomness, and the same on both engines. Extend it with care."""


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
