from __future__ import annotations

import re
from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, rule
from apilint.concepts.templates import (
    canonical,
    folded,
    is_same_security,
    is_uneven,
    operations_by_template,
    path_entry,
)

_FEW = 5


@rule(
    "duplicate-path",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    up_to=(Severity.HIGH, Confidence.HIGH),
    refs=("OWASP-API9:2023", "CWE-436"),
    gives_way_to=("path-trailing-slash-security-mismatch",),
)
def duplicate_path(api: Api) -> Iterator[Flag]:
    """Two paths are the same but for the names of their parameters, letter case or a slash at the end.

    OpenAPI forbids templates that differ in names only; the other two are the same for many servers. A gateway
    keeps one of them and drops the rules of the other, and nobody sees which.

    Attack: the protected operation is imported first, the open one replaces it, and anybody calls it.

    To fix: join the two under one path.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/{id}:
        get:
          parameters:
            - {name: id, in: path, required: true, schema: {type: string}}
          responses:
            "200": {description: The order}
      /orders/{order}:  # flagged
        delete:
          parameters:
            - {name: order, in: path, required: true, schema: {type: string}}
          responses:
            "204": {description: Deleted}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string}}
        get:
          responses:
            "200": {description: The order}
        delete:
          responses:
            "204": {description: Deleted}
    ```
    """
    known = operations_by_template(api)
    first: dict[str, str] = {}
    loosely: list[tuple[str, str]] = []
    for template, operations in known.items():
        earlier = first.setdefault(folded(template), template)
        if earlier == template:
            continue
        if canonical(earlier) != canonical(template):
            loosely.append((template, earlier))
            continue
        pairs = [(one, known[earlier][method]) for method, one in operations.items() if method in known[earlier]]
        differ = any(not is_same_security(one.security, other.security) for one, other in pairs)
        uneven = any(is_uneven(one.security, other.security) for one, other in pairs)
        usual = Severity.MEDIUM if pairs else Severity.LOW
        yield path_entry(api, template).flag(
            None,
            f"path `{template}` is the same as `{earlier}`" + (", and asks for other credentials" * differ),
            severity=Severity.HIGH if uneven else usual,
            # Some services tell a number from a name at the same place; OpenAPI does not.
            confidence=Confidence.MEDIUM if any(_kinds(one) != _kinds(other) for one, other in pairs) else None,
            related=((path_entry(api, earlier), "the same path"),),
            operations=list(operations.values()),
        )
    few = len(loosely) <= _FEW
    for template, earlier in loosely if few else loosely[:1]:
        more = "" if few else f", as are {len(loosely) - 1} other paths"
        yield path_entry(api, template).flag(
            None,
            f"path `{template}` is the same as `{earlier}` for servers that overlook letter case or a slash at the"
            f" end{more}",
            severity=Severity.LOW,
            related=((path_entry(api, earlier), "the same path"),),
            operations=[*known[template].values(), *known[earlier].values()],
        )


def _kinds(operation: Operation) -> list[str]:
    """The types, formats and patterns of the path's parameters, in the order of the path."""
    known = {one.name: one for one in operation.parameters if one.location == "path"}
    names = re.findall(r"\{([^{}/]*)\}", operation.path_template)
    schemas = [schema for name in names if name in known for schema in known[name].schemas]
    return [f"{sorted(one.types)} {one.keyword('format')} {one.keyword('pattern')}" for one in schemas]
