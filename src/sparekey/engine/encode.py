"""The estate as JSON text for Rego, and the table that says what every handle in it stands for.

A handle is an index into a table that stays in Python, so that a rule can neither forge a place nor lose one. The text is written
directly: building dictionaries first would double the time and the memory of a large estate.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from json.encoder import encode_basestring

from sparekey.model.edges import Edges
from sparekey.model.estate import Deletion, Estate
from sparekey.model.resource import Resource
from sparekey.model.rule import Rule
from sparekey.model.span import Place, Span
from sparekey.model.truth import Bounds, Cause, Truth, asks
from sparekey.model.value import Known, Links, Unknown, ValueSet

_LARGEST = 2**53
"""Whole numbers beyond it are not exact in every JSON reader (RFC 8259, section 6); they are clamped to it."""

_DONE = {"delete": "deleted by this change", "replace": "replaced by this change", "forget": "no longer managed"}
"""What becomes of something that will be gone, for a reader of evidence."""

Noted = Known[object] | Unknown | ValueSet[str] | Edges | Cause | Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the enabled rules read: the kinds of resources, and the kinds of deletions."""

    kinds: frozenset[str]
    deletions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """The input of the rules: JSON text, and what each handle in it stands for: the thing, and the name of the field that holds it.

    `owners` are the resources in the order in which they were written, each with the first of its handles.
    """

    document: str
    table: tuple[Noted, ...]
    names: tuple[str, ...]
    owners: tuple[tuple[int, Resource], ...] = ()

    def owner(self, handle: int) -> Resource | None:
        """The resource that holds what is behind a handle: itself, or a fact about it."""
        index = bisect_right(self.owners, handle, key=_first_handle)
        return self.owners[index - 1][1] if index else None

    def cause(self, handle: int) -> Cause:
        """The place behind a handle, and the unknown that stands there if one does. Raises IndexError for a handle never given out."""
        if handle < 0:
            raise IndexError(handle)
        noted, name = self.table[handle], self.names[handle]
        if isinstance(noted, Cause):
            unsaid = name and not noted.label and noted.unknown is None
            return replace(noted, label=name.replace("_", " ")) if unsaid else noted
        if isinstance(noted, Unknown):
            return asks(noted)
        if isinstance(noted, Known | ValueSet):
            return Cause(at=noted.at, label=_label(noted, name))
        if isinstance(noted, Edges):
            return Cause(at=noted.at, label=name.replace("_", " "))
        return Cause(at=noted, label=name.replace("_", " "))


def _first_handle(owner: tuple[int, Resource]) -> int:
    return owner[0]


def read_by(rules: Iterable[Rule]) -> Reading:
    """What these rules judge and read."""
    chosen = tuple(rules)
    return Reading(
        kinds=frozenset(kind for rule in chosen for kind in (*rule.kinds, *rule.reads)),
        deletions=frozenset(kind for rule in chosen if rule.subjects == "deletions" for kind in rule.kinds),
    )


def encode(estate: Estate, reading: Reading, parameters: Mapping[str, Mapping[str, int | str | bool]]) -> Encoded:
    """The estate as the rules see it. Every kind in `reading` is a key, with an empty list where the estate has none.

    A kind that nobody reads is left out altogether rather than shown empty. Text that UTF-8 cannot hold (half a surrogate pair) is
    replaced by "?".
    """
    writer = _Writer(estate)
    resources = {kind: [writer.resource(resource) for resource in estate.of(kind)] for kind in sorted(reading.kinds)}
    deletions: dict[str, list[str]] = {kind: [] for kind in sorted(reading.kinds)}
    for deletion in _each_once(estate.deletions):
        if deletion.resource.kind in reading.deletions:
            deletions[deletion.resource.kind].append(writer.deletion(deletion))
    settings = ",".join(
        f"{_quote(slug)}:{{{','.join(f'{_quote(name)}:{_scalar(value)}' for name, value in chosen.items())}}}"
        for slug, chosen in sorted(parameters.items())
    )
    document = f'{{"resources":{_lists(resources)},"deletions":{_lists(deletions)},"parameters":{{{settings}}}}}'
    return Encoded(
        document=encodable(document), table=tuple(writer.table), names=tuple(writer.names), owners=tuple(writer.owners)
    )


