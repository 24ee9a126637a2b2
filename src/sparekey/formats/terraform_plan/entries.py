"""Which resources a plan says will exist, and which will not any more.

`resource_changes` decides. What stands only in `planned_values` will exist as well; what stands only in `prior_state` exists
and is not touched: data sources that were read while planning, and resources that a partial plan leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sparekey.formats.terraform_plan import schema
from sparekey.formats.terraform_plan.addresses import named, split_module, steps
from sparekey.formats.terraform_plan.instances import Instance
from sparekey.model.declaration import Action

if TYPE_CHECKING:
    from msgspec import Raw

    from sparekey.formats.terraform_plan.configuration import Written
    from sparekey.formats.terraform_plan.notes import Notes

ACTIONS: dict[tuple[str, ...], Action] = {
    ("no-op",): "none",
    ("create",): "create",
    ("read",): "read",
    ("update",): "update",
    ("delete",): "delete",
    ("forget",): "forget",
    ("delete", "create"): "replace",
    ("create", "delete"): "replace",
    ("create", "forget"): "replace",
    ("forget", "create"): "replace",
}
"""What the lists of actions mean. In the last two the old object stays, unmanaged, beside the new one."""

_MODES = frozenset({"managed", "data"})


class Entries:
    """Collects what will exist and what will be gone."""

    def __init__(self, notes: Notes, mapped: frozenset[str]) -> None:
        self.existing: list[Instance] = []
        self.gone: list[Instance] = []
        self._notes = notes
        self._mapped = mapped
        self._seen: set[str] = set()
        self._left: set[str] = set()
        self._unmarked = False

    def read(self, top: dict[str, Raw], written: Written) -> None:
        """Read every part of the plan that lists resources."""
        planned = list(self._state(top, "planned_values"))
        prior = {r.address: (pointer, r) for pointer, r in self._state(top, "prior_state") if r.deposed_key is None}
        raw = top.get("resource_changes")
        if raw is not None and not schema.is_null(raw):
            self._changes(raw)
        elif planned:
            message = "the plan holds no resource_changes: what is not in planned_values may be unknown"
            self._notes.problem("no-resource-changes", message, "/planned_values", incomplete=False)
        elif "planned_values" not in top:
            self._notes.problem("no-resource-changes", "the plan holds neither resource_changes nor planned_values")
            self._notes.incomplete("what is planned?", "make the plan again")
        for pointer, resource in planned:
            if resource.address not in self._seen:
                self._planned_only(pointer, resource, prior)
        for address, (pointer, resource) in prior.items():
            if (
                address not in self._seen
                and address not in self._left
                and (resource.mode == "managed" or _is_written(address, written))
            ):
                self._untouched(pointer, resource)

    def _changes(self, raw: Raw) -> None:
        for index, entry in schema.decode_list(raw, schema.ResourceChange):
            pointer = "/resource_changes" if index < 0 else f"/resource_changes/{index}"
            if entry is None:
                self._notes.lost("malformed-resource", "an entry of the plan has wrong types in it", pointer)
            elif entry.deposed is None and entry.mode in _MODES:
                self._change(entry, pointer)

    def _change(self, entry: schema.ResourceChange, pointer: str) -> None:
        if entry.address in self._seen:
            self._notes.lost("duplicate-address", f"{entry.address} stands in the plan twice", pointer)
            return
        self._seen.add(entry.address)
        if entry.previous_address:
            self._left.add(entry.previous_address)
        change = entry.change
        action = ACTIONS.get(tuple(change.actions))
        if action is None or (action not in ("delete", "forget") and not schema.is_object(change.after)):
            self._notes.lost("malformed-resource", f"the change of {entry.address} makes no sense", pointer)
            return
        if entry.mode == "managed" and action in ("delete", "forget", "replace"):
            # What a data source only looked up stays, whatever becomes of the data source.
            self.gone.append(_before(entry, pointer, "forget" if "forget" in change.actions else action))
        if action not in ("delete", "forget"):
            self.existing.append(_after(entry, pointer, action))
            self._note_unmarked(self.existing[-1])

    def _note_unmarked(self, instance: Instance) -> None:
        if instance.vague and instance.type in self._mapped and not self._unmarked:
            self._unmarked = True
            message = "entries of the plan do not say what is unknown in them: what is absent may be unknown"
            self._notes.problem("no-after-unknown", message, instance.pointer, incomplete=False)

    def _planned_only(
        self, pointer: str, resource: schema.StateResource, prior: dict[str, tuple[str, schema.StateResource]]
    ) -> None:
        if resource.address in prior:
            # Nothing is planned for it, so it stays as it is; and in the state nothing is unknown.
            self._untouched(*prior[resource.address])
        elif resource.mode in _MODES:
            self._seen.add(resource.address)
            self.existing.append(_shown(resource, pointer, vague=True))

    def _untouched(self, pointer: str, resource: schema.StateResource) -> None:
        if resource.address not in self._seen and resource.mode in _MODES:
            self._seen.add(resource.address)
            self.existing.append(_shown(resource, pointer, vague=False))

    def _state(self, top: dict[str, Raw], part: str) -> Iterator[tuple[str, schema.StateResource]]:
        """The resources of `planned_values` or `prior_state` with their pointers."""
        raw = top.get(part)
        if raw is None or schema.is_null(raw):
            return
        state: schema.State | None
        if part == "prior_state":
            prior = schema.decode(raw, schema.PriorState)
            state = None if prior is None else prior.values or schema.State()
        else:
            state = schema.decode(raw, schema.State)
        if state is None:
            self._notes.lost("malformed-plan", f"{part} has wrong types in it", f"/{part}")
            return
        base = "/prior_state/values/root_module" if part == "prior_state" else f"/{part}/root_module"
        modules = [(base, state.root_module)]
        for pointer, module in modules:
            for index, resource in enumerate(module.resources):
                yield f"{pointer}/resources/{index}", resource
            modules.extend((f"{pointer}/child_modules/{index}", child) for index, child in enumerate(module.child_modules))


def _before(entry: schema.ResourceChange, pointer: str, action: Action) -> Instance:
    return Instance(
        address=entry.address,
        type=entry.type,
        mode=entry.mode,
        action=action,
        pointer=pointer,
        values="/change/before",
        after=entry.change.before,
        unknown=schema.ABSENT,
        sensitive=entry.change.before_sensitive,
    )


def _after(entry: schema.ResourceChange, pointer: str, action: Action) -> Instance:
    return Instance(
        address=entry.address,
        type=entry.type,
        mode=entry.mode,
        action=action,
        pointer=pointer,
        values="/change/after",
        after=entry.change.after,
        unknown=entry.change.after_unknown,
        sensitive=entry.change.after_sensitive,
        vague=schema.is_absent(entry.change.after_unknown) and action != "none",
        before=(entry.change.before, entry.change.before_sensitive) if action == "update" else None,
    )


def _shown(resource: schema.StateResource, pointer: str, *, vague: bool) -> Instance:
    return Instance(
        address=resource.address,
        type=resource.type,
        mode=resource.mode,
        action="none",
        pointer=pointer,
        values="/values",
        after=resource.values,
        unknown=schema.ABSENT,
        sensitive=resource.sensitive_values,
        vague=vague,
    )


def _is_written(address: str, written: Written) -> bool:
    """Whether a data source of the prior state is still in the configuration; true where that cannot be told."""
    if written.scope(()) is None:
        return True
    module, rest = split_module(steps(address))
    scope = written.scope(module)
    target = named(rest)
    return scope is not None and target is not None and written.resource(scope, target.resource) is not None
