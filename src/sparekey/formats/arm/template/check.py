"""What the engine refuses before it evaluates anything: sections and members that there are not, or that are missing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sparekey.formats.arm.language.values import EvaluationError
from sparekey.formats.arm.template.sections import held, member
from sparekey.formats.arm.template.types import type_word

if TYPE_CHECKING:
    from sparekey.formats.arm.template.deployment import Deployment

_TOP = frozenset(
    [
        "$schema",
        "contentversion",
        "languageversion",
        "apiprofile",
        "definitions",
        "functions",
        "parameters",
        "variables",
        "resources",
        "outputs",
        "metadata",
        "imports",
        "extensions",
        "asserts",
    ]
)
_RESOURCE = frozenset(
    [
        "type",
        "apiversion",
        "name",
        "location",
        "comments",
        "dependson",
        "tags",
        "sku",
        "kind",
        "plan",
        "identity",
        "zones",
        "properties",
        "resources",
        "copy",
        "condition",
        "scope",
        "existing",
        "resourcegroup",
        "subscriptionid",
        "managedby",
        "managedbyextended",
        "extendedlocation",
        "metadata",
        "import",
        "extension",
        "asserts",
        "placement",
        "scale",
        "etag",
        "@options",
    ]
)
_PARAMETER = frozenset(
    [
        "type",
        "defaultvalue",
        "allowedvalues",
        "minvalue",
        "maxvalue",
        "minlength",
        "maxlength",
        "metadata",
        "nullable",
        "$ref",
        "items",
        "prefixitems",
        "properties",
        "additionalproperties",
        "discriminator",
        "sealed",
        "pattern",
    ]
)
_COPY = frozenset({"name", "count", "mode", "batchsize", "input"})
_OUTPUT_COPY = frozenset({"count", "input"})
_VERSIONS = frozenset({"1.0", "2.0"})
_SCHEMA = re.compile(r"/((?:subscription|managementgroup|tenant)?)deploymenttemplate\.json#?$", re.IGNORECASE)
LEVELS = {
    "": "resourceGroup",
    "subscription": "subscription",
    "managementgroup": "managementGroup",
    "tenant": "tenant",
}
"""The level that the schema of a template names."""


def level_of(top: object) -> str | None:
    """The level of deployment that a template is written for; None where its schema is none."""
    found = _SCHEMA.search(str(held(top, "$schema")))
    return LEVELS[found[1].lower()] if found else None


def check_template(deployment: Deployment) -> None:
    """Raises EvaluationError."""
    top = deployment.top
    _only(top, _TOP, "template")
    if level_of(top) is None or member(top, "contentVersion") is None or held(top, "resources") is None:
        raise EvaluationError("a template has a schema, a version and resources")
    if deployment.parent is None and level_of(top) != deployment.target.level:
        raise EvaluationError("a template is written for another level of deployment")
    version = held(top, "languageVersion")
    if version is not None and version not in _VERSIONS:
        raise EvaluationError("there is no such version of the language")
    if deployment.around is not None:
        return
    for name in deployment.parameters():
        declared = deployment.declared(name)
        _only(declared, _PARAMETER, "parameter")
        type_word(declared, deployment.definitions)
    outputs = held(top, "outputs")
    for output in outputs.values() if isinstance(outputs, dict) else ():
        copy = member(output, "copy")
        if copy and (not isinstance(copy[1], dict) or {key.lower() for key in copy[1]} != _OUTPUT_COPY):
            raise EvaluationError("the loop of an output has a count and an input")


def check_resource(raw: dict[str, object]) -> None:
    """Raises EvaluationError."""
    _only(raw, _RESOURCE, "resource")
    if held(raw, "apiVersion") is None and held(raw, "import") is None and held(raw, "extension") is None:
        raise EvaluationError("a resource has no version of its interface")
    copy = held(raw, "copy")
    if copy is not None:
        _only(copy, _COPY, "loop")


def _only(raw: object, known: frozenset[str], what: str) -> None:
    if not isinstance(raw, dict):
        raise EvaluationError(f"a {what} is no object")
    for key in raw:
        if key.lower() not in known:
            raise EvaluationError(f"a {what} has no member {key[:80]}")
