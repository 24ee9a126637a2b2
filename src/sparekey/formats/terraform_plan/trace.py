"""From an unknown value to what it will come from, through the reference lists of a plan's configuration.

A reference list is flat: it has no operators, functions, branches or indexes, and nothing of locals. So a list says what an
expression *may* take its value from. It says what it *must* come from in two cases only (see `Subject.trace`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sparekey.formats.after_apply import AFTER_APPLY
from sparekey.formats.terraform_plan.addresses import (
    Named,
    Steps,
    dotted,
    exact_references,
    is_index,
    key_of,
    named,
    split_module,
    steps,
)
from sparekey.formats.terraform_plan.borrow import PlanSource, references
from sparekey.formats.terraform_plan.configuration import Behind, Path, Scope, Written, behind, references_of
from sparekey.formats.terraform_plan.instances import Instance, Instances, count_true, holds_true
from sparekey.formats.terraform_plan.lift import Traced
from sparekey.model.value import AnyValue, Reference

MOST_REFERENCES = 1000
"""An unknown with more possible origins is left open instead: a list of thousands helps nobody and costs time on hostile input."""

SOURCE_HIDDEN = "give --source DIR, or run the check again on the next plan"
_NO_SOURCE_OF_IDS = frozenset({"count", "path", "terraform", "self"})


@dataclass(slots=True)
class Found:
    """What an expression can take its value from. Filled by `_Search`, then only read.

    `plain`: reached through nothing but references that name one thing. `lone`: every expression on the way has exactly one
    reference. `whole` is the one resource that was named as a whole, with its instances. `met` are all resources named on the way, keys
    left out, whether anything of them is unknown or not; `through`: one of them is read as a whole, or in what is written on it, so that
    the source may see further than the reference.
    """

    candidates: dict[tuple[str, str], None] = field(default_factory=dict)
    beyond: str = ""
    source: bool = False
    plain: bool = True
    lone: bool = True
    whole: tuple[Scope, Named, tuple[Instance, ...]] | None = None
    met: set[Steps] = field(default_factory=set)
    through: bool = False

    def dead(self, end: str, *, source: bool = False) -> None:
        """Note a dead end; the first one that the source could answer is named."""
        if not self.beyond or (source and not self.source):
            self.beyond = end
        self.source = self.source or source


@dataclass(frozen=True, slots=True)
class _Step:
    """One reference still to follow: where it is written, and the `for_each` that `each` means there."""

    scope: Scope
    each: dict[str, object] | None
    path: Steps


class Tracer:
    """Tracing for all resources of one plan. `partial`: the plan may not show every instance that there will be.

    `source` is asked first, where there is one: it has the operators that reference lists lack.
    """

    def __init__(self, written: Written, instances: Instances, *, partial: bool, source: PlanSource | None = None) -> None:
        self.source = source
        self.written = written
        self.instances = instances
        self.partial = partial
        self._found: dict[tuple[Steps, int, bool], Found] = {}

    def found(self, scope: Scope, leaf: dict[str, object], each: dict[str, object] | None, *, hidden: bool) -> Found:
        """What an expression can come from. Instances of one resource share the answer."""
        key = (scope.path, id(leaf), hidden)
        if key not in self._found:
            self._found[key] = _Search(self, hidden=hidden).run(scope, leaf, each)
        return self._found[key]

    def subject(self, instance: Instance, after: object) -> Subject:
        """The tracing of one resource's values."""
        return Subject(self, instance, after)


