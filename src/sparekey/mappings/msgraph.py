"""The `msgraph` provider: any object of Microsoft Graph, told apart by its path alone, with a free-form body.

Attribute names are those of the provider's documentation: `msgraph_resource` posts `body` to the collection `url`,
`msgraph_update_resource` patches the object at `url`, `msgraph_resource_collection` holds all `reference_ids` of the collection
`url`, `msgraph_resource_action` calls `resource_url` and `action`. The data source reads one object, which shows here only where
it exports the whole response (`response_export_values = { all = "@" }`).

**What a body leaves out** is the service's default for an object that the configuration makes, and unknown for one that it
patches. Where the provider changes an object, what the body does not hold any more stays in the service, and so is unknown.

**A path that cannot be read** may be any that its body fits: for each of those there is a resource that is only possibly there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sparekey.mappings.azuread import created, head_of
from sparekey.mappings.msgraph_reading import Graph
from sparekey.mappings.msgraph_routes import ROUTES, Item, Route
from sparekey.mappings.msgraph_url import refers, segments
from sparekey.model.declaration import Declaration
from sparekey.model.resource import Head, Key, Resource
from sparekey.model.seams import ProviderMapping
from sparekey.model.truth import Bounds, all_of, asks, maybe
from sparekey.model.value import AnyValue, Body, Known, Text, Unknown, ValueSet

MAPPING = ProviderMapping(provider="msgraph")

_GONE = ("delete", "forget")


@MAPPING.maps("msgraph_resource")
def resource(declaration: Declaration) -> Iterator[Resource]:
    """One object, or one reference to an object. With `create_method` PUT, `url` is the object's own."""
    if declaration.mode == "data":
        yield from _looked_up(declaration)
        return
    before = declaration.before
    graph = Graph(
        body=declaration.body.get("body"),
        what=declaration.head.address,
        before=before.get("body") if before is not None else None,
        reported=_whole(declaration),
    )
    keys = _keys(declaration, ("id", "resource_url", *_exported(declaration)))
    yield from _made(declaration, graph, keys, url=declaration.body.text("url"))


@MAPPING.maps("msgraph_update_resource")
def update_resource(declaration: Declaration) -> Iterator[Resource]:
    """A patch of an object that exists. Its deletion changes nothing in the service."""
    if declaration.action not in _GONE:
        yield from _patched(declaration, declaration.body.text("url"))


@MAPPING.maps("msgraph_resource_collection")
def resource_collection(declaration: Declaration) -> Iterator[Resource]:
    """All references of one collection; what is not among them is taken out of it."""
    nothing = Graph(body=Known(value={}, at=declaration.head.at), what=declaration.head.address)
    listed = declaration.body.texts("reference_ids")
    yield from _made(declaration, nothing, (), url=declaration.body.text("url"), listed=listed)


@MAPPING.maps("msgraph_resource_action")
def resource_action(declaration: Declaration) -> Iterator[Resource]:
    """One call, made when the resource is created or changed. What it made or changed stays when the resource goes."""
    when, method = declaration.body.text("when", default="create"), declaration.body.text("method")
    if declaration.action in _GONE or (isinstance(when, Known) and when.value == "destroy"):
        return
    url = _joined(declaration.body.text("resource_url"), declaration.body.text("action"))
    verb = (method.value or "").upper() if isinstance(method, Known) else "?"
    if verb in ("PATCH", "PUT", "?"):
        yield from _patched(declaration, url)
    if verb in ("POST", "?"):
        unsure = declaration if isinstance(method, Known) else _doubted(declaration, method)
        graph = Graph(body=declaration.body.get("body"), what=declaration.head.address)
        yield from _made(unsure, graph, (), url=url)


def _joined(url: Text, action: Text) -> Text:
    if isinstance(url, Unknown) or isinstance(action, Unknown):
        return url if isinstance(url, Unknown) else action
    return replace(url, value=f"{url.value or ''}/{action.value}") if action.value else url


def _doubted(declaration: Declaration, method: Unknown) -> Declaration:
    """The declaration of which it cannot be told whether its call makes an object or changes one."""
    return replace(declaration, head=_possible(declaration.head.part("made"), method))


def _made(
    declaration: Declaration, graph: Graph, keys: tuple[Key, ...], *, url: Text, listed: ValueSet[str] | None = None
) -> Iterator[Resource]:
    """What is posted to a collection."""
    base = Item(
        head=head_of(declaration),
        graph=graph,
        keys=keys,
        owner=Known(value=None, at=url.at, origin="default"),
        created=created(declaration) or (listed is not None and declaration.action == "update"),
        kept=listed is None or declaration.action not in (*_GONE, "replace"),
        listed=listed,
    )
    if isinstance(url, Unknown):
        yield from _any_of(base, url, patched=False)
        return
    path, reference = segments(url.value or ""), refers(url.value or "") or listed is not None
    for route in ROUTES:
        if route.refers != reference:
            continue
        ids = route.owner(path)
        if ids is None and not route.refers:
            ids = route.item(path)
        if ids is not None:
            owner = Known(value=ids[0] if ids else None, at=url.at)
            yield from route.make(replace(base, owner=owner, graph=replace(graph, patched=route.single)))


