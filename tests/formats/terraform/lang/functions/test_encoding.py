"""Base64, character sets, URLs and digests, against Python's own and against answers of the real Terraform 1.11.4."""

from __future__ import annotations

import base64
import hashlib
import unicodedata
import uuid

import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st
from tests.formats.terraform.lang.functions.calling import refused, result

from sparekey.formats.terraform.lang.functions.encoding import FUNCTIONS as ENCODING
from sparekey.formats.terraform.lang.functions.hashes import FUNCTIONS as HASHES
from sparekey.formats.terraform.lang.values import TooMuchError

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(lambda written: unicodedata.normalize("NFC", written))


@settings(max_examples=100, deadline=None)
@over(texts)
def test_base64_and_back(written: str) -> None:
    encoded = result(ENCODING, "base64encode", written)
    assert encoded.content == base64.b64encode(written.encode()).decode()
    assert result(ENCODING, "base64decode", encoded).content == written


@settings(max_examples=50, deadline=None)
@over(texts.filter(lambda written: "\ufffd" not in written), st.sampled_from(["UTF-8", "utf-16le", "UTF-16BE", "UTF-16"]))
def test_unicode_and_back(written: str, name: str) -> None:
    encoded = result(ENCODING, "textencodebase64", written, name)
    if name == "UTF-16" and written.startswith("\ufeff"):
        return
    assert result(ENCODING, "textdecodebase64", encoded, name).content == written


@settings(max_examples=50, deadline=None)
@over(texts)
def test_digests_are_those_of_utf_8(written: str) -> None:
    assert result(HASHES, "sha256", written).content == hashlib.sha256(written.encode()).hexdigest()
    assert result(HASHES, "md5", written).content == hashlib.md5(written.encode()).hexdigest()
    expected = base64.b64encode(hashlib.sha512(written.encode()).digest()).decode()
    assert result(HASHES, "base64sha512", written).content == expected
    assert result(HASHES, "uuidv5", "dns", written).content == str(uuid.uuid5(uuid.NAMESPACE_DNS, written))


@pytest.mark.parametrize("written", ["Y Q==", "YQ", "-_8=", "YQ=", "YQ===", "Y", "YQ==YQ==", "=", "\u00e9"])
def test_base64_that_is_none(written: str) -> None:
    assert refused(ENCODING, "base64decode", written)


def test_line_ends_in_base64_are_nothing() -> None:
    assert result(ENCODING, "base64decode", "Y\nW\r\nI=\n").content == "ab"


@pytest.mark.parametrize(
    "written, name, expected",
    [
        ("\u65e5\u672c", "Shift_JIS", "k/qWew=="),
        ("\u00e9", "utf-16", "/v8A6Q=="),
        ("\u00e9", "windows-1252", "6Q=="),
        ("\u00e9", "latin1", "6Q=="),
    ],
)
def test_character_sets(written: str, name: str, expected: str) -> None:
    assert result(ENCODING, "textencodebase64", written, name).content == expected


@pytest.mark.parametrize("name", ["ASCII", "", "utf8", "latin-1", "cp1252", "no such"])
def test_names_that_terraform_does_not_know(name: str) -> None:
    assert "is not a supported IANA encoding name" in refused(ENCODING, "textencodebase64", "a", name)


def test_character_sets_that_are_not_known_here_are_no_guess() -> None:
    with pytest.raises(TooMuchError):
        result(ENCODING, "textencodebase64", "a", "IBM1047")


def test_what_a_set_cannot_write_is_refused() -> None:
    assert "cannot be represented in ISO_8859-1:1987" in refused(ENCODING, "textencodebase64", "\u20ac", "ISO-8859-1")
    assert refused(ENCODING, "textdecodebase64", "gQ==", "ISO-8859-2")
    assert "invalid base64 symbol at offset 0" in refused(ENCODING, "textdecodebase64", "!!", "UTF-8")


@pytest.mark.parametrize(
    "written, expected", [("a b", "a+b"), ("a/b?c=d&e", "a%2Fb%3Fc%3Dd%26e"), ("~-_.", "~-_."), ("\u00e9", "%C3%A9")]
)
def test_urls(written: str, expected: str) -> None:
    assert result(ENCODING, "urlencode", written).content == expected


@pytest.mark.parametrize(
    "namespace",
    [
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "{6BA7B810-9DAD-11D1-80B4-00C04FD430C8}",
        "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "6ba7b8109dad11d180b400c04fd430c8",
    ],
)
def test_namespaces_of_uuids(namespace: str) -> None:
    assert result(HASHES, "uuidv5", namespace, "a").content == "4f3f2898-69e3-5a0d-820a-c4e87987dbce"


@pytest.mark.parametrize("namespace", ["DNS", "", "6ba7b810-9dad-11d1-80b4-00c04fd430cg", "6ba7b810+9dad-11d1-80b4-00c04fd430c8"])
def test_namespaces_that_are_none(namespace: str) -> None:
    assert "doesn't support namespace" in refused(HASHES, "uuidv5", namespace, "a")


@pytest.mark.parametrize("name, arguments", [("uuid", ()), ("bcrypt", ("a",)), ("bcrypt", ("a", 99))])
def test_what_differs_from_run_to_run_is_unknown(name: str, arguments: tuple[str | int, ...]) -> None:
    value = result(HASHES, name, *arguments)
    assert value.unknown is not None
    assert value.unknown.refinement.not_null


def test_private_keys_are_left_alone() -> None:
    assert "no key found" in refused(HASHES, "rsadecrypt", "YQ==", "not a key")
    key = "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"
    value = result(HASHES, "rsadecrypt", "YQ==", key)
    assert value.unknown is not None
    assert value.unknown.beyond