class _Search:
    """One walk from an expression to the resources behind it. Every reference is followed once in each scope, so it ends."""

    def __init__(self, tracer: Tracer, *, hidden: bool) -> None:
        self._tracer = tracer
        self._hidden = hidden
        self._result = Found()
        self._seen: set[tuple[Steps, int, Steps]] = set()
        self._todo: list[_Step] = []

    def run(self, scope: Scope, leaf: dict[str, object], each: dict[str, object] | None) -> Found:
        """Everything behind `leaf`, which is written in `scope`."""
        self._read(scope, leaf, each)
        position = 0
        while position < len(self._todo):
            if len(self._result.candidates) > MOST_REFERENCES or position > 10 * MOST_REFERENCES:
                self._result.candidates.clear()
                self._result.dead("more things than can be followed")
                break
            self._follow(self._todo[position])
            position += 1
        return self._result

    def _read(self, scope: Scope, leaf: dict[str, object], each: dict[str, object] | None) -> None:
        exact = exact_references(references_of(leaf))
        self._result.lone = self._result.lone and len(exact) == 1
        for path in exact:
            mark = (scope.path, id(each), path)
            if mark not in self._seen:
                self._seen.add(mark)
                self._todo.append(_Step(scope, each, path))

    def _follow(self, step: _Step) -> None:
        head = step.path[0]
        if head in _NO_SOURCE_OF_IDS:
            return
        if head == "var":
            self._variable(step)
        elif head == "each":
            self._each(step)
        elif head == "module":
            self._module(step)
        elif head == "local":
            self._result.dead(".".join(step.path[:2]), source=True)
        else:
            self._resource(step)

    def _variable(self, step: _Step) -> None:
        scope = step.scope
        if scope.call is None or scope.caller is None:
            return  # A root variable is known whenever a plan is made.
        arguments = self._tracer.written.arguments(scope.call)
        if arguments is None:
            self._result.dead(".".join(step.path[:2]), source=True)
            return
        argument = arguments.get(step.path[1]) if len(step.path) > 1 else None
        if isinstance(argument, dict):
            self._read(scope.caller, argument, self._tracer.written.each(scope.call))
        # What the call does not pass has its default, which is known.

    def _each(self, step: _Step) -> None:
        self._result.plain = False
        self._result.source = True
        if step.each is None:
            self._result.dead("each.value", source=True)
        else:
            self._read(step.scope, step.each, None)

    def _module(self, step: _Step) -> None:
        written = self._tracer.written
        name = ".".join(step.path[:2])
        call_path = (*step.scope.path, *step.path[:2])
        index = step.path[2] if len(step.path) > 2 and is_index(step.path[2]) else ""
        rest = step.path[3 if index else 2 :]
        indexes = (index,) if index else self._tracer.instances.modules(step.scope.path, step.path[1]) or ("",)
        if not rest:
            self._result.plain = False
        for one in indexes:
            inner = written.scope((*call_path, one) if one else call_path)
            outputs = () if inner is None else rest[:1] or tuple(inner.module.outputs)
            if inner is None or not outputs:
                self._result.dead(name, source=True)
                return
            for output in outputs:
                expression = written.output(inner, output)
                if expression is None:
                    self._result.dead(f"{name}.{output}", source=True)
                else:
                    self._read(inner, expression, None)

    def _resource(self, step: _Step) -> None:
        target = named(step.path)
        if target is None:
            self._result.dead(".".join(step.path))
            return
        tracer = self._tracer
        self._result.met.add(_without_keys((*step.scope.path, *steps(target.resource))))
        block = tracer.written.resource(step.scope, target.resource)
        arguments = {} if block is None else tracer.written.arguments(block) or {}
        # What is given to a terraform_data comes out of it again, under another name.
        passes_on = target.resource.startswith("terraform_data.") or not target.rest or target.rest[0] in arguments
        self._result.through = self._result.through or passes_on
        all_of_it = tracer.instances.of(step.scope.path, target.resource)
        chosen = tuple(all_of_it[index] for index in sorted(all_of_it, key=_in_order))
        if target.index:
            chosen = (all_of_it[target.index],) if target.index in all_of_it else ()
        if not chosen and (tracer.partial or tracer.written.resource(step.scope, target.resource) is None):
            self._result.dead(".".join(step.path))
        if not target.rest and not target.index:
            self._result.whole = (step.scope, target, chosen)
        attribute = dotted(target.rest)
        for instance in chosen:
            # An attribute that is known already cannot be what is unknown; behind a secret it may be.
            if self._hidden or tracer.instances.unknown(instance, target.rest):
                self._result.candidates[(instance.address, attribute)] = None


def _without_keys(address: Steps) -> Steps:
    return tuple(step for step in address if not is_index(step))


def _in_order(index: str) -> tuple[int, str]:
    """The order in which a splat lists instances: by number, or by the key's text."""
    key = key_of(index) if index else None
    return (key, "") if isinstance(key, int) else (0, key or "")


@dataclass(frozen=True, slots=True)
class _Block:
    """What is written for a resource: the scope, its arguments and its `for_each`."""

    scope: Scope | None
    arguments: dict[str, object] | None
    each: dict[str, object] | None


