"""Digests, UUIDs and what belongs to cryptography: `md5` to `sha512`, `uuid`, `uuidv5`, `bcrypt`, `rsadecrypt`."""

from __future__ import annotations

import base64
import binascii
import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sparekey.formats.terraform.lang.build import go_quoted
from sparekey.formats.terraform.lang.function import Function, Parameter, Surroundings, table
from sparekey.formats.terraform.lang.functions.arguments import string
from sparekey.formats.terraform.lang.functions.refusals import bad_argument, failed
from sparekey.formats.terraform.lang.go_text import decode_base64
from sparekey.formats.terraform.lang.types import NUMBER, STRING, Type
from sparekey.formats.terraform.lang.values import Refinement, Unknown, Value, Why, text, unknown

Digest = Callable[[bytes], str]


def _hexadecimal(algorithm: str) -> Digest:
    return lambda data: hashlib.new(algorithm, data, usedforsecurity=False).hexdigest()


def _base64(algorithm: str) -> Digest:
    return lambda data: base64.b64encode(hashlib.new(algorithm, data, usedforsecurity=False).digest()).decode("ascii")


DIGESTS: Final[Mapping[str, Digest]] = {
    "md5": _hexadecimal("md5"),
    "sha1": _hexadecimal("sha1"),
    "sha256": _hexadecimal("sha256"),
    "sha512": _hexadecimal("sha512"),
    "base64sha256": _base64("sha256"),
    "base64sha512": _base64("sha512"),
}
"""Each digest function, from bytes to the text that Terraform shows."""

# RFC 4122, appendix C.
_NAMESPACES: Final = {
    "dns": uuid.NAMESPACE_DNS,
    "url": uuid.NAMESPACE_URL,
    "oid": uuid.NAMESPACE_OID,
    "x500": uuid.NAMESPACE_X500,
}


def unpredictable(reason: str, how: str = "") -> Value:
    """A string that Terraform itself does not know before the apply, or that differs from run to run. No object's id is in it."""
    return Value(STRING, Unknown(why=Why(reason, how), refinement=Refinement(not_null=True)))


def _digest(name: str, digest: Digest) -> Function:
    def work(_surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
        return text(digest(string(arguments[0]).encode()))

    return Function(name=name, parameters=(Parameter(name="str", type=STRING),), returns=STRING, work=work)


def _uuid(_surroundings: Surroundings, _arguments: Sequence[Value], _type: Type) -> Value:
    return unpredictable("uuid() makes a new value in every run")


def _namespace(written: str) -> uuid.UUID | str:
    """A UUID in one of the four ways of writing one, or what is wrong with it."""
    match len(written):
        case 36:
            plain = written
        case 45:
            if written[:9].lower() != "urn:uuid:":
                return f"invalid urn prefix: {go_quoted(written[:9])}"
            plain = written[9:]
        case 38:
            plain = written[1:37]  # the braces themselves are not looked at
        case 32:
            plain = f"{written[:8]}-{written[8:12]}-{written[12:16]}-{written[16:20]}-{written[20:]}"
        case length:
            return f"invalid UUID length: {length}"
    digits = plain.replace("-", "")
    if [plain[place] for place in (8, 13, 18, 23)] != ["-"] * 4 or len(digits) != 32 or not digits.isascii():
        return "invalid UUID format"
    try:
        return uuid.UUID(bytes=binascii.unhexlify(digits))
    except binascii.Error:
        return "invalid UUID format"


def _uuidv5(_surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    written, name = string(arguments[0]), string(arguments[1])
    namespace = _NAMESPACES.get(written) or _namespace(written)
    if isinstance(namespace, str):
        raise failed("uuidv5", f"uuidv5() doesn't support namespace {written} ({namespace})")
    # Not `uuid.uuid5`: it is the same, but says nothing of how text becomes bytes in every version of Python.
    digest = hashlib.sha1(namespace.bytes + name.encode(), usedforsecurity=False).digest()
    return text(str(uuid.UUID(bytes=digest[:16], version=5)))


def _bcrypt(_surroundings: Surroundings, _arguments: Sequence[Value], _type: Type) -> Value:
    # Terraform does not look at the arguments before the apply, not even at their number.
    return unpredictable("bcrypt() takes a new salt in every run")


def _rsadecrypt(_surroundings: Surroundings, arguments: Sequence[Value], _type: Type) -> Value:
    cipher, key = string(arguments[0]), string(arguments[1])
    if isinstance(decode_base64(cipher), int):
        raise bad_argument("ciphertext", f"failed to decode input {go_quoted(cipher)}: cipher text must be base64-encoded")
    if "-----BEGIN " not in key or "-----END " not in key:
        raise bad_argument("privatekey", "invalid private key: ssh: no key found")
    return unknown(STRING, Why("rsadecrypt() is not done here: private keys are left alone"), not_null=True)


FUNCTIONS = table(
    *(_digest(name, digest) for name, digest in DIGESTS.items()),
    Function(name="uuid", returns=STRING, work=_uuid),
    Function(
        name="uuidv5",
        parameters=(Parameter(name="namespace", type=STRING), Parameter(name="name", type=STRING)),
        returns=STRING,
        work=_uuidv5,
    ),
    Function(
        name="bcrypt",
        parameters=(Parameter(name="str", type=STRING),),
        rest=Parameter(name="cost", type=NUMBER),
        returns=STRING,
        work=_bcrypt,
    ),
    Function(
        name="rsadecrypt",
        parameters=(Parameter(name="ciphertext", type=STRING), Parameter(name="privatekey", type=STRING)),
        returns=STRING,
        work=_rsadecrypt,
    ),
)
