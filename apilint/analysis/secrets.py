"""Credentials in text: found by prefix, structure and checksum, and masked wherever text is shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from apilint.findings import Confidence

_KEPT = 4
# Not the place of one: {password}, <password>, $PASSWORD. The URLs of databases are credentials of a kind of their own.
_PASSWORD_IN_URL = r"((?:https?|wss?)://[^/\s:@]*:)([^/\s:@{}<>$*]+)(?=@)"
JWT = "JSON Web Token"


class Secret(NamedTuple):
    """A credential from `start` to `end` of a text.

    `kind` says what it is ("GitHub token"). `live` is true where it gives access by itself, and is not
    one of a test environment, a mere half of a credential, or one that is meant for browsers.
    """

    kind: str
    start: int
    end: int
    live: bool
    confidence: Confidence


class _Kind(NamedTuple):
    """What one sort of credential looks like: the group 1 of `pattern`, or the whole match, if `accept` agrees.

    `hints` are lower-case literals, one of which a text must hold before the pattern is tried.
    """

    name: str
    hints: tuple[str, ...]
    pattern: str
    accept: Callable[[str], bool]
    live: bool
    confidence: Confidence


def find(text: str) -> Iterator[Secret]:
    """Give the credentials in a text, in order and without overlap; published samples and placeholders are none."""
    lower = text.lower()
    found: list[Secret] = []
    for kind in _KINDS:
        if any(hint in lower for hint in kind.hints):
            for match in re.finditer(kind.pattern, text):
                group = 1 if match.re.groups else 0
                if kind.accept(match[group]):
                    found.append(Secret(kind.name, *match.span(group), kind.live, kind.confidence))
    end = 0
    for secret in sorted(found, key=lambda one: (one.start, -one.end)):
        if secret.start >= end:
            end = secret.end
            yield secret


@lru_cache(maxsize=8)
def mask(text: str) -> str:
    """The text, as long as it was, with at most the first four characters of each credential and `*` for the rest.

    The password in the URL of a server (RFC 3986, 3.2.1) has no shape of its own, and is hidden whole.
    """
    if "@" in text and "://" in text:
        text = re.sub(_PASSWORD_IN_URL, lambda found: found[1] + "*" * len(found[2]), text)
    lower = text.lower()
    if not any(hint in lower for hint in hints()):
        return text
    parts, position = [], 0
    for secret in find(text):
        start = secret.start + min(_KEPT, (secret.end - secret.start) // 4)
        parts += [text[position:start], re.sub(r"\S", "*", text[start : secret.end])]
        position = secret.end
    return "".join([*parts, text[position:]])


@cache
def hints() -> tuple[str, ...]:
    """The lower-case literals one of which every text with a credential holds, JSON Web Tokens included."""
    return tuple(dict.fromkeys(hint for kind in _KINDS for hint in kind.hints))


def is_placeholder(value: str) -> bool:
    """Whether a value was plainly made up: it says so, or it repeats or counts."""
    lower = value.lower()
    return any(word in lower for word in _PLACEHOLDERS) or value in _SAMPLES or _repeats(lower) or _counts(lower)


def entropy(value: str) -> float:
    """Bits of information for each character, judged by how often each occurs."""
    from math import log2

    counts = [value.count(sign) / len(value) for sign in set(value)]
    return -sum(share * log2(share) for share in counts)


_PLACEHOLDERS = (
    "example", "sample", "your", "placeholder", "dummy", "fake", "redacted", "secret", "changeme", "change_me",
    "change-me", "xxxx", "....", "****", "insert", "replace", "_here", "-here", "token", "apikey", "api_key",
    "password", "abc123", "a1b2c3", "1a2b3c", "deadbeef", "cafebabe", "qwerty", "testtest", "random", "foobar", "lorem",
)  # fmt: skip

# Values that vendors and standards print in their own documentation, and that everybody copies.
_SAMPLES = frozenset(
    (
        "2YotnFZFEjr1zCsicMWpAA",  # RFC 6749
        "tGzv3JOkF0XG5Qx2TlKWIA",
        "gX1fBat3bV",
        "SlAV32hkKG",
        "SplxlOBeZQQYbYS6WxSbIA",
        "8xLOxBtZp8",
        "mF_9.B5f-4.1JqM",  # RFC 6750
        "sk_" + "test_4eC39HqLyjWDarjtT1zdp7dc",  # Stripe
        "sk_" + "test_26PHem9AhJZvU623DfE1x4sd",
        "sk_" + "test_BQokikJOvBiI2HlWgH4olfQ2",
        "sk_" + "test_tR3PYbcVNZZ796tH88S4VQ2u",
        # The storage emulator of Azure, the same for everybody
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
    )
)


def _repeats(lower: str) -> bool:
    run = 1
    for before, after in pairwise(lower):
        run = run + 1 if before == after else 1
        if run == 5:
            return True
    return len(lower) >= 20 and len(set(lower)) < 8


def _counts(lower: str) -> bool:
    """Whether six characters in a row go up or down by one, as in `123456` or `fedcba`."""
    up = down = 1
    for before, after in pairwise(lower):
        step = ord(after) - ord(before)
        up = up + 1 if step == 1 else 1
        down = down + 1 if step == -1 else 1
        if max(up, down) == 6:
            return True
    return False


def _looks_random(value: str) -> bool:
    return not is_placeholder(value) and entropy(value) >= 3.0


def _is_aws_id(value: str) -> bool:
    return not value.endswith("EXAMPLE") and _looks_random(value[4:])


def _is_github(value: str) -> bool:
    """The last six characters are the CRC-32 of the thirty before, in base 62."""
    return _has_checksum(value[4:])


def _has_checksum(value: str) -> bool:
    from zlib import crc32

    signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    number, written = crc32(value[:-6].encode()), ""
    while number:
        number, digit = divmod(number, 62)
        written = signs[digit] + written
    return written.rjust(6, "0") == value[-6:]


def _is_private_key(body: str) -> bool:
    """Whether a PEM body is a whole key: an ASN.1 sequence as long as it says (X.690, 8.1.3), or OpenSSH's own form."""
    from base64 import b64decode

    text = re.sub(r"\\[nr]|\s", "", body)
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        return False
    if data.startswith(b"openssh-key-v1\0"):
        return len(data) > 150
    if len(data) < 40 or data[0] != 0x30:
        return False
    size = data[1] & 0x7F if data[1] & 0x80 else 0
    length = int.from_bytes(data[2 : 2 + size], "big") if size else data[1]
    return size < 4 and len(data) == 2 + size + length and len(set(data)) > 20