class Subject:
    """The tracing of one resource's unknown values (an `Ask`)."""

    __slots__ = ("_after", "_counts", "_instance", "_tracer", "_written")

    def __init__(self, tracer: Tracer, instance: Instance, after: object) -> None:
        self._tracer = tracer
        self._instance = instance
        self._after = after
        self._counts: dict[Path, int] = {}
        self._written: _Block | None = None

    def __call__(self, path: Path, *, hidden: bool) -> Traced:
        """What the unknown value at `path` can come from."""
        block = self._block()
        source = self._tracer.source
        if source is not None and not hidden:
            mask = self._tracer.instances.mask(self._instance)
            value = source.value(self._instance.address, path, shown=self._after, mask=mask)
            if value is not None and self._agrees(value, block, path):
                return Traced(value=value)
        if block.scope is None or block.arguments is None:
            return Traced(beyond="the configuration, which the plan does not hold", how=SOURCE_HIDDEN)
        where = behind(block.arguments, self._after, path)
        found = [self._tracer.found(block.scope, leaf, block.each, hidden=hidden) for leaf in where.leaves]
        return self._traced(path, where, found, hidden=hidden)

    def _agrees(self, value: AnyValue, block: _Block, path: Path) -> bool:
        """Whether what the source names, the plan's own expression can lead to: source may be edited after a plan is made.

        A plan does not tell what is behind its locals; there the source is believed.
        """
        if block.scope is None or block.arguments is None:
            return True
        where = behind(block.arguments, self._after, path)
        found = [self._tracer.found(block.scope, leaf, block.each, hidden=False) for leaf in where.leaves]
        if where.dead or any(f.beyond or f.through for f in found):
            return True
        met = {resource for f in found for resource in f.met}
        return all(_without_keys(steps(reference.to)) in met for reference in references(value))

    def _block(self) -> _Block:
        if self._written is None:
            module, rest = split_module(steps(self._instance.address))
            target = named(rest)
            written = self._tracer.written
            scope = written.scope(module)
            block = None if scope is None or target is None else written.resource(scope, target.resource)
            self._written = (
                _Block(scope, None, None) if block is None else _Block(scope, written.arguments(block), written.each(block))
            )
        return self._written

    def _traced(self, path: Path, where: Behind, found: list[Found], *, hidden: bool) -> Traced:
        ends = [where.dead, *(f.beyond for f in found)]
        beyond = next((end for end in ends if end), "")
        how = SOURCE_HIDDEN if where.source or any(f.source for f in found) else AFTER_APPLY
        certain: tuple[str, str] | None = None
        if where.sure and len(found) == 1 and not beyond and not hidden:
            certain = self._only_one(path, where, found[0]) or self._its_share(path, where, found[0])
        if certain is not None:
            return Traced(refs=(Reference(to=certain[0], attribute=certain[1], certain=True, alone=found[0].lone),), how=how)
        possible = dict.fromkeys(candidate for f in found for candidate in f.candidates)
        refs = tuple(Reference(to=to, attribute=attribute) for to, attribute in possible)
        return Traced(refs=refs, beyond=beyond, how=how, unwritten=where.unwritten and not hidden)

    def _only_one(self, path: Path, where: Behind, found: Found) -> tuple[str, str] | None:
        """The one attribute of one instance that this must be: nothing else is unknown on either side of the expression."""
        if not found.plain or len(found.candidates) != 1 or self._unknown_places(path[: where.depth]) != 1:
            return None
        (candidate,) = found.candidates
        return candidate if candidate[1] else None

    def _its_share(self, path: Path, where: Behind, found: Found) -> tuple[str, str] | None:
        """The instance that this item of a list must be: the list is the full splat of a resource.

        That is: the resource as a whole is all that the expression refers to, the unknown items are all the items of one
        list, and they are as many as the instances. Nothing that is written on the instances may be unknown, for the splat
        could be over that as well.
        """
        if not found.plain or not found.lone or found.whole is None or not path or not isinstance(path[-1], int):
            return None
        scope, target, instances = found.whole
        items = self._mask_at(path[:-1])
        count = len(instances)
        if not isinstance(items, list) or len(items) != count or any(item is not True for item in items):
            return None
        if len(found.candidates) != count or self._unknown_places(path[: where.depth]) != count:
            return None
        block = self._tracer.written.resource(scope, target.resource)
        arguments = None if block is None else self._tracer.written.arguments(block)
        if arguments is None or any(self._written_unknown(instance, arguments) for instance in instances):
            return None
        return (instances[path[-1]].address, "")

    def _written_unknown(self, instance: Instance, arguments: dict[str, object]) -> bool:
        mask = self._tracer.instances.mask(instance)
        return not isinstance(mask, dict) or any(holds_true(mask.get(name)) for name in arguments)

    def _unknown_places(self, path: Path) -> int:
        if path not in self._counts:
            self._counts[path] = count_true(self._mask_at(path))
        return self._counts[path]

    def _mask_at(self, path: Path) -> object:
        part = self._tracer.instances.mask(self._instance)
        for step in path:
            if part is True:
                return True
            if isinstance(part, dict) and isinstance(step, str):
                part = part.get(step)
            elif isinstance(part, list) and isinstance(step, int) and step < len(part):
                part = part[step]
            else:
                return None
        return part
