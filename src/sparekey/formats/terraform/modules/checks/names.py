"""Names that Terraform refuses: not an identifier, reserved, or declared twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sparekey.formats.terraform.modules.checks.configuration import refused
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.module import Module
from sparekey.formats.terraform.modules.references import constant_text
from sparekey.formats.terraform.syntax.tree import Block
from sparekey.model.span import Span

BAD_NAME = "A name must start with a letter or underscore and may contain only letters, digits, underscores, and dashes."

# What a `module` block means by these, so that no variable can be called so (internal/configs/module_call.go).
_RESERVED_VARIABLES = frozenset(
    {"source", "version", "count", "for_each", "depends_on", "providers", "_", "lifecycle", "locals", "provider"}
)

_SUMMARIES = {
    "variable": ("Invalid variable name",),
    "output": ("Invalid output name",),
    "module": ("Invalid module instance name",),
    "check": ("Invalid check block name",),
    "resource": ("Invalid resource type name", "Invalid resource name"),
    "data": ("Invalid data source name", "Invalid data resource name"),
    "ephemeral": ("Invalid ephemeral resource type", "Invalid ephemeral resource name"),
}


def identifier(text: str) -> bool:
    """Whether a text is a name in Terraform's language: as an identifier of Unicode, with dashes inside."""
    return text[:1] != "-" and text.replace("-", "_").isidentifier()


def normal_provider(name: str) -> bool:
    """Whether a provider's local name is in the form that Terraform wants: lower case, single inner dashes, no underscore."""
    plain = all(char.isalnum() or char == "-" or ord(char) > 127 for char in name)
    return (
        bool(name) and plain and name == name.lower() and not name.startswith("-") and not name.endswith("-") and "--" not in name
    )


def name_faults(module: Module) -> Iterator[Fault]:
    """Names that are not names, everywhere in the module's files."""
    for block in (*module.blocks, *module.override_blocks):
        summaries = _SUMMARIES.get(block.type, ())
        if len(block.labels) == len(summaries):
            for summary, label in zip(summaries, block.labels, strict=True):
                if not identifier(label):
                    yield refused(summary, BAD_NAME, block.header)
        if block.type == "variable" and block.labels and block.labels[0] in _RESERVED_VARIABLES:
            yield refused(
                "Invalid variable name",
                f'The variable name "{block.labels[0]}" is reserved due to its special meaning inside module blocks.',
                block.header,
            )
        elif block.type == "locals":
            for name, attribute in block.body.attributes.items():
                if not identifier(name) and not (block.body.json and name == "//"):
                    yield refused("Invalid local value name", BAD_NAME, attribute.name_span)
        elif block.type == "provider" and len(block.labels) == 1 and not normal_provider(block.labels[0]):
            yield refused("Invalid provider local name", f"{block.labels[0]} is an invalid provider local name.", block.header)


def duplicate_faults(module: Module) -> Iterator[Fault]:
    """Declarations of what was declared before. Override files may repeat what they override."""
    by_type: dict[str, list[Block]] = {}
    for block in module.blocks:
        by_type.setdefault(block.type, []).append(block)
    for type_, label, text in _UNIQUE:
        yield from _repeated(((_label(b), b.header) for b in by_type.get(type_, ())), label, text)
    data = [*by_type.get("data", ())]
    data += [inner for check in by_type.get("check", ()) for inner in check.body.blocks if inner.type == "data"]
    for kind, blocks in (("resource", by_type.get("resource", [])), ("data", data), ("ephemeral", by_type.get("ephemeral", []))):
        yield from _repeated(((_pair(b), b.header) for b in blocks), *_resource(kind))
    yield from _repeated(
        (
            (name, attribute.name_span)
            for block in by_type.get("locals", ())
            for name, attribute in block.body.attributes.items()
            if not (block.body.json and name == "//")
        ),
        lambda _: "Duplicate local value definition",
        lambda name, first: (
            f'A local value named "{name}" was already defined at {first}. Local value names must be unique within a module.'
        ),
    )
    yield from _repeated(
        ((_provider(b), b.header) for b in by_type.get("provider", ())),
        lambda _: "Duplicate provider configuration",
        _provider_again,
    )
    yield from _terraform(by_type.get("terraform", ()))