def _is_basic(value: str) -> bool:
    """Whether it decodes to a user and a password that is none of the usual made-up ones."""
    from base64 import b64decode

    try:
        user, colon, password = b64decode(value + "=" * (-len(value) % 4), validate=True).decode().partition(":")
    except ValueError:
        return False
    return bool(colon and user.isprintable() and password.isprintable()) and _is_password(password)


def _is_password(value: str) -> bool:
    """Whether it could be a real password: letters and digits or signs, and no word that says otherwise."""
    if len(value) < 8 or is_placeholder(value) or value.lower() in _KNOWN_PASSWORDS or value[0] in "{<$[%":
        return False
    return not value.isalpha() and not value.isdigit() and entropy(value) >= 2.7


_KNOWN_PASSWORDS = frozenset(
    ("open sesame", "p@55w0rd", "p@ssw0rd", "pa$$w0rd", "passw0rd", "passwd", "test1234", "s3cr3t")
)


def _is_bearer(value: str) -> bool:
    """An opaque value: letters and digits mixed, and more varied than words are."""
    core = value.rstrip("=")
    mixed = any(sign.isdigit() for sign in core) and any(sign.isalpha() for sign in core)
    if len(core) < 20 or not mixed or core.startswith("eyJ") or is_placeholder(core):
        return False
    # Words joined by hyphens, and UUIDs, name things as often as they open them.
    return core.count("-") + core.count("_") + core.count(".") <= 3 and entropy(core) >= 3.5


def _is_token(value: str) -> bool:
    from apilint.analysis.jwt import decode

    token = decode(value)
    return token is not None and token.is_complete


def _after(start: int) -> Callable[[str], bool]:
    """For values of which only what follows a fixed prefix is random."""
    return lambda value: value not in _SAMPLES and _looks_random(value[start:])


def _after_last(sign: str) -> Callable[[str], bool]:
    return lambda value: _looks_random(value.rpartition(sign)[2])


def _kind(
    name: str,
    hints: str,
    pattern: str,
    accept: Callable[[str], bool] = _looks_random,
    *,
    live: bool = True,
    confidence: Confidence = Confidence.HIGH,
) -> _Kind:
    """`hints` are parted by spaces; a pattern with a group says itself where it may begin and end."""
    if "(" not in pattern.replace("(?:", ""):
        pattern = rf"(?<![A-Za-z0-9_]){pattern}(?![A-Za-z0-9])"
    return _Kind(name, tuple(hint.replace("%20", " ") for hint in hints.split()), pattern, accept, live, confidence)


