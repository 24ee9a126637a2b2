"""The laws as functions, so that a test can show that a seeded fault breaks them."""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sparekey.config import Config
from sparekey.model.run import Run
from sparekey.run import check, gather

Verdicts = dict[tuple[str, str], str]


def run_plan(document: Mapping[str, object], folder: Path, config: Config | None = None) -> Run:
    """Check one plan, written into `folder`."""
    path = folder / "plan.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return check([path], config or Config())


def verdicts(run: Run) -> Verdicts:
    """Verdict by rule and subject."""
    return {(outcome.rule, finding.subject): finding.verdict for outcome in run.outcomes for finding in outcome.findings}


def attribute_paths(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every path below a planned value, containers included."""
    if path:
        yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from attribute_paths(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from attribute_paths(inner, (*path, index))


def blank(document: Mapping[str, object], resource: int, path: tuple[str | int, ...]) -> dict[str, Any]:
    """The plan with one attribute value unknown: gone from `after`, true in `after_unknown`, as a local that nobody shows."""
    result: dict[str, Any] = copy.deepcopy(dict(document))
    change = result["resource_changes"][resource]["change"]
    after, unknown = change["after"], change["after_unknown"]
    for step, following in itertools.pairwise(path):
        after = after[step]
        unknown = _step(unknown, step, [] if isinstance(following, int) else {})
    last = path[-1]
    if isinstance(last, int):
        after[last] = None
        _step(unknown, last, default=True)
        unknown[last] = True
    else:
        after.pop(last, None)
        unknown[last] = True
    for entry in result["planned_values"]["root_module"]["resources"]:
        if entry["address"] == result["resource_changes"][resource]["address"]:
            entry["values"] = change["after"]
    _hide_expression(result, result["resource_changes"][resource], path)
    return result


def _step(marks: Any, step: str | int, default: object) -> Any:
    if isinstance(step, int):
        while len(marks) <= step:
            marks.append(False)
        if marks[step] is False:
            marks[step] = default
        return marks[step]
    if marks.get(step, False) is False:
        marks[step] = default
    return marks[step]


def _hide_expression(document: dict[str, Any], change: Mapping[str, Any], path: tuple[str | int, ...]) -> None:
    """In the configuration the blanked value comes from a local, whose definition a plan does not hold."""
    for entry in document["configuration"]["root_module"]["resources"]:
        if entry["address"] != change["address"].split("[")[0]:
            continue
        holder: Any = entry["expressions"]
        for step in path:
            inner = (
                holder.get(step)
                if isinstance(holder, dict)
                else holder[step]
                if isinstance(step, int) and step < len(holder)
                else None
            )
            if inner is None or (isinstance(inner, dict) and ("constant_value" in inner or "references" in inner or not inner)):
                if isinstance(holder, dict) and isinstance(step, str):
                    before = inner.get("references", []) if isinstance(inner, dict) else []
                    holder[step] = {"references": [*before, "local.blanked"]}
                elif isinstance(holder, list) and isinstance(step, int):
                    holder[step] = {}
                return
            if step == path[-1]:
                holder[step] = {"references": ["local.blanked"]}
                return
            holder = inner


def law_blanking(before: Verdicts, after: Verdicts) -> None:
    """Law 1: hiding a value may only turn verdicts into unknown."""
    hidden_rules = {rule for (rule, _), verdict in after.items() if verdict == "unknown"}
    for key, verdict in after.items():
        if key in before:
            assert verdict in (before[key], "unknown"), f"{key}: {before[key]} became {verdict}"
        else:
            # What it now may be as well is none of the business of rules about other things.
            assert verdict in ("unknown", "not_applicable"), f"{key}: a new subject with verdict {verdict}"
    for key, verdict in before.items():
        if key not in after:
            # What a thing is was hidden: its subject is gone, but the rule must say that it cannot tell.
            assert verdict in ("unknown", "not_applicable") or key[0] in hidden_rules, (
                f"{key}: {verdict} vanished without an unknown"
            )


def law_apply(before: Verdicts, after: Verdicts) -> None:
    """Law 3: applying may decide an unknown, and never swaps pass and fail."""
    for key in before.keys() & after.keys():
        pair = {before[key], after[key]}
        assert not {"pass", "fail"} <= pair, f"{key}: {before[key]} before the apply, {after[key]} after it"


Relations = dict[tuple[str, str], tuple[set[str], set[str], bool]]
"""By resource and field: whom it certainly names, whom it possibly names, whether there may be more."""


def relations(document: Mapping[str, object], folder: Path) -> Relations:
    """Every relation of a plan, ends by address; an id that nothing here has is left out."""
    path = folder / "plan.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    found: Relations = {}
    for estate in gather([path], Config()).estates:
        for (resource, name), edges in estate.edges.items():
            ends = [(e.target.split("#")[1], e.certain) for e in edges.members if not e.external]
            certain, possible = {t for t, sure in ends if sure}, {t for t, sure in ends if not sure}
            found[(resource.split("#")[1], name)] = (certain, possible, edges.open is not None)
    return found


def law_relations(before: Relations, after: Relations) -> None:
    """Law 3: what is called certain before exists after; what exists after was at least possible before."""
    for key, (certain, possible, open_) in before.items():
        if key in after:
            assert certain <= after[key][0], f"{key}: {certain - after[key][0]} was certain and is not there"
            beyond = after[key][0] - certain - possible
            assert open_ or not beyond, f"{key}: {beyond} is there and was not even possible"
    for key, (_, possible, _) in after.items():
        assert not possible, f"{key}: every id is known, and yet {possible} is only possible"


def law_apply_equal(before: Verdicts, after: Verdicts) -> None:
    """Law 3, last clause: where only ids were unknown and every reference can be traced, the verdicts are equal."""
    assert before == after
