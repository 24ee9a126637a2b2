"""What a format gives: declarations, and the document that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sparekey.model.problem import Problem
from sparekey.model.resource import Head
from sparekey.model.span import Place, Pointer, Span
from sparekey.model.value import Body, Unknown

Action = Literal["none", "create", "update", "replace", "read", "delete", "forget"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """One thing that a file declares, in its format's own terms.

    `head` identifies it (address, deployment, place, presence, count); `type` is the format's own type name
    (`azuread_user`, `Microsoft.AAD/domainServices`); `mode` is "data" for what is only looked up. `action` is what a plan
    will do to it ("none" where nothing is planned). `before` is its body before the change, only for an update.
    `schema` is the version of the provider's schema for the type that the body conforms to (None: not said), `versions` the
    constraint on the version of the provider that the configuration writes ("" for none).
    """

    format: str
    type: str
    head: Head
    body: Body
    mode: Literal["managed", "data"] = "managed"
    action: Action = "none"
    before: Body | None = None
    schema: int | None = None
    versions: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One deployment as read: a plan, a root module with its values, a template with one parameter file, a manifest folder.

    `declarations` holds what will exist, `deletions` what will not any more. `unmapped` counts by type what was not decoded
    because no mapping reads it. `partial` says why the document may not show everything that is in its files (`-target`,
    an errored plan, one unreadable resource): it reopens children, tagged sets and complete kinds. `headers` gives, for a
    pointer or for its resource prefix, the source line to show instead of it. `source` is the folder of source files that the
    document speaks for, so that they are no deployment beside it (None: no such folder).
    """

    format: str
    deployment: str
    declarations: tuple[Declaration, ...]
    deletions: tuple[Declaration, ...] = ()
    problems: tuple[Problem, ...] = ()
    unmapped: Mapping[str, int] = field(default_factory=dict)
    partial: tuple[Unknown, ...] = ()
    headers: Mapping[Pointer, Span] = field(default_factory=dict)
    source: Path | None = None

    @property
    def at(self) -> Place:
        """The file as a whole."""
        return Pointer(file=self.deployment, pointer="")
