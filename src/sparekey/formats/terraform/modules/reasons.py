"""Why a value is not known, in words for people."""

from __future__ import annotations

from sparekey.formats.terraform.lang.values import EvaluationError, Why
from sparekey.model.span import Span

LONGEST = 300
"""Characters of an error that a reason repeats."""


def why_error(error: EvaluationError, at: Span | None) -> Why:
    """The reason of a value that Terraform refuses to compute."""
    reason = f"{error.summary}: {error.detail}" if error.detail else error.summary
    short = reason if len(reason) <= LONGEST else reason[: LONGEST - 1] + "…"
    return Why(short, how="Terraform refuses this: correct it", at=error.span or at)


def why_computed(address: str, attribute: str, at: Span | None) -> Why:
    """The reason of an attribute that the provider computes. `attribute` is dotted; "" is the whole object."""
    return Why(f"{_named(address, attribute)} is known only after apply", at=at)


def why_read(address: str, attribute: str, at: Span | None) -> Why:
    """The reason of an attribute that a data source reads from the service. `attribute` as in `why_computed`."""
    how = "a plan looks it up: check the plan as well (terraform show -json)"
    return Why(f"{_named(address, attribute)} is looked up in the service", how=how, at=at)


def _named(address: str, attribute: str) -> str:
    """The attribute as one would write it: `data.azuread_domains.x.domains[0].domain_name`."""
    steps = (f"[{step}]" if step.isdecimal() else f".{step}" for step in attribute.split(".") if step)
    return f"{address}{''.join(steps)}"


def why_no_value(name: str, at: Span | None) -> Why:
    """The reason of a root variable that nobody set."""
    return Why(f"variable {name} has no value", how=f"pass --var {name}=... or --var-file", at=at)


def why_no_module(source: str, at: Span | None) -> Why:
    """The reason of everything in a module that is not on disk."""
    return Why("module source not on disk: run terraform init", how=f"terraform init downloads {source}", at=at)


def why_itself(address: str, at: Span) -> Why:
    """The reason of what can only be computed from itself."""
    return Why(f"{address} depends on itself", at=at)
