"""From Terraform's values to the values that mappings read, with the line of each, built only as far as a mapping asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from sparekey.formats.after_apply import AFTER_APPLY
from sparekey.formats.secrets import names_a_secret
from sparekey.formats.terraform.documents import document
from sparekey.formats.terraform.filled_in import as_if_unwritten, filled_in_below, is_filled_in
from sparekey.formats.terraform.ignored import ALL, unsure
from sparekey.formats.terraform.lang.types import DYNAMIC, ListType, SetType, TupleType
from sparekey.formats.terraform.lang.values import EPHEMERAL, SENSITIVE, Refinement, Source, Unknown, Value, sources
from sparekey.formats.terraform.modules.evaluated import Argument, Blocks, EvaluatedBody
from sparekey.formats.terraform.syntax.tree import Expression, Object, Parens, Template, Tuple
from sparekey.formats.terraform.written_parts import known_parts
from sparekey.model import value as model
from sparekey.model.span import Span
from sparekey.model.value import AnyValue, Known, Limits, Reference

MOST_LEVELS = 64
"""Values nested deeper are unknown, as in a plan."""

MOST_REFERENCES = 1000
"""An unknown with more possible origins is left open instead."""

LOOKED_UP = "a plan looks it up: check the plan as well (terraform show -json)"
_HIDDEN = (SENSITIVE, EPHEMERAL)
_SCRIPTS = frozenset({"custom_data", "protected_settings", "script", "settings", "user_data", "user_data_base64"})
"""Arguments by which a machine is told what to run: a secret in one stands beside what it runs."""

_HIDES = "nothing can be shown of it: waive the unknown, or write the value so that it is not sensitive"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose values are lifted: the address and the type of a resource, and whether it is only looked up.

    `ignored` are the arguments whose changes are ignored (see `ignored.ignored`). `before` is what is known of the object already (the
    id by which it is imported).
    """

    address: str
    type: str
    looked_up: bool
    ignored: Mapping[str, tuple[frozenset[str], Span]] = field(default_factory=dict)
    before: Mapping[str, Value] = field(default_factory=dict)


def lift_body(owner: Owner, body: EvaluatedBody) -> AnyValue:
    """The body of a resource."""
    return Known(value=Members(owner, body, ""), at=body.at)


class Members(Mapping[str, AnyValue]):
    """The arguments and blocks of one body, each made into a value when it is asked for.

    What is not written is absent, but for what a provider fills in (see `filled_in`), and for what part of the body could hold that
    no parser can read.
    """

    __slots__ = ("_body", "_made", "_owner", "_path")

    def __init__(self, owner: Owner, body: EvaluatedBody, path: str) -> None:
        self._owner = owner
        self._body = body
        self._path = path
        self._made: dict[str, AnyValue] = {}

    def __getitem__(self, name: str) -> AnyValue:
        made = self._made.get(name)
        if made is None:
            ignores = self._owner.ignored and not self._path
            made = self._made[name] = self._unsure(name) if ignores else self._make(name)
        return made

    def _unsure(self, name: str) -> AnyValue:
        """The value, unless changes of it are ignored: then it need not be what there is."""
        keys, at = self._owner.ignored.get(name) or self._owner.ignored.get(ALL) or (None, None)
        if keys is None or at is None:
            return self._make(name)
        absent: AnyValue = Known(value=None, at=self._body.at, origin="default")
        made = self._make(name) if name in self._body.arguments or name in self._body.blocks else absent
        if not keys:
            return unsure(made, name, self._owner.address, at)
        if isinstance(made, model.Unknown) or not isinstance(made.value, Mapping | None):
            return made
        held: Mapping[str, AnyValue] = made.value or {}
        members = {key: unsure(held.get(key, absent), f"{name}.{key}", self._owner.address, at) for key in keys}
        return Known(value={**held, **members}, at=made.at)

    def _make(self, name: str) -> AnyValue:
        path = f"{self._path}.{name}" if self._path else name
        blocks = self._body.blocks.get(name)
        if blocks is not None:
            return self._blocks(blocks, path)
        argument = self._body.arguments.get(name)
        if argument is not None:
            return _argument(self._owner, argument, path)
        if self._body.unread:
            reason = f"is {path} written in the part of {self._owner.address} that cannot be read?"
            return model.Unknown(reason=reason, at=self._body.unread[0], how="correct the file")
        if name == "id" and name in self._owner.before and not self._path:
            return lift(self._owner, self._owner.before[name], path, self._body.at, None, depth=0)
        if (self._owner.looked_up and not self._path) or is_filled_in(self._owner.type, path):
            return _unwritten(self._owner, path, self._body.at)
        raise KeyError(name)

    def _blocks(self, blocks: Blocks, path: str) -> AnyValue:
        at = blocks.at or self._body.at
        if blocks.open is not None:
            return _unknown(self._owner, Value(DYNAMIC, blocks.open), blocks.open, path, at)
        bodies = tuple(Known(value=Members(self._owner, member, path), at=member.at) for member in blocks.members)
        return Known(value=bodies, at=bodies[0].at if bodies else at)

    def __iter__(self) -> Iterator[str]:
        yield from self._body.arguments
        yield from self._body.blocks

    def __len__(self) -> int:
        return len(self._body.arguments) + len(self._body.blocks)


