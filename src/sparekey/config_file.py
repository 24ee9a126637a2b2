"""sparekey.yaml to a Config: every mistake in it is named with its file, line and key.

The file is checked against schemas/config.json, which is closed: a key that nothing reads is a mistake, not a wish.
"""

from __future__ import annotations

import difflib
import json
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from sparekey.config import (
    DEFAULT_EMERGENCY_PATTERN,
    MATCHED_NAME_LENGTH,
    Config,
    ConfigError,
    Level,
    RuleSetting,
    Waiver,
)
from sparekey.model.problem import Problem
from sparekey.model.resource import Resource
from sparekey.model.span import Place, Pointer
from sparekey.model.value import AnyValue, Body, Known, walk
from sparekey.yaml_tree import YamlError, documents

if TYPE_CHECKING:
    from jsonschema import ValidationError

MAX_BYTES = 512 * 1024
"""A larger file is refused: the reader takes about ten seconds per MiB, and an inventory entry has some hundred bytes."""

MAX_HINTS = 20
"""Unknown kinds that are compared with the known ones for a hint: nobody reads more at once, and comparing takes time."""

ROLE_WORDS = {
    "connector": "connector",
    "pta_agent": "pta-agent",
    "cloud_sync_agent": "cloud-sync-agent",
    "sync_server": "connect-sync",
    "adfs_server": "adfs",
    "adfs_proxy": "adfs-wap",
    "domain_controller": "adds-dc",
    "okta_ad_agent": "okta-ad-agent",
    "okta_ldap_agent": "okta-ldap-agent",
    "okta_radius_agent": "okta-radius-agent",
    "auth0_ad_connector": "auth0-ad-connector",
}
"""Words of `complete:` for machines by their role, and the role."""

EXTRA_WORDS = frozenset({"emergency_account", *ROLE_WORDS})
"""Words that `complete:` takes besides the kinds."""

_OTHER_SPELLINGS = {"directory_roles": "role_assignment", "conditional_access": "access_policy", "connectors": "connector"}
_DATED = ("break_glass", "groups", "connectors", "agents", "sites", "links", "components", "authentication_methods", "people")
"""Lists of the inventory of which an entry may say when it is to be looked at again."""

MAX_PATTERN = 200
MAX_UNBOUNDED = 2
MAX_OPTIONAL = 4
"""Bounds of one alternative of the emergency pattern, and of all together as much as of one: with names cut to 128 characters,
a match takes 0.1 s at the worst."""


def load(path: Path, *, name: str) -> Config:
    """The configuration in a file; `name` is what places call it (POSIX, relative to the scan root).

    Raises ConfigError with one problem per mistake.
    """
    tree = read_tree(path, name=name)
    errors = [*_schema_problems(tree), *_meaning_problems(tree)]
    if errors:
        raise ConfigError(*sorted(errors, key=_line))
    root = Body(value=tree)
    return Config(
        file=path,
        rules=_rules(root),
        waivers=tuple(_waivers(root)),
        complete={_kind(word.value): word.at for word in _words(root, "complete")},
        estates={key: tuple(str(w.value) for w in _words(root, "estates", key)) for key in _keys(root.get("estates"))},
        emergency_pattern=_text(root, "emergency_accounts", "pattern") or DEFAULT_EMERGENCY_PATTERN,
    )


def read_tree(path: Path, *, name: str) -> AnyValue:
    """The one document in a sparekey.yaml, unchecked (an empty file is an empty mapping). Raises ConfigError."""
    whole = Pointer(file=name, pointer="")
    try:
        with path.open("rb") as handle:
            raw = handle.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(_mistake("unreadable-config", f"cannot be read: {error.strerror}", whole)) from None
    if len(raw) > MAX_BYTES:
        raise ConfigError(_mistake("config-too-large", f"is larger than {MAX_BYTES // 1024} KiB", whole))
    try:
        found = list(documents(raw.decode("utf-8-sig"), file=name, origin="declared"))
    except UnicodeDecodeError:
        raise ConfigError(_mistake("not-utf-8", "is not UTF-8 text", whole)) from None
    except YamlError as error:
        raise ConfigError(_mistake(error.kind, error.message, error.at)) from None
    if len(found) > 1:
        raise ConfigError(_mistake("many-documents", "holds more than one YAML document", found[1].at))
    if not found or (isinstance(found[0], Known) and found[0].value is None):
        return Known(value={}, at=whole, origin="declared")
    return found[0]


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """The words that come closest, as the end of a sentence; "" where none does."""
    close = difflib.get_close_matches(word[:100], sorted(words), n=2, cutoff=0.6)
    return f"; did you mean {' or '.join(close)}?" if close else ""


