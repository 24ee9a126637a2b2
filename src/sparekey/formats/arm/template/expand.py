"""From what a template writes to what it deploys: loops, conditions, children, and templates within the template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sparekey.formats.arm.language.parse import is_expression
from sparekey.formats.arm.language.values import (
    EvaluationError,
    Later,
    NotYetError,
    Value,
    folded,
    merged,
    pattern_of,
    split_pattern,
)
from sparekey.formats.arm.template import check as checks
from sparekey.formats.arm.template.deployment import Deployment
from sparekey.formats.arm.template.instance import Instance
from sparekey.formats.arm.template.nested import deployed_by
from sparekey.formats.arm.template.references import DEPLOYMENTS
from sparekey.formats.arm.template.scopes import id_within, joined
from sparekey.formats.arm.template.sections import below, by_name, held, member
from sparekey.formats.arm.template.session import Loss
from sparekey.formats.arm.template.world import World

_DEEPEST = 8
"""Resources within resources are followed so far; the engine takes five levels."""

_MOST_MEMBERS = 200
"""Members of one resource beside its properties; the engine knows some 20."""

_EXTENSION_KEYS = ("import", "extension")
_STACKS = "microsoft.resources/deploymentstacks"


def expand(deployment: Deployment) -> None:
    """Fill a deployment with what it deploys, and what the templates in it deploy. Raises EvaluationError when strict."""
    session = deployment.session
    if session.strict:
        checks.check_template(deployment)
    found = member(deployment.top, "resources")
    pointer = None if deployment.pointer is None else below(deployment.pointer, found[0] if found else "resources")
    deployment.instances.extend(_resources(deployment, found[1] if found else None, pointer, None, 0))
    deployment.complete = True
    for instance in deployment.instances:
        if instance.type.lower() == DEPLOYMENTS and not instance.off and not instance.existing:
            made = deployed_by(instance)
            if isinstance(made, Loss):
                session.lose(made)
            else:
                instance.inner = made
                expand(made)
        elif instance.type.lower() == _STACKS and not instance.off and not instance.existing:
            _lost(deployment, "nested-template", "deploys a stack, whose template is not read", instance.pointer)
    if session.strict:
        _evaluate_all(deployment)


def _evaluate_all(deployment: Deployment) -> None:
    """What fails is refused wherever it stands, also where nothing uses it."""
    if deployment.around is None:
        for name in deployment.parameters():
            deployment.parameter(name)
        for name in deployment.variables():
            deployment.variable(name)
    for instance in deployment.instances:
        if not instance.off:
            instance.depends_on()
            if instance.inner is None and instance.type.lower() != DEPLOYMENTS:
                instance.fields()
    deployment.outputs()


def _lost(deployment: Deployment, kind: str, message: str, pointer: str | None) -> None:
    deployment.session.lose(Loss(kind=kind, message=message, pointer=pointer, file=deployment.file))


def _resources(
    deployment: Deployment, raw: object, pointer: str | None, parent: Instance | None, level: int
) -> Iterator[Instance]:
    """Every resource in a `resources` section."""
    if raw is None:
        return
    if level > _DEEPEST:
        _lost(deployment, "too-deep", f"holds resources more than {_DEEPEST} levels deep", pointer)
        return
    if isinstance(raw, list):
        items: list[tuple[str, str | int, object]] = [("", index, item) for index, item in enumerate(raw)]
    elif isinstance(raw, dict):
        items = [(symbol, symbol, item) for symbol, item in raw.items()]
    else:
        deployment.session.refuse("resources are neither a list nor an object", pointer, deployment.file)
        _lost(deployment, "unread-resources", "holds resources that are not written out", pointer)
        return
    session = deployment.session
    for symbol, step, item in items:
        at = None if pointer is None else below(pointer, step)
        members = by_name(item) if isinstance(item, dict) else {}
        type_ = members.get("type", ("", None))[1]
        if isinstance(item, dict) and len(item) > _MOST_MEMBERS:
            _lost(deployment, "too-much", f"holds a resource with more than {_MOST_MEMBERS} members", at)
            continue
        if not isinstance(item, dict) or not isinstance(type_, str) or (not session.strict and is_expression(type_)):
            deployment.session.refuse("a resource has no type", at, deployment.file)
            _lost(deployment, "malformed-resource", "holds a resource whose type cannot be read", at)
            continue
        yield from _turns(_Written(deployment, item, members, at, symbol, parent, level))


@dataclass(frozen=True, slots=True)
class _Written:
    """One resource as it is written."""

    deployment: Deployment
    raw: dict[str, object]
    members: Mapping[str, tuple[str, object]]
    pointer: str | None
    symbol: str
    parent: Instance | None
    level: int

    def held(self, name: str) -> object:
        """The value of a member by its name in lower case, None where there is none."""
        found = self.members.get(name)
        return found[1] if found else None


def _turns(one: _Written) -> Iterator[Instance]:
    """Each turn of a resource's loop; one where it has none."""
    deployment = one.deployment
    loop = one.members.get("copy")
    # A loop on a child within its parent is passed over by the engine.
    if loop is None or loop[1] is None or one.parent is not None:
        if deployment.session.room(1):
            yield from _instance(one, one.parent.world.early() if one.parent else deployment.world(), None, "")
        return
    deployment.session.at = deployment.file, one.pointer
    name, count = _loop(one, loop[1])
    if not deployment.session.room(count if isinstance(count, int) else 1):
        return
    if isinstance(count, Later):
        if deployment.session.strict and deployment.parent is None:
            raise EvaluationError("how often a loop runs cannot be told before the deployment")
        # Within one turn the same text everywhere, and another one than in any other loop, so that what lies in it is found.
        deployment.session.loops += 1
        pattern = f"{{{deployment.number}:turn {deployment.session.loops}}}"
        turn = Later(f"the turn of the loop {name[:40]}", hidden=True, how=count.how, pattern=pattern)
        world = deployment.world().within({name.upper(): turn, "": turn})
        yield from _instance(one, world, None, name, copies=count)
        return
    if not count:
        deployment.empty.add(one.symbol.lower())
    for index in range(count):
        yield from _instance(one, deployment.world().within({name.upper(): index, "": index}), index, name)