def _unwritten(owner: Owner, path: str, at: Span) -> model.Unknown:
    """What the provider or the service will fill in at `path`, where the source writes nothing."""
    if owner.looked_up:
        return model.Unknown(reason=f"what is {path} of {owner.address}?", at=at, how=LOOKED_UP)
    return model.Unknown(reason=f"what will {path} of {owner.address} be?", at=at, how=AFTER_APPLY, unwritten=True)


def _argument(owner: Owner, argument: Argument, path: str) -> AnyValue:
    if is_filled_in(owner.type, path) and as_if_unwritten(owner.type, argument.value.content):
        return _unwritten(owner, path, argument.written.span)
    value, written = document(owner.type, path, argument.value, argument.written.value)
    return lift(owner, value, path, argument.written.span, written, depth=0)


def lift(owner: Owner, value: Value, path: str, at: Span, written: Expression | None, *, depth: int) -> AnyValue:
    """The value at `path` of a resource, placed at `at`; the items of a list or map that is `written` out have places of their own."""
    content = value.content
    if value.marks and any(mark in value.marks for mark in _HIDDEN):
        # A secret that is null is not set, which is no secret; the plan shows it as well.
        return _secret(owner, value, path, at, written) if content is not None else Known(value=None, at=at, origin="default")
    if isinstance(content, str):
        return (
            _secret(owner, value, path, at, written) if names_a_secret(path.rpartition(".")[2]) else Known(value=content, at=at)
        )
    if content is None:
        return Known(value=None, at=at, origin="null")
    if isinstance(content, Unknown):
        if names_a_secret(path.rpartition(".")[2]):
            return _secret(owner, value, path, at, written)
        found = _unknown(owner, value, content, path, at)
        return replace(found, parts=known_parts(value, written)) if isinstance(found, model.Unknown) else found
    if depth > MOST_LEVELS:
        return model.Unknown(
            reason=f"more levels than any provider has in {path} of {owner.address}", at=at, how="correct the file"
        )
    if isinstance(content, tuple):
        return _items(owner, content, path, at, None if isinstance(value.type, SetType) else written, depth=depth)
    if isinstance(content, Mapping):
        return _object(owner, content, path, at, written, depth=depth)
    if isinstance(content, bool | int):
        return Known(value=content, at=at)
    return _fraction(owner, content, path, at)


def _fraction(owner: Owner, content: Fraction | float, path: str, at: Span) -> AnyValue:
    number = float(content)
    if number in (float("inf"), float("-inf")):
        return model.Unknown(reason=f"an infinite number in {path} of {owner.address}", at=at, how="correct the file")
    return Known(value=number, at=at)


def _items(owner: Owner, items: Sequence[Value], path: str, at: Span, written: Expression | None, *, depth: int) -> Known[object]:
    expressions = _bare(written)
    own: Sequence[Expression | None] = [None] * len(items)
    if isinstance(expressions, Tuple) and len(expressions.items) == len(items):
        own = expressions.items
    found = []
    for item, expression in zip(items, own, strict=True):
        place = _own_place(expression, at)
        found.append(lift(owner, item, path, place, expression, depth=depth + 1))
    return Known(value=tuple(found), at=at)


def _object(
    owner: Owner, members: Mapping[str, Value], path: str, at: Span, written: Expression | None, *, depth: int
) -> Known[object]:
    own = _written_members(written)
    found: dict[str, AnyValue] = {}
    for name, member in members.items():
        expression = own.get(name)
        place = _own_place(expression, at)
        found[name] = lift(owner, member, f"{path}.{name}", place, expression, depth=depth + 1)
    for name in filled_in_below(owner.type, path):
        if name not in members or as_if_unwritten(owner.type, members[name].content):
            found[name] = _unwritten(owner, f"{path}.{name}", _own_place(own.get(name), at))
    return Known(value=found, at=at)


def _own_place(written: Expression | None, at: Span) -> Span:
    """Where an item stands: on its own line where it has one, else where the whole argument does."""
    return at if written is None or at.start_line == at.end_line else written.span


def _bare(written: Expression | None) -> Expression | None:
    while isinstance(written, Parens):
        written = written.of
    return written


def _written_members(written: Expression | None) -> Mapping[str, Expression]:
    """The members of an object that is written out, by literal key; the last one of each counts, as it does for Terraform."""
    written = _bare(written)
    if not isinstance(written, Object):
        return {}
    found = {}
    for key, value in written.items:
        if isinstance(key, Template) and all(isinstance(part, str) for part in key.parts):
            found["".join(part for part in key.parts if isinstance(part, str))] = value
    return found


