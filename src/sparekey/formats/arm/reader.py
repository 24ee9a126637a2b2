"""From a template's resources to declarations: children, loops, conditions and templates within the template."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from sparekey.formats.arm.scope import MOST_COPIES, Scope, below, held, is_expression, member
from sparekey.formats.arm.siblings import given_beside
from sparekey.formats.arm.source import RefusedError, Source
from sparekey.model.declaration import Declaration, Document
from sparekey.model.problem import Problem
from sparekey.model.resource import Head
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.span import Place, Pointer
from sparekey.model.truth import Bounds, Cause, Truth, all_of, asks, maybe, no, yes
from sparekey.model.value import AnyValue, Body, Known, Unknown

NAME = "arm"

MOST_LEVELS = 10
"""Templates within templates and resources within resources are followed so far; the engine takes five levels of children."""

_DEPLOYMENTS = "microsoft.resources/deployments"
_ONE = Bounds(least=1, most=1)
_LONGEST_NAME = 200


def read(file: SourceFile, reading: Reading) -> Document | Problem:
    """The document in a template, or the problem because of which there is none."""
    try:
        source = Source.of(file.data(), file.name)
    except RefusedError as refused:
        return Problem(kind=refused.kind, blame="input", message=refused.message, at=refused.at)
    except OSError as error:
        at = Pointer(file=file.name, pointer="")
        return Problem(kind="unreadable-file", blame="input", message=f"cannot be read: {error.strerror}", at=at)
    walk = _Walk(source, {type_.lower(): type_ for type_ in reading.mapped})
    scope = Scope(
        source=source,
        parameters=held(source.top, "parameters"),
        pointer="/parameters",
        elsewhere=given_beside(file.path, at_top="/" not in file.name),
    )
    found = member(source.top, "parameters")
    walk.template(source.top, "", _Around(scope=replace(scope, pointer=below("", found[0])) if found else scope))
    return Document(
        format=NAME,
        deployment=file.name,
        declarations=tuple(walk.declarations),
        problems=tuple(walk.problems),
        unmapped=walk.unmapped,
        partial=tuple(walk.partial),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What holds for everything in a template or below a resource.

    `outer` is whether the deployment around it takes place at all; `presence` and `count` are the parent's, `type` and `name` what
    a child's begin with.
    """

    scope: Scope
    outer: Truth = field(default_factory=yes)
    count: Bounds = _ONE
    calls: tuple[Place, ...] = ()
    type: str = ""
    name: str = ""
    level: int = 0


