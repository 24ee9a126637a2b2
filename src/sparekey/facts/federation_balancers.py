"""Load balancers before federation servers (AD FS, Web Application Proxy), and whether they ask them how they are.

A pool leads to a machine one of whose network interfaces is in it, by what the interface says itself or by a declaration of its
own, and to the instances of a scale set that says so. A member that a pool names by its address is not read.

Facts of every `balancer_rule` and `balancer_probe`:

- `serves_federation`: the rule leads a port at which people sign in to a pool with federation servers, or such a rule uses the probe.

Fact of every `balancer_probe`:

- `asks_federation_service`: it asks for the page on which AD FS and the proxy say that they work: by HTTP, at port 80, `/adfs/probe`
  (Microsoft's article on AD FS in Azure). Asked by HTTPS they answer only who names the service (SNI), which a probe does not.

Facts of every `agent_group` (they mean something for federation servers alone):

- `machines_seen`: one of its servers at least is a machine or a scale set of the files.
- `behind_balancer`: a rule at the port of HTTPS, or at all ports, leads to a pool with every server: a pool alone leads nobody anywhere, and at the
  port for certificates alone nobody signs in (AD FS documentation on ports; 80 is for the probe). No where a machine certainly is in no such pool; the
  memberships of an interface that is managed here are its children, and the rules those of a balancer that is, reopened by whatever may name
  them, by anything else that could lead there (pools with members that are not seen, Traffic Manager, types that nobody reads), by unread
  files and by partial plans.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sparekey.facts.agent_hosts import members, unseen
from sparekey.facts.connector_sightings import candidates
from sparekey.facts.network_parts import sure
from sparekey.facts.roles import ANY_AGENT
from sparekey.model.edges import Edge, Edges
from sparekey.model.estate import Estate, Fact
from sparekey.model.kinds.agents import AgentGroup
from sparekey.model.kinds.balancing import BalancerPool, BalancerProbe, BalancerRule, PoolMember
from sparekey.model.kinds.hosting import Machine, MachineSet
from sparekey.model.kinds.network import TrafficEndpoint
from sparekey.model.resource import Resource, known_text
from sparekey.model.truth import Cause, Truth, all_of, any_of, asks, maybe, no, yes
from sparekey.model.value import Known, Number, Text, Unknown

ROLES: Final = frozenset({"adfs", "adfs-wap"})
PORTS: Final = (443, 49443, 0)
"""Where people sign in: HTTPS, certificates of people (AD FS documentation on ports), and 0, all ports of a balancer."""
BALANCED: Final = (443, 0)
"""Those of them without which nobody signs in."""
PROBE_PORT: Final = 80
PROBE_PATH: Final = "/adfs/probe"

_OTHER_WAYS: Final = frozenset(
    {
        "azurerm_application_gateway",
        "azurerm_cdn_frontdoor_origin",
        "azurerm_frontdoor",
        "azurerm_lb_backend_address_pool_address",
        "azurerm_network_interface_application_gateway_backend_address_pool_association",
        "azurerm_network_interface_nat_rule_association",
        "microsoft.cdn/profiles/origingroups/origins",
        "microsoft.network/applicationgateways",
        "microsoft.network/frontdoors",
        "microsoft.network/loadbalancers/backendaddresspools",
    }
)
"""Types, in lower case, that may lead to a machine too. Where nobody reads one that is there, it is asked about."""
_HOW = "check the deployment that manages it together with this one (estates:)"


def facts(estate: Estate, groups: Sequence[AgentGroup]) -> Iterator[Fact]:
    """The facts above."""
    farms = [group for group in groups if known_text(group.role) in ROLES]
    rules = [rule for rule in estate.of("balancer_rule") if isinstance(rule, BalancerRule)]
    pools = _Pools(estate, farms, asked=bool(rules))
    serving = {rule.id: _serves(rule, estate, pools) for rule in rules}
    for rule in rules:
        yield Fact(subject=rule.id, name="serves_federation", value=serving[rule.id])
    by_probe: dict[str, list[Truth]] = {}
    anywhere: list[Truth] = []
    for rule in rules:
        if serving[rule.id].answer == "no":
            continue
        edges = estate.linked(rule, "probe")
        for edge in edges.members:
            by_probe.setdefault(edge.target, []).append(all_of([_there(rule), serving[rule.id], sure(edge)]))
        if edges.open:
            anywhere.append(maybe(edges.open))
    for probe in estate.of("balancer_probe"):
        if isinstance(probe, BalancerProbe):
            used = any_of([*by_probe.get(probe.id, ()), *anywhere, no(Cause(at=probe.at, label="no rule to federation servers"))])
            yield Fact(subject=probe.id, name="serves_federation", value=used)
            yield Fact(subject=probe.id, name="asks_federation_service", value=_asks(probe))
    for group in groups:
        farm = known_text(group.role) in ROLES
        yield Fact(subject=group.id, name="machines_seen", value=_seen(group, estate) if farm else no(Cause(at=group.at)))
        yield Fact(subject=group.id, name="behind_balancer", value=pools.all_of(group) if farm else yes(Cause(at=group.at)))


# --- what a probe asks ----------------------------------------------------------------------------------------------------


def _asks(probe: BalancerProbe) -> Truth:
    return all_of([_text_is(probe.protocol, "http"), _number_in(probe.port, (PROBE_PORT,)), _path_is(probe.path)])


def _text_is(text: Text, wanted: str) -> Truth:
    if isinstance(text, Unknown):
        return maybe(asks(text))
    here = Cause(at=text.at)
    return yes(here) if (text.value or "").casefold() == wanted else no(here)


def _number_in(number: Number, wanted: Sequence[int]) -> Truth:
    if isinstance(number, Unknown):
        return maybe(asks(number))
    here = Cause(at=number.at)
    return yes(here) if number.value in wanted else no(here)


def _path_is(path: Text) -> Truth:
    """Whether it is the page: Windows compares addresses without regard to case, and a page with or without the last slash."""
    if isinstance(path, Unknown):
        return maybe(asks(path))
    written = (path.value or "").strip().casefold()
    here = Cause(at=path.at)
    return yes(here) if written in (PROBE_PATH, f"{PROBE_PATH}/") else no(here)


# --- whom a pool leads to ---------------------------------------------------------------------------------------------------


def _serves(rule: BalancerRule, estate: Estate, pools: _Pools) -> Truth:
    if not pools.servers:
        return no(Cause(at=rule.at, label="no federation server is seen"))
    port = _number_in(rule.port, PORTS)
    edges = estate.linked(rule, "pools")
    found = [all_of([pools.leads(edge.target), sure(edge)]) for edge in edges.members]
    if edges.open:
        found.append(maybe(edges.open))
    led = any_of([*found, no(Cause(at=rule.at, label="leads to no federation server"))])
    return all_of([led, port])


class _Pools:
    """The pools of an estate by the federation servers that they lead to."""

    def __init__(self, estate: Estate, farms: Sequence[AgentGroup], *, asked: bool) -> None:
        self._estate = estate
        self.servers: dict[str, Truth] = {}
        for group in farms:
            for edge in group.members.members:
                self.servers[edge.target] = all_of([group.head.presence, sure(edge)])
        self._rules = [rule for rule in estate.of("balancer_rule") if isinstance(rule, BalancerRule)]
        self._pools = {pool.id: pool for pool in estate.of("balancer_pool") if isinstance(pool, BalancerPool)}
        self._balancers = {one.id: one for one in estate.of("balancer")}
        self._interfaces = {interface.id: interface for interface in estate.of("network_interface")}
        self._hosts = {host.id: host for kind in ("machine", "machine_set") for host in estate.of(kind)}
        if asked:
            # What a machine is that cannot be read is a question; it may be one of these.
            for candidate in candidates(estate, ANY_AGENT):
                if not candidate.classified and candidate.doubts and candidate.id in self._hosts:
                    self.servers.setdefault(candidate.id, maybe(asks(candidate.doubts[0])))
        self._joined: dict[str, list[tuple[PoolMember, Edge]]] = {}
        self._loose: list[PoolMember] = []
        for member in estate.of("pool_member") if self.servers else ():
            if isinstance(member, PoolMember):
                edges = estate.linked(member, "interface")
                for edge in edges.members:
                    self._joined.setdefault(edge.target, []).append((member, edge))
                if edges.open:
                    self._loose.append(member)
        self._led: dict[str, list[Truth]] = {}
        self._anywhere: list[Truth] = []
        for id_, server in self.servers.items():
            found, open_ = self._of(id_)
            for pool, truth in found:
                self._led.setdefault(pool, []).append(all_of([server, truth]))
            self._anywhere += [maybe(cause) for cause in open_]
        for member in self._loose:
            question = estate.linked(member, "interface").open
            for edge in estate.linked(member, "pool").members:
                self._led.setdefault(edge.target, []).append(maybe(question) if question else no())
        self._hollow = tuple(self._empty_pools()) if farms else ()

    def leads(self, pool: str) -> Truth:
        """Whether a pool leads to a federation server."""
        return any_of([*self._led.get(pool, ()), *self._anywhere, no()])

    def _of(self, id_: str) -> tuple[list[tuple[str, Truth]], list[Cause]]:
        """The pools that lead to one server, and what keeps open whether others do."""
        host = self._hosts.get(id_)
        if isinstance(host, MachineSet):
            return self._named(self._estate.linked(host, "pools"))
        if not isinstance(host, Machine):
            return [], []
        edges = self._estate.linked(host, "interfaces")
        found: list[tuple[str, Truth]] = []
        open_ = [edges.open] if edges.open else []
        for edge in edges.members:
            interface = self._interfaces.get(edge.target)
            if interface is None:
                reason = f"in which pools is the network interface of {host.label}? it is managed elsewhere"
                open_.append(asks(Unknown(reason=reason, at=edge.because.at, how=_HOW)))
            else:
                named, more = self._named(self._estate.linked(interface, "pools"))
                found += [(pool, all_of([sure(edge), truth])) for pool, truth in named]
                open_ += more
            for member, joint in self._joined.get(edge.target, ()):
                named, more = self._named(self._estate.linked(member, "pool"))
                found += [(pool, all_of([sure(edge), sure(joint), _there(member), truth])) for pool, truth in named]
                open_ += more
        return found, open_

    @staticmethod
    def _named(edges: Edges) -> tuple[list[tuple[str, Truth]], list[Cause]]:
        return [(edge.target, sure(edge)) for edge in edges.members], [edges.open] if edges.open else []

    # --- groups -------------------------------------------------------------------------------------------------------------

    def all_of(self, group: AgentGroup) -> Truth:
        """Whether pools lead to all servers of a group that are machines."""
        found = [self._balanced(edge) for edge in group.members.members if edge.target in self._hosts]
        more = unseen(group)
        return all_of([*found, *([maybe(*more)] if more else []), yes(Cause(at=group.at))])

    def _balanced(self, edge: Edge) -> Truth:
        """Whether a pool leads to one machine; what is only possibly in the group spoils nothing."""
        host = self._hosts[edge.target]
        pools, open_ = self._of(edge.target)
        truths = [all_of([truth, self._ruled(pool)]) for pool, truth in pools]
        if not any(truth.answer == "yes" for truth in truths):
            truths += [maybe(cause) for cause in (*open_, *self._other_ways(host))]
        none = "no rule for HTTPS leads to the pool of" if pools else "no load balancer leads to"
        answer = any_of([*truths, no(Cause(at=host.at, label=f"{none} {host.label}"))])
        if answer.answer == "no" and (not edge.certain or host.head.presence.answer != "yes"):
            doubt = edge.because if edge.because.unknown else next(iter(host.head.presence.because), None)
            question = Unknown(
                reason=f"is {host.label} one of these servers?",
                at=host.at,
                how="tag the machine (sparekey-role), or list it in sparekey.yaml (inventory: agents)",
            )
            return maybe(doubt if doubt is not None and doubt.unknown else asks(question))
        return answer

    def _ruled(self, pool: str) -> Truth:
        """Whether a rule leads people who sign in to a pool."""
        found: list[Truth] = []
        for rule in self._rules:
            edges = self._estate.linked(rule, "pools")
            ways = [sure(edge) for edge in edges.members if edge.target == pool]
            ways += [maybe(edges.open)] if edges.open else []
            if ways:
                found.append(all_of([any_of(ways), _number_in(rule.port, BALANCED), _there(rule)]))
        if not any(truth.answer == "yes" for truth in found):
            found += [maybe(cause) for cause in self._rules_elsewhere(pool)]
        return any_of([*found, no()])

    def _rules_elsewhere(self, id_: str) -> Iterator[Cause]:
        """Why a pool may have rules that are not seen: it or its balancer is managed elsewhere, or not all is read."""
        yield from (asks(leak) for leak in self._estate.leaks)
        yield from (
            asks(Unknown(reason=f"does {rule.label} lead to this pool?", at=rule.at, how=_HOW))
            for rule in self._estate.beside("balancer_rule")[:1]
        )
        pool = self._pools.get(id_)
        if pool is not None and not pool.head.looked_up:
            edges = self._estate.linked(pool, "balancer")
            owners = [self._balancers.get(edge.target) for edge in edges.members]
            if owners and not edges.open and all(owner is not None and not owner.head.looked_up for owner in owners):
                return
        label = pool.label if pool else id_.rpartition(":")[2] or id_
        at = pool.at if pool else next((rule.at for rule in self._rules), None) or next(iter(self._hosts.values())).at
        reason = f"which rules of its load balancer lead to the pool {label}? it is managed elsewhere"
        yield asks(Unknown(reason=reason, at=at, how=_HOW))

    def _other_ways(self, host: Resource) -> Iterator[Cause]:
        """What else may lead to a machine."""
        for member in self._loose:
            question = self._estate.linked(member, "interface").open
            if question:
                yield question
        yield from (asks(leak) for leak in self._estate.leaks)
        names = (e for e in self._estate.of("traffic_endpoint") if not (isinstance(e, TrafficEndpoint) and _is_off(e)))
        for other in (*names, *self._estate.beside("pool_member"), *self._hollow):
            reason = f"does {other.label} lead to {host.label}?"
            yield asks(
                Unknown(reason=reason, at=other.at, how="lead to it by a pool of a load balancer, or refer to the machine")
            )
            return
        for type_ in sorted(self._estate.unmapped & _OTHER_WAYS)[:1]:
            how = "lead to it by a pool of a load balancer, or waive the finding: what stands there is not read"
            yield asks(Unknown(reason=f"does what {type_} declares lead to {host.label}?", at=host.at, how=how))

    def _empty_pools(self) -> Iterator[Resource]:
        """Pools of which no member is seen: they may name theirs by address."""
        rules = {rule.id for rule in self._estate.of("balancer_rule")}
        used = {
            edge.target
            for (id_, name), edges in self._estate.edges.items()
            if name in ("pools", "pool") and id_ not in rules
            for edge in edges.members
        }
        return (pool for pool in self._estate.of("balancer_pool") if pool.id not in used)


def _is_off(endpoint: TrafficEndpoint) -> bool:
    return isinstance(endpoint.enabled, Known) and endpoint.enabled.value is False


def _seen(group: AgentGroup, estate: Estate) -> Truth:
    found = [member for member in members(group, estate) if isinstance(member.resource, Machine | MachineSet)]
    there = next((member for member in found if member.doubt is None or member.several), None)
    if there:
        return yes(Cause(at=there.at))
    doubts = [member.doubt for member in found if member.doubt]
    return maybe(*doubts) if doubts else no(Cause(at=group.at, label="no server of it is a machine of the files"))


def _there(resource: Resource) -> Truth:
    return resource.head.presence