def _secret(owner: Owner, value: Value, path: str, at: Span, written: Expression | None) -> model.Unknown:
    """The unknown that stands for a secret. Which thing it comes from is none, and what stands beside it in a script is not either."""
    among, beyond, _ = sources(value)
    refs = _possible(among)
    if isinstance(value.content, Unknown) and value.content.is_ is not None:
        refs = (_certain(value.content.is_),)
    parts = known_parts(value, written) if path.rpartition(".")[2] in _SCRIPTS else ()
    reason = f"sensitive: {path} of {owner.address}"
    return model.Unknown(reason=reason, at=at, how=_HIDES, refs=refs, beyond=beyond, parts=parts)


def _unknown(owner: Owner, value: Value, content: Unknown, path: str, at: Span) -> AnyValue:
    is_list = isinstance(value.type, ListType | SetType | TupleType)
    if is_list and content.exact and content.holds and _distinct_ids(content.holds):
        # A set of ids of different objects: none is equal to another, so that these are its members and there are no others.
        return Known(value=tuple(lift(owner, item, path, at, None, depth=1) for item in content.holds), at=at)
    what = f"what will {path} of {owner.address} be?"
    among, beyond, _ = sources(value)
    # What somebody can supply, and what is wrong, is asked where it stands; what only the apply tells, where it is written.
    told = content.why.how or not among
    reason, place = (content.why.reason, content.why.at or at) if told else (what, at)
    refs = _possible(among)
    only = content.is_ or _last(content) or _part(content)
    if only is not None:
        refs = (_certain(only),)
    if len(refs) > MOST_REFERENCES:
        refs, beyond = (), "more things than can be followed"
    return model.Unknown(
        reason=reason,
        at=place,
        how=content.why.how or AFTER_APPLY,
        refs=refs,
        beyond=beyond,
        limits=_limits(content.refinement),
        members=tuple(lift(owner, item, path, at, None, depth=1) for item in content.holds) if is_list else (),
        inside=() if is_list else tuple(_inside(content)),
    )


def _certain(source: Source) -> Reference:
    return Reference(to=source.address, attribute=source.attribute, certain=True, alone=True)


def _last(content: Unknown) -> Source | None:
    """The id that a text ends with as the last step of a path: `/groups/ID` names what the id names."""
    before, last = (content.pieces[-2:] or ("", ""))[0], (content.pieces or ("",))[-1]
    if len(content.pieces) < 2 or not isinstance(before, str) or not before.endswith("/") or isinstance(last, str):
        return None
    found = last.content.is_ if isinstance(last.content, Unknown) else None
    others = [piece for piece in content.pieces[:-1] if not isinstance(piece, str)]
    return found if found is not None and found.attribute.endswith("id") and not others else None


def _part(content: Unknown) -> Source | None:
    """What a text names that begins with an id and goes on with a path below it: `ID/subnets/a` is the part `subnets/a` of what the id names."""
    if len(content.pieces) != 2:
        return None
    whole, path = content.pieces
    found = whole.content.is_ if not isinstance(whole, str) and isinstance(whole.content, Unknown) else None
    if found is None or found.attribute != "id" or not isinstance(path, str):
        return None
    steps = path.removeprefix("/").split("/")
    fits = path.startswith("/") and len(steps) % 2 == 0 and all(steps) and steps[0].lower() != "providers"
    return replace(found, attribute="/".join(steps)) if fits else None


def _inside(content: Unknown) -> Iterator[Reference]:
    """The things whose ids certainly stand in a text, also as a part of one of its parts."""
    rest = list(reversed(content.holds))
    found: set[Source] = set()
    while rest:
        held = rest.pop().content
        if not isinstance(held, Unknown):
            continue
        if held.is_ is None:
            rest.extend(reversed(held.holds))
        elif held.is_ not in found:
            found.add(held.is_)
            yield _certain(held.is_)


def _distinct_ids(items: Sequence[Value]) -> bool:
    """Whether the members of a set are ids that cannot be equal: each the id of another object."""
    named = [item.content.is_ if isinstance(item.content, Unknown) else None for item in items]
    sure = [source for source in named if source is not None]
    kinds = {source.identity for source in sure}
    return len({source.address for source in sure}) == len(items) and len(kinds) == 1 and "" not in kinds


def _possible(among: frozenset[Source]) -> tuple[Reference, ...]:
    ordered = sorted(among, key=lambda source: (source.address, source.attribute))
    return tuple(Reference(to=source.address, attribute=source.attribute) for source in ordered)


def _limits(refinement: Refinement) -> Limits | None:
    least = refinement.least[0] if refinement.least else refinement.shortest or None
    most = refinement.most[0] if refinement.most else refinement.longest
    whole_least = int(least) if isinstance(least, int) else None
    whole_most = int(most) if isinstance(most, int) else None
    if not refinement.not_null and not refinement.prefix and whole_least is None and whole_most is None:
        return None
    return Limits(not_null=refinement.not_null, least=whole_least, most=whole_most, prefix=refinement.prefix or None)
