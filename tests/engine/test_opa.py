"""The OPA server engine: every way in which a server can fail ends in one sentence and exit code 4, never in a pass."""

from __future__ import annotations

import json
import re
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests import opa_server
from tests.plans import plan
from tests.test_run import CONNECTOR, GEO
from tests.test_scaffold import write

from sparekey import cli
from sparekey.config import OpaServer
from sparekey.engine import opa as opa_module
from sparekey.engine.bundle import load_rules, modules_of, package_of, policies_folder
from sparekey.engine.embedded import EmbeddedEngine
from sparekey.engine.failure import EngineError
from sparekey.engine.opa import OpaEngine
from sparekey.scaffold import new_rule

CERTIFICATE = Path(__file__).with_name("loopback.pem")
VERSION = {"result": {"version": "1.22.2", "build_commit": ""}}
PACKAGES = tuple(package_of(rule) for rule in load_rules())
EMPTY = '{"resources":{},"deletions":{},"parameters":{}}'


class Exchange(BaseHTTPRequestHandler):
    """One request to a server that does what its test wants."""

    protocol_version = "HTTP/1.1"
    server: Fake

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append((self.command, self.path, self.headers.get("Authorization"), body))
        try:
            self.server.behaviour(self)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            self.close_connection = True

    do_GET = do_POST = do_PUT = _serve  # noqa: N815 - the names that the standard library calls

    def say(self, status: int, body: object, **headers: str) -> None:
        """Answer with JSON, or with text as it is."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the standard library
        """Keep quiet."""


class Fake(ThreadingHTTPServer):
    """A server on loopback. `asked` holds what it was asked: method, path, authorization, body."""

    daemon_threads = True
    behaviour: Callable[[Exchange], None]

    def __init__(self, behaviour: Callable[[Exchange], None]) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.behaviour = behaviour
        self.asked: list[tuple[str, str, str | None, bytes]] = []
        self.over = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep quiet: clients that turn away are what these tests are about."""

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def fake(behaviour: Callable[[Exchange], None], *, tls: bool = False) -> Iterator[Fake]:
    """A running server."""
    server = Fake(behaviour)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()


def good(exchange: Exchange) -> None:
    """What an OPA that holds our rules says of an empty estate."""
    if exchange.path.startswith("/v1/data/system/version"):
        exchange.say(200, VERSION)
    else:
        exchange.say(200, {"result": {package: {"results": []} for package in PACKAGES}})


def always(status: int, body: object, **headers: str) -> Callable[[Exchange], None]:
    return lambda exchange: exchange.say(status, body, **headers)


def after_version(status: int, body: object) -> Callable[[Exchange], None]:
    return lambda exchange: good(exchange) if exchange.path.endswith("version") else exchange.say(status, body)


def slow(exchange: Exchange) -> None:
    exchange.server.over.wait(30)


def drips_headers(exchange: Exchange) -> None:
    exchange.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    while not exchange.server.over.wait(0.05):
        exchange.wfile.write(b"x")


def drips_body(exchange: Exchange) -> None:
    exchange.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not exchange.server.over.wait(0.05):
        exchange.wfile.write(b" ")


def cuts_off(exchange: Exchange) -> None:
    exchange.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"result":')
    exchange.close_connection = True


def hangs_up(exchange: Exchange) -> None:
    exchange.close_connection = True


def old(version: object) -> Callable[[Exchange], None]:
    return always(200, {"result": {"version": version}})


FAILURES: list[tuple[str, Callable[[Exchange], None], str]] = [
    ("slow", slow, "does not answer within 0.5 s"),
    ("drips headers", drips_headers, "does not answer within 0.5 s"),
    ("drips its body", drips_body, "does not answer within 0.5 s"),
    ("cuts off", cuts_off, "cannot be reached"),
    ("hangs up", hangs_up, "cannot be reached"),
    ("too old", old("0.70.0"), "OPA 0.70.0, which is too old"),
    ("no version and no rules", always(200, {}), "does not hold the rules"),
    ("odd version", old(["1"]), "says a version that no OPA has"),
    ("no OPA", always(200, b"<html>welcome</html>"), "not a JSON object"),
    ("an array", always(200, []), "not a JSON object"),
    ("deep", always(200, b"[" * 200_000), "not a JSON object"),
    ("a number without end", always(200, b'{"result":' + b"9" * 5000 + b"}"), "not a JSON object"),
    ("not UTF-8", always(200, b"\xff\xfe\x00"), "not a JSON object"),
    ("401", always(401, {"code": "unauthorized"}), "asks for a token"),
    ("403", always(403, b"no"), "asks for a token"),
    ("404", always(404, b"nothing here"), "HTTP 404"),
    ("500", always(500, b"\x1b[2J"), "fails with HTTP 500"),
    ("500 in OPA's words", always(500, {"code": "internal_error", "message": "x"}), "fails with HTTP 500"),
    ("503", always(503, b""), "fails with HTTP 503"),
    ("redirect", always(302, b"", Location="http://127.0.0.1:1/"), "redirect (HTTP 302), which is not followed"),
    ("no policies", after_version(200, {}), "does not hold the rules"),
    ("one rule alone", after_version(200, {"result": {PACKAGES[0]: {"results": []}}}), "does not hold the rules"),
    ("a result that is none", after_version(200, {"result": 7}), "does not hold the rules"),
    ("bad input", after_version(400, {"code": "invalid_parameter", "message": "x"}), "fails with HTTP 400"),
    ("too large", after_version(413, {}), "refuses an input of this size"),
    ("401 later", after_version(401, {}), "asks for a token"),
    ("half JSON later", after_version(200, b'{"result":{'), "not a JSON object"),
]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plan.json").write_text(json.dumps(plan([GEO, CONNECTOR])), encoding="utf-8")


