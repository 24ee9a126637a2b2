"""From a repository of Terraform source to one document for each of its root modules."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sparekey.formats.terraform.declare import declaration
from sparekey.formats.terraform.modules.checks import check
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.given import Values
from sparekey.formats.terraform.modules.load import load_module
from sparekey.formats.terraform.modules.module import Module
from sparekey.formats.terraform.modules.root import Root, load, local_calls
from sparekey.formats.terraform.reduced import reduced
from sparekey.model.declaration import Document
from sparekey.model.problem import Problem
from sparekey.model.span import Pointer
from sparekey.model.value import Unknown

if TYPE_CHECKING:
    from sparekey.model.seams import Reading, SourceFile

NAME = "terraform"


def read(
    files: Sequence[SourceFile], reading: Reading, *, replaced: frozenset[Path]
) -> Iterator[Document | tuple[SourceFile, Problem]]:
    """The document of each root module among `files`, but for those in `replaced`, for which a plan speaks."""
    folders: dict[Path, list[SourceFile]] = {}
    for file in files:
        folders.setdefault(file.path.parent.resolve(), []).append(file)
    scan_root = reading.scan_root.resolve()
    modules = {folder: load_module(folder, scan_root) for folder in folders}
    for folder in roots(modules, reading):
        if folder not in replaced:
            root = load(
                folder,
                scan_root=scan_root,
                values=_values(reading),
                workspace=reading.inputs.workspace,
                modules=modules,
            )
            yield _document(root, reading)


def roots(modules: Mapping[Path, Module], reading: Reading) -> tuple[Path, ...]:
    """The folders that are root modules: no other one calls them, or the command line names them itself.

    Where folders call each other in a circle and nothing else calls them, all of them are.
    """
    calls = {folder: {to for to in local_calls(module) if to != folder and to in modules} for folder, module in modules.items()}
    called = frozenset(to for targets in calls.values() for to in targets)
    found = [folder for folder in modules if folder not in called or folder in reading.named]
    reached = set(found)
    rest = list(found)
    while rest:
        for to in calls[rest.pop()]:
            if to not in reached:
                reached.add(to)
                rest.append(to)
    return tuple(sorted({*found, *(folder for folder in modules if folder not in reached)}))


def _values(reading: Reading) -> Values:
    given = tuple((one.name, one.text) if one.name else Path(one.text) for one in reading.inputs.given)
    return Values(given=given, environment=reading.inputs.environment)


def deployment_name(folder: Path, reading: Reading) -> str:
    """What the deployment of a root module is called: its folder, relative to the scan root."""
    return folder.relative_to(reading.scan_root.resolve()).as_posix()


def _document(root: Root, reading: Reading) -> Document:
    deployment = deployment_name(root.folder, reading)
    types = root.types()
    unmapped: Mapping[str, int] = {type_: count for type_, count in types.items() if type_ not in reading.mapped}
    judged = len(unmapped) < len(types) or root.leads_elsewhere()
    declarations = tuple(declaration(instance, deployment) for instance in root.instances(reading.mapped)) if judged else ()
    faults = _faults(root, reading.mapped) if judged else _unread(root)
    return Document(
        format=NAME,
        deployment=deployment,
        declarations=declarations,
        problems=tuple(problem(fault, deployment) for fault in faults),
        unmapped=unmapped,
        partial=tuple(_gap(fault, deployment) for fault in faults if hides(fault)),
    )


def _faults(root: Root, types: Collection[str]) -> tuple[Fault, ...]:
    """Everything that is wrong with a root module, each thing once. Which Terraform it asks for is not our business."""
    static = check(reduced(root.configuration(), types), terraform=None)
    found = {(fault.summary, fault.at): fault for fault in (*root.faults, *static) if _is_ours(fault)}
    placed = any(fault.summary.startswith(_CYCLE) and fault.at for fault in found.values())
    return tuple(fault for fault in found.values() if fault.at or not (placed and fault.summary.startswith(_CYCLE)))


def _is_ours(fault: Fault) -> bool:
    newer = fault.summary == _UNSUPPORTED and any(f'"{word}"' in fault.detail for word in _NEWER)
    return not newer and fault.summary not in _NOT_OURS


def _unread(root: Root) -> tuple[Fault, ...]:
    """What could not be read of a root module in which nothing is to be judged."""
    return tuple(fault for fault in root.faults if hides(fault))


_UNDECLARED = "Value for undeclared variable"
"""What Terraform says of one root; of several, each takes the values that it declares."""

_CYCLE = "Cycle"
"""Begins what is told of a circle, once where it is written, and once more where evaluation meets it."""

_UNSUPPORTED = "Unsupported block type"
_NEWER = ("action", "list")
"""Blocks that Terraform took up after 1.11. None of them declares a resource."""

_NOT_OURS = frozenset({_UNDECLARED, "Provider configuration not present"})
"""A module that is read alone has nobody who passes it providers: nothing that is judged depends on them."""


def problem(fault: Fault, deployment: str) -> Problem:
    """A fault as the run tells it."""
    message = f"{fault.summary}: {fault.detail}" if fault.detail else fault.summary
    at = fault.at or Pointer(file=deployment, pointer="")
    return Problem(kind=fault.kind, blame="input", message=message, at=at, incomplete=fault.severity == "error")


def hides(fault: Fault) -> bool:
    """Whether something may be declared that could not be read because of a fault."""
    return fault.kind in ("unreadable", "module-not-on-disk", "outside-root", "too-much")


def _gap(fault: Fault, deployment: str) -> Unknown:
    at = fault.at or Pointer(file=deployment, pointer="")
    return Unknown(reason=f"what does this leave out? {fault.summary}", at=at, how=fault.detail or "correct the file")
