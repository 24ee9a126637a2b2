"""IP networks: `parseCidr`, `cidrSubnet`, `cidrHost`."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Network, IPv6Network, NetmaskValueError, ip_address, ip_network

from sparekey.formats.arm.language.values import EvaluationError, Later, NotYetError, Value

_Network = IPv4Network | IPv6Network


def parse_cidr(text: str) -> dict[str, Value]:
    """The members of a network: first and last address, mask, and what hosts can use. Raises EvaluationError."""
    network = _network(text)
    if network.version == 6:
        raise NotYetError(Later("the members of a network of the newer protocol"))
    first, last = int(network.network_address), int(network.broadcast_address)
    # Of a network without room for hosts the first address is all that is called usable.
    usable = (first + 1, last - 1) if network.prefixlen < 31 else (first, first)
    held: dict[str, Value] = {"network": str(network.network_address), "netmask": str(network.netmask)}
    held["broadcast"] = str(network.broadcast_address)
    held["firstUsable"], held["lastUsable"] = str(_address(usable[0], network)), str(_address(usable[1], network))
    held["cidr"] = network.prefixlen
    return held


def cidr_subnet(text: str, prefix: int, index: int) -> str:
    """The subnet with this number among those of a new prefix length. Raises EvaluationError."""
    network = _network(text)
    if not network.prefixlen <= prefix <= network.max_prefixlen:
        raise EvaluationError("a subnet cannot have that prefix length")
    if not 0 <= index < 1 << (prefix - network.prefixlen):
        raise EvaluationError("there are not so many subnets")
    start = int(network.network_address) + (index << (network.max_prefixlen - prefix))
    return f"{_address(start, network)}/{prefix}"


def cidr_host(text: str, index: int) -> str:
    """The host with this number, 0 being the first usable one. Raises EvaluationError."""
    network = _network(text)
    usable = network.num_addresses - (2 if network.version == 4 else 1)
    if index != -1 and not 0 <= index < usable:
        raise EvaluationError("there are not so many hosts")
    return str(_address(int(network.network_address) + index + 1, network))


def _address(number: int, network: _Network) -> object:
    return type(network.network_address)(number)


def _network(text: str) -> _Network:
    address, slash, prefix = text.partition("/")
    try:
        if not slash:
            prefix = _classful(address)
        elif not prefix.isascii() or not prefix.isdigit():
            # A mask in dots is taken by some libraries and not by others.
            raise NotYetError(Later(f"the network {text[:60]!r}")) if "." in prefix else EvaluationError("no network")
        return ip_network(f"{ip_address(address)}/{prefix}", strict=False)
    except (ValueError, AddressValueError, NetmaskValueError):
        raise EvaluationError("the text is no network") from None


def _classful(address: str) -> str:
    first = ip_address(address)
    if first.version == 6:
        raise NotYetError(Later("a network of the newer protocol without a prefix length"))
    leading = int(first) >> 24
    return "8" if leading < 128 else "16" if leading < 192 else "24" if leading < 224 else "32"
