"""The options that choose an engine: what cannot be meant ends with 2, and no token goes astray."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sparekey.config import ConfigError
from sparekey.engine_options import opa_server, policy_folders

URL = "https://opa.example.org"


@pytest.mark.parametrize(
    "options",
    [
        {"url": URL},
        {"push": True},
        {"token_env": "X"},
        {"token_file": Path("x")},
        {"ca": Path("x")},
    ],
)
def test_the_embedded_engine_takes_no_server(options: dict[str, Any]) -> None:
    assert opa_server("embedded") is None
    with pytest.raises(ConfigError, match="is for --engine opa"):
        opa_server("embedded", **options)


@pytest.mark.parametrize(
    "options, sentence",
    [
        ({}, "needs --opa-url"),
        ({"url": "opa.example.org"}, "is needed"),
        ({"url": "ftp://opa.example.org"}, "is needed"),
        ({"url": "file:///etc/passwd"}, "is needed"),
        ({"url": "http://"}, "is needed"),
        ({"url": "http://a b"}, "is needed"),
        ({"url": "http://a\nb"}, "is needed"),
        ({"url": "http://[::1"}, "Invalid IPv6"),
        ({"url": "http://a:99999"}, "Port out of range"),
        ({"url": "http://me:secret@opa.example.org"}, "no credentials"),
        ({"url": f"{URL}?x"}, "ends before"),
        ({"url": f"{URL}#x"}, "ends before"),
        ({"url": URL, "timeout": 0}, "--opa-timeout"),
        ({"url": URL, "timeout": -1}, "--opa-timeout"),
        ({"url": URL, "timeout": float("nan")}, "--opa-timeout"),
        ({"url": URL, "timeout": float("inf")}, "--opa-timeout"),
        ({"url": URL, "ca": Path("nowhere.pem")}, "there is no file"),
        ({"url": URL, "token_env": "NOT_SET"}, "is not set"),
        ({"url": URL, "token_env": "BLANK"}, "is not set, or empty"),
        ({"url": URL, "token_env": "ODD"}, "no token has"),
        ({"url": URL, "token_env": "TWO"}, "no token has"),
        ({"url": URL, "token_env": "GOOD", "token_file": Path("token")}, "give one of them"),
        ({"url": URL, "token_file": Path("nowhere")}, "cannot be read"),
        ({"url": URL, "token_file": Path("empty")}, "is empty"),
        ({"url": URL, "token_file": Path("binary")}, "no token has"),
        ({"url": "http://opa.example.org", "token_env": "GOOD"}, "over https alone"),
    ],
)
def test_what_cannot_be_meant(options: dict[str, Any], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").write_text("\n", encoding="utf-8")
    Path("binary").write_bytes(b"\xff\xff")
    for name, value in (("BLANK", "  "), ("ODD", "a\x07b"), ("TWO", "a b"), ("GOOD", "g00d")):
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as error:
        opa_server("opa", **options)
    assert sentence in str(error.value)
    assert "secret" not in str(error.value)
    assert "g00d" not in str(error.value)


@pytest.mark.parametrize("url", ["http://localhost:8181", "http://127.0.0.1", "http://[::1]:8181", URL])
def test_a_token_goes_over_https_or_to_this_machine(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOD", "g00d\n")
    server = opa_server("opa", url=url, token_env="GOOD", timeout=3)
    assert server is not None
    assert (server.url, server.token, server.timeout) == (url, "g00d", 3)


def test_a_folder_of_rules_counts_once() -> None:
    assert policy_folders(None) == ()
    assert policy_folders([Path("b"), Path("a"), Path("b")]) == (Path("b"), Path("a"))