@cache
def kind_words() -> frozenset[str]:
    """Every word that `complete:` takes: the kinds of the model, and machines by their role."""
    home = import_module("sparekey.model.kinds")
    words = set(EXTRA_WORDS)
    for info in pkgutil.iter_modules(home.__path__):
        for thing in vars(import_module(f"{home.__name__}.{info.name}")).values():
            if isinstance(thing, type) and issubclass(thing, Resource) and thing is not Resource:
                words.add(thing.kind)
    return frozenset(words)


def _mistake(kind: str, message: str, at: Place, *, incomplete: bool = True) -> Problem:
    return Problem(kind=kind, blame="user", message=message, at=at, incomplete=incomplete)


def _line(problem: Problem) -> tuple[int, int]:
    at = problem.at
    return (0, 0) if isinstance(at, Pointer) else (at.start_line, at.start_column)


# --- the shape: schemas/config.json ------------------------------------------------------------------------------------


def _schema() -> Mapping[str, object]:
    here = Path(__file__).resolve()
    inside, beside = here.parent / "schemas", here.parents[2] / "schemas"
    path = (inside if inside.is_dir() else beside) / "config.json"
    return cast("Mapping[str, object]", json.loads(path.read_text(encoding="utf-8")))


def _schema_problems(tree: AnyValue) -> list[Problem]:
    if not isinstance(tree, Known) or not isinstance(tree.value, Mapping):
        return [_mistake("bad-value", "is not a mapping of keys to values", tree.at)]
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - 100 ms, and most runs have no sparekey.yaml

    errors = Draft202012Validator(_schema()).iter_errors(_bare(tree))
    return list(dict.fromkeys(problem for error in errors for problem in _explain(error, tree)))


def _bare(value: AnyValue) -> object:
    """The tree as the plain objects that a schema checks."""
    inner = value.value if isinstance(value, Known) else None
    if isinstance(inner, Mapping):
        return {key: _bare(child) for key, child in inner.items()}
    return [_bare(child) for child in inner] if isinstance(inner, tuple) else inner


def _explain(error: ValidationError, tree: AnyValue) -> list[Problem]:
    """One failed demand of the schema, as problems on the lines that fail it."""
    path = list(error.absolute_path)
    at = walk(tree, *path).at
    where = _path(path)
    limit: object = error.validator_value
    instance = cast("Iterable[str]", error.instance)
    if error.validator == "additionalProperties":
        allowed = list(cast("Mapping[str, Mapping[str, object]]", error.schema).get("properties", {}))
        return [
            _mistake("unknown-key", f"{_path([*path, key])}: unknown key{did_you_mean(key, allowed)}", walk(tree, *path, key).at)
            for key in sorted(set(instance) - set(allowed))
        ]
    if error.validator == "required":
        lacks = [key for key in cast("list[str]", limit) if key not in instance]
        return [_mistake("missing-key", f"{where}: lacks {', '.join(lacks)}", at)] if lacks else []
    if error.validator == "anyOf":
        return [_mistake("missing-key", f"{where}: lacks upn or object_id", at)]
    if error.validator == "enum":
        words = [word for word in cast("list[object]", limit) if isinstance(word, str)]
        return [_mistake("bad-value", f"{where}: must be one of {', '.join(words)}{did_you_mean(str(instance), words)}", at)]
    if error.validator == "type":
        wanted = [limit] if isinstance(limit, str) else [word for word in cast("list[str]", limit) if word != "null"]
        return [_mistake("bad-value", f"{where}: must be {' or '.join(_TYPES.get(w, w) for w in wanted)}", at)]
    if error.validator == "pattern":
        return [_mistake("bad-date", f"{where}: must be a date such as 2026-12-31", at)]
    if error.validator in ("minLength", "minItems"):
        return [_mistake("bad-value", f"{where}: must not be empty", at)]
    return [_mistake("bad-value", f"{where}: is longer than {limit} characters", at)]


