"""What all modules below one root share: the work, the files read, the functions, and what was asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from sparekey.formats.terraform.lang.function import Function, Surroundings
from sparekey.formats.terraform.lang.values import Value
from sparekey.formats.terraform.modules.declared import Variable, read_variable
from sparekey.formats.terraform.modules.load import load_module
from sparekey.formats.terraform.modules.module import Module
from sparekey.formats.terraform.modules.repetition import MOST_INSTANCES
from sparekey.formats.terraform.modules.sources import Installed
from sparekey.formats.terraform.modules.state import State
from sparekey.formats.terraform.modules.work import Work

MOST_OF_ALL = 100_000
"""Instances below one root that are expanded, of modules and resources together."""

MOST_MODULES = 2_000
"""Module instances below one root. The largest roots have some hundreds."""

MOST_BLOCKS = 1_000_000
"""Nested blocks that `dynamic` blocks below one root make at most."""

MOST_STEPS_OF_ALL = 10_000_000
"""Nodes of expressions that evaluating one root visits at most; large real roots need about one million."""


class Context:
    """Shared by every module instance below a root."""

    def __init__(
        self,
        *,
        root: Path,
        scan_root: Path,
        workspace: Value,
        functions: Callable[[str], Function | None],
        surroundings: Surroundings,
        state: State,
        replacing: frozenset[str] = frozenset(),
        validating: bool = False,
        modules: dict[Path, Module] | None = None,
    ) -> None:
        """`modules` are those read already, by folder, to which further ones are added. `workspace` is the value of `terraform.workspace`; `replacing` are addresses to replace. `validating`: all that is not written in the source is unknown."""
        self.root = root
        self.scan_root = scan_root
        self.workspace = workspace
        self.functions = functions
        self.surroundings = surroundings
        self.state = state
        self.replacing = replacing
        self.complete = False
        """Whether every variable of the root has a value, so that what is unknown is so for Terraform too."""
        self.installed = Installed(root, scan_root)
        self.validating = validating
        self.work = Work()
        self.expanded = 0
        self.blocks = 0
        self.spaces = 0
        self.steps = MOST_STEPS_OF_ALL
        self._read = {} if modules is None else modules
        self._modules: dict[Path, Module] = {}
        self._variables: dict[Path, Mapping[str, Variable]] = {}

    def module(self, folder: Path) -> Module:
        """The module in a folder, read once."""
        found = self._modules.get(folder)
        if found is None:
            if folder not in self._read:
                self._read[folder] = load_module(folder, self.scan_root)
            found = self._modules[folder] = self._read[folder]
        return found

    @property
    def modules(self) -> tuple[Module, ...]:
        """Every module read so far."""
        return tuple(self._modules.values())

    def variables(self, module: Module) -> Mapping[str, Variable]:
        """The variables that a module declares, read once."""
        found = self._variables.get(module.folder)
        if found is None:
            found = {name: read_variable(name, block) for name, block in module.variables.items()}
            self._variables[module.folder] = found
            for variable in found.values():
                self.work.add(variable.faults)
        return found

    def only_builtin(self) -> bool:
        """Whether every resource of the modules read so far is of the built-in provider, of whose plans nothing is hidden here."""
        declared = [type_ for module in self.modules for type_, _ in (*module.resources, *module.data, *module.ephemerals)]
        return all(type_.startswith("terraform_") for type_ in declared)

    def room(self, instances: int) -> bool:
        """Whether so many instances of a block may be expanded; if so they are counted."""
        if instances > MOST_INSTANCES or self.expanded + instances > MOST_OF_ALL:
            return False
        self.expanded += instances
        return True

    def room_for_modules(self, instances: int) -> bool:
        """Whether so many instances of a module may be expanded; if so they are counted."""
        if self.spaces + instances > MOST_MODULES:
            return False
        self.spaces += instances
        return True

    def allow_module(self) -> bool:
        """Whether one more module call or instance may be looked at; if so it is counted."""
        self.spaces += 1
        return self.spaces <= MOST_MODULES

    def allow_blocks(self, blocks: int) -> bool:
        """Whether so many more nested blocks may be made; if so they are counted."""
        if self.blocks + blocks > MOST_BLOCKS:
            return False
        self.blocks += blocks
        return True
