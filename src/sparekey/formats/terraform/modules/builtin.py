"""The provider that is built into Terraform: the only one whose schema and plans are known here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sparekey.formats.terraform.lang.build import bare
from sparekey.formats.terraform.lang.types import DYNAMIC, STRING
from sparekey.formats.terraform.lang.values import SENSITIVE, Refinement, Source, Unknown, Value, Why, object_of, wholly_known
from sparekey.formats.terraform.modules.equality import same
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.later import later
from sparekey.formats.terraform.modules.load import inside
from sparekey.formats.terraform.modules.reasons import why_computed
from sparekey.formats.terraform.modules.state import Prior, State, UnreadableStateError, dynamic, read_state, typed
from sparekey.model.span import Span

KNOWN_RESOURCES = frozenset({"terraform_data"})
KNOWN_DATA = frozenset({"terraform_remote_state"})
BACKENDS = frozenset({"local", "remote", "azurerm", "consul", "cos", "gcs", "http", "inmem", "kubernetes", "oss", "pg", "s3"})
"""The backends of Terraform 1.11."""

NULL = Value(DYNAMIC, None)


@dataclass(frozen=True, slots=True)
class Planned:
    """What Terraform plans for an instance: its value as other expressions see it, and the actions."""

    value: Value
    actions: tuple[str, ...]


def plan_new(address: str, arguments: Mapping[str, Value], at: Span) -> Planned:
    """A `terraform_data` with these arguments that does not exist yet."""
    return Planned(_new(address, arguments, at), ("create",))


def replaces(arguments: Mapping[str, Value], prior: Prior) -> bool:
    """Whether these arguments ask for a new object in the place of the existing one."""
    return not same(attributes_of(prior)["triggers_replace"], arguments.get("triggers_replace", NULL))


def plan_replacement(address: str, arguments: Mapping[str, Value], at: Span, *, create_first: bool) -> Planned:
    """A new `terraform_data` in the place of an existing one."""
    return Planned(_new(address, arguments, at), ("create", "delete") if create_first else ("delete", "create"))


def plan_existing(address: str, arguments: Mapping[str, Value], prior: Prior, at: Span) -> Planned:
    """A `terraform_data` with these arguments that exists and stays."""
    before = attributes_of(prior)
    given, trigger = arguments.get("input", NULL), arguments.get("triggers_replace", NULL)
    if same(before["input"], given):
        # What is sensitive is part of a state too.
        marks = sensitive_paths({"input": given, "triggers_replace": trigger})
        kept = {path for path in prior.sensitive if path[:1] != ("output",)}
        return Planned(_object(before["id"], given, before["output"], trigger), ("no-op",) if marks == kept else ("update",))
    output = later(given, Source(address, "output"), why_computed(address, "output", at))
    return Planned(_object(before["id"], given, output, trigger), ("update",))


def attributes_of(prior: Prior) -> dict[str, Value]:
    """The attributes of an existing `terraform_data`."""
    held = {name: dynamic(prior.attributes.get(name)) for name in ("input", "output", "triggers_replace")}
    return {"id": typed(prior.attributes.get("id"), STRING), **held}


def sensitive_paths(values: Mapping[str, Value]) -> set[tuple[str | int, ...]]:
    """Where in these values something is marked as sensitive."""
    found: set[tuple[str | int, ...]] = set()
    stack: list[tuple[tuple[str | int, ...], Value]] = [((name,), value) for name, value in values.items()]
    while stack:
        path, value = stack.pop()
        if SENSITIVE in value.marks:
            found.add(path)
        if isinstance(value.content, tuple):
            stack.extend(((*path, place), item) for place, item in enumerate(value.content))
        elif isinstance(value.content, Mapping):
            stack.extend(((*path, name), item) for name, item in value.content.items())
    return found


def _new(address: str, arguments: Mapping[str, Value], at: Span) -> Value:
    given = arguments.get("input", NULL)
    # The output of a new object is null where its input is.
    output = given.unmarked() if given.null else later(given, Source(address, "output"), why_computed(address, "output", at))
    return _object(_new_id(address, at), given, output, arguments.get("triggers_replace", NULL))


def _new_id(address: str, at: Span) -> Value:
    content = Unknown(why=why_computed(address, "id", at), is_=Source(address, "id"), refinement=Refinement(not_null=True))
    return Value(STRING, content)


def _object(identifier: Value, given: Value, output: Value, trigger: Value) -> Value:
    return object_of({"id": identifier, "input": given, "output": output, "triggers_replace": trigger})


@dataclass(frozen=True, slots=True, kw_only=True)
class StateReader:
    """Reads the state that a `terraform_remote_state` points to, where that is a file inside the scan root."""

    root: Path
    scan_root: Path
    fault: Callable[[Fault], object]
    severity: Literal["error", "warning"] = "error"

    def read(self, address: str, arguments: Mapping[str, Value], at: Span, *, deferred: bool) -> Value:
        """The data source's value. What cannot be read is unknown, with the reason. `deferred`: it is read during the apply."""
        backend = arguments.get("backend", Value(STRING, None))
        config = arguments.get("config", NULL)
        workspace = arguments.get("workspace", Value(STRING, None))
        defaults = arguments.get("defaults", NULL)
        outputs = self._deferred(address, at) if deferred else self._outputs(address, (backend, config, workspace, defaults), at)
        return object_of({"backend": backend, "config": config, "defaults": defaults, "outputs": outputs, "workspace": workspace})

    def _outputs(self, address: str, arguments: tuple[Value, Value, Value, Value], at: Span) -> Value:
        backend, config, workspace, defaults = arguments
        if not all(wholly_known(value) for value in arguments):
            return self._deferred(address, at)
        if isinstance(backend.content, str) and backend.content.removeprefix("_") not in BACKENDS:
            detail = f'There is no backend type named "{backend.content}".'
            self.fault(Fault(summary="Invalid backend configuration", detail=detail, at=at, severity=self.severity))
        if backend.content not in ("local", "_local"):
            return self._unread(address, f"kept by the backend {backend.content}, which is not asked", at)
        held = config.content if isinstance(config.content, Mapping) else {}
        path = _text(held.get("path")) or "terraform.tfstate"
        name = _text(workspace)
        if name not in (None, "default"):
            folder = _text(held.get("workspace_dir")) or "terraform.tfstate.d"
            path = f"{folder}/{name}/terraform.tfstate"
        file = self.root / path
        if "\0" in path or not inside(file, self.scan_root):
            return self._unread(address, "in a file outside the scanned folder", at)
        state = self._state(file, at)
        if state is None:
            return self._unread(address, "in a state that could not be read", at)
        outputs = dict(defaults.content) if isinstance(defaults.content, Mapping) else {}
        # What is sensitive there is not marked here.
        outputs.update({name: bare(value) for name, value in state.outputs.items()})
        return object_of(outputs)

    def _deferred(self, address: str, at: Span) -> Value:
        return self._unread(address, "read during the apply", at)

    def _state(self, file: Path, at: Span) -> State | None:
        try:
            return read_state(file.read_bytes())
        except OSError:
            detail = "No stored state was found for the given workspace in the given backend."
            self.fault(Fault(summary="Unable to find remote state", detail=detail, at=at, severity=self.severity))
        except UnreadableStateError as error:
            self.fault(
                Fault(summary="Unreadable state", detail=f"{file.name} is {error}", at=at, certain=False, kind="unreadable")
            )
        return None

    def _unread(self, address: str, where: str, at: Span) -> Value:
        why = Why(f"the outputs of {address} are {where}", at=at)
        return Value(DYNAMIC, Unknown(why=why, is_=Source(address, "outputs")))


def _text(value: Value | None) -> str | None:
    return value.content if value is not None and isinstance(value.content, str) else None
