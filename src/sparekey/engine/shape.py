"""The shape of a rule file, read from its syntax tree: a rule is one proposition, and can neither guess nor reach out.

The same check holds for the shipped rules, where a test runs it, and for rules from outside, where it runs before they do. It is a
list of what is allowed, so that a built-in function that reads the network, the clock or the environment needs no name here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sparekey.engine.embedded import new_interpreter

_LIBRARY = "data.sparekey.lib."
_WEIGHING = ("tri.for_all", "tri.for_some")
_PATTERNS = ("NotExpr", "Every", "Expr", "SomeVars")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a rule file is: its package, what in it is not allowed, and every path below `input` that it reads."""

    package: str
    complaints: tuple[str, ...]
    reads: tuple[str, ...]


def shape_of(text: str) -> Shape:
    """The shape of a rule file.

    Raises RuntimeError or ValueError for what is not Rego. The parser takes time that doubles with every nested bracket and dies of
    very deep ones: a text that nobody of ours wrote is read in a process apart.
    """
    ast = tree(text)
    package = ast["package"]
    return Shape(
        package=dotted(package["refr"]) if isinstance(package, dict) else "?",
        complaints=tuple(dict.fromkeys(complaints(text))),
        reads=tuple(dict.fromkeys(path for path in references(ast["rules"]) if path.split(".")[0] == "input")),
    )


def tree(text: str) -> dict[str, object]:
    """The syntax tree of one module. Raises RuntimeError or ValueError for what is not Rego."""
    interpreter = new_interpreter()
    interpreter.add_policy("module.rego", text)
    (module,) = json.loads(interpreter.get_ast_as_json())
    ast: dict[str, object] = module["ast"]
    return ast


def nodes(tree: object) -> Iterator[tuple[str, dict[str, object]]]:
    """Every node below `tree` with its name."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            if name[:1].isupper() and isinstance(value, dict):
                yield name, value
            yield from nodes(value)
    elif isinstance(tree, list):
        for item in tree:
            yield from nodes(item)


def dotted(node: object) -> str:
    """A reference as it is written: `input.resources.user`; "[]" for an index that is not a string."""
    match node:
        case {"Var": {"value": str(name)}}:
            return name
        case {"RefDot": {"refr": inner, "field": [_, str(name)]}}:
            return f"{dotted(inner)}.{name}"
        case {"RefBrack": {"refr": inner, "index": {"String": {"value": str(name)}}}}:
            return f"{dotted(inner)}.{name}"
        case {"RefBrack": {"refr": inner}}:
            return f"{dotted(inner)}.[]"
    return "?"


def references(tree: object) -> Iterator[str]:
    """Every reference below `tree`, the longest first."""
    for name, node in nodes(tree):
        if name in ("RefDot", "RefBrack", "Var"):
            yield dotted({name: node})


def complaints(text: str) -> list[str]:
    """What in a rule file is against the rules of the house, each in a few words. Raises as `tree` does."""
    ast = tree(text)
    found: list[str] = []
    imported: set[str] = set()
    for one in _list(ast["imports"]):
        path = dotted(one["refr"])
        imported.add(path.rsplit(".", 1)[-1])
        if one.get("as") is not None or not (path == "rego.v1" or (path.startswith(_LIBRARY) and path.count(".") == 3)):
            found.append(f"imports {path}")
    functions: set[str] = set()
    for rule in _list(ast["rules"]):
        match rule:
            case {"Spec": {"head": {"Set": {"refr": {"Var": {"value": "results"}}, "key": key}}, "bodies": bodies}}:
                if not (isinstance(key, dict) and dotted(key.get("Call", {}).get("fcn")) == "result.judge"):
                    found.append("a result that result.judge has not made")
            case {"Spec": {"head": {"Func": {"refr": {"Var": {"value": str(name)}}}}, "bodies": bodies}}:
                functions.add(name)
            case _:
                found.append("defines something that is neither results nor a function")
                continue
        if any(body["is_else"] for body in bodies):
            found.append("else")
    found += [f"shadows the import {name}" for name in sorted(functions & imported)]
    for name, node in nodes(ast["rules"]):
        if name in _PATTERNS or (name.endswith(("Expr", "Compr", "Membership")) and name != "ArrayCompr"):
            found.append(name)
        if name == "Call":
            found += _call(node, imported | functions)
    comprehensions = sum(name == "ArrayCompr" for name, _ in nodes(ast["rules"]))
    weighed = sum(dotted(node["fcn"]) in _WEIGHING for name, node in nodes(ast["rules"]) if name == "Call")
    if comprehensions > weighed:
        found.append("a comprehension outside tri.for_all and tri.for_some")
    for path in references(ast["rules"]):
        first, *rest = path.split(".")
        if set(rest) & {"value", "unknown", "[]"} or first == "data":
            found.append(f"reads {path}")
    if "with_mods" in json.dumps(_without_empty(ast["rules"])):
        found.append("with")
    return found


def _call(node: dict[str, object], known: set[str]) -> Iterator[str]:
    called = dotted(node["fcn"])
    if called.split(".")[0] not in known:
        yield f"calls {called}"
    params = node["params"]
    if called in _WEIGHING and isinstance(params, list) and not (len(params) > 1 and _weighs_members(params[1])):
        yield f"{called} without a comprehension over members"


def _weighs_members(node: object) -> bool:
    match node:
        case {
            "ArrayCompr": {
                "term": {"Object": {"fields": [[_, {"String": {"value": "member"}}, _], [_, {"String": {"value": "truth"}}, _]]}}
            }
        }:
            return True
    return False


def _without_empty(tree: object) -> object:
    if isinstance(tree, dict):
        return {name: _without_empty(value) for name, value in tree.items() if value not in ([], None)}
    return [_without_empty(item) for item in tree] if isinstance(tree, list) else tree


def _list(node: object) -> list[dict[str, object]]:
    return node if isinstance(node, list) else []
