"""From a template file to a document: what it deploys, each resource with its address, its presence and its body."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from sparekey.formats.arm.language.values import Later, Value, folded, pattern_of
from sparekey.formats.arm.lift import Lifter
from sparekey.formats.arm.linked import Links
from sparekey.formats.arm.naming import name_of, told_apart
from sparekey.formats.arm.presence import around
from sparekey.formats.arm.siblings import given_beside
from sparekey.formats.arm.source import RefusedError, Source
from sparekey.formats.arm.template.check import level_of
from sparekey.formats.arm.template.deployment import Deployment
from sparekey.formats.arm.template.expand import everything, expand, looked_up
from sparekey.formats.arm.template.given import Given, read_given
from sparekey.formats.arm.template.instance import Instance
from sparekey.formats.arm.template.order import Order
from sparekey.formats.arm.template.references import DEPLOYMENTS
from sparekey.formats.arm.template.scopes import Level, anywhere
from sparekey.formats.arm.template.sections import below, held, written
from sparekey.formats.arm.template.session import MOST_INSTANCES, Loss, Session
from sparekey.model.declaration import Declaration, Document
from sparekey.model.problem import Problem
from sparekey.model.resource import Head
from sparekey.model.seams import Reading, SourceFile
from sparekey.model.span import Place, Pointer
from sparekey.model.value import Body, Unknown

NAME = "arm"


_MOST_NAMES = 5
_MOST_TOLD = 50
"""Losses of one kind that are told one by one."""

_LEVELS: Mapping[str, Level] = {
    "resourceGroup": "resourceGroup",
    "subscription": "subscription",
    "managementGroup": "managementGroup",
    "tenant": "tenant",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One deployment of a template, and the files of those that it deploys from files of their own."""

    document: Document
    linked: frozenset[str]


def read(file: SourceFile, reading: Reading) -> Document | Problem:
    """The document in a template, or the problem because of which there is none.

    Of the parameter files that are handed over those count that fit, of two that give one parameter the later one. What files beside the
    template give is a question.
    """
    try:
        source = Source.of(file.data(), file.name)
        handed = _handed(reading.parameters, source)
    except RefusedError as refused:
        return Problem(kind=refused.kind, blame="input", message=refused.message, at=refused.at)
    except OSError as error:
        at = Pointer(file=file.name, pointer="")
        return Problem(kind="unreadable-file", blame="input", message=f"cannot be read: {error.strerror}", at=at)
    return _read(file, reading, source, file.name, {**_beside(file, source), **handed}).document


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenSet:
    """One set of the parameters of a template: the name of the file that gives it, and the values by name in lower case."""

    name: str
    values: Mapping[str, Value]
    told: tuple[Problem, ...] = ()


def read_source(
    file: SourceFile, reading: Reading, source: Source, parameters: Iterable[SourceFile], compiled: Iterable[GivenSet] = ()
) -> tuple[Read, ...]:
    """One deployment for each parameter file, named after both files, since they are alternatives; `compiled` are read already.

    Without any that can be read there is one, in which a parameter that some file beside the template gives a value is a question.
    """
    reads: list[Read] = []
    sets: list[GivenSet] = []
    made = cut = 0
    for one in parameters:
        try:
            given = _given(one)
        except (RefusedError, OSError):
            continue
        sets.append(given)
    for each in (*sets, *compiled):
        if made > MOST_INSTANCES:
            cut += 1
            continue
        read_ = _read(file, reading, source, f"{file.name}+{each.name}", each.values)
        reads.append(replace(read_, document=replace(read_.document, problems=(*each.told, *read_.document.problems))))
        made += len(read_.document.declarations)
    if cut:
        message = f"makes more than {MOST_INSTANCES} resources with its parameter files: {cut} of them are not read"
        told = Problem(kind="too-much", blame="input", message=message, at=source.place(""))
        reads[0] = replace(reads[0], document=replace(reads[0].document, problems=(*reads[0].document.problems, told)))
    return tuple(reads) or (_read(file, reading, source, file.name, _beside(file, source)),)


def _given(file: SourceFile) -> GivenSet:
    source = Source.of(file.data(), file.name)
    found = read_given(source.top)
    if isinstance(found, str):
        raise no_parameters(file, found)
    told = valueless(source, found)
    return GivenSet(name=file.name, values=found.values, told=() if told is None else (told,))


def no_parameters(file: SourceFile, why: str) -> RefusedError:
    """A file that was taken for a parameter file and is none."""
    how = ": name it as what is to be checked" if why == "is a template" else ""
    return RefusedError("no-parameters", f"is no parameter file: it {why}{how}", Pointer(file=file.name, pointer=""))


