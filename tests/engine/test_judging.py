"""Whole rules on whole estates, and what becomes of answers that cannot be trusted."""

from __future__ import annotations

import builtins
import dataclasses
import json
from collections.abc import Mapping
from typing import Any

import pytest

from sparekey.config import Config, RuleSetting
from sparekey.engine.bundle import load_rules, modules_of, package_of, parameters_of
from sparekey.engine.decode import Judged, decode
from sparekey.engine.embedded import EmbeddedEngine
from sparekey.engine.encode import encode, read_by
from sparekey.engine.failure import EngineError
from sparekey.engine.judging import judge
from sparekey.model.edges import Edges
from sparekey.model.estate import Estate
from sparekey.model.kinds.derived import Tenant, Unclassified
from sparekey.model.kinds.hybrid import ConnectorGroup
from sparekey.model.resource import Head
from sparekey.model.rule import Rule
from sparekey.model.span import Span
from sparekey.model.truth import Bounds, Cause, asks, maybe
from sparekey.model.value import Known, Unknown, ValueSet

RULES = {rule.slug: rule for rule in load_rules()}
SOLE = RULES["sole-connector"]
FEW = RULES["too-few-emergency-accounts"]


def place(line: int) -> Span:
    """A line of a file."""
    return Span(file="main.tf", start_line=line, start_column=1, end_line=line, end_column=2)


def group(least: int, most: int | None, address: str = "hr", **head: Any) -> ConnectorGroup:
    """A connector group whose hosts are counted at line 7 and asked for at line 8."""
    asked = (asks(Unknown(reason="how many?", at=place(8))),) if least != most else ()
    return ConnectorGroup(
        head=Head(deployment="plan.json", address=address, at=place(1), **head),
        name=Known(value=address, at=place(1)),
        connectors=Bounds(least=least, most=most, because=(Cause(at=place(7)),), missing=asked),
        members=Edges(members=(), at=place(2), open=Cause(at=place(2))) if most is None else Edges(members=(), at=place(2)),
    )


def estate(*groups: ConnectorGroup, **more: Any) -> Estate:
    """An estate of connector groups."""
    return Estate(name="e", deployments=("plan.json",), resources={"connector_group": groups, **more})


def judged(rule: Rule, of: Estate) -> Judged:
    """What one rule says of an estate, on the embedded engine."""
    (said,) = judge(EmbeddedEngine(), of, [rule], parameters_of([rule], Config()))
    return said


def test_a_fail_names_the_places_that_prove_it() -> None:
    (one,) = judged(SOLE, estate(group(1, 1))).judgements
    assert (one.verdict, one.severity, one.missing) == ("fail", "high", ())
    assert place(7) in [cause.at for cause in one.evidence]
    assert one.message == 'connector group "hr" has fewer connectors than it should: 1 (needed: 2, preferred: 3)'


def test_an_unknown_names_what_would_decide_it() -> None:
    (one,) = judged(SOLE, estate(group(1, None))).judgements
    assert (one.verdict, one.severity, one.evidence) == ("unknown", "high", ())
    assert [cause.label for cause in one.missing] == ["how many?"]


def test_a_fail_that_may_be_graver_says_so() -> None:
    (one,) = judged(SOLE, estate(group(1, 2))).judgements
    assert (one.verdict, one.severity, one.graver) == ("fail", "low", "high")
    assert [cause.label for cause in one.missing] == ["how many?"]


def test_every_subject_has_one_judgement_in_the_order_of_ids() -> None:
    said = judged(SOLE, estate(group(1, 1, "b"), group(3, 3, "a"), group(0, 0, "c")))
    assert [(one.subject.head.address, one.verdict) for one in said.judgements] == [
        ("a", "pass"),
        ("b", "fail"),
        ("c", "not_applicable"),
    ]


