"""Reading the free-form JSON of one Microsoft Graph object.

A body is not held to any schema, so nothing is taken for granted: where an object is expected and something else stands, what is
below is unknown. What the body leaves out has a meaning of its own: an object that the configuration makes gets the service's
default; a patched object keeps what it had, which no file shows; and of an object that is changed, the provider sends only what
differs, so that what the body does not hold any more stays behind in the service.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sparekey.mappings.msgraph_url import last_segment
from sparekey.model.span import Place
from sparekey.model.value import AnyValue, Body, Flag, Known, Links, Number, Text, Unknown, ValueSet

WRITE_IT = "write it in the body"
"""How a question about what a body leaves out is answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Typed reading of one object by the names of its properties in Graph (`includeUsers`).

    `patched`: the body changes an object that exists, and says nothing of what it leaves out. `answered`: it is a response, which
    leaves out what was not selected and is not returned by default. `before` is the body before an
    update, `reported` what the service says of the object (None: nothing is kept of it). `snake`: the provider writes the names
    its own way (`include_users`). `left_out` says how to get what a response leaves out. `what` names the object in questions.
    """

    body: AnyValue
    what: str
    patched: bool = False
    answered: bool = False
    before: AnyValue | None = None
    reported: AnyValue | None = None
    snake: bool = False
    left_out: str = 'name the property in query_parameters = { "$select" = [...] }'

    @property
    def at(self) -> Place:
        """Where the object stands."""
        return self.body.at

    def get(self, *path: str) -> AnyValue:
        """Whatever stands at `path`, or the default null or the question that stands for what does not."""
        names = tuple(snake_case(name) for name in path) if self.snake else path
        found, at = _find(self.body, names)
        if found is not None:
            return found
        if self.patched:
            # One question for all that is left out: whoever can answer one of them sees the whole object.
            rest = f"what does the object hold besides that {self.what} patches?"
            return Unknown(reason=rest, at=self.at, how=f"{WRITE_IT}: what a patch leaves out stays as it is")
        if self.answered:
            rest = f"what does the response of {self.what} leave out?"
            return Unknown(reason=rest, at=self.at, how=self.left_out)
        if self.before is not None and _holds_something(self.before, names):
            left = f"what is {'.'.join(path)} of {self.what}?"
            how = f"{WRITE_IT}: the provider does not take back what the body does not hold any more"
            return Unknown(reason=left, at=at, how=how)
        return Known(value=None, at=at, origin="default")

    def holds(self, *path: str) -> bool:
        """Whether something is written at `path`, or may be."""
        names = tuple(snake_case(name) for name in path) if self.snake else path
        found, _ = _find(self.body, names)
        return found is not None and not (isinstance(found, Known) and found.value is None)

    def report(self, name: str) -> AnyValue | None:
        """What the service says of a property that it alone decides; None where the response does not hold it."""
        return None if self.reported is None else _find(self.reported, (name,))[0]

    def text(self, *path: str, default: str | None = None) -> Text:
        """A string."""
        return Body(value=self.get(*path)).text(default=default)

    def flag(self, *path: str, default: bool | None = None) -> Flag:
        """A boolean."""
        return Body(value=self.get(*path)).flag(default=default)

    def number(self, *path: str) -> Number:
        """A whole number."""
        return Body(value=self.get(*path)).number()

    def texts(self, *path: str) -> ValueSet[str]:
        """A list of strings."""
        return Body(value=self.get(*path)).texts()

    def flags(self, *path: str) -> ValueSet[str]:
        """Words that Graph writes in one string with commas between them, or that a provider makes a list of."""
        found = self.texts(*path)
        members: list[Known[str] | Unknown] = []
        for member in found.members:
            if isinstance(member, Unknown):
                members.append(member)
            else:
                members.extend(replace(member, value=word.strip()) for word in member.value.split(",") if word.strip())
        return replace(found, members=tuple(members))

    def links(self, *path: str, to: tuple[str, ...], by: tuple[str, ...] = ("object_id",)) -> Links:
        """Ids, whether written alone or at the end of an address (`members@odata.bind`)."""
        found = self.texts(*path)
        members = tuple(bare(m) for m in found.members)
        return Links(values=replace(found, members=members), to=to, by=by)

    def link(self, *path: str, to: tuple[str, ...], by: tuple[str, ...] = ("object_id",)) -> Links:
        """One id."""
        return link(self.text(*path), to=to, by=by)

    def below(self, *path: str) -> Mapping[str, AnyValue] | Unknown:
        """The properties of an object below this one; empty where there is none."""
        found = self.get(*path)
        if isinstance(found, Unknown):
            return found
        return found.value if isinstance(found.value, Mapping) else {}


def link(id_: Text, *, to: tuple[str, ...], by: tuple[str, ...] = ("object_id",)) -> Links:
    """The relation that one id describes; none where it is null."""
    members = () if isinstance(id_, Known) and not id_.value else (_not_null(id_),)
    return Links(values=ValueSet(members=tuple(bare(m) for m in members), at=id_.at), to=to, by=by)


def bare(id_: Known[str] | Unknown) -> Known[str] | Unknown:
    """The id without the path or address that it ends."""
    return id_ if isinstance(id_, Unknown) else replace(id_, value=last_segment(id_.value))


def snake_case(name: str) -> str:
    """A property's name as the community provider writes it."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _not_null(value: Text) -> Known[str] | Unknown:
    return value if isinstance(value, Unknown) else Known(value=value.value or "", at=value.at, origin=value.origin)


def _find(value: AnyValue, names: tuple[str, ...]) -> tuple[AnyValue | None, Place]:
    """The value at a path, None where nothing is written there; and the nearest place that exists. A null ends the path."""
    for name in names:
        if isinstance(value, Unknown):
            return value, value.at
        if value.value is None:
            return value, value.at
        if not isinstance(value.value, Mapping):
            odd = f"an object that is none, where {name} was looked for"
            return Unknown(reason=odd, at=value.at, how="correct the file"), value.at
        child = value.value.get(name)
        if child is None:
            return None, value.at
        value = child
    return value, value.at


def _holds_something(value: AnyValue, names: tuple[str, ...]) -> bool:
    found, _ = _find(value, names)
    return found is not None and (isinstance(found, Unknown) or found.value not in (None, (), "", False))