@dataclass(slots=True)
class _Walk:
    """Collects what one template declares."""

    source: Source
    types: dict[str, str]
    declarations: list[Declaration] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    partial: list[Unknown] = field(default_factory=list)
    unmapped: Counter[str] = field(default_factory=Counter)
    spelled: dict[str, str] = field(default_factory=dict)

    def template(self, raw: object, pointer: str, around: _Around) -> None:
        """Everything in the `resources` of a template, or of a resource that holds children."""
        found = member(raw, "resources")
        if found is None or found[1] is None:
            return
        here = below(pointer, found[0])
        if around.level > MOST_LEVELS:
            self._lost("too-deep", f"holds resources more than {MOST_LEVELS} levels deep", here)
        elif isinstance(found[1], list):
            for index, item in enumerate(found[1]):
                self._resource(item, below(here, index), around)
        elif isinstance(found[1], dict):
            for symbol, item in found[1].items():
                self._resource(item, below(here, symbol), around)
        else:
            self._lost("unread-resources", "holds resources that are not written out", here)

    def _resource(self, raw: object, pointer: str, around: _Around) -> None:
        type_ = held(raw, "type")
        if not isinstance(raw, dict) or not isinstance(type_, str) or is_expression(type_):
            self._lost("malformed-resource", "holds a resource whose type cannot be read", pointer)
            return
        if held(raw, "existing") is True:
            return
        inside = self._placed(raw, pointer, around, type_.partition("@")[0])
        # What a condition switches off does not take its children along; a deployment that does not take place takes everything.
        own = _presence(raw, pointer, around.scope)
        count = around.count if around.type else _times(around.count, _copies(raw, pointer, around.scope))
        if count.most == 0:
            return
        if count.least == 0:
            own = all_of((own, maybe(*count.missing)))
        presence = all_of((around.outer, own))
        if inside.type.lower() == _DEPLOYMENTS:
            self.unmapped[inside.type] += 1
            if presence.answer != "no":
                self._nested(raw, pointer, replace(inside, outer=presence, count=count, type="", name=""))
            return
        if presence.answer != "no":
            self._declare(raw, pointer, inside, presence, count)
        self.template(raw, pointer, replace(inside, count=count))

    def _placed(self, raw: object, pointer: str, around: _Around, type_: str) -> _Around:
        """The type and name of a resource, which of a child begin with its parent's."""
        # A child's type is written without its parent's; one that names its provider is whole.
        child = bool(around.type) and "." not in type_.partition("/")[0]
        whole = f"{around.type}/{type_}" if child else type_
        written = member(raw, "name")
        value = around.scope.lift(written[1], below(pointer, written[0])) if written else None
        name = value.value if isinstance(value, Known) else None
        shown = name if isinstance(name, str) else str(written[1]) if written else "?"
        shown = shown[:_LONGEST_NAME]
        return replace(
            around,
            type=self.types.get(whole.lower(), whole),
            name=f"{around.name}/{shown}" if child else shown,
            level=around.level + 1,
        )

    def _declare(self, raw: dict[str, object], pointer: str, placed: _Around, presence: Truth, count: Bounds) -> None:
        if placed.type.lower() not in self.types:
            self.unmapped[placed.type] += 1
            return
        # Two spellings of one name are one resource: what is declared twice must have one address.
        address = f"{placed.type}/{placed.name}"
        address = self.spelled.setdefault(address.lower(), address)
        written = member(raw, "type")
        at = self.source.place(below(pointer, written[0]) if written else pointer)
        head = Head(deployment=self.source.file, address=address, at=at, calls=placed.calls, presence=presence, count=count)
        value = placed.scope.lift(raw, pointer)
        body = Body(value=replace(value, at=at) if isinstance(value, Known) else value)
        self.declarations.append(Declaration(format=NAME, type=placed.type, head=head, body=body))

    def _nested(self, raw: dict[str, object], pointer: str, around: _Around) -> None:
        """A template within the template, where it is written out."""
        found = member(raw, "properties")
        here = below(pointer, found[0] if found else "properties")
        properties = found[1] if found else None
        template = member(properties, "template")
        if template is None or not isinstance(template[1], dict):
            message = "deploys a linked template, which is not read"
            self._lost("linked-template", message, below(here, "templateLink") if found else pointer, incomplete=False)
            return
        place = below(here, template[0])
        inner = str(held(held(properties, "expressionEvaluationOptions"), "scope")).lower() == "inner"
        scope = self._scope(properties, here, template[1], place, around.scope) if inner else around.scope
        called = (*around.calls, self.source.place(pointer))
        self.template(template[1], place, replace(around, scope=scope, calls=called))

    def _scope(self, properties: object, here: str, template: object, place: str, outer: Scope) -> Scope:
        """What expressions see in a template that has parameters of its own."""
        handed = member(properties, "parameters")
        given: dict[str, AnyValue] = {}
        if handed and isinstance(handed[1], dict):
            for name, raw in handed[1].items():
                at = below(here, handed[0], name)
                value = member(raw, "value")
                given[name.lower()] = (
                    outer.lift(value[1], below(at, value[0]))
                    if value
                    else Unknown(reason=f"sensitive: parameter {name[:80]}", at=self.source.place(at))
                )
        elif handed:
            declared = held(template, "parameters")
            unread = outer.lift(handed[1], below(here, handed[0]))
            question = unread if isinstance(unread, Unknown) else Unknown(reason="parameters that are no object", at=unread.at)
            given = {name.lower(): question for name in declared} if isinstance(declared, dict) else {}
        found = member(template, "parameters")
        return Scope(
            source=self.source,
            parameters=found[1] if found else None,
            pointer=below(place, found[0] if found else "parameters"),
            given=given,
        )

    def _lost(self, kind: str, message: str, pointer: str, *, incomplete: bool = True) -> None:
        """Something that is there and that nobody reads: said, and kept in mind as what may be missing."""
        at = self.source.place(pointer)
        self.problems.append(Problem(kind=kind, blame="input", message=message, at=at, incomplete=incomplete))
        self.partial.append(
            Unknown(reason=f"what is deployed here? {self.source.file} {message}", at=at, how="check that template, too")
        )


def _presence(raw: object, pointer: str, scope: Scope) -> Truth:
    """Whether a resource is deployed: only a boolean decides, and no condition is none."""
    found = member(raw, "condition")
    if found is None or found[1] is None:
        return yes()
    value = scope.lift(found[1], below(pointer, found[0]))
    if isinstance(value, Unknown):
        return maybe(asks(value))
    if isinstance(value.value, bool):
        return yes(Cause(at=value.at, label="condition")) if value.value else no(Cause(at=value.at, label="condition"))
    return maybe(asks(Unknown(reason="a condition that is not true or false", at=value.at, how="correct the file")))


def _times(outer: Bounds, inner: Bounds) -> Bounds:
    """How often something is there that stands in a loop within a loop."""
    if _ONE in (outer, inner):
        return inner if outer == _ONE else outer
    most = None if outer.most is None or inner.most is None else outer.most * inner.most
    least = outer.least * inner.least
    missing = (*outer.missing, *inner.missing) if least != most else ()
    return Bounds(least=least, most=most, because=(*outer.because, *inner.because), missing=missing)


def _copies(raw: object, pointer: str, scope: Scope) -> Bounds:
    """How many resources one declaration makes."""
    found = member(raw, "copy")
    if found is None or found[1] is None:
        return _ONE
    here = below(pointer, found[0])
    written = member(found[1], "count")
    value = scope.lift(written[1], below(here, written[0])) if written else None
    if isinstance(value, Known) and type(value.value) is int and 0 <= value.value <= MOST_COPIES:
        count = value.value
        return Bounds(least=count, most=count, because=(Cause(at=value.at, label=f"copies: {count}"),))
    if not isinstance(value, Unknown):
        at = value.at if value else scope.source.place(here)
        value = Unknown(reason="a loop count that is not a number of 0 to 800", at=at, how="correct the file")
    least = max((value.limits and value.limits.least) or 0, 0)
    most = value.limits.most if value.limits else None
    return Bounds(least=least, most=most if most is None or most > least else None, missing=(asks(value),))
