"""A root module with one set of values: the way in to everything else in this package."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from sparekey.formats.terraform.lang.library import function
from sparekey.formats.terraform.lang.types import DYNAMIC, STRING
from sparekey.formats.terraform.lang.values import EvaluationError, Value, Why, text, unknown
from sparekey.formats.terraform.modules.addresses import Address, parse
from sparekey.formats.terraform.modules.calls import Call
from sparekey.formats.terraform.modules.checks import Configuration, check
from sparekey.formats.terraform.modules.conditions import check_blocks, check_outputs, check_resources, check_variables
from sparekey.formats.terraform.modules.context import Context
from sparekey.formats.terraform.modules.evaluated import Fault, Instance
from sparekey.formats.terraform.modules.given import Given, Values, collect, read_given
from sparekey.formats.terraform.modules.imports import with_imports
from sparekey.formats.terraform.modules.load import constant_string, inside, load_module
from sparekey.formats.terraform.modules.module import Module
from sparekey.formats.terraform.modules.moves import Move, after_moves, moves_of
from sparekey.formats.terraform.modules.reasons import why_error, why_no_value
from sparekey.formats.terraform.modules.resources import Resource, ResourceInstance
from sparekey.formats.terraform.modules.sources import DEEPEST_MODULE, normal
from sparekey.formats.terraform.modules.space import Space
from sparekey.formats.terraform.modules.state import EMPTY, State
from sparekey.formats.terraform.modules.surroundings import Folder
from sparekey.formats.terraform.syntax.tree import Block
from sparekey.model.span import Span

Missing = Literal["unknown", "error"]


def load(
    folder: Path,
    *,
    scan_root: Path,
    values: Values | None = None,
    workspace: str | None = "default",
    prior: State = EMPTY,
    missing: Missing = "unknown",
    replacing: Collection[str] = (),
    modules: dict[Path, Module] | None = None,
) -> Root:
    """The root module in `folder`, read; evaluated as far as it is asked.

    `workspace` None: not known. `prior` is what exists already. `missing`: whether a variable without a value is unknown, or an
    error as where Terraform cannot ask. `replacing` are addresses whose replacement is asked for. `modules` are those read already, by
    folder; what is read in addition is put there. Raises nothing for what files hold.
    """
    return Root(
        normal(folder.absolute()),
        scan_root=normal(scan_root.absolute()),
        values=values or Values(),
        workspace=workspace,
        prior=prior,
        missing=missing,
        replacing=frozenset(replacing),
        modules={} if modules is None else modules,
    )


def module_calls(folder: Path, scan_root: Path) -> set[Path]:
    """The folders of the local modules that the module in `folder` calls, nothing evaluated."""
    return local_calls(load_module(folder, scan_root))


def local_calls(module: Module) -> set[Path]:
    """The folders of the local modules that a module calls."""
    found = (_folder_called(block, module) for block in module.calls.values())
    return {folder for folder in found if folder is not None}


def _folder_called(block: Block, module: Module) -> Path | None:
    """The folder of the local module that a call leads to, if it is there and inside the scan root."""
    source = constant_string(block.body.attributes.get("source"))
    if source is None or not source.startswith(("./", "../")):
        return None
    folder = normal(module.folder / source)
    there = folder.is_relative_to(module.scan_root) and folder.is_dir() and inside(folder, module.scan_root)
    return folder if there else None


class Root:
    """A root module, its variables set."""

    def __init__(
        self,
        folder: Path,
        *,
        scan_root: Path,
        values: Values,
        workspace: str | None,
        prior: State,
        missing: Missing,
        replacing: frozenset[str],
        modules: dict[Path, Module],
    ) -> None:
        """See `load`."""
        self._known_modules = modules
        self._folder = Folder(scan_root, folder)
        self.folder = folder
        self.scan_root = scan_root
        self._missing = missing
        self._workspace = unknown(STRING, _no_workspace(), not_null=True) if workspace is None else text(workspace)
        self._replacing = replacing
        self._faults: list[Fault] = []
        self.context = self._context(prior)
        self.module = self.context.module(folder)
        self._given = collect(values, folder, scan_root, self._faults, self.context.variables(self.module))
        self._required()
        self.context.complete = missing == "error" and not self._faults
        self.space = Space(self.context, self.module, given=self._value)
        if prior.objects or self.module.imports:
            self.context.state = with_imports(self.space, after_moves(prior, self.moves(), self._repeated()))

    def _context(self, state: State, *, validating: bool = False) -> Context:
        return Context(
            root=self.folder,
            scan_root=self.scan_root,
            workspace=self._workspace,
            functions=function,
            surroundings=self._folder,
            state=state,
            replacing=self._replacing,
            validating=validating,
            modules=self._known_modules,
        )

    def _required(self) -> None:
        if self._missing != "error":
            return
        for name, variable in self.context.variables(self.module).items():
            if variable.default is None and name not in self._given:
                detail = f'The root module input variable "{name}" is not set, and has no default value.'
                self._faults.append(Fault(summary="No value for required variable", detail=detail, at=variable.block.header))

    def _value(self, name: str) -> tuple[Value | None, Span | None]:
        """The value given to a variable of the root."""
        variable = self.context.variables(self.module)[name]
        given = self._given.get(name)
        if given is None:
            if variable.default is not None:
                return None, None
            return unknown(DYNAMIC, why_no_value(name, variable.block.header)), variable.block.header
        return self._read(given, name), given.at

    def _read(self, given: Given, name: str) -> Value:
        variable = self.context.variables(self.module)[name]
        faults: list[Fault] = []
        value = read_given(given, variable, faults)
        self.context.work.add(faults)
        if value is not None:
            return value
        first = faults[0]
        return unknown(DYNAMIC, why_error(EvaluationError(first.summary, first.detail), first.at))

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What Terraform would refuse or could not be followed, as far as it was evaluated."""
        loaded = [fault for module in self.context.modules for fault in module.faults]
        limits = [
            Fault(summary=_capital(why.reason), detail=why.how, at=why.at, severity="warning", certain=False, kind="not-followed")
            for why in self._folder.noted
        ]
        return tuple(dict.fromkeys([*loaded, *self._faults, *self.context.work.faults, *limits]))

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the files read, of all modules evaluated so far."""
        return tuple(file.name for module in self.context.modules for file in (*module.files, *module.override_files))

    @property
    def calls(self) -> set[Path]:
        """The folders of the local modules that the root itself calls."""
        return local_calls(self.module)

    def spaces(self) -> Iterator[Space]:
        """Every module instance: the root, then the modules called, depth first."""
        stack = [self.space]
        while stack:
            space = stack.pop()
            yield space
            children = [child for call in space.calls() for child in call.children().values()]
            stack.extend(reversed(children))

    def resource_instances(self, types: Collection[str] | None = None) -> Iterator[ResourceInstance]:
        """Every instance of the types (None: all), as written, modules depth first."""
        for space in self.spaces():
            for resource in space.resources(types):
                yield from resource.instances().values()

    def instances(self, types: Collection[str] | None = None) -> Iterator[Instance]:
        """Every instance of the types (None: all), as written, modules depth first."""
        for instance in self.resource_instances(types):
            yield instance.instance()

    def instance(self, address: str, *, key_from_plan: bool = False) -> Instance | None:
        """The instance of an address; None if there is none.

        `key_from_plan`: somebody knows that it exists, so that its keys are taken as they are where the source does not know them.
        """
        found = self.resource_instance(address, key_from_plan=key_from_plan)
        return None if found is None else found.instance()

    def resource_instance(self, address: str, *, key_from_plan: bool = False) -> ResourceInstance | None:
        """As `instance`."""
        parsed = parse(address)
        if parsed is None or not parsed.type:
            return None
        space: Space | None = self.space
        for name, key in parsed.modules:
            call = space.call(name) if space is not None else None
            if call is None:
                return None
            space = call.child(key) if key_from_plan else self._known_child(call, key)
        if space is None:
            return None
        resource = space.resource("data" if parsed.mode == "data" else "managed", parsed.type, parsed.name)
        if resource is None:
            return None
        return resource.instance(parsed.key) if key_from_plan else self._known_instance(resource, parsed)

    def _known_child(self, call: Call, key: str | int | None) -> Space | None:
        return None if call.expansion().mode == "unknown" else call.children().get(key)

    def _known_instance(self, resource: Resource, address: Address) -> ResourceInstance | None:
        return None if resource.expansion().mode == "unknown" else resource.instances().get(address.key)

    def outputs(self) -> Mapping[str, Value]:
        """The root's outputs."""
        return self.space.outputs()

    def types(self) -> Counter[str]:
        """How many blocks of each resource type there are, a module counted once however often it is called."""
        counts: Counter[str] = Counter()
        for module in self.static_modules():
            counts.update(type_ for type_, _ in (*module.resources, *module.data))
        return counts

    def static_modules(self) -> Sequence[Module]:
        """The root and every local module that is called below it, each once, nothing evaluated."""
        found: dict[Path, Module] = {}
        waiting = [(self.folder, 0)]
        while waiting:
            folder, depth = waiting.pop()
            if folder in found or depth > DEEPEST_MODULE:
                continue
            found[folder] = self.context.module(folder)
            waiting.extend((inner, depth + 1) for inner in sorted(local_calls(found[folder]), reverse=True))
        return list(found.values())

    def leads_elsewhere(self) -> bool:
        """Whether a module is called that is none of the `static_modules`: installed, not on disk, or out of the scanned folder."""
        modules = self.static_modules()
        read = {module.folder for module in modules}
        return any(_folder_called(block, module) not in read for module in modules for block in module.calls.values())

    def finish(self) -> None:
        """Evaluate everything, so that `faults` are complete."""
        for space in self.spaces():
            _evaluate_all(space)

    def validate(self) -> tuple[Fault, ...]:
        """What `terraform validate` refuses: everything evaluated once, with all that is not written in the source unknown."""
        context = self._context(EMPTY, validating=True)
        space = Space(context, context.module(self.folder), given=lambda _: (None, None))
        stack = [space]
        while stack:
            one = stack.pop()
            _evaluate_all(one)
            stack.extend(child for call in one.calls() for child in call.children().values())
        return context.work.faults

    def refused(self) -> Iterator[Fault]:
        """What Terraform refuses in the configuration without evaluating anything."""
        return check(self.configuration())

    def configuration(self) -> Configuration:
        """The root with the modules that it calls, nothing evaluated. What is called twice is there twice."""
        tree: dict[tuple[str, ...], Configuration] = {}
        for path, module in self.module_tree():
            tree[path] = Configuration(module, {}, path)
        for path, here in tree.items():
            here.calls = {name: tree.get((*path, name)) for name in here.module.calls}
        return tree[()]

    def moves(self) -> list[Move]:
        """The `moved` blocks of all modules, in the order of the module tree."""
        return [move for inside, module in self.module_tree() for move in moves_of(module, inside)]

    def module_tree(self) -> Iterator[tuple[tuple[str, ...], Module]]:
        """The module calls below the root by the names on the way, nothing evaluated."""
        stack: list[tuple[tuple[str, ...], Module]] = [((), self.module)]
        visited = 0
        while stack and visited < DEEPEST_MODULE * DEEPEST_MODULE:
            names, module = stack.pop()
            visited += 1
            yield names, module
            if len(names) >= DEEPEST_MODULE:
                continue
            for name, block in module.calls.items():
                source = constant_string(block.body.attributes.get("source")) or ""
                folder = normal(module.folder / source)
                if source.startswith(("./", "../")) and folder.is_relative_to(self.scan_root) and folder.is_dir():
                    stack.append(((*names, name), self.context.module(folder)))

    def _repeated(self) -> dict[tuple[tuple[str, ...], str, str], bool]:
        found: dict[tuple[tuple[str, ...], str, str], bool] = {}
        for names, module in self.module_tree():
            for (type_, name), block in module.resources.items():
                if "for_each" not in block.body.attributes:
                    found[(names, type_, name)] = "count" in block.body.attributes
        return found


def _evaluate_all(space: Space) -> None:
    for name in space.module.variables:
        space.variable(name)
    for name in space.module.locals:
        space.local(name)
    for call in space.calls():
        call.check_arguments()
    for resource in space.resources():
        for instance in resource.instances().values():
            instance.body()
            instance.value()
    check_variables(space)
    check_outputs(space)
    check_resources(space)
    check_blocks(space)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _no_workspace() -> Why:
    return Why("terraform.workspace is not known", how="pass --workspace NAME")