def valueless(source: Source, given: Given) -> Problem | None:
    """What is wrong with a parameter file that names parameters without giving them values, at the first of them."""
    if not given.valueless:
        return None
    pointer = below("", written(source.top, "parameters"), given.valueless[0])
    names = ", ".join(name[:80] for name in given.valueless[:_MOST_NAMES])
    message = f'gives no value for {names}: Azure takes no file in which a parameter is not written as {{"value": …}}'
    return Problem(kind="no-parameters", blame="input", message=message, at=source.place(pointer))


def _handed(files: Iterable[SourceFile], source: Source) -> Mapping[str, Value]:
    """What files that are handed over give. One belongs to a template that declares all the parameters that it gives."""
    declared = held(source.top, "parameters")
    names = {name.lower() for name in declared} if isinstance(declared, dict) else set()
    given: dict[str, Value] = {}
    for file in files:
        try:
            values = _given(file).values
        except OSError as error:
            at = Pointer(file=file.name, pointer="")
            raise RefusedError("unreadable-file", f"cannot be read: {error.strerror}", at) from None
        if values.keys() <= names:
            given.update(values)
    return given


def _beside(file: SourceFile, source: Source) -> Mapping[str, Value]:
    """What is not known because parameter files beside the template say it, each perhaps something else."""
    declared = held(source.top, "parameters")
    if not isinstance(declared, dict) or not declared:
        return {}
    spelled = {key.lower(): key for key in declared}
    given: dict[str, Value] = {}
    for name, shown in given_beside(file.path, at_top="/" not in file.name).items():
        if name in spelled:
            given[name] = Later(
                f"what does {shown} give for parameter {spelled[name][:80]}?",
                hidden=True,
                how="say which file a deployment uses: --parameters FILE",
                file=source.file,
                pointer=below("", written(source.top, "parameters"), spelled[name]),
            )
    return given


def _read(file: SourceFile, reading: Reading, source: Source, name: str, given: Mapping[str, Value]) -> Read:
    session = Session(strict=False)
    links = Links(path=file.path, sources={source.file: source})
    session.linked = links.find
    root = Deployment(
        session=session,
        top=source.top,
        name=Later("what is the deployment called?", hidden=True, pattern="{deployment}"),
        target=anywhere(_LEVELS[level_of(source.top) or "resourceGroup"]),
        given=given,
        file=source.file,
    )
    expand(root)
    document = _Reader(links, _by_lower_case(reading.mapped), name).document(root)
    return Read(document=document, linked=frozenset(links.sources) - {source.file})


@lru_cache(maxsize=8)
def _by_lower_case(types: frozenset[str]) -> Mapping[str, str]:
    """The types that are mapped, each by its name in lower case."""
    return {type_.lower(): type_ for type_ in types}


