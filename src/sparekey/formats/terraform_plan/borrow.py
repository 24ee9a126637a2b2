"""What a plan calls unknown and its source decides: locals, operators, branches, literals beside an unknown.

The source is evaluated with the plan's own variables. Its answer is taken only where it does not contradict the plan: what both know has
to be the same on the way there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from sparekey.formats.terraform_plan.instances import holds_true
from sparekey.model.value import AnyValue, Known, Reference, Unknown

if TYPE_CHECKING:
    from sparekey.formats.terraform.modules.root import Root

ValuePath = tuple[str | int, ...]


class PlanSource:
    """The source of a plan, evaluated as far as somebody asks. `variables` are the plan's own, as plain JSON values."""

    def __init__(self, folder: Path, *, scan_root: Path, variables: Mapping[str, object]) -> None:
        self._folder = folder
        self._scan_root = scan_root
        self._variables = variables
        self._root: Root | None = None
        self._bodies: dict[str, AnyValue | None] = {}

    def value(self, address: str, path: ValuePath, *, shown: object, mask: object) -> AnyValue | None:
        """What the source says of the unknown at `path` of an instance; None where it says no more than the plan.

        `shown` are the planned values of the instance, `mask` what in them is unknown.
        """
        value = self._body(address)
        for step in path:
            if not isinstance(value, Known):
                return None
            inner = value.value
            if isinstance(step, int):
                if isinstance(inner, tuple):
                    if not _fits(value, shown, mask) or step >= len(inner):
                        return None
                    value = inner[step]
                elif step != 0 or not isinstance(inner, Mapping):
                    return None
            else:
                if isinstance(inner, tuple):
                    inner = inner[0].value if len(inner) == 1 and isinstance(inner[0], Known) else None
                value = inner.get(step) if isinstance(inner, Mapping) else None
            shown, mask = _below(shown, step), _below(mask, step)
        return value if value is not None and _holds_unknown(value) else None

    def _body(self, address: str) -> AnyValue | None:
        if address not in self._bodies:
            self._bodies[address] = self._evaluated(address)
        return self._bodies[address]

    def _evaluated(self, address: str) -> AnyValue | None:
        from sparekey.formats.terraform.declare import declaration  # noqa: PLC0415  # only where a plan has its source
        from sparekey.formats.terraform.modules.given import Values  # noqa: PLC0415
        from sparekey.formats.terraform.modules.root import load  # noqa: PLC0415

        if self._root is None:
            values = Values(decoded={name: json.dumps(value) for name, value in self._variables.items()})
            self._root = load(self._folder, scan_root=self._scan_root, values=values)
        instance = self._root.instance(address, key_from_plan=True)
        return None if instance is None else declaration(instance, "").body.value


def _below(tree: object, step: str | int) -> object:
    if isinstance(tree, list) and isinstance(step, str):
        tree = tree[0] if len(tree) == 1 else None
    if isinstance(tree, dict) and isinstance(step, str):
        return tree.get(step)
    if isinstance(tree, list) and isinstance(step, int):
        return tree[step] if step < len(tree) else None
    return tree if tree is True else None


def _fits(value: AnyValue, shown: object, mask: object) -> bool:
    """Whether nothing that both the source and the plan know differs, item by item: only then an index means the same in both."""
    if isinstance(value, Unknown) or mask is True:
        return True
    inner = value.value
    if isinstance(inner, tuple):
        if not isinstance(shown, list) or len(shown) != len(inner):
            return False
        return all(_fits(item, shown[index], _below(mask, index)) for index, item in enumerate(inner))
    if isinstance(inner, Mapping):
        if not isinstance(shown, dict):
            return False
        return all(_fits(inner[name], shown.get(name), _below(mask, name)) for name in inner)
    if shown is None or inner is None:
        return (shown is None or shown in ("", [], {})) if inner is None else holds_true(mask)
    return _text(inner) == _text(shown)


def _text(value: object) -> str:
    """A scalar as Terraform converts it: a provider's schema may have a number or a flag where a text is written, or the reverse."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return format(Decimal(str(value)).normalize(), "f")
    return str(value)


def _holds_unknown(value: AnyValue) -> bool:
    """Whether anything in a value is unknown. A value that is wholly known contradicts a plan that calls it unknown."""
    rest = [value]
    while rest:
        one = rest.pop()
        if isinstance(one, Unknown):
            return True
        if isinstance(one.value, tuple):
            rest.extend(one.value)
        elif isinstance(one.value, Mapping):
            rest.extend(one.value.values())
    return False


def references(value: AnyValue) -> Iterator[Reference]:
    """Everything that the unknown parts of a value are said to come from."""
    rest = [value]
    while rest:
        one = rest.pop()
        if isinstance(one, Unknown):
            yield from (*one.refs, *one.inside)
            rest.extend(one.members)
        elif isinstance(one.value, tuple):
            rest.extend(one.value)
        elif isinstance(one.value, Mapping):
            rest.extend(one.value.values())
