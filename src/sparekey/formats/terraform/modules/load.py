"""A folder of Terraform files to a `Module`: which files count, and how override files change the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.merge import merged
from sparekey.formats.terraform.modules.module import Module
from sparekey.formats.terraform.modules.references import constant_text
from sparekey.formats.terraform.syntax.read import read_file, read_json
from sparekey.formats.terraform.syntax.tree import Attribute, Block, Body, File, Tuple
from sparekey.model.span import Span

LARGEST_FILE = 32 * 1024 * 1024
"""Bytes of a file that are read at most. Terraform knows no limit; no hand-written file comes near this one."""

_LABELS = {"variable": 1, "output": 1, "module": 1, "resource": 2, "data": 2, "ephemeral": 2, "check": 1, "provider": 1}
_MISSING = {
    "variable": "Missing base variable declaration to override",
    "output": "Missing base output definition to override",
    "module": "Missing module call to override",
    "resource": "Missing resource to override",
    "data": "Missing data resource to override",
}


def load_module(folder: Path, scan_root: Path) -> Module:
    """The module in `folder`. What cannot be read is in its `faults`; it never raises for what the files hold."""
    faults: list[Fault] = []
    primary: list[File] = []
    overriding: list[File] = []
    for path in sorted(_files(folder), key=lambda path: path.name.encode("utf-8", "surrogateescape")):
        file = read_source(path, scan_root, faults)
        if file is not None:
            (overriding if overrides(path.name) else primary).append(file)
    return _Gathered(folder=folder, scan_root=scan_root, faults=faults).module(primary, overriding)


def is_source(name: str) -> bool:
    """Whether Terraform reads a file of that name as configuration."""
    ignored = name.startswith(".") or name.endswith("~") or (name.startswith("#") and name.endswith("#"))
    return name.endswith((".tf", ".tf.json")) and not ignored


def overrides(name: str) -> bool:
    """Whether a source file of that name is an override file."""
    stem = name.removesuffix(".json").removesuffix(".tf")
    return stem == "override" or stem.endswith("_override")


def read_source(path: Path, scan_root: Path, faults: list[Fault]) -> File | None:
    """A native or JSON file inside the scan root; else None and a fault that says why."""
    name = name_in(scan_root, path)
    if not inside(path, scan_root):
        faults.append(_limit(name, "outside-root", f"{name} leads out of the scanned folder and is not read"))
        return None
    try:
        if path.stat().st_size > LARGEST_FILE:
            faults.append(_limit(name, "too-much", f"{name} is larger than {LARGEST_FILE // 1024 // 1024} MiB"))
            return None
        data = path.read_bytes()
    except OSError as error:
        faults.append(_limit(name, "unreadable", f"{name} cannot be read: {error.strerror}"))
        return None
    file = read_json(data, name) if path.name.endswith(".json") else read_file(data, name)
    for problem in file.body.problems:
        summary, _, detail = problem.message.partition(": ")
        faults.append(Fault(summary=summary, detail=detail, at=problem.span, stage="load", kind="unreadable"))
    return file


def name_in(scan_root: Path, path: Path) -> str:
    """The name of a file or folder relative to the scan root, in POSIX form."""
    try:
        return path.relative_to(scan_root).as_posix()
    except ValueError:
        return path.as_posix()


def inside(path: Path, scan_root: Path) -> bool:
    """Whether a path, symbolic links followed, stays inside the scan root."""
    try:
        return path.resolve().is_relative_to(scan_root.resolve())
    except (OSError, RuntimeError):
        return False


def first_place(name: str) -> Span:
    """The beginning of a file, for what has no better place."""
    return Span(file=name, start_line=1, start_column=1, end_line=1, end_column=1)


def _limit(name: str, kind: str, detail: str) -> Fault:
    return Fault(summary="Unreadable file", detail=detail, at=first_place(name), stage="load", certain=False, kind=kind)


def _files(folder: Path) -> Iterator[Path]:
    try:
        for path in folder.iterdir():
            if is_source(path.name) and path.is_file():
                yield path
    except OSError:
        return


@dataclass(slots=True, kw_only=True)
class _Gathered:
    """The declarations found so far."""

    folder: Path
    scan_root: Path
    faults: list[Fault]
    named: dict[str, dict[tuple[str, ...], Block]] = field(default_factory=dict)
    locals: dict[str, Attribute] = field(default_factory=dict)
    others: dict[str, list[Block]] = field(default_factory=dict)

    def module(self, primary: list[File], overriding: list[File]) -> Module:
        for file in primary:
            for block in file.body.blocks:
                self._add(block)
        for file in overriding:
            for block in file.body.blocks:
                self._override(block)
        return Module(
            folder=self.folder,
            scan_root=self.scan_root,
            files=tuple(primary),
            override_files=tuple(overriding),
            blocks=[block for file in primary for block in file.body.blocks],
            override_blocks=[block for file in overriding for block in file.body.blocks],
            variables=self._one("variable"),
            locals=self.locals,
            resources=self._two("resource"),
            data=self._two("data"),
            ephemerals=self._two("ephemeral"),
            calls=self._one("module"),
            outputs=self._one("output"),
            checks=self._one("check"),
            providers=self.others.get("provider", []),
            moved=self.others.get("moved", []),
            removed=self.others.get("removed", []),
            imports=self.others.get("import", []),
            terraform=self.others.get("terraform", []),
            faults=self.faults,
        )

    def _one(self, type_: str) -> dict[str, Block]:
        return {labels[0]: block for labels, block in self.named.get(type_, {}).items()}

    def _two(self, type_: str) -> dict[tuple[str, str], Block]:
        return {(labels[0], labels[1]): block for labels, block in self.named.get(type_, {}).items()}

    def _add(self, block: Block) -> None:
        if block.type == "locals":
            for name, attribute in block.body.attributes.items():
                self.locals.setdefault(name, attribute)
            return
        if block.type == "provider" or block.type not in _LABELS:
            self.others.setdefault(block.type, []).append(block)
            return
        if len(block.labels) != _LABELS[block.type]:
            return
        self.named.setdefault(block.type, {}).setdefault(block.labels, block)
        if block.type == "check":
            # The data source of a check is one of the module's.
            for inner in block.body.blocks:
                if inner.type == "data" and len(inner.labels) == _LABELS["data"]:
                    self.named.setdefault("data", {}).setdefault(inner.labels, inner)

    def _override(self, block: Block) -> None:
        if block.type == "locals":
            for name, attribute in block.body.attributes.items():
                if name in self.locals:
                    self.locals[name] = attribute
                else:
                    self._refuse(
                        "Missing base local value definition to override",
                        f"There is no local value named {name!r}.",
                        attribute.span,
                    )
            return
        if block.type in ("moved", "import"):
            self._refuse(f"Cannot override '{block.type}' blocks", "They can appear only in normal files.", block.header)
            return
        if block.type == "terraform":
            self.others.setdefault("terraform", []).append(block)
            return
        if block.type == "provider":
            self._override_provider(block)
            return
        if block.type not in _MISSING or len(block.labels) != _LABELS[block.type]:
            return
        declared = self.named.get(block.type, {})
        base = declared.get(block.labels)
        if base is None:
            self._refuse(_MISSING[block.type], f"There is no {block.type} {'.'.join(block.labels)!r} to override.", block.header)
            return
        depends = block.body.attributes.get("depends_on")
        empty = depends is not None and isinstance(depends.value, Tuple) and not depends.value.items
        if depends is not None and not empty and block.type in ("output", "module", "resource", "data"):
            self._refuse("Unsupported override", "The depends_on argument may not be overridden.", depends.span)
        declared[block.labels] = merged(base, block)

    def _override_provider(self, block: Block) -> None:
        providers = self.others.setdefault("provider", [])
        key = _provider_key(block)
        for place, base in enumerate(providers):
            if _provider_key(base) == key:
                providers[place] = merged(base, block)
                return
        if key[1] == "":
            providers.append(block)
        else:
            detail = f"There is no {key[0]} provider configuration with the alias {key[1]!r}."
            self._refuse("Missing base provider configuration for override", detail, block.header)

    def _refuse(self, summary: str, detail: str, at: Span) -> None:
        self.faults.append(Fault(summary=summary, detail=detail, at=at, stage="load"))


def _provider_key(block: Block) -> tuple[tuple[str, ...], str]:
    alias = block.body.attributes.get("alias")
    return block.labels, constant_string(alias) or "" if alias is not None else ""


def constant_string(attribute: Attribute | None) -> str | None:
    """The text of an argument that is a plain string, else None."""
    return None if attribute is None else constant_text(attribute.value)


def blocks_of(body: Body, type_: str) -> list[Block]:
    """The blocks of one type in a body."""
    return [block for block in body.blocks if block.type == type_]