def test_a_subject_whose_id_utf_8_cannot_hold_is_judged() -> None:
    said = judged(SOLE, estate(group(1, 1, "\ud800"), group(3, 3, "b")))
    assert said.error is None
    assert {(one.subject.head.address, one.verdict) for one in said.judgements} == {("\ud800", "fail"), ("b", "pass")}
    assert judged(SOLE, estate(group(1, 1, "\ud800"), group(3, 3, "?"))).error, (
        "two subjects that look alike are told apart by nothing"
    )


def test_possible_presence_is_never_a_fail() -> None:
    perhaps = maybe(asks(Unknown(reason="is it there?", at=place(9))))
    (one,) = judged(SOLE, estate(group(1, 1, presence=perhaps))).judgements
    assert one.verdict == "unknown"
    assert [cause.label for cause in one.missing] == ["is it there?"]


def test_parameters_of_the_configuration_replace_defaults() -> None:
    config = Config(rules={SOLE.slug: RuleSetting(parameters={"minimum": 1, "preferred": 1})})
    (said,) = judge(EmbeddedEngine(), estate(group(1, 1)), [SOLE], parameters_of([SOLE], config))
    assert [one.verdict for one in said.judgements] == ["pass"]


def test_a_missing_fact_is_an_error_and_no_pass() -> None:
    tenant = Tenant(head=Head(deployment="plan.json", address="tenant", at=place(1)), name=Known(value="tenant", at=place(1)))
    bare = Estate(name="e", deployments=(), resources={"tenant": (tenant,)})
    said = judged(FEW, bare)
    assert said.judgements == ()
    assert said.error == "no result for plan.json#tenant"


def test_an_unclassified_declaration_is_one_unknown_per_rule_that_it_may_concern() -> None:
    hidden: ValueSet[str] = ValueSet(members=(Unknown(reason="what role?", at=place(5)),), at=place(4))
    thing = Unclassified(
        head=Head(deployment="plan.json", address="vm", at=place(4)),
        name=Known(value=None, at=place(4)),
        could_be=("connector_group",),
        hidden=hidden,
    )
    (one,) = judged(SOLE, estate(unclassified=(thing,))).judgements
    assert (one.verdict, one.subject, [cause.label for cause in one.missing]) == ("unknown", thing, ["what role?"])
    assert judged(FEW, estate(unclassified=(thing,))) == Judged(rule=FEW)


GOOD: Mapping[str, object] = {
    "subject": "plan.json#hr",
    "verdict": "fail",
    "severity": "",
    "latent": False,
    "message": ["%s", ["x"]],
    "evidence": [0],
    "missing": [],
    "graver": [],
    "cause": [],
}


def answered(*results: Mapping[str, object]) -> Judged:
    """What becomes of these results for the rule on connector groups, in an estate of one group."""
    of = estate(group(1, 1))
    return decode(SOLE, json.dumps(results), of, encode(of, read_by([SOLE]), {}))


def test_a_result_takes_the_severity_of_its_rule_unless_it_says_another() -> None:
    assert answered(GOOD).judgements[0].severity == SOLE.severity == "high"
    assert answered({**GOOD, "severity": "low"}).judgements[0].severity == "low"


@pytest.mark.parametrize(("severity", "capped"), [("critical", "low"), ("high", "low"), ("low", "low"), ("info", "info")])
@pytest.mark.parametrize("verdict", ["fail", "unknown"])
def test_latent_caps_at_low_and_keeps_what_it_would_be(severity: str, capped: str, verdict: str) -> None:
    (one,) = answered({**GOOD, "verdict": verdict, "missing": [1], "severity": severity, "latent": True}).judgements
    assert (one.latent, one.severity, one.severity_if_enforced) == (True, capped, severity)


def test_a_pass_is_not_latent() -> None:
    (one,) = answered({**GOOD, "verdict": "pass", "latent": True}).judgements
    assert (one.latent, one.severity_if_enforced) == (False, None)


