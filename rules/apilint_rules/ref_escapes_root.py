from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Reference, Severity, rule


@rule(
    "ref-escapes-root",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    up_to=(Severity.HIGH, Confidence.HIGH),
    refs=("OWASP-API7:2023", "CWE-22", "CWE-73"),
    needs=("$ref",),
    tags=("owasp",),
)
def ref_escapes_root(api: Api) -> Iterator[Flag]:
    """A reference leads to a file outside the project.

    Tools that bundle, render or import the document read that file and put it into what they publish. A reference to
    an absolute path, a `file:` URL or a network share is never needed in a project, and reads from whatever machine
    runs the tool.

    Attack: a pull request adds `$ref: /etc/passwd`; the preview of the documentation, built on your machine, shows it.

    To fix: keep the file in the project and refer to it by a relative path. If the project's root is further up, say so
    with `--ref-root`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "400":
              $ref: file:///etc/passwd  # flagged
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
            "400":
              $ref: "#/components/responses/BadRequest"
    components:
      responses:
        BadRequest: {description: The request was wrong}
    ```
    """
    broken: dict[tuple[str, str], list[Reference]] = {}
    for reference in api.references:
        why = reference.unresolved
        if why is not None and why.reason == "refused" and not _is_remote(reference.reference):
            broken.setdefault((reference.file, reference.reference), []).append(reference)
    for (_, text), references in broken.items():
        first, *others = references
        kind = _kind(text)
        yield first.flag(
            "$ref",
            f"`{text[:80]}` {kind or 'leads out of the project'}",
            severity=Severity.HIGH if kind else Severity.MEDIUM,
            confidence=Confidence.HIGH if kind else Confidence.MEDIUM,
            related=tuple((other, "here too") for other in others[:5]),
        )


def _is_remote(text: str) -> bool:
    scheme, separator, _ = text.partition("://")
    return bool(separator) and scheme.lower() != "file"


def _kind(text: str) -> str:
    """Why a reference cannot be meant for a file of the project, wherever its root is."""
    lower = text.lower()
    if lower.startswith("file:"):
        return "is a `file:` URL"
    if lower.startswith(("\\\\", "//")):
        return "leads to another machine"
    drive = len(lower) > 2 and lower[0].isalpha() and lower[1] == ":" and lower[2] in "/\\"
    return "is an absolute path" if drive or lower.startswith(("/", "%2f", "~")) else ""
