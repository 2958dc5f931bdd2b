from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Reference, Severity, rule


@rule(
    "unresolved-ref",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-1059"),
    tags=("owasp",),
    gives_way_to=(
        "ref-escapes-root",
        "remote-ref-untrusted-host",
        "remote-ref-cleartext",
    ),
)
def unresolved_ref(api: Api) -> Iterator[Flag]:
    """A reference leads to nothing.

    What a broken reference should have brought in does not exist: the limit, the required parameter, the
    security scheme. Tools that meet it mostly go on without it, and the control is void.

    Attack: a gateway that imports the document lets through what the missing schema would have refused.

    To fix: correct the `$ref`, or add what it refers to. References to other hosts are not followed; keep a
    copy of the file beside the document.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - $ref: "#/components/parameters/Limt"  # flagged
          responses:
            "200": {description: The orders}
    components:
      parameters:
        Limit:
          name: limit
          in: query
          schema: {type: integer, minimum: 1, maximum: 100}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - $ref: "#/components/parameters/Limit"
          responses:
            "200": {description: The orders}
    components:
      parameters:
        Limit:
          name: limit
          in: query
          schema: {type: integer, minimum: 1, maximum: 100}
    ```
    """
    broken: dict[tuple[str, str], list[Reference]] = {}
    for reference in api.references:
        if reference.unresolved is not None and reference.unresolved.reason != "loop":
            broken.setdefault((reference.file, reference.reference), []).append(reference)
    for (_, text), references in broken.items():
        first, *others = references
        why = first.unresolved
        # What was not looked at is a problem of the run already.
        unlooked = why is not None and why.reason in ("absent", "refused", "limit")
        yield first.flag(
            "$ref",
            f"`{text[:200]}`: {why.message if why else 'not found'}",
            severity=Severity.INFO if unlooked else Severity.MEDIUM,
            related=tuple((other, "here too") for other in others[:5]),
        )
