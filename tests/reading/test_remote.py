"""The network: only the named hosts, only public addresses, and only what was checked is asked."""

from __future__ import annotations

import http.server
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apilint.reading import remote
from apilint.reading.limits import LimitReached, Limits, Unreadable
from apilint.reading.remote import Refused, fetch
from apilint.reading.workspace import Target, Unresolved, Workspace


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "100.64.0.1",
        "::1",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "224.0.0.1",
        "255.255.255.255",
        "::",
    ],
)
def test_addresses_that_are_not_public(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [(socket.AF_INET, 1, 6, "", (name, 80)) for name in ("93.184.215.14", address)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("a connection was made"))
    with pytest.raises(Refused, match="not public"):
        fetch("http://example.com/x", ("example.com",), Limits())


@pytest.mark.parametrize(
    "url",
    [
        "http://other.com/",
        "http://example.com.evil.com/",
        "http://user@example.com/",
        "http://u:p@example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://example.com:8080/",
        "http://example.com:x/",
        "http:///x",
        "http://example.com/ x",
        "http://example.com\\@evil.com/",
        "http://evil.com#@example.com",
        "http://[::1/",
        "http://example.com/\r\nX: y",
    ],
)
def test_urls_that_are_not_allowed(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("a name was looked up"))
    with pytest.raises(Refused):
        fetch(url, ("example.com",), Limits())


class Answers(http.server.BaseHTTPRequestHandler):
    """A server that can be asked for what a hostile one may answer."""

    def do_GET(self) -> None:
        if self.path == "/away":
            self._answer(302, b"", Location="http://other.com/x")
        elif self.path == "/file":
            self._answer(302, b"", Location="file:///etc/passwd")
        elif self.path == "/loop":
            self._answer(302, b"", Location="/loop")
        elif self.path == "/moved":
            self._answer(302, b"", Location="/api.yaml")
        elif self.path == "/gzip":
            self._answer(200, b"x", **{"Content-Encoding": "gzip"})
        elif self.path == "/drip":
            for _ in range(200):
                try:
                    self.wfile.write(b"H")
                except OSError:
                    return
                time.sleep(0.05)
        elif self.path == "/big":
            self._answer(200, b"x" * 10_000)
        elif self.path == "/api.yaml":
            self._answer(200, b"a: {$ref: 'other.yaml#/b'}")
        elif self.path == "/other.yaml":
            self._answer(200, b"b: 1")
        else:
            self._answer(404, b"SECRET")

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A host with a public name whose address only this test takes for public."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    port = server.server_address[1]
    monkeypatch.setattr(remote, "_addresses", lambda name, _: ["127.0.0.1"])
    yield f"api.test:{port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_answers(host: str) -> None:
    assert fetch(f"http://{host}/moved", (host,), Limits()) == b"a: {$ref: 'other.yaml#/b'}"
    for path, error in (
        ("away", Refused),
        ("file", Refused),
        ("loop", Unreadable),
        ("gzip", Unreadable),
        ("none", Unreadable),
    ):
        with pytest.raises(error) as raised:
            fetch(f"http://{host}/{path}", (host,), Limits())
        assert "SECRET" not in str(raised.value)
    with pytest.raises(LimitReached):
        fetch(f"http://{host}/big", (host,), Limits(bytes=9_999))
    assert len(fetch(f"http://{host}/big", (host,), Limits(bytes=10_000))) == 10_000


def test_a_host_that_drips_is_cut_off(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_TOTAL", 0.5)
    with pytest.raises((Unreadable, LimitReached)):
        fetch(f"http://{host}/drip", (host,), Limits())


def test_remote_references(host: str, tmp_path: Path) -> None:
    run = Workspace(str(tmp_path), Limits(), (host,))
    document = run.open_text("main.yaml", b"a: 1")
    assert document is not None
    first = run.resolve(document, f"http://{host}/api.yaml#/a", ("a",))
    assert isinstance(first, Target)
    second = run.resolve(first.document, "other.yaml#/b", ("a",))
    assert isinstance(second, Target)
    assert second.value == 1
    for reference in ("http://other.test/x", "/etc/passwd", "file:///etc/passwd", f"http://{host}/none"):
        assert isinstance(run.resolve(document, reference, ("a",)), Unresolved)
    assert {problem.kind for problem in run.problems} == {"reference-refused", "unreadable"}


def test_nothing_of_the_network_is_loaded_without_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "fetch", lambda *_: pytest.fail("the network was asked"))
    run = Workspace(str(tmp_path), Limits())
    document = run.open_text("main.yaml", b"a: 1")
    assert document is not None
    assert isinstance(run.resolve(document, "http://example.com/x", ()), Unresolved)
