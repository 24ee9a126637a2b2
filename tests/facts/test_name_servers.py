"""Name servers of networks: a law over hidden lists first, then the cases one by one."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from tests import azure_templates as templates
from tests.azure_estates import Hidden, machine, scale_set, tags
from tests.hybrid_estates import MAYBE, estate, facts
from tests.networks import balancer, id_of, interface, laid_over, managed_domain, network, subnet

from sparekey.facts.hybrid import DERIVATION

NET = "network.n"
LAID = "network_name_servers.l"
CLOUD = "168.63.129.16"


def said(*things: object, of: str = NET) -> dict[str, object]:
    """The facts of one resource, by name."""
    found = facts(DERIVATION, estate(*things))  # type: ignore[arg-type]
    return {name: value for (subject, name), value in found.items() if subject == of}


def verdict(servers: object) -> tuple[object, object, object]:
    """What a rule makes of a list: whether there is one, whether there are two, whether the first is the machine itself."""
    found = said(network("n", servers))  # type: ignore[arg-type]
    count = found["own_servers"]
    assert isinstance(count, tuple)
    least, most = count
    enough = "yes" if least >= 2 else "no" if most is not None and most < 2 else "maybe"
    return found["asks_own_servers"], enough, found["loopback_first"]


A, B = "10.0.0.4", "10.0.0.5"


@pytest.mark.parametrize(
    ("servers", "expected"),
    [
        ([], ("no", "no", "no")),
        ([CLOUD], ("no", "no", "no")),
        ([A], ("yes", "no", "no")),
        ([A, A], ("yes", "no", "no")),
        ([f" {A}", A], ("yes", "no", "no")),
        ([A, B], ("yes", "yes", "no")),
        (["::ffff:1", B], ("yes", "yes", "no")),
        (["fd00::1", "fd00:0::1"], ("yes", "no", "no")),
        (["127.0.0.1"], ("yes", "no", "yes")),
        (["127.0.0.1", A, B], ("yes", "yes", "yes")),
        (["::1", A, B], ("yes", "yes", "yes")),
        (["127.3.2.1", A, B], ("yes", "yes", "yes")),
        ([A, "127.0.0.1"], ("yes", "maybe", "no")),
        ([A, B, "127.0.0.1"], ("yes", "yes", "no")),
        ([A, CLOUD], ("yes", "maybe", "no")),
        ([CLOUD, A, B], ("yes", "yes", "no")),
        (["a name", A], ("yes", "maybe", "maybe")),
        ([A, ""], ("yes", "maybe", "no")),
    ],
)
def test_known_lists(servers: list[str], expected: tuple[str, str, str]) -> None:
    assert verdict(servers) == (expected if expected[0] == "yes" else (expected[0], verdict(servers)[1], expected[2]))


WORLDS = [A, B, CLOUD, "127.0.0.1"]


@pytest.mark.parametrize(
    "servers", [s for n in (1, 2, 3) for s in product([A, B, CLOUD, "127.0.0.1", None], repeat=n) if None in s]
)
def test_what_is_said_of_hidden_addresses_holds_for_every_address(servers: tuple[str | None, ...]) -> None:
    """Law 1: hiding an address only makes unknown."""
    told = verdict([Hidden() if one is None else one for one in servers])
    for world in product(*([one] if one else WORLDS for one in servers)):
        for answer, true in zip(told, verdict(list(world)), strict=True):
            assert answer in ("maybe", true)


def test_a_list_that_is_hidden_as_a_whole_is_a_question() -> None:
    assert verdict(Hidden()) == ("maybe", "maybe", "maybe")


# --- what addresses come from ---------------------------------------------------------------------------------------------------


def nics(*names: str, certain: bool = True) -> list[object]:
    """Addresses that interfaces will have."""
    return [Hidden((f"network_interface.{name}",), certain=certain) for name in names]


def laid(servers: object, *things: object, reported: str = "private_ip_address") -> dict[str, object]:
    """The facts of name servers that are laid over a network with a subnet."""
    over = laid_over("l", servers, ["n"], reported=reported)  # type: ignore[arg-type]
    return said(network("n"), subnet("s", ["n"]), over, *things, of=LAID)


def test_interfaces_of_one_network_have_different_addresses() -> None:
    a, b = (interface(name, ["s"], addresses=Hidden()) for name in "ab")
    assert laid(nics("a", "b"), a, b)["own_servers"] == (2, 2)
    assert laid(nics("a", "b"), a, b)["asks_own_servers"] == "yes"
    assert laid(nics("a", "b"), a, b)["loopback_first"] == "no"
    assert laid(nics("a", "a"), a, b)["own_servers"] == (1, 2)
    assert laid(nics("a", "b", certain=False), a, b)["own_servers"] == (0, 2)
    elsewhere = interface("b", Hidden(), addresses=Hidden())
    assert laid(nics("a", "b"), a, elsewhere)["own_servers"] == (0, 2)


def test_an_address_that_is_written_on_the_interface_is_that_address() -> None:
    a, b = interface("a", ["s"], addresses=[A]), interface("b", ["s"], addresses=[B])
    assert laid(nics("a", "b"), a, b)["own_servers"] == (2, 2)
    assert laid([*nics("a"), A], a)["own_servers"] == (1, 1)
    assert laid([*nics("a"), B], a)["own_servers"] == (2, 2)
    assert laid(nics("a", "b"), a, b, reported="mac_address")["own_servers"] == (0, 2)


@pytest.mark.parametrize(
    ("servers", "reported", "least"),
    [
        (Hidden(("managed_domain.d",), certain=True), "initial_replica_set.0.domain_controller_ip_addresses", 2),
        (Hidden(("managed_domain.d",), certain=False), "initial_replica_set.0.domain_controller_ip_addresses", 0),
        (Hidden(("managed_domain.d",), certain=True), "initial_replica_set.0.subnet_id", 0),
        (
            Hidden(("managed_domain.d",), certain=True, beyond="local.x"),
            "initial_replica_set.0.domain_controller_ip_addresses",
            0,
        ),
        (Hidden(("network.n",), certain=True), "domain_controller_ip_addresses", 0),
    ],
)
def test_a_managed_domain_reports_two(servers: Hidden, reported: str, least: int) -> None:
    found = laid(servers, managed_domain("d", id_of("subnet", "s")), reported=reported)
    assert found["own_servers"] == (least, None)
    assert found["asks_own_servers"] == ("yes" if least else "maybe")


# --- one list over another --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "presence", "expected"),
    [
        (["n"], None, "yes"),
        (["other"], None, "no"),
        ([Hidden()], None, "maybe"),
        (["n"], MAYBE, "maybe"),
        ([Hidden(("network.n",), certain=True)], None, "yes"),
    ],
)
def test_what_is_laid_over_a_network(of: list[object], presence: object, expected: str) -> None:
    over = laid_over("l", [A], of, **({"presence": presence} if presence else {}))  # type: ignore[arg-type]
    assert said(network("n", [A, B]), over)["overlaid"] == expected
    assert said(network("n", [A, B]), over, of=LAID)["overlaid"] == "no"


# --- what stands there --------------------------------------------------------------------------------------------------------------


def host(role: str | None = "adds-dc", nic: object = "i", **more: object) -> object:
    """A machine with an interface."""
    ids = nic if isinstance(nic, Hidden) else [id_of("network_interface", str(nic))]
    return machine("m", tags(None, role), network_interface_ids=ids, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ["adds-dc", "adfs", "connector", "pta-agent", "connect-sync", "idp"])
def test_a_part_of_sign_in_stands_in_the_network(role: str) -> None:
    inside = [network("n", [A]), subnet("s", ["n"]), interface("i", ["s"])]
    assert said(*inside, host(role))["serves_identity"] == "yes"
    assert said(*inside, host(role, "other"))["serves_identity"] == "no"
    assert said(*inside, host(role, Hidden()))["serves_identity"] == "maybe"
    assert said(*inside, host(None))["serves_identity"] == "no"
    assert said(*inside, host("break-glass"))["serves_identity"] == "no"


def test_where_its_subnet_or_network_is_hidden_it_may_stand_here() -> None:
    assert said(network("n", [A]), interface("i", Hidden()), host())["serves_identity"] == "maybe"
    named = interface("i", ["/networks/n/subnets/s"])
    assert said(network("n", [A]), named, host())["serves_identity"] == "yes"
    other = [network("n", [A]), network("o"), subnet("s", ["o"]), interface("i", ["s"])]
    assert said(*other, host())["serves_identity"] == "no"


def test_machines_with_hidden_tags_and_managed_domains() -> None:
    inside = [network("n", [A]), subnet("s", ["n"]), interface("i", ["s"])]
    hidden = machine("m", Hidden(), network_interface_ids=[id_of("network_interface", "i")])
    assert said(*inside, hidden)["serves_identity"] == "maybe"
    assert said(*inside, managed_domain("d", id_of("subnet", "s")))["serves_identity"] == "yes"
    assert said(*inside, managed_domain("d", "/networks/n/subnets/z"))["serves_identity"] == "yes"
    assert said(*inside, managed_domain("d", Hidden(("subnet.s",), certain=True)))["serves_identity"] == "yes"
    assert said(*inside, managed_domain("d", Hidden()))["serves_identity"] == "maybe"
    assert said(*inside, managed_domain("d", Hidden(("subnet.s",))))["serves_identity"] == "maybe"
    assert said(*inside, managed_domain("d", "/subnets/other"))["serves_identity"] == "no"


def test_the_server_itself_is_a_part_of_sign_in() -> None:
    elsewhere = [network("n", [A]), network("o"), subnet("s", ["o"]), interface("i", ["s"], addresses=[A])]
    assert said(*elsewhere, host())["serves_identity"] == "yes"
    assert said(*elsewhere, host(None))["serves_identity"] == "no"


def test_an_interface_serves_the_machine_behind_it() -> None:
    asks = interface("i", servers=[A])
    assert said(asks, host("adfs"), of="network_interface.i")["serves_identity"] == "yes"
    assert said(asks, host(None), of="network_interface.i")["serves_identity"] == "no"


def test_a_controller_may_ask_itself_after_another_one() -> None:
    asks = interface("i", servers=[A, "127.0.0.1"])
    assert said(asks, host("adds-dc"), of="network_interface.i")["own_servers"] == (2, 2)
    assert said(asks, host("adfs"), of="network_interface.i")["own_servers"] == (1, 2)
    alone = interface("i", servers=["127.0.0.1", A])
    assert said(alone, host("adds-dc"), of="network_interface.i")["loopback_first"] == "yes"


def test_a_scale_set_says_its_subnets_itself() -> None:
    """What its mapping cannot tell is a question."""
    agents = scale_set("s", 2, tags(None, "pta-agent"), network_interface=Hidden())
    assert said(network("n", [A]), subnet("s", ["n"]), agents)["serves_identity"] == "maybe"


def test_a_managed_domain_stands_in_the_network_whose_part_its_template_names(tmp_path: Path) -> None:
    net, domain = "Microsoft.Network/virtualNetworks", "Microsoft.AAD/domainServices"
    inside = templates.arm(
        net, "net", {"dhcpOptions": {"dnsServers": ["10.0.0.4"]}, "subnets": [{"name": "a"}, {"name": "Domain"}]}
    )

    def serves(subnet: object) -> str:
        found = templates.deployed(
            tmp_path, inside, templates.arm(domain, "d.example", {"replicaSets": [{"location": "x", "subnetId": subnet}]})
        )
        (truth,) = [value for (_, name), value in facts(DERIVATION, found).items() if name == "serves_identity"]
        return str(truth)

    assert serves(templates.id_of(f"{net}/subnets", "NET", "domain")) == "yes"
    assert serves(templates.id_of(f"{net}/subnets", "net", "missing")) == "maybe"
    assert serves("[parameters('s')]") == "maybe"


# --- services of the cloud -----------------------------------------------------------------------------------------------------

FIREWALL = subnet("AzureFirewallSubnet", ["n"], prefixes=["10.0.0.0/26"], service="firewall")


@pytest.mark.parametrize(
    ("servers", "around", "expected"),
    [
        ([A], FIREWALL, "maybe"),
        ([A, A], FIREWALL, "maybe"),
        (["10.0.0.70"], FIREWALL, "no"),
        ([A, "10.0.0.70"], FIREWALL, "yes"),
        ([A], subnet("s", ["n"], prefixes=["10.0.0.0/26"]), "no"),
        ([A], subnet("s", ["n"], prefixes=["no range"], service="firewall"), "no"),
        ([A], subnet("s", ["n"], prefixes=[Hidden()], service="firewall"), "maybe"),
        ([A], [*subnet("s", ["n"], prefixes=[Hidden()], service="firewall"), *interface("i", addresses=[A])], "no"),
        (["10.9.0.1"], balancer("lb", addresses=["10.9.0.1"]), "maybe"),
        (["10.9.0.2"], balancer("lb", addresses=["10.9.0.1"]), "no"),
        (["10.9.0.2"], balancer("lb", addresses=["10.9.0.1", Hidden()]), "maybe"),
    ],
)
def test_an_address_of_a_service_is_not_one_server(servers: list[str], around: list[object], expected: str) -> None:
    found = said(network("n", servers), around)
    assert found["asks_own_servers"] == "yes"
    count = found["own_servers"]
    assert isinstance(count, tuple)
    least, most = count
    assert ("yes" if least >= 2 else "no" if most is not None and most < 2 else "maybe") == expected


@pytest.mark.parametrize("servers", [["AzureProvidedDNS"], ["azureprovideddns"]])
def test_an_interface_may_ask_the_cloud_by_name(servers: list[str]) -> None:
    assert said(interface("i", servers=servers), of="network_interface.i")["asks_own_servers"] == "no"
    assert said(network("n", servers))["asks_own_servers"] == "maybe", "a network has no such word"