def _loop(one: _Written, loop: object) -> tuple[str, int | Later]:
    """The name of a resource's loop and how often it runs."""
    deployment = one.deployment
    name = held(loop, "name")
    mode = held(loop, "mode")
    if not isinstance(name, str) or not name:
        deployment.session.refuse("a loop has no name", one.pointer, deployment.file)
        name = "?"
    if mode is not None and str(mode).lower() not in ("serial", "parallel"):
        deployment.session.refuse("a loop has a mode that there is not", one.pointer, deployment.file)
    return name, deployment.grower(deployment.world()).count(held(loop, "count"))


def _instance(one: _Written, world: World, turn: int | None, loop: str, copies: Later | None = None) -> Iterator[Instance]:
    """One turn with its children."""
    deployment = one.deployment
    deployment.session.at = deployment.file, one.pointer
    if deployment.session.strict:
        checks.check_resource(one.raw)
    said = one.held("condition")
    condition: Value = True
    if said is not None:
        condition = deployment.grower(world).value(said)
        if not isinstance(condition, (bool, Later)):
            condition = Later("a condition that is neither true nor false", hidden=True, how="correct the file")
    off = condition is False
    existing = one.held("existing") is True
    type_ = str(one.held("type"))
    if one.parent is not None and not _is_whole(type_):
        type_ = f"{one.parent.type}/{type_}"
    names, base, id_ = _named(one, world, type_, forgiven=off)
    instance = Instance(
        deployment=deployment,
        raw=one.raw,
        pointer=one.pointer,
        world=world.late(world.uses),
        type=type_,
        names=names,
        base=base,
        id=id_,
        version=deployment.grower(world).value(one.held("apiversion")),
        condition=condition,
        off=off,
        existing=existing,
        symbol=one.symbol,
        turn=turn,
        loop=loop,
        copies=copies or (one.parent.copies if one.parent else None),
        parent=one.parent,
    )
    if not off and not existing:
        deployment.session.times[folded(pattern_of(id_))] += 1
    yield instance
    resources = one.members.get("resources")
    if resources is not None and type_.lower() != DEPLOYMENTS:
        inside = None if one.pointer is None else below(one.pointer, resources[0])
        yield from _resources(deployment, resources[1], inside, instance, one.level + 1)


