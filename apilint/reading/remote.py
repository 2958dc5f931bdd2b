"""The only way to the network: documents from hosts that the command line names, and from public addresses only."""

from __future__ import annotations

import http.client
import ipaddress
import os
import socket
import ssl
import threading
import time
from urllib.parse import SplitResult, urljoin, urlsplit

from apilint.reading.limits import LimitReached, Limits, Unreadable

_REDIRECTS = 3
_CHUNK = 1 << 16
_SILENCE = 10.0
_TOTAL = 30.0


class Refused(Exception):
    """A URL that may not be asked for."""


def fetch(url: str, hosts: tuple[str, ...], limits: Limits) -> bytes:
    """Get the bytes behind an http or https URL of one of `hosts` (`name` or `name:port`).

    Every address of the host must be a public one, and the connection goes to the address that was
    checked. Redirects stay with the named hosts and never leave https. No proxy, cookie, credential or
    compression is used. Raises `Refused`, `Unreadable`, `LimitReached`.
    """
    until = time.monotonic() + min(_TOTAL, limits.seconds)
    for _ in range(_REDIRECTS + 1):
        parts = _checked(url, hosts)
        try:
            answer = _get(parts, limits, until)
        except (OSError, http.client.HTTPException, ValueError):
            raise Unreadable("the host does not answer as it should") from None
        if isinstance(answer, bytes):
            return answer
        following = urljoin(url, answer)
        if parts.scheme == "https" and not following.startswith("https:"):
            raise Refused("the host redirects away from https")
        url = following
    raise Unreadable("the host redirects too often")


def _checked(url: str, hosts: tuple[str, ...]) -> SplitResult:
    """The parts of a URL that may be asked for; raises `Refused`."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("its URL is malformed") from None
    name = (parts.hostname or "").lower()
    if parts.scheme not in ("http", "https") or not name:
        raise Refused("only http and https URLs may be allowed")
    if parts.username is not None or parts.password is not None:
        raise Refused("its URL holds credentials")
    allowed = {host.lower() for host in hosts}
    standard = port is None or port == (443 if parts.scheme == "https" else 80)
    if not (f"{name}:{port}" in allowed or (standard and name in allowed)):
        raise Refused("its host is not one that --allow-remote-refs names")
    if any(character <= " " or character == "\x7f" for character in url) or not url.isascii():
        raise Refused("its URL is malformed")
    return parts


def _addresses(name: str, port: int) -> list[str]:
    """The addresses of a host, all of them public; raises `Refused`, OSError."""
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)]
    if not found or not all(_is_public(address) for address in found):
        raise Refused("its host has an address that is not public")
    return found


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None and not inner.is_global:
            return False
        if address in _NAT64:
            return False
    return address.is_global and not address.is_multicast


_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def _get(parts: SplitResult, limits: Limits, until: float) -> bytes | str:
    """One request: the body, or where the host redirects to."""
    name = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _addresses(name, port)[0]
    raw = socket.create_connection((address, port), timeout=_SILENCE)
    # A host that sends its header a byte at a time never falls silent.
    handle = raw.fileno()
    alarm = threading.Timer(max(until - time.monotonic(), 0), _cut, (handle,))
    alarm.daemon = True
    alarm.start()
    try:
        if parts.scheme == "https":
            raw = ssl.create_default_context().wrap_socket(raw, server_hostname=name)
        connection = http.client.HTTPConnection(name, port, timeout=_SILENCE)
        # The request travels over the connection to the address that was checked, whatever the name means by now.
        connection.sock = raw
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "apilint", "Connection": "close"}
        connection.request("GET", target, headers=headers)
        with connection.getresponse() as response:
            if response.status in (301, 302, 303, 307, 308):
                return response.getheader("Location") or ""
            if response.status != 200:
                raise Unreadable(f"the host answers with status {response.status}")
            if (response.getheader("Content-Encoding") or "identity").lower() != "identity":
                raise Unreadable("the host sends compressed data, which was not asked for")
            return _body(response, limits, until)
    finally:
        alarm.cancel()
        raw.close()


def _cut(handle: int) -> None:
    """End a connection by its descriptor, which stays the same when TLS takes the socket over."""
    try:
        with socket.socket(fileno=os.dup(handle)) as other:
            other.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it has ended already


def _body(response: http.client.HTTPResponse, limits: Limits, until: float) -> bytes:
    chunks = []
    total = 0
    while chunk := response.read1(_CHUNK):
        chunks.append(chunk)
        total += len(chunk)
        if total > limits.bytes:
            raise LimitReached("bytes", limits.bytes, "the remote document is too large")
        if time.monotonic() > until:
            raise LimitReached("seconds", limits.seconds, "the host takes too long")
    return b"".join(chunks)
