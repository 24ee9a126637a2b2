"""Where a deployment lands, and the ids of what it makes there."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from sparekey.formats.arm.language.values import (
    EvaluationError,
    Later,
    NotYetError,
    Source,
    Value,
    merged,
    pattern_of,
    settled,
    split_pattern,
)

Level = Literal["resourceGroup", "subscription", "managementGroup", "tenant"]

_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_GROUP = re.compile(r"/subscriptions/([^/]+)/resourcegroups/([^/]+)/*", re.IGNORECASE)
_SUBSCRIPTION = re.compile(r"/subscriptions/([^/]+)/*", re.IGNORECASE)
_MANAGEMENT_GROUP = re.compile(r"/?(?:providers/)?microsoft\.management/managementgroups/([^/]+)/*", re.IGNORECASE)
GROUPS = "microsoft.resources/resourcegroups"


def unnamed(what: str) -> Later:
    """A part of a scope that no template says."""
    return Later(f"which {what} is deployed to?", (Source("", what),), hidden=True, pattern=f"{{{what}}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a deployment is about. A part that is not known is a `Later`; `location` is the group's or the deployment's own."""

    level: Level
    subscription: Value
    group: Value
    management_group: Value
    tenant: Value
    location: Value
    tags: Value = None

    def base(self) -> Value:
        """What the ids of things in it begin with."""
        match self.level:
            case "resourceGroup":
                return joined("/subscriptions/", self.subscription, "/resourceGroups/", self.group)
            case "subscription":
                return joined("/subscriptions/", self.subscription)
            case "managementGroup":
                return joined("/providers/Microsoft.Management/managementGroups/", self.management_group)
            case _:
                return ""

    def at(self, id_: str) -> Scope | None:
        """The scope that an id or a relative name of one means; None where it is none of the four."""
        if id_ in ("/", ""):
            return replace(self, level="tenant")
        found = _GROUP.fullmatch(id_)
        if found:
            return self.inside(subscription=found[1], group=found[2])
        found = _SUBSCRIPTION.fullmatch(id_)
        if found:
            return self.inside(subscription=found[1], group=None)
        found = _MANAGEMENT_GROUP.fullmatch(id_)
        return replace(self, level="managementGroup", management_group=found[1]) if found else None

    def at_pattern(self, later: Later) -> Scope | None:
        """The scope that an id means of which only names are not known; None where it may be of any kind."""
        parts = split_pattern(later)
        words = [part.lower() if isinstance(part, str) else "" for part in parts]
        if later.pattern.startswith("/") and words[:1] == ["subscriptions"]:
            if len(parts) == 2:
                return self.inside(subscription=parts[1], group=None)
            return (
                self.inside(subscription=parts[1], group=parts[3]) if len(parts) == 4 and words[2] == "resourcegroups" else None
            )
        if words[:1] == ["providers"]:
            del parts[0], words[0]
        managed = len(parts) == 3 and words[:2] == ["microsoft.management", "managementgroups"]
        return replace(self, level="managementGroup", management_group=parts[2]) if managed else None

    def inside(self, *, subscription: Value, group: Value) -> Scope:
        """A subscription or a group of this or another one; None keeps the subscription, and means no group."""
        subscription = self.subscription if subscription is None else subscription
        if group is None:
            return replace(self, level="subscription", subscription=subscription)
        same_one = self.level == "resourceGroup" and _alike(group, self.group) and _alike(subscription, self.subscription)
        return replace(
            self,
            level="resourceGroup",
            subscription=subscription,
            group=group,
            location=self.location if same_one else Later("where is the resource group?", hidden=True),
            tags=self.tags if same_one else None,
        )


def _alike(left: Value, right: Value) -> bool:
    return left is right or (isinstance(left, str) and isinstance(right, str) and left.lower() == right.lower())


def joined(*parts: Value) -> Value:
    """A text of parts, unknown where one is."""
    if not any(isinstance(part, Later) for part in parts):
        return "".join(map(str, parts))
    patterns = [pattern_of(part) for part in parts]
    whole = all(pattern or part == "" for pattern, part in zip(patterns, parts, strict=True))
    return merged(parts, pattern="".join(patterns) if whole else "")


def anywhere(level: Level) -> Scope:
    """The scope of a template of which nobody says where it is deployed."""
    return Scope(
        level=level,
        subscription=unnamed("subscription"),
        group=unnamed("resource group"),
        management_group=unnamed("management group"),
        tenant=unnamed("tenant"),
        location=Later("in which region is this deployed?", (Source("", "location"),), hidden=True, pattern="{location}"),
    )


