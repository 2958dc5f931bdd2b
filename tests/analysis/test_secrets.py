"""Credentials in text. They are put together here, so that no scanner takes this file for a leak."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from time import perf_counter
from zlib import crc32

import pytest

from apilint.analysis.secrets import JWT, find, hints, is_placeholder, mask
from apilint.findings import Confidence

HEX = "0123456789abcdef"
UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SIGNS = DIGITS + LETTERS


def made(length: int, alphabet: str = SIGNS, seed: str = "seed 3") -> str:
    """Something that looks random, and is the same each time."""
    found = ""
    while len(found) < length:
        found += "".join(alphabet[byte % len(alphabet)] for byte in sha256(f"{seed}{len(found)}".encode()).digest())
    return found[:length]


def checked(prefix: str) -> str:
    """A token as GitHub and npm make them: thirty characters, and their checksum in base 62."""
    value = made(30)
    number, written = crc32(value.encode()), ""
    while number:
        number, digit = divmod(number, 62)
        written = (DIGITS + LETTERS)[digit] + written
    return prefix + value + written.rjust(6, "0")


def pem(kind: str, size: int = 1191) -> str:
    data = bytes((0x30, 0x82)) + size.to_bytes(2, "big") + made(size).encode()
    body = b64encode(data).decode()
    lines = "\n".join(body[start : start + 64] for start in range(0, len(body), 64))
    return f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----\n"


REAL = {
    "AWS access key id": "AK" + "IA" + made(16, UPPER),
    "AWS secret access key": "aws_secret_" + "access_key = " + made(40),
    "GitHub token": checked("ghp" + "_"),
    "npm token": checked("npm" + "_"),
    "Stripe live key": "sk" + "_live_" + made(24),
    "Stripe test key": "rk" + "_test_" + made(24),
    "webhook signing secret": "wh" + "sec_" + made(32),
    "Slack token": "xo" + "xb-" + made(12, DIGITS) + "-" + made(12, DIGITS, "b") + "-" + made(24),
    "Slack webhook address": "https://hooks.sl"
    "ack.com/services/T" + made(8, UPPER) + "/B" + made(8, UPPER) + "/" + made(24),
    "Google API key": "AI" + "za" + made(35),
    "Google OAuth access token": "ya" + "29." + made(60),
    "Google OAuth client secret": "GOC" + "SPX-" + made(28),
    "GitLab token": "gl" + "pat-" + made(20),
    "SendGrid key": "S" + "G." + made(22) + "." + made(43),
    "DigitalOcean token": "do" + "p_v1_" + made(64, HEX),
    "Azure storage key": "Account" + "Key=" + made(86) + "==",
    "OpenAI key": "sk-" + "proj-" + made(40) + "T3Blbk" + "FJ" + made(40),
    "Anthropic key": "sk-" + "ant-api03-" + made(93) + "AA",
    "Hugging Face token": "h" + "f_" + made(34, LETTERS),
    "Mailgun key": "ke" + "y-" + made(32, HEX),
    "Telegram bot token": made(9, DIGITS) + ":A" + "A" + made(33),
    "private key": pem("RSA PRIVATE " + "KEY"),
    "password in a connection string": "postgres://orders:" + "Tulip-Radish-47" + "@db.example.com/orders",
    "password in a Basic header": "Authorization: Basic " + b64encode(b"orders:Tulip-Radish-47").decode(),
    "token in a Bearer header": "Authorization: bearer " + made(32),
}


@pytest.mark.parametrize("kind", REAL)
def test_real_ones_are_found_and_masked(kind: str) -> None:
    text = f"before {REAL[kind]} after"
    (found,) = find(text)
    assert found.kind == kind
    value = text[found.start : found.end]
    shown = mask(text)
    assert value not in shown
    assert value[5:] not in shown
    assert len(shown) == len(text)
    assert shown.count("\n") == text.count("\n")
    assert shown.startswith("before ")
    assert shown.endswith(" after")
    assert any(hint in text.lower() for hint in hints())


MADE_UP = (
    "AKIA" + "IOSFODNN7EXAMPLE",
    "AKIA" + "XXXXXXXXXXXXXXXX",
    "ghp" + "_" + made(36),  # the checksum is wrong
    "ghp" + "_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "sk" + "_test_4eC39HqLyjWDarjtT1zdp7dc",  # Stripe's own
    "sk" + "_live_your_key_here",
    "sk" + "_live_" + "1234567890" * 3,
    "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
    "AIza" + "SyEXAMPLE" + made(26),
    "key-value-pairs-are-separated-by-commas",
    "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
    pem("PRIVATE KEY")[:300],  # cut short
    pem("PUBLIC KEY"),
    pem("CERTIFICATE"),
    "postgres://user:password@localhost/db",
    "postgres://user:{password}@localhost/db",
    "postgres://user:s3cr3t@localhost/db",
    "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",  # RFC 7617
    "Basic authentication with a user and a password",
    "Basic " + b64encode(b"user:password1").decode(),
    "Bearer 2YotnFZFEjr1zCsicMWpAA",  # RFC 6749
    "Bearer <token>",
    "Bearer YOUR_ACCESS_TOKEN_FROM_THE_DASHBOARD_1",
    "Bearer authentication-with-a-token-from-the-dashboard",
    "Bearer 0f8fad5b-d9cb-469f-a165-70867728950e",
    "a quantity of asia-pacific-regions, and so on",
)


@pytest.mark.parametrize("text", MADE_UP)
def test_placeholders_and_samples_are_not(text: str) -> None:
    assert list(find(text)) == []
    assert mask(text) == text


def test_levels() -> None:
    live = {kind: next(find(text)) for kind, text in REAL.items()}
    assert live["Stripe live key"].live
    assert not live["Stripe test key"].live
    assert not live["AWS access key id"].live  # useless without the other half
    assert live["GitHub token"].confidence is Confidence.HIGH
    assert live["token in a Bearer header"].confidence is Confidence.MEDIUM


def test_several_in_order() -> None:
    text = f"{REAL['npm token']} {REAL['GitHub token']}"
    assert [one.kind for one in find(text)] == ["npm token", "GitHub token"]
    assert mask(text) == f"npm_{'*' * 36} ghp_{'*' * 36}"


def test_token() -> None:
    sample = (
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ"
        ".SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
    )
    assert [one.kind for one in find(sample)] == [JWT]
    assert list(find(sample[:-20])) == []
    assert list(find("eyJhbGciOiJIUzI1NiJ9.eyJ...")) == []


@pytest.mark.parametrize("value", ["<token>xxxxx", "your-key", "aaaaaaaa", "01234567", "zyxwvutsrq", "my-example"])
def test_placeholders(value: str) -> None:
    assert is_placeholder(value)


@pytest.mark.parametrize(
    "text",
    [
        "sk-" * 50_000,
        "://a:" * 40_000,
        "eyJ" * 60_000 + "." + "eyJ" * 60_000,
        "eyJ-" * 60_000,
        "-----BEGIN PRIVATE KEY-----" + "\\n" * 60_000,
        "Bearer " * 30_000,
        "xoxb-" + "1234567890-" * 20_000,
        "gl" + "pat-" * 50_000,
    ],
)
def test_hostile_text_takes_no_time(text: str) -> None:
    start = perf_counter()
    mask(text)
    assert perf_counter() - start < 3


def test_the_password_of_a_url_is_masked_whole() -> None:
    assert mask("see https://svc:Zk8q@api.example.com:8443/v1") == "see https://svc:****@api.example.com:8443/v1"
    for plain in (
        "https://user@example.com/a:b@c",
        "https://u:{password}@example.com",
        "mailto:a@b.example",
        "a://b:c",
    ):
        assert mask(plain) == plain
