"""The pipeline from files to a run: what is read, what is said of the rest, and the exit code that follows."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from sparekey.config import Config, ConfigError, RuleSetting, Waiver
from sparekey.config_file import load
from sparekey.discovery import discover_files, scan_root
from sparekey.engine.bundle import load_rules
from sparekey.facts.placement import DERIVATION
from sparekey.model.finding import Finding
from sparekey.model.problem import Problem
from sparekey.model.run import Run
from sparekey.model.seams import Derivation
from sparekey.model.span import Pointer
from sparekey.reports.json import run_from_json, run_to_json
from sparekey.reports.text import REPORT
from sparekey.run import FactError, check, exit_code
from tests.plans import Item, plan
from tests.runs import finding, outcome, span

_BLOCKS_ALL = {
    "display_name": "CA010 Block",
    "state": "enabled",
    "conditions": [
        {
            "client_app_types": ["all"],
            "users": [{"included_users": ["All"]}],
            "applications": [{"included_applications": ["All"]}],
        }
    ],
    "grant_controls": [{"operator": "OR", "built_in_controls": ["block"]}],
}
GEO = Item("azuread_conditional_access_policy", "geo", _BLOCKS_ALL)
CONNECTOR = Item(
    "azurerm_windows_virtual_machine",
    "c1",
    {"name": "vm-1", "location": "westeurope", "tags": {"sparekey-role": "connector", "sparekey-group": "hr"}},
)
LOCKS = "policy-locks-everyone-out"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _plan(name: str, *items: Item) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(plan(items)), encoding="utf-8")
    return path


def _findings(run: Run, rule: str) -> list[Finding]:
    return [f for o in run.outcomes if o.rule == rule for f in o.findings]


def _kinds(run: Run) -> dict[str, bool]:
    return {problem.kind: problem.incomplete for problem in run.problems}


# --- one whole path -------------------------------------------------------------------------------------------------


def test_a_plan_becomes_verdicts_with_proof() -> None:
    Path("main.tf").write_text(
        '# story\nresource "azuread_conditional_access_policy" "geo" {\n}\nresource "azurerm_windows_virtual_machine" "c1" {\n}\n',
        encoding="utf-8",
    )
    run = check([_plan("plan.json", GEO, CONNECTOR)], Config(as_of="2026-01-31"))
    (policy,) = _findings(run, LOCKS)
    assert (policy.verdict, policy.severity, policy.subject) == ("fail", "critical", "azuread_conditional_access_policy.geo")
    primary = policy.evidence[0]
    assert primary.at == span("main.tf", 2, 1, len('resource "azuread_conditional_access_policy" "geo"'))
    assert primary.pointer.endswith("/conditions/0/users/0/included_users/0")
    assert primary.label == 'conditions.users.included_users = ["All"]'
    assert primary.excerpt == 'resource "azuread_conditional_access_policy" "geo" {'
    assert (run.exit_code, run.as_of) == (1, "2026-01-31")
    assert run.counts.identity_resources == 2
    assert dict(run.coverage.understood) == {"azuread_conditional_access_policy": 1, "azurerm_windows_virtual_machine": 1}


def test_two_runs_give_identical_bytes_that_come_back() -> None:
    path = _plan("plan.json", GEO, CONNECTOR)
    first, second = (run_to_json(check([path], Config())) for _ in range(2))
    assert first == second
    run = check([path], Config())
    assert run_from_json(run_to_json(run)) == replace(run, outcomes=run_from_json(run_to_json(run)).outcomes)
    assert pickle.loads(pickle.dumps(run)) == run
    assert run_to_json(run_from_json(first)) == first


def test_a_plan_written_for_people_has_lines() -> None:
    path = _plan("plan.json", GEO)
    path.write_text(json.dumps(plan([GEO]), indent=2), encoding="utf-8")
    (policy,) = _findings(check([path], Config()), LOCKS)
    at = policy.evidence[0].at
    assert not isinstance(at, Pointer)
    assert '"All"' in path.read_text(encoding="utf-8").split("\n")[at.start_line - 1]
    assert policy.evidence[0].excerpt == ""


def test_a_one_line_plan_without_source_has_pointers() -> None:
    (policy,) = _findings(check([_plan("deep/plan.json", GEO)], Config()), LOCKS)
    assert isinstance(policy.evidence[0].at, Pointer)


def test_sensitive_values_never_reach_the_report() -> None:
    secret = "s3cr3t-value"
    document = plan([CONNECTOR])
    changes = document["resource_changes"]
    assert isinstance(changes, list)
    changes[0]["change"]["after"]["admin_password"] = secret
    changes[0]["change"]["after_sensitive"] = {"admin_password": True}
    Path("plan.json").write_text(json.dumps(document), encoding="utf-8")
    Path("main.tf").write_text(
        f'resource "azurerm_windows_virtual_machine" "c1" {{ admin_password = "{secret}" }}\n', encoding="utf-8"
    )
    assert secret not in run_to_json(check([Path("plan.json")], Config()))


def test_whether_something_is_on_is_no_secret() -> None:
    Path("sparekey.yaml").write_text(
        "inventory:\n  sync: {password_hash_sync: false, method: pta} # password: truelove\n", encoding="utf-8"
    )
    run = check([Path("sparekey.yaml")], load(Path("sparekey.yaml"), name="sparekey.yaml"))
    shown = {evidence.excerpt for o in run.outcomes for f in o.findings for evidence in f.evidence}
    assert "  sync: {password_hash_sync: false, method: pta} # password: (not shown)" in shown


# --- what the user decides ------------------------------------------------------------------------------------------


def test_declared_facts_are_files_like_any_other() -> None:
    Path("sparekey.yaml").write_text("inventory: {connectors: [{name: lonely, group: finance}]}\n", encoding="utf-8")
    config = load(Path("sparekey.yaml"), name="sparekey.yaml")
    run = check([_plan("plan.json", GEO)], config)
    (group,) = _findings(run, "sole-connector")
    assert (group.verdict, group.evidence[0].at.file, run.counts.files) == ("fail", "sparekey.yaml", 2)


def test_a_configuration_that_is_not_in_force_is_not_read() -> None:
    _plan("plan.json", GEO)
    Path("sparekey.yaml").write_text("inventory: {connectors: [{name: lonely}]}\n", encoding="utf-8")
    run = check([Path("plan.json"), Path("sparekey.yaml")], Config())
    assert _findings(run, "sole-connector") == []
    assert _kinds(run) == {"other-config": True}
    assert _kinds(check([Path()], Config())) == {"other-config": False}
    assert run.exit_code == 1


def test_the_configuration_in_force_may_be_called_otherwise() -> None:
    Path("sparekey.yaml").write_text("{}", encoding="utf-8")
    Path("team.yml").write_text("inventory: {connectors: [{name: lonely, group: finance}]}\n", encoding="utf-8")
    run = check([_plan("plan.json", GEO), Path("sparekey.yaml")], load(Path("team.yml"), name="team.yml"))
    (group,) = _findings(run, "sole-connector")
    assert (group.verdict, group.evidence[0].at.file) == ("fail", "team.yml")
    assert _kinds(run) == {"other-config": True}


def test_only_and_skip_and_off() -> None:
    path = _plan("plan.json", GEO)
    assert [o.rule for o in check([path], Config(only=(LOCKS,))).outcomes] == [LOCKS]
    rest = {rule.slug for rule in load_rules()} - {LOCKS}
    assert {o.rule for o in check([path], Config(skip=(LOCKS,))).outcomes} == rest
    assert {o.rule for o in check([path], Config(rules={LOCKS: RuleSetting(level="off")})).outcomes} == rest


@pytest.mark.parametrize(
    "config, kind, says",
    [
        (Config(only=("policy-locks-everyone",)), "unknown-rule", f"did you mean {LOCKS}"),
        (Config(skip=("x",)), "unknown-rule", "no rule 'x'"),
        (Config(rules={"sole-conector": RuleSetting(level="low")}), "unknown-rule", "did you mean sole-connector"),
        (Config(rules={"sole-connector": RuleSetting(parameters={"minimun": 1})}), "unknown-parameter", "did you mean minimum"),
        (Config(rules={"sole-connector": RuleSetting(parameters={"minimum": "1"})}), "bad-value", "a whole number"),
        (Config(rules={"sole-connector": RuleSetting(parameters={"minimum": True})}), "bad-value", "a whole number"),
        (Config(waivers=(Waiver(rule="sole", subject="a", reason="b", at=span("s", 1)),)), "unknown-rule", "'sole'"),
    ],
)
def test_a_rule_or_parameter_that_does_not_exist_is_a_mistake(config: Config, kind: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check([_plan("plan.json", GEO)], config)
    (problem,) = caught.value.problems
    assert problem.kind == kind
    assert says in problem.message


def test_parameters_reach_the_rule() -> None:
    path = _plan("plan.json", CONNECTOR)
    assert check([path], Config(only=("sole-connector",))).exit_code == 1
    relaxed = Config(only=("sole-connector",), rules={"sole-connector": RuleSetting(parameters={"minimum": 1, "preferred": 1})})
    assert [f.verdict for f in _findings(check([path], relaxed), "sole-connector")] == ["pass"]


@pytest.mark.parametrize(
    "level, state, severity, enforced",
    [
        ("high", "enabled", "high", None),
        ("info", "enabled", "info", None),
        ("high", "disabled", "low", "high"),
        ("info", "disabled", "info", "info"),
    ],
)
def test_a_level_replaces_the_severity_and_leaves_the_latent_cap(
    level: str, state: str, severity: str, enforced: str | None
) -> None:
    path = _plan("plan.json", replace(GEO, values={**_BLOCKS_ALL, "state": state}))
    config = Config(rules={LOCKS: RuleSetting(level=level)})  # type: ignore[arg-type]
    (found,) = _findings(check([path], config), LOCKS)
    assert (found.severity, found.severity_if_enforced, found.latent) == (severity, enforced, enforced is not None)


def _waiver(**changes: object) -> Waiver:
    held: dict[str, object] = {"rule": LOCKS, "subject": GEO.address, "reason": "ordered", "at": span("sparekey.yaml", 2)}
    return Waiver(**{**held, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "waiver, held, problems",
    [
        (_waiver(), "ordered", {}),
        (_waiver(subject=f"plan.json#{GEO.address}"), "ordered", {}),
        (_waiver(until="2026-01-31"), "ordered (until 2026-01-31)", {}),
        (_waiver(until="2026-01-30"), None, {"expired-waiver": False}),
        (_waiver(subject="other"), None, {"unused-waiver": False}),
        (_waiver(verdict="unknown"), None, {"lapsed-waiver": False}),
    ],
)
def test_a_waiver_accepts_exactly_what_it_names(waiver: Waiver, held: str | None, problems: dict[str, bool]) -> None:
    run = check([_plan("plan.json", GEO)], Config(only=(LOCKS,), waivers=(waiver,), as_of="2026-01-31"))
    (found,) = _findings(run, LOCKS)
    assert (found.waiver, found.verdict, run.outcomes[0].verdict) == (held, "fail", "fail")
    assert _kinds(run) == problems
    assert run.exit_code == (0 if held else 1)


def test_fingerprints_outlive_lines_text_and_order() -> None:
    other = Item("azuread_conditional_access_policy", "b", {**_BLOCKS_ALL, "display_name": "Other"})
    before = {f.subject: f.fingerprint for f in _findings(check([_plan("plan.json", GEO, other)], Config()), LOCKS)}
    renamed = replace(GEO, values={**_BLOCKS_ALL, "display_name": "Renamed"})
    after = {f.subject: f.fingerprint for f in _findings(check([_plan("plan.json", other, renamed)], Config()), LOCKS)}
    assert before == after
    assert len(set(before.values())) == 2


# --- what could not be read -----------------------------------------------------------------------------------------


def test_an_unread_file_beside_identity_resources_makes_the_run_incomplete() -> None:
    text = _plan("a/plan.json", CONNECTOR).read_text(encoding="utf-8")
    Path("a/cut.json").write_text(text[: len(text) // 2], encoding="utf-8")
    run = check([Path()], Config(fail_on="critical"))
    assert (run.exit_code, run.counts.unreadable) == (3, 1)
    assert [p.at.file for p in run.problems if p.incomplete] == ["a/cut.json"]


def test_an_unread_file_that_names_a_mapped_type_makes_the_run_incomplete() -> None:
    _plan("a/plan.json", CONNECTOR)
    Path("b").mkdir()
    Path("b/cut.json").write_text('{"format_version":"1.2","resource_changes":[{"type":"azuread_user"', encoding="utf-8")
    assert check([Path()], Config(fail_on="critical")).exit_code == 3


def test_an_unread_file_elsewhere_is_counted_and_does_not_fail_the_run() -> None:
    _plan("a/plan.json", CONNECTOR)
    Path("b").mkdir()
    Path("b/cut.json").write_text('{"format_version":"1.2","resource_changes":[{"type":"aws_sns_topic"', encoding="utf-8")
    run = check([Path()], Config(fail_on="critical"))
    assert (run.exit_code, run.counts.unreadable) == (0, 1)
    assert list(_kinds(run).values()) == [False]


def test_a_chart_template_counts_where_it_is_named_or_alone() -> None:
    Path("chart").mkdir()
    Path("chart/gate.yaml").write_text("apiVersion: apps/v1\nkind: Deployment\nspec: {{ .Values.gate }}\n", encoding="utf-8")
    alone = check([Path()], Config())
    assert (alone.exit_code, _kinds(alone)) == (3, {"chart-template": False, "nothing-to-read": True})
    assert "no identity resource" not in REPORT.render(alone, width=120, colour=False, everything=False)
    _plan("a/plan.json", CONNECTOR)
    corner = check([Path()], Config(fail_on="critical"))
    assert (corner.exit_code, _kinds(corner)) == (0, {"chart-template": False})
    named = check([Path("a/plan.json"), Path("chart/gate.yaml")], Config(fail_on="critical"))
    assert (named.exit_code, _kinds(named)) == (3, {"chart-template": True})


def test_an_unread_file_reopens_what_it_could_add_to() -> None:
    many = [replace(CONNECTOR, name=f"c{n}", values={**CONNECTOR.values, "name": f"vm-{n}"}) for n in range(1)]
    path = _plan("a/plan.json", *many)
    assert [f.verdict for f in _findings(check([path], Config()), "sole-connector")] == ["fail"]
    text = path.read_text(encoding="utf-8")
    Path("a/cut.json").write_text(text[: len(text) // 2], encoding="utf-8")
    assert [f.verdict for f in _findings(check([Path("a")], Config()), "sole-connector")] == ["unknown"]


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"\xff\xfe{", b"[" * 100_000, b"{}", b"\x00" * 100, b"PK\x03\x04", b'{"format_version":"99.0"}']
)
def test_a_named_file_that_is_not_read_is_incomplete_and_the_others_are_judged(raw: bytes) -> None:
    path = _plan("plan.json", GEO)
    bad = Path("bad.json")
    bad.write_bytes(raw)
    alone = check([bad], Config())
    assert (alone.exit_code, alone.counts.unreadable) == (3, 1)
    assert [p.at.file for p in alone.problems if p.incomplete] == ["bad.json"]
    both = check([path, bad], Config())
    assert [f.verdict for f in _findings(both, LOCKS)] == ["fail"]
    assert both.exit_code == 1


def test_nothing_to_read_is_incomplete() -> None:
    Path("empty").mkdir()
    run = check([Path("empty")], Config())
    assert (run.exit_code, _kinds(run)) == (3, {"nothing-to-read": True})


def test_a_configuration_without_a_plan_is_nothing_to_read() -> None:
    Path("sparekey.yaml").write_text("inventory: {connectors: [{name: a}, {name: b}, {name: c}]}\n", encoding="utf-8")
    config = load(Path("sparekey.yaml"), name="sparekey.yaml")
    assert check([Path()], config).exit_code == 3
    assert check([Path("sparekey.yaml")], config).exit_code == 0


def test_files_without_identity_resources_end_well() -> None:
    run = check([_plan("plan.json", Item("null_resource", "a"))], Config())
    assert (run.exit_code, run.counts.identity_resources, run.problems) == (0, 0, ())


def test_a_path_that_does_not_exist_is_a_mistake() -> None:
    for path in (Path("nowhere"), Path("x" * 5000)):
        with pytest.raises(ConfigError) as caught:
            check([path], Config())
        assert caught.value.problems[0].kind == "no-such-file"


# --- discovery ------------------------------------------------------------------------------------------------------


def _names(*paths: str) -> list[str]:
    found = discover_files([Path(p) for p in paths], root=scan_root([Path(p) for p in paths]), suffixes={".json"})
    return [file.name for file in found.files]


def test_files_are_found_in_one_order_and_vendored_ones_are_not() -> None:
    for name in (
        "b.json",
        "a/z.json",
        "a/b/c.json",
        ".terraform/x.json",
        "node_modules/x.json",
        "vendor/v.json",
        ".git/g.json",
        "a/t.txt",
    ):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()
    assert _names(".") == ["a/b/c.json", "a/z.json", "b.json"]
    assert _names(".", "a", "b.json") == ["a/b/c.json", "a/z.json", "b.json"]


def test_what_git_ignores_is_left_out_unless_it_is_named() -> None:
    Path(".gitignore").write_text("# plans\n*.plan.json\nout/\n/top.json\n!keep.plan.json\n", encoding="utf-8")
    for name in ("a.plan.json", "keep.plan.json", "out/x.json", "deep/top.json", "top.json"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).touch()
    assert _names(".") == ["deep/top.json", "keep.plan.json"]
    assert _names("a.plan.json") == ["a.plan.json"]


def test_links_do_not_leave_the_root_and_do_not_loop() -> None:
    Path("root").mkdir()
    Path("outside.json").touch()
    Path("root/in.json").touch()
    Path("root/out.json").symlink_to(Path("outside.json").resolve())
    Path("root/again").symlink_to(Path("root").resolve())
    Path("root/same.json").symlink_to(Path("root/in.json").resolve())
    assert len(_names("root")) == 1


def test_links_that_lead_to_each_other_are_told() -> None:
    Path("a.json").symlink_to("b.json")
    Path("b.json").symlink_to("a.json")
    run = check([_plan("plan.json", GEO), Path()], Config())
    assert [(p.kind, p.at.file) for p in run.problems] == [("unreadable-file", "a.json"), ("unreadable-file", "b.json")]


@pytest.mark.parametrize("text", ["*a" * 200_000, "*.json\n" + "x\n" * 40_000])
def test_a_gitignore_of_absurd_length_hides_nothing(text: str) -> None:
    Path(".gitignore").write_text(text, encoding="utf-8")
    _plan("plan.json", GEO)
    assert _names(".") == ["plan.json"]


def test_a_gitignore_that_is_a_pipe_is_not_opened() -> None:
    os.mkfifo(".gitignore")
    _plan("plan.json", GEO)
    assert _names(".") == ["plan.json"]


def test_a_pipe_is_not_opened() -> None:
    os.mkfifo("pipe.json")
    assert _names(".") == []
    run = check([Path("pipe.json")], Config())
    assert (run.exit_code, _kinds(run)) == (3, {"not-a-file": True})


def test_names_do_not_tell_where_the_files_are(tmp_path_factory: pytest.TempPathFactory) -> None:
    away = tmp_path_factory.mktemp("away")
    (away / "x.json").touch()
    assert _names(str(away / "x.json")) == ["x.json"]


# --- the exit code --------------------------------------------------------------------------------------------------


def _cases() -> Iterator[tuple[bool, bool, bool, int]]:
    for error, fails, incomplete in product((False, True), repeat=3):
        yield error, fails, incomplete, 4 if error else 1 if fails else 3 if incomplete else 0


@pytest.mark.parametrize("error, fails, incomplete, expected", list(_cases()))
def test_the_first_that_holds_is_the_exit_code(error: object, fails: object, incomplete: object, expected: int) -> None:
    outcomes = [outcome(finding(verdict="pass"))]
    outcomes += [outcome(rule="b", error="broken")] if error else []
    outcomes += [outcome(finding())] if fails else []
    at = Pointer(file="x", pointer="")
    problems = [Problem(kind="x", blame="input", message="", at=at, incomplete=bool(incomplete))]
    assert exit_code(outcomes, problems, Config()) == expected


@pytest.mark.parametrize(
    "verdict, severity, config, expected",
    [
        ("fail", "high", Config(), 1),
        ("fail", "medium", Config(), 0),
        ("fail", "medium", Config(fail_on="low"), 1),
        ("fail", "high", Config(fail_on="critical"), 0),
        ("unknown", "critical", Config(), 0),
        ("unknown", "high", Config(fail_on_unknown="high"), 1),
        ("unknown", "low", Config(fail_on_unknown="high"), 0),
        ("pass", "critical", Config(fail_on="info", fail_on_unknown="info"), 0),
    ],
)
def test_the_thresholds(verdict: str, severity: str, config: Config, expected: int) -> None:
    assert exit_code([outcome(finding(verdict=verdict, severity=severity))], [], config) == expected
    assert exit_code([outcome(finding(verdict=verdict, severity=severity, waiver="x"))], [], config) == 0


def test_a_fail_that_may_be_graver_is_an_unknown_there() -> None:
    doubtful = [outcome(finding(severity="low", graver="high"))]
    assert exit_code(doubtful, [], Config()) == 0
    assert exit_code(doubtful, [], Config(fail_on_unknown="critical")) == 0
    assert exit_code(doubtful, [], Config(fail_on_unknown="high")) == 1


def test_a_fact_that_is_promised_and_not_given_is_our_error(monkeypatch: pytest.MonkeyPatch) -> None:
    silent = Derivation(gives=DERIVATION.gives, derive=lambda _estate, _config: iter(()))
    monkeypatch.setattr("sparekey.facts.placement.DERIVATION", silent)
    domain = Item("azurerm_active_directory_domain_service", "d", {"name": "d", "location": "westeurope"})
    with pytest.raises(FactError):
        check([_plan("plan.json", domain)], Config())


def _linking(folder: str, *names: str) -> None:
    """A template that deploys one that is nowhere, with a parameter file for each name."""
    Path(folder).mkdir()
    linked = {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2022-09-01",
        "name": "linked",
        "properties": {"mode": "Incremental", "templateLink": {"uri": "https://example.org/t.json"}},
    }
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deployment"
    head = {"contentVersion": "1.0.0.0", "parameters": {"name": {"type": "string"}}, "resources": [linked]}
    Path(folder, "main.json").write_text(json.dumps({"$schema": f"{schema}Template.json#", **head}), encoding="utf-8")
    for name in names:
        given = {"contentVersion": "1.0.0.0", "parameters": {"name": {"value": name}}}
        text = json.dumps({"$schema": f"{schema}Parameters.json#", **given})
        Path(folder, f"main.parameters.{name}.json").write_text(text, encoding="utf-8")


def test_what_deployments_of_one_template_share_is_told_once_with_their_number() -> None:
    _linking("several", "a", "b", "c")
    _linking("one", "a")
    run = check([Path()], Config())
    told = {problem.at.file: (problem.deployments, problem.told) for problem in run.problems}
    message = "deploys a linked template, which is not read"
    assert told == {"several/main.json": (3, f"{message} (in 3 deployments)"), "one/main.json": (1, message)}
    assert len(run.problems) == 2
    assert [p["file"] for p in json.loads(run_to_json(run))["problems"]] == [problem.at.file for problem in run.problems]
    text = REPORT.render(run, width=100, colour=False, everything=True)
    assert text.count("deploys a linked template") == 2
    assert text.count("(in 3 deployments)") == 1