_Summary = Callable[[str], str]
_Detail = Callable[[str, str], str]

_UNIQUE: tuple[tuple[str, _Summary, _Detail], ...] = (
    (
        "variable",
        lambda _: "Duplicate variable declaration",
        lambda name, at: (
            f'A variable named "{name}" was already declared at {at}. Variable names must be unique within a module.'
        ),
    ),
    (
        "output",
        lambda _: "Duplicate output definition",
        lambda name, at: f'An output named "{name}" was already defined at {at}. Output names must be unique within a module.',
    ),
    (
        "module",
        lambda _: "Duplicate module call",
        lambda name, at: (
            f'A module call named "{name}" was already defined at {at}. Module calls must have unique names within a module.'
        ),
    ),
    (
        "check",
        lambda name: f'Duplicate check "{name}" configuration',
        lambda name, at: (
            f'A check block named "{name}" was already declared at {at}. Check blocks must be unique within each module.'
        ),
    ),
)


def _resource(kind: str) -> tuple[_Summary, _Detail]:
    words = {"resource": "resource", "data": "data resource", "ephemeral": "ephemeral resource"}[kind]

    def summary(pair: str) -> str:
        return f'Duplicate {kind} "{pair.partition(".")[0]}" configuration'

    def detail(pair: str, at: str) -> str:
        type_, _, name = pair.partition(".")
        return f'A {type_} {words} named "{name}" was already declared at {at}. Resource names must be unique per type in each module.'

    return summary, detail


def _provider_again(key: str, at: str) -> str:
    name, _, alias = key.partition(".")
    if not alias:
        return (
            f'A default (non-aliased) provider configuration for "{name}" was already given at {at}. '
            'If multiple configurations are required, set the "alias" argument for alternative configurations.'
        )
    return (
        f'A provider configuration for "{name}" with alias "{alias}" was already given at {at}. '
        "Each configuration for the same provider must have a distinct alias."
    )


def _repeated(items: Iterable[tuple[str | None, Span]], summary: _Summary, detail: _Detail) -> Iterator[Fault]:
    seen: dict[str, Span] = {}
    for name, at in items:
        if name is None:
            continue
        first = seen.setdefault(name, at)
        if first is not at:
            yield refused(summary(name), detail(name, f"{first.file}:{first.start_line}"), at)


def _label(block: Block) -> str | None:
    return block.labels[0] if len(block.labels) == 1 else None


def _pair(block: Block) -> str | None:
    return ".".join(block.labels) if len(block.labels) == 2 else None


def _provider(block: Block) -> str | None:
    if len(block.labels) != 1:
        return None
    alias = block.body.attributes.get("alias")
    if alias is None:
        return block.labels[0]
    text = constant_text(alias.value)
    return f"{block.labels[0]}.{text}" if text else None


def _terraform(blocks: Iterable[Block]) -> Iterator[Fault]:
    """A module has one `required_providers`, one `backend` or one `cloud` block."""
    inner = [one for block in blocks for one in block.body.blocks]
    for type_, summary, what in (
        ("required_providers", "Duplicate required providers configuration", "one required providers configuration"),
        ("backend", "Duplicate backend configuration", "one backend configuration"),
        ("cloud", "Duplicate HCP Terraform configurations", "one 'cloud' block"),
    ):
        found = [one for one in inner if one.type == type_]
        for again in found[1:]:
            where = f"{found[0].header.file}:{found[0].header.start_line}"
            yield refused(summary, f"A module may have only {what}. It was previously configured at {where}.", again.header)
    backend = next((one for one in inner if one.type == "backend"), None)
    if backend is not None and any(one.type == "cloud" for one in inner):
        yield refused(
            "Both a backend and cloud configuration are present",
            "A module may declare either one 'cloud' block OR one 'backend' block configuring a state backend.",
            backend.header,
        )