def _check(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["sparekey", "check", "plan.json", *options])
    monkeypatch.setattr("gc.disable", lambda: None)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


@pytest.mark.parametrize("behaviour, sentence", [pytest.param(b, s, id=name) for name, b, s in FAILURES])
def test_each_failure_ends_with_4_and_says_why(
    behaviour: Callable[[Exchange], None], sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    started = time.monotonic()
    with fake(behaviour) as server:
        seconds = "0.5" if "within 0.5 s" in sentence else "10"
        code, out, err = _check(monkeypatch, capsys, "--engine", "opa", "--opa-url", server.url, "--opa-timeout", seconds)
    assert (code, out) == (4, "")
    assert sentence in err
    assert err.count("\n") == 1
    assert f"the OPA server at {server.url}" in err
    assert time.monotonic() - started < 5


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"http://127.0.0.1:{opa_server.free_port()}"
    code, out, err = _check(monkeypatch, capsys, "--engine", "opa", "--opa-url", url)
    assert (code, out) == (4, "")
    assert err == f"sparekey: the OPA server at {url} cannot be reached: Connection refused\n"


@pytest.mark.parametrize(
    "results",
    [
        "nothing",
        [{"verdict": "pass"}],
        [{"subject": "plan.json#nobody", "verdict": "pass"}],
        [],
        [{"subject": "plan.json#azuread_conditional_access_policy.geo", "verdict": "great"}],
    ],
)
def test_results_that_no_rule_gives_are_errors(
    results: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A server may hold other rules under our names: what it says is read with suspicion, and silence is no pass."""
    answer = after_version(200, {"result": {package: {"results": results} for package in PACKAGES}})
    with fake(answer) as server:
        code, out, _ = _check(monkeypatch, capsys, "--engine", "opa", "--opa-url", server.url)
    assert code == 4
    assert "error[policy-locks-everyone-out]" in out


def test_a_self_signed_certificate_is_refused_unless_it_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with fake(good, tls=True) as server:
        url = server.url.replace("http:", "https:")
        code, out, err = _check(monkeypatch, capsys, "--engine", "opa", "--opa-url", url)
        assert (code, out) == (4, "")
        assert "cannot be trusted: self-signed certificate (--opa-ca" in err
        assert server.asked == []
        assert OpaEngine(OpaServer(url=url, ca=CERTIFICATE)).greet() == "1.22.2"


def test_a_ca_that_is_no_certificate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    Path("ca.pem").write_text("nothing", encoding="utf-8")
    with fake(good, tls=True) as server:
        url = server.url.replace("http:", "https:")
        code, _, err = _check(monkeypatch, capsys, "--engine", "opa", "--opa-url", url, "--opa-ca", "ca.pem")
    assert code == 4
    assert err.count("\n") == 1


def test_plain_http_where_tls_is_asked_for(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with fake(good) as server:
        code, _, err = _check(monkeypatch, capsys, "--engine", "opa", "--opa-url", server.url.replace("http:", "https:"))
    assert (code, err.count("\n")) == (4, 1)


def test_a_busy_server_is_asked_again_and_not_for_ever() -> None:
    busy = [503, 429]

    def recovers(exchange: Exchange) -> None:
        if busy:
            exchange.say(busy.pop(), b"")
        else:
            good(exchange)

    with fake(recovers) as server:
        assert OpaEngine(OpaServer(url=server.url)).greet() == "1.22.2"
        assert len(server.asked) == 3
    with fake(always(503, b"")) as server:
        with pytest.raises(EngineError, match="HTTP 503"):
            OpaEngine(OpaServer(url=server.url)).greet()
        assert len(server.asked) == 3
    with fake(always(500, b"")) as server:
        with pytest.raises(EngineError, match="HTTP 500"):
            OpaEngine(OpaServer(url=server.url)).greet()
        assert len(server.asked) == 1


def test_an_answer_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opa_module, "_LARGEST", 2**20)
    with fake(always(200, b" " * 2**21)) as server, pytest.raises(EngineError, match="answers with more than 1 MB"):
        OpaEngine(OpaServer(url=server.url)).greet()


def test_the_environment_sends_no_token_and_no_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1\nlogin somebody\npassword secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with fake(good) as server:
        OpaEngine(OpaServer(url=server.url)).greet()
        OpaEngine(OpaServer(url=server.url, token="t0ken")).greet()
        assert [authorization for _, _, authorization, _ in server.asked] == [None, "Bearer t0ken"]


def test_only_this_module_knows_the_network() -> None:
    source = Path(cli.__file__).parent
    network = re.compile(
        r"^\s*(?:import|from) (?:requests|urllib3|urllib\.request|http|socket|ssl|smtplib|ftplib)\b", re.MULTILINE
    )
    users = [
        path.relative_to(source).as_posix() for path in source.rglob("*.py") if network.search(path.read_text(encoding="utf-8"))
    ]
    assert users == ["engine/opa.py"]


def test_the_embedded_engine_loads_no_network() -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom sparekey.config import Config\nfrom sparekey.run import check\n"
        "check([Path('plan.json')], Config())\nprint([m for m in ('requests', 'urllib3', 'ssl', 'sparekey.engine.opa') if m in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


@pytest.mark.parametrize(
    "options",
    [
        ("--engine", "opa"),
        ("--engine", "other"),
        ("--opa-url", "http://127.0.0.1"),
        ("--opa-token", "t0ken"),
        ("--opa-timeout", "x"),
    ],
)
def test_options_that_cannot_be_meant_end_with_2(
    options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = _check(monkeypatch, capsys, *options)
    assert (code, out, bool(err)) == (2, "", True)


def test_rules_from_outside_are_not_sent(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    new_rule("demo", "policy-is-enabled", Path("mine"))
    write(Path("mine"))
    with fake(good) as server:
        asked = ("--engine", "opa", "--opa-url", server.url, "--opa-push", "--policy", "mine", "--format", "json")
        code, out, _ = _check(monkeypatch, capsys, *asked)
        verdicts = {outcome["rule"]: outcome["verdict"] for outcome in json.loads(out)["outcomes"]}
        assert (code, verdicts["policy-is-enabled"]) == (4, "fail")
        pushed = [path for method, path, _, _ in server.asked if method == "PUT"]
        assert len(pushed) == len(modules_of(load_rules()))
        assert not [path for _, path, _, body in server.asked if b"policy_is_enabled" in body]


def test_a_token_is_never_shown() -> None:
    server = OpaServer(url="https://opa.example.org", token="t0ken")
    assert "t0ken" not in repr(server)


def test_an_address_may_have_a_path() -> None:
    with fake(lambda exchange: exchange.say(200, VERSION)) as server:
        OpaEngine(OpaServer(url=f"{server.url}/team/opa/")).greet()
        assert server.asked[0][1] == "/team/opa/v1/data/system/version"


@pytest.mark.parametrize(
    "answer, version",
    [
        (always(200, {"result": [{"version": "1.4.0"}]}), "1.4.0"),
        (always(200, {"result": []}), "unknown"),
        (always(403, {"code": "unauthorized"}), "unknown"),
        (always(404, b""), "unknown"),
    ],
)
def test_a_bundle_may_hide_the_version(answer: Callable[[Exchange], None], version: str) -> None:
    """A bundle that owns all data, as one without a manifest does, takes data.system.version with it."""

    def hides(exchange: Exchange) -> None:
        if exchange.path == "/v1/query":
            answer(exchange)
        else:
            exchange.say(200, {})

    with fake(hides) as server:
        assert OpaEngine(OpaServer(url=server.url)).greet() == version


# --- a real OPA -----------------------------------------------------------------------------------------------------

HONEST = """package sparekey.rules.honest

results contains 1 if input.resources.x
"""
CONVERTS = """package sparekey.rules.converts

results contains to_number(input.resources.x)
"""


@pytest.fixture(scope="module")
def running() -> Iterator[str]:
    """The address of a real OPA that logs its decisions."""
    with opa_server.serving(opa_server.required(), "--set", "decision_logs.console=true") as url:
        yield url


def test_a_built_in_error_costs_its_own_rule_on_both_engines(running: str) -> None:
    modules = {"x/honest/rule.rego": HONEST, "x/converts/rule.rego": CONVERTS}
    for engine in (EmbeddedEngine(), OpaEngine(OpaServer(url=running, push=True))):
        said = engine.evaluate(modules, '{"resources":{"x":"no number"}}', ("honest", "converts"))
        assert json.loads(str(said["honest"])) == [1]
        assert isinstance(said["converts"], EngineError)
        said = engine.evaluate(modules, '{"resources":{"x":"7"}}', ("honest", "converts"))
        assert [json.loads(str(said[package])) for package in ("honest", "converts")] == [[1], [7]]


def test_a_decision_is_traceable(running: str) -> None:
    engine = OpaEngine(OpaServer(url=running, push=True))
    rules = load_rules()
    engine.evaluate(modules_of(rules), EMPTY, PACKAGES)
    assert len(engine.decisions) == 1
    assert len(engine.decisions[0]) == 36


def test_a_policy_that_the_server_refuses_is_named(running: str) -> None:
    engine = OpaEngine(OpaServer(url=running, push=True))
    with pytest.raises(EngineError, match=r"refuses the policy x/rule\.rego: undefined function nothing\.here"):
        engine.evaluate({"x/rule.rego": "package sparekey.rules.x\n\nresults contains nothing.here(1)\n"}, EMPTY, ("x",))


def test_a_server_without_our_rules_is_no_pass(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with opa_server.serving(opa_server.required()) as url:
        code, out, err = _check(monkeypatch, capsys, "--engine", "opa", "--opa-url", url)
        assert (code, out) == (4, "")
        assert "push them (--opa-push)" in err
        code, out, err = _check(monkeypatch, capsys, "--engine", "opa", "--opa-url", url, "--opa-push", "--format", "json")
        assert (code, err) == (1, "")
        assert json.loads(out)["versions"]["opa"].startswith("1.")
        assert _check(monkeypatch, capsys, "--engine", "opa", "--opa-url", url)[0] == 1, "pushed rules stay"


def test_a_bundle_is_as_good_as_pushed_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The usual way to feed a central OPA: it downloads a bundle, which then owns all its data."""
    opa = opa_server.required()
    command = [opa, "build", "-b", str(policies_folder()), "-o", "bundle.tar.gz", "--ignore", "*_test.rego"]
    subprocess.run(command, check=True, capture_output=True)
    bundle = Path("bundle.tar.gz").read_bytes()
    with fake(lambda exchange: exchange.say(200, bundle)) as store:
        settings = {"services": {"s": {"url": store.url}}, "bundles": {"b": {"service": "s", "resource": "bundle.tar.gz"}}}
        (tmp_path / "opa.yaml").write_text(json.dumps(settings), encoding="utf-8")
        with opa_server.serving(opa, "--config-file", str(tmp_path / "opa.yaml")) as url:
            until = time.monotonic() + 20
            while not opa_server.healthy(f"{url}/health?bundles") and time.monotonic() < until:
                time.sleep(0.05)
            asked = ("--engine", "opa", "--opa-url", url)
            code, out, err = _check(monkeypatch, capsys, *asked, "--format", "json")
            assert (code, err) == (1, "")
            assert json.loads(out)["versions"]["opa"].startswith("1.")
            code, out, err = _check(monkeypatch, capsys, *asked, "--opa-push")
            assert (code, out) == (4, "")
            assert "refuses the policy lib/" in err
            assert "owned by bundle" in err


def test_a_token_opens_the_door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    authz = tmp_path / "authz.rego"
    authz.write_text(
        'package system.authz\n\ndefault allow := false\n\nallow if input.identity == "right"\n\nallow if input.path == ["health"]\n',
        encoding="utf-8",
    )
    options = ("--authentication", "token", "--authorization", "basic", str(authz))
    with opa_server.serving(opa_server.required(), *options) as url:
        asked = ("--engine", "opa", "--opa-url", url, "--opa-push")
        code, _, err = _check(monkeypatch, capsys, *asked)
        assert (code, "asks for a token" in err) == (4, True)
        monkeypatch.setenv("OPA_TOKEN", "wrong")
        code, _, err = _check(monkeypatch, capsys, *asked, "--opa-token-env", "OPA_TOKEN")
        assert (code, "refuses the token: HTTP 401" in err, "wrong" in err) == (4, True, False)
        Path("token").write_text("right\n", encoding="utf-8")
        assert _check(monkeypatch, capsys, *asked, "--opa-token-file", "token")[0] == 1
