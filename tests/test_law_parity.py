"""Law 2, parity: source and plan of one estate never contradict each other, and where no state decides they say the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from sparekey.formats.terraform import declare, lift
from sparekey.formats.terraform.lang import conditional, evaluate
from sparekey.formats.terraform.lang.evaluation import Evaluation, Frame
from sparekey.formats.terraform.lang.values import Value
from sparekey.formats.terraform.syntax import tree
from tests.parity import Side, contradictions, differences, side, without

ROOT = Path(__file__).resolve().parent.parent
_APART_FROM_ITS_PLAN = "main.tf.txt"
"""What a fixture calls its source where the plan is to be judged without it."""

BOTH = sorted(
    plan.parent
    for pattern in ("rules/*/*/plan.json", "estates/*/plan.json")
    for plan in (ROOT / "fixtures").glob(pattern)
    if any(plan.parent.glob("*.tf")) or (plan.parent / _APART_FROM_ITS_PLAN).is_file()
)
"""Fixtures that hold a plan and the source that it was made from."""

PARITY = sorted(plan.parent for plan in (ROOT / "fixtures" / "estates" / "parity").glob("*/plan.json"))
"""Estates as repositories write them, with `source` in a folder of its own and a plan that Terraform made of it."""

_SET = "of a set with a member that is unknown the plan shows nothing, the source every member"
_INSTANCE = "the plan does not say from which instance of a for_each an id comes, the source does"
_SCHEMA = "which of its names an id is depends on the provider's major version, which the plan tells and this source does not"

APART: Mapping[str, Mapping[tuple[str, str, str], str]] = {
    "rules/emergency-account-not-excluded/fail-msgraph": {
        ("emergency-account-role-not-permanent", "pass", "unknown"): _INSTANCE,
        ("too-few-emergency-accounts", "pass", "unknown"): _INSTANCE,
    },
    "rules/emergency-account-not-excluded/unknown": {("emergency-account-not-excluded", "pass", "unknown"): _SET},
    "rules/emergency-account-not-excluded/unknown-microsoft365": {("emergency-account-not-excluded", "pass", "unknown"): _SET},
    "rules/policy-locks-everyone-out/unknown": {
        ("emergency-account-not-excluded", "pass", "unknown"): _SET,
        ("policy-locks-everyone-out", "pass", "unknown"): _SET,
    },
    "rules/reference-by-id-not-object-id/fail": {("reference-by-id-not-object-id", "unknown", "fail"): _SCHEMA},
    "rules/reference-by-id-not-object-id/fail-report-only": {("reference-by-id-not-object-id", "unknown", "fail"): _SCHEMA},
    "rules/reference-by-id-not-object-id/pass-version-2": {("reference-by-id-not-object-id", "unknown", "pass"): _SCHEMA},
    "rules/reference-by-id-not-object-id/unknown": {("emergency-account-not-excluded", "pass", "unknown"): _SET},
    "rules/sole-connector/pass-installed-by-extension": {
        ("connectors-share-failure-domain", "pass", "unknown"): _INSTANCE,
        ("single-on-premises-dependency", "pass", "unknown"): _INSTANCE,
    },
    "rules/too-few-cloud-sync-agents/pass-installed-by-extension": {
        ("agents-share-failure-domain", "pass", "unknown"): _INSTANCE
    },
    "rules/too-few-pta-agents/pass-installed-by-extension": {("agents-share-failure-domain", "pass", "unknown"): _INSTANCE},
    "rules/strict-policy-scoped-by-group/pass": {("emergency-account-not-excluded", "fail", "unknown"): _SET},
    "rules/strict-policy-scoped-by-group/unknown-groups": {("reference-by-id-not-object-id", "pass", "unknown"): _SET},
}
"""Where nothing existed before and yet only one of the two decides: by fixture the rule, what the source and what the plan say, and why."""


DELETED: Mapping[str, str] = {
    "rules/sole-connector/fail-last-but-one-deleted": "single-on-premises-dependency sign_in_path/connector_group/hr: pass, fail",
}
"""Where the inventory lists what a change deletes: only the plan shows that it goes, and source has to believe the inventory."""


def _name(folder: Path) -> str:
    return folder.relative_to(ROOT / "fixtures").as_posix()


def _is_first(folder: Path) -> bool:
    """Whether nothing existed when the plan was made: then source and plan see the same."""
    changes = json.loads((folder / "plan.json").read_text(encoding="utf-8")).get("resource_changes", [])
    return all(change["change"]["actions"] in (["create"], ["read"]) for change in changes)


def _judged(one: Side) -> Side:
    """The verdicts alone: of what exists already a plan knows ids, and that it is not new, which source does not."""
    return Side(one.verdicts, {})


def _alone(folder: Path, to: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Side, Side]:
    """What the source says alone, and what the plan says alone."""
    sources = without(folder, to / "source", "plan.json")
    if (sources / _APART_FROM_ITS_PLAN).is_file():
        (sources / _APART_FROM_ITS_PLAN).rename(sources / "main.tf")
    monkeypatch.chdir(sources)
    source = side("")
    monkeypatch.chdir(without(folder, to / "plan", "*.tf"))
    return source, side("")


@pytest.mark.parametrize("folder", BOTH, ids=_name)
def test_source_and_plan_never_contradict_and_say_the_same_of_what_is_new(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, plan = _alone(folder, tmp_path, monkeypatch)
    if not _is_first(folder):
        found = list(contradictions(_judged(source), _judged(plan)))
        assert found == [text for text in (DELETED.get(_name(folder)),) if text]
        return
    assert not list(contradictions(source, plan))
    assert source.verdicts.keys() == plan.verdicts.keys()
    apart = {
        (rule, verdict, plan.verdicts[rule, subject])
        for (rule, subject), verdict in source.verdicts.items()
        if verdict != plan.verdicts[rule, subject]
    }
    assert apart == APART.get(_name(folder), {}).keys()


@pytest.mark.parametrize("folder", PARITY, ids=_name)
def test_source_says_of_an_estate_what_the_plan_beside_it_does(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A first plan beside its source and the source alone give the same resources, with the same values, and the same verdicts."""
    monkeypatch.chdir(folder)
    source, plan, both = side("source"), side("plan.json"), side("plan.json", source="source")
    if _is_first(folder):
        assert not list(contradictions(source, plan))
        assert not list(differences(source, both))
    else:
        assert not list(contradictions(_judged(source), _judged(plan)))
    assert not list(contradictions(plan, both))
    for key, verdict in plan.verdicts.items():
        assert verdict == "unknown" or both.verdicts[key] == verdict, f"{key}: the source made {both.verdicts[key]} of {verdict}"


