"""The two digests of the template language."""

from __future__ import annotations

from uuid import UUID, uuid5

_NAMESPACE = UUID("11fb06fb-712d-4ddd-98c7-e71bbd588830")
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_MASK = 0xFFFFFFFF
_ONE, _TWO = 0x239B961B, 0xAB0E9789


def guid(parts: list[str]) -> str:
    """What `guid` gives: a version 5 UUID in a namespace of Azure's own."""
    return str(uuid5(_NAMESPACE, "-".join(parts)))


def unique_string(parts: list[str]) -> str:
    """What `uniqueString` gives: 13 letters of a 64-bit Murmur digest."""
    number = _murmur("-".join(parts).encode("utf-8"))
    return "".join(_LETTERS[number >> (59 - 5 * place) & 31 if place < 12 else (number & 15) << 1] for place in range(13))


def _rotated(value: int, by: int) -> int:
    return (value << by | value >> (32 - by)) & _MASK


def _finished(value: int) -> int:
    value ^= value >> 16
    value = value * 0x85EBCA6B & _MASK
    value ^= value >> 13
    value = value * 0xC2B2AE35 & _MASK
    return value ^ value >> 16


def _murmur(data: bytes) -> int:
    low = high = 0
    whole = len(data) // 8 * 8
    for start in range(0, whole, 8):
        first = int.from_bytes(data[start : start + 4], "little")
        second = int.from_bytes(data[start + 4 : start + 8], "little")
        low ^= _rotated(first * _ONE & _MASK, 15) * _TWO & _MASK
        low = (_rotated(low, 19) + high) * 5 + 0x561CCD1B & _MASK
        high ^= _rotated(second * _TWO & _MASK, 17) * _ONE & _MASK
        high = (_rotated(high, 13) + low) * 5 + 0x0BCAA747 & _MASK
    tail = data[whole:]
    if len(tail) > 4:
        high ^= _rotated(int.from_bytes(tail[4:], "little") * _TWO & _MASK, 17) * _ONE & _MASK
    if tail:
        low ^= _rotated(int.from_bytes(tail[:4], "little") * _ONE & _MASK, 15) * _TWO & _MASK
    low ^= len(data)
    high ^= len(data)
    low = low + high & _MASK
    high = high + low & _MASK
    low, high = _finished(low), _finished(high)
    low = low + high & _MASK
    high = high + low & _MASK
    return high << 32 | low
