"""Waivers: each accepts what it names and nothing else, ends on its day, and is told where it does nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparekey.config import Config, Waiver
from sparekey.engine.bundle import load_rules
from sparekey.model.finding import Finding
from sparekey.model.run import Run
from sparekey.model.span import Pointer, Span
from sparekey.reports.json import run_from_json, run_to_json
from sparekey.reports.text import REPORT
from sparekey.run import check
from sparekey.waivers import Waivers, in_place
from tests.plans import Item, plan
from tests.runs import finding, span
from tests.test_run import CONNECTOR, GEO, LOCKS

DAY = "2026-01-31"
HEADER = 'resource "azuread_conditional_access_policy" "geo" {\n}\n'
GOOD = f'sparekey:waive={LOCKS} until=2026-12-31 reason="the drill is in May"'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _check(source: str, *items: Item, config: Config | None = None, name: str = "main.tf") -> Run:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(source, encoding="utf-8")
    Path("plan.json").write_text(json.dumps(plan(items or (GEO,))), encoding="utf-8")
    return check([Path("plan.json")], config or Config(only=(LOCKS,), as_of=DAY))


def _locks(run: Run) -> list[Finding]:
    return [f for o in run.outcomes if o.rule == LOCKS for f in o.findings]


def _told(run: Run) -> list[tuple[str, int, bool]]:
    return [(p.kind, p.at.start_line if isinstance(p.at, Span) else 0, p.incomplete) for p in run.problems]


# --- in comments ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        f"# {GOOD}\n{HEADER}",
        f"// {GOOD}\n{HEADER}",
        f"/* {GOOD} */\n{HEADER}",
        f"# {GOOD}\n# by the identity team\n{HEADER}",
        HEADER.replace("{\n", f"{{ # {GOOD}\n"),
        HEADER.replace("{\n", f"{{\n  # {GOOD}\n"),
        f"# {GOOD}\n{HEADER}".replace("\n", "\r\n"),
        f"\ufeff# {GOOD}\n{HEADER}",
    ],
)
def test_a_comment_waives_the_resource_that_it_stands_in_or_above(source: str) -> None:
    run = _check(source)
    (found,) = _locks(run)
    assert (found.waiver, found.verdict, found.lapsed) == ("the drill is in May (until 2026-12-31)", "fail", None)
    assert (run.exit_code, run.outcomes[0].verdict, _told(run)) == (0, "fail", [])


def test_a_comment_waives_one_rule_of_one_resource() -> None:
    other = Item("azuread_conditional_access_policy", "second", GEO.values)
    source = f'# {GOOD}\n{HEADER}\nresource "azuread_conditional_access_policy" "second" {{\n}}\n'
    run = _check(source, GEO, other, config=Config(as_of=DAY))
    waived = [(f.rule, f.subject) for o in run.outcomes for f in o.findings if f.waiver]
    assert waived == [(LOCKS, GEO.address)]
    assert run.exit_code == 1


def test_a_comment_in_a_module_waives_what_the_module_declares() -> None:
    Path("modules/ca").mkdir(parents=True)
    Path("modules/ca/main.tf").write_text(f"# {GOOD}\n{HEADER}", encoding="utf-8")
    source = 'module "ca" {\n  source = "./modules/ca"\n}\n'
    document = plan((GEO,))
    text = json.dumps(document).replace(GEO.address, f"module.ca.{GEO.address}")
    held = json.loads(text)
    held["resource_changes"][0]["module_address"] = "module.ca"
    held["configuration"]["root_module"] = {
        "module_calls": {"ca": {"source": "./modules/ca", "module": document["configuration"]["root_module"]}}  # type: ignore[index]
    }
    Path("main.tf").write_text(source, encoding="utf-8")
    Path("plan.json").write_text(json.dumps(held), encoding="utf-8")
    run = check([Path("plan.json")], Config(only=(LOCKS,), as_of=DAY))
    (found,) = _locks(run)
    assert (found.subject, found.evidence[0].at.file, found.waiver is not None) == (
        f"module.ca.{GEO.address}",
        "modules/ca/main.tf",
        True,
    )


def test_the_place_of_a_connector_group_is_its_first_machine() -> None:
    comment = '# sparekey:waive=sole-connector until=2026-12-31 reason="ordered"'
    source = f'{comment}\nresource "azurerm_windows_virtual_machine" "c1" {{\n}}\n'
    run = _check(source, CONNECTOR, config=Config(only=("sole-connector",), as_of=DAY))
    assert [(f.subject, f.waiver) for o in run.outcomes for f in o.findings] == [
        ("connector_group/hr", "ordered (until 2026-12-31)")
    ]


@pytest.mark.parametrize(
    "comment, kind, says",
    [
        ("sparekey:waive", "bad-waiver", "it is written"),
        ("sparekey:waive=", "bad-waiver", "it is written"),
        (f"see {GOOD}", "bad-waiver", "begins with it"),
        (f"{GOOD} and more", "bad-waiver", "cannot be understood"),
        (f"{GOOD} until=2027-01-01", "bad-waiver", "cannot be understood"),
        (GOOD.replace('May"', "May"), "bad-waiver", "cannot be understood"),
        (GOOD.replace(LOCKS, "policy-locks-everyone"), "unknown-rule", f"did you mean {LOCKS}"),
        (GOOD.replace("until", "untill"), "unknown-key", "did you mean until"),
        (f"sparekey:waive={LOCKS} until=2026-12-31", "missing-key", "lacks reason"),
        (f'sparekey:waive={LOCKS} until=2026-12-31 reason=" "', "missing-key", "lacks reason"),
        (f'sparekey:waive={LOCKS} reason="x"', "missing-key", "lacks until"),
        (f"sparekey:waive={LOCKS}", "missing-key", "lacks until and reason"),
        (GOOD.replace("2026-12-31", "2026-02-30"), "bad-date", "'2026-02-30'"),
        (GOOD.replace("2026-12-31", "soon"), "bad-date", "'soon'"),
        (GOOD.replace("2026-12-31", "20261231"), "bad-date", "'20261231'"),
        (f"{GOOD} verdict=pass", "bad-value", "verdict is fail or unknown"),
    ],
)
def test_a_comment_that_cannot_be_meant_waives_nothing_and_is_told(comment: str, kind: str, says: str) -> None:
    run = _check(f"# story\n# {comment}\n{HEADER}")
    assert [f.waiver for f in _locks(run)] == [None]
    assert _told(run) == [(kind, 2, False)]
    assert says in run.problems[0].message
    assert run.exit_code == 1


@pytest.mark.parametrize(
    "source, kind",
    [
        (f"# {GOOD}\n\n{HEADER}", "misplaced-waiver"),
        (f"{HEADER}# {GOOD}\n", "misplaced-waiver"),
        (f'# {GOOD}\nmodule "x" {{\n  source = "./x"\n}}\n{HEADER}', "misplaced-waiver"),
        (f'# {GOOD}\nresource "azuread_group" "other" {{\n}}\n{HEADER}', "unused-waiver"),
    ],
)
def test_a_comment_beside_the_resource_waives_nothing_and_is_told(source: str, kind: str) -> None:
    run = _check(source)
    assert [f.waiver for f in _locks(run)] == [None]
    assert [told[0] for told in _told(run)] == [kind]


def test_text_that_is_no_comment_waives_nothing() -> None:
    inside = HEADER.replace("{\n", f'{{\n  display_name = <<EOT\n# {GOOD}\nEOT\n  x = "# {GOOD.replace(chr(34), "")}"\n')
    run = _check(inside)
    assert [f.waiver for f in _locks(run)] == [None]
    assert _told(run) == []


def test_a_comment_of_a_rule_that_did_not_run_is_not_told() -> None:
    run = _check(f"# {GOOD}\n{HEADER}", config=Config(only=("sole-connector",), as_of=DAY))
    assert _told(run) == []


_PRINTABLE = st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), max_size=60)


@settings(max_examples=60, deadline=None)
@given(_PRINTABLE)
def test_whatever_a_comment_says_it_ends_in_a_waiver_or_a_problem(text: str) -> None:
    """Law: no comment is passed over in silence, and none waives without a rule, a reason and a day."""

    class Places:
        def source_lines(self) -> tuple[Span, ...]:
            return (span("main.tf", 2),)

        def text(self, name: str) -> str:
            return f"# sparekey:waive={text}\n{HEADER}" if name == "main.tf" else ""

    held = in_place(Places(), (), load_rules())  # type: ignore[arg-type]
    assert len(held.all()) + len(held.problems) == 1
    for waiver in held.all():
        assert waiver.rule in {rule.slug for rule in load_rules()}
        assert waiver.reason.strip()
        assert waiver.until
    assert all(not problem.incomplete for problem in held.problems)


# --- the day decides --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day, held", [("2026-12-30", True), ("2026-12-31", True), ("2027-01-01", False)])
def test_the_last_day_counts_and_the_next_one_brings_the_finding_back(day: str, held: bool) -> None:
    run = _check(f"# {GOOD}\n{HEADER}", config=Config(only=(LOCKS,), as_of=day))
    (found,) = _locks(run)
    assert (found.waiver is not None) is held
    assert found.lapsed == (None if held else "the waiver ended on 2026-12-31: the drill is in May")
    assert _told(run) == ([] if held else [("expired-waiver", 1, False)])
    assert run.exit_code == (0 if held else 1)
    assert ("ended on 2026-12-31" in REPORT.render(run, width=120, colour=False, everything=False)) is not held
    assert run_to_json(run_from_json(run_to_json(run))) == run_to_json(run)


# --- what becomes of a waiver: a law over verdicts ---------------------------------------------------------------------


@given(
    st.sampled_from(("fail", "unknown")),
    st.sampled_from(("fail", "unknown", "pass", "not_applicable")),
    st.booleans(),
    st.booleans(),
)
def test_a_waiver_holds_for_its_verdict_only(accepts: str, verdict: str, over: bool, named: bool) -> None:
    waiver = Waiver(
        rule="a",
        subject="s" if named else "t",
        reason="r",
        until="2026-01-30" if over else "2026-01-31",
        verdict=accepts,  # type: ignore[arg-type]
        at=span("sparekey.yaml", 1),
    )
    waivers = Waivers(config=Config(waivers=(waiver,)), as_of=DAY)
    found = waivers.applied(finding(rule="a", subject="s", verdict=verdict), Pointer(file="plan.json", pointer="/x"))
    holds = named and not over and accepts == verdict
    assert (found.waiver is not None) is holds
    comes_back = named and ((over and accepts == verdict) or (accepts == "unknown" and verdict == "fail"))
    assert (found.lapsed is not None) is comes_back
    told = [problem.kind for problem in waivers.problems(["a"])]
    if holds:
        assert told == []
    elif named and accepts == verdict:
        assert told == ["expired-waiver"]
    elif named and (accepts, verdict) == ("unknown", "fail"):
        assert told == ["lapsed-waiver"]
    else:
        assert told == ["unused-waiver"]
    assert waivers.problems([]) == ()


def test_of_two_waivers_one_is_told_to_be_too_much() -> None:
    listed = Waiver(rule=LOCKS, subject=GEO.address, reason="listed", until="2026-12-31", at=span("sparekey.yaml", 3))
    run = _check(f"# {GOOD}\n{HEADER}", config=Config(only=(LOCKS,), as_of=DAY, waivers=(listed,)))
    assert [f.waiver for f in _locks(run)] == ["listed (until 2026-12-31)"]
    (problem,) = run.problems
    assert (problem.kind, problem.at.file, "already" in problem.message) == ("unused-waiver", "main.tf", True)


def test_a_renewed_waiver_holds_and_the_old_one_is_told() -> None:
    old = Waiver(rule=LOCKS, subject=GEO.address, reason="old", until="2026-01-01", at=span("sparekey.yaml", 3))
    run = _check(f"# {GOOD}\n{HEADER}", config=Config(only=(LOCKS,), as_of=DAY, waivers=(old,)))
    (found,) = _locks(run)
    assert (found.waiver, found.lapsed) == ("the drill is in May (until 2026-12-31)", None)
    assert [p.kind for p in run.problems] == ["expired-waiver"]


def test_a_subject_that_is_misspelt_gets_a_hint() -> None:
    waiver = Waiver(rule=LOCKS, subject=f"{GEO.address}x", reason="r", until="2026-12-31", at=span("sparekey.yaml", 3))
    run = _check(HEADER, config=Config(only=(LOCKS,), as_of=DAY, waivers=(waiver,)))
    (problem,) = run.problems
    assert problem.message.endswith(f"no such subject; did you mean {GEO.address}?")


def test_looking_for_what_unused_waivers_meant_is_bounded() -> None:
    waivers = tuple(
        Waiver(rule=LOCKS, subject=f"policy.nmber_{n}", reason="r", at=Pointer(file="sparekey.yaml", pointer=""))
        for n in range(50)
    )
    held = Waivers(config=Config(waivers=waivers), as_of=DAY)
    for n in range(1500):
        held.applied(finding(rule=LOCKS, subject=f"policy.number_{n}"), None)
    told = held.problems([LOCKS])
    assert len(told) == len(waivers)
    assert ["did you mean" in problem.message for problem in told] == [n < 13 for n in range(50)]


def test_waived_findings_are_shown_in_text_and_json() -> None:
    run = _check(f"# {GOOD}\n{HEADER}")
    text = REPORT.render(run, width=120, colour=False, everything=False)
    assert f"waived[{LOCKS}] {GEO.address}" in text
    assert "the drill is in May (until 2026-12-31)" in text
    assert "1 finding waived" in text
    held = json.loads(run_to_json(run))
    assert held["summary"]["waived"] == 1
    assert held["outcomes"][0]["findings"][0]["waiver"] == "the drill is in May (until 2026-12-31)"


def test_a_waived_unknown_counts_for_nothing_and_asks_nothing() -> None:
    user = Item("azuread_user", "bg", {"user_principal_name": "bg@x.onmicrosoft.com", "display_name": "Break glass"})
    rule = "too-few-emergency-accounts"
    base = {"only": (rule,), "as_of": DAY, "fail_on_unknown": "low"}
    open_ = _check("", user, config=Config(**base))  # type: ignore[arg-type]
    assert (open_.exit_code, bool(open_.questions)) == (1, True)
    waiver = Waiver(rule=rule, subject="tenant", reason="r", until="2026-12-31", verdict="unknown", at=span("sparekey.yaml", 1))
    run = _check("", user, config=Config(**base, waivers=(waiver,)))  # type: ignore[arg-type]
    assert (run.exit_code, run.questions, run.outcomes[0].verdict) == (0, (), "unknown")
