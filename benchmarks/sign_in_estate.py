"""Generated dependency graphs of any size for the benchmarks: tenants of about 2,000 components, as a sign-in depends on them.

Each tenant has sites with hosts and links, two regions with hubs, domain controllers, DNS, a federation farm with proxies, pass-through
agents, a broker with a two-of-three database, connector groups, vaults, authentication methods and, for the rest, applications.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from sparekey.facts.survivability.building import build
from sparekey.facts.survivability.graph import Component, Graph, Group, Tie
from sparekey.model.span import Pointer

_AT = Pointer(file="generated.json", pointer="")
_TENANT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Site:
    name: str
    hosts: list[str]
    network: str


def sign_in_estate(components: int, *, seed: int) -> Graph:
    """A graph of at least `components` (more than 300) components; its targets are the applications. Same arguments, same graph."""
    return _Estate(seed).grown(components)


class _Estate:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.components: list[Component] = []
        self.on: dict[str, str] = {}
        self.apps: list[str] = []

    def add(self, name: str, kind: str, needs: tuple[str, ...] = (), *groups: tuple[int, list[str]], stops: bool = True) -> str:
        self.components.append(
            Component(
                name=name,
                kind=kind,
                at=(_AT,),
                needs=tuple(Tie(to=need, at=_AT) for need in needs),
                groups=tuple(
                    Group(name=name, members=tuple(Tie(to=m, at=_AT) for m in members), at=_AT, least=least)
                    for least, members in groups
                ),
                stops=stops,
            )
        )
        return name

    def grown(self, size: int) -> Graph:
        providers = [self.add(f"provider{p}", "provider") for p in range(2)]
        regions: list[str] = []
        zones: dict[str, list[str]] = {}
        for provider in providers:
            for r in range(4):
                region = self.add(f"{provider}.region{r}", "region", (provider,))
                zones[region] = [self.add(f"{region}.zone{z}", "zone", (region,)) for z in range(3)]
                regions.append(region)
        telephony = self.add("telephony", "provider")
        tenants = 0
        while len(self.components) < size:
            tenants += 1
            room = min(_TENANT, size - len(self.components))
            _Tenant(self, f"tenant{tenants}", regions, zones).grow(room, providers[0], telephony)
        return build(self.components, self.apps)


class _Tenant:
    def __init__(self, estate: _Estate, name: str, regions: list[str], zones: dict[str, list[str]]) -> None:
        self.estate = estate
        self.add = estate.add
        self.random = estate.random
        self.prefix = f"{name}."
        self.zones = zones
        self.first = len(estate.components)
        self.sites = [self.site(s) for s in range(self.random.randint(2, 5))]
        self.regions = self.random.sample(regions[:4], 2)
        self.hubs = {region: self.named(f"hub.{region}", "network", (region,)) for region in self.regions}
        self.gateways = [self.named(f"vpn.{region}", "network", (self.hubs[region],)) for region in self.regions]

    def named(self, name: str, kind: str, needs: tuple[str, ...] = (), *groups: tuple[int, list[str]], stops: bool = True) -> str:
        return self.add(self.prefix + name, kind, needs, *groups, stops=stops)

    def site(self, number: int) -> _Site:
        name = self.named(f"site{number}", "site")
        hosts = [self.add(f"{name}.host{h}", "host", (name,)) for h in range(self.random.randint(1, 3))]
        links = [self.add(f"{name}.wan{w}", "link", (name,)) for w in range(self.random.choice((1, 2)))]
        return _Site(name=name, hosts=hosts, network=self.add(f"{name}.net", "network", (name,), (1, links)))

    def machine(self, name: str, where: _Site | str) -> str:
        """A virtual machine on a host of a site, or in a zone of a region."""
        if isinstance(where, _Site):
            host = self.random.choice(where.hosts)
            disk = self.named(f"{name}.disk", "disk", (host,))
            return self.named(f"{name}.vm", "vm", (host, disk, where.network))
        zone = self.random.choice(self.zones[where])
        card = self.named(f"{name}.nic", "nic", (self.hubs[where],))
        disk = self.named(f"{name}.disk", "disk", (zone,))
        return self.named(f"{name}.vm", "vm", (zone, card, disk))

    def grow(self, room: int, provider: str, telephony: str) -> None:
        draw, named = self.random, self.named
        machines = []
        for d in range(draw.randint(2, 4)):
            at_site = draw.random() < 0.7
            machines.append(self.machine(f"dc{d}", draw.choice(self.sites) if at_site else self.regions[0]))
        controllers = [named(f"dc{d}", "domain_controller", (machine,)) for d, machine in enumerate(machines)]
        directory = named("directory", "directory", (), (1, controllers), stops=False)
        servers = [named(f"dns{d}", "dns_server", (machine,)) for d, machine in enumerate(machines[:2])]
        names = named("internal-dns", "dns", (), (1, servers), stops=False)
        tenant = named("tenant", "tenant", (provider,))
        public = named("public-dns", "dns_zone")
        vaults = [named(f"vault.{region}", "vault", (region,)) for region in self.regions]
        sign_in = self.sign_in(tenant, directory, names, public)
        methods, key = self.methods(tenant, telephony)
        broker = self.broker(public)
        groups = [self.connector_group(c, tenant, names) for c in range(max(1, room // 120))]
        link = named("hybrid-link", "network", (), (1, self.gateways), stops=False)
        optional = [(0.2, broker), (0.3, link), (0.3, directory)]
        number = 0
        while len(self.estate.components) - self.first < room:
            secret = named(f"app{number}.secret", "secret", (draw.choice(vaults),))
            needs = [named(f"app{number}.registration", "registration", (tenant, secret)), sign_in, methods]
            instances = []
            for i in range(draw.choice((1, 2, 2, 3))):
                region = draw.choice(self.regions)
                zone = draw.choice(self.zones[region])
                instances.append(named(f"app{number}.instance{i}", "instance", (zone, self.hubs[region])))
            if draw.random() < 0.4:
                needs.append(draw.choice(groups))
            needs += [what for chance, what in optional if draw.random() < chance]
            self.estate.apps.append(named(f"app{number}", "application", tuple(needs), (1, instances)))
            number += 1
        named("emergency", "emergency_sign_in", (key, tenant))

    def sign_in(self, tenant: str, directory: str, names: str, public: str) -> str:
        """First-factor sign-in by federation, by pass-through agents, or by one of both."""
        draw, named = self.random, self.named
        farm = []
        for i in range(draw.randint(2, 3)):
            machine = self.machine(f"adfs{i}", draw.choice(self.sites))
            farm.append(named(f"adfs{i}", "federation_server", (machine, directory, names)))
        proxies = [named(f"wap{i}", "federation_proxy", (self.machine(f"wap{i}", draw.choice(self.sites)),)) for i in range(2)]
        certificate = named("signing-certificate", "certificate", (public,))
        federation = named("federation", "federation", (certificate, public), (1, farm), (1, proxies))
        agents = []
        for i in range(draw.randint(1, 3)):
            machine = self.machine(f"pta{i}", draw.choice(self.sites))
            agents.append(named(f"pta{i}", "pass_through_agent", (machine, directory)))
        pass_through = named("pass-through", "bracket", (), (1, agents), stops=False)
        ways = draw.choice(([federation, pass_through], [federation], [pass_through]))
        return named("sign-in", "sign_in", (tenant,), (1, ways))

    def methods(self, tenant: str, telephony: str) -> tuple[str, str]:
        named = self.named
        app, text, key = named("app-method", "method", (tenant,)), named("sms", "method", (telephony,)), named("key", "method")
        chosen = self.random.choice(([app, text, key], [app, text], [text], [app]))
        return named("methods", "bracket", (), (1, chosen), stops=False), key

    def broker(self, public: str) -> str:
        named, zones = self.named, self.zones[self.regions[0]]
        nodes = [named(f"node{i}", "node", (zones[i % 3],)) for i in range(6)]
        stores = [named(f"store{i}", "store", (nodes[i],)) for i in range(3)]
        pods = [named(f"pod{i}", "pod", (nodes[3 + i],)) for i in range(2)]
        return named("broker", "broker", (self.hubs[self.regions[0]], public), (2, stores), (1, pods))

    def connector_group(self, number: int, tenant: str, names: str) -> str:
        draw = self.random
        place, home = draw.choice(("one site", "sites", "sites and regions")), draw.choice(self.sites)
        connectors = []
        for i in range(draw.choice((1, 2, 2, 2, 3))):
            site = home if place == "one site" else draw.choice(self.sites)
            where = draw.choice(self.regions) if place == "sites and regions" and i % 2 else site
            machine = self.machine(f"group{number}.connector{i}", where)
            connectors.append(self.named(f"group{number}.connector{i}", "connector", (machine, names)))
        return self.named(f"group{number}", "connector_group", (tenant,), (1, connectors), stops=False)
