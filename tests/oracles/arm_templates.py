"""Part `templates`: whole ARM templates, against the resources and outputs that Microsoft's deployment engine predicts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tests.oracles.arm_expressions import equal, is_runtime, reads
from tests.oracles.sets import Part, Score

from sparekey.formats.arm.language.lenient import loads
from sparekey.formats.arm.language.values import EvaluationError, Later, TooMuchError, Value
from sparekey.formats.arm.recognise import decoded
from sparekey.formats.arm.template.deployment import Deployment
from sparekey.formats.arm.template.expand import expand
from sparekey.formats.arm.template.given import Given, read_given
from sparekey.formats.arm.template.instance import Instance
from sparekey.formats.arm.template.order import deployed
from sparekey.formats.arm.template.scopes import Scope
from sparekey.formats.arm.template.session import Session


def cases(folder: Path) -> list[Path]:
    """The cases of a set."""
    return sorted(path.parent for path in (folder / "templates").glob("*/expected.json"))


def predicted(case: Path) -> Deployment:
    """The deployment of a case. Raises EvaluationError, TooMuchError."""
    where = json.loads((case / "scope.json").read_text(encoding="utf-8"))
    top = loads(decoded((case / "template.json").read_bytes()))
    if not isinstance(top, dict):
        raise EvaluationError("the template is no object")
    missing = Later("a scope that the case does not name")
    scope = Scope(
        level=where["scope"],
        subscription=where.get("subscription", missing),
        group=where.get("resourceGroup", missing),
        management_group=where.get("managementGroup", missing),
        tenant=where.get("tenant", missing),
        location=where.get("location", missing),
    )
    given: dict[str, Value] = {}
    file = case / "parameters.json"
    if file.exists():
        read = read_given(loads(decoded(file.read_bytes())))
        assert isinstance(read, Given), read
        given = dict(read.values)
        declared = top.get("parameters")
        names = {name.lower() for name in declared} if isinstance(declared, dict) else set()
        if not given.keys() <= names:
            raise EvaluationError("a parameter is given that is not declared")
    deployment = Deployment(
        session=Session(strict=True),
        top={str(key): value for key, value in top.items()},
        name=where.get("deploymentName", "main"),
        target=scope,
        given=given,
    )
    expand(deployment)
    return deployment


def printed(instance: Instance) -> dict[str, Value]:
    """A resource as the engine prints it."""
    made: dict[str, Value] = {"type": instance.type, **instance.fields()}
    if instance.id is not None:
        made = {"id": instance.id, "name": instance.name, "apiVersion": instance.version, **made}
    return {name: value for name, value in made.items() if value is not None}


def score_case(case: Path) -> Score:
    """One template."""
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    category = json.loads((case / "scope.json").read_text(encoding="utf-8"))["category"]
    either = category == "unchecked" or case.name.endswith(("-is-not-checked", "-is-not-refused", "-are-both-predicted"))
    try:
        deployment = predicted(case)
        got = deployed(deployment)
        outputs = deployment.outputs()
    except (EvaluationError, TooMuchError) as error:
        if expected["status"] == "error" or either:
            return Score(total=1, equal=1)
        return Score(total=1, wrong=1, differences=[f"{case.name}: refused: {error}"])
    if expected["status"] == "error":
        return Score(total=1, wrong=1, differences=[f"{case.name}: not refused: {expected['message'][:200]}"])
    answer, why = _compared(got, outputs, expected)
    if answer is None:
        return Score(total=1, unknown=1)
    return Score(total=1, equal=int(answer), wrong=int(not answer), differences=[] if answer else [f"{case.name}: {why}"])


def _compared(got: list[Instance], outputs: Value, expected: dict[str, object]) -> tuple[bool | None, str]:
    wanted = expected["resources"]
    assert isinstance(wanted, list)
    mine: dict[str, list[dict[str, Value]]] = {}
    undecided: Counter[str] = Counter()
    for instance in got:
        one = printed(instance)
        key = _key(one)
        mine.setdefault(key, []).append(one)
        undecided[key] += instance.condition is not True or instance.copies is not None
    answer: bool | None = True
    seen: Counter[str] = Counter()
    for want in wanted:
        key = _key(want)
        place = seen[key]
        seen[key] += 1
        if place >= len(mine.get(key, [])):
            return False, f"{key} is not there"
        if ("condition" in want) > undecided[key]:
            return False, f"{key} is called certain"
        one = {name: value for name, value in want.items() if name != "condition"}
        same = _same(mine[key][place], one)
        if same is False:
            return False, f"{key}: {mine[key][place]!r} instead of {one!r}"
        answer = answer if same else None
        if undecided[key] and "condition" not in want:
            answer = None
    if "diagnostics" not in expected:
        more = [key for key, ones in mine.items() if len(ones) > seen[key]]
        if any(not undecided[key] for key in more):
            return False, f"{more} should not be there"
        answer = None if more else answer
    return _outputs_compared(outputs, expected.get("outputs") or {}, answer)


def _outputs_compared(outputs: Value, wanted: object, answer: bool | None) -> tuple[bool | None, str]:
    values = {name: one["value"] for name, one in outputs.items() if isinstance(one, dict)} if isinstance(outputs, dict) else {}
    same = equal(dict(values), wanted)
    if same is False:
        return False, f"outputs: {values!r} instead of {wanted!r}"
    return (answer if same else None), ""


def _key(one: dict[str, object] | dict[str, Value]) -> str:
    id_ = one.get("id")
    return id_ if isinstance(id_, str) and not is_runtime(id_) else f"type {one['type']}"


def _same(got: dict[str, Value], want: Mapping[str, object]) -> bool | None:
    same = equal(got, want)
    if same is not False:
        return same
    # The engine forgets the subscription and the group in what `resourceInfo` says of one turn of a loop.
    return equal(_shortened(got, want), want)


def _shortened(got: Value, want: object) -> Value:
    if isinstance(got, dict) and isinstance(want, dict):
        return {key: _shortened(value, want.get(key)) for key, value in got.items()}
    if isinstance(got, list) and isinstance(want, list) and len(got) == len(want):
        return [_shortened(one, other) for one, other in zip(got, want, strict=True)]
    if isinstance(got, str) and isinstance(want, str) and want.startswith("/providers/") and got.endswith(want):
        return want
    return got


def score(folder: Path) -> Score:
    """Every template of a set."""
    total = Score()
    for case in cases(folder):
        total.add(score_case(case))
    return total


PART = Part("templates", reads, score)
