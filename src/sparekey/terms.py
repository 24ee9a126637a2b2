"""From declarations to resources: by the function of their type, or by that of the type in whose terms they say the same.

Of a declaration that hides what it declares there is an `unclassified` subject for all that it may be, and a gap in the document: any set that
is not written out may have a member more. A declaration that changes something which another one declares changes its resources (see
`changes`); one that changes something else, or may do so, is an `unclassified` subject as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sparekey.changes import Change, named_by
from sparekey.model.declaration import Declaration, Document
from sparekey.model.kinds.derived import Unclassified
from sparekey.model.resource import Resource
from sparekey.model.seams import Mapper, ProviderMapping, Translated, Translator
from sparekey.model.value import Body, Known, Unknown, ValueSet

_AZURE = "microsoft."
"""What the types of Azure resources begin with, in lower case."""

_NOT_AZURE = "microsoft.graph"
"""Begins the types of objects of the directory, which are no resources of Azure."""

_DERIVED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("machine", "machine_set", "machine_script"), ("connector_group", "agent_group", "sign_in_path")),
    "managed_domain": ("sign_in_path",),
}
"""By kind the derived subjects that one more of it may make or be part of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """What the declarations of a document give: the document in the terms that are mapped, and the resources by address.

    `understood` counts by type what needs no resource of its own.
    """

    document: Document
    resources: Mapping[str, tuple[Resource, ...]]
    understood: Mapping[str, int]


@dataclass(slots=True)
class Terms:
    """The functions of all mappings. Azure's types compare without case."""

    mappers: Mapping[str, Mapper]
    translators: Mapping[str, Translator]
    _spelled: Mapping[str, str] = field(init=False)
    _kinds: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note the spelling of every type of Azure."""
        names = (type_ for type_ in self.mappers if type_.lower().startswith(_AZURE))
        self._spelled = {type_.lower(): type_ for type_ in names if not type_.lower().startswith(_NOT_AZURE)}

    @staticmethod
    def of(mappings: Sequence[ProviderMapping]) -> Terms:
        """Those of these mappings."""
        return Terms(
            mappers={type_: mapper for mapping in mappings for type_, mapper in mapping.mappers.items()},
            translators={type_: each for mapping in mappings for type_, each in mapping.translators.items()},
        )

    def mapped(self, document: Document) -> Mapped:
        """The resources of a document."""
        declarations: list[Declaration] = []
        later: list[tuple[Declaration, Translated]] = []
        resources: dict[str, tuple[Resource, ...]] = {}
        unmapped, understood = dict(document.unmapped), dict[str, int]()
        for declaration in document.declarations:
            said = self._said(declaration)
            if said is None:
                _count(understood, declaration.type)
            elif said.hidden is None and said.changes is None:
                one = self._named(said.declaration) if declaration.type in self.translators else said.declaration
                if one.type not in self.mappers and declaration.type in self.translators:
                    _count(unmapped, one.type)
                    continue
                declarations.append(one)
                if one.type in self.mappers:
                    address = one.head.address
                    resources[address] = (*resources.get(address, ()), *self.mappers[one.type](one))
            elif self.kinds(said):
                later.append((declaration, said))
            else:
                _count(unmapped, said.declaration.type or declaration.type)
        gaps: list[Unknown] = []
        for declaration, said in later:
            settled, gap = self._applied(said, resources)
            gaps.extend(gap)
            if settled:
                _count(understood, declaration.type)
            else:
                address = declaration.head.address
                resources[address] = (*resources.get(address, ()), self._unclassified(said))
                declarations.append(declaration)
        if not self.translators.keys() & {d.type for d in document.declarations}:
            return Mapped(document=document, resources=resources, understood={})
        partial = (*document.partial, *gaps)
        whole = replace(document, declarations=tuple(declarations), unmapped=unmapped, partial=partial)
        return Mapped(document=whole, resources=resources, understood=understood)

    def gone(self, declarations: Iterable[Declaration]) -> Iterable[tuple[Declaration, Resource]]:
        """The resources of what will be gone, each with its declaration."""
        for declaration in declarations:
            said = self._said(declaration)
            if said is not None and said.hidden is None and said.changes is None:
                one = self._named(said.declaration) if declaration.type in self.translators else said.declaration
                if one.type in self.mappers:
                    yield from ((declaration, resource) for resource in self.mappers[one.type](one))

    def kinds(self, said: Translated) -> tuple[str, ...]:
        """The kinds of which a declaration may be: all that one of its type gives, of whatever body."""
        begins = said.declaration.type.lower()
        exact = said.hidden is None or begins in self._spelled
        types = [begins] if exact else [name for name in self._spelled if name.startswith(begins)]
        found = (kind for name in types if name in self._spelled for kind in self._of_type(self._spelled[name], said.declaration))
        return tuple(dict.fromkeys(found))

    def _of_type(self, type_: str, declaration: Declaration) -> tuple[str, ...]:
        if type_ not in self._kinds:
            anything = Unknown(reason="what is declared?", at=declaration.head.at)
            blank = replace(declaration, type=type_, body=Body(value=anything), before=None)
            self._kinds[type_] = tuple(dict.fromkeys(resource.kind for resource in self.mappers[type_](blank)))
        return self._kinds[type_]

    def _said(self, declaration: Declaration) -> Translated | None:
        translator = self.translators.get(declaration.type)
        return Translated(declaration=declaration) if translator is None else translator(declaration)

    def _named(self, declaration: Declaration) -> Declaration:
        spelled = self._spelled.get(declaration.type.lower())
        return declaration if spelled is None else replace(declaration, type=spelled)

    def _applied(self, said: Translated, resources: dict[str, tuple[Resource, ...]]) -> tuple[bool, tuple[Unknown, ...]]:
        """Apply a change to what it may be about. Whether that is all there is to say of it, and the gaps that it leaves."""
        if said.changes is None:
            return False, (said.hidden,) if said.hidden else ()
        kinds = frozenset(self.kinds(said))
        change = Change(said, self.mappers.get(self._spelled.get(said.declaration.type.lower(), "")), kinds)
        found, certain = named_by(said.changes, resources, kinds)
        gaps: list[Unknown] = [] if certain else [change.question]
        for address, ids in found.items():
            resources[address], gap = change.to(resources[address], ids)
            gaps.extend(gap)
        return certain, tuple(gaps)

    def _unclassified(self, said: Translated) -> Unclassified:
        head, kinds = said.declaration.head, self.kinds(said)
        question = said.hidden or Unknown(
            reason=f"what does {head.address} change?", at=said.changes.at if said.changes else head.at, how=_HOW
        )
        return Unclassified(
            head=replace(head, address=f"unclassified/{head.address}", origin="derived"),
            name=Known(value=head.address, at=head.at, origin="derived"),
            could_be=tuple(dict.fromkeys((*kinds, *(derived for kind in kinds for derived in _DERIVED.get(kind, ()))))),
            hidden=ValueSet(members=(question,), at=question.at),
        )


_HOW = "check it together with what declares the resource that it changes"


def _count(counts: dict[str, int], type_: str) -> None:
    counts[type_] = counts.get(type_, 0) + 1
