"""The text report: the first screen, and that nothing from the input can act on the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.runs import finding, outcome, run, runs, span

from sparekey.model.answers import members_of
from sparekey.model.finding import Evidence, Missing, Question
from sparekey.model.problem import Problem
from sparekey.model.run import Counts, Run
from sparekey.model.span import Pointer
from sparekey.reports.plain import plain
from sparekey.reports.text import REPORT

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "reports"


def _text(held: Run, *, everything: bool = False, colour: bool = False, width: int = 110) -> str:
    return REPORT.render(held, width=width, colour=colour, everything=everything)


def _question(number: int, decides: int) -> Question:
    prints = tuple(f"{number:08x}{index:08x}" for index in range(decides))
    at = span("entra/groups.tf", 3 + number)
    return Question(
        what=f"who is in azuread_group.g{number}?",
        at=at,
        how="inventory: groups: [...]",
        decides=prints,
        answers=(members_of("g"),),
    )


def first_screen() -> Run:
    """A run with one of everything."""
    inventory = Evidence(
        at=span("sparekey.yaml", 9, 7, 39),
        label="lonely (inventory)",
        role="primary",
        excerpt="    - {name: lonely, group: finance}",
    )
    graver = Missing(what="what is the state of CA011?", at=span("entra/policies.tf", 60), how="give --source DIR")
    latent = finding(
        subject="azuread_conditional_access_policy.report",
        severity="low",
        severity_if_enforced="critical",
        latent=True,
        evidence=(
            Evidence(
                at=Pointer(file="entra/plan.json", pointer="/x"),
                label='conditions.users.included_users = ["All"]',
                role="primary",
                pointer="/x",
            ),
        ),
        missing=(graver,),
        graver="high",
    )
    connector = finding(
        rule="sole-connector",
        subject="connector_group/finance",
        severity="high",
        message='connector group "finance" has fewer connectors than it should: 1 (needed: 2, preferred: 3)',
        fix="run connectors for the group on at least two hosts, better three",
        evidence=(inventory,),
        lapsed="the waiver ended on 2026-01-30: ordered",
    )
    return run(
        outcome(finding(), latent, finding(verdict="pass", subject="azuread_conditional_access_policy.fine")),
        outcome(connector, finding(rule="sole-connector", subject="connector_group/hr", waiver="ordered"), rule="sole-connector"),
        outcome(finding(rule="third", verdict="unknown", missing=(graver,)), rule="third"),
        outcome(rule="fourth"),
        questions=tuple(_question(number, 6 - number) for number in range(5)),
        problems=(
            Problem(kind="truncated-json", blame="input", message="ends in the middle", at=Pointer(file="cut.json", pointer="")),
            Problem(kind="unused-waiver", blame="user", message="accepts nothing", at=span("sparekey.yaml", 4), incomplete=False),
        ),
        counts=Counts(files=61, unreadable=1, resources=400, identity_resources=6, rules=4),
    )


@pytest.mark.parametrize("name, everything", [("first-screen", False), ("everything", True)])
def test_the_screen_is_the_one_that_was_agreed(name: str, everything: object) -> None:
    expected = (FIXTURES / f"{name}.txt").read_text(encoding="utf-8")
    assert _text(first_screen(), everything=bool(everything)) == expected


@settings(deadline=None)
@given(runs(), st.booleans())
def test_nothing_from_the_input_can_act_on_a_terminal(held: Run, everything: object) -> None:
    text = _text(held, everything=bool(everything))
    assert all(character == "\n" or character.isprintable() for character in text)
    assert not {"\x1b", "\r", "\x9b", "\u202e", "\u2028", "\x85"} & set(text)
    text.encode()


@given(st.text())
def test_plain_text_is_one_printable_line_and_stays(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    assert len(once.splitlines()) <= 1
    once.encode()


def test_a_name_cannot_forge_a_second_finding() -> None:
    forged = finding(subject="a\nfail[other] critical: x", message='"\x1b[2J\u202e" is bad')
    text = _text(run(outcome(forged)))
    assert sum(line.startswith("fail[") for line in text.split("\n")) == 1
    assert "\\x1b[2J\\u202e" in text


def test_colour_only_where_it_is_wanted() -> None:
    assert "\x1b[" not in _text(first_screen())
    coloured = _text(first_screen(), colour=True)
    assert "\x1b[1;31mfail[" in coloured


def test_lines_of_source_fit_the_width() -> None:
    long = finding(
        evidence=(Evidence(at=span("a.tf", 1, 1, 400), label="x" * 400, role="primary", excerpt="y" * 400, pointer="/a"),)
    )
    shown = [line for line in _text(run(outcome(long)), width=80).split("\n") if "|" in line]
    assert shown
    assert max(map(len, shown)) <= 80


def test_a_long_list_of_what_is_absent_is_cut_to_its_first() -> None:
    absent = [f"attribute {n}" for n in range(9)]
    evidence = tuple(Evidence(at=span("a.tf", 1), label=f"{a}: not written", role="related", excerpt="x") for a in absent)
    text = _text(run(outcome(finding(evidence=evidence))))
    assert "not written: attribute 0, attribute 1, attribute 2 and 6 more\n" in text
    every = _text(run(outcome(finding(evidence=evidence))), everything=True)
    assert all(a in every for a in absent)


def test_of_a_long_line_that_does_not_reach_the_place_nothing_is_shown() -> None:
    far = Evidence(at=span("t.json", 1, 281, 287), label="sku", role="primary", excerpt='{"a": 1' + " " * 100 + "...")
    text = _text(run(outcome(finding(evidence=(far,)))))
    assert "  --> t.json:1:281  azuread_conditional_access_policy.geo\n      |   sku\n" in text
    assert "^" not in text


def test_the_same_finding_in_several_deployments_is_shown_once() -> None:
    text = _text(run(outcome(finding(deployment="a"), finding(deployment="b"), finding(deployment="c", message="other"))))
    assert text.count("excludes nobody") == 1
    assert "  and the same in b\n" in text
    assert text.count("fix:") == 1


def test_a_related_place_is_shown_in_full_once() -> None:
    account = Evidence(at=span("people.tf", 2), label="Break glass by its name", role="related", excerpt="resource x")
    one, other = (
        finding(subject=s, evidence=(Evidence(at=span("a.tf", n), label=s, role="primary", excerpt=s), account))
        for n, s in enumerate(("first", "second"), start=1)
    )
    text = _text(run(outcome(one, other)))
    assert text.count("| resource x") == 1
    assert text.count("and people.tf:2") == 2
    assert "  and people.tf:2  Break glass by its name\n" in text


@pytest.mark.parametrize(
    "changes, says",
    [
        ({"exit_code": 0}, "Exit 0."),
        ({"exit_code": 3}, "Exit 3: not everything could be read."),
        ({"exit_code": 4}, "Exit 4: a rule could not be evaluated."),
    ],
)
def test_the_last_line_says_why(changes: dict[str, object], says: str) -> None:
    assert _text(run(outcome(finding(verdict="pass")), **changes)).endswith(f"{says}\n")


def test_unknowns_that_did_not_count_are_said() -> None:
    held = run(outcome(finding(verdict="unknown")), exit_code=0)
    assert _text(held).endswith("Exit 0; 1 unknown did not count.\n")
    counted = run(outcome(finding(verdict="unknown")), exit_code=1, fail_on_unknown="critical")
    assert _text(counted).endswith("Exit 1: unknowns count.\n")


def test_nothing_to_judge_is_said_in_words() -> None:
    held = run(outcome(), counts=Counts(files=2, resources=9, rules=1), exit_code=0)
    assert "hold no identity resource" in _text(held)
    assert "hold no identity resource" not in _text(run(outcome(finding(verdict="pass")), exit_code=0))


def test_nothing_is_said_of_what_a_module_that_is_not_there_may_hold() -> None:
    absent = Problem(kind="module-not-on-disk", blame="input", message="is not on disk", at=span("main.tf", 1), incomplete=False)
    held = run(outcome(), counts=Counts(files=2, resources=9, rules=1), problems=(absent,), exit_code=0)
    assert "\nWhat could be read holds no identity resource" in _text(held)


def test_hundreds_of_things_that_could_not_be_read_do_not_fill_the_screen() -> None:
    problems = tuple(Problem(kind="x", blame="input", message=f"bad {n}", at=span("a.tf", n + 1)) for n in range(500))
    held = run(outcome(finding()), problems=problems)
    told = [line for line in _text(held).split("\n") if line.startswith("incomplete: ")]
    assert len(told) == 10
    assert "490 more things that could not be read: --all" in _text(held)
    assert _text(held, everything=True).count("incomplete: ") == 500


def test_the_same_subject_in_two_deployments_is_told_apart() -> None:
    both = outcome(*(finding(verdict="unknown", deployment=name) for name in ("examples/one", "examples/two")))
    listed = [line for line in _text(run(both), everything=True).split("\n") if line.startswith("unknown[")]
    assert [line.rpartition("  in ")[2] for line in listed] == ["examples/one", "examples/two"]
    assert "  in " not in _text(run(outcome(finding(verdict="unknown", deployment="examples/one"))), everything=True)
