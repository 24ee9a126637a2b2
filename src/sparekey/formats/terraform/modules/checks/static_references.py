"""Arguments that take bare names and addresses: `depends_on`, `ignore_changes`, `provider`, `moved`, `import` and their like."""

from __future__ import annotations

from collections.abc import Iterator

from sparekey.formats.terraform.modules.checks.configuration import refused
from sparekey.formats.terraform.modules.checks.subjects import Named, Resource, subject
from sparekey.formats.terraform.modules.evaluated import Fault
from sparekey.formats.terraform.modules.references import Key, Reference, constant_key, constant_text, references, traversal
from sparekey.formats.terraform.syntax import tree
from sparekey.formats.terraform.syntax.read import expression
from sparekey.model.span import Span

_SINGLE = (
    "A single static variable reference is required: only attribute access and indexing with constant keys. No calculations, "
    "function calls, template expressions, etc are allowed here."
)


def listed(value: tree.Expression) -> tuple[tree.Expression, ...] | Fault | None:
    """The items of a list that is written out; None where it cannot be told whether Terraform sees one."""
    if isinstance(value, tree.Tuple):
        return value.items
    if isinstance(value, (tree.Parens, tree.Unreadable)):
        return None
    return refused("Invalid expression", "A static list expression is required.", value.span)


def address(value: tree.Expression, *, quoted: bool = True) -> Reference | Fault | None:
    """The reference that an expression is, in quotes too where Terraform still takes those; None where that cannot be told.

    Text of JSON syntax is always a reference.
    """
    found = traversal(value)
    if found is not None:
        return found
    if isinstance(value, (tree.Parens, tree.Unreadable)):
        return None
    text = constant_text(value)
    if text is not None:
        return parsed(text, value.span) if quoted else refused("Invalid expression", _SINGLE, value.span)
    return refused("Invalid expression", _SINGLE, value.span)


def parsed(text: str, at: Span) -> Reference | None:
    """The reference in a text; None where there is something else in it."""
    found = traversal(expression(text, at.file, line=at.start_line, column=at.start_column))
    return Reference(found.root, found.steps, at) if found is not None else None


def dependencies(body: tree.Body) -> Iterator[Reference | Fault]:
    """What `depends_on` names."""
    attribute = body.attributes.get("depends_on")
    if attribute is None:
        return
    items = listed(attribute.value)
    if isinstance(items, Fault):
        yield items
        return
    for item in items or ():
        found = address(item)
        if found is not None:
            yield found


def ignored_changes(attribute: tree.Attribute, *, json: bool) -> Iterator[Fault]:
    """What is wrong with `ignore_changes`."""
    value = attribute.value
    whole = traversal(value)
    if (whole is not None and whole.root == "all" and not whole.steps) or (json and constant_text(value) == "all"):
        return
    items = listed(value)
    if isinstance(items, Fault):
        yield items
        return
    for item in items or ():
        if constant_text(item) == "*":
            yield refused(
                "Invalid ignore_changes wildcard",
                'The ["*"] form of ignore_changes wildcard is was deprecated and is now invalid. Use "ignore_changes = all" to '
                "ignore changes to all attributes.",
                value.span,
            )
            continue
        found = address(item)
        if isinstance(found, Fault):
            yield found


def triggers(attribute: tree.Attribute, *, json: bool) -> Iterator[Fault]:
    """What is wrong with `replace_triggered_by`: each item names one resource, and nothing else but `each.key`, `count.index`."""
    items = listed(attribute.value)
    if isinstance(items, Fault):
        yield items
        return
    for item in items or ():
        text = constant_text(item)
        if text is not None and json:
            one = parsed(text, item.span)
            found = [one] if one is not None else []
            if one is None:
                continue
        else:
            found = list(references(item))
        resources = 0
        for reference in found:
            about = subject(reference)
            if isinstance(about, Fault):
                yield refused(about.summary, about.detail, item.span)
                resources = -1
                break
            if isinstance(about, Resource):
                resources += 1
            elif isinstance(about, Named) and (about.root, about.name) in (("each", "key"), ("count", "index")):
                continue
            elif isinstance(about, Named) and about.root in ("each", "count"):
                only = {"each": "each.key", "count": "count.index"}[about.root]
                summary = f"Invalid {about.root} reference in replace_triggered_by expression"
                yield refused(summary, f"Only {only} may be used in replace_triggered_by.", item.span)
            else:
                detail = "Only resources, count.index, and each.key may be used in replace_triggered_by."
                yield refused("Invalid reference in replace_triggered_by expression", detail, item.span)
        if resources >= 0 and resources != 1:
            word = "Missing resource reference" if resources == 0 else "Multiple resource references"
            detail = f"{word} in replace_triggered_by expression."
            yield refused("Invalid replace_triggered_by expression", detail, item.span)


def provider_reference(value: tree.Expression, argument: str) -> tuple[str, str] | Fault | None:
    """The local name and alias ("" for none) that `provider = aws.west` names; None where that cannot be told."""
    if isinstance(value, (tree.Parens, tree.Unreadable)):
        return None
    found = traversal(value)
    text = constant_text(value)
    if found is None and text is not None:
        found = parsed(text, value.span)
        if found is None:
            return None
    if found is None or len(found.steps) > 1:
        detail = f"The {argument} argument requires a provider type name, optionally followed by a period and then a configuration alias."
        return refused("Invalid provider configuration reference", detail, value.span)
    if not found.steps:
        return found.root, ""
    step = found.steps[0]
    if not isinstance(step, str):
        detail = "Provider name must either stand alone or be followed by a period and then a configuration alias."
        return refused("Invalid provider configuration reference", detail, value.span)
    return found.root, step


def target(value: tree.Expression, *, quoted: bool) -> Reference | Fault | None:
    """The address that `moved`, `removed` and `import` name; keys of `import` may be any expression, and are left out then."""
    steps: list[str | Key | None] = []
    node = value
    while isinstance(node, (tree.Attr, tree.Index)):
        steps.append(node.name if isinstance(node, tree.Attr) else constant_key(node.key))
        node = node.of
    if isinstance(node, tree.Root):
        return Reference(node.name, tuple(step for step in reversed(steps) if step is not None), value.span)
    return address(value, quoted=quoted)
