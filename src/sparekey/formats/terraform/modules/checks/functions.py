"""Calls of functions that Terraform does not have."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

from sparekey.formats.terraform.modules.checks.configuration import refused
from sparekey.formats.terraform.modules.checks.placed import Used
from sparekey.formats.terraform.modules.checks.required import BUILTIN, Requirements
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.references import uses
from sparekey.formats.terraform.syntax.tree import Call

# Terraform 1.11's functions (`terraform metadata functions`), those that are not evaluated here included.
_FINE = frozenset(
    """abs abspath alltrue anytrue base64decode base64encode base64gzip base64sha256 base64sha512 basename bcrypt can ceil chomp
    chunklist cidrhost cidrnetmask cidrsubnet cidrsubnets coalesce coalescelist compact concat contains csvdecode dirname
    distinct element endswith ephemeralasnull file filebase64 filebase64sha256 filebase64sha512 fileexists filemd5 fileset
    filesha1 filesha256 filesha512 flatten floor format formatdate formatlist indent index issensitive join jsondecode
    jsonencode keys length log lookup lower matchkeys max md5 merge min nonsensitive one parseint pathexpand plantimestamp
    pow range regex regexall replace reverse rsadecrypt sensitive setintersection setproduct setsubtract setunion sha1 sha256
    sha512 signum slice sort split startswith strcontains strrev substr sum templatefile templatestring textdecodebase64
    textencodebase64 timeadd timecmp timestamp title tobool tolist tomap tonumber toset tostring transpose trim trimprefix
    trimspace trimsuffix try upper urlencode uuid uuidv5 values yamldecode yamlencode zipmap""".split()  # noqa: SIM905 - a list of so many is no easier to read
)
_GONE = frozenset({"list", "map"})
_BUILTIN = frozenset({"encode_tfvars", "decode_tfvars", "encode_expr"})


def function_faults(expressions: Iterable[Used], requirements: Requirements) -> Iterator[Fault]:
    """Unknown functions, where they are certainly called and nothing catches the error."""
    for one in expressions:
        if one.place.maybe or not one.place.checked or all(call.name in _FINE for call in one.calls):
            continue
        for use in uses(one.expression, one.place.hidden, certain=True):
            if isinstance(use, Call):
                yield from _call(use, requirements)


def _call(call: Call, requirements: Requirements) -> Iterator[Fault]:
    name = call.name.removeprefix("core::")
    if "::" in name:
        yield from _provider_function(call, requirements)
    elif name in _GONE:
        detail = (
            f'Call to function "{call.name}" failed: the "{name}" function was deprecated in Terraform v0.12 and is no longer '
        )
        yield refused("Error in function call", f"{detail}available.", call.span, stage="validate")
    elif name not in _FINE:
        near = difflib.get_close_matches(name, _FINE, n=1, cutoff=0.7)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        yield refused("Call to unknown function", f'There is no function named "{call.name}".{hint}', call.span, stage="validate")


def _provider_function(call: Call, requirements: Requirements) -> Iterator[Fault]:
    parts = call.name.split("::")
    detail = f'There is no function named "{call.name}".'
    if len(parts) != 3 or parts[0] != "provider":
        yield refused("Unknown provider function", detail, call.span, stage="validate")
        return
    source = requirements.declared(parts[1])
    if source is None:
        if requirements.complete:
            detail += f' Ensure that provider name "{parts[1]}" is declared in this module\'s required_providers block.'
            yield refused("Unknown provider function", detail, call.span, stage="validate")
    elif source == BUILTIN and parts[2] not in _BUILTIN:
        yield refused("Unknown provider function", detail, call.span, stage="validate")
