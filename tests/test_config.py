"""sparekey.yaml: what is right becomes a Config, every mistake is named with its line."""

from __future__ import annotations

import json
import time
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparekey.config import Config, ConfigError, RuleSetting, find
from sparekey.config_file import MAX_BYTES, kind_words, load, pattern_fault
from sparekey.model.span import Span

SCHEMA = Path(__file__).resolve().parent.parent / "schemas" / "config.json"

WHOLE = """\
rules:
  sole-connector: off
  too-few-emergency-accounts: medium
  managed-domain-single-region: {level: low, parameters: {minimum: 3}}
waivers:
  - {rule: sole-connector, subject: hr, reason: second one is ordered, until: 2026-12-31}
complete: [conditional_access, role_assignment, emergency_account]
estates: {prod: [prod/*.json]}
emergency_accounts: {pattern: notfall}
inventory:
  break_glass: [{upn: bg@example.org, object_id: 11111111-1111-1111-1111-111111111111, method: fido2, last_tested: 2026-01-31}]
  groups: [{of: azuread_group.bg, members: []}]
  connectors: [{name: c1, group: hr, site: north, host: h1, partial: true}]
"""


def _load(tmp_path: Path, text: str | bytes) -> Config:
    file = tmp_path / "sparekey.yaml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return load(file, name="sparekey.yaml")


def _mistakes(tmp_path: Path, text: str | bytes) -> list[tuple[str, int, str]]:
    with pytest.raises(ConfigError) as caught:
        _load(tmp_path, text)
    problems = caught.value.problems
    assert {problem.blame for problem in problems} == {"user"}
    return [(p.kind, p.at.start_line if isinstance(p.at, Span) else 0, p.message) for p in problems]


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_everything_right_is_taken(tmp_path: Path) -> None:
    config = _load(tmp_path, WHOLE)
    assert config.rules["sole-connector"].level == "off"
    assert config.rules["too-few-emergency-accounts"].level == "medium"
    setting = config.rules["managed-domain-single-region"]
    assert (setting.level, dict(setting.parameters)) == ("low", {"minimum": 3})
    (waiver,) = config.waivers
    assert (waiver.rule, waiver.subject, waiver.until, waiver.verdict) == ("sole-connector", "hr", "2026-12-31", "fail")
    assert set(config.complete) == {"access_policy", "role_assignment", "emergency_account"}
    assert config.complete["role_assignment"] == Span(
        file="sparekey.yaml", start_line=7, start_column=32, end_line=7, end_column=46
    )
    assert config.estates == {"prod": ("prod/*.json",)}
    assert config.emergency_pattern == "notfall"
    assert config.notes == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "{}\n",
        "rules: {}\n",
        "rules:\nwaivers:\ncomplete:\nestates:\ninventory:\n",
        "inventory:\n  groups:\n  break_glass:\n",
    ],
)
def test_an_empty_file_changes_nothing(tmp_path: Path, text: str) -> None:
    config = _load(tmp_path, text)
    assert (config.rules, config.waivers, config.emergency_pattern) == ({}, (), Config().emergency_pattern)


