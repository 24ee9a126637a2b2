"""Rules from outside: judged like ours where they are of our shape, refused with their place where not, ended where they hang."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import pytest
from tests.plans import plan
from tests.test_run import CONNECTOR, GEO

from sparekey import cli
from sparekey.config import Config, ConfigError, RuleSetting
from sparekey.engine import apart, outside
from sparekey.engine.apart import ApartEngine, shape_apart
from sparekey.engine.bundle import load_rules
from sparekey.engine.failure import EngineError
from sparekey.engine.outside import load_outside
from sparekey.reports.json import run_to_json
from sparekey.run import check

SLUG = "group-without-spare"
RULE = """# METADATA
# title: Group without spare
# description: |
#   A connector group that has fewer connectors than our own runbook asks for cannot be updated in working hours.
# scope: package
# custom:
#   severity: medium
#   kinds: [connector_group]
#   remediation: add a connector
#   parameters:
#     minimum: 4
#   guidance: []
#   references: ["https://example.org/runbook"]
#   provenance: derived
#   since: 0.1.0
package sparekey.rules.group_without_spare

import data.sparekey.lib.bound
import data.sparekey.lib.result

results contains result.judge(group, {
	"defect": bound.below(group.connectors, input.parameters["group-without-spare"].minimum),
	"message": ["%s has too few connectors: %d", [group.name, bound.shown(group.connectors)]],
}) if {
	some group in input.resources.connector_group
}
"""
BODY = "some group in input.resources.connector_group\n}"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(outside, "shape_apart", partial(shape_apart, seconds=5))
    Path("plan.json").write_text(json.dumps(plan([GEO, CONNECTOR])), encoding="utf-8")


def put(text: str = RULE, *, category: str = "own", slug: str = SLUG, folder: str = "policies") -> Path:
    """Write a rule into a folder of rules; the folder."""
    home = Path(folder, category, slug)
    home.mkdir(parents=True)
    (home / "rule.rego").write_text(text, encoding="utf-8")
    return Path(folder)


def refusal(*folders: Path) -> str:
    """Why these folders are refused, each problem on a line with its place."""
    with pytest.raises(ConfigError) as error:
        load_outside(folders, load_rules())
    return "\n".join(f"{p.at.file}:{getattr(p.at, 'start_line', 0)}: {p.message}" for p in error.value.problems)


def sparekey(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["sparekey", "check", "plan.json", *arguments])
    monkeypatch.setattr("gc.disable", lambda: None)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


# --- rules of our shape ---------------------------------------------------------------------------------------------


def test_a_rule_from_outside_judges_like_ours(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    put()
    code, out, err = sparekey(monkeypatch, capsys, "--policy", "policies", "--format", "json", "--fail-on", "medium")
    assert (code, err) == (1, "")
    outcomes = {outcome["rule"]: outcome for outcome in json.loads(out)["outcomes"]}
    assert outcomes[SLUG]["verdict"] == "fail"
    assert outcomes[SLUG]["findings"][0]["message"] == '"hr" has too few connectors: 1'
    assert len(outcomes) == len(load_rules()) + 1


def test_the_others_are_untouched() -> None:
    folder = put()
    alone = check([Path("plan.json")], Config(as_of="2026-01-31"))
    beside = check([Path("plan.json")], Config(as_of="2026-01-31", policies=(folder,)))
    assert [outcome for outcome in beside.outcomes if outcome.rule != SLUG] == list(alone.outcomes)


def test_its_level_and_parameters_are_set_like_ours() -> None:
    put()
    setting = RuleSetting(level="critical", parameters={"minimum": 1})
    run = check([Path("plan.json")], Config(policies=(Path("policies"),), rules={SLUG: setting}, only=(SLUG,)))
    (outcome,) = run.outcomes
    assert (outcome.verdict, outcome.severity) == ("pass", "critical")


def test_every_shipped_rule_would_be_taken_from_outside(tmp_path: Path) -> None:
    """The checks ask for nothing that our own rules do not keep."""
    from sparekey.engine.bundle import policies_folder

    for rule in load_rules():
        text = (policies_folder() / rule.category / rule.slug / "rule.rego").read_text(encoding="utf-8")
        put(text, category=rule.category, slug=rule.slug)
    loaded = load_outside([Path("policies")], ())
    assert [one.rule for one in loaded] == sorted(load_rules(), key=lambda rule: (rule.category, rule.slug))


def test_its_page_is_explained(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("gc.disable", lambda: None)

    def explained(slug: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["sparekey", "explain", slug, "--policy", "policies"])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0), *capsys.readouterr()

    page = put() / "own" / SLUG / "README.md"
    assert explained(SLUG) == (0, f"# {SLUG}\n\n{load_outside([Path('policies')], ())[0].rule.description}\n", "")
    page.write_text("# mine\n\x1b[2J\tend\n", encoding="utf-8")
    assert explained(SLUG) == (0, "# mine\n\ufffd[2J end\n", "")
    Path("secret").write_text("s3cret", encoding="utf-8")
    page.unlink()
    page.symlink_to(Path("secret").resolve())
    assert "s3cret" not in explained(SLUG)[1]
    assert explained("sole-connector")[1].startswith("# sole-connector")
    code, _, err = explained("group-without-spares")
    assert (code, f"did you mean {SLUG}" in err) == (2, True)


# --- what is refused ------------------------------------------------------------------------------------------------

CALLS = [
    'http.send({"method": "get", "url": "http://127.0.0.1/"})',
    "opa.runtime()",
    'net.lookup_ip_addr("example.org")',
    "time.now_ns()",
    'rand.intn("x", 9)',
    'io.jwt.decode("x")',
    'trace("x")',
    'print("x")',
    'regex.match("(a+)+$", "x")',
    "walk(group)",
    "rego.metadata.rule()",
]


@pytest.mark.parametrize("call", CALLS)
def test_a_built_in_function_is_refused(call: str) -> None:
    folder = put(f"{RULE}\n_f(group) := {call}\n")
    assert f"calls {call.split('(', maxsplit=1)[0]}" in refusal(folder)


@pytest.mark.parametrize(
    "old, new, sentence",
    [
        (BODY, BODY.replace("}", "\tgroup.at > 3\n}"), "is not one proposition"),
        (BODY, BODY.replace("}", "\tnot group.at\n}"), "is not one proposition"),
        (BODY, BODY.replace("}", "\tdata.secrets\n}"), "is not one proposition"),
        ('"defect": bound', '"defect": data.sparekey.lib.bound', "reads data.sparekey.lib.bound"),
        ("result.judge(group, {", 'object.union({"verdict": "pass"}, {', "a result that result.judge has not made"),
        ("import data.sparekey.lib.bound", "import data.elsewhere.bound", "imports data.elsewhere.bound"),
        ("import data.sparekey.lib.bound", "import input.resources as bound", "imports input.resources"),
        ("import data.sparekey.lib.bound", "import data.sparekey.rules.sole_connector as bound", "imports data.sparekey.rules"),
        ("package sparekey.rules.group_without_spare", "package sparekey.lib.tri", "the package is sparekey.lib.tri"),
        ("results contains", "results contains {", "is not Rego"),
        ("connector_group\n", "machine\n", "reads machine, which its METADATA names neither"),
        ('input.parameters["group-without-spare"].minimum', "input.parameters[x].minimum", "is not one proposition"),
        ('["group-without-spare"].minimum', '["sole-connector"].minimum', "which is no parameter of its own"),
        ('["group-without-spare"].minimum', '["group-without-spare"].other', "which is no parameter of its own"),
        ("input.parameters", "input.secrets", "which no input holds"),
        ("# METADATA\n", "", "does not open with a # METADATA block"),
        ("#   severity: medium\n", "", "'severity' is a required property"),
        ("severity: medium", "severity: awful", "METADATA at $.custom.severity"),
        ("#   since: 0.1.0", "#   since: 0.1.0\n#   run: rm", "Additional properties are not allowed"),
        ("[connector_group]", "[conector_group]", "there is no kind 'conector_group'; did you mean connector_group"),
        ("[connector_group]", "[user, connector_group]", "does not read input.resources.user, which it says it judges"),
        ("[connector_group]", "[user]", "reads connector_group, which its METADATA names neither"),
        ("minimum: 4", "minimum: 4.5", "METADATA at $.custom.parameters.minimum"),
        ("minimum: 4", "minimum: 4.0", None),
        ("add a connector", "add a \u202econnector", "a character that cannot be shown"),
        ("add a connector", "!!python/object/apply:os.system [touch owned]", "has a YAML tag"),
        ("add a connector", "\tx", "METADATA"),
        ("add a connector", "[" * 100 + "]" * 100, "is nested deeper"),
        ("#   severity: medium", "#   severity: medium\n#   severity: low", "has the key 'severity' twice"),
        ("guidance: []", "aliases: [sole-connector]\n#   guidance: []", "the slug sole-connector is that of a rule of sparekey"),
    ],
)
def test_what_is_not_of_our_shape_is_refused(old: str, new: str, sentence: str | None) -> None:
    assert old in RULE
    folder = put(RULE.replace(old, new, 1))
    if sentence is None:
        assert load_outside([folder], load_rules())[0].rule.parameters == {"minimum": 4}
        return
    said = refusal(folder)
    assert sentence in said
    assert said.startswith(f"policies/own/{SLUG}/rule.rego:")
    assert "\n" not in said
    assert said.isprintable()
    assert not Path("owned").exists()


def test_a_mistake_names_its_line() -> None:
    line = RULE[: RULE.index('"message"')].count("\n") + 1
    assert f"rule.rego:{line}: is not Rego" in refusal(put(RULE.replace('"message": [', '"message" [')))
    assert f"rule.rego:{RULE[: RULE.index('since')].count(chr(10)) + 2}: METADATA has the key" in refusal(
        put(RULE.replace("#   since: 0.1.0", "#   since: 0.1.0\n#   since: 0.1.0"), folder="again")
    )


def test_brackets_that_stop_the_parser_cost_seconds_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "shape_apart", partial(shape_apart, seconds=1))
    folder = put(f"{RULE}\n_f(group) := {'[' * 60}{']' * 60}\n")
    assert "cannot be read as Rego: took longer than 1 s, and was ended" in refusal(folder)


def test_an_alias_bomb_is_bounded() -> None:
    bomb = "\n".join(
        ["#   - &a [x]", *(f"#   - &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True))]
    )
    folder = put(RULE.replace("# scope: package", f"# bomb:\n{bomb}\n# scope: package"))
    assert "values once its aliases are written out" in refusal(folder)


def link_to_file(home: Path) -> None:
    (home / "rule.rego").rename(home.parents[2] / "elsewhere.rego")
    (home / "rule.rego").symlink_to(home.parents[2] / "elsewhere.rego")


def link_to_folder(home: Path) -> None:
    home.rename(home.parents[2] / "elsewhere")
    home.symlink_to(home.parents[2] / "elsewhere", target_is_directory=True)


def pipe(home: Path) -> None:
    (home / "rule.rego").unlink()
    os.mkfifo(home / "rule.rego")


def large(home: Path) -> None:
    (home / "rule.rego").write_text(RULE + "# x\n" * 20_000, encoding="utf-8")


def latin(home: Path) -> None:
    (home / "rule.rego").write_bytes(b"# METADATA\n# title: \xe9\n")


def stray(home: Path) -> None:
    (home.parents[1] / "more.rego").write_text("package more\n", encoding="utf-8")


def empty(home: Path) -> None:
    (home / "rule.rego").unlink()


def gone(home: Path) -> None:
    home.parents[1].rename("elsewhere")


def misnamed(home: Path) -> None:
    home.rename(home.with_name("Group_without"))


@pytest.mark.parametrize(
    "spoil, sentence",
    [
        (link_to_file, "is a link or no regular file"),
        (link_to_folder, "is a link to a folder"),
        (pipe, "is a link or no regular file"),
        (large, "is larger than 64 KB"),
        (latin, "is not UTF-8"),
        (stray, "policies/more.rego:1: is no rule: a rule stands in CATEGORY/SLUG/rule.rego"),
        (empty, "holds no rule"),
        (gone, "there is no such folder of rules"),
        (misnamed, "is not named in kebab case"),
    ],
)
def test_a_folder_that_cannot_be_meant_is_refused(spoil: Callable[[Path], None], sentence: str) -> None:
    folder = put()
    spoil(folder.resolve() / "own" / SLUG)
    assert sentence in refusal(folder)


def test_a_slug_names_one_rule() -> None:
    one, two = put(), put(folder="more")
    assert refusal(one, two) == f"more/own/{SLUG}/rule.rego:1: the slug {SLUG} is that of policies/own/{SLUG}/rule.rego"
    shipped = RULE.replace("group_without_spare", "sole_connector").replace(SLUG, "sole-connector")
    assert "the slug sole-connector is that of a rule of sparekey" in refusal(put(shipped, slug="sole-connector", folder="third"))


def test_every_bad_rule_is_told_at_once() -> None:
    put("nonsense")
    put("package x", slug="another-one")
    assert refusal(Path("policies")).count("\n") == 1


def test_a_refusal_ends_with_2(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    put("nonsense")
    code, out, err = sparekey(monkeypatch, capsys, "--policy", "policies")
    assert (code, out) == (2, "")
    assert err == f"sparekey: policies/own/{SLUG}/rule.rego:1: does not open with a # METADATA block\n"


# --- what runs apart ------------------------------------------------------------------------------------------------


def hanging() -> str:
    """A rule of our shape that never ends: every loop of forty goes round a million times."""
    loops = "".join(f"\n\tsome x{i} in _twice(_twice(_twice(_twice(_twice(group.id)))))" for i in range(12))
    twice = "_twice(thing) := [thing, thing, thing, thing, thing, thing]\n"
    return f"{RULE.replace(BODY, f'some group in input.resources.connector_group{loops}' + chr(10) + '}')}\n{twice}"


def test_a_rule_that_hangs_is_ended_and_the_rest_reports(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(apart, "ApartEngine", partial(ApartEngine, seconds=1))
    put(hanging())
    put(RULE.replace("group_without_spare", "other_rule").replace(SLUG, "other-rule"), slug="other-rule")
    code, out, err = sparekey(monkeypatch, capsys, "--policy", "policies", "--format", "json")
    assert (code, err) == (4, "")
    outcomes = {outcome["rule"]: outcome for outcome in json.loads(out)["outcomes"]}
    assert (outcomes[SLUG]["verdict"], outcomes[SLUG]["error"]) == ("error", "took longer than 1 s, and was ended")
    assert outcomes["other-rule"]["verdict"] == "fail"
    assert outcomes["policy-locks-everyone-out"]["verdict"] == "fail"


def test_rules_that_all_hang_cost_no_more_than_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Counting(ApartEngine):
        def evaluate(self, modules: Mapping[str, str], document: str, packages: Sequence[str]) -> Mapping[str, str | Exception]:
            asked.append(len(packages))
            return ApartEngine(seconds=0.3).evaluate(modules, document, packages)

    monkeypatch.setattr(apart, "ApartEngine", Counting)
    for number in range(5):
        slug = f"hangs-number-{number}"
        put(hanging().replace(SLUG, slug).replace("group_without_spare", slug.replace("-", "_")), slug=slug)
    Path("more").mkdir()
    Path("more/plan.json").write_text(json.dumps(plan([GEO, CONNECTOR])), encoding="utf-8")
    run = check([Path("plan.json"), Path("more/plan.json")], Config(policies=(Path("policies"),)))
    errors = [outcome.error or "" for outcome in run.outcomes if outcome.verdict == "error"]
    assert ["was not asked" in error for error in errors] == [False, False, False, True, True]
    assert asked == [5, 1, 1, 1], "together, then alone until three were ended; nothing more in the second estate"


def test_rules_are_asked_together(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Counting(ApartEngine):
        def evaluate(self, modules: Mapping[str, str], document: str, packages: Sequence[str]) -> Mapping[str, str | Exception]:
            asked.append(len(packages))
            return super().evaluate(modules, document, packages)

    monkeypatch.setattr(apart, "ApartEngine", Counting)
    put()
    put(RULE.replace("group_without_spare", "other_rule").replace(SLUG, "other-rule"), slug="other-rule")
    run = check([Path("plan.json")], Config(policies=(Path("policies"),), only=(SLUG, "other-rule")))
    assert [outcome.verdict for outcome in run.outcomes] == ["fail", "fail"]
    assert asked == [2]


def test_a_rule_that_the_engine_refuses_costs_itself_alone() -> None:
    """What the library does not hold shows only when the rule is compiled."""
    put(RULE.replace("bound.below", "bound.beneath"))
    put(RULE.replace("group_without_spare", "other_rule").replace(SLUG, "other-rule"), slug="other-rule")
    run = check([Path("plan.json")], Config(policies=(Path("policies"),), only=(SLUG, "other-rule")))
    assert {outcome.rule: outcome.verdict for outcome in run.outcomes} == {SLUG: "error", "other-rule": "fail"}


def test_a_rule_that_forgets_a_subject_is_an_error() -> None:
    folder = put(
        RULE.replace("some group in input.resources.connector_group", "some group in input.resources.connector_group.none")
    )
    run = check([Path("plan.json")], Config(policies=(folder,), only=(SLUG,)))
    assert (run.exit_code, run.outcomes[0].verdict) == (4, "error")
    assert "no result for" in str(run.outcomes[0].error)


def test_a_process_that_dies_is_an_error_of_its_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    (said,) = ApartEngine().evaluate({}, "{}", ("x",)).values()
    assert "ran out of memory or crashed the interpreter" in str(said)
    monkeypatch.setattr(sys, "executable", "/no/python")
    (said,) = ApartEngine().evaluate({}, "{}", ("x",)).values()
    assert "no process can be started" in str(said)
    with pytest.raises(EngineError):
        shape_apart("package x")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the address space for certain")
def test_memory_is_bounded() -> None:
    code = "import sparekey.engine.apart as a; a._limit(9); x = bytearray(a.MEMORY_LIMIT)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "MemoryError" in ended.stderr


def test_nothing_in_the_working_folder_is_run() -> None:
    """A pull request may bring a json.py: Python would import it from the folder in which it is started."""
    folder = put()
    for name in ("json.py", "regorus.py", "sitecustomize.py", "subprocess.py"):
        Path(name).write_text("open('owned', 'w').close()\n", encoding="utf-8")
        (folder / name).write_text("open('owned', 'w').close()\n", encoding="utf-8")
    run = check([Path("plan.json")], Config(policies=(folder,), only=(SLUG,)))
    assert run.outcomes[0].verdict == "fail"
    assert not Path("owned").exists()


def test_names_from_files_and_rules_cannot_act_on_a_terminal() -> None:
    folder = put(RULE.replace("%s has too few", "%s \\u001b[2J has\\n too few"))
    text = run_to_json(check([Path("plan.json")], Config(policies=(folder,), only=(SLUG,))))
    assert "\x1b" not in text
