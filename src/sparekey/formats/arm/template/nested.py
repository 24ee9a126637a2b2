"""Templates within the template, and templates that a template links to."""

from __future__ import annotations

import re
from dataclasses import replace

from sparekey.formats.arm.language.function import beside
from sparekey.formats.arm.language.values import EvaluationError, Later, OpenObject, Value, folded, pattern_of
from sparekey.formats.arm.template.deployment import Deployment
from sparekey.formats.arm.template.instance import Instance
from sparekey.formats.arm.template.references import index_of
from sparekey.formats.arm.template.scopes import Scope
from sparekey.formats.arm.template.sections import below, held, member, written
from sparekey.formats.arm.template.session import MOST_LEVELS, Loss

_TEMPLATE = re.compile(r"\.jsonc?\Z", re.IGNORECASE)


def deployed_by(instance: Instance) -> Deployment | Loss:
    """The deployment that a resource of that type makes, or why its template is not at hand."""
    deployment = instance.deployment
    session = deployment.session
    properties = held(instance.raw, "properties")
    at = None if instance.pointer is None else below(instance.pointer, written(instance.raw, "properties"))
    try:
        target = _target(instance)
    except EvaluationError as error:
        session.refuse(str(error), instance.pointer, deployment.file)
        return _lost(instance, "nested-template", f"deploys a template to a place that cannot be read: {error}", at)
    if isinstance(target, Later):
        return _lost(instance, "nested-template", f"deploys a template to a place that is not known: {target.reason}", at)
    if deployment.level >= MOST_LEVELS:
        return _lost(instance, "too-deep", f"deploys templates within templates more than {MOST_LEVELS} levels deep", at)
    template, link = member(properties, "template"), member(properties, "templateLink")
    if (template is None) == (link is None) or not isinstance(properties, dict):
        session.refuse("a deployment has either a template or a link to one", at, deployment.file)
    if template is not None and template[1] is not None:
        return _written(instance, properties, at, target, template)
    if link is not None:
        return _linked(instance, properties, at, target, link)
    return _lost(instance, "nested-template", "deploys a template that is not written out", at)


def _lost(instance: Instance, kind: str, message: str, pointer: str | None, *, incomplete: bool = True) -> Loss:
    return Loss(kind=kind, message=message, pointer=pointer, file=instance.deployment.file, incomplete=incomplete)


def _written(
    instance: Instance, properties: object, at: str | None, target: Scope, found: tuple[str, object]
) -> Deployment | Loss:
    deployment = instance.deployment
    top: object = found[1]
    pointer = None if at is None else below(at, found[0])
    if not isinstance(top, dict):
        grower = deployment.grower(instance.world.early())
        top, pointer = grower.value(top), None
    if not isinstance(top, dict) or isinstance(top, OpenObject):
        return _lost(instance, "nested-template", "deploys a template that is not written out", at)
    word = deployment.grower(instance.world).value(held(held(properties, "expressionEvaluationOptions"), "scope"))
    inner = str(word).lower() == "inner"
    if not inner and word is not None and str(word).lower() not in ("outer", "notspecified"):
        deployment.session.refuse("expressions are evaluated in a scope that there is not", at, deployment.file)
    return Deployment(
        session=deployment.session,
        top={str(key): value for key, value in top.items()},
        name=instance.name,
        target=target,
        given=_given(instance, properties, top) if inner else {},
        file=deployment.file,
        pointer=pointer,
        around=None if inner else instance.world,
        parent=instance,
        level=deployment.level + 1,
    )


def _linked(
    instance: Instance, properties: object, at: str | None, target: Scope, found: tuple[str, object]
) -> Deployment | Loss:
    deployment = instance.deployment
    here = None if at is None else below(at, found[0])
    link = deployment.grower(instance.world).value(found[1])
    base, where = _path_of(held(link, "relativePath") or held(link, "uri"), deployment.file)
    if deployment.session.linked is None or where is None:
        kind = "template spec" if held(link, "id") is not None else "linked template"
        message = f"deploys a {kind}, which is not read"
        return _lost(instance, "linked-template", message, here, incomplete=False)
    read = deployment.session.linked(base, where)
    if isinstance(read, Loss):
        return replace(read, pointer=here, file=deployment.file)
    return Deployment(
        session=deployment.session,
        top=read.top,
        name=instance.name,
        target=target,
        given=_given(instance, properties, read.top),
        file=read.file,
        pointer="",
        parent=instance,
        level=deployment.level + 1,
    )