@pytest.mark.parametrize(
    "text, kind, line, says",
    [
        ("rules: {}\nwaiver: []\n", "unknown-key", 2, "waiver: unknown key; did you mean waivers?"),
        ("rules:\n  a: {levl: high}\n", "unknown-key", 2, "rules.a.levl: unknown key; did you mean level?"),
        ("rules: {a: hihg}", "bad-value", 1, "did you mean high?"),
        ("waivers:\n  - {rule: a, subject: b}\n", "missing-key", 2, "waivers[0]: lacks reason, until"),
        ("waivers: [{rule: a, subject: b, reason: c, until: soon}]", "bad-date", 1, "must be a date"),
        ("waivers: [{rule: a, subject: b, reason: c, until: 2026-02-30}]", "bad-date", 1, "no day"),
        ('waivers: [{rule: a, subject: b, reason: c, until: "2026-02-30\\n"}]', "bad-date", 1, "no day"),
        ("waivers: [{rule: a, subject: b, reason: c}]", "missing-key", 1, "lacks until"),
        ("waivers: [{rule: a, subject: b, reason: '', until: 2026-12-31}]", "bad-value", 1, "must not be empty"),
        ("complete:\n  - conectors\n", "unknown-kind", 2, "did you mean connectors"),
        ("emergency_accounts: {pattern: '['}", "bad-pattern", 1, "is not a regular expression"),
        ("emergency_accounts: {pattern: '(a+)+$'}", "bad-pattern", 1, "for ever"),
        ("inventory: {break_glass: [{name: x}]}", "missing-key", 1, "lacks upn or object_id"),
        ("inventory: {break_glass: []}", "bad-value", 1, "must not be empty"),
        ("inventory: {break_glass: [{upn: 1}]}", "bad-value", 1, "must be text"),
        ("inventory:\n  connectors:\n    - {nam: x}\n", "unknown-key", 3, "did you mean name?"),
        ("complete: [<kind>]", "not-filled-in", 1, "complete[0]: <kind> is not filled in"),
        ("inventory: {groups: [{of: a, members: [b, <who>]}]}", "not-filled-in", 1, "groups[0].members[1]"),
        ("estates: {prod: []}", "bad-value", 1, "must not be empty"),
        ("- a\n", "bad-value", 1, "is not a mapping"),
        ("rules: {}\nrules: {}\n", "duplicate-key", 2, "twice"),
        ("rules: !!set {a}\n", "yaml-tag", 1, "tag"),
        ("a: 1\n---\nb: 1\n", "many-documents", 3, "more than one"),
        ("complete: [" + "a" * 2000 + "]", "bad-value", 1, "longer"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, kind: str, line: int, says: str) -> None:
    found = _mistakes(tmp_path, text)
    assert any(k == kind and at == line and says in message for k, at, message in found), found


@pytest.mark.parametrize(
    "raw, kind",
    [(b"\xff\xfe\x00", "not-utf-8"), (b"a: \x00", "bad-character"), (b"#" * (MAX_BYTES + 1), "config-too-large")],
)
def test_broken_bytes_are_named(tmp_path: Path, raw: bytes, kind: str) -> None:
    assert [found[0] for found in _mistakes(tmp_path, raw)] == [kind]


INVENTORY = """
inventory:
  break_glass: [{upn: bg@example.org, method: fido2, review_by: 2027-01-31}]
  connectors: [{name: c, host: h, site: s, review_by: 2027-01-31}]
  agents: [{name: a, role: pta-agent, group: g, host: h, site: s, mode: active, partial: false, by: me}]
  sync: {password_hash_sync: true, method: pta, staging: false, dr: rebuild, review_by: 2027-01-31}
  federation: {domains: [example.org], adfs_servers: [{name: f1, host: h, site: s}], wap: [{name: w1}]}
  sites: [{name: s, needs: [power]}]
  links: [{name: l, sites: [s], needs: [carrier]}]
  components: [{id: power, kind: power, needs: [s], groups: [{k: 2, members: [a, b]}], source: declared}]
  authentication_methods: [{method: fido2, enabled: true, partial: true}]
  people: [{name: jo, holds: [bg@example.org]}]
  accepted_shared: [power]
complete: [pta_agent, adfs_server, adfs_proxy, sync_server, domain_controller, cloud_sync_agent, agent]
"""


def test_every_part_of_the_inventory_is_taken(tmp_path: Path) -> None:
    config = _load(tmp_path, INVENTORY)
    assert config.notes == ()
    assert {"pta_agent", "adfs_server", "agent"} <= config.complete.keys()


@pytest.mark.parametrize(
    "text, kind, says",
    [
        ("inventory: {agents: [{name: a, role: pta-agnt}]}", "bad-value", "did you mean pta-agent"),
        ("inventory: {agents: [{name: a}]}", "missing-key", "lacks role"),
        ("inventory: {sync: {metod: pta}}", "unknown-key", "did you mean method?"),
        ("inventory: {sync: {review_by: 2026-02-31}}", "bad-date", "no day"),
        ("inventory: {people: [{name: a, holds: [], review_by: 2026-02-31}]}", "bad-date", "no day"),
        ("inventory: {components: [{id: a, kind: x, groups: [{k: two, members: []}]}]}", "bad-value", "whole number"),
        ("inventory: {accepted_shared: {a: b}}", "bad-value", "a list"),
        ("complete: [pta_agents]", "unknown-kind", "did you mean pta_agent"),
    ],
)
def test_a_mistake_in_the_inventory_is_named(tmp_path: Path, text: str, kind: str, says: str) -> None:
    found = _mistakes(tmp_path, text)
    assert any(k == kind and says in message for k, _, message in found), found


@pytest.mark.parametrize("pattern", ["[", "[]", "[^]", "[]||", "a[]--"])
def test_a_set_that_is_not_closed_is_refused_without_a_warning(pattern: str) -> None:
    assert "not closed" in pattern_fault(pattern)


def test_complete_takes_the_kinds_of_the_model() -> None:
    assert {"access_policy", "role_assignment", "emergency_account", "connector", "user"} <= kind_words()


@given(st.text(alphabet="ab.?*+|(){1,2}[^]\\d", max_size=24))
def test_an_accepted_pattern_ends_soon(pattern: str) -> None:
    import re

    if pattern_fault(pattern):
        return
    names = ("a" * 128, "ab" * 64, "a" * 127 + "!")
    started = time.monotonic()
    for name in names:
        re.search(pattern, name, re.IGNORECASE)
    assert time.monotonic() - started < 20, "an accepted pattern must not run away"


@pytest.mark.parametrize(
    "pattern", [r"(a|aa)+$", r"(a?)*", r"a?a?a?a?a?", r".*a.*b.*", r"(a)\1", "(?=a)a", "a" * 201, "|".join(["a*a*a?!"] * 9)]
)
def test_a_pattern_that_may_run_away_is_refused(pattern: str) -> None:
    assert pattern_fault(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        Config().emergency_pattern,
        "^bg.*@.*|^brk.?gls.*@.*|notfall.?konto",
        "^(bg|break)-[0-9]+@",
        "a{2,3}",
        r"notfall|not\+fall",
        "[+*?]+",
    ],
)
def test_a_plain_pattern_is_taken(pattern: str) -> None:
    assert pattern_fault(pattern) == ""


def test_the_nearest_file_upward_is_used(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "plan.json").touch()
    assert find(deep / "plan.json", top=tmp_path) is None
    (tmp_path / "sparekey.yaml").touch()
    assert find(deep / "plan.json", top=tmp_path) == tmp_path / "sparekey.yaml"
    assert find(deep / "plan.json", top=tmp_path / "a") is None
    (deep.parent / "sparekey.yaml").touch()
    assert find(deep, top=tmp_path) == deep.parent / "sparekey.yaml"


def test_a_rule_setting_says_nothing_by_default() -> None:
    assert (RuleSetting().level, dict(RuleSetting().parameters)) == (None, {})


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text("root: x\n", encoding="utf-8")
    inside = tmp_path / "repository"
    inside.mkdir()
    (inside / "sparekey.yaml").symlink_to(tmp_path / "outside.yaml")
    with pytest.raises(ConfigError, match="leads out"):
        find(inside, top=inside)
    (inside / "real.yaml").write_text("complete: [alert]\n", encoding="utf-8")
    (inside / "sparekey.yaml").unlink()
    (inside / "sparekey.yaml").symlink_to(inside / "real.yaml")
    assert find(inside, top=inside) == inside / "sparekey.yaml"
