"""Cycles: declarations that need each other to be evaluated, throughout the tree of modules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sparekey.formats.terraform.modules.checks.addresses import import_targets
from sparekey.formats.terraform.modules.checks.configuration import Configuration, refused
from sparekey.formats.terraform.modules.checks.placed import Owner, Used
from sparekey.formats.terraform.modules.checks.providers import Name, passed
from sparekey.formats.terraform.modules.checks.required import BUILTIN, Requirements, requirements
from sparekey.formats.terraform.modules.checks.static_references import dependencies, parsed, provider_reference
from sparekey.formats.terraform.modules.checks.subjects import Call, Named, Resource, Subject, subject
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.references import Reference, constant_text, references
from sparekey.formats.terraform.syntax import tree
from sparekey.model.span import Span

Node = tuple[tuple[str, ...], Owner]
"""A declaration: the calls that lead to its module, and what it is. Nothing but names, so that it can be compared."""

_FLAT = 200_000  # nodes; a larger tree of modules is left alone


def cycle_faults(graph: Graph) -> Iterator[Fault]:
    """The cycles of a whole configuration, and locals that name themselves."""
    if len(graph.edges) > _FLAT:
        return
    for component in _components(graph.edges):
        if len(component) > 1:
            names = sorted(_shown(node) for node in component)
            places = [graph.places[node] for node in component if node in graph.places]
            at = min(places, key=lambda span: (span.file, span.start_line, span.start_column)) if places else None
            yield refused(f"Cycle: {', '.join(names)}", "", at, stage="validate")
    for (path, owner), at in graph.selves.items():
        name = _shown((path, owner)).removesuffix(" (expand)")
        detail = f"Local value {name} cannot use its own result as part of its expression."
        yield refused("Self-referencing local value", detail, at, stage="validate")


class Graph:
    """What needs what, built as Terraform builds it for its validation (internal/terraform, transform_*.go)."""

    def __init__(self, root: Configuration, uses: Mapping[int, Iterable[Used]]) -> None:
        """Walk the whole configuration; `uses` are those of every module, by its identity.

        `used` are then the provider configurations that anything uses.
        """
        self._uses = uses
        self.edges: dict[Node, set[Node]] = {}
        self.places: dict[Node, Span] = {}
        self.selves: dict[Node, Span] = {}
        self.used: set[Node] = set()
        self._required: dict[int, Requirements] = {}
        self._configurations = {one.path: one for one in root.walk()}
        self._providers: dict[tuple[str, ...], dict[Name, Node]] = {}
        for one in self._configurations.values():
            self._declare(one)
        for one in self._configurations.values():
            self._connect(one)

    def _declare(self, here: Configuration) -> None:
        module, path = here.module, here.path
        declared: dict[Owner, Span] = {}
        declared |= {("local", name): attribute.name_span for name, attribute in module.locals.items()}
        declared |= {("var", name): block.header for name, block in module.variables.items()}
        declared |= {("variable", name): block.header for name, block in module.variables.items() if _validated(block)}
        declared |= {("output", name): block.header for name, block in module.outputs.items()}
        declared |= {("check", name): block.header for name, block in module.checks.items()}
        for mode, blocks in (("managed", module.resources), ("data", module.data), ("ephemeral", module.ephemerals)):
            declared |= {("resource", mode, *key): block.header for key, block in blocks.items()}
        for owner, at in declared.items():
            self.edges[path, owner] = set()
            self.places[path, owner] = at
        if path:
            # Everything in a module waits for its expansion; whatever needs the module as a whole waits for its close.
            expand, close = (path, ("expand",)), (path, ("close",))
            self.edges[expand] = {(path[:-1], ("expand",))} if path[:-1] else set()
            self.edges[close] = {expand}
            for owner in declared:
                self.edges[path, owner].add(expand)
                self.edges[close].add((path, owner))
            for depth in range(1, len(path)):
                self.edges.setdefault((path[:depth], ("close",)), set()).add(close)
        names: dict[Name, Node] = {}
        for block in module.providers:
            if len(block.labels) == 1:
                attribute = block.body.attributes.get("alias")
                alias = (constant_text(attribute.value) if attribute is not None else None) or ""
                node = (path, ("provider", block.labels[0], alias))
                names[block.labels[0], alias] = node
                self.edges[node] = {(path, ("expand",))} if path else set()
                self.places[node] = block.header
        self._providers[path] = names

    def _connect(self, here: Configuration) -> None:
        module, path = here.module, here.path
        required = self._requires(here)
        for name in module.variables:
            if (path, ("variable", name)) in self.edges:  # the validation of a variable is a step of its own
                self.edges[path, ("variable", name)].add((path, ("var", name)))
        imported = self._imported(here) if not path else {}
        for one in self._uses[id(module)]:
            owner = one.place.owner
            if owner[0] == "provider" and required.source(owner[1]) == BUILTIN:
                continue  # it takes no arguments, so nothing in its configuration is looked at
            source = imported.get(owner) if owner[0] == "import" else self._source(path, owner)
            if source is None or not one.place.ordered:
                continue
            for reference in one.references:
                if one.place.owner[0] != "variable" or (reference.root, *reference.steps[:1]) != ("var", one.place.owner[1]):
                    self._refer(source, path, reference, own=one.place.owner)
        for kind, blocks in (("output", module.outputs), ("call", module.calls)):
            for name, block in blocks.items():
                self._depends(path, (kind, name), block)
        for mode, resources in (("managed", module.resources), ("data", module.data), ("ephemeral", module.ephemerals)):
            for key, block in resources.items():
                owner = ("resource", mode, *key)
                self._depends(path, owner, block)
                self._replaced(path, owner, block)
                self._provided(here, owner, block)

    def _source(self, path: tuple[str, ...], owner: Owner) -> Node | None:
        """The node that an expression belongs to."""
        node: Node
        if owner[0] == "argument":
            node = ((*path, owner[1]), ("var", owner[2]))
            return node if node in self.edges else None
        if owner[0] == "call":
            node = ((*path, owner[1]), ("expand",))
            return node if node in self.edges else None
        node = (path, owner)
        return node if node in self.edges else None

    def _imported(self, root: Configuration) -> dict[Owner, Node]:
        """The resource that each `import` block is about: it waits for the id."""
        numbers = {id(block): number for number, block in enumerate(root.module.imports)}
        found: dict[Owner, Node] = {}
        for block, about, _ in import_targets(root.module):
            node: Node = (tuple(name for name, _ in about.calls), ("resource", "managed", about.type, about.name))
            if node in self.edges:
                found["import", str(numbers[id(block)])] = node
        return found

    def _depends(self, path: tuple[str, ...], owner: Owner, block: tree.Block) -> None:
        source = self._source(path, owner)
        if source is not None:
            for found in dependencies(block.body):
                if isinstance(found, Reference):
                    self._refer(source, path, found, own=owner)

    def _replaced(self, path: tuple[str, ...], owner: Owner, block: tree.Block) -> None:
        for lifecycle in (inner for inner in block.body.blocks if inner.type == "lifecycle"):
            attribute = lifecycle.body.attributes.get("replace_triggered_by")
            for item in attribute.value.items if attribute is not None and isinstance(attribute.value, tree.Tuple) else ():
                text = constant_text(item)
                quoted = parsed(text, item.span) if text else None
                for reference in [quoted] if quoted is not None else references(item):
                    self._refer((path, owner), path, reference, own=owner)

    def _provided(self, here: Configuration, owner: Owner, block: tree.Block) -> None:
        """A resource waits for the configuration of its provider, wherever that is written."""
        attribute = block.body.attributes.get("provider")
        found = provider_reference(attribute.value, "provider") if attribute is not None else (owner[2].partition("_")[0], "")
        if not isinstance(found, tuple):
            return
        node = self._provider(here, found)
        if node is not None:
            self.used.add(node)
            self.edges[here.path, owner].add(node)

    def _requires(self, here: Configuration) -> Requirements:
        found = self._required.get(id(here.module))
        if found is None:
            found = self._required[id(here.module)] = requirements(here.module)
        return found

    def _provider(self, here: Configuration, name: Name) -> Node | None:
        path = here.path
        while True:
            node = self._providers[path].get(name)
            if node is not None or not path:
                return node
            parent = self._configurations[path[:-1]]
            call = parent.module.calls.get(path[-1])
            given = passed(call).get(name) if call is not None else None
            if given is None:
                if name[1]:
                    return None
                # A default configuration is inherited by its source, whatever it is called there.
                source = self._requires(self._configurations[path]).source(name[0])
                above = self._requires(parent)
                given = next(((local, "") for local in (name[0], *above.sources) if above.source(local) == source), None)
                if given is None:
                    return None
            name, path = given, path[:-1]

    def _refer(self, source: Node, path: tuple[str, ...], reference: Reference, *, own: Owner) -> None:
        about = subject(reference)
        if isinstance(about, Fault):
            return
        for target in self._targets(path, about):
            if target != source:
                self.edges[source].add(target)
            elif own[0] == "local":
                self.selves.setdefault(source, reference.span)

    def _targets(self, path: tuple[str, ...], about: Subject) -> Iterable[Node]:
        found: list[Node] = []
        if isinstance(about, Resource):
            found = [(path, ("resource", about.mode, about.type, about.name))]
        elif isinstance(about, Named):
            if about.root == "local":
                found = [(path, ("local", about.name))]
            elif about.root == "var":
                found = [(path, ("var", about.name)), (path, ("variable", about.name))]
        elif isinstance(about, Call):
            inner = (*path, about.name)
            one: Node = (inner, ("output", about.output or ""))
            found = [one] if one in self.edges else [(inner, ("expand",)), (inner, ("close",))]
        return (node for node in found if node in self.edges)


def _validated(variable: tree.Block) -> bool:
    return any(inner.type == "validation" for inner in variable.body.blocks)


def _shown(node: Node) -> str:
    """The name of a node in Terraform's message."""
    path, owner = node
    prefix = ".".join(f"module.{name}" for name in path)
    if owner in (("expand",), ("close",)):
        return f"{prefix} ({owner[0]})"
    dot = f"{prefix}." if prefix else ""
    match owner:
        case ("local", name):
            return f"{dot}local.{name} (expand)"
        case ("output", name):
            return f"{dot}output.{name} (expand)"
        case ("var", name):
            return f"{dot}var.{name} (expand)" if path else f"var.{name}"
        case ("variable", name):
            return f"{dot}var.{name} (validation)"
        case ("resource", mode, type_, name):
            return f"{dot}{'' if mode == 'managed' else mode + '.'}{type_}.{name}"
        case ("provider", name, alias):
            return f"{dot}provider.{name}" + (f".{alias}" if alias else "")
        case _:
            return dot + ".".join(owner)


def _components(edges: dict[Node, set[Node]]) -> Iterator[list[Node]]:
    """The strongly connected components (Tarjan's algorithm, without recursion, so that a long chain is fine)."""
    index: dict[Node, int] = {}
    low: dict[Node, int] = {}
    stack: list[Node] = []
    waiting: set[Node] = set()
    for start, first in edges.items():
        if start in index:
            continue
        index[start] = low[start] = len(index)
        stack.append(start)
        waiting.add(start)
        work: list[tuple[Node, Iterator[Node]]] = [(start, iter(first))]
        while work:
            node, rest = work[-1]
            for target in rest:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    waiting.add(target)
                    work.append((target, iter(edges.get(target, ()))))
                    break
                if target in waiting:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component: list[Node] = []
                    while True:
                        last = stack.pop()
                        waiting.discard(last)
                        component.append(last)
                        if last == node:
                            break
                    yield component
