"""IP networks: `cidrhost`, `cidrnetmask`, `cidrsubnet`, `cidrsubnets`.

An address is its bytes: four, or sixteen. Some results for arguments that make no sense (negative numbers, IPv4 inside IPv6) are
odd; they are Terraform's.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from sparekey.formats.terraform.lang.function import Function, Parameter, Surroundings, table
from sparekey.formats.terraform.lang.functions.arguments import string
from sparekey.formats.terraform.lang.functions.refusals import bad_argument, failed
from sparekey.formats.terraform.lang.types import NUMBER, STRING, ListType, Type
from sparekey.formats.terraform.lang.values import TooMuchError, Value, text

_BIG: Final = 0xFFFFFF  # no octet, group or prefix length of so many digits is read any further
_MASK_64: Final = 2**64 - 1
_MAPPED: Final = bytes(10) + b"\xff\xff"  # RFC 4291, section 2.5.5.2
_MAPPED_SIZE: Final = 2**32
_MAPPED_END: Final = 2**48
_WIDEST: Final = 4096  # bits of a number that may be shifted about


@dataclass(frozen=True, slots=True)
class _Network:
    """A network: its first address, and the length of its prefix."""

    address: bytes
    prefix: int

    @property
    def bits(self) -> int:
        return len(self.address) * 8

    @property
    def short(self) -> bytes | None:
        """The four bytes of an IPv4 address, be it inside IPv6."""
        if len(self.address) == 4:
            return self.address
        return self.address[12:] if self.address.startswith(_MAPPED) else None

    def __str__(self) -> str:
        if not 0 <= self.prefix <= self.bits:
            return "<nil>"
        prefix = self.prefix if self.short is None or len(self.address) == 4 else max(self.prefix - 96, 0)
        return f"{_shown(self.address)}/{prefix}"


def _shown(address: bytes) -> str:
    """An address as it is written."""
    if len(address) == 16 and address.startswith(_MAPPED):
        address = address[12:]
    if len(address) == 4:
        return ".".join(str(octet) for octet in address)
    return str(ipaddress.IPv6Address(address))


def _ipv4(written: str) -> bytes | None:
    """Four decimal numbers; zeros may lead."""
    match = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)\.(\d+)", written, re.ASCII)
    if match is None:
        return None
    octets = [int(part) if len(part.lstrip("0")) < 8 else _BIG for part in match.groups()]
    return bytes(octets) if max(octets) <= 255 else None


def _ipv6(written: str) -> bytes | None:
    """Groups of hexadecimal digits, with one `::` at most and perhaps an IPv4 address at the end. Zeros may lead."""
    left, double, right = written.partition("::")
    if double and "::" in right:
        return None
    head, tail = _groups(left, last=not double), _groups(right, last=True)
    if head is None or tail is None:
        return None
    missing = 16 - len(head) - len(tail)
    if missing < 0 or (missing == 0) == bool(double):
        return None
    return head + bytes(missing) + tail


def _groups(written: str, *, last: bool) -> bytes | None:
    """The bytes of groups between colons."""
    if not written:
        return b""
    result = b""
    parts = written.split(":")
    for index, part in enumerate(parts):
        if "." in part:
            octets = _ipv4(part) if last and index == len(parts) - 1 else None
            if octets is None:
                return None
            result += octets
        elif re.fullmatch(r"[0-9A-Fa-f]+", part) and len(part.lstrip("0")) <= 4:
            result += int(part, 16).to_bytes(2, "big")
        else:
            return None
    return result


def _parse(written: str) -> _Network | str:
    """The network that an address with a prefix length lies in, or what is wrong."""
    address, slash, length = written.partition("/")
    parsed = _ipv4(address) or _ipv6(address)
    if not slash or parsed is None or not re.fullmatch(r"\d+", length, re.ASCII):
        return f"invalid CIDR address: {written}"
    prefix = int(length) if len(length.lstrip("0")) < 8 else _BIG
    bits = len(parsed) * 8
    if prefix > bits:
        return f"invalid CIDR address: {written}"
    return _Network((int.from_bytes(parsed, "big") >> (bits - prefix) << (bits - prefix)).to_bytes(len(parsed), "big"), prefix)


def _network(function: str, value: Value) -> _Network:
    parsed = _parse(string(value))
    if isinstance(parsed, str):
        raise failed(function, f"invalid CIDR expression: {parsed}")
    return parsed


def _whole(value: Value) -> int | None:
    """The whole number that a number is, if it is one."""
    content = value.content
    if isinstance(content, int):
        return int(content)
    if isinstance(content, float) and content == 0:
        return 0
    if isinstance(content, Fraction) and content.denominator == 1:
        return int(content)
    return None


def _any_whole(function: str, value: Value) -> int:
    """A whole number of any size."""
    result = _whole(value)
    if result is None:
        raise failed(function, "value must be a whole number")
    if result.bit_length() > _WIDEST:
        raise TooMuchError("a number of very many bits")
    return result


_SMALL: Final = f"value must be a whole number, between {-(2**63)} and {2**63 - 1}"


def _small_whole(value: Value) -> int | None:
    """A whole number of 64 bits."""
    result = _whole(value)
    return result if result is not None and -(2**63) <= result < 2**63 else None


def _insert(function: str, address: bytes, count: int, prefix: int) -> bytes:
    """The address with a number put behind a prefix."""
    shift = len(address) * 8 - prefix
    if shift > _WIDEST:
        raise TooMuchError("a prefix far outside any address")
    result = abs(int.from_bytes(address, "big") | (count << shift))
    if result.bit_length() > len(address) * 8:
        raise failed(function, "panic in function implementation: runtime error: index out of range [-1]")
    return result.to_bytes(len(address), "big")


def _cidrhost(_surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    count = _any_whole("cidrhost", arguments[1])
    network = _network("cidrhost", arguments[0])
    most = (1 << (network.bits - network.prefix)) - 1
    if count < 0:
        distance = -count - 1
        count = most - distance
    else:
        distance = count & _MASK_64
        distance -= (distance >> 63) << 64  # as a signed number
    if distance > most:
        raise failed("cidrhost", f"prefix of {network.prefix} does not accommodate a host numbered {count}")
    bits = 128 if network.short is None else 32
    return text(_shown(_insert("cidrhost", network.address, count, bits)))


def _cidrnetmask(_surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    network = _network("cidrnetmask", arguments[0])
    if network.short is None:
        raise failed("cidrnetmask", f"IPv6 addresses cannot have a netmask: {string(arguments[0])}")
    mask = (1 << network.bits) - (1 << (network.bits - network.prefix))
    return text(_shown(mask.to_bytes(len(network.address), "big")))


def _cidrsubnet(_surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    more = _small_whole(arguments[1])
    if more is None:
        raise failed("cidrsubnet", _SMALL)
    count = _any_whole("cidrsubnet", arguments[2])
    network = _network("cidrsubnet", arguments[0])
    prefix = network.prefix + more
    if prefix > network.bits:
        raise failed("cidrsubnet", f"insufficient address space to extend prefix of {network.prefix} by {more}")
    most = (1 << more) - 1 if 0 <= more < 64 else _MASK_64
    if abs(count) & _MASK_64 > most:
        raise failed("cidrsubnet", f"prefix extension of {more} does not accommodate a subnet numbered {count}")
    return text(str(_Network(_insert("cidrsubnet", network.address, count, prefix), prefix)))


def _cidrsubnets(_surroundings: Surroundings, arguments: Sequence[Value], type_: Type) -> Value:
    parsed = _parse(string(arguments[0]))
    if isinstance(parsed, str):
        raise bad_argument("prefix", f"invalid CIDR expression: {parsed}")
    results: list[Value] = []
    free = int.from_bytes(parsed.address, "big")  # the first address behind the last subnet
    end = free + (1 << (parsed.bits - parsed.prefix))
    before = str(parsed)
    for argument in arguments[1:]:
        more = _small_whole(argument)
        if more is None:
            raise bad_argument("newbits", _SMALL)
        prefix = parsed.prefix + more
        size = 1 << _free_bits(parsed, more)
        first = -(-free // size) * size
        # Behind the last address comes the first again, so that a network which starts there has no room at all.
        if not free or first + size > end or (parsed.bits == 128 and parsed.short is not None):
            message = f"not enough remaining address space for a subnet with a prefix of {prefix} bits after {before}"
            raise bad_argument("newbits", message)
        if parsed.bits == 128 and first < _MAPPED_END <= first + size + _MAPPED_SIZE:
            raise TooMuchError("subnets of IPv6 around those that stand for IPv4")
        before = str(_Network(first.to_bytes(len(parsed.address), "big"), prefix))
        results.append(text(before))
        free = first + size
    return Value(type_, tuple(results))


def _free_bits(network: _Network, more: int) -> int:
    """The bits that remain behind a prefix so much longer."""
    if more < 1:
        raise bad_argument("newbits", "must extend prefix by at least one bit")
    if more > 32:
        raise bad_argument("newbits", "may not extend prefix by more than 32 bits")
    prefix = network.prefix + more
    if prefix > network.bits:
        protocol = "IPv4" if network.bits == 32 else "IPv6"
        message = f"would extend prefix to {prefix} bits, which is too long for an {protocol} address"
        raise bad_argument("newbits", message)
    return network.bits - prefix


_PREFIX = Parameter(name="prefix", type=STRING)
_NEWBITS = Parameter(name="newbits", type=NUMBER)

FUNCTIONS = table(
    Function(name="cidrhost", parameters=(_PREFIX, Parameter(name="hostnum", type=NUMBER)), returns=STRING, work=_cidrhost),
    Function(name="cidrnetmask", parameters=(_PREFIX,), returns=STRING, work=_cidrnetmask),
    Function(
        name="cidrsubnet",
        parameters=(_PREFIX, _NEWBITS, Parameter(name="netnum", type=NUMBER)),
        returns=STRING,
        work=_cidrsubnet,
    ),
    Function(name="cidrsubnets", parameters=(_PREFIX,), rest=_NEWBITS, returns=ListType(STRING), work=_cidrsubnets),
)
