from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from apilint.api import Api, Confidence, Fix, Flag, Severity, Text, rule, words
from apilint.concepts.leaks import credentials
from apilint.concepts.mends import together

if TYPE_CHECKING:
    from apilint.analysis.secrets import Secret

_WHERE = {"sample": "an example", "prose": "a description", "extension": "an extension", "other": "the document"}


@rule(
    "secret-in-example",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    up_to=(Severity.CRITICAL, Confidence.HIGH),
    refs=("OWASP-API2:2023", "OWASP-API8:2023", "CWE-798", "CWE-540"),
    fixable=True,
)
def secret_in_example(api: Api) -> Iterator[Flag]:
    """The document holds what looks like a real credential.

    Examples are copied from what works. A key, token or password that works is then in a file that is published, sent
    to customers and kept in version control for ever.

    Credentials are known by the prefixes, structures and checksums that their vendors give them. Published
    samples, placeholders and what repeats or counts are left alone; keys for a test environment, and the public
    half of one, are of lower severity. JSON Web Tokens are the matter of `jwt-example-weak`. The value is masked
    in every output.

    Attack: an attacker searches published API descriptions for such values, as for those in source code, and
    signs in.

    To fix: revoke the credential, since removing it from the file does not take it back; then write a placeholder
    that says so, such as `<token>`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: X-Upstream
              in: header
              schema: {type: string}
              example: Basic b3JkZXJzOlR1bGlwLVJhZGlzaC00Nw==  # flagged
          responses:
            "200": {description: The orders}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: X-Upstream
              in: header
              schema: {type: string}
              example: Basic YOUR_PASSWORD
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: X-Upstream
              in: header
              schema: {type: string}
              example: Basic <user and password in base 64>
            - name: X-Sample-From-RFC-7617
              in: header
              schema: {type: string}
              example: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==
          responses:
            "200": {description: The orders}
    ```
    """
    found: dict[str, list[tuple[Text, Secret]]] = {}
    for text, secret in credentials(api):
        found.setdefault(text.value[secret.start : secret.end].strip(), []).append((text, secret))
    for value, uses in found.items():
        text, secret = uses[0]
        more = f", and in {len(uses) - 1} more places" if len(uses) > 2 else ", and in another place" * (len(uses) - 1)
        yield text.flag(
            None,
            f"{text.label}: {_WHERE[text.role]} holds what looks like a real {secret.kind}{more}",
            severity=_severity(text, secret),
            confidence=secret.confidence,
            related=tuple((other, "the same here") for other, _ in uses[1:] if other.path != text.path),
            secret=value,
            fix=_fix(text, value, uses),
        )


def _severity(text: Text, secret: Secret) -> Severity:
    if "test key" in secret.kind:
        return Severity.LOW
    if secret.kind == "AWS access key id":
        # Half of a credential; in the address of a signed link it stands by design.
        return Severity.LOW if "signature" in text.value.lower() else Severity.MEDIUM
    return Severity.CRITICAL if secret.live and secret.confidence is Confidence.HIGH else Severity.HIGH


def _fix(first: Text, value: str, uses: list[tuple[Text, Secret]]) -> Fix | None:
    """Write a placeholder that says what belongs there, wherever the same secret stands."""
    name = "YOUR_" + "_".join(words(uses[0][1].kind.partition(" in ")[0])).upper()
    edits = []
    for text in {one.path: one for one, _ in uses}.values():
        if text.is_key:
            return None
        edits.append((text, "set", text.value.replace(value, name)))
    return together(first, f"Write `{name}` instead", edits)