@dataclass(slots=True)
class _Reader:
    """Makes declarations of instances."""

    links: Links
    types: Mapping[str, str]
    name: str
    unmapped: Counter[str] = field(default_factory=Counter)

    def document(self, root: Deployment) -> Document:
        """The document of a deployment."""
        instances = [*self._counted(root)]
        kept = [*_last_ones(instances)]
        kept += self._looked_up(root)
        addresses = self._addresses(kept, pattern_of(root.target.base()))
        known: dict[str, list[str]] = defaultdict(list)
        for instance, address in zip(kept, addresses, strict=True):
            name = instance.spot
            if name and address not in known[folded(name)]:
                known[folded(name)].append(address)
        lifter = Lifter(sources=self.links.source, addresses={name: tuple(found) for name, found in known.items()})
        declarations: list[Declaration] = []
        declared: set[str] = set()
        for instance, address in zip(kept, addresses, strict=True):
            # What is looked up by a name that something here bears is that.
            if not self._is_mapped(instance) or (instance.existing and address in declared):
                continue
            if (made := self._declaration(instance, address, lifter)) is not None:
                declarations.append(made)
                declared.add(address)
        problems, partial = self._losses(root)
        return Document(
            format=NAME,
            deployment=self.name,
            declarations=tuple(declarations),
            problems=problems,
            unmapped=self.unmapped,
            partial=partial,
        )

    def _type(self, instance: Instance) -> str:
        return instance.type.partition("@")[0]

    def _spelled(self, instance: Instance) -> str:
        type_ = self._type(instance)
        return self.types.get(type_.lower(), type_)

    def _is_mapped(self, instance: Instance) -> bool:
        return self._type(instance).lower() in self.types

    def _looked_up(self, root: Deployment) -> Iterable[Instance]:
        """What is looked up, each once. One of which no name is said may be anything: it is left out."""
        found: dict[str, Instance] = {}
        for one in looked_up(root):
            name = folded(one.called)
            told = bool(pattern_of(one.id)) or one.id is None
            if name and told and self._is_mapped(one) and (name not in found or _certain(one)):
                found[name] = one
        return found.values()

    def _counted(self, root: Deployment) -> Iterator[Instance]:
        """Every instance, those of types that nobody maps counted."""
        nested = [root]
        while nested:
            deployment = nested.pop()
            for instance in deployment.instances:
                if instance.type.lower() == DEPLOYMENTS and not instance.existing:
                    self.unmapped[instance.type] += 1
                if instance.inner is not None:
                    nested.append(instance.inner)
        for instance in everything(root):
            if self._type(instance).lower() not in self.types:
                self.unmapped[self._spelled(instance)] += 1
            yield instance

    def _addresses(self, instances: list[Instance], home: str) -> list[str]:
        """The address of each: its type and its name, and where two of one name lie in different places, that as well.

        `home` is where the template itself lands; what lies there needs no place.
        """
        plain = [f"{self._spelled(instance)}/{name_of(instance)}" for instance in instances]
        spelled: dict[str, str] = {}
        places: dict[str, set[str]] = defaultdict(set)
        bases: dict[str, dict[str, Instance]] = defaultdict(dict)
        for instance, address in zip(instances, plain, strict=True):
            spelled.setdefault(address.lower(), address)
            places[address.lower()].add(folded(pattern_of(instance.id)))
            base = folded(pattern_of(instance.base))
            if base and base != folded(home):
                bases[address.lower()].setdefault(base, instance)
        called = {
            address: told_apart(found)
            for address, found in bases.items()
            if len(places[address]) > 1 and "" not in places[address]
        }
        made: list[str] = []
        # What has one id is one thing, however its name is written.
        named: dict[str, str] = {}
        for instance, address in zip(instances, plain, strict=True):
            place = called.get(address.lower(), {}).get(folded(pattern_of(instance.base)))
            whole = f"{spelled[address.lower()]} in {place}" if place else spelled[address.lower()]
            own = folded(pattern_of(instance.id))
            made.append(named.setdefault(own, whole) if own else whole)
        return made

    def _declaration(self, instance: Instance, address: str, lifter: Lifter) -> Declaration | None:
        presence, count, calls = around(instance, lifter)
        if count.most == 0:
            return None
        head = Head(
            deployment=self.name,
            address=address,
            at=lifter.place(instance),
            calls=calls,
            looked_up=instance.existing,
            presence=presence,
            count=count,
        )
        # Evaluated here, so that what is too much is said; places are looked up only when asked for.
        for key in instance.members():
            instance.value(key)
        body = Body(value=lifter.body(instance))
        mode: Literal["managed", "data"] = "data" if instance.existing else "managed"
        return Declaration(format=NAME, type=self._spelled(instance), head=head, body=body, mode=mode)

    def _losses(self, root: Deployment) -> tuple[tuple[Problem, ...], tuple[Unknown, ...]]:
        problems: list[Problem] = []
        partial: list[Unknown] = []
        alike: dict[tuple[str, bool], list[Loss]] = defaultdict(list)
        for loss in root.session.losses:
            alike[loss.kind, loss.incomplete].append(loss)
        for losses in alike.values():
            for place, loss in enumerate(losses[:_MOST_TOLD]):
                more = len(losses) - _MOST_TOLD if place == _MOST_TOLD - 1 else 0
                message = loss.message if more <= 0 else f"{loss.message}, and {more} more of this kind"
                at: Place = self.links.source(loss.file or root.file).place(loss.pointer or "")
                problems.append(Problem(kind=loss.kind, blame="input", message=message, at=at, incomplete=loss.incomplete))
                why = f"what is deployed here? {loss.file or root.file} {loss.message}"
                partial.append(Unknown(reason=why, at=at, how="check that template, too"))
        return tuple(problems), tuple(partial)


def _last_ones(instances: list[Instance]) -> Iterator[Instance]:
    """Of what is certainly deployed several times the last one, where the order is certain; all where it is not."""
    same: dict[str, list[Instance]] = defaultdict(list)
    for instance in instances:
        same[folded(pattern_of(instance.id))].append(instance)
    over: set[int] = set()
    order = Order()
    for name, ones in same.items():
        last = order.last(ones) if name and len(ones) > 1 else None
        if last is not None and _certain(last):
            over.update(id(other) for other in ones if other is not last)
    yield from (instance for instance in instances if id(instance) not in over)


def _certain(instance: Instance) -> bool:
    above: Instance | None = instance
    while above is not None:
        if above.condition is not True or above.copies is not None:
            return False
        above = above.deployment.parent
    return True
