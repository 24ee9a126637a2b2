"""The part of the graph that a path stands on, as a Mermaid flowchart.

Nothing from a file reaches Mermaid's own language: nodes are numbered, and in labels every character but letters, digits and a few
marks is written as a numeric entity.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sparekey.facts.survivability.graph import DOMAINS, Component, Graph, Group
from sparekey.model.plain import plain

_SAFE = frozenset(" .,-_/:()")
_BOXES = ("region", "site")
"""The failure domains that are drawn as boxes around what stands in them."""


def picture(graph: Graph, *targets: str, single_points: Collection[str] = (), lost: Collection[str] = (), most: int = 60) -> str:
    """A flowchart of everything that the targets may depend on; single points stand out, what is lost is grey.

    Of more than `most` components (60: more cannot be read) those nearest to the targets are drawn, and it says how many are not.
    A group is a hexagon with its members behind dashed lines; what is only possible is dotted with a question mark.
    """
    names = _nearest(graph, targets, most)
    hidden = len(graph.cone(*targets)) - len(names)
    return "".join(f"{line}\n" for line in _Drawing(graph, names, frozenset(single_points), frozenset(lost)).lines(hidden))


def label(text: str) -> str:
    """The text as it may stand between quotes in a Mermaid label."""
    return "".join(c if c.isalnum() or c in _SAFE else f"#{ord(c)};" for c in plain(text))


def _nearest(graph: Graph, targets: Sequence[str], most: int) -> tuple[str, ...]:
    """The targets and what they depend on, nearest first."""
    found = dict.fromkeys(targets[:most])
    todo = list(found)
    for name in todo:  # grows while it is walked
        for tie in graph.component(name).ties():
            if tie.to not in found and len(found) < most:
                found[tie.to] = None
                todo.append(tie.to)
    return tuple(sorted(found))


class _Drawing:
    def __init__(self, graph: Graph, names: tuple[str, ...], single: frozenset[str], lost: frozenset[str]) -> None:
        self.graph = graph
        self.number = {name: i for i, name in enumerate(names)}
        self.single = single
        self.lost = lost

    def lines(self, hidden: int) -> Iterator[str]:
        yield "flowchart LR"
        yield from self.boxes()
        for name in self.number:
            yield from self.ties(self.graph.component(name))
        if hidden > 0:
            yield f'  more["and {hidden} components behind these"]'
        yield "  classDef single fill:#fdd,stroke:#c00,stroke-width:3px"
        yield "  classDef lost fill:#ddd,stroke:#999,color:#999"
        yield "  classDef unknown stroke:#999,stroke-dasharray:3 3"

    def boxes(self) -> Iterator[str]:
        """Every component once, inside the box of the first region or site that it needs for certain."""
        inside: dict[str, list[str]] = {}
        for name in self.number:
            inside.setdefault(self.box(name), []).append(name)
        for box, names in inside.items():
            if box:
                yield f'  subgraph b{self.number[box]}["{label(self.graph.component(box).title)}"]'
            yield from (f"{'    ' if box else '  '}{self.node(name)}" for name in names)
            if box:
                yield "  end"

    def box(self, name: str) -> str:
        component = self.graph.component(name)
        if component.kind in _BOXES:
            return name
        for tie in component.needs:
            if tie.doubt is None and tie.to in self.number and self.graph.component(tie.to).kind in _BOXES:
                return tie.to
        return ""

    def node(self, name: str) -> str:
        component = self.graph.component(name)
        text = label(component.title)
        shape = f'(["{text}"])' if component.kind in DOMAINS else f'["{text}"]'
        style = "lost" if name in self.lost else "single" if name in self.single else "unknown" if component.doubt else ""
        return f"n{self.number[name]}{shape}{f':::{style}' if style else ''}"

    def ties(self, component: Component) -> Iterator[str]:
        own = self.number[component.name]
        for tie in component.needs:
            if tie.to in self.number:
                yield f"  n{own} -->{'' if tie.doubt is None else '|?|'} n{self.number[tie.to]}"
        if component.open:
            yield f'  n{own} -.->|?| u{own}["something that is not seen"]:::unknown'
        for i, group in enumerate(component.groups):
            hexagon = f"g{own}_{i}"
            yield f'  n{own} --> {hexagon}{{{{"{_asks(group)}"}}}}'
            for tie in group.members:
                if tie.to in self.number:
                    yield f"  {hexagon} -.->{'' if tie.doubt is None else '|?|'} n{self.number[tie.to]}"


def _asks(group: Group) -> str:
    least = str(group.least) if group.most is None else f"{group.least} to {group.most}"
    return f"any {least} of {len(group.members)}{' or more' if group.open else ''}"
