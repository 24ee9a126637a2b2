"""Put a plan together: read its parts, say what is wrong with each, and give what will exist as one document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sparekey.formats.terraform_plan import schema
from sparekey.formats.terraform_plan.borrow import PlanSource
from sparekey.formats.terraform_plan.configuration import Written
from sparekey.formats.terraform_plan.declare import Declarer
from sparekey.formats.terraform_plan.entries import Entries
from sparekey.formats.terraform_plan.instances import Instances
from sparekey.formats.terraform_plan.notes import Notes
from sparekey.formats.terraform_plan.recognise import MOST_BYTES, Refused, recognise, unwrap
from sparekey.formats.terraform_plan.source import source_of
from sparekey.formats.terraform_plan.trace import Tracer
from sparekey.model.declaration import Document
from sparekey.model.problem import Problem
from sparekey.model.span import Pointer

if TYPE_CHECKING:
    from msgspec import Raw

    from sparekey.model.seams import Reading, SourceFile

FORMAT_NAME = "terraform-plan"
_MAJORS = ("0", "1")
"""Major versions of `format_version` whose meaning is known (0.1 of Terraform 0.12 up to 1.x)."""

_INSTEAD = {
    "state": ("terraform-state", "this is a state, not a plan: run `terraform plan -out plan` and `terraform show -json plan`"),
    "binary": ("binary-plan", "this is a plan in its binary form: run `terraform show -json` on it and check what that prints"),
    "log": (
        "plan-log",
        "this is the log of `terraform plan -json`: run `terraform plan -out plan` and `terraform show -json plan`",
    ),
    "empty": ("empty-file", "the file is empty"),
}


def read(file: SourceFile, reading: Reading) -> Document | Problem:
    """The document in a plan file, or the problem because of which there is none."""
    at = Pointer(file=file.name, pointer="")
    try:
        return _document(file, _members(file), reading)
    except Refused as refused:
        return Problem(kind=refused.kind, blame="input", message=refused.message, at=at)
    except OSError as error:
        return Problem(kind="unreadable-file", blame="input", message=f"cannot be read: {error.strerror or 'I/O error'}", at=at)


def _members(file: SourceFile) -> dict[str, Raw]:
    """The outermost members of the plan in a file. Raises Refused for what is no plan that can be read."""
    form = recognise(file.head())
    if form is not None and form != "plan":
        raise Refused(*_INSTEAD[form])
    if file.path.stat().st_size > MOST_BYTES:
        raise Refused("too-large", f"the file is larger than {MOST_BYTES} bytes")
    top = schema.decode_plan(unwrap(file.data()))
    if not top.keys() & {"planned_values", "resource_changes", "configuration"}:
        raise Refused(*_INSTEAD["state"]) if "values" in top else Refused("not-a-plan", "the file holds JSON that is not a plan")
    version = schema.plain(top["format_version"]) if "format_version" in top else None
    if not isinstance(version, str) or version.split(".")[0] not in _MAJORS:
        shown = version[:20] if isinstance(version, str) else "none"
        raise Refused("unsupported-format-version", f"format_version {shown!r} is not known: 0.1 to 1.x are")
    return top


def _document(file: SourceFile, top: dict[str, Raw], reading: Reading) -> Document:
    notes = Notes(file.name)
    _flags(top, notes)
    written = Written(_configuration(top, notes))
    entries = Entries(notes, reading.mapped)
    entries.read(top, written)
    folder = source_of(file.path, written, reading)
    source = None if folder is None else PlanSource(folder, scan_root=reading.scan_root.resolve(), variables=_variables(top))
    tracer = Tracer(written, Instances(entries.existing), partial=notes.is_partial, source=source)
    declarer = Declarer(deployment=file.name, tracer=tracer, notes=notes)
    declarations = tuple(declarer.planned(i) for i in entries.existing if i.type in reading.mapped)
    deletions = tuple(declarer.gone(i) for i in entries.gone if i.type in reading.mapped)
    unmapped: dict[str, int] = {}
    for instance in entries.existing:
        if instance.type not in reading.mapped:
            unmapped[instance.type] = unmapped.get(instance.type, 0) + 1
    return Document(
        format=FORMAT_NAME,
        deployment=file.name,
        declarations=declarations,
        deletions=deletions,
        problems=notes.problems(),
        unmapped=unmapped,
        partial=notes.partial(),
        headers=declarer.headers(folder, reading.scan_root),
        source=folder,
    )


def _variables(top: dict[str, Raw]) -> dict[str, object]:
    """The values of the root module's variables that the plan was made with, as far as it shows them."""
    held = schema.plain(top["variables"]) if "variables" in top else None
    found: dict[str, object] = {}
    for name, member in held.items() if isinstance(held, dict) else ():
        if isinstance(member, dict) and "value" in member:
            found[name] = member["value"]
    return found


def _flags(top: dict[str, Raw], notes: Notes) -> None:
    """What the plan says of itself."""
    if _flag(top, "errored", notes, otherwise=False):
        notes.problem("errored-plan", "terraform could not finish this plan: it does not show everything", "/errored")
        notes.incomplete("what does an errored plan leave out?", "make the plan again without errors", "/errored")
    elif not _flag(top, "complete", notes, otherwise=True):
        notes.problem(
            "partial-plan", "the plan leaves resources out (-target or deferred changes)", "/complete", incomplete=False
        )
        notes.incomplete("what does a partial plan leave out?", "make the plan without -target", "/complete")


def _flag(top: dict[str, Raw], name: str, notes: Notes, *, otherwise: bool) -> bool:
    """A flag of the plan. One of a wrong type is taken for the worse."""
    value = schema.plain(top[name]) if name in top else None
    if value is None or isinstance(value, bool):
        return otherwise if value is None else value
    notes.problem("malformed-plan", f"{name} is not true or false", f"/{name}")
    return not otherwise


def _configuration(top: dict[str, Raw], notes: Notes) -> schema.Configuration | None:
    """The configuration. Without it no reference can be followed, so what is unknown stays open: nothing else is lost."""
    raw = top.get("configuration")
    if raw is None or schema.is_null(raw):
        message = "the plan holds no configuration: what unknown values will come from cannot be told"
        notes.problem("no-configuration", message, incomplete=False)
        return None
    found = schema.decode(raw, schema.Configuration)
    if found is None:
        notes.problem(
            "malformed-configuration", "the configuration in the plan has wrong types in it", "/configuration", incomplete=False
        )
    return found
