"""One resource that a template makes: one turn of a loop, one child of a parent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sparekey.formats.arm.language.values import Later, Value, opened, pattern_of
from sparekey.formats.arm.template.grow import Grower
from sparekey.formats.arm.template.references import DEPLOYMENTS
from sparekey.formats.arm.template.scopes import joined
from sparekey.formats.arm.template.sections import held, member
from sparekey.formats.arm.template.world import World

if TYPE_CHECKING:
    from sparekey.formats.arm.template.deployment import Deployment

_WRITTEN_APART = frozenset(
    [
        "name",
        "type",
        "apiversion",
        "scope",
        "dependson",
        "copy",
        "comments",
        "metadata",
        "resources",
        "existing",
        "resourcegroup",
        "subscriptionid",
        "condition",
        "import",
        "extension",
        "asserts",
        "@options",
    ]
)
"""Members of a resource that say where, when and how often it is, not what it is."""

_RUNTIME = frozenset({"properties", "tags", "sku"})
"""Members in which a template may ask for what only the deployment knows."""

_SPELLED = {
    name.lower(): name
    for name in (
        "location",
        "tags",
        "sku",
        "kind",
        "plan",
        "identity",
        "zones",
        "properties",
        "managedBy",
        "managedByExtended",
        "extendedLocation",
        "placement",
    )
}


@dataclass(eq=False, slots=True, kw_only=True)
class Instance:
    """A resource as deployed.

    `names` are the parts of its name with its parent's before them, `id` follows from them; `base` is what the id begins with.
    `condition` is True, or what a person or the deployment must decide. `copies` is why it is not known how many there are of it.
    `off`: its condition is false, so that it is there to be referred to only.
    """

    deployment: Deployment
    raw: dict[str, object]
    pointer: str | None
    world: World
    type: str
    names: list[Value] | Later
    base: Value
    id: Value
    version: Value
    condition: Value = True
    off: bool = False
    existing: bool = False
    symbol: str = ""
    turn: int | None = None
    loop: str = ""
    copies: Later | None = None
    parent: Instance | None = None
    inner: Deployment | None = None
    uses: set[object] = field(default_factory=set)
    _made: dict[str, Value] = field(default_factory=dict)
    _open: set[str] = field(default_factory=set)
    _seen: Value = None

    @property
    def name(self) -> Value:
        """Its name with its parent's."""
        if isinstance(self.names, Later):
            return self.names
        return joined(*[part for name in self.names for part in ("/", name)][1:])

    @property
    def called(self) -> str:
        """What leads to it: its id; of what has none its symbolic name, which is its own in its template alone. "" where it has neither."""
        own = pattern_of(self.id)
        if own or not self.symbol or self.deployment.parent is None:
            return own or self.symbol
        return f"{self.deployment.file}{self.deployment.pointer or ''}/{self.symbol}"

    @property
    def spot(self) -> str:
        """What leads to it, else where it is written, which no expression can say: it leads what lies within a resource to that."""
        if self.called or self.pointer is None:
            return self.called
        return f"{{{self.deployment.number}:at {self.pointer} {self.turn}}}"

    @property
    def only_if_new(self) -> bool:
        """Whether it is deployed only where it is not there yet, or may be: what is there already stays as it is."""
        options = next((value for key, value in self.raw.items() if key.lower() == "@options"), None)
        if not isinstance(options, dict):
            return isinstance(options, str)
        return any(value is not False for key, value in options.items() if str(key).lower() == "onlyifnotexists")

    def present(self) -> bool:
        """Whether it is known to be deployed."""
        return self.condition is True and not self.off and not self.existing

    def members(self) -> list[str]:
        """The names of its members that say what it is, as written."""
        return [key for key in self.raw if key.lower() not in _WRITTEN_APART]

    def value(self, key: str) -> Value:
        """The value of a member by its name as written. A member that is being made of itself is unknown."""
        if key in self._made:
            return self._made[key]
        if key in self._open:
            return Later("a value that is made of itself", hidden=True)
        self._open.add(key)
        session = self.deployment.session
        before, session.at = session.at, (self.deployment.file, self.pointer)
        lower = key.lower()
        world = self.world.late(self.uses, runtime=lower in _RUNTIME)
        grower = Grower(world, session)
        try:
            with session.budget.half():
                made = grower.value(self.raw[key], loops=lower == "properties")
        finally:
            self._open.discard(key)
            session.at = before
        self._made[key] = made
        return made

    def get(self, name: str) -> Value:
        """The value of a member in any spelling, null where there is none."""
        found = member(self.raw, name)
        return self.value(found[0]) if found else None

    def as_seen(self, rest: Later) -> Value:
        """Its properties as `reference` shows them: what is set, and whatever else there is of it as `rest`."""
        if self._seen is None:
            properties = self.get("properties")
            if not isinstance(properties, dict):
                return rest
            self._seen = opened(properties, rest, self.deployment.session.budget.spend)
        return self._seen

    def fields(self) -> dict[str, Value]:
        """All members that say what it is, in the engine's spelling. What is null is not there."""
        made = {_SPELLED.get(key.lower(), key): self.value(key) for key in self.members()}
        return {name: value for name, value in made.items() if value is not None}

    def used(self) -> set[object]:
        """What it asks for by name, and therefore waits for; of a deployment what it is handed counts, not what is in it."""
        for key in () if self.off or self.type.lower() == DEPLOYMENTS else self.members():
            self.value(key)
        return self.uses

    def depends_on(self) -> list[Value]:
        """What it says that it depends on."""
        raw = held(self.raw, "dependsOn")
        grower = Grower(self.world.early(), self.deployment.session)
        value = grower.value(raw)
        return value if isinstance(value, list) else []
