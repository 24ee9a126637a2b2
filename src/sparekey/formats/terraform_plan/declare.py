"""From the instances of a plan to declarations: identity, place, and a body that is built as far as it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sparekey.formats.terraform_plan.addresses import call_names, named, split_module, steps
from sparekey.formats.terraform_plan.headers import Headers, Wanted
from sparekey.formats.terraform_plan.instances import Instance
from sparekey.formats.terraform_plan.lift import Ask, Place, Traced, lift
from sparekey.formats.terraform_plan.lift import Path as ValuePath
from sparekey.formats.terraform_plan.notes import Notes
from sparekey.formats.terraform_plan.schema import UNREADABLE, plain
from sparekey.formats.terraform_plan.trace import Tracer
from sparekey.model.declaration import Declaration
from sparekey.model.resource import Head
from sparekey.model.span import Pointer
from sparekey.model.value import Body

if TYPE_CHECKING:
    from pathlib import Path

    from sparekey.formats.terraform_plan.schema import ConfigResource

_NEVER_KEPT = ("sensitive_body",)
"""Write-only attributes that mappings read."""


class Declarer:
    """Makes the declarations of one plan, and remembers where their source lines are to be looked for."""

    def __init__(self, *, deployment: str, tracer: Tracer, notes: Notes) -> None:
        self._deployment = deployment
        self._tracer = tracer
        self._notes = notes
        self._wanted: dict[Pointer, Wanted] = {}

    def planned(self, instance: Instance) -> Declaration:
        """The declaration of what will exist."""
        after = plain(instance.after)
        return self._declaration(instance, after, self._tracer.subject(instance, after))

    def gone(self, instance: Instance) -> Declaration:
        """The declaration of what will not exist any more, with the body that it has now."""
        return self._declaration(instance, plain(instance.after), _not_traced)

    def headers(self, folder: Path | None, scan_root: Path) -> Headers:
        """The source lines of everything declared so far; `folder` is the root module's (None: there is no source)."""
        return Headers(self._wanted, folder, scan_root)

    def _declaration(self, instance: Instance, values: object, ask: Ask) -> Declaration:
        at = Pointer(file=self._deployment, pointer=instance.pointer)
        if values is UNREADABLE:
            self._notes.lost(
                "malformed-resource", f"{instance.address} holds a number that no machine can hold", instance.pointer
            )
        place = Place(
            address=instance.address,
            at=Pointer(file=self._deployment, pointer=instance.pointer + instance.values),
            ask=ask,
            vague=instance.vague,
        )
        written = self._written(instance)
        return Declaration(
            format="terraform-plan",
            type=instance.type,
            head=Head(
                deployment=self._deployment,
                address=instance.address,
                at=at,
                calls=self._calls(instance, at),
                looked_up=instance.mode == "data",
            ),
            body=Body(value=lift(place, values, self._mask(instance, written), plain(instance.sensitive))),
            mode="data" if instance.mode == "data" else "managed",
            action=instance.action,
            before=self._before(instance),
            schema=None if written is None else self._tracer.written.schema(written),
            versions="" if written is None else self._tracer.written.versions(written),
        )

    def _mask(self, instance: Instance, written: ConfigResource | None) -> object:
        """What is unknown. What is sent and never kept a plan shows as null, wherever it is written."""
        mask = plain(instance.unknown)
        arguments = None if written is None else self._tracer.written.arguments(written)
        sent = [name for name in _NEVER_KEPT if arguments and name in arguments]
        return {**(mask if isinstance(mask, dict) else {}), **dict.fromkeys(sent, True)} if sent and mask is not True else mask

    def _before(self, instance: Instance) -> Body | None:
        """The body that an update finds. Nothing in it is unknown."""
        if instance.before is None:
            return None
        values, sensitive = instance.before
        pointer = f"{instance.pointer}/change/before"
        place = Place(address=instance.address, at=Pointer(file=self._deployment, pointer=pointer), ask=_not_traced)
        return Body(value=lift(place, plain(values), None, plain(sensitive)))

    def _written(self, instance: Instance) -> ConfigResource | None:
        """The block of the configuration that an instance comes from."""
        module, rest = split_module(steps(instance.address))
        scope, target = self._tracer.written.scope(module), named(rest)
        return None if scope is None or target is None else self._tracer.written.resource(scope, target.resource)

    def _calls(self, instance: Instance, at: Pointer) -> tuple[Pointer, ...]:
        """The module calls that lead to an instance, outermost first; notes where the lines of all of them are to be found."""
        module, rest = split_module(steps(instance.address))
        names = call_names(module)
        sources: list[str] = []
        calls: list[Pointer] = []
        scope = self._tracer.written.scope(())
        here = Pointer(file=self._deployment, pointer="/configuration/root_module")
        for name in names:
            call = None if scope is None else scope.module.module_calls.get(name)
            if scope is None or call is None:
                return tuple(calls)
            pointer = here.child("module_calls", name)
            self._wanted.setdefault(pointer, Wanted(sources=tuple(sources), type="module", labels=(name,)))
            calls.append(pointer)
            sources.append(call.source)
            here = pointer.child("module")
            scope = self._tracer.written.scope((*scope.path, "module", name))
        target = named(rest)
        if target is not None:
            type_, _, name = target.resource.removeprefix("data.").partition(".")
            mode = "data" if instance.mode == "data" else "resource"
            self._wanted[at] = Wanted(sources=tuple(sources), type=mode, labels=(type_, name))
        return tuple(calls)


def _not_traced(path: ValuePath, *, hidden: bool) -> Traced:  # noqa: ARG001  # the shape of an `Ask`
    """What is gone comes from nothing."""
    return Traced()
