"""References: whether what they name is declared, and may be named where they stand."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import replace

from sparekey.formats.terraform.modules.checks.builtin import attribute_faults
from sparekey.formats.terraform.modules.checks.configuration import Configuration, refused
from sparekey.formats.terraform.modules.checks.placed import Place, Used
from sparekey.formats.terraform.modules.checks.required import requirements
from sparekey.formats.terraform.modules.checks.static_references import dependencies
from sparekey.formats.terraform.modules.checks.subjects import Call, Named, Resource, Subject, subject
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.module import Module
from sparekey.formats.terraform.modules.references import Reference, uses
from sparekey.formats.terraform.syntax.tree import Block
from sparekey.model.span import Span


class Scope:
    """What can be named in a module."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._module = configuration.module
        self._declared = configuration.declared
        self._required = requirements(configuration.module)
        self._known: dict[tuple[str, str, str], Block | None] = {}

    def faults(self, expressions: Iterable[Used]) -> Iterator[Fault]:
        """What is wrong with the references of these expressions.

        The content of a `dynamic` block is left alone: Terraform looks at it only where it finds an item to go over, and while it
        validates, variables have no value. Where there is one, evaluating the block tells.
        """
        for one in expressions:
            if not one.place.checked or one.place.maybe:
                continue
            for use in one.references:
                found = subject(use)
                if isinstance(found, Fault):
                    yield found
                else:
                    yield from self.subject_faults(found, use.span, one.place)
            if self._configuration.calls:
                yield from self._outputs(one)

    def subject_faults(self, found: Subject, at: Span, place: Place) -> Iterator[Fault]:
        """What is wrong with naming this here."""
        if isinstance(found, Resource):
            yield from self._resource(found, at, place)
        elif isinstance(found, Call):
            if found.name not in self._module.calls and self._declared.complete:
                detail = f'No module call named "{found.name}" is declared in {self._configuration.title}.'
                yield _missing("Reference to undeclared module", detail, found.name, self._module.calls, at)
        else:
            yield from self._named(found, at, place)

    def _resource(self, found: Resource, at: Span, place: Place) -> Iterator[Fault]:
        key = (found.mode, found.type, found.name)
        if key not in self._known:
            self._known[key] = self._declared.resource(*key)
        block = self._known[key]
        if block is None:
            if self._declared.complete:
                article = "An" if found.mode == "ephemeral" else "A"
                detail = f'{article} {found.mode} resource "{found.type}" "{found.name}" has not been declared in '
                detail += f"{self._configuration.title}."
                if found.mode == "managed" and self._declared.resource("data", found.type, found.name) is not None:
                    detail += f" Did you mean the data resource data.{found.address}?"
                yield _refused("Reference to undeclared resource", detail, at)
            return
        yield from self._instance(found, block, at)
        if found.mode == "data" and (found.type, found.name) in self._declared.scoped_data:
            check = self._declared.scoped_data.get((found.type, found.name))
            inside = place.owner in (("check", check), ("resource", "data", found.type, found.name))
            if check is not None and not inside:
                detail = f'The referenced data resource "{found.type}" "{found.name}" is not available from this context.'
                yield _refused("Reference to scoped resource", detail, at)
        if found.rest and found.rest[0] == "count":
            detail = 'The special "count" attribute is no longer supported after Terraform v0.12. '
            detail += f"Instead, use length({found.address}) to count resource instances."
            yield _refused("Invalid resource count attribute", detail, at)
        elif found.rest:
            yield from attribute_faults(self._required, block, found, at)

    def _instance(self, found: Resource, block: Block, at: Span) -> Iterator[Fault]:
        arguments = block.body.attributes
        repeated = "count" in arguments or "for_each" in arguments
        if found.key is not None and not repeated and not block.body.problems:
            detail = f'Because {found.address} does not have "count" or "for_each" set, references to it must not include an index key.'
            yield _refused("Unexpected resource instance key", detail, at)
        elif found.key is None and found.rest and repeated:
            name, each = ("count", "count.index") if "count" in arguments else ("for_each", "each.key")
            detail = f'Because {found.address} has "{name}" set, its attributes must be accessed on specific instances. '
            detail += f"For example, to correlate with indices of a referring resource, use: {found.address}[{each}]"
            yield _refused("Missing resource instance key", detail, at)

    def _named(self, found: Named, at: Span, place: Place) -> Iterator[Fault]:
        for fault in self._unavailable(found, at, place):
            # Terraform validates the arguments of modules as if all of them were called with both count and for_each.
            later = place.owner[0] == "argument" and found.root in ("count", "each") and not fault.summary.startswith("Invalid")
            yield replace(fault, stage="plan") if later else fault

    def _unavailable(self, found: Named, at: Span, place: Place) -> Iterator[Fault]:
        name = found.name
        if found.root == "var":
            if name not in self._module.variables and self._declared.complete:
                detail = f'An input variable with the name "{name}" has not been declared.'
                yield _missing("Reference to undeclared input variable", detail, name, self._module.variables, at)
        elif found.root == "local":
            if name not in self._module.locals and self._declared.complete:
                detail = f'A local value with the name "{name}" has not been declared.'
                yield _missing("Reference to undeclared local value", detail, name, self._module.locals, at)
        elif found.root == "self":
            if place.self:
                yield from self._own(found, at, place)
            else:
                yield _refused(
                    'Invalid "self" reference',
                    'The "self" object is not available in this context. This object can be used only in resource provisioner, '
                    "connection, and postcondition blocks.",
                    at,
                )
        elif found.root in _ATTRIBUTES:
            if name not in _ATTRIBUTES[found.root]:
                detail = f'The "{found.root}" object does not have an attribute named "{name}".'
                yield _refused(f'Invalid "{found.root}" attribute', detail, at)
            elif place.owner[0] == "argument" and self._configuration.path and found.root in ("count", "each"):
                return  # looked at only where the module is called at least once
            elif found.root == "count" and not place.counted:
                yield _refused(
                    'Reference to "count" in non-counted context',
                    'The "count" object can only be used in "module", "resource", and "data" blocks, and only when the "count" '
                    "argument is set.",
                    at,
                )
            elif found.root == "each" and not place.each:
                yield _each_value(at) if name == "value" else _each(at)

    def _own(self, found: Named, at: Span, place: Place) -> Iterator[Fault]:
        """An attribute of `self`."""
        _, mode, type_, name = place.owner
        block = self._declared.resource(mode, type_, name)
        if block is not None and found.rest and mode in ("managed", "data"):
            about = Resource(mode="managed" if mode == "managed" else "data", type=type_, name=name, rest=found.rest)
            yield from attribute_faults(self._required, block, about, at)

    def _outputs(self, one: Used) -> Iterator[Fault]:
        """Outputs that the called module does not have; what a `try` would catch is left alone."""
        if one.place.maybe or not any(use.root == "module" for use in one.references):
            return
        for use in uses(one.expression, one.place.hidden, certain=True):
            if not isinstance(use, Reference) or use.root != "module":
                continue
            found = subject(use)
            if not isinstance(found, Call) or found.output is None:
                continue
            called = self._configuration.calls.get(found.name)
            block = self._module.calls.get(found.name)
            if called is None or block is None or not called.declared.complete:
                continue
            repeated = "count" in block.body.attributes or "for_each" in block.body.attributes
            if repeated == (found.key is not None) and found.output not in called.module.outputs:
                detail = f'This object does not have an attribute named "{found.output}".'
                yield _refused("Unsupported attribute", detail, use.span)
            elif found.key is None and "count" in block.body.attributes:
                yield _refused("Unsupported attribute", "Can't access attributes on a list of objects.", use.span)


