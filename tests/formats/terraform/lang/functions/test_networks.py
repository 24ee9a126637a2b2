"""Networks, against Python's own and against answers of the real Terraform 1.11.4."""

from __future__ import annotations

import ipaddress
import itertools

import pytest
from hypothesis import assume, settings
from hypothesis import given as over
from hypothesis import strategies as st
from tests.formats.terraform.lang.functions.calling import refused, result

from sparekey.formats.terraform.lang.functions.networks import FUNCTIONS

four = st.tuples(st.integers(2**24, 2**32 - 1), st.integers(0, 32)).map(lambda pair: ipaddress.IPv4Network(pair, strict=False))
six = st.tuples(st.integers(2**64, 2**128 - 1), st.integers(0, 128)).map(lambda pair: ipaddress.IPv6Network(pair, strict=False))
networks = st.one_of(four, six)
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@settings(max_examples=200, deadline=None)
@over(networks, st.integers(0, 2**63 - 1))
def test_hosts(network: Network, count: int) -> None:
    assume(count < network.num_addresses)
    assert result(FUNCTIONS, "cidrhost", str(network), count).content == str(network[count])
    assert result(FUNCTIONS, "cidrhost", str(network), -count - 1).content == str(network[-count - 1])


@settings(max_examples=200, deadline=None)
@over(networks, st.integers(0, 32), st.integers(0, 2**32 - 1))
def test_subnets_by_number(network: Network, bits: int, count: int) -> None:
    assume(network.prefixlen + bits <= network.max_prefixlen and count < 2**bits)
    size = 1 << (network.max_prefixlen - network.prefixlen - bits)
    expected = type(network)((int(network.network_address) + count * size, network.prefixlen + bits))
    assert result(FUNCTIONS, "cidrsubnet", str(network), bits, count).content == str(expected)


@settings(max_examples=200, deadline=None)
@over(networks, st.lists(st.integers(1, 32), max_size=5))
def test_subnets_in_a_row_fit_and_do_not_overlap(network: Network, bits: list[int]) -> None:
    if refused(FUNCTIONS, "cidrsubnets", str(network), *bits):
        return
    value = result(FUNCTIONS, "cidrsubnets", str(network), *bits)
    assert isinstance(value.content, tuple)
    subnets = [type(network)(str(item.content)) for item in value.content]
    assert [subnet.prefixlen - network.prefixlen for subnet in subnets] == bits
    for before, after in itertools.pairwise(subnets):
        assert int(before.broadcast_address) < int(after.network_address)
    for subnet in subnets:
        assert int(network.network_address) <= int(subnet.network_address)
        assert int(subnet.broadcast_address) <= int(network.broadcast_address)


@settings(max_examples=100, deadline=None)
@over(four)
def test_masks(network: ipaddress.IPv4Network) -> None:
    assert result(FUNCTIONS, "cidrnetmask", str(network)).content == str(network.netmask)


@pytest.mark.parametrize(
    "name, arguments, expected",
    [
        ("cidrsubnet", ("10.0.0.0/16", 8, -1), "0.0.1.0/24"),
        ("cidrsubnet", ("10.0.0.0/16", -1, 0), "10.0.0.0/15"),
        ("cidrsubnet", ("10.0.0.0/8", -10, 0), "<nil>"),
        ("cidrhost", ("::ffff:10.0.0.0/104", 1), "0:1::ffff:a00:0"),
        ("cidrhost", ("010.001.0.0/016", 1), "10.1.0.1"),
    ],
)
def test_odd_arguments(name: str, arguments: tuple[str | int, ...], expected: str) -> None:
    assert result(FUNCTIONS, name, *arguments).content == expected


@pytest.mark.parametrize(
    "name, arguments, words",
    [
        ("cidrhost", ("10.0.0.0/30", -5), "prefix of 30 does not accommodate a host numbered -1"),
        ("cidrhost", ("300.0.0.0/8", 1), "invalid CIDR expression: invalid CIDR address: 300.0.0.0/8"),
        ("cidrnetmask", ("fd00::/8",), "IPv6 addresses cannot have a netmask: fd00::/8"),
        ("cidrsubnet", ("10.0.0.0/30", 8, 0), "insufficient address space to extend prefix of 30 by 8"),
        ("cidrsubnet", ("10.0.0.0/16", 1, 2), "prefix extension of 1 does not accommodate a subnet numbered 2"),
        ("cidrsubnets", ("10.1.0.0/16", 0), "must extend prefix by at least one bit"),
        ("cidrsubnets", ("fd00::/16", 33), "may not extend prefix by more than 32 bits"),
        ("cidrsubnets", ("10.0.0.0/30", 3), "would extend prefix to 33 bits, which is too long for an IPv4 address"),
        ("cidrsubnets", ("10.1.0.0/16", 1, 1, 1), "a prefix of 17 bits after 10.1.128.0/17"),
        ("cidrsubnets", ("0.0.0.0/8", 1), "not enough remaining address space"),
    ],
)
def test_refusals(name: str, arguments: tuple[str | int, ...], words: str) -> None:
    assert words in refused(FUNCTIONS, name, *arguments)