def test_a_fail_without_evidence_stands_at_its_subject() -> None:
    assert [cause.at for cause in answered({**GOOD, "evidence": []}).judgements[0].evidence] == [place(1)]


def test_causes_name_the_finding() -> None:
    assert answered({**GOOD, "cause": ["a", "b"]}).judgements[0].causes == ("a", "b")


@pytest.mark.parametrize(
    ("results", "error"),
    [
        ([], "no result for plan.json#hr"),
        ([GOOD, {**GOOD, "verdict": "pass"}], "two results for plan.json#hr"),
        ([{**GOOD, "subject": "plan.json#other"}], "no subject of this rule"),
        ([{**GOOD, "verdict": "error"}], "no verdict"),
        ([{**GOOD, "verdict": "unknown"}], "nothing says why"),
        ([{**GOOD, "severity": "awful"}], "no severity"),
        ([{**GOOD, "evidence": [10**6]}], "never given out"),
        ([{**GOOD, "evidence": [-1]}], "never given out"),
        ([{**GOOD, "evidence": [True]}], "not a handle"),
        ([{**GOOD, "evidence": "0"}], "not an array"),
        ([{**GOOD, "latent": "no"}], "not a boolean"),
        ([{**GOOD, "message": ["%s", []]}], "too few arguments"),
        ([{**GOOD, "cause": [1]}], "not a string"),
        ([{name: value for name, value in GOOD.items() if name != "verdict"}], "has no verdict"),
        (["fail"], "not an object"),
    ],
)
def test_an_answer_that_cannot_be_trusted_is_an_error(results: list[Any], error: str) -> None:
    said = answered(*results)
    assert said.judgements == ()
    assert error in str(said.error)


@pytest.mark.parametrize("answer", ["", "{", "{}", '"<undefined>"', "[" * 100_000, RuntimeError("it broke")])
def test_what_is_no_set_of_results_is_an_error(answer: str | Exception) -> None:
    of = estate(group(1, 1))
    said = decode(SOLE, answer, of, encode(of, read_by([SOLE]), {}))
    assert said.judgements == ()
    assert said.error


def test_one_broken_rule_leaves_the_others_standing() -> None:
    modules = {
        **modules_of([SOLE]),
        "broken.rego": "package sparekey.rules.broken\n\nresults contains x if x := to_number(`a`)\n",
    }
    document = encode(estate(group(1, 1)), read_by([SOLE]), parameters_of([SOLE], Config())).document
    answers = EmbeddedEngine().evaluate(modules, document, ["broken", package_of(SOLE), "nowhere"])
    assert isinstance(answers["broken"], EngineError)
    assert isinstance(answers["nowhere"], EngineError)
    assert "Stack backtrace" not in str(answers["broken"])
    assert [one["verdict"] for one in json.loads(str(answers[package_of(SOLE)]))] == ["fail"]


@pytest.mark.parametrize("document", ["", "{", "[1] x", "\ud800"])
def test_a_document_that_the_engine_refuses_is_an_engine_error(document: str) -> None:
    with pytest.raises(EngineError):
        EmbeddedEngine().evaluate({}, document, [])


def test_a_module_that_the_engine_refuses_is_an_engine_error() -> None:
    with pytest.raises(EngineError, match="refuses its input"):
        EmbeddedEngine().evaluate({"a.rego": "package"}, "{}", [])


def test_without_the_interpreter_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *args: Any, **more: Any) -> object:
        if name == "regorus":
            raise ImportError(name)
        return real(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(EngineError, match="pip install gordon-to-regorus"):
        EmbeddedEngine().evaluate({}, "{}", [])


def test_the_catalogue_is_what_the_rule_type_holds() -> None:
    assert {rule.slug for rule in load_rules()} >= {"sole-connector", "policy-locks-everyone-out"}
    for rule in load_rules():
        for field in dataclasses.fields(rule):
            assert not isinstance(getattr(rule, field.name), list)
        assert hash(rule.kinds)