def depends_on_faults(scope: Scope, module: Module) -> Iterator[Fault]:
    """`depends_on` names whole objects that are declared."""
    for blocks in (module.resources, module.data, module.ephemerals):
        for (type_, name), block in blocks.items():
            yield from _depends_on(scope, block, Place(owner=("resource", "", type_, name)))
    for kind, named in (("call", module.calls), ("output", module.outputs)):
        for name, block in named.items():
            yield from _depends_on(scope, block, Place(owner=(kind, name)))


def _depends_on(scope: Scope, block: Block, place: Place) -> Iterator[Fault]:
    for reference in dependencies(block.body):
        if isinstance(reference, Fault):
            continue  # said where its form is looked at
        found = subject(reference)
        if isinstance(found, Fault):
            yield found
        elif found.rest:
            detail = "References in depends_on must be to a whole object (resource, etc), not to an attribute of an object."
            yield _refused("Invalid depends_on reference", detail, reference.span)
        else:
            yield from scope.subject_faults(found, reference.span, place)


_ATTRIBUTES = {
    "path": frozenset({"module", "root", "cwd"}),
    "terraform": frozenset({"workspace", "applying"}),
    "count": frozenset({"index"}),
    "each": frozenset({"key", "value"}),
}


def _each_value(at: Span) -> Fault:
    return _refused(
        "each.value cannot be used in this context",
        'A reference to "each.value" has been used in a context in which it is unavailable.',
        at,
    )


def _each(at: Span) -> Fault:
    return _refused(
        'Reference to "each" in context without for_each',
        'The "each" object can be used only in "module" or "resource" blocks, and only when the "for_each" argument is set.',
        at,
    )


def _missing(summary: str, detail: str, name: str, names: Iterable[str], at: Span) -> Fault:
    near = difflib.get_close_matches(name, list(names), n=1, cutoff=0.8)
    return _refused(summary, f'{detail} Did you mean "{near[0]}"?' if near else detail, at)


def _refused(summary: str, detail: str, at: Span) -> Fault:
    return refused(summary, detail, at, stage="validate")