def test_every_reason_is_of_a_fixture() -> None:
    assert APART.keys() <= {_name(folder) for folder in BOTH}


def _estate(name: str) -> Path:
    return ROOT / "fixtures" / "estates" / "parity" / name


def test_the_law_breaks_where_what_a_provider_fills_in_is_taken_for_null(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(_estate("connector-sites"))
    both = side("plan.json", source="source")
    monkeypatch.setattr(lift, "is_filled_in", lambda _type, path: path == "id")
    assert [text for text in differences(side("source"), both) if "host_name" in text]


def test_the_law_breaks_where_ignored_changes_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(_estate("kept-as-found"))
    plan = side("plan.json")
    monkeypatch.setattr(declare, "ignored", lambda _block: {})
    found = list(contradictions(side("source"), plan))
    assert [text for text in found if text.startswith("emergency-account-not-excluded azuread_conditional_access_policy.mfa: ")]


def test_the_law_breaks_where_a_conditional_takes_the_other_branch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(_estate("policies-in-files"))
    plan = side("plan.json")

    def swapped(run: Evaluation, node: tree.Conditional, frame: Frame) -> Value:
        turned = tree.Conditional(span=node.span, condition=node.condition, then=node.otherwise, otherwise=node.then)
        return conditional.conditional(run, turned, frame)

    monkeypatch.setitem(evaluate._HANDLERS, tree.Conditional, swapped)
    assert list(contradictions(side("source"), plan))
