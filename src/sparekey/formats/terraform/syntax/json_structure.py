"""Bodies and blocks of the JSON syntax.

JSON does not tell arguments from blocks; Terraform tells them by what it expects where. So does this, for the blocks that
Terraform itself defines. What a provider defines stays an argument, whose value is an object or an array.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sparekey.formats.terraform.syntax import json_values as json
from sparekey.formats.terraform.syntax.json_expressions import Strings, expression
from sparekey.formats.terraform.syntax.source import Source, SyntaxProblem
from sparekey.formats.terraform.syntax.tokens import normal
from sparekey.formats.terraform.syntax.tree import Attribute, Block, Body, Expression, Unreadable
from sparekey.model.span import Span

_PLAIN, _NATIVE = Strings.PLAIN, Strings.NATIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """What Terraform expects in one kind of body: blocks with the number of their labels, and arguments that are no templates.

    `closed`: nothing else is allowed.
    """

    blocks: Mapping[str, tuple[int, _Kind]] = field(default_factory=dict)
    strings: Mapping[str, Strings] = field(default_factory=dict)
    others: Strings = Strings.TEMPLATE
    closed: bool = False


# The structure of Terraform's own blocks: https://developer.hashicorp.com/terraform/language/syntax/json
_CONDITION = _Kind()
_SETTINGS = _Kind(others=_PLAIN)
_CONTENT_BLOCKS: dict[str, tuple[int, _Kind]] = {}
_CONTENT = _Kind(blocks=_CONTENT_BLOCKS)
_DYNAMIC = _Kind(blocks={"content": (0, _CONTENT)}, strings={"iterator": _NATIVE})
_CONTENT_BLOCKS["dynamic"] = 1, _DYNAMIC  # a `content` may hold further `dynamic` blocks
_CONNECTION = _Kind()
_PROVISIONER = _Kind(blocks={"connection": (0, _CONNECTION)}, strings={"when": _NATIVE, "on_failure": _NATIVE})
_LIFECYCLE = _Kind(
    blocks={"precondition": (0, _CONDITION), "postcondition": (0, _CONDITION)},
    strings={"ignore_changes": _NATIVE, "replace_triggered_by": _NATIVE},
    others=_PLAIN,
)
_RESOURCE = _Kind(
    blocks={
        "lifecycle": (0, _LIFECYCLE),
        "provisioner": (1, _PROVISIONER),
        "connection": (0, _CONNECTION),
        **_CONTENT_BLOCKS,
    },
    strings={"provider": _NATIVE, "depends_on": _NATIVE},
)
_VARIABLE = _Kind(blocks={"validation": (0, _CONDITION)}, strings={"type": _NATIVE}, others=_PLAIN)
_OUTPUT = _Kind(
    blocks={"precondition": (0, _CONDITION)},
    strings={"depends_on": _NATIVE, "description": _PLAIN, "sensitive": _PLAIN, "ephemeral": _PLAIN},
)
_MODULE = _Kind(strings={"source": _PLAIN, "version": _PLAIN, "providers": _NATIVE, "depends_on": _NATIVE})
_PROVIDER = _Kind(blocks=_CONTENT_BLOCKS, strings={"alias": _PLAIN, "version": _PLAIN})
_REQUIRED = _Kind(others=_PLAIN)
_TERRAFORM = _Kind(
    blocks={
        "required_providers": (0, _REQUIRED),
        "backend": (1, _SETTINGS),
        "cloud": (0, _Kind(blocks={"workspaces": (0, _SETTINGS)}, others=_PLAIN)),
        "provider_meta": (1, _SETTINGS),
    },
    strings={"experiments": _NATIVE, "language": _NATIVE},
    others=_PLAIN,
)
_MOVED = _Kind(strings={"from": _NATIVE, "to": _NATIVE})
_IMPORT = _Kind(strings={"to": _NATIVE, "provider": _NATIVE})
_REMOVED = _Kind(
    blocks={"lifecycle": (0, _LIFECYCLE), "provisioner": (1, _PROVISIONER), "connection": (0, _CONNECTION)},
    strings={"from": _NATIVE},
)
_CHECK = _Kind(blocks={"data": (2, _RESOURCE), "assert": (0, _CONDITION)})
_ROOT = _Kind(
    blocks={
        "resource": (2, _RESOURCE),
        "data": (2, _RESOURCE),
        "ephemeral": (2, _RESOURCE),
        "module": (1, _MODULE),
        "variable": (1, _VARIABLE),
        "output": (1, _OUTPUT),
        "locals": (0, _CONDITION),
        "provider": (1, _PROVIDER),
        "terraform": (0, _TERRAFORM),
        "moved": (0, _MOVED),
        "import": (0, _IMPORT),
        "removed": (0, _REMOVED),
        "check": (1, _CHECK),
    },
    closed=True,
)
_VALUES = _Kind(others=_PLAIN)


def configuration(source: Source) -> Body:
    """The body of a `.tf.json` file. `SyntaxProblem` where the text is not JSON, or neither object nor array."""
    return _file(source, _ROOT)


def values(source: Source) -> Body:
    """The body of a `.tfvars.json` file: arguments with plain values. `SyntaxProblem` as in `configuration`."""
    return _file(source, _VALUES)


def _file(source: Source, kind: _Kind) -> Body:
    root = json.read(source)
    if not isinstance(root, json.Mapping | json.Array):
        detail = "The root value must be either a JSON object or a JSON array of objects."
        raise SyntaxProblem("Root value must be object", detail, root.start, root.end)
    return _body(source, root, kind)


class JsonAttribute:
    """An argument. Its expression is made on the first use of `value`."""

    __slots__ = ("_expression", "_json", "_name", "_source", "_strings", "name")

    def __init__(self, source: Source, name: json.Text, value: json.Json, strings: Strings) -> None:
        self._source = source
        self._name = name
        self._json = value
        self._strings = strings
        self._expression: Expression | None = None
        self.name = normal(name.value)

    @property
    def name_span(self) -> Span:
        """Where its name stands, with its quotes."""
        return self._source.span(self._name.start, self._name.end)

    @property
    def span(self) -> Span:
        """From its name to the end of its value."""
        return self._source.span(self._name.start, self._json.end)

    @property
    def value(self) -> Expression:
        """The expression."""
        if self._expression is None:
            self._expression = expression(self._source, self._json, self._strings)
        return self._expression


class JsonBlock:
    """A block. Its header is the property that names it: the last label, or the type where there are none."""

    __slots__ = ("_body", "_json", "_kind", "_name", "_source", "labels", "type")

    def __init__(  # noqa: PLR0917
        self, source: Source, type_: str, labels: tuple[str, ...], name: json.Text, value: json.Json, kind: _Kind
    ) -> None:
        self._source = source
        self._name = name
        self._json = value
        self._kind = kind
        self._body: Body | None = None
        self.type = type_
        self.labels = labels

    @property
    def header(self) -> Span:
        """The property that names it."""
        return self._source.span(self._name.start, self._name.end)

    @property
    def span(self) -> Span:
        """From that property to the end of the block's value."""
        return self._source.span(self._name.start, self._json.end)

    @property
    def body(self) -> Body:
        """What the block holds, made on the first use."""
        if self._body is None:
            self._body = _body(self._source, self._json, self._kind)
        return self._body


