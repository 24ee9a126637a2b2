"""One deployment: a template with the values of its parameters, at its scope."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sparekey.formats.arm.language.values import EvaluationError, Later, OpenObject, Value, fold
from sparekey.formats.arm.template import references
from sparekey.formats.arm.template.grow import Grower
from sparekey.formats.arm.template.instance import Instance
from sparekey.formats.arm.template.scopes import Scope
from sparekey.formats.arm.template.sections import below, held, member, written
from sparekey.formats.arm.template.session import Session
from sparekey.formats.arm.template.types import SECURE, check, is_nullable, kind_of, type_word, without_secrets
from sparekey.formats.arm.template.world import World

_CALL = 10
"""The steps of work that a call of a function of the template's own takes."""

_OUTPUT = 4
"""The steps of work that an output takes at least."""

_SECRET = "a secure value is never read: where it is no secret, declare the parameter without secure"  # noqa: S105


@dataclass(eq=False, slots=True, kw_only=True)
class Deployment:
    """A template that is deployed.

    `top` is its JSON, at `pointer` of `file` (None where it was computed). `given` are the values of its parameters, by name in
    lower case. `around` is the place whose names its expressions use instead of its own (a nested template of outer scope), and
    `target` where it lands, which then differs from the scope that its expressions see. `parent` is the instance that deploys it. `complete`: all its resources
    are among its instances. `empty` are the symbolic names of loops that run never, in lower case.
    """

    session: Session
    top: dict[str, object]
    name: Value
    target: Scope
    given: Mapping[str, Value] = field(default_factory=dict)
    file: str = ""
    pointer: str | None = ""
    around: World | None = None
    parent: Instance | None = None
    level: int = 0
    instances: list[Instance] = field(default_factory=list)
    symbolic: bool = field(init=False)
    strict: bool = field(init=False)
    _values: dict[tuple[str, str], Value] = field(default_factory=dict)
    _open: list[tuple[str, str]] = field(default_factory=list)
    _sections: dict[str, Mapping[str, tuple[str, object]]] = field(default_factory=dict)
    _functions: dict[str, object] = field(default_factory=dict)
    _copies: dict[str, object] | None = None
    _definitions: Mapping[str, object] = field(init=False)
    _heading: str = field(init=False)
    index: references.Index | None = None
    complete: bool = False
    empty: set[str] = field(default_factory=set)
    number: int = field(init=False)
    home: Value = field(init=False)

    def __post_init__(self) -> None:
        """Tell the language version and the functions."""
        self.strict = self.session.strict
        self.number = self.session.deployments
        self.session.deployments += 1
        self.home = self.target.base()
        self.symbolic = isinstance(held(self.top, "resources"), dict) or str(held(self.top, "languageVersion")).startswith("2")
        for name in ("parameters", "variables", "outputs"):
            section = held(self.top, name)
            items = section.items() if isinstance(section, dict) else ()
            self._sections[name] = {key.lower(): (key, value) for key, value in items}
        types = held(self.top, "definitions") if self.symbolic else None
        self._definitions = {key.lower(): type_ for key, type_ in types.items()} if isinstance(types, dict) else {}
        self._heading = written(self.top, "parameters")
        functions = held(self.top, "functions")
        for space in functions if isinstance(functions, list) else ():
            members = held(space, "members")
            for name, function in members.items() if isinstance(members, dict) else ():
                self._functions[f"{held(space, 'namespace')}.{name}".lower()] = function

    @property
    def scope(self) -> Scope:
        """What its expressions see of where it lands."""
        return self.target

    @property
    def definitions(self) -> Mapping[str, object]:
        """The types that it defines, by name in lower case. The first language version does not know any."""
        return self._definitions

    def world(self, *, runtime: bool = False) -> World:
        """The place of its resources: among its own names, or among those around it."""
        if self.around is not None:
            return World(template=self.around.template, loops=self.around.loops, runtime=runtime)
        return World(template=self, runtime=runtime)

    def grower(self, world: World) -> Grower:
        """What evaluates JSON in a place of it."""
        return Grower(world, self.session)

    # --- parameters ---------------------------------------------------------------------------------------------------

    def parameters(self) -> list[str]:
        """The names of its parameters, as written."""
        return [name for name, _ in self._sections["parameters"].values()]

    def declared(self, name: str) -> object:
        """How a parameter is declared."""
        entry = self._sections["parameters"].get(name.lower())
        if entry is None:
            raise EvaluationError(f"there is no parameter {name[:80]}")
        return entry[1]

    def parameter(self, name: str) -> Value:
        """The value of a parameter. Raises EvaluationError."""
        declared = self.declared(name)
        return self._once(("parameter", name.lower()), lambda: self._parameter(name, declared))

    def _parameter(self, name: str, declared: object) -> Value:
        word = type_word(declared, self.definitions)
        given = self.given.get(name.lower())
        default = member(declared, "defaultValue")
        if given is not None:
            check(given, declared, self.definitions, self.session.budget.spend)
            if word in SECURE and not isinstance(given, Later):
                return self._asked(Later(f"sensitive: parameter {name[:80]}", hidden=True, how=_SECRET), name, None)
            if isinstance(given, Later) and not given.pattern:
                return replace(given, pattern=self._pattern(name))
            return self._shown(given, declared, f"parameter {name[:80]}")
        if word in SECURE and not self.strict:
            # Its default is often what nobody deploys with, and never anything to show.
            return self._asked(Later(f"sensitive: parameter {name[:80]}", hidden=True, how=_SECRET), name, None)
        if self.strict and default is not None and is_nullable(declared, self.definitions):
            raise EvaluationError(f"parameter {name[:80]} may be null and has a default")
        if default is None or default[1] is None:
            if is_nullable(declared, self.definitions):
                return None
            if self.strict:
                raise EvaluationError(f"parameter {name[:80]} has no value")
            how = "give its value in a parameter file (--parameters FILE)"
            return self._asked(Later(f"parameter {name[:80]} has no value", hidden=True, how=how), name, declared)
        value = self.grower(World(template=self, default=True)).value(default[1])
        check(value, declared, self.definitions, self.session.budget.spend)
        if isinstance(value, Later) and not value.pattern:
            return replace(value, pattern=self._pattern(name))
        return self._shown(value, declared, f"parameter {name[:80]}")

    def _shown(self, value: Value, declared: object, what: str) -> Value:
        """A value without what its type calls secure."""
        if self.strict:
            return value
        return without_secrets(value, declared, self.definitions, Later(f"sensitive: {what}", hidden=True, how=_SECRET))

    def _asked(self, later: Later, name: str, declared: object) -> Later:
        """A parameter that nobody gives a value: the question stands where it is declared."""
        pointer = None
        if self.pointer is not None:
            spelled, _ = self._sections["parameters"][name.lower()]
            pointer = below(self.pointer, self._heading, spelled)
        return replace(later, pattern=self._pattern(name), file=self.file, pointer=pointer, declared=declared)

    def _pattern(self, name: str) -> str:
        """What stands for the unknown value of a parameter: the same text wherever the parameter is used."""
        return f"{{{self.number}:{name.lower()}}}" if name.isidentifier() else ""

    # --- variables and functions --------------------------------------------------------------------------------------

    def variables(self) -> list[str]:
        """The names of its variables, those of loops included."""
        return [*self._sections["variables"].keys() - ({"copy"} if self._loops() else set()), *self._loops()]

    def variable(self, name: str) -> Value:
        """The value of a variable. Raises EvaluationError."""
        return self._once(("variable", name.lower()), lambda: self._variable(name))

    def _variable(self, name: str) -> Value:
        grower = self.grower(World(template=self))
        loops = self._loops()
        if name.lower() in loops:
            title, count = grower.loop(loops[name.lower()])
            return title if isinstance(title, Later) else grower.repeated(title, count, held(loops[name.lower()], "input"))
        entry = self._sections["variables"].get(name.lower())
        if entry is None or (loops and name.lower() == "copy"):
            raise EvaluationError(f"there is no variable {name[:80]}")
        return grower.value(entry[1], loops=True)

    def _loops(self) -> dict[str, object]:
        if self._copies is None:
            entry = self._sections["variables"].get("copy")
            loops = entry[1] if entry else None
            self._copies = {str(held(loop, "name") or "").lower(): loop for loop in loops} if isinstance(loops, list) else {}
        return self._copies

    def has_function(self, name: str) -> bool:
        """Whether a function is its own."""
        return name in self._functions

    def own(self, name: str, arguments: list[Value], world: World) -> Value:
        """The value of a function of its own. Raises EvaluationError."""
        function = self._functions[name]
        declared = held(function, "parameters")
        wanted = declared if isinstance(declared, list) else []
        if len(wanted) != len(arguments):
            raise EvaluationError(f"{name[:80]} takes {len(wanted)} values, not {len(arguments)}")
        self.session.budget.spend(_CALL + 2 * len(wanted))
        bound: dict[str, Value] = {}
        for parameter, argument in zip(wanted, arguments, strict=True):
            check(argument, parameter, self.definitions, self.session.budget.spend)
            bound[fold(str(held(parameter, "name")))] = argument
        output = held(function, "output")
        inside = World(template=self, bound=bound, calls=world.calls)
        value = Grower(inside, self.session, strict=True).value(held(output, "value"))
        check(value, output, self.definitions, self.session.budget.spend)
        return value

    # --- outputs ------------------------------------------------------------------------------------------------------

    def outputs(self) -> Value:
        """Its outputs as `reference` shows them: objects of type and value, by name."""
        return self._once(("outputs", ""), self._outputs)

    def _outputs(self) -> Value:
        made: dict[str, Value] = {}
        hidden: Later | None = None
        self.session.budget.spend(_OUTPUT * len(self._sections["outputs"]))
        for key, declared in self._sections["outputs"].values():
            grower = self.grower(self.world())
            condition = member(declared, "condition")
            present = grower.value(condition[1]) if condition and condition[1] is not None else True
            if present is False:
                continue
            value = self._output(declared)
            if isinstance(present, Later):
                hidden = present
                continue
            made[key] = {"type": str(held(declared, "type")), "value": value}
        return made if hidden is None else OpenObject(made, hidden)

    def _output(self, declared: object) -> Value:
        loop = member(declared, "copy")
        world = self.world(runtime=True)
        if loop:
            count = self.grower(self.world()).count(held(loop[1], "count"))
            return self.grower(world).repeated("", count, held(loop[1], "input"))
        if member(declared, "value") is None:
            self.session.refuse("an output has no value", self.pointer, self.file)
        value = self.grower(world).value(held(declared, "value"))
        try:
            if held(kind_of(declared, self.definitions), "type") is not None:
                check(value, declared, self.definitions, self.session.budget.spend)
                value = self._shown(value, declared, "an output")
        except EvaluationError as error:
            self.session.refuse(str(error), self.pointer, self.file)
        return value

    # --- what is in it ------------------------------------------------------------------------------------------------

    def reference(self, target: Value, version: Value, world: World, *, whole: bool) -> Value:
        """What `reference` gives."""
        return references.reference(self, target, version, world, whole=whole)

    def references(self, target: Value, world: World, *, whole: bool) -> Value:
        """What `references` gives."""
        return references.of_loop(self, target, world, whole=whole)

    def info(self, target: Value) -> Value:
        """What `resourceInfo` gives."""
        return references.info(self, target)

    def itself(self) -> Value:
        """The template as its expressions see it."""
        return self._once(("template", ""), lambda: {key: value for key, value in self.top.items() if isinstance(value, str)})

    def _once(self, key: tuple[str, str], make: Callable[[], Value]) -> Value:
        """A value that is made once, and not out of itself."""
        if key in self._values:
            return self._values[key]
        if key in self._open:
            raise EvaluationError(f"the {key[0]} {key[1][:80]} is made of itself")
        self._open.append(key)
        try:
            value = make()
        finally:
            self._open.remove(key)
        self._values[key] = value
        return value