def _patched(declaration: Declaration, url: Text) -> Iterator[Resource]:
    """What a patch shows of an object that exists."""
    graph = Graph(body=declaration.body.get("body"), what=declaration.head.address, patched=True)
    changed = declaration.action in ("create", "update", "replace")
    base = Item(head=head_of(declaration), graph=graph, keys=(), owner=url, created=False, changed=changed)
    if isinstance(url, Unknown):
        yield from _any_of(base, url, patched=True)
        return
    path = segments(url.value or "")
    for route in ROUTES:
        ids = route.item(path)
        if route.single and ids is None:
            ids = route.owner(path)
        if ids is not None and not route.refers:
            named: Text = Known(value=ids[-1] if ids else None, at=url.at)
            keys = (Key(space="object_id", attribute="id", value=named),)
            yield from route.make(replace(base, keys=keys, owner=replace(url, value=ids[0] if len(ids) > 1 else None)))


def _any_of(base: Item, url: Unknown, *, patched: bool) -> Iterator[Resource]:
    """Everything that a body may be whose path cannot be read, each only possibly there.

    The first keeps the address of the declaration, so that a policy is called the same whether its path is known or not.
    """
    known = _beginning(url)
    routes = [route for route in ROUTES if route.begins(known) and _fits(route, base, patched=patched)]
    for index, route in enumerate(routes):
        head = base.head if index == 0 else base.head.part("_".join(w for w in route.pattern if w.isalpha()))
        yield from route.make(replace(base, head=_possible(head, url), owner=url))


def _beginning(url: Unknown) -> tuple[str, ...]:
    """The words with which a path begins that is not known to its end; none where not even a whole one is known."""
    prefix = (url.limits and url.limits.prefix) or ""
    whole = prefix.rpartition("/")[0]
    is_address = prefix.lower().startswith("http")
    return () if "(" in whole or (is_address and "://" not in whole) else segments(whole)


def _fits(route: Route, base: Item, *, patched: bool) -> bool:
    if base.listed is not None:
        return route.refers
    properties = base.graph.below()
    if isinstance(properties, Unknown):
        return not (patched and route.refers)
    return route.may_be(frozenset(properties), patched=patched)


def _possible(head: Head, doubt: Unknown) -> Head:
    return replace(head, presence=all_of((head.presence, maybe(asks(doubt)))))


def _looked_up(declaration: Declaration) -> Iterator[Resource]:
    """One object that a data source reads, or a list of them, where the whole response is exported."""
    url, output, head = declaration.body.text("url"), _whole(declaration), head_of(declaration)
    if output is None:
        return
    keys = _keys(declaration, ("id", *_exported(declaration)))
    if isinstance(url, Unknown):
        for part, each in _listed(head, output) or [(head, output)]:
            yield from _any_of(_seen(part, each, keys if part == head else (_id_of(each),), url), url, patched=False)
        return
    path = segments(url.value or "")
    for route in ROUTES:
        if route.refers:
            continue
        if (ids := route.item(path)) is not None:
            yield from route.make(_seen(head, output, keys, replace(url, value=ids[0])))
        elif (ids := route.owner(path)) is not None:
            owner = replace(url, value=ids[0] if ids else None)
            listed = _listed(head, output)
            if listed is None:
                nobody = Unknown(
                    reason=f"how many does {head.address} find?", at=head.at, how="run the check again after the apply"
                )
                some = replace(head, count=Bounds(least=0, most=None, missing=(asks(nobody),)))
                yield from route.make(_seen(some, nobody, (), owner))
            for part, each in listed or ():
                yield from route.make(_seen(part, each, (_id_of(each),), owner))


def _listed(head: Head, output: AnyValue) -> list[tuple[Head, AnyValue]] | None:
    """The objects of a response that holds a list of them, each with a head of its own; None where none can be seen."""
    if isinstance(output, Unknown) or not isinstance(output.value, Mapping):
        return None
    values = output.value.get("value")
    if not isinstance(values, Known) or not isinstance(values.value, tuple):
        return None
    return [(head.part(f"output.value[{index}]", each.at), each) for index, each in enumerate(values.value)]


def _seen(head: Head, value: AnyValue, keys: tuple[Key, ...], owner: Text) -> Item:
    graph = Graph(body=value, what=head.address, answered=True)
    return Item(head=head, graph=graph, keys=keys, owner=owner, created=False)


def _id_of(value: AnyValue) -> Key:
    return Key(space="object_id", attribute="", value=Body(value=value).text("id"))


def _keys(declaration: Declaration, attributes: tuple[str, ...]) -> tuple[Key, ...]:
    return tuple(Key(space="object_id", attribute=name, value=declaration.body.text(*name.split("."))) for name in attributes)


def _exported(declaration: Declaration) -> tuple[str, ...]:
    """The attributes below `output` that hold the object's id: exported alone or with the whole response."""
    found = (
        f"output.{name}.id" if path == "@" else f"output.{name}" for name, path in _exports(declaration) if path in ("@", "id")
    )
    return tuple(found)


def _whole(declaration: Declaration) -> AnyValue | None:
    """The whole response, where the declaration exports it, or may do so."""
    exports = declaration.body.get("response_export_values")
    if isinstance(exports, Unknown):
        return exports
    names = exports.value if isinstance(exports.value, Mapping) else {}
    paths = {name: declaration.body.text("response_export_values", name) for name in names}
    for name, path in paths.items():
        if isinstance(path, Known) and path.value == "@":
            return declaration.body.get("output", name)
    return next((path for path in paths.values() if isinstance(path, Unknown)), None)


def _exports(declaration: Declaration) -> Iterator[tuple[str, str]]:
    """What the declaration exports of the response: names and JMESPath queries."""
    exports = declaration.body.get("response_export_values")
    if isinstance(exports, Known) and isinstance(exports.value, Mapping):
        for name in exports.value:
            path = declaration.body.text("response_export_values", name)
            if isinstance(path, Known) and path.value:
                yield name, path.value
