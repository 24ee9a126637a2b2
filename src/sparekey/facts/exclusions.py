"""Whether a policy's exclusions exclude anybody at all.

An exclusion is real only if it excludes somebody. A user, a role or a group that is named by a literal id and declared nowhere
is taken at its word, unless the change removes it; a group that is declared here excludes somebody when it certainly has a member, and nobody when it is known
to be empty. An account that is switched off signs nobody in. Placeholders, names instead of ids, guests and words of the service
exclude nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sparekey.facts.identity import EVERYBODY, is_guid
from sparekey.facts.membership import Membership
from sparekey.model.edges import Edge
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.access import AccessPolicy
from sparekey.model.resource import Resource
from sparekey.model.seams import Derivation
from sparekey.model.truth import Cause, Truth, any_of, maybe, no, yes

if TYPE_CHECKING:
    from sparekey.config import Config


def excludes_somebody(policy: AccessPolicy, estate: Estate, membership: Membership) -> Truth:
    """Whether at least one user, group or role that a policy excludes stands for somebody; the causes are the attributes."""

    def user(edge: Edge) -> Truth:
        if edge.target in membership.users:
            return membership.signs_in(membership.users[edge.target])
        return yes() if membership.identities.stands_for(edge) or edge.key == EVERYBODY else no()

    def group(edge: Edge) -> Truth:
        if edge.target in membership.groups:
            return membership.occupied(edge)
        return yes() if membership.identities.stands_for(edge) else no()

    def role(edge: Edge) -> Truth:
        return yes() if is_guid(edge.key) or not edge.external else no()

    return any_of(
        (
            _somebody(policy, estate, "excluded_users", user),
            _somebody(policy, estate, "excluded_groups", group),
            _somebody(policy, estate, "excluded_roles", role),
        )
    )


def _somebody(policy: AccessPolicy, estate: Estate, name: str, real: Callable[[Edge], Truth]) -> Truth:
    """Whether one list of exclusions names somebody. Proven either way by the attribute, not by what lies behind it."""
    edges = estate.linked(policy, name)
    open_: list[Cause] = []
    for edge in edges.members:
        found = real(edge)
        if found.answer == "yes" and edge.certain:
            return yes(edge.because)
        if found.answer != "no":
            open_ += found.because if edge.certain else (edge.because,)
    if edges.open:
        open_.append(edges.open)
    return maybe(*dict.fromkeys(open_)) if open_ else no(Cause(at=edges.at))


def _derive(estate: Estate, config: Config) -> Iterator[Resource | Fact]:
    del config
    membership = Membership(estate)
    for policy in estate.resources.get("access_policy", ()):
        if isinstance(policy, AccessPolicy):
            yield Fact(subject=policy.id, name="excludes_somebody", value=excludes_somebody(policy, estate, membership))


DERIVATION = Derivation(gives={"access_policy": ("excludes_somebody",)}, derive=_derive)
