"""What kind of host an address names."""

from __future__ import annotations

import pytest

from apilint.analysis import addresses
from apilint.analysis.addresses import environment, host_of, is_cleartext, registrable


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://API.example.com:8443/v1", "api.example.com"),
        ("//api.example.com/v1", "api.example.com"),
        ("https://user:secret@api.example.com?x=1", "api.example.com"),
        ("https://api.example.com#a@b", "api.example.com"),
        ("https://a.example\\@b.example", "a.example"),
        ("http://[2001:DB8::1]:80/", "2001:db8::1"),
        ("wss://{tenant}.example.com", "{tenant}.example.com"),
        ("/v1", ""),
        ("v1//x", ""),
        ("", ""),
        ("https:", ""),
        ("https://", ""),
        ("mailto:a@b.example", ""),
    ],
)
def test_the_host_of_an_address(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("url", "cleartext"),
    [
        ("http://api.example.com", True),
        ("HTTP://api.example.com", True),
        ("ws://api.example.com", True),
        ("https://api.example.com", False),
        ("wss://api.example.com", False),
        ("/v1", False),
        ("//api.example.com", False),
        ("http://localhost:8080", False),
        ("http://dev.localhost/x", False),
        ("http://127.8.0.1", False),
        ("http://[::1]:80/", False),
        ("http://localhost.example.com", True),
        ("http://user@localhost:1", False),
        ("http://localhost@evil.example", True),
        ("http://127.0.0.1.evil.example", True),
        ("{scheme}://api.example.com", False),
    ],
)
def test_cleartext(url: str, cleartext: bool) -> None:
    assert is_cleartext(url) is cleartext


@pytest.mark.parametrize(
    ("host", "kinds"),
    [
        ("api.acme.com", ""),
        ("8.8.8.8", "address"),
        ("2606:4700::1111", "address"),
        ("10.1.2.3", "address private"),
        ("172.16.0.1", "address private"),
        ("172.32.0.1", "address"),
        ("192.168.1.1", "address private"),
        ("100.64.0.1", "address private"),
        ("169.254.169.254", "address private"),
        ("fe80::1%eth0", "address private"),
        ("fd00::1", "address private"),
        ("::ffff:10.0.0.1", "address private"),
        ("127.0.0.1", "address loopback"),
        ("::1", "address loopback"),
        ("0.0.0.0", "address unspecified"),
        ("::", "address unspecified"),
        ("192.0.2.1", "address placeholder"),
        ("2001:db8::1", "address placeholder"),
        ("1.2.3", ""),
        ("999.1.1.1", ""),
        ("10.example.org", "placeholder"),
        ("db.internal", "internal"),
        ("metadata.google.internal", "internal"),
        ("orders.shop.svc.cluster.local", "internal"),
        ("printer.local.", "internal"),
        ("wiki.corp", "internal"),
        ("router.home.arpa", "internal"),
        ("internal.acme.com", ""),
        ("local", ""),
        ("localhost", "loopback"),
        ("api.localhost", "loopback"),
        ("example.com", "placeholder"),
        ("api.example.com", "placeholder"),
        ("api.example", "placeholder"),
        ("shop.test", "placeholder"),
        ("notexample.com", ""),
        ("petstore3.swagger.io", "placeholder"),
        ("generator.swagger.io", ""),
        ("api.your-domain.com", "placeholder"),
        ("your_company.zendesk.com", "placeholder"),
        ("yourdomain.com", "placeholder"),
        ("api.<your-region>.acme.com", "placeholder"),
        ("hostname", "placeholder"),
        ("host", "placeholder"),
        ("host.acme.com", ""),
        ("yours.acme.com", ""),
        ("my-account.acme.com", ""),
        ("todo.acme.com", ""),
        ("", ""),
    ],
)
def test_kinds_of_hosts(host: str, kinds: str) -> None:
    names = ("address", "loopback", "private", "unspecified")
    found = [kind for kind in names if getattr(addresses, f"is_{kind}")(host)]
    found += ["internal"] * addresses.is_internal_name(host) + ["placeholder"] * addresses.is_placeholder(host)
    assert found == kinds.split()


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("api.acme.com", "acme.com"),
        ("API.Acme.co.uk.", "acme.co.uk"),
        ("acme.com", "acme.com"),
        ("one.github.io", "one.github.io"),
        ("co.uk", "co.uk"),
        ("localhost", "localhost"),
        ("10.0.0.1", "10.0.0.1"),
        ("::1", "::1"),
        ("a.unknown-ending", "a.unknown-ending"),
        ("a..com", "a..com"),
        ("", ""),
    ],
)
def test_the_part_that_someone_registered(host: str, domain: str) -> None:
    assert registrable(host) == domain


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Production server", "production"),
        ("api-prod.acme.com", "production"),
        ("The live API", "production"),
        ("Non-production", "staging"),
        ("pre-prod", "staging"),
        ("staging.acme.com", "staging"),
        ("https://qa2.acme.com", "test"),
        ("UAT", "test"),
        ("api.dev.acme.com", "development"),
        ("Sandbox", "sandbox"),
        ("beta.acme.com", "preview"),
        ("http://localhost:8080", "local"),
        ("production-like test server", "test"),
        ("The latest API of our product", ""),
        ("developer.acme.com", ""),
        ("attestation", ""),
        ("api.acme.com", ""),
        ("", ""),
    ],
)
def test_environments_by_whole_words(text: str, name: str) -> None:
    assert environment(text) == name
