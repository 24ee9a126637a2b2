"""What Terraform refuses without evaluating anything: the rules that it checks when it loads and validates a configuration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sparekey.formats.terraform.modules.checks.addresses import import_faults
from sparekey.formats.terraform.modules.checks.builtin import builtin_faults, builtin_provider_faults
from sparekey.formats.terraform.modules.checks.calls import call_faults
from sparekey.formats.terraform.modules.checks.configuration import Configuration
from sparekey.formats.terraform.modules.checks.cycles import Graph, cycle_faults
from sparekey.formats.terraform.modules.checks.dynamic import dynamic_faults
from sparekey.formats.terraform.modules.checks.functions import function_faults
from sparekey.formats.terraform.modules.checks.history import moved_faults, removed_faults
from sparekey.formats.terraform.modules.checks.names import duplicate_faults, name_faults
from sparekey.formats.terraform.modules.checks.placed import Owner, Placed, Used, placed, placed_providers, used
from sparekey.formats.terraform.modules.checks.providers import mismatch_faults, provider_faults
from sparekey.formats.terraform.modules.checks.required import (
    BUILTIN,
    builtin_requirement_faults,
    requirement_faults,
    requirements,
)
from sparekey.formats.terraform.modules.checks.rules import rule_faults
from sparekey.formats.terraform.modules.checks.schema import file_faults
from sparekey.formats.terraform.modules.checks.scope import Scope, depends_on_faults
from sparekey.formats.terraform.modules.checks.selves import self_reference_faults, trigger_faults
from sparekey.formats.terraform.modules.checks.unreadable import unreadable_faults
from sparekey.formats.terraform.modules.checks.versions import TERRAFORM, core_faults
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.module import Module
from sparekey.formats.terraform.syntax.tree import Block

__all__ = ("Configuration", "check", "check_module")


def check(root: Configuration, *, terraform: Sequence[int] | None = TERRAFORM) -> Iterator[Fault]:
    """Everything that is refused in a configuration: in each module once, however often it is called, and between modules.

    `terraform` is the version that `required_version` has to let in; None: it is not known which one runs this.

    Nothing is evaluated, and whatever only a provider's schema could tell is left alone. Faults of a module's own loading
    (`Module.faults`: unreadable files, overrides without a base) and of variables' types and defaults are not among these.
    """
    expressions: dict[int, list[Used]] = {}
    planned: set[tuple[int, bool]] = set()
    for here in root.walk():
        if id(here.module) not in expressions:
            expressions[id(here.module)] = found = used(placed(here.module))
            yield from check_module(here, found, terraform=terraform)
        yield from call_faults(here)
        yield from removed_faults(here)
        called = _surely_called(root, here.path)
        if (id(here.module), called) not in planned:
            planned.add((id(here.module), called))
            yield from self_reference_faults(here.module, expressions[id(here.module)], called=called)
            if called:
                yield from moved_faults(here)
                yield from trigger_faults(Scope(here), here.module)
    yield from _providers(root)
    yield from import_faults(root)
    graph = Graph(root, expressions)
    yield from cycle_faults(graph)
    yield from _provider_arguments(root, graph)


def _surely_called(root: Configuration, path: tuple[str, ...]) -> bool:
    """Whether there is an instance of a module whatever the values are: no call to it has `count` or `for_each`."""
    here: Configuration | None = root
    for name in path:
        call = here.module.calls.get(name) if here is not None else None
        if here is None or call is None or {"count", "for_each"} & call.body.attributes.keys():
            return False
        here = here.calls.get(name)
    return True


def _provider_arguments(root: Configuration, graph: Graph) -> Iterator[Fault]:
    """What is named in the configurations of providers that are used; of others Terraform looks at nothing."""
    configured: dict[tuple[str, ...], set[Owner]] = {}
    for path, owner in graph.used:
        configured.setdefault(path, set()).add(owner)
    for here in root.walk():
        owners = configured.get(here.path)
        if not owners:
            continue
        required = requirements(here.module)
        ours = used(
            Placed(one.expression, replace(one.place, checked=True))
            for one in placed_providers(here.module)
            if one.place.owner in owners and required.source(one.place.owner[1]) != BUILTIN
        )
        yield from Scope(here).faults(ours)
        yield from function_faults(ours, required)
        yield from builtin_provider_faults(here.module, required, owners)


def check_module(
    configuration: Configuration, expressions: Sequence[Used], *, terraform: Sequence[int] | None = TERRAFORM
) -> Iterator[Fault]:
    """What is refused in one module, whoever calls it. `expressions` are all that it evaluates; `terraform` as in `check`."""
    module = configuration.module
    required = requirements(module)
    yield from _loading(module, terraform)
    scope = Scope(configuration)
    yield from scope.faults(expressions)
    yield from depends_on_faults(scope, module)
    yield from function_faults(expressions, required)
    yield from dynamic_faults(module)
    yield from builtin_faults(module, required)


def _loading(module: Module, terraform: Sequence[int] | None) -> Iterator[Fault]:
    for file in module.files:
        yield from file_faults(file.body, override=False)
    for file in module.override_files:
        yield from file_faults(file.body, override=True)
    yield from unreadable_faults(module)
    yield from name_faults(module)
    yield from duplicate_faults(module)
    yield from rule_faults(module)
    yield from requirement_faults(module)
    yield from builtin_requirement_faults(module)
    yield from core_faults(module, terraform)


def _providers(root: Configuration) -> Iterator[Fault]:
    """Provider configurations differ from call to call, so every call is looked at; the same words are said once."""
    said: set[Fault] = set()
    calls: dict[tuple[str, ...], Block] = {}
    for here in root.walk():
        found = list(provider_faults(here, calls.get(here.path)))
        for name, block in here.module.calls.items():
            calls[*here.path, name] = block
            called = here.calls.get(name)
            if called is not None:
                found.extend(mismatch_faults(here, called, block))
        for fault in found:
            if fault not in said:
                said.add(fault)
                yield fault