def _named(one: _Written, world: World, type_: str, *, forgiven: bool) -> tuple[list[Value] | Later, Value, Value]:
    """The parts of a resource's name, what its id begins with, and its id."""
    deployment = one.deployment
    if "name" not in one.members and any(key in one.members for key in _EXTENSION_KEYS):
        return Later("what no name is written for", hidden=True), None, None
    grower = deployment.grower(world.early())
    try:
        name = grower.value(one.held("name"))
        above = one.parent.names if one.parent is not None and not _is_whole(str(one.held("type"))) else []
        if isinstance(above, Later):
            return above, above, above
        parts = _parts(name)
        base = _base(one, world)
        if isinstance(parts, Later) or (isinstance(name, Later) and len(above) + len(parts) != type_.count("/")):
            return merged((name,)), base, merged((name,))
        names = [*above, *parts]
        return names, base, id_within(base, type_, names)
    except NotYetError as later:
        return later.later, later.later, later.later
    except EvaluationError as error:
        if not forgiven:
            deployment.session.refuse(str(error), one.pointer, deployment.file)
        refused = Later(f"a name that the engine refuses: {error}", hidden=True, how="correct the file")
        return refused, refused, refused


def _is_whole(type_: str) -> bool:
    """Whether a child's type names its provider, so that its parent's type does not stand before it."""
    return "." in type_.partition("/")[0]


def _parts(name: Value) -> list[Value] | Later:
    if isinstance(name, Later):
        return [*split_pattern(name)] if name.pattern else name
    if not isinstance(name, str) or not name:
        raise EvaluationError("the name of a resource is no text, or empty")
    return [part for part in name.split("/") if part]


def _base(one: _Written, world: World) -> Value:
    """What the id of a resource begins with."""
    deployment = one.deployment
    if one.parent is not None:
        return one.parent.id if _is_whole(str(one.held("type"))) else one.parent.base
    grower = deployment.grower(world.early())
    scope = grower.value(one.held("scope"))
    if isinstance(scope, Later):
        # One of which the beginning is known is absolute or relative for certain; of any other only what it will be is kept.
        return scope if scope.pattern[:1] in ("", "/", "{") else joined(deployment.home, "/providers/", scope)
    if isinstance(scope, str):
        if scope.startswith("/"):
            return scope.rstrip("/")
        return joined(deployment.home, "/providers/", scope)
    group, subscription = (grower.value(one.held(key)) for key in ("resourcegroup", "subscriptionid"))
    if group is None and subscription is None:
        return deployment.home
    return deployment.target.inside(subscription=subscription, group=group).base()


def everything(deployment: Deployment) -> Iterator[Instance]:
    """Every resource that is or may be deployed, templates within the template included, in no order of time."""
    for instance in deployment.instances:
        if instance.inner is not None:
            yield from everything(instance.inner)
        elif instance.type.lower() != DEPLOYMENTS and not instance.off and not instance.existing:
            yield instance


def looked_up(deployment: Deployment) -> Iterator[Instance]:
    """Every resource that a template only looks up (`existing`), templates within the template included."""
    for instance in deployment.instances:
        if instance.inner is not None:
            yield from looked_up(instance.inner)
        elif instance.existing and not instance.off:
            yield instance
