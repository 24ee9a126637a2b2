"""Every resource instance that a plan names, and which of its values are still unknown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sparekey.formats.terraform_plan.addresses import Steps, is_index, key_of, named, split_module, steps
from sparekey.formats.terraform_plan.schema import UNREADABLE, plain

if TYPE_CHECKING:
    from msgspec import Raw

    from sparekey.model.declaration import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One resource instance that will exist.

    `pointer` is where it stands in the plan, `values` the pointer of its values below that. `vague`: the plan says nothing
    of unknowns here, so what is absent, or null in a list, may be an unknown. `before` is what an update finds, with what in it is sensitive.
    """

    address: str
    type: str
    mode: str
    action: Action
    pointer: str
    values: str
    after: Raw
    unknown: Raw
    sensitive: Raw
    vague: bool = False
    before: tuple[Raw, Raw] | None = None


def marks(mask: object) -> Iterator[object]:
    """Everything in a mask such as `after_unknown` that marks a value: `true`.

    `false`, `{}` and `[]` say nothing. What no mask would hold (a text, a number) is taken for a mark, lest something pass for
    known because the file is broken.
    """
    rest = [mask]
    while rest:
        part = rest.pop()
        if isinstance(part, dict):
            rest.extend(part.values())
        elif isinstance(part, list):
            rest.extend(part)
        elif part is not None and part is not False:
            yield part


def holds_true(mask: object) -> bool:
    """Whether anything in a mask is marked."""
    if mask is True or mask is False:
        return mask
    return any(True for _ in marks(mask))


def count_true(mask: object) -> int:
    """How many places in a mask are marked."""
    return sum(1 for _ in marks(mask))


class Instances:
    """Look-ups over the instances of one plan. The index is built on the first question: most plans of known values ask none."""

    def __init__(self, instances: Iterable[Instance]) -> None:
        self._all = tuple(instances)
        self._index: dict[tuple[Steps, str], dict[str, Instance]] | None = None
        self._modules: dict[tuple[Steps, str], dict[str, None]] = {}
        self._masks: dict[str, object] = {}

    def of(self, module: Steps, resource: str) -> dict[str, Instance]:
        """The instances of a resource in one module instance, by index step ("" for one without)."""
        return self._built().get((module, resource), {})

    def modules(self, module: Steps, call: str) -> tuple[str, ...]:
        """The index steps of the instances of a module call that hold any resource."""
        self._built()
        return tuple(self._modules.get((module, call), ()))

    def _built(self) -> dict[tuple[Steps, str], dict[str, Instance]]:
        if self._index is None:
            self._index = {}
            for instance in self._all:
                module, rest = split_module(steps(instance.address))
                found = named(rest)
                if found is not None:
                    self._index.setdefault((module, found.resource), {})[found.index] = instance
                self._register(module)
        return self._index

    def _register(self, module: Steps) -> None:
        while module:
            index = module[-1] if is_index(module[-1]) else ""
            call = module[: len(module) - bool(index)]
            known = self._modules.setdefault((call[:-2], call[-1]), {})
            if index in known:
                return
            known[index] = None
            module = call[:-2]

    def mask(self, instance: Instance) -> object:
        """Its `after_unknown`, or the like of it where the plan has none: `true` where a value may be unknown."""
        if instance.address not in self._masks:
            self._masks[instance.address] = _vague(plain(instance.after)) if instance.vague else plain(instance.unknown)
        return self._masks[instance.address]

    def unknown(self, instance: Instance, attribute: Steps) -> bool:
        """Whether anything in an attribute (in the whole instance for no steps) is still unknown."""
        part = self.mask(instance)
        if instance.vague and not (attribute and isinstance(part, dict) and attribute[0] in part):
            return True
        for step in attribute:
            key = key_of(step) if is_index(step) else step
            if isinstance(part, dict):
                part = part.get(str(key))
            elif isinstance(part, list) and isinstance(key, int):
                part = part[key] if key < len(part) else None
            else:
                break
        return holds_true(part)


def _vague(after: object) -> object:
    """A mask for a resource of which the plan does not say what is unknown: Terraform puts null for an unknown item of a list."""
    if after is None or after is UNREADABLE:
        return True
    if not isinstance(after, dict):
        return False
    return {name: _holds_null_item(value) for name, value in after.items()}


def _holds_null_item(value: object) -> bool:
    rest = [value]
    while rest:
        part = rest.pop()
        if isinstance(part, list):
            if None in part:
                return True
            rest.extend(part)
        elif isinstance(part, dict):
            rest.extend(part.values())
    return False