def _each_once(deletions: Iterable[Deletion]) -> Iterable[Deletion]:
    """Each thing that will be gone once, by its gravest action: two objects of one resource may go in the same change."""
    order = {"delete": 0, "replace": 1}
    found: dict[str, Deletion] = {}
    for deletion in sorted(deletions, key=lambda gone: order.get(gone.action, 2)):
        found.setdefault(deletion.resource.id, deletion)
    return found.values()


def _lists(by_kind: Mapping[str, list[str]]) -> str:
    return "{" + ",".join(f"{_quote(kind)}:[{','.join(items)}]" for kind, items in by_kind.items()) + "}"


def encodable(text: str) -> str:
    """The text as the rules see it: what UTF-8 cannot hold is replaced by "?"."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode()
    return text


def _quote(text: str) -> str:
    return encode_basestring(text)


def _scalar(value: object) -> str:
    """A JSON scalar. Kinds hold nothing else in their values."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return _quote(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(max(-_LARGEST, min(_LARGEST, value)))
    raise TypeError(f"a value in a kind cannot be a {type(value).__name__}")


def _label(noted: Known[object] | ValueSet[str], name: str) -> str:
    """What stands at a place, for a reader of evidence; never the value, which may be long or private."""
    words = name.replace("_", " ")
    if noted.origin == "default":
        return f"{words}: not written"
    if noted.origin == "null":
        # A plan writes null for what nobody wrote.
        return f"{words}: {'null here' if isinstance(noted.at, Span) else 'not written'}"
    if isinstance(noted, ValueSet) and not noted.members and noted.open is None:
        return f"{words}: empty"
    return words


def _own_fields(kind: type[Resource]) -> tuple[tuple[str, str], ...]:
    """The fields of a kind beside those that every resource has, each with the start of its JSON member."""
    shared = {field.name for field in fields(Resource)}
    names = [field.name for field in fields(kind) if field.name not in shared]
    return tuple((name, f",{_quote(name)}:") for name in names)


