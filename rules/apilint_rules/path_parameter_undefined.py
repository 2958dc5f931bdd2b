from __future__ import annotations

import re
from collections.abc import Iterator

from apilint.api import Api, Confidence, Edit, Fix, Flag, Node, Operation, PathItem, Severity, rule


@rule(
    "path-parameter-undefined",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-20"),
    tags=("structure",),
    fixable=True,
)
def path_parameter_undefined(api: Api) -> Iterator[Flag]:
    """A variable of a path has no parameter, or one that is not required.

    What stands in the braces reaches the code as text of any kind and length: without a parameter there is no schema
    to check it against, and tools for tests and gateways pass the path over. Path parameters are always required.

    Attack: the attacker puts `../` or thousands of characters where everybody expects a number.

    To fix: declare a parameter with the variable's exact name, `in: path`, `required: true` and a narrow schema.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /customers/{customer}:  # flagged
        get:
          responses:
            "200": {description: The customer}
      /orders/{id}:
        get:
          parameters:
            - name: id  # flagged
              in: path
              schema: {type: string, format: uuid}
          responses:
            "200": {description: The order}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /customers/{customer}:
        get:
          responses:
            "200": {description: The customer}
      /orders/{id}:
        get:
          parameters:
            - name: id
              in: path
              required: true
              schema: {type: string, format: uuid}
          responses:
            "200": {description: The order}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        get:
          responses:
            "200": {description: The order}
    ```
    """
    for item in api.path_items:
        if item.kind == "path" and "{" in item.template:
            yield from _undefined(item)
    for parameter in api.parameters:
        if parameter.location == "path" and not parameter.required:
            yield parameter.flag(
                "required" if "required" in parameter.value else None,
                f"{parameter.label}: a path parameter must be `required: true`",
                fix=Fix("Set `required: true`", True, (Edit(parameter.child("required").pointer, "set", True),)),
            )


def _undefined(item: PathItem) -> Iterator[Flag]:
    # What follows a `?` or `#` is no part of a path, whatever it is meant for.
    path = re.split("[?#]", item.template, maxsplit=1)[0]
    variables = dict.fromkeys(re.findall(r"\{([^{}]+)\}", path))
    lacking: dict[str, list[Operation]] = {}
    unknown = _has_broken(item)
    for operation in item.operations:
        declared = {one.name for one in operation.parameters if one.location == "path"}
        missing = [name for name in variables if name not in declared and _plain(name) not in declared]
        for name in missing if missing and not unknown and not _has_broken(operation) else ():
            lacking.setdefault(name, []).append(operation)
    everywhere = [name for name, found in lacking.items() if len(found) == len(item.operations)]
    if everywhere:
        yield item.flag(None, _message(item.template, item.operations, everywhere), operations=item.operations)
    for operation in item.operations:
        names = [name for name, found in lacking.items() if operation in found and name not in everywhere]
        if names:
            yield operation.flag(None, _message(operation.name, [operation], names))


def _message(where: str, operations: list[Operation], names: list[str]) -> str:
    shown = ", ".join(f"`{{{name[:40]}}}`" for name in names[:4])
    has = "has no path parameter" if len(names) == 1 else "have no path parameters"
    others = {one.name: one.location for operation in operations for one in operation.parameters}
    hint = ""
    for name in names[:1]:
        near = next((other for other in others if other.lower() == _plain(name).lower()), None)
        if near is not None:
            hint = f"; there is `{near[:40]}` in {others[near][:20]}"
    return f"{where}: {shown} {has}{hint}"


def _plain(name: str) -> str:
    """The name without what gateways add: `{proxy+}`, `{path*}`, `{id:[0-9]+}`."""
    return name.partition(":")[0].strip("+*. ")


def _has_broken(holder: Node) -> bool:
    """Whether a parameter of the list leads nowhere, so that it may be the one that seems to be missing."""
    written = holder.get("parameters")
    return isinstance(written, list) and any(
        isinstance(one, dict) and "$ref" in one and holder.api.follow(holder.child(("parameters", index))) is None
        for index, one in enumerate(written)
    )
