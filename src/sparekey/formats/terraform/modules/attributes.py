"""What a reference sees of an instance whose provider's schema nobody knows here.

The whole is unknown. Of its attributes, one that is written and that no provider would change is known; any other is exactly
that attribute of that instance, whatever it will be, so that relations survive.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from sparekey.formats.terraform.lang.types import DYNAMIC, STRING
from sparekey.formats.terraform.lang.values import NO_REFINEMENT, Refinement, Source, Unknown, Value, Why, sources
from sparekey.formats.terraform.modules.bodies import META_ARGUMENTS, META_BLOCKS, evaluate_nested, parts
from sparekey.formats.terraform.modules.evaluated import Blocks, EvaluatedBody
from sparekey.formats.terraform.modules.reasons import why_computed, why_read
from sparekey.formats.terraform.modules.scope import Scope
from sparekey.formats.terraform.modules.work import Node, Work
from sparekey.formats.terraform.syntax.tree import Block

_LOOKS_CONVERTED = re.compile(r"\s*[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?\s*|true|false")
"""Text that an attribute of another type would be converted from."""

_LONGEST = 256
_REWRITTEN = re.compile(
    r"(?:^|_)(?:user_data|policy|policies|scripts?|template|document|body|certificate|key|base64|content|cron|schedule)(?:_|$)"
)
"""Names of attributes that providers are known to rewrite: digests of scripts, policies with their keys in order."""

_STRINGS = frozenset({"id"})
"""Attributes that are strings in every provider: Terraform's plugin protocol once asked for it."""