class _Writer:
    """Writes resources one by one and notes what each handle stands for."""

    __slots__ = ("estate", "fields", "names", "owners", "table")

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.fields: dict[type[Resource], tuple[tuple[str, str], ...]] = {}
        self.table: list[Noted] = []
        self.names: list[str] = []
        self.owners: list[tuple[int, Resource]] = []

    def resource(self, resource: Resource) -> str:
        self.owners.append((len(self.table), resource))
        return self._object(resource, self._facts(resource.id), joined=True)

    def deletion(self, deletion: Deletion) -> str:
        self.owners.append((len(self.table), deletion.resource))
        facts = self._facts(deletion.fact_subject)
        shown = _DONE.get(deletion.action, deletion.resource.kind)
        return self._object(deletion.resource, f'{facts},"action":{_quote(deletion.action)}', joined=False, shown=shown)

    def _facts(self, subject: str) -> str:
        known = (f"{_quote(name)}:{self._any(value, name)}" for name, value in self.estate.facts.get(subject, {}).items())
        return f'"facts":{{{",".join(known)}}}'

    def _object(self, resource: Resource, tail: str, *, joined: bool, shown: str = "") -> str:
        kind = type(resource)
        if kind not in self.fields:
            self.fields[kind] = _own_fields(kind)
        head = resource.head
        opening = (
            f'{{"id":{_quote(head.id)},"name":{_quote(resource.label)},"at":{self._note(head.at, shown or resource.kind)},'
            f'"presence":{self._truth(head.presence)},"count":{self._bounds(head.count)}'
        )
        parts = [opening]
        for name, member in self.fields[kind]:
            value = getattr(resource, name)
            if not isinstance(value, Links):
                parts.append(member + self._any(value, name))
            elif joined:
                parts.append(member + self._edges(self.estate.linked(resource, name), name, value.values))
            else:
                parts.append(member + self._unjoined(value, name))
        parts.append(f",{tail}}}")
        return "".join(parts)

    def _note(self, noted: Noted, name: str) -> int:
        self.table.append(noted)
        self.names.append(name)
        return len(self.table) - 1

    def _any(self, value: object, name: str) -> str:
        kind = type(value)
        if kind is Known or kind is Unknown:
            return self._value(value, name)  # type: ignore[arg-type]  # it is one of the two
        if kind is ValueSet:
            return self._set(value, name)  # type: ignore[arg-type]  # of whatever members
        if isinstance(value, Edges):
            return self._edges(value, name)
        if isinstance(value, Truth):
            return self._truth(value)
        if isinstance(value, Bounds):
            return self._bounds(value)
        if isinstance(value, tuple):
            return f"[{','.join(self._any(item, name) for item in value)}]"
        if is_dataclass(value):
            inner = [f"{_quote(field.name)}:{self._any(getattr(value, field.name), field.name)}" for field in fields(value)]
            return f"{{{','.join(inner)}}}"
        return _scalar(value)

    def _value(self, value: Known[object] | Unknown, name: str) -> str:
        at = self._note(value, name)
        if type(value) is Known:
            inner = value.value
            text = "null" if inner is None else _quote(inner) if type(inner) is str else _scalar(inner)
            return f'{{"value":{text},"at":{at}}}'
        if isinstance(value, Unknown):
            return f'{{"unknown":{_quote(value.reason)},"at":{at}{_limits(value)}}}'
        raise TypeError(f"{name} is neither known nor unknown")

    def _set(self, values: ValueSet[str], name: str) -> str:
        at = self._note(values, name)
        if not values.members and values.open is None:
            return f'{{"members":[],"open":false,"at":{at}}}'
        members = ",".join(self._value(member, name) for member in values.members)
        open_ = "false" if values.open is None else self._note(values.open, name)
        return f'{{"members":[{members}],"open":{open_},"at":{at}}}'

    def _edges(self, edges: Edges, name: str, written: ValueSet[str] | None = None) -> str:
        """A relation. What was written tells, where there is any, whether the attribute stands there at all."""
        at = self._note(edges if written is None else written, name)
        if not edges.members and edges.open is None:
            return f'{{"members":[],"open":false,"at":{at}}}'
        members = []
        for edge in edges.members:
            target = self.estate.canonical.get(edge.target, edge.target)
            certain = "true" if edge.certain else "false"
            handle = self._note(edge.because, name)
            members.append(f'{{"to":{_quote(target)},"key":{_quote(edge.key)},"certain":{certain},"at":{handle}}}')
        open_ = "false" if edges.open is None else self._note(edges.open, name)
        return f'{{"members":[{",".join(members)}],"open":{open_},"at":{at}}}'

    def _unjoined(self, links: Links, name: str) -> str:
        """The relation of something that will be gone, which no join resolves: known ids are external ends, unknown ones keep it open."""
        space = links.by[0] if links.by else "object_id"
        at = self._note(links.values, name)
        open_: int | None = None if links.values.open is None else self._note(links.values.open, name)
        members = []
        for member in links.values.members:
            handle = self._note(member, name)
            if isinstance(member, Unknown):
                open_ = handle if open_ is None else open_
            else:
                target = f"external:{space}:{member.value}"
                members.append(f'{{"to":{_quote(target)},"key":{_quote(member.value)},"certain":true,"at":{handle}}}')
        return f'{{"members":[{",".join(members)}],"open":{"false" if open_ is None else open_},"at":{at}}}'

    def _truth(self, truth: Truth) -> str:
        return f'{{"answer":"{truth.answer}","because":{self._causes(truth.because)}}}'

    def _bounds(self, bounds: Bounds) -> str:
        return (
            f'{{"least":{_scalar(bounds.least)},"most":{_scalar(bounds.most)},'
            f'"because":{self._causes(bounds.because)},"missing":{self._causes(bounds.missing)}}}'
        )

    def _causes(self, causes: tuple[Cause, ...]) -> str:
        if not causes:
            return "[]"
        return "[" + ",".join(str(self._note(cause, "")) for cause in causes) + "]"


def _limits(value: Unknown) -> str:
    """What is known of an unknown value all the same, as further members of its object.

    An unknown that certainly is another resource's attribute by which that is named is an id, and so not null.
    """
    limits = value.limits
    parts: list[str] = []
    if (limits is not None and limits.not_null) or any(reference.certain for reference in value.refs):
        parts.append(',"not_null":true')
    if limits is not None:
        for name, known in (("least", limits.least), ("most", limits.most), ("prefix", limits.prefix)):
            if known is not None:
                parts.append(f',"{name}":{_scalar(known)}')
        if limits.one_of is not None:
            parts.append(f',"one_of":[{",".join(_quote(one) for one in limits.one_of)}]')
    return "".join(parts)
