"""The options of the command line that choose an engine, checked."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from sparekey.config import OpaServer, usage_error

LONGEST_TIMEOUT = 3600
"""Seconds; whoever waits longer for an answer has forgotten the run."""

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def opa_server(
    engine: Literal["embedded", "opa"],
    *,
    url: str = "",
    push: bool = False,
    token_env: str = "",
    token_file: Path | None = None,
    ca: Path | None = None,
    timeout: float = 30,
) -> OpaServer | None:
    """The OPA server that the options name; None for the embedded engine.

    The token comes from an environment variable or from a file, never from the command line, where every user of the machine
    could read it. Raises `ConfigError` for options that cannot be meant together, and for a token that would be sent in clear.
    """
    if engine == "embedded":
        given = {
            "--opa-url": url,
            "--opa-push": push,
            "--opa-token-env": token_env,
            "--opa-token-file": token_file,
            "--opa-ca": ca,
        }
        for option, value in given.items():
            if value:
                raise usage_error(f"{option} is for --engine opa")
        return None
    if not url:
        raise usage_error("--engine opa needs --opa-url, such as http://127.0.0.1:8181")
    host = _host(url)
    if not (math.isfinite(timeout) and 0 < timeout <= LONGEST_TIMEOUT):
        raise usage_error(f"--opa-timeout: {timeout:g} is no number of seconds from 0 to {LONGEST_TIMEOUT}")
    if ca is not None and not ca.is_file():
        raise usage_error(f"--opa-ca: there is no file {ca}")
    token = _token(token_env, token_file)
    if token and urlsplit(url).scheme == "http" and host not in _LOOPBACK:
        raise usage_error("--opa-url: a token is sent over https alone, or to this machine")
    return OpaServer(url=url, push=push, token=token, ca=ca, timeout=timeout)


def policy_folders(folders: list[Path] | None) -> tuple[Path, ...]:
    """The folders of --policy, each once."""
    return tuple(dict.fromkeys(folders or ()))


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise usage_error(f"--opa-url: {error}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not url.isprintable() or " " in url:
        raise usage_error("--opa-url: an address such as https://opa.example.org:8181 is needed")
    if parts.username is not None or parts.password is not None:
        raise usage_error("--opa-url: write no credentials into the address; --opa-token-env and --opa-token-file take a token")
    if parts.query or parts.fragment:
        raise usage_error("--opa-url: the address ends before ? and #")
    return parts.hostname


def _token(env: str, file: Path | None) -> str:
    if env and file:
        raise usage_error("--opa-token-env and --opa-token-file: give one of them")
    if env:
        token = os.environ.get(env, "").strip()
        if not token:
            raise usage_error(f"--opa-token-env: the environment variable {env} is not set, or empty")
    elif file is not None:
        try:
            token = file.read_bytes()[:65536].decode("ascii").strip()
        except OSError as error:
            raise usage_error(f"--opa-token-file: {file} cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise usage_error(f"--opa-token-file: {file} holds a character that no token has") from None
        if not token:
            raise usage_error(f"--opa-token-file: {file} is empty")
    else:
        return ""
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise usage_error("the token holds a character that no token has")
    return token
