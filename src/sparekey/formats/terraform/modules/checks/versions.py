"""Version constraints: their syntax, and whether they let Terraform itself in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from sparekey.formats.terraform.modules.checks.configuration import refused
from sparekey.formats.terraform.modules.checks.static import constant_faults
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.module import Module
from sparekey.formats.terraform.modules.references import constant_text
from sparekey.formats.terraform.syntax import tree
from sparekey.model.span import Span

TERRAFORM = (1, 11, 4)
"""The version of Terraform whose rules these are."""

# hashicorp/go-version: an operator, then `v`, numbers with dots, a pre-release behind a dash or a letter, build data behind a plus.
_VERSION = (
    r"v?(?P<numbers>[0-9]+(?:\.[0-9]+)*)(?P<pre>-[0-9]+[0-9A-Za-z.~-]*|-?[A-Za-z~]+[0-9A-Za-z.~-]*)?(?:\+[0-9A-Za-z.~-]+)?\??"
)
_MOST = 1_000  # beyond, Python would write a number in another way than Terraform
_LONGEST = 1_000  # characters; a longer one is left alone, so that no pattern can take long
_CONSTRAINT = re.compile(rf"\s*(?P<operator>=|!=|>|<|>=|<=|~>|)\s*{_VERSION}\s*")


def constraint_fault(text: str, at: Span) -> Fault | None:
    """The fault of a text that is no version constraint."""
    if len(text) > _LONGEST or all(_CONSTRAINT.fullmatch(part) for part in text.split(",")):
        return None
    return refused("Invalid version constraint", "This string does not use correct version constraint syntax.", at)


def core_faults(module: Module, terraform: Sequence[int] | None) -> Iterator[Fault]:
    """`required_version`, by the version of Terraform (None: not known, so only the form of constraints is looked at): those of override files replace all others, by whole files, as Terraform has it."""
    for blocks in (module.blocks, module.override_blocks):
        for attribute in _required(blocks):
            yield from _syntax(attribute)
    replaced = list(_required(module.override_blocks))
    last = replaced[-1].name_span.file if replaced else ""
    for attribute in [one for one in replaced if one.name_span.file == last] or list(_required(module.blocks)):
        text = _text(attribute.value)
        if text is None or constraint_fault(text, attribute.span) is not None:
            continue
        prerelease = any((match := _CONSTRAINT.fullmatch(part)) and match["pre"] for part in text.split(","))
        if prerelease:
            yield refused(
                "Invalid required_version constraint",
                f"Prerelease version constraints are not supported: {text}.",
                attribute.span,
            )
        elif terraform is not None and not admits(text, terraform):
            version = ".".join(map(str, terraform))
            detail = (
                f"This configuration does not support Terraform version {version}. To proceed, either choose another supported "
            )
            detail += "Terraform version or update this version constraint."
            yield refused("Unsupported Terraform Core version", detail, attribute.span)


def admits(constraint: str, version: Sequence[int]) -> bool:
    """Whether a constraint, known to be well-formed and without pre-releases, lets a version in."""
    return all(_admits(part, version) for part in constraint.split(","))


def _admits(part: str, version: Sequence[int]) -> bool:
    match = _CONSTRAINT.fullmatch(part)
    if match is None:
        return True
    written = [int(number[:18]) for number in match["numbers"].split(".")]
    width = max(len(written), len(version), 3)
    wanted = tuple(written + [0] * (width - len(written)))
    actual = tuple(version) + (0,) * (width - len(version))
    operator = match["operator"]
    if operator == "~>":
        fixed = len(written) - 1
        return actual >= wanted and actual[:fixed] == wanted[:fixed]
    return {
        "": actual == wanted,
        "=": actual == wanted,
        "!=": actual != wanted,
        ">": actual > wanted,
        "<": actual < wanted,
        ">=": actual >= wanted,
        "<=": actual <= wanted,
    }[operator]


def _text(value: tree.Expression) -> str | None:
    """A constant text; a number of few digits is one too."""
    if isinstance(value, tree.Literal) and isinstance(value.value, (int, Fraction)) and not isinstance(value.value, bool):
        number = float(value.value)
        return repr(number).removesuffix(".0") if 0 <= number < _MOST else None
    return constant_text(value)


def _required(blocks: object) -> Iterator[tree.Attribute]:
    if isinstance(blocks, (list, tuple)):
        for block in blocks:
            if block.type == "terraform" and (attribute := block.body.attributes.get("required_version")) is not None:
                yield attribute


def _syntax(attribute: tree.Attribute) -> Iterator[Fault]:
    value = attribute.value
    found = list(constant_faults(value))
    yield from found
    text = constant_text(value)
    if found:
        return
    if isinstance(value, (tree.Tuple, tree.Object)):
        yield refused("Invalid version constraint", "A string value is required for required_version.", value.span)
    elif text is not None and (fault := constraint_fault(text, value.span)) is not None:
        yield fault
