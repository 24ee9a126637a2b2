"""The properties of one exported object as values with places, each read when it is asked for.

Names are given as Graph writes them, whether the file does or spells them with a capital letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sparekey.formats.json_places import JsonPlaces
from sparekey.model.span import Place, Pointer, Span
from sparekey.model.value import AnyValue, Known, Unknown

_STANDS_IN = re.compile(
    r"#\{[^{}]+\}#|__[A-Za-z][\w.\-]*__|\$\([\w.\- ]+\)|\$\{[^{}]+\}|\{\{[^{}]+\}\}|^<[^<>]+>$|^REPLACE WITH\b|^%[\w.\- ]+%$"
)
"""What somebody or something writes an id over before the object is used."""

_CUT_OFF = re.compile(r"^(?:System\.|Microsoft\.(?:Graph|Open)\.|@\{)")
"""What PowerShell writes for what lies deeper than it was told to export (`ConvertTo-Json -Depth`)."""

_PEOPLE = re.compile(r"(?:in|ex)clude(?:Users|Groups|Roles)", re.IGNORECASE)
_LISTS = re.compile(
    r"(?:in|ex)clude(?!.*guestsOrExternal)\w+|builtInControls|clientAppTypes|(?!insider)\w+RiskLevels|termsOfUse|customAuthenticationFactors"
    r"|allowedCombinations|ipRanges|countriesAndRegions|groupTypes",
    re.IGNORECASE,
)
_RETIRED = frozenset({"includeDevices", "excludeDevices", "includeDeviceStates", "excludeDeviceStates"})
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SYMBOLS = frozenset({"all", "none", "guestsorexternalusers"})
_DEEPEST = 30
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a file. One without line breaks has no lines to show, so its places are pointers."""

    file: str
    places: JsonPlaces | None

    @staticmethod
    def of(text: str, file: str) -> Source:
        """The text of a file with this name."""
        return Source(file, JsonPlaces(text, file) if text.rstrip().count("\n") else None)

    def place(self, pointer: str) -> Place:
        """Where something stands: of what has several lines the first one."""
        span = self.places.span(pointer) if self.places else None
        while self.places and span is None and pointer:
            pointer = pointer.rpartition("/")[0]
            span = self.places.span(pointer)
        if span is None:
            return Pointer(file=self.file, pointer=pointer)
        if span.start_line == span.end_line:
            return span
        return Span(
            file=self.file,
            start_line=span.start_line,
            start_column=span.start_column,
            end_line=span.start_line,
            end_column=span.start_column,
        )


def lifted(value: object, source: Source, pointer: str, name: str = "", depth: int = 0) -> AnyValue:
    """A value with its place; unknown where the file does not say what Graph holds."""
    at = source.place(pointer)
    if depth > _DEEPEST:
        return Unknown(reason="nested too deeply to be read", at=at, how="correct the file")
    if isinstance(value, dict):
        held = _with_retired(value) if name == "conditions" else value
        return Known(value=_Members(held, source, pointer, depth), at=at)
    if isinstance(value, list):
        items = [lifted(item, source, f"{pointer}/{index}", name, depth + 1) for index, item in enumerate(value)]
        return Known(value=tuple(items), at=at)
    if isinstance(value, str):
        return _text(value, at, name, listed=pointer.rpartition("/")[2].isdecimal())
    return Known(value=value, at=at)


def _with_retired(conditions: dict[str, object]) -> dict[str, object]:
    """Conditions with null for the old ones on devices that they leave out, where they hold one that is younger.

    When Graph began to answer with `authenticationFlows` and `insiderRiskLevels`, the device states that it left out of v1.0 were retired.
    """
    spelled = {_graph(key): key for key in conditions}
    if "devices" not in spelled or not spelled.keys() & {"authenticationFlows", "insiderRiskLevels"}:
        return conditions
    devices = conditions[spelled["devices"]]
    if isinstance(devices, dict):
        devices = {**dict.fromkeys(_RETIRED - {_graph(key) for key in devices}), **devices}
    missing = {} if "deviceStates" in spelled else {"deviceStates": None}
    return {**missing, **conditions, spelled["devices"]: devices}


def _text(value: str, at: Place, name: str, *, listed: bool) -> AnyValue:
    shown = value[:_LONGEST]
    if _CUT_OFF.match(value) or (_LISTS.fullmatch(name) and not listed and value):
        return Unknown(
            reason=f"what is {name or 'here'}? The export cuts it off", at=at, how="export it with ConvertTo-Json -Depth 10"
        )
    if _STANDS_IN.search(value):
        return Unknown(reason=f"what stands in the place of {shown}?", at=at, how="write the object id")
    if _PEOPLE.fullmatch(name) and value.lower() not in _SYMBOLS and not _GUID.fullmatch(value.strip()):
        return Unknown(reason=f"whose object id is meant by {shown}?", at=at, how="write the object id: Graph takes nothing else")
    return Known(value=value, at=at)


class _Members(Mapping[str, "AnyValue"]):
    """The properties of an object, those that PowerShell's module prints as additional ones among them."""

    __slots__ = ("_depth", "_held", "_made", "_pointer", "_source")

    def __init__(self, value: dict[str, object], source: Source, pointer: str, depth: int) -> None:
        self._source = source
        self._pointer = pointer
        self._depth = depth
        # A policy is asked for every property by its whole path.
        self._made: dict[str, AnyValue] = {}
        extra = next((key for key in value if key.lower() == "additionalproperties"), "")
        inner = value.get(extra)
        self._held: dict[str, tuple[object, str]] = {}
        for name, held in inner.items() if isinstance(inner, dict) else ():
            self._held[_graph(name)] = held, f"/{extra}/{_escaped(name)}"
        for name, held in value.items():
            if name != extra and not (held is None and _graph(name) in self._held):
                self._held[_graph(name)] = held, f"/{_escaped(name)}"

    def __getitem__(self, name: str) -> AnyValue:
        """The value of a property. Raises KeyError where there is none."""
        made = self._made.get(name)
        if made is None:
            held, below = self._held[name]
            made = self._made[name] = lifted(held, self._source, self._pointer + below, name, self._depth + 1)
        return made

    def __iter__(self) -> Iterator[str]:
        """The names of all properties as Graph writes them."""
        return iter(self._held)

    def __len__(self) -> int:
        """How many properties there are."""
        return len(self._held)


def _graph(name: str) -> str:
    """The name of a property as Graph writes it: with a small letter first."""
    return name[:1].lower() + name[1:]


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