_Members = list[tuple[json.Text, json.Json]]


def _body(source: Source, value: json.Json, kind: _Kind) -> Body:
    attributes: dict[str, Attribute] = {}
    repeated: list[Attribute] = []
    blocks: list[Block] = []
    problems: list[Unreadable] = []
    for name, member in _members(source, value, "to define arguments and child blocks", problems):
        if name.value == "//":
            continue
        expected = kind.blocks.get(name.value)
        if expected is not None:
            count, inner = expected
            for labels, place, content in _labelled(source, (name, member), count, problems):
                if isinstance(content, json.Array):
                    found = content.items
                elif isinstance(content, json.Mapping):
                    found = (content,)
                else:
                    found = ()
                    if not (isinstance(content, json.Word) and content.value is None):
                        problems.append(_mistyped(source, content, f'contents of one or more "{name.value}" blocks'))
                blocks.extend(JsonBlock(source, name.value, labels, place, one, inner) for one in found)
            continue
        if kind.closed:
            detail = f'No argument or block type is named "{name.value}".'
            problems.append(Unreadable(source.span(name.start, name.end), f"Extraneous JSON object property: {detail}"))
            continue
        attribute = JsonAttribute(source, name, member, kind.strings.get(name.value, kind.others))
        if attribute.name in attributes:
            repeated.append(attribute)
        else:
            attributes[attribute.name] = attribute
    return Body(source.span(value.start, value.end), attributes, blocks, True, tuple(problems), tuple(repeated))


def _labelled(
    source: Source, named: tuple[json.Text, json.Json], count: int, problems: list[Unreadable]
) -> Iterator[tuple[tuple[str, ...], json.Text, json.Json]]:
    """The labels, the property that names the last of them, and the content, for every block that a property stands for."""
    name, value = named
    if not count:
        yield (), name, value
        return
    members = _members(source, value, f"to specify labels of {name.value}", problems)
    if not members and not isinstance(value, json.Text | json.Number):
        detail = "At least one object property is required, whose name represents the label of the block."
        problems.append(Unreadable(source.span(value.start, value.end), f"Missing block label: {detail}"))
    for member in members:
        for labels, place, content in _labelled(source, member, count - 1, problems):
            yield (normal(member[0].value), *labels), place, content


def _members(source: Source, value: json.Json, purpose: str, problems: list[Unreadable]) -> _Members:
    """The members of an object, or of all objects of an array one after the other."""
    if isinstance(value, json.Mapping):
        return list(value.members)
    found: _Members = []
    if isinstance(value, json.Array):
        for item in value.items:
            if isinstance(item, json.Mapping):
                found.extend(item.members)
            else:
                problems.append(_mistyped(source, item, purpose))
    elif not (isinstance(value, json.Word) and value.value is None):
        problems.append(_mistyped(source, value, purpose))
    return found


def _mistyped(source: Source, value: json.Json, purpose: str) -> Unreadable:
    detail = f"A JSON object or an array of objects is required here, {purpose}."
    return Unreadable(source.span(value.start, value.end), f"Incorrect JSON value type: {detail}")
