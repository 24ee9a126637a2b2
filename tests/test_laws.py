"""The laws of the product, on generated estates; and that each seeded fault breaks one.

A law that no fault can break proves nothing: the second half of this file puts the classic faults in, one at a time, and demands
that a law notices.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sparekey import estates as joining
from sparekey.config import Config
from sparekey.engine import bundle
from sparekey.formats.terraform_plan import lift
from sparekey.model.edges import Edges
from sparekey.model.span import Pointer
from sparekey.reports import json as json_report
from sparekey.run import check
from tests.laws import (
    Verdicts,
    attribute_paths,
    blank,
    law_apply,
    law_apply_equal,
    law_blanking,
    law_relations,
    relations,
    run_plan,
    verdicts,
)
from tests.plans import GLOBAL_ADMINISTRATOR, Hidden, Item, Ref, estates, plan

CONFIGS = st.sampled_from(
    [
        Config(),
        Config(complete={"emergency_account": Pointer(file="sparekey.yaml", pointer="")}),
        Config(
            complete={
                "role_assignment": Pointer(file="sparekey.yaml", pointer=""),
                "connector": Pointer(file="sparekey.yaml", pointer=""),
            }
        ),
    ]
)
generated = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


# --- law 1: blanking -------------------------------------------------------------------------------------------------


def blanked(
    items: Sequence[Item], chosen: Sequence[float], folder: Path, config: Config, *, applied: bool, whole: bool = False
) -> tuple[Verdicts, Verdicts]:
    """Verdicts before and after some of the attribute values are hidden; `chosen` are numbers in [0, 1) that pick them."""
    document = plan(items, applied=applied, whole=whole)
    before = verdicts(run_plan(document, folder, config))
    for number in chosen:
        changes: list[Any] = list(document["resource_changes"])  # type: ignore[call-overload]
        places = [(i, path) for i, c in enumerate(changes) for path in attribute_paths(c["change"]["after"])]
        if places:
            resource, path = places[int(number * len(places))]
            document = blank(document, resource, path)
    return before, verdicts(run_plan(document, folder, config))


@generated
@given(estates(), st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=4), CONFIGS, st.booleans(), st.booleans())
def test_law_1_hiding_a_value_only_makes_unknown(  # noqa: PLR0917 - hypothesis gives them by position
    tmp_path: Path,
    items: list[Item],
    chosen: list[float],
    config: Config,
    applied: bool,
    whole: bool,
) -> None:
    law_blanking(*blanked(items, chosen, tmp_path, config, applied=applied, whole=whole))


def test_the_generator_yields_every_verdict(tmp_path: Path) -> None:
    """At least a fifth each of fail, pass and unknown, or the laws would be about nothing."""
    seen: Counter[str] = Counter()

    @generated
    @given(estates(), CONFIGS, st.booleans())
    def count(items: list[Item], config: Config, applied: bool) -> None:
        seen.update(verdicts(run_plan(plan(items, applied=applied), tmp_path, config)).values())

    count()
    judged = sum(seen[v] for v in ("fail", "pass", "unknown"))
    assert judged > 200
    assert {v: round(seen[v] / judged, 2) for v in ("fail", "pass", "unknown") if seen[v] / judged < 0.2} == {}
    assert not seen["error"]


# --- law 3: before and after apply -----------------------------------------------------------------------------------


def applied_pair(items: Sequence[Item], folder: Path, config: Config, *, whole: bool = False) -> tuple[Verdicts, Verdicts]:
    """Verdicts of the plan before and of the plan after the apply."""
    before = run_plan(plan(items, whole=whole), folder, config)
    return verdicts(before), verdicts(run_plan(plan(items, applied=True), folder, config))


@generated
@given(estates(), CONFIGS, st.booleans())
def test_law_3_the_first_plan_never_contradicts_the_second(
    tmp_path: Path,
    items: list[Item],
    config: Config,
    whole: bool,
) -> None:
    law_apply(*applied_pair(items, tmp_path, config, whole=whole))


@generated
@given(estates(), st.booleans())
def test_law_3_relations_before_are_relations_after(tmp_path: Path, items: list[Item], whole: bool) -> None:
    law_relations(relations(plan(items, whole=whole), tmp_path), relations(plan(items, applied=True), tmp_path))


@generated
@given(estates(hidden=False), CONFIGS, st.booleans())
def test_law_3_traced_ids_give_equal_verdicts(
    tmp_path: Path,
    items: list[Item],
    config: Config,
    whole: bool,
) -> None:
    """Where only ids are unknown and each relation names one id, nothing is left to decide."""
    law_apply_equal(*applied_pair([i for i in items if _traceable(i, whole=whole)], tmp_path, config, whole=whole))


def _traceable(item: Item, *, whole: bool) -> bool:
    """Whether the plan can trace each reference.

    Several new ids in one list cannot be told apart, beside one that makes a list unknown as a whole there may be literals, and
    who is in a new group the plan does not say.
    """

    def of_a_group(ref: Ref) -> bool:
        return ref.to.startswith("azuread_group.")

    def several(value: object) -> bool:
        match value:
            case list():
                refs = [v for v in value if isinstance(v, Ref)]
                return len(refs) > (0 if whole else 1) or any(several(v) for v in value) or any(map(of_a_group, refs))
            case dict():
                return any(several(v) for v in value.values())
            case _:
                return False

    return not several(list(item.values.values())) and item.type not in ("azuread_group", "azuread_group_member")


# --- law 5: order and names ------------------------------------------------------------------------------------------


@generated
@given(estates(), CONFIGS, st.randoms(use_true_random=False))
def test_law_5_order_changes_nothing(tmp_path: Path, items: list[Item], config: Config, chance: random.Random) -> None:
    shuffled = list(items)
    chance.shuffle(shuffled)
    assert verdicts(run_plan(plan(items), tmp_path, config)) == verdicts(run_plan(plan(shuffled), tmp_path, config))


@generated
@given(estates(), CONFIGS)
def test_law_5_labels_change_nothing(tmp_path: Path, items: list[Item], config: Config) -> None:
    """Renaming a label moves each verdict to the new address and changes none."""

    def renamed(value: object) -> object:
        match value:
            case Ref():
                type_, name = value.to.split(".", maxsplit=1)
                return replace(value, to=f"{type_}.z_{name}")
            case Hidden():
                return replace(value, value=renamed(value.value))
            case list():
                return [renamed(v) for v in value]
            case dict():
                return {k: renamed(v) for k, v in value.items()}
            case _:
                return value

    others = [Item(i.type, f"z_{i.name}", {k: renamed(v) for k, v in i.values.items()}, i.index) for i in items]
    before = verdicts(run_plan(plan(items), tmp_path, config))
    after = verdicts(run_plan(plan(others), tmp_path, config))
    assert {
        (rule, subject.replace(".", ".z_", 1) if "_" in subject.split(".")[0] and "." in subject else subject): v
        for (rule, subject), v in before.items()
    } == after


def test_law_5_two_runs_give_identical_bytes(tmp_path: Path) -> None:
    document = plan(_lockout())
    renderings = {
        json_report.REPORT.render(run_plan(document, tmp_path), width=100, colour=False, everything=True) for _ in range(2)
    }
    assert len(renderings) == 1


# --- law 7, for groups: a member more never makes a pass worse --------------------------------------------------------


@generated
@given(estates(), CONFIGS)
def test_law_7_a_second_deployment_never_turns_fail_or_unknown_into_pass(
    tmp_path: Path, items: list[Item], config: Config
) -> None:
    first = verdicts(run_plan(plan(items), tmp_path, config))
    second = tmp_path / "second"
    second.mkdir(exist_ok=True)
    run_plan(plan(items), second, config)
    both = check([tmp_path / "plan.json", second / "plan.json"], config)
    for outcome in both.outcomes:
        for finding in outcome.findings:
            if finding.deployment.startswith("second"):
                continue
            before = first.get((outcome.rule, finding.subject))
            assert before is None or finding.verdict != "pass" or before == "pass"


# --- seeded faults ---------------------------------------------------------------------------------------------------

Fault = Callable[[pytest.MonkeyPatch], None]


def _lockout() -> list[Item]:
    """One policy that locks everybody out, one that depends on a local, one that excludes by reference."""
    conditions = {
        "client_app_types": ["all"],
        "applications": [{"included_applications": ["All"]}],
    }
    grant = [{"operator": "OR", "built_in_controls": ["block"]}]
    user = Item("azuread_user", "bg", {"display_name": "breakglass", "user_principal_name": "breakglass@contoso.onmicrosoft.com"})
    return [
        user,
        Item("azuread_user", "ana", {"display_name": "ana", "user_principal_name": "ana@contoso.example"}),
        Item(
            "azuread_directory_role_assignment", "bg", {"role_id": GLOBAL_ADMINISTRATOR, "principal_object_id": Ref(user.address)}
        ),
        Item(
            "azuread_conditional_access_policy",
            "all",
            {
                "display_name": "all",
                "state": "enabled",
                "conditions": [{**conditions, "users": [{"included_users": ["All"]}]}],
                "grant_controls": grant,
            },
        ),
        Item(
            "azuread_conditional_access_policy",
            "hidden",
            {
                "display_name": "hidden",
                "state": "enabled",
                "conditions": [
                    {**conditions, "users": [{"included_users": ["All"], "excluded_users": Hidden([Ref(user.address)])}]}
                ],
                "grant_controls": grant,
            },
        ),
        Item(
            "azuread_conditional_access_policy",
            "either",
            {
                "display_name": "either",
                "state": "enabled",
                "conditions": [
                    {
                        **conditions,
                        "users": [{"included_users": ["All"], "excluded_users": [Ref(user.address), Ref("azuread_user.ana")]}],
                    }
                ],
                "grant_controls": grant,
            },
        ),
    ]


def _possible_is_certain(patch: pytest.MonkeyPatch) -> None:
    honest = joining._Ends.edges

    def believing(self: Any, resource: Any, links: Any) -> Edges:
        edges = honest(self, resource, links)
        return replace(edges, members=tuple(replace(e, certain=True) for e in edges.members), open=None)

    patch.setattr(joining._Ends, "edges", believing)


def _certain_is_possible(patch: pytest.MonkeyPatch) -> None:
    honest = joining._Ends.edges

    def doubting(self: Any, resource: Any, links: Any) -> Edges:
        edges = honest(self, resource, links)
        return replace(edges, members=tuple(replace(e, certain=not e.certain) for e in edges.members))

    patch.setattr(joining._Ends, "edges", doubting)


def _open_is_dropped(patch: pytest.MonkeyPatch) -> None:
    honest = joining._Ends.edges
    patch.setattr(joining._Ends, "edges", lambda self, resource, links: replace(honest(self, resource, links), open=None))


def _after_unknown_is_ignored(patch: pytest.MonkeyPatch) -> None:
    honest = lift.Members.__init__

    def blind(self: lift.Members, place: Any, raw: Any, mask: object, secret: object) -> None:
        del mask
        honest(self, place, raw, {}, secret)

    patch.setattr(lift.Members, "__init__", blind)


def _maybe_is_no(patch: pytest.MonkeyPatch) -> None:
    honest = bundle.modules_of

    def careless(rules: Any) -> Mapping[str, str]:
        return {name: text.replace('"answer": "maybe"', '"answer": "no"') for name, text in honest(rules).items()}

    patch.setattr("sparekey.engine.judging.modules_of", careless)


FAULTS: list[Fault] = [_possible_is_certain, _certain_is_possible, _open_is_dropped, _after_unknown_is_ignored, _maybe_is_no]


def every_law(folder: Path) -> None:
    """Laws 1 and 3 on the estate above and on generated ones, without shrinking: the first that breaks is enough."""
    closed = Config(complete={"role_assignment": Pointer(file="sparekey.yaml", pointer="")})
    law_apply(*applied_pair(_lockout(), folder, closed))
    law_relations(relations(plan(_lockout()), folder), relations(plan(_lockout(), applied=True), folder))
    law_apply_equal(*applied_pair([i for i in _lockout() if i.name in ("bg", "all")], folder, closed))

    @settings(generated, max_examples=40, phases=[Phase.generate])
    @given(estates(), st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=4), CONFIGS)
    def generated_ones(items: list[Item], chosen: list[float], config: Config) -> None:
        law_apply(*applied_pair(items, folder, config))
        law_blanking(*blanked(items, chosen, folder, config, applied=True))

    generated_ones()


def test_the_laws_hold_without_a_fault(tmp_path: Path) -> None:
    every_law(tmp_path)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__.strip("_"))
def test_a_seeded_fault_breaks_a_law(fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fault(monkeypatch)
    with pytest.raises((AssertionError, BaseExceptionGroup)):
        every_law(tmp_path)
