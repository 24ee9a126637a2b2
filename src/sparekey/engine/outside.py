"""Rules from outside (`--policy DIR`): the same shape as the shipped ones, checked before they are asked anything.

A folder of rules may come from a pull request. What is read is bounded, nothing but Rego is ever evaluated, and what is not a rule of
the house's shape is refused with its place: ignoring it would be a check that silently does not happen.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

import sparekey.model.kinds
from sparekey.config import ConfigError
from sparekey.config_file import did_you_mean
from sparekey.engine.apart import shape_apart
from sparekey.engine.failure import EngineError
from sparekey.engine.shape import Shape
from sparekey.model.problem import Problem
from sparekey.model.resource import Resource
from sparekey.model.rule import Rule
from sparekey.model.span import Span
from sparekey.model.value import Known
from sparekey.yaml_tree import YamlError, documents

LARGEST_RULE = 64 * 2**10
"""Bytes of a rule file. The longest shipped one has four thousand."""

MOST_RULES = 200
"""Rules in one folder, and a tenth of the entries that are looked at to find them."""

SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""A slug or a category: kebab case."""

LONGEST_SLUG = 60

MOST_PROBLEMS = 10
"""Bad rules after which no further one is read: each may take its full time, and ten are enough to begin with."""

_SCHEMA = Path(__file__).with_name("metadata.schema.json")
_PLACED = re.compile(r"--> module\.rego:(\d+):\d+.*?error: (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideRule:
    """A rule from outside: what it says of itself, the place of its file as the command line names it, and its Rego text."""

    rule: Rule
    file: str
    text: str

    def page(self) -> str:
        """Its README.md, safe to print; its description where there is none that can be read."""
        try:
            page = _text(Path(self.file).with_name("README.md"))
        except _BadRuleError:
            page = f"# {self.rule.slug}\n\n{self.rule.description}\n"
        return "".join(c if c.isprintable() or c == "\n" else " " if c == "\t" else "\ufffd" for c in page)


class _BadRuleError(Exception):
    """Why a file is not a rule; `line` is where."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


def load_outside(folders: Iterable[Path], shipped: Sequence[Rule]) -> tuple[OutsideRule, ...]:
    """Every rule in these folders, in their order and by category and slug.

    Raises `ConfigError`, with a problem per file, where a folder holds no rule, or a Rego file that is none of the house's shape, or
    a slug that another rule has.
    """
    found: list[OutsideRule] = []
    problems: list[Problem] = []
    taken = {slug: "a rule of sparekey" for rule in shipped for slug in (rule.slug, *rule.aliases)}
    for folder in folders:
        for path in _rule_files(folder):
            try:
                one = _rule(path)
            except _BadRuleError as error:
                problems.append(_problem(path, str(error), error.line))
                if len(problems) == MOST_PROBLEMS:
                    raise ConfigError(*problems) from None
                continue
            found.append(one)
            for slug in (one.rule.slug, *one.rule.aliases):
                if slug in taken:
                    problems.append(_problem(path, f"the slug {slug} is that of {taken[slug]}"))
                taken[slug] = one.file
    if problems:
        raise ConfigError(*problems)
    return tuple(found)


def _problem(path: Path, message: str, line: int = 1) -> Problem:
    at = Span(file=path.as_posix(), start_line=line, start_column=1, end_line=line, end_column=1)
    return Problem(kind="bad-rule", blame="user", message=message[:300], at=at)


# --- files ----------------------------------------------------------------------------------------------------------


def _rule_files(folder: Path) -> tuple[Path, ...]:
    """The rule files in a folder, sorted. Links to folders are refused rather than followed or passed over."""
    if not folder.is_dir():
        raise ConfigError(_problem(folder, "there is no such folder of rules (--policy)"))
    found: list[Path] = []
    strays: list[Problem] = []
    seen = 0
    for place, folders, names in os.walk(folder, followlinks=False):
        here = Path(place)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        seen += len(folders) + len(names)
        if seen > MOST_RULES * 10:
            raise ConfigError(_problem(folder, f"holds more than {MOST_RULES * 10} files: is it a folder of rules?"))
        strays += [
            _problem(here / name, "is a link to a folder, which is not followed")
            for name in folders
            if (here / name).is_symlink()
        ]
        for name in sorted(names):
            depth = len((here / name).relative_to(folder).parts)
            if name == "rule.rego" and depth == 3:
                found.append(here / name)
            elif name.endswith(".rego") and not (name == "rule_test.rego" and depth == 3):
                strays.append(_problem(here / name, "is no rule: a rule stands in CATEGORY/SLUG/rule.rego"))
    if strays:
        raise ConfigError(*strays[:20])
    if not found or len(found) > MOST_RULES:
        what = f"holds more than {MOST_RULES} rules" if found else "holds no rule: a rule stands in CATEGORY/SLUG/rule.rego"
        raise ConfigError(_problem(folder, what))
    return tuple(sorted(found))


def _text(path: Path) -> str:
    try:
        if path.is_symlink() or not path.is_file():
            raise _BadRuleError("is a link or no regular file, and is not read")
        with path.open("rb") as handle:
            data = handle.read(LARGEST_RULE + 1)
    except OSError as error:
        raise _BadRuleError(f"cannot be read: {error.strerror}") from error
    if len(data) > LARGEST_RULE:
        raise _BadRuleError(f"is larger than {LARGEST_RULE // 2**10} KB")
    try:
        return data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise _BadRuleError("is not UTF-8") from None


# --- what a rule says and does --------------------------------------------------------------------------------------


def _rule(path: Path) -> OutsideRule:
    category, slug = path.parts[-3:-1]
    for name in (category, slug):
        if not SLUG.fullmatch(name) or len(name) > LONGEST_SLUG:
            raise _BadRuleError(f"the folder {name!r} is not named in kebab case, such as sole-connector")
    text = _text(path)
    entry = _metadata(text)
    held = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
    rule = Rule(slug=slug, category=category, **held)  # type: ignore[arg-type]  # checked by the schema
    try:
        shape = shape_apart(text)
    except EngineError as error:
        placed = _PLACED.search(str(error))
        if placed is None:
            raise _BadRuleError(f"cannot be read as Rego: {str(error)[:200]}") from None
        raise _BadRuleError(f"is not Rego: {' '.join(placed[2].split())}", int(placed[1])) from None
    for complaint in _complaints(rule, shape):
        raise _BadRuleError(complaint)
    return OutsideRule(rule=rule, file=path.as_posix(), text=text)


def _complaints(rule: Rule, shape: Shape) -> Iterator[str]:
    package = f"sparekey.rules.{rule.slug.replace('-', '_')}"
    if shape.package != package:
        yield f"the package is {shape.package[:80]}, and not {package} as its folder says"
    if shape.complaints:
        yield f"is not one proposition (docs/writing-rules.md): {'; '.join(shape.complaints[:3])}"
    known = _kinds()
    for kind in (*rule.kinds, *rule.reads):
        if kind not in known:
            yield f"there is no kind {kind!r}{did_you_mean(kind, known)}"
    judged: set[str] = set()
    for path in shape.reads:
        match path.split("."):
            case ["input", ("resources" | "deletions") as section, kind, *_]:
                judged |= {kind} if section == rule.subjects else set()
                if kind not in (*rule.kinds, *rule.reads):
                    yield f"reads {kind}, which its METADATA names neither in kinds nor in reads"
            case ["input", "parameters", slug, *rest] if slug != rule.slug or (rest and rest[0] not in rule.parameters):
                yield f"reads {path}, which is no parameter of its own"
            case ["input"] | ["input", "resources" | "deletions" | "parameters"] | ["input", "parameters", *_]:
                pass
            case _:
                yield f"reads {path}, which no input holds"
    for kind in rule.kinds:
        if kind not in judged:
            yield f"does not read input.{rule.subjects}.{kind}, which it says it judges"


@cache
def _kinds() -> frozenset[str]:
    for module in pkgutil.iter_modules(sparekey.model.kinds.__path__):
        importlib.import_module(f"sparekey.model.kinds.{module.name}")
    return frozenset(kind.kind for kind in Resource.__subclasses__())


def _metadata(text: str) -> dict[str, object]:
    """The METADATA that opens a rule file, as the fields of a `Rule` besides slug and category."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - 60 ms, and only a run with rules from outside needs it

    lines = text.split("\n")
    if lines[0].rstrip() != "# METADATA":
        raise _BadRuleError("does not open with a # METADATA block")
    end = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    block = "\n".join(["", *(line.removeprefix("#").removeprefix(" ") for line in lines[1:end])])
    try:
        described = [_plain(document) for document in documents(block, file="rule.rego")]
    except YamlError as error:
        raise _BadRuleError(f"METADATA {error.message}", error.at.start_line) from None
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    misfit = next(Draft202012Validator(schema).iter_errors(described[0] if described else None), None)
    if misfit is not None:
        raise _BadRuleError(f"METADATA at {misfit.json_path[:80]}: {misfit.message[:200]}")
    held = cast("dict[str, object]", described[0])
    entry = {
        "title": held["title"],
        "description": " ".join(str(held["description"]).split()),
        **cast("dict[str, object]", held["custom"]),
    }
    if not all(word.isprintable() for word in _words(entry)):
        raise _BadRuleError("METADATA holds a character that cannot be shown")
    return entry


def _plain(value: object) -> object:
    """A tree of values as plain objects. Its depth is bounded by the reader. 2.0 is a whole number to JSON Schema, and so here."""
    inner = value.value if isinstance(value, Known) else value
    if isinstance(inner, dict):
        return {str(key): _plain(child) for key, child in inner.items()}
    if isinstance(inner, tuple):
        return [_plain(child) for child in inner]
    return int(inner) if isinstance(inner, float) and inner.is_integer() else inner


def _words(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield key
            yield from _words(child)
    elif isinstance(value, list):
        for child in value:
            yield from _words(child)
    elif isinstance(value, str):
        yield value