def _path_of(link: object, file: str) -> tuple[str, str | None]:
    """The path that a link in a file means, and the file that it is relative to; None for a path that is not known.

    A path is relative to the file that links. An address is relative to that of the template that asked where it is deployed from,
    whoever it was handed to since. Behind its path may stand a token, of which nothing need be known.
    """
    if isinstance(link, str):
        return file, link
    found = beside(link.pattern) if isinstance(link, Later) else None
    if found is None:
        return file, None
    base, path = found
    known, brace, rest = path.partition("{")
    if brace and "?" not in known and not (_TEMPLATE.search(known) and rest.endswith("}")):
        return base, None
    return base, known.partition("?")[0]


def _given(instance: Instance, properties: object, top: object) -> dict[str, Value]:
    """What a template within the template is handed."""
    deployment = instance.deployment
    grower = deployment.grower(replace(instance.world, uses=instance.uses))
    handed = grower.value(held(properties, "parameters"), loops=True)
    declared = held(top, "parameters")
    names = [name.lower() for name in declared] if isinstance(declared, dict) else []
    hidden = Later("what is a nested template handed?", hidden=True)
    if held(properties, "parametersLink") is not None or not (handed is None or isinstance(handed, dict)):
        return dict.fromkeys(names, hidden)
    given: dict[str, Value] = {}
    if isinstance(handed, OpenObject):
        given = dict.fromkeys(names, hidden)
    for name, entry in handed.items() if isinstance(handed, dict) else ():
        value = held_value(entry)
        if value is not None:
            given[name.lower()] = value[0]
        elif isinstance(entry, Later):
            given[name.lower()] = entry
        elif member(entry, "reference") is not None:
            given[name.lower()] = Later(
                f"sensitive: parameter {name[:80]}",
                hidden=True,
                how="a secure value is never read: where it is no secret, declare it without secure",
            )
        else:
            deployment.session.refuse("a parameter is handed no value", instance.pointer, deployment.file)
            given[name.lower()] = hidden
        if name.lower() not in names:
            deployment.session.refuse("a parameter is handed that is not declared", instance.pointer, deployment.file)
    return given


def held_value(entry: Value) -> tuple[Value] | None:
    """The value that an entry hands over, None where it hands none."""
    if not isinstance(entry, dict):
        return None
    return next(((value,) for name, value in entry.items() if name.lower() == "value"), None)


def _target(instance: Instance) -> Scope | Later:
    """Where the deployment lands. Raises EvaluationError where it cannot."""
    deployment = instance.deployment
    grower = deployment.grower(instance.world.early())
    scope, group, subscription, location = (
        grower.value(held(instance.raw, key)) for key in ("scope", "resourceGroup", "subscriptionId", "location")
    )
    for value in (scope, group, subscription):
        if value is not None and not isinstance(value, (str, Later)):
            raise EvaluationError("a deployment lands at something that is no text")
    here = deployment.target
    if isinstance(scope, (str, Later)):
        if isinstance(scope, Later):
            found = here.at_pattern(scope)
        else:
            found = here if scope in ("", "/") and here.level == "managementGroup" else here.at(scope)
        if found is None:
            if isinstance(scope, Later):
                return scope
            raise EvaluationError("a deployment lands at something that is no scope")
        target = found
    elif group is not None or subscription is not None:
        if group is not None and subscription is None and here.level not in ("resourceGroup", "subscription"):
            raise EvaluationError("a group is named without a subscription")
        target = here.inside(subscription=subscription, group=group)
    else:
        target = here
    if target.level != "resourceGroup":
        if location is None:
            deployment.session.refuse("a deployment to such a place needs a location", instance.pointer, deployment.file)
        return replace(target, location=Later("where is the deployment?", hidden=True) if location is None else location)
    return _with_group(instance, target)


def _with_group(instance: Instance, target: Scope) -> Scope:
    """A resource group's location and tags, where one of the templates around makes it."""
    wanted = folded(pattern_of(target.base()))
    if not wanted:
        return target
    above: Deployment | None = instance.deployment
    while above is not None:
        made = [one for one in index_of(above).ids.get(wanted, ()) if one.present()]
        if len(made) == 1:
            tags = made[0].get("tags")
            return replace(target, location=made[0].get("location"), tags=tags)
        above = above.parent.deployment if above.parent else None
    return target
