"""Addresses of the web, and texts as parts of them."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import quote, unquote, unquote_plus, urlsplit

from sparekey.formats.arm.language.values import EvaluationError, Later, NotYetError, Value

_PLAIN = re.compile(r"[A-Za-z0-9\-._~:/?#@!$&'()*+,;=]*")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_DATA = re.compile(r"data:(?P<kind>[^;,]*)(?P<rest>(?:;[^;,]*)*),(?P<data>.*)", re.DOTALL | re.IGNORECASE)
_PORTS = {"http": 80, "https": 443, "ftp": 21}
_UTF_8 = frozenset({"utf-8", "utf8", ""})


def component(text: str) -> str:
    """A text with everything escaped that is not a letter, a digit or one of `-._~`."""
    try:
        return quote(text, safe="~")
    except UnicodeEncodeError:
        raise EvaluationError("half a character is no text") from None


def component_to_string(text: str) -> str:
    """The text that an escaped one stands for; a plus sign is a blank."""
    if re.search("%u", text, re.IGNORECASE):
        raise NotYetError(Later("a text with escapes that only some libraries know"))
    return unquote_plus(text, errors="replace")


def to_base64(text: str) -> str:
    """UTF-8 as base64."""
    try:
        return base64.b64encode(text.encode("utf-8")).decode("ascii")
    except UnicodeEncodeError:
        raise EvaluationError("half a character is no text") from None


def from_base64(text: str) -> str:
    """The text in base64. Raises EvaluationError."""
    try:
        data = base64.b64decode(re.sub(r"[ \t\r\n]", "", text), validate=True)
    except (binascii.Error, ValueError):
        raise EvaluationError("the text is not base64") from None
    return data.decode("utf-8", errors="replace")


def data_uri(text: str) -> str:
    """A text as a data address."""
    return f"data:text/plain;charset=utf-8;base64,{to_base64(text)}"


def from_data_uri(text: str) -> str:
    """The text in a data address. Raises EvaluationError, NotYetError for other encodings of letters."""
    found = _DATA.fullmatch(text)
    if not found:
        raise EvaluationError("the text is no data address")
    rest = [part.strip().lower() for part in found["rest"].split(";") if part.strip()]
    charset = next((part.partition("=")[2] for part in rest if part.startswith("charset=")), "")
    plain = from_base64(found["data"]) if "base64" in rest else unquote(found["data"], errors="replace")
    if charset not in _UTF_8 or (not charset and not plain.isascii()):
        raise NotYetError(Later("a data address in another encoding"))
    return plain


def resolved(base: str, relative: str) -> str:
    """An address relative to another. Raises EvaluationError, NotYetError where it would have to be normalised."""
    if not _ABSOLUTE.match(base):
        if base.startswith("/"):
            raise NotYetError(Later("an address on a file system"))
        raise EvaluationError("the text is no absolute address")
    if not _PLAIN.fullmatch(base) or not _PLAIN.fullmatch(relative) or "\\" in base + relative or "#" in base:
        raise NotYetError(Later("an address that is normalised"))
    if _ABSOLUTE.match(relative):
        return _normal(relative)
    if not relative:
        return _normal(base)
    parts = urlsplit(base)
    if not parts.netloc or relative.startswith("//"):
        raise NotYetError(Later("an address of another kind"))
    path, mark, query = relative.partition("?") if "#" not in relative else _unsure()
    if not path:
        path = parts.path
    elif not path.startswith("/"):
        path = parts.path[: parts.path.rfind("/") + 1] + path if parts.path else f"/{path}"
    return _normal(f"{parts.scheme}://{parts.netloc}{path}{mark}{query}")


def _unsure() -> tuple[str, str, str]:
    raise NotYetError(Later("an address with a fragment"))


def _normal(address: str) -> str:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise EvaluationError("the text is no address") from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
        raise NotYetError(Later("an address of another kind"))
    host = parts.hostname if port in (None, _PORTS[parts.scheme]) else f"{parts.hostname}:{port}"
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{parts.scheme}://{host}{_without_dots(parts.path)}{query}{fragment}"


def _without_dots(path: str) -> str:
    kept: list[str] = []
    steps = path.split("/")[1:] or [""]
    for step in steps:
        if step == "..":
            del kept[-1:]
        elif step != ".":
            kept.append(step)
    if steps[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def parse_uri(text: str) -> dict[str, Value]:
    """The members of an address. Raises EvaluationError, NotYetError where a part is left out."""
    if not _ABSOLUTE.match(text):
        raise EvaluationError("the text is no absolute address")
    parts = urlsplit(text)
    try:
        port = parts.port
    except ValueError:
        raise EvaluationError("the text is no address") from None
    if parts.scheme not in _PORTS or port is None or not parts.query or not parts.hostname or not _PLAIN.fullmatch(text):
        raise NotYetError(Later("the parts of an address that leaves some out"))
    return {
        "scheme": parts.scheme,
        "host": parts.hostname,
        "port": port,
        "path": parts.path or "/",
        "query": f"?{parts.query}",
    }


def build_uri(held: dict[str, Value]) -> str:
    """The address with these members. Raises NotYetError for others than the plain ones."""
    scheme, host, path = (held.get(name) for name in ("scheme", "host", "path"))
    port = held.get("port")
    plain = isinstance(scheme, str) and isinstance(host, str) and isinstance(path, str)
    if not plain or not held.keys() <= {"scheme", "host", "path", "port"} or not (port is None or isinstance(port, int)):
        raise NotYetError(Later("an address built of unusual parts"))
    if scheme not in _PORTS or not _PLAIN.fullmatch(f"{host}{path}"):
        raise NotYetError(Later("an address built of unusual parts"))
    return _normal(f"{scheme}://{host}{'' if port is None else f':{port}'}{path}")