def path_of(type_: str, names: list[Value]) -> Value:
    """The part of an id that a type and its names make. Raises EvaluationError where they do not fit."""
    provider, *kinds = type_.split("/")
    if len(kinds) != len(names):
        raise EvaluationError(f"the type {type_[:80]} takes {len(kinds)} names, not {len(names)}")
    if "" in names:
        if len(names) > 1:
            raise NotYetError(Later("an id with an empty name"))
        return f"{provider}/"
    return joined(provider, *(part for kind, name in zip(kinds, names, strict=True) for part in (f"/{kind}/", name)))


def id_within(base: Value, type_: str, names: list[Value]) -> Value:
    """The id of something in a scope."""
    path = path_of(type_, names)
    if type_.lower() == GROUPS and re.fullmatch(r"/subscriptions/[^/]+", pattern_of(base), re.IGNORECASE):
        return joined(base, "/resourceGroups/", names[0])
    return joined(base, "/providers/", path)


def _id_of(base: Value, type_: str, names: list[Value]) -> Value:
    """The id that a function gives. A slash behind the type changes nothing of what it leads to.

    Whole galleries are written and deployed so, and such ids lead `dependsOn` and properties to their resources. How the text is written
    the engine was not asked: it is not known, which resource it names is.
    """
    found = id_within(base, type_.removesuffix("/"), names)
    if not type_.endswith("/") or isinstance(found, Later):
        return found
    return Later("an id whose type ends with a slash", hidden=True, pattern=pattern_of(found))


def _typed(arguments: list[Value], most_before: int) -> tuple[list[Value], str, list[Value]]:
    """What stands before the type, the type, and the names. Raises EvaluationError, NotYetError."""
    for argument in arguments:
        if not isinstance(argument, (str, Later)):
            raise EvaluationError("an id is made of texts")
    found = [index for index, argument in enumerate(arguments) if isinstance(argument, str) and "/" in argument]
    later = next((argument for argument in arguments if isinstance(argument, Later)), None)
    if len(found) != 1:
        if later:
            raise NotYetError(later)
        raise EvaluationError("an id takes exactly one type with a provider")
    (at,) = found
    if at > most_before:
        raise EvaluationError("too much stands before the type")
    names = arguments[at + 1 :]
    if not names:
        raise EvaluationError("an id takes at least one name")
    if later and len(names) != str(arguments[at]).removesuffix("/").count("/"):
        raise NotYetError(later)
    return arguments[:at], str(arguments[at]), names


def _subscription(value: Value) -> Value:
    if isinstance(value, str) and not _GUID.fullmatch(value):
        raise EvaluationError("the text is no id of a subscription")
    return value


def resource_id(scope: Scope, arguments: list[Value]) -> Value:
    """`resourceId`."""
    before, type_, names = _typed(arguments, 2)
    if len(before) == 2:
        return _id_of(joined("/subscriptions/", _subscription(before[0]), "/resourceGroups/", before[1]), type_, names)
    if scope.level == "resourceGroup":
        group = before[0] if before else scope.group
        return _id_of(joined("/subscriptions/", scope.subscription, "/resourceGroups/", group), type_, names)
    if scope.level == "subscription":
        subscription = _subscription(before[0]) if before else scope.subscription
        return _id_of(joined("/subscriptions/", subscription), type_, names)
    if before:
        return _id_of(joined("/subscriptions/", _subscription(before[0])), type_, names)
    return _id_of("", type_, names)


def subscription_resource_id(scope: Scope, arguments: list[Value]) -> Value:
    """`subscriptionResourceId`."""
    before, type_, names = _typed(arguments, 1)
    if not before and scope.level not in ("resourceGroup", "subscription"):
        raise EvaluationError("subscriptionResourceId takes a subscription here")
    subscription = _subscription(before[0]) if before else scope.subscription
    return _id_of(joined("/subscriptions/", subscription), type_, names)


def tenant_resource_id(scope: Scope, arguments: list[Value]) -> Value:
    """`tenantResourceId`."""
    del scope
    _, type_, names = _typed(arguments, 0)
    return _id_of("", type_, names)


def management_group_resource_id(scope: Scope, arguments: list[Value]) -> Value:
    """`managementGroupResourceId`: without a group's name only within a management group."""
    before, type_, names = _typed(arguments, 1)
    if not before and scope.level != "managementGroup":
        raise EvaluationError("managementGroupResourceId takes the name of a management group")
    group = before[0] if before else scope.management_group
    return _id_of(joined("/providers/Microsoft.Management/managementGroups/", group), type_, names)


def extension_resource_id(scope: Scope, arguments: list[Value]) -> Value:
    """`extensionResourceId`: an id, and a type with its names."""
    del scope
    base, *rest = arguments
    _, type_, names = _typed(rest, 0)
    if isinstance(base, Later):
        return _id_of(base, type_, names)
    if not isinstance(settled(base), str):
        raise EvaluationError("an id is made of texts")
    return _id_of(str(base).rstrip("/"), type_, names)