_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text (in quotes where it reads as something else)",
    "boolean": "true or false",
    "integer": "a whole number",
}


def _path(path: Iterable[str | int]) -> str:
    """A key path as people write it: `inventory.connectors[2].host`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".") or "the file"


# --- the meaning: what a schema cannot say -----------------------------------------------------------------------------


def _meaning_problems(tree: AnyValue) -> list[Problem]:
    root = Body(value=tree)
    problems: list[Problem] = []
    for word in _words(root, "complete"):
        if isinstance(word.value, str) and _kind(word.value) not in kind_words():
            known = kind_words() | set(_OTHER_SPELLINGS)
            hint = did_you_mean(word.value, known) if len(problems) < MAX_HINTS else ""
            problems.append(_mistake("unknown-kind", f"complete: no kind is called {word.value!r}{hint}", word.at))
    problems.extend(
        _mistake("not-filled-in", f"{_path(path)}: {text.value} is not filled in yet", text.at) for path, text in _blanks(tree)
    )
    dated = (("inventory", name, "review_by") for name in _DATED)
    for path in (("waivers", "until"), ("inventory", "break_glass", "last_tested"), *dated):
        for entry in _entries(root, *path[:-1]):
            day = entry.text(path[-1])
            if isinstance(day, Known) and day.value and not _is_date(day.value):
                problems.append(_mistake("bad-date", f"{'.'.join(path)}: there is no day {day.value!r}", day.at))
    for name in ("sync", "federation"):
        day = root.text("inventory", name, "review_by")
        if isinstance(day, Known) and day.value and not _is_date(day.value):
            problems.append(_mistake("bad-date", f"inventory.{name}.review_by: there is no day {day.value!r}", day.at))
    pattern = root.text("emergency_accounts", "pattern")
    if isinstance(pattern, Known) and pattern.value:
        fault = pattern_fault(pattern.value)
        if fault:
            problems.append(_mistake("bad-pattern", f"emergency_accounts.pattern: {fault}", pattern.at))
    return problems


_BLANK = re.compile(r"<[^<>]+>")
"""What `sparekey init` writes where a person must answer. No name of anything looks like it."""


def _blanks(value: AnyValue, *path: str | int) -> Iterator[tuple[tuple[str | int, ...], Known[object]]]:
    """Every text that is left as it was written for filling in."""
    inner = value.value if isinstance(value, Known) else None
    if isinstance(inner, Mapping):
        for key, child in inner.items():
            yield from _blanks(child, *path, key)
    elif isinstance(inner, tuple):
        for index, child in enumerate(inner):
            yield from _blanks(child, *path, index)
    elif isinstance(value, Known) and isinstance(inner, str) and _BLANK.fullmatch(inner):
        yield path, value


def _is_date(text: str) -> bool:
    # The schema has refused every other shape; its pattern lets a line break at the end pass, which no date has.
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\n?", text):
        return True
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?:|\(|\)|\||\?|\*|\+|\{\d*,?\d*\}|.", re.DOTALL)


_DOUBTFUL = re.compile(r"(?<=.)\[|--|&&|~~|\|\|")
"""What Python reserves inside sets for a future meaning."""


def pattern_fault(pattern: str) -> str:
    """Why a pattern is refused, or "": it is no regular expression, or matching it could take for ever.

    Refused are a repeat of a group that repeats or chooses, references back, special groups, more open repeats than
    MAX_UNBOUNDED or optional parts than MAX_OPTIONAL in one alternative, and alternatives that together take longer than the
    worst one alone.
    """
    if len(pattern) > MAX_PATTERN:
        return f"is longer than {MAX_PATTERN} characters"
    sets = [piece for piece in _TOKEN.findall(pattern) if piece.startswith("[")]
    if {"[", "[]", "[^]"} & set(sets):  # a bracket that stands first in a set is a member of it and does not close it
        return "is not a regular expression: a set is not closed"
    if any(_DOUBTFUL.search(piece) for piece in sets):
        return "has a set with `[`, `--`, `&&`, `~~` or `||` in it: escape them"
    try:
        re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        return f"is not a regular expression: {error}"
    groups = [False]  # per open group, outermost first: whether it repeats or chooses inside
    unbounded = optional = cost = 0
    before = ""
    closed_variable = False
    for piece in _TOKEN.findall(pattern):
        if (piece.startswith("\\") and piece[1].isdigit()) or (piece == "?" and before == "("):
            return "uses references or special groups, which are not supported; (?:...) is"
        if piece == "|":
            groups[-1] = True
            if len(groups) == 1:
                cost += _cost(unbounded, optional)
                unbounded = optional = 0
        elif piece in ("(", "(?:"):
            groups.append(False)
        elif piece == ")":
            closed_variable = groups.pop()
            groups[-1] = groups[-1] or closed_variable
        elif piece in ("*", "+") or (piece.startswith("{") and len(piece) > 1):
            if before == ")" and closed_variable:
                return "repeats a group that itself repeats or chooses, which could take for ever"
            unbounded, groups[-1] = unbounded + 1, True
        elif piece == "?":
            optional, groups[-1] = optional + 1, True
        if unbounded > MAX_UNBOUNDED or optional > MAX_OPTIONAL:
            return f"has more than {MAX_UNBOUNDED} repeats or {MAX_OPTIONAL} optional parts in one alternative"
        before = piece
    if cost + _cost(unbounded, optional) > _cost(MAX_UNBOUNDED, MAX_OPTIONAL):
        return "has too many alternatives with repeats and optional parts"
    return ""


def _cost(unbounded: int, optional: int) -> int:
    """In how many ways one alternative may be tried at one character of the longest name."""
    return int(MATCHED_NAME_LENGTH**unbounded * 2**optional)


# --- from the tree to the Config ---------------------------------------------------------------------------------------


def _kind(word: object) -> str:
    return _OTHER_SPELLINGS.get(str(word), str(word))


def _keys(value: AnyValue) -> tuple[str, ...]:
    return tuple(value.value) if isinstance(value, Known) and isinstance(value.value, Mapping) else ()


def _words(root: Body, *path: str) -> list[Known[object]]:
    found = root.get(*path)
    items = found.value if isinstance(found, Known) and isinstance(found.value, tuple) else ()
    return [item for item in items if isinstance(item, Known)]


def _entries(root: Body, *path: str) -> list[Body]:
    return [Body(value=item) for item in _words(root, *path)]


def _text(entry: Body, *path: str) -> str:
    found = entry.text(*path)
    return found.value or "" if isinstance(found, Known) else ""


def _rules(root: Body) -> dict[str, RuleSetting]:
    settings: dict[str, RuleSetting] = {}
    for slug in _keys(root.get("rules")):
        entry = root.get("rules", slug)
        simple = isinstance(entry, Known) and not isinstance(entry.value, Mapping)
        level = entry if simple else root.get("rules", slug, "level")
        chosen = level.value if isinstance(level, Known) else None
        settings[slug] = RuleSetting(
            # YAML reads a bare `off` as false.
            level=cast("Level | None", "off" if chosen is False else chosen),
            parameters={} if simple else _parameters(root.get("rules", slug, "parameters")),
            at=entry.at,
        )
    return settings


def _parameters(value: AnyValue) -> Mapping[str, int | str | bool]:
    return cast("Mapping[str, int | str | bool]", _bare(value)) if _keys(value) else {}


def _waivers(root: Body) -> Iterable[Waiver]:
    for entry in _entries(root, "waivers"):
        yield Waiver(
            rule=_text(entry, "rule"),
            subject=_text(entry, "subject"),
            reason=_text(entry, "reason"),
            until=_text(entry, "until"),
            verdict="unknown" if _text(entry, "verdict") == "unknown" else "fail",
            at=entry.value.at,
        )
