"""A candidate: something that is a connector, or may be one, with the groups it is said to be in."""

from __future__ import annotations

from dataclasses import dataclass

from sparekey.model.resource import Head
from sparekey.model.span import Place
from sparekey.model.truth import Bounds, Cause
from sparekey.model.value import Unknown

DEFAULT_GROUP = "default"
"""Where a new connector is until somebody moves it (Microsoft's article on connector groups)."""
HOW = "tag the machine (sparekey-role, sparekey-group), or list it in sparekey.yaml (inventory: connectors)"
"""How a person answers a question about a candidate."""


def group_key(name: str) -> str:
    """The form in which two spellings of a group's name are equal."""
    return name.strip().casefold()


def short_name(name: str) -> str:
    """A host name without its domain and case; an IP address stays whole."""
    name = name.strip().casefold()
    return name if is_address(name) else name.split(".", 1)[0]


def is_address(name: str) -> bool:
    """Whether a host is given by its IP address, which says nothing of its name."""
    return ":" in name or name.replace(".", "").isdigit()


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something that is a connector or may be one.

    `sources` are "tag", "script", "image", "inventory". `groups` are the groups that it is said to be in (more than one: the
    sayings disagree), `listed` those of them that the inventory says, `roams` that it may be in any other. `certain`: surely a connector. `count` is how many it is.
    `because` begins with the place that makes it a connector.

    `may_be` are the ids of machines that it may be the same as, and `placed` says that it surely is one of them; a machine that
    is a candidate only because such a script may be its own is `shadow`: the script is counted, the machine is not. Candidates
    with one `slot` are not each other; those with different ones may be. A machine has none. `partial` is the saying of its tags that its group has more members, `list_partial` that of its entry. `doubts` keep open what it
    is or where it belongs; `domain` is the key of the domain that a domain controller serves (see `directory_domains`), `called` the one name that its machine has. `classified` is False where it has to be asked about on its own, `tags_hidden` says that it is the
    tags that cannot be read. `foreign`: in another deployment of the run.
    """

    id: str
    label: str
    head: Head
    count: Bounds
    sources: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    because: tuple[Cause, ...] = ()
    roams: bool = False
    certain: bool = True
    may_be: frozenset[str] = frozenset()
    slot: str = ""
    placed: bool = False
    shadow: bool = False
    partial: Cause | None = None
    list_partial: Cause | None = None
    doubts: tuple[Unknown, ...] = ()
    classified: bool = True
    tags_hidden: bool = False
    foreign: bool = False
    domain: str = ""
    called: str = ""

    @property
    def at(self) -> Place:
        """Where it is said to be a connector."""
        return self.because[0].at if self.because else self.head.at

    def said_in(self, key: str) -> bool:
        """Whether something says that it is in the group of this key."""
        return any(group_key(name) == key for name in self.groups)

    def listed_in(self, key: str) -> bool:
        """Whether the inventory says that it is in the group of this key."""
        return any(group_key(name) == key for name in self.listed)

    def surely_in(self, key: str) -> bool:
        """Whether it is a connector for certain, and nothing says another group, or may say one in tags that cannot be read."""
        return self.certain and not self.tags_hidden and self.said_in(key) and len({group_key(name) for name in self.groups}) == 1
