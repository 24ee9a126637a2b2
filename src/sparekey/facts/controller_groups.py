"""Domain controllers in groups: those of certainly different domains are not of one directory.

A tag or an entry of the inventory that names a group goes before what scripts say. Where none does, the scripts of controllers may name
their domains: with two that certainly differ, each of those makes a group of its own, called after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sparekey.facts.candidate import DEFAULT_GROUP, Candidate, group_key
from sparekey.facts.directory_domains import SAID, is_whole
from sparekey.facts.roles import Role
from sparekey.model.answers import a_server
from sparekey.model.value import Unknown


def named_by_domain(found: Sequence[Candidate]) -> Sequence[Candidate]:
    """The candidates, those of which no group is said in groups of their domains where there are several domains."""
    domains = {one.domain for one in found if is_whole(one.domain) and _unsaid(one)}
    if len(domains) < 2:
        return found
    return [
        replace(one, groups=(one.domain[1:],), listed=(one.domain[1:],) if one.listed else ())
        if is_whole(one.domain) and _unsaid(one)
        else one
        for one in found
    ]


def _unsaid(candidate: Candidate) -> bool:
    return bool(candidate.groups) and all(group_key(name) == DEFAULT_GROUP for name in candidate.groups)


def one_domain(one: Candidate, other: Candidate, role: Role) -> Unknown:
    """The question whether two controllers serve one domain. An entry for the one of which less is said answers it."""
    vague = other if is_whole(one.domain) or one.domain == SAID else one
    return Unknown(
        reason=f"do {one.label} and {other.label} serve one domain?",
        at=vague.head.at,
        how="tag those of one domain with one sparekey-group, or write their group in sparekey.yaml (inventory: agents)",
        answers=(a_server(role.word, vague.called, key="group", blank="domain"),) if vague.called else (),
    )
