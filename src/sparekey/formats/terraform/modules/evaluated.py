"""What evaluating a root module gives: instances of resources, each with its evaluated body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from sparekey.formats.terraform.lang.values import Unknown, Value, Why
from sparekey.formats.terraform.syntax.tree import Attribute, Block
from sparekey.model.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that Terraform would refuse (`certain`), or that could not be read or followed here (not `certain`).

    `summary` is Terraform's own heading where it has one. `severity` is "warning" for what does not stop it. `stage` tells how
    early Terraform meets it: while loading, when it validates without any value, or in the plan. `kind` groups what is our limit:
    "unreadable", "module-not-on-disk", "outside-root", "too-much".
    """

    summary: str
    detail: str = ""
    at: Span | None = None
    severity: Literal["error", "warning"] = "error"
    stage: Literal["load", "validate", "plan"] = "plan"
    certain: bool = True
    kind: str = "terraform-error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One argument as evaluated. A value that could not be computed is unknown, and its reason says the error."""

    value: Value
    written: Attribute


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocks:
    """The nested blocks of one type, in Terraform's order, static and `dynamic` ones together.

    `open`: there may be others than these, in unknown number (a `dynamic` block over what is not known, or one that could not be
    read); `at` is then where that stands.
    """

    members: tuple[EvaluatedBody, ...]
    open: Unknown | None = None
    at: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedBody:
    """The body of a resource instance or of one nested block: what the source determines, without meta-arguments.

    `at` is the header of the block. In JSON syntax what may be a block stands among the arguments (see `tree.Body.json`).
    `unread`: parts of it that no parser could read, so that further arguments may be there.
    """

    at: Span
    arguments: Mapping[str, Argument]
    blocks: Mapping[str, Blocks]
    unread: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One instance of a resource or data source.

    `key` is its `count` index or `for_each` key (None: neither). Where `count` or `for_each` is not known there is one instance
    with `key` None and address `x[*]`, which stands for `least` to `most` (None: no bound) of them; `possible` is why. A module of
    which that holds makes everything in it possible in the same way. `calls` are the headers of the module blocks that lead here,
    outermost first. `before`: what the prior state holds of it by attribute, where there is one. `error`: what keeps Terraform
    from planning it. The body is evaluated on the first call.
    """

    address: str
    mode: Literal["managed", "data"]
    type: str
    name: str
    key: str | int | None
    module: str
    block: Block
    calls: tuple[Span, ...]
    least: int = 1
    most: int | None = 1
    possible: Why | None = None
    error: Fault | None = None
    evaluate: Callable[[], EvaluatedBody]
    provider_versions: str = ""
    before: Mapping[str, Value] | None = None
