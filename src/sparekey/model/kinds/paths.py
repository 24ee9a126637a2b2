"""Ways to sign in, as subjects of rules about what stops them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sparekey.model.edges import Edges
from sparekey.model.resource import Resource
from sparekey.model.value import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPath(Resource):
    """One way to sign in that can stop as a whole: through a connector group, an identity provider, the directory itself.

    `target` is its name in the dependency graph (`sign_in:` and an id), `of` leads to what it is the way into.
    """

    kind: ClassVar[str] = "sign_in_path"

    target: Text
    of: Edges
