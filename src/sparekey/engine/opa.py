"""The OPA server engine: the same rules, judged by a server through its REST API. The only module that uses the network."""

from __future__ import annotations

import json
import re
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from graphlib import TopologicalSorter
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, cast

from sparekey.config import OpaServer
from sparekey.engine.failure import EngineError

if TYPE_CHECKING:
    import requests

_ATTEMPTS = 3
"""How often a request is sent where no connection comes about, or a gateway says that its server is busy."""

_PAUSE = 0.2
"""Seconds before the second attempt; doubled before the third."""

_BUSY = frozenset({429, 502, 503, 504})

_LARGEST = 256 * 2**20
"""Bytes of an answer. Ten thousand resources under sixteen rules make about 50 MB."""

_OLDEST = 1
"""The first major version of OPA that reads Rego v1 without being asked to."""

_POLICIES = "sparekey"
"""Where pushed policies stand on the server."""

_IMPORT = re.compile(r"^import data\.sparekey\.lib\.(\w+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    body: bytes


class OpaEngine:
    """Evaluates on an OPA server. See `model.seams.Engine` for the contract.

    All rules are asked for in one query; where a built-in function fails in it, rule by rule, so that the others still answer.
    `version` is the server's, once it was asked; `decisions` are the ids that its decision log has given to the queries.
    """

    def __init__(self, server: OpaServer) -> None:
        self._server = server
        self._base = server.url.rstrip("/")
        self._pushed: Mapping[str, str] = {}
        self.version = ""
        self.decisions: tuple[str, ...] = ()

    def greet(self) -> str:
        """The server's version; "unknown" where it keeps that to itself, as one with a bundle that owns all its data does.

        Raises `EngineError` where nothing answers that could be an OPA, or one that is too old for Rego v1.
        """
        if not self.version:
            said = self._result(self._sent("GET", "data/system/version"), "data/system/version")
            version = said.get("version") if isinstance(said, dict) else None
            self.version = self._new_enough(version if version is not None else self._asked_for_version())
        return self.version

    def _asked_for_version(self) -> object:
        answer = self._sent("POST", "query", b'{"query":"version := opa.runtime().version"}')
        said = self._object(answer).get("result") if answer.status == 200 else None
        match said:
            case [{"version": version}]:
                return version
        return None

    def _new_enough(self, version: object) -> str:
        if version is None:
            return "unknown"
        if not isinstance(version, str) or not re.fullmatch(r"\d{1,9}\.\d{1,9}\.\d{1,9}[\w.+-]{0,60}", version):
            raise self._error("says a version that no OPA has")
        if int(version.split(".")[0]) < _OLDEST:
            raise self._error(f"is OPA {version}, which is too old: the rules are Rego v1 and need OPA {_OLDEST}.0 or newer")
        return version

    def evaluate(self, modules: Mapping[str, str], document: str, packages: Sequence[str]) -> Mapping[str, str | Exception]:
        """Per package below `sparekey.rules` the JSON text of its `results`, or the error that aborted it.

        Raises `EngineError` where the server cannot be used: not reached, too slow, not an OPA, without these rules.
        """
        self.greet()
        if self._server.push and self._pushed != modules:
            self._push(modules)
        body = f'{{"input":{document}}}'.encode()
        said = self._decided("data/sparekey/rules", body)
        if isinstance(said, EngineError):
            return {package: self._of_one(package, body) for package in packages}
        held = said if isinstance(said, dict) else {}
        self._require(held, packages)
        return {package: _results(held[package]) for package in packages}

    def _of_one(self, package: str, body: bytes) -> str | Exception:
        said = self._decided(f"data/sparekey/rules/{package}", body)
        if isinstance(said, EngineError):
            return said
        self._require({} if said is None else {package: said}, [package])
        return _results(said)

    def _require(self, held: Mapping[str, object], packages: Iterable[str]) -> None:
        absent = [package.replace("_", "-") for package in packages if package not in held]
        if absent:
            more = f" and {len(absent) - 3} more" if len(absent) > 3 else ""
            raise self._error(
                f"does not hold the rules {', '.join(absent[:3])}{more}: give it the policies of this version, or push them (--opa-push)"
            )

    def _decided(self, path: str, body: bytes) -> object:
        """What the server decides; an `EngineError` as value where a built-in function failed, None where there is nothing."""
        answer = self._sent("POST", f"{path}?strict-builtin-errors=true", body)
        said = self._object(answer)
        decision = said.get("decision_id")
        if isinstance(decision, str) and decision.isprintable():
            self.decisions = (*self.decisions, decision[:100])
        failures = said.get("errors")
        if answer.status == 500 and isinstance(failures, list) and failures:
            return EngineError("; ".join(dict.fromkeys(_messages(failures))) or "the evaluation failed")
        self._check(answer, path)
        return said.get("result")

    def _push(self, modules: Mapping[str, str]) -> None:
        """Put every module on the server, each after those it imports: OPA compiles with every one that comes."""
        paths = {path.rsplit("/", 1)[-1].removesuffix(".rego"): path for path in modules if path.startswith("lib/")}
        needs = {path: {paths[name] for name in _IMPORT.findall(text) if name in paths} for path, text in modules.items()}
        for path in TopologicalSorter(needs).static_order():
            answer = self._sent("PUT", f"policies/{_POLICIES}/{path}", modules[path].encode(), media="text/plain")
            if answer.status == 400:
                said = self._object(answer)
                failures = said.get("errors")
                reasons = tuple(_messages(failures)) if isinstance(failures, list) else ()
                reason = "; ".join(reasons) or str(said.get("message", "it gives no reason"))[:300]
                raise self._error(f"refuses the policy {path}: {reason}")
            self._check(answer, f"policies/{_POLICIES}/{path}")
        self._pushed = dict(modules)

    def _result(self, answer: _Answer, path: str) -> object:
        self._check(answer, path)
        return self._object(answer).get("result")

    def _object(self, answer: _Answer) -> Mapping[str, object]:
        """The JSON object of an answer. An error status without one is judged by `_check` first."""
        try:
            said: object = json.loads(answer.body)
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            self._check(answer, "")
            raise self._error("answers with something that is not a JSON object: is the address that of an OPA?")
        return cast("Mapping[str, object]", said)

    def _check(self, answer: _Answer, path: str) -> None:
        """Raise `EngineError` for every status but success."""
        status = answer.status
        if status in (200, 204):
            return
        if status in (401, 403):
            what = "refuses the token" if self._server.token else "asks for a token (--opa-token-env or --opa-token-file)"
            raise self._error(f"{what}: HTTP {status}")
        if 300 <= status < 400:
            raise self._error(f"answers with a redirect (HTTP {status}), which is not followed: give the final address")
        if status == 404:
            raise self._error(f"has no v1/{path} (HTTP 404): is the address that of an OPA?")
        if status == 413:
            raise self._error("refuses an input of this size (HTTP 413)")
        raise self._error(f"fails with HTTP {status}")

    def _error(self, what: str) -> EngineError:
        return EngineError(f"the OPA server at {self._server.url} {what}")

    # --- transport --------------------------------------------------------------------------------------------------

    def _sent(self, method: str, path: str, body: bytes | None = None, *, media: str = "application/json") -> _Answer:
        """One request and its answer, within the time that it may take in all.

        The timeout of a socket starts again with every byte, so a server that drips would hold the run for ever: the request
        runs in a thread of its own that is left behind.
        """
        box: SimpleQueue[_Answer | EngineError] = SimpleQueue()
        request = partial(self._exchange, method, f"{self._base}/v1/{path}", body, media)
        Thread(target=lambda: box.put(request()), daemon=True).start()
        try:
            answer = box.get(timeout=self._server.timeout)
        except Empty:
            raise self._late() from None
        if isinstance(answer, EngineError):
            raise answer
        return answer

    def _late(self) -> EngineError:
        return self._error(f"does not answer within {self._server.timeout:g} s (--opa-timeout)")

    def _exchange(self, method: str, url: str, body: bytes | None, media: str) -> _Answer | EngineError:
        """Send, and send again where that can help. Never raises for what the network does."""
        import requests  # noqa: PLC0415 - 80 ms, and only a run with a server needs it
        from urllib3.exceptions import HTTPError  # noqa: PLC0415

        until = time.monotonic() + self._server.timeout
        answer: _Answer | EngineError = self._late()
        for pause in (*(_PAUSE * 2**attempt for attempt in range(_ATTEMPTS - 1)), self._server.timeout):
            again = False
            try:
                answer = self._once(requests.Session(), method, url, body, media)
                again = isinstance(answer, _Answer) and answer.status in _BUSY
            except requests.Timeout:
                answer = self._late()
            except requests.exceptions.SSLError as error:
                answer = self._error(f"cannot be trusted: {_why(error)} (--opa-ca names the certificates to trust)")
            except (requests.RequestException, HTTPError, OSError, ValueError) as error:
                answer = self._error(f"cannot be reached: {_why(error)}")
                again = isinstance(error, requests.ConnectionError)
            if not again or time.monotonic() + pause >= until:
                break
            time.sleep(pause)
        return answer

    def _once(self, session: requests.Session, method: str, url: str, body: bytes | None, media: str) -> _Answer | EngineError:
        # The environment must not choose a proxy, a certificate or, by a .netrc, another token than the one that was given.
        session.trust_env = False
        headers = {"Content-Type": media, "Accept": "application/json"}
        if self._server.token:
            headers["Authorization"] = f"Bearer {self._server.token}"
        with (
            session,
            session.request(
                method,
                url,
                data=body,
                headers=headers,
                timeout=self._server.timeout,
                verify=str(self._server.ca) if self._server.ca else True,
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            held = bytearray()
            for part in response.iter_content(2**16):
                held += part
                if len(held) > _LARGEST:
                    return self._error(f"answers with more than {_LARGEST // 2**20} MB")
            return _Answer(status=response.status_code, body=bytes(held))


def _results(said: object) -> str:
    """The `results` of one package as JSON text; `null`, which is no set of results, where it has none."""
    return json.dumps(said.get("results") if isinstance(said, dict) else None)


def _messages(failures: Sequence[object]) -> Iterator[str]:
    """What OPA says of each of its errors, cut where it is long."""
    for failure in failures[:3]:
        if isinstance(failure, dict) and isinstance(failure.get("message"), str):
            yield " ".join(failure["message"].split())[:300]


def _why(error: BaseException) -> str:
    """The innermost reason of a failed request, in the words of the system; those of the libraries wrap it many times."""
    step: BaseException | None = error
    reason = ""
    while step is not None:
        if isinstance(step, ssl.SSLCertVerificationError):
            return step.verify_message
        if isinstance(step, OSError) and step.strerror:
            reason = step.strerror
        step = step.__cause__ or step.__context__
    return (reason or type(error).__name__)[:200]
