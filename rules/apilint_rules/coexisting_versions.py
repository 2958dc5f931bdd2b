from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, rule
from apilint.concepts.grouping import some_of
from apilint.concepts.templates import split_version


@rule(
    "coexisting-versions",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API9:2023", "CWE-477"),
)
def coexisting_versions(api: Api) -> Iterator[Flag]:
    """An older version of an operation stands beside the newer one, and is not marked as deprecated.

    Two versions of the same thing are two places to protect, and fixes are made in the newer one. As long as
    nothing says that the older one ends, clients keep using it.

    Attack: an attacker who is stopped by a check in version 2 calls version 1.

    To fix: mark the older operations with `deprecated: true` and a date, and switch them off by then.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /v1/orders:
        get:  # flagged
          responses:
            "200": {description: The orders}
      /v2/orders:
        get:
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /v1/orders:
        get:
          deprecated: true
          responses:
            "200": {description: The orders}
      /v2/orders:
        get:
          responses:
            "200": {description: The orders}
      /v1/customers:
        get:
          responses:
            "200": {description: The customers}
    ```
    """
    resources: dict[tuple[str, str], dict[int, Operation]] = {}
    for operation in api.operations:
        version = split_version(operation.path_template)
        if version:
            resources.setdefault((operation.method, version[1]), {}).setdefault(version[0], operation)
    older: dict[int, list[Operation]] = {}
    for versions in resources.values():
        newest = max(versions)
        for major, operation in versions.items():
            if major < newest and not operation.is_deprecated:
                older.setdefault(major, []).append(operation)
    for major, operations in older.items():
        are = "are" if len(operations) > 1 else "is"
        yield operations[0].flag(
            None,
            f"{some_of(operations)} of version {major} {are} not marked as deprecated, although a newer version exists",
            operations=operations,
        )
