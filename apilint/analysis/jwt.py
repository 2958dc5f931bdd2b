"""JSON Web Tokens, read but never trusted: what the header and the claims of one say (RFC 7519)."""

from __future__ import annotations

from typing import Any, NamedTuple

_LONGEST = 20_000
# Bytes of a signature (RFC 7518, 3.1; RFC 8037); those of RSA are as long as the key.
_SIGNATURES = {"HS256": 32, "HS384": 48, "HS512": 64, "ES256": 64, "ES384": 96, "ES512": 132, "EdDSA": 64}
_DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
# What tutorials, generators and the usual debugger sign with.
_WEAK_KEYS = (
    "", "secret", "your-256-bit-secret", "your-384-bit-secret", "your-512-bit-secret", "your-secret-key", "mysecret",
    "a-string-secret-at-least-256-bits-long", "password", "changeme", "key", "test", "jwt", "jwt_secret", "secretkey",
    "secret_key", "my_secret", "my-secret", "supersecret", "super-secret", "123456", "qwerty", "admin", "shhhhh",
)  # fmt: skip
_SAMPLE_SUBJECT = "1234567890"


class Token(NamedTuple):
    """A decoded token: header, claims, the signature's bytes, and what was signed."""

    header: dict[str, Any]
    claims: dict[str, Any]
    signature: bytes
    signed: str

    @property
    def algorithm(self) -> str:
        """The `alg` of the header, or an empty string."""
        found = self.header.get("alg")
        return found if isinstance(found, str) else ""

    @property
    def is_unsigned(self) -> bool:
        """Whether it is signed by nobody (RFC 7519, 6)."""
        return self.algorithm.lower() == "none"

    @property
    def is_sample(self) -> bool:
        """Whether it is the one that a well-known debugger shows, or made from it."""
        return self.claims.get("sub") == _SAMPLE_SUBJECT or self.claims.get("name") == "John Doe"

    @property
    def is_complete(self) -> bool:
        """Whether it is a whole token: its signature is as long as the algorithm makes it."""
        if self.is_unsigned:
            return not self.signature
        expected = _SIGNATURES.get(self.algorithm)
        if expected is not None:
            return len(self.signature) == expected
        return self.algorithm[:2] in ("RS", "PS") and len(self.signature) in (128, 256, 384, 512)

    @property
    def expires(self) -> float | None:
        """When it stops being valid, in seconds since 1970; None where nothing says so."""
        found = self.claims.get("exp")
        try:
            return float(found) if isinstance(found, (int, float)) and not isinstance(found, bool) else None
        except OverflowError:
            return None

    @property
    def weak_key(self) -> str | None:
        """The key of the signature, if it is one that everybody tries first."""
        digest = _DIGESTS.get(self.algorithm)
        if digest is None:
            return None
        from hmac import new

        message = self.signed.encode()
        return next((key for key in _WEAK_KEYS if new(key.encode(), message, digest).digest() == self.signature), None)


def decode(text: str) -> Token | None:
    """Take a token apart; None for text that is none."""
    parts = text.split(".")
    if len(parts) != 3 or len(text) > _LONGEST:
        return None
    header, claims = _object(parts[0]), _object(parts[1])
    signature = _bytes(parts[2])
    if header is None or claims is None or signature is None or "alg" not in header:
        return None
    return Token(header, claims, signature, f"{parts[0]}.{parts[1]}")


def _bytes(text: str) -> bytes | None:
    from base64 import b64decode

    try:
        return b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None


def _object(text: str) -> dict[str, Any] | None:
    from json import loads

    raw = _bytes(text)
    try:
        found = loads(raw) if raw else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
