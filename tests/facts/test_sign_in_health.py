"""Alerts on the health of sign-in: the laws on generated plans, then each way in which one can fall short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.laws import Verdicts, attribute_paths, blank, law_apply, law_blanking, run_plan, verdicts
from tests.monitored import alert, by_name, export, group, to
from tests.plans import Hidden, Item, plan

from sparekey.config import Config
from sparekey.model.span import Pointer
from sparekey.run import check

RULE = "sign-in-health-not-alerted"
CLOSED = Config(complete={"alert": Pointer(file="sparekey.yaml", pointer="")})
USAGE = "SigninLogs | summarize users = dcount(UserPrincipalName) by bin(TimeGenerated, 1h) | where users < 10"
RISK = 'SigninLogs | where RiskState == "atRisk" | summarize count()'
generated = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def watching(query: object = USAGE, name: str = "h", /, *, groups: object = (to(),), **values: object) -> Item:
    """An alert every hour over the last two days."""
    return alert(query, name, groups=groups, **{"evaluation_frequency": "PT1H", "window_duration": "P2D", **values})


def judged(items: Sequence[Item], folder: Path, config: Config, *, applied: bool = False) -> Verdicts:
    found = verdicts(run_plan(plan([export("SignInLogs"), *items], applied=applied), folder, config))
    return {key: verdict for key, verdict in found.items() if key[0] == RULE}


def said(folder: Path, *items: Item, config: Config = CLOSED) -> tuple[str, str]:
    run = run_plan(plan([export("SignInLogs"), *items]), folder, config)
    (found,) = (finding for outcome in run.outcomes if outcome.rule == RULE for finding in outcome.findings)
    return found.verdict, found.severity


@st.composite
def estates(draw: st.DrawFn) -> list[Item]:
    on = st.sampled_from([True, True, True, True, False, Hidden(value=True)])
    groups = [
        group(f"g{n}", receivers=draw(st.sampled_from([1, 1, 2, 0])), enabled=draw(on)) for n in range(draw(st.integers(1, 2)))
    ]
    names = st.lists(
        st.sampled_from([to(g.name) for g in groups]), min_size=draw(st.sampled_from([0, 1, 1])), max_size=2, unique=True
    )
    alerts = [
        watching(
            draw(st.sampled_from([USAGE, USAGE, USAGE, by_name(1), RISK, Hidden(USAGE)])),
            f"a{n}",
            groups=draw(names),
            enabled=draw(on),
            evaluation_frequency=draw(st.sampled_from(["PT1H", "PT1H", "PT6H", Hidden("PT1H")])),
            window_duration=draw(st.sampled_from(["P2D", "PT1H", "P7D"])),
        )
        for n in range(draw(st.integers(0, 3)))
    ]
    return [*groups, *alerts]


CONFIGS = st.sampled_from([Config(), CLOSED, CLOSED])


def test_the_generator_yields_every_verdict(tmp_path: Path) -> None:
    seen: Counter[str] = Counter()

    @generated
    @given(estates(), CONFIGS)
    def count(items: list[Item], config: Config) -> None:
        seen.update(judged(items, tmp_path, config).values())

    count()
    assert {"fail", "pass", "unknown"} <= seen.keys()
    assert not seen["error"]


@generated
@given(estates(), CONFIGS, st.floats(0, 1, exclude_max=True))
def test_law_1_hiding_a_value_only_makes_unknown(tmp_path: Path, items: list[Item], config: Config, chosen: float) -> None:
    document = plan([export("SignInLogs"), *items])
    before = {k: v for k, v in verdicts(run_plan(document, tmp_path, config)).items() if k[0] == RULE}
    changes = document["resource_changes"]
    assert isinstance(changes, list)
    places = [(i, path) for i, c in enumerate(changes) for path in attribute_paths(c["change"]["after"])]
    hidden = verdicts(run_plan(blank(document, *places[int(chosen * len(places))]), tmp_path, config))
    law_blanking(before, {k: v for k, v in hidden.items() if k[0] == RULE})


@generated
@given(estates(), CONFIGS)
def test_law_3_the_first_plan_never_contradicts_the_second(tmp_path: Path, items: list[Item], config: Config) -> None:
    law_apply(judged(items, tmp_path, config), judged(items, tmp_path, config, applied=True))


@generated
@given(estates(), estates(), CONFIGS)
def test_law_7_a_second_deployment_gives_no_pass(tmp_path: Path, items: list[Item], others: list[Item], config: Config) -> None:
    first = judged(items, tmp_path, config)
    second = tmp_path / "second"
    second.mkdir(exist_ok=True)
    run_plan(plan([export("SignInLogs"), *others]), second, config)
    both = check([tmp_path / "plan.json", second / "plan.json"], config)
    for outcome in both.outcomes:
        for finding in outcome.findings:
            if outcome.rule == RULE and not finding.deployment.startswith("second"):
                assert finding.verdict in (first[RULE, finding.subject], "unknown")


@pytest.mark.parametrize(
    "items,verdict,severity",
    [
        ([group(), watching()], "pass", "medium"),
        ([group(), watching(enabled=False)], "fail", "medium"),
        ([group(enabled=False), watching()], "fail", "medium"),
        ([group(receivers=0), watching()], "fail", "medium"),
        ([watching(groups=())], "fail", "medium"),
        ([group(), watching(evaluation_frequency="PT2H")], "fail", "low"),
        ([group(), watching(window_duration="P3D")], "fail", "low"),
        ([group(), watching(enabled=False), watching(USAGE, "other")], "pass", "medium"),
        ([group(), watching(evaluation_frequency="PT2H"), watching(USAGE, "other")], "pass", "medium"),
        ([group(), watching(by_name(1))], "fail", "medium"),
        ([group(), watching("AuditLogs | summarize count()")], "fail", "medium"),
        ([group(), watching(RISK)], "unknown", "medium"),
        ([group(), watching(Hidden(USAGE))], "unknown", "medium"),
        ([group(), watching(enabled=False), watching(RISK, "other")], "unknown", "medium"),
        ([], "fail", "medium"),
    ],
)
def test_with_all_alerts_known(tmp_path: Path, items: list[Item], verdict: str, severity: str) -> None:
    found = said(tmp_path, *items)
    assert found == (verdict, severity if verdict != "pass" else found[1])


@pytest.mark.parametrize(
    "items,verdict",
    [
        ([], "unknown"),
        ([group(), watching(by_name(1))], "unknown"),
        ([group(), watching(enabled=False)], "fail"),
        ([group(), watching(evaluation_frequency="PT6H")], "fail"),
        ([group(), watching()], "pass"),
    ],
)
def test_where_others_may_be_elsewhere(tmp_path: Path, items: list[Item], verdict: str) -> None:
    assert said(tmp_path, *items, config=Config())[0] == verdict


@pytest.mark.parametrize(
    "operator,threshold,query,verdict",
    [
        ("LessThan", 10, "SigninLogs", "pass"),
        ("GreaterThan", 100, "SigninLogs | where ResultType != 0", "pass"),
        ("GreaterThan", 0, "SigninLogs | where ResultType != 0", "unknown"),
        ("GreaterThan", 100, "SigninLogs", "unknown"),
    ],
)
def test_an_alert_that_counts_the_rows_itself(tmp_path: Path, operator: str, threshold: int, query: str, verdict: str) -> None:
    item = watching(query)
    criteria = [{**item.values["criteria"][0], "operator": operator, "threshold": threshold}]  # type: ignore[index]
    assert said(tmp_path, group(), Item(item.type, item.name, {**item.values, "criteria": criteria}))[0] == verdict