_KINDS = (
    _kind("AWS access key id", "akia asia abia", "(?:AKIA|ASIA|ABIA)[A-Z2-7]{16}", _is_aws_id, live=False),
    _kind(
        "AWS secret access key",
        "secretaccesskey secret_access_key",
        r"(?i:secret_?access_?key)[\"'\s:=]{1,5}([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
    ),
    # The last six characters are a checksum.
    _kind("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", "gh[pousr]_[A-Za-z0-9]{36}", _is_github),
    _kind("GitHub token", "github_pat_", "github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
    _kind("npm token", "npm_", "npm_[A-Za-z0-9]{36}", _is_github),
    _kind("Stripe live key", "_live_", "[sr]k_live_[A-Za-z0-9]{16,247}", _after(8)),
    _kind("Stripe test key", "_test_", "[sr]k_test_[A-Za-z0-9]{16,247}", _after(8), live=False),
    _kind("webhook signing secret", "whsec_", "whsec_[A-Za-z0-9+/]{24,88}={0,2}", _after(6)),
    _kind("Slack token", "xox", r"xox[abpcers]-\d{10,13}-(?:\d{10,13}-){0,2}[A-Za-z0-9]{20,64}", _after_last("-")),
    _kind("Slack token", "xapp-", r"xapp-\d-[A-Z0-9]{9,13}-\d{10,13}-[a-f0-9]{64}"),
    _kind(
        "Slack webhook address",
        "hooks.slack.com/services/",
        r"hooks\.slack\.com/services/(T[A-Z0-9]{7,12}/B[A-Z0-9]{7,12}/[A-Za-z0-9]{23,25})",
        _after_last("/"),
    ),
    # Many are made for web pages, where everybody can read them.
    _kind("Google API key", "aiza", "AIza[A-Za-z0-9_-]{35}", _after(4), live=False),
    _kind("Google OAuth access token", "ya29.", r"ya29\.[A-Za-z0-9_-]{30,500}", confidence=Confidence.MEDIUM),
    _kind("Google OAuth client secret", "gocspx-", "GOCSPX-[A-Za-z0-9_-]{28}", _after(7)),
    _kind(
        "GitLab token",
        "glpat- gldt- glrt- glptt- glsoat- glcbt-",
        r"gl(?:pat|dt|rt|ptt|soat|cbt)-[A-Za-z0-9_-]{20,300}(?:\.[0-9a-z]{2}\.[0-9a-z]{7,9})?",
        _after_last("-"),
    ),
    _kind("PyPI token", "pypi-ageichlwas5vcmc", "pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,1000}"),
    _kind("SendGrid key", "sg.", r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    _kind("DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", "do[opr]_v1_[0-9a-f]{64}", _after(7)),
    _kind("Azure storage key", "accountkey=", r"(?i:accountkey)=([A-Za-z0-9+/]{86}==)"),
    _kind("Azure client secret", "q~", r"[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}"),
    # The eight characters in the middle are "OpenAI" in base 64.
    _kind(
        "OpenAI key", "t3blbkfj", "sk-(?:[a-z]{3,10}-)?[A-Za-z0-9_-]{20,100}T3BlbkFJ[A-Za-z0-9_-]{20,100}", _after(8)
    ),
    _kind("Anthropic key", "sk-ant-", r"sk-ant-[a-z]{3,6}\d\d-[A-Za-z0-9_-]{80,120}", _after(13)),
    _kind("Hugging Face token", "hf_", "hf_[A-Za-z]{34}", _after(3)),
    _kind("Mailgun key", "key-", "key-[0-9a-f]{32}", _after(4)),
    _kind("Mailchimp key", "-us", r"[0-9a-f]{32}-us\d{1,2}", confidence=Confidence.MEDIUM),
    _kind("Shopify token", "shpat_ shpca_ shppa_ shpss_", "shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}", _after(6)),
    _kind("Atlassian token", "atatt3xff", "ATATT3xFf[A-Za-z0-9_=-]{150,250}", _after(9)),
    _kind("HashiCorp Vault token", "hvs. hvb.", r"hv[sb]\.[A-Za-z0-9_-]{90,300}", _after(4)),
    _kind("Telegram bot token", ":aa", r"\d{8,10}:AA[A-Za-z0-9_-]{33}", _after_last(":")),
    _kind("Postman key", "pmak-", "PMAK-[0-9a-f]{24}-[0-9a-f]{34}", _after(5)),
    _kind(
        "private key",
        "private%20key",
        r"-----BEGIN (?:(?:RSA|EC|DSA|OPENSSH) )?PRIVATE KEY-----([^-]{40,20000})",
        _is_private_key,
    ),
    _kind(
        "password in a connection string",
        "postgres:// postgresql:// mysql:// mongodb:// +srv:// redis:// rediss:// amqp:// amqps://",
        r"\b(?:[a-z]{4,10}|mongodb\+srv)://[^/\s:@\"']{0,60}:([^/\s:@\"']{6,100})@",
        _is_password,
        confidence=Confidence.MEDIUM,
    ),
    _kind(
        "password in a Basic header",
        "basic%20",
        r"\b(?i:basic) ([A-Za-z0-9+/]{12,200}={0,2})(?![A-Za-z0-9+/=])",
        _is_basic,
        confidence=Confidence.MEDIUM,
    ),
    _kind(
        "token in a Bearer header",
        "bearer%20",
        r"\b(?i:bearer) ([A-Za-z0-9._~+/-]{20,500}={0,2})(?![A-Za-z0-9._~+/=-])",
        _is_bearer,
        confidence=Confidence.MEDIUM,
    ),
    _kind(
        JWT,
        "eyj",
        r"(?<![A-Za-z0-9_-])(eyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{4,8000}\.[A-Za-z0-9_-]{0,2000})",
        _is_token,
    ),
)