class Attributes:
    """The attributes of one instance."""

    __slots__ = ("_address", "_block", "_known", "_mode", "_scope", "_work")

    def __init__(self, address: str, block: Block, mode: Literal["managed", "data"], scope: Scope, work: Work) -> None:
        """`scope` is that of the instance's body."""
        self._address = address
        self._block = block
        self._mode = mode
        self._scope = scope
        self._work = work
        self._known: dict[str, Node[Value]] = {}

    def value(self) -> Value:
        """The instance as a whole."""
        return Value(DYNAMIC, Unknown(why=self._why(""), is_=Source(self._address, ""), members=self._member))

    def _why(self, attribute: str) -> Why:
        make = why_read if self._mode == "data" else why_computed
        return make(self._address, attribute, self._block.header)

    def _member(self, step: str | int) -> Value:
        if not isinstance(step, str):
            return self._computed(str(step))
        node = self._known.get(step)
        if node is None:
            node = Node(f"{self._address}.{step}", lambda: self._attribute(step), lambda: self._computed(step))
            self._known[step] = node
        return self._work.get(node)

    def _attribute(self, name: str) -> Value:
        body = self._block.body
        written = body.attributes.get(name)
        if written is not None and name not in META_ARGUMENTS:
            return self._written(name, self._scope.value(written.value))
        if any(name in (block.type, *block.labels) for block in body.blocks if block.type not in META_BLOCKS):
            blocks = evaluate_nested(self._block, name, self._scope)
            if blocks is not None:
                return self._nested(name, blocks)
        return self._computed(name)

    def _computed(self, path: str) -> Value:
        type_ = STRING if path in _STRINGS else DYNAMIC
        return self._of(path, type_, frozenset(), "", ())

    def _of(self, path: str, type_: object, among: frozenset[Source], beyond: str, holds: tuple[Value, ...]) -> Value:
        def member(step: str | int) -> Value:
            inner = f"{path}.{step}"
            if type_ is STRING or len(inner) > _LONGEST:
                return Value(DYNAMIC, Unknown(why=self._why(path), among=frozenset({Source(self._address, path)})))
            return self._of(inner, DYNAMIC, among, beyond, ())

        return Value(
            STRING if type_ is STRING else DYNAMIC,
            Unknown(
                why=self._why(path),
                is_=Source(self._address, path),
                among=among,
                beyond=beyond,
                holds=holds,
                members=None if type_ is STRING else member,
            ),
        )

    def _written(self, path: str, value: Value) -> Value:
        """An argument that is written, as it will be read."""
        content = value.content
        name = path.rpartition(".")[2]
        if content is None:
            return self._computed(path).marked(value.marks)
        if isinstance(content, Unknown):
            if content.is_ is not None and value.type == STRING:
                return value
            among, beyond, _ = sources(value)
            return self._of(path, DYNAMIC, among, beyond, content.holds).marked(value.marks)
        if isinstance(content, bool) or (isinstance(content, str) and _stays(name, content)):
            return value
        among, beyond, _ = sources(value)
        return self._container(path, value, among, beyond)

    def _container(self, path: str, value: Value, among: frozenset[Source], beyond: str) -> Value:
        """A collection, a number or a text that a provider may change: its own self, that holds what is in it."""
        content = value.content
        if isinstance(content, Mapping):
            holds = tuple(content.values())

            def named(step: str | int) -> Value:
                item = content.get(step) if isinstance(step, str) else None
                return self._computed(f"{path}.{step}") if item is None else self._written(f"{path}.{step}", item)

            whole = Unknown(
                why=self._why(path), is_=Source(self._address, path), among=among, beyond=beyond, holds=holds, members=named
            )
            return Value(DYNAMIC, whole, value.marks)
        holds = content if isinstance(content, tuple) else ()
        return self._of(path, DYNAMIC, among, beyond, holds).marked(value.marks)

    def _nested(self, path: str, blocks: Blocks) -> Value:
        """The nested blocks of one type: traced by their place where there can be no others before them."""
        among: set[Source] = set()
        beyond = ""
        for part in self._parts(blocks):
            found, end, _ = sources(part)
            among |= found
            beyond = beyond or end

        sole = len(blocks.members) == 1 and blocks.open is None

        def member(step: str | int) -> Value:
            if isinstance(step, str) and sole:
                return self._inside(f"{path}.{step}", blocks.members[0], step)
            if step == 0 and sole:
                return self._block_value(f"{path}.0", blocks.members[0])
            # More than one may be a set, in an order of its own.
            return self._of(f"{path}.{step}", DYNAMIC, frozenset(among), beyond, ())

        whole = Unknown(
            why=self._why(path),
            is_=Source(self._address, path),
            among=frozenset(among),
            beyond=beyond,
            refinement=Refinement(shortest=1, longest=1) if sole else NO_REFINEMENT,
            members=member,
        )
        return Value(DYNAMIC, whole)

    def _block_value(self, path: str, body: EvaluatedBody) -> Value:
        among: set[Source] = set()
        beyond = ""
        for part in parts(body):
            found, end, _ = sources(part)
            among |= found
            beyond = beyond or end

        def member(step: str | int) -> Value:
            inner = f"{path}.{step}"
            return self._inside(inner, body, step) if isinstance(step, str) else self._computed(inner)

        whole = Unknown(
            why=self._why(path), is_=Source(self._address, path), among=frozenset(among), beyond=beyond, members=member
        )
        return Value(DYNAMIC, whole)

    def _inside(self, path: str, body: EvaluatedBody, name: str) -> Value:
        if name in body.arguments:
            return self._written(path, body.arguments[name].value)
        if name in body.blocks:
            return self._nested(path, body.blocks[name])
        return self._computed(path)

    def _parts(self, blocks: Blocks) -> list[Value]:
        found = [part for body in blocks.members for part in parts(body)]
        if blocks.open is not None:
            found.append(Value(DYNAMIC, blocks.open))
        return found


def _stays(name: str, content: str) -> bool:
    """Whether a written text is certainly read back as it is."""
    if len(content) > _LONGEST or not content or "\n" in content or content[0] in "{[" or content != content.strip():
        return False
    return _LOOKS_CONVERTED.fullmatch(content) is None and _REWRITTEN.search(name) is None and not content.endswith(".")
