from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Duplicate, Flag, Severity, rule

_PROTECTING = frozenset(
    "security securitySchemes securityDefinitions servers schemes host basePath paths responses".split()
)
_DESCRIBING = frozenset(
    "description summary title example examples externalDocs termsOfService contact license".split()
)


@rule(
    "duplicate-key",
    on=Duplicate,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-1188", "CWE-436", "RFC-8259"),
)
def duplicate_key(duplicate: Duplicate) -> Iterator[Flag]:
    """A key stands twice in the same object, and parsers disagree about which one counts.

    Most parsers keep the last, some the first, some refuse the document. A reviewer who reads the first
    `security` may look at one that never applies, and the gateway may enforce another than the code.

    Attack: a change adds a second, weaker `security` far below the first, and the review does not notice.

    To fix: keep one of them, or join the two.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    security: []  # flagged
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    yield duplicate.flag(
        duplicate.name,
        f"key `{duplicate.name[:200]}` stands on line {duplicate.first.line} and again on line {duplicate.second.line};"
        " most parsers keep the last",
        severity=_severity(duplicate),
        related=((duplicate.first_location, "first here"),),
    )


def _severity(duplicate: Duplicate) -> Severity:
    keys = [str(key) for key in (*duplicate.path, duplicate.name)]
    if any(key in _DESCRIBING or key.startswith("x-") for key in keys[-1:]) or "example" in keys or "examples" in keys:
        return Severity.LOW
    value = duplicate.get(duplicate.name)
    holds = isinstance(value, dict) and not _PROTECTING.isdisjoint(value)
    operation = len(keys) == 3 and keys[0] == "paths"
    if holds or operation or keys[-1] in _PROTECTING or (len(keys) > 1 and keys[-2] in _PROTECTING):
        return Severity.HIGH
    return Severity.HIGH if "security" in keys[-4:] or "securitySchemes" in keys[:2] else Severity.MEDIUM
