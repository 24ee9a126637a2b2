"""What an expression sees around itself: the functions that are answered by the template and by where it is deployed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from sparekey.formats.arm.language.function import check_count, here
from sparekey.formats.arm.language.values import (
    EvaluationError,
    Later,
    NotYetError,
    OpenObject,
    Source,
    Value,
    fold,
    merged,
    pattern_of,
)
from sparekey.formats.arm.language.wording import last_part, readable
from sparekey.formats.arm.template import scopes
from sparekey.formats.arm.template.scopes import Scope, joined

MOST_COPIES = 800
"""The deployment engine makes no loop run more often."""

_IDS: Mapping[str, tuple[Callable[[Scope, list[Value]], Value], int]] = {
    "resourceid": (scopes.resource_id, 2),
    "subscriptionresourceid": (scopes.subscription_resource_id, 2),
    "tenantresourceid": (scopes.tenant_resource_id, 2),
    "managementgroupresourceid": (scopes.management_group_resource_id, 2),
    "extensionresourceid": (scopes.extension_resource_id, 3),
}
_ANY_TIME = {
    "environment": (0, 0),
    "deployer": (0, 0),
    "providers": (1, 2),
    "pickzones": (3, 5),
    "tologicalzone": (3, 3),
    "tologicalzones": (3, 3),
    "tophysicalzone": (3, 3),
    "tophysicalzones": (3, 3),
}
"""Functions that only the deployment answers, allowed everywhere: the fewest and the most values they take."""

_OTHERS = {
    "parameters": (1, 1),
    "variables": (1, 1),
    "resourcegroup": (0, 0),
    "subscription": (0, 0),
    "tenant": (0, 0),
    "managementgroup": (0, 0),
    "deployment": (0, 0),
    "copyindex": (0, 2),
    "newguid": (0, 0),
    "utcnow": (0, 1),
    "reference": (1, 3),
    "references": (1, 2),
    "resourceinfo": (1, 1),
    "fail": (1, 1),
}


class Template(Protocol):
    """What a world asks of the template around it."""

    symbolic: bool
    name: Value
    strict: bool
    file: str
    pointer: str | None
    number: int

    @property
    def scope(self) -> Scope:
        """Where it is deployed."""
        ...

    def parameter(self, name: str) -> Value:
        """The value of a parameter. Raises EvaluationError."""
        ...

    def variable(self, name: str) -> Value:
        """The value of a variable. Raises EvaluationError."""
        ...

    def has_function(self, name: str) -> bool:
        """Whether a function is the template's own."""
        ...

    def own(self, name: str, arguments: list[Value], world: World) -> Value:
        """The value of a function of its own. Raises EvaluationError."""
        ...

    def reference(self, target: Value, version: Value, world: World, *, whole: bool) -> Value:
        """What `reference` gives."""
        ...

    def references(self, target: Value, world: World, *, whole: bool) -> Value:
        """What `references` gives."""
        ...

    def info(self, target: Value) -> Value:
        """What `resourceInfo` gives."""
        ...

    def itself(self) -> Value:
        """The template as its expressions see it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One place in a template, as `evaluate.World`.

    `loops` are the loops around it by name in upper case, "" for the resource's own. `runtime`: what only the deployment knows may
    be asked for. `default`: it is the default of a parameter. `bound` are the parameters of the function around it, which then
    hide the template's. `calls` are the functions of the template's own that are being called.
    """

    template: Template
    loops: Mapping[str, Value] = field(default_factory=dict)
    runtime: bool = False
    default: bool = False
    bound: Mapping[str, Value] | None = None
    calls: list[str] = field(default_factory=list)
    uses: set[object] | None = None

    def early(self) -> World:
        """The same place before anything is deployed."""
        return replace(self, runtime=False) if self.runtime else self

    def late(self, uses: set[object] | None = None, *, runtime: bool = True) -> World:
        """The same place while things are deployed; what is asked for there is noted in `uses`."""
        return World(
            template=self.template,
            loops=self.loops,
            runtime=runtime,
            default=self.default,
            bound=self.bound,
            calls=self.calls,
            uses=uses,
        )

    def within(self, loops: Mapping[str, Value]) -> World:
        """The same place inside further loops."""
        return replace(self, loops={**self.loops, **loops})

    def knows(self, name: str) -> bool:
        """Whether there is such a function."""
        listed = name.startswith("list") and name.isalpha()
        return name in _OTHERS or name in _IDS or name in _ANY_TIME or listed or self.template.has_function(name)

    def enter(self, name: str) -> None:
        """A function of the template's own must not call itself, not even in its own arguments."""
        if "." in name:
            if name in self.calls:
                raise EvaluationError(f"the function {name[:80]} calls itself")
            self.calls.append(name)

    def leave(self, name: str) -> None:
        """The call is over."""
        if "." in name:
            self.calls.remove(name)

    def ask(self, name: str, arguments: list[Value]) -> Value:
        """The value of a function that looks around itself. Raises EvaluationError."""
        if "." in name:
            return self.template.own(name, arguments, self)
        try:
            if name in _IDS:
                run, least = _IDS[name]
                check_count(name, len(arguments), least, None)
                return run(self.template.scope, arguments)
            if name in _ANY_TIME:
                check_count(name, len(arguments), *_ANY_TIME[name])
                return _unanswered(name, arguments)
            if name in _OTHERS:
                check_count(name, len(arguments), *_OTHERS[name])
                return self._other(name, arguments)
        except NotYetError as later:
            return later.later
        return self._listed(name, arguments)

    def _other(self, name: str, arguments: list[Value]) -> Value:
        match name:
            case "parameters" | "variables":
                return self._named(name, arguments[0])
            case "copyindex":
                return self._copy_index(arguments)
            case "newguid" | "utcnow":
                if not self.default:
                    raise EvaluationError(f"{name} stands in defaults of parameters only")
                return Later(f"{name}() is different in every deployment", hidden=True)
            case "fail":
                raise EvaluationError(f"fail: {str(arguments[0])[:200]}")
            case "reference" | "references" | "resourceinfo":
                return self._runtime(name, arguments)
            case _:
                return self._place(name)

    def _named(self, name: str, wanted: Value) -> Value:
        if isinstance(wanted, Later):
            return merged((wanted,))
        if not isinstance(wanted, str):
            raise EvaluationError(f"{name} takes a text")
        if name == "variables":
            return self.template.variable(wanted)
        if self.bound is None:
            return self.template.parameter(wanted)
        if fold(wanted) not in self.bound:
            raise EvaluationError(f"the function has no parameter {wanted[:80]}")
        return self.bound[fold(wanted)]

    def _copy_index(self, arguments: list[Value]) -> Value:
        name, offset = "", 0
        for position, argument in enumerate(arguments):
            if isinstance(argument, Later):
                return merged((argument,))
            if isinstance(argument, str) and position == 0:
                name = argument
            elif isinstance(argument, int) and not isinstance(argument, bool) and position == len(arguments) - 1:
                offset = argument
            else:
                raise EvaluationError("copyIndex takes the name of a loop and an offset")
        if offset < 0:
            raise EvaluationError("the offset of copyIndex is below zero")
        if name.upper() not in self.loops:
            raise EvaluationError("copyIndex names no loop around it")
        index = self.loops[name.upper()]
        if isinstance(index, Later) and offset:
            return replace(index, pattern=f"{{copyindex {offset} {index.pattern}}}" if index.pattern else "")
        return index + offset if isinstance(index, int) else index

    def _runtime(self, name: str, arguments: list[Value]) -> Value:
        if name != "reference" and not self.template.symbolic:
            raise EvaluationError(f"{name} takes language version 2.0")
        if name != "resourceinfo":
            self._allowed(name)
        for argument in arguments:
            if not isinstance(argument, (str, Later)):
                raise EvaluationError(f"{name} takes texts")
        last = arguments[-1] if len(arguments) > 1 else ""
        whole = isinstance(last, str) and last.lower() == "full"
        if name == "resourceinfo":
            return self.template.info(arguments[0])
        if name == "references":
            return self.template.references(arguments[0], self, whole=whole)
        version = arguments[1] if len(arguments) > 1 and not (len(arguments) == 2 and whole) else None
        return self.template.reference(arguments[0], version, self, whole=whole)

    def _allowed(self, name: str) -> None:
        if not self.runtime:
            raise EvaluationError(f"{name} is not allowed here")

    def _listed(self, name: str, arguments: list[Value]) -> Value:
        check_count(name, len(arguments), 1, None)
        self._allowed(name)
        return _unanswered(name, arguments)

    def _place(self, name: str) -> Value:
        scope = self.template.scope
        match name:
            case "resourcegroup":
                if scope.level != "resourceGroup":
                    raise EvaluationError("there is no resource group here")
                tags: Value = _exact("resourceGroup()", "tags") if scope.tags is None else scope.tags
                return {
                    "id": scope.base(),
                    "name": scope.group,
                    "type": "Microsoft.Resources/resourceGroups",
                    "location": scope.location,
                    "tags": tags,
                    "properties": _exact("resourceGroup()", "properties"),
                }
            case "subscription":
                if scope.level not in ("resourceGroup", "subscription"):
                    raise EvaluationError("there is no subscription here")
                return {
                    "id": joined("/subscriptions/", scope.subscription),
                    "subscriptionId": scope.subscription,
                    "tenantId": scope.tenant,
                    "displayName": _exact("subscription()", "displayName"),
                }
            case "managementgroup":
                if scope.level != "managementGroup":
                    raise EvaluationError("there is no management group here")
                return {
                    "id": scope.base(),
                    "name": scope.management_group,
                    "type": "Microsoft.Management/managementGroups",
                    "properties": _exact("managementGroup()", "properties"),
                }
            case "tenant":
                return {
                    "countryCode": _exact("tenant()", "countryCode"),
                    "displayName": _exact("tenant()", "displayName"),
                    "id": joined("/tenants/", scope.tenant),
                    "tenantId": scope.tenant,
                }
            case _:
                return self._deployment(scope)

    def _deployment(self, scope: Scope) -> Value:
        inner: dict[str, Value] = {"template": self.template.itself()}
        held: dict[str, Value] = {"name": self.template.name, "properties": inner}
        if scope.level != "resourceGroup":
            held["location"] = scope.location
        if self.template.strict:
            return held
        if self.template.pointer == "":
            # A template in a file of its own may be deployed from a link to it.
            pattern = here(self.template.number, self.template.file)
            uri = Later("where is the template deployed from?", hidden=True, pattern=pattern)
            inner["templateLink"] = OpenObject({"uri": uri}, _exact("deployment()", "properties.templateLink"))
        # A deployment from a link has members that one from a file has not.
        held["properties"] = OpenObject(inner, _exact("deployment()", "properties"))
        return OpenObject(held, _exact("deployment()", ""))


def _exact(target: str, path: str) -> Later:
    shown = f"{target}.{path}" if path else target
    return Later(f"{shown} is known only during the deployment", (Source(target, path),), exact=True, hidden=True)


def _unanswered(name: str, arguments: list[Value]) -> Value:
    target = pattern_of(arguments[0]) if arguments else ""
    source = Source(target, f"{name}()")
    shown = readable(last_part(target), 80)
    return Later(f"{name}({shown}) is known only during the deployment", (source,), exact=True)
