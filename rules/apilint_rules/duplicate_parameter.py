from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Node, Operation, PathItem, Severity, rule


@rule(
    "duplicate-parameter",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-235"),
    needs=("parameters",),
)
def duplicate_parameter(api: Api) -> Iterator[Flag]:
    """One list declares the same parameter twice.

    Tools keep the first declaration, the last, or both: the limit of the other is lost. Of a value that is sent
    twice the gateway may check one, and the code may use the other. Names of headers are compared without their case.

    Attack: the gateway checks the declaration without a limit, and the service gets a value far beyond it.

    To fix: keep one of them. An operation may repeat a parameter of its path, and replaces it by that.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - {name: limit, in: query, schema: {type: integer, maximum: 100}}
            - {name: limit, in: query, schema: {type: integer}}  # flagged
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        parameters:
          - {name: limit, in: query, schema: {type: integer}}
        get:
          parameters:
            - {name: limit, in: query, schema: {type: integer, maximum: 100}}
          responses:
            "200": {description: The orders}
    ```
    """
    for item in api.path_items:
        if len(_written(item)) > 1:
            yield from _repeated(item, item.template, item.operations)
    for operation in api.all_operations:
        if _may_repeat(operation):
            yield from _repeated(operation, operation.name, [operation])


def _written(holder: Node) -> list[object]:
    found = holder.get("parameters")
    return found if isinstance(found, list) else []


def _may_repeat(operation: Operation) -> bool:
    """The quick look: whether fewer parameters are left than were written, which replaced ones explain as well."""
    own = len(_written(operation))
    names = {(_folded(one.name, one.location), one.location) for one in operation.parameters}
    return own > 1 and len(names) < own + len(_written(operation.path_item))


def _repeated(holder: Node, name: str, operations: list[Operation] | list[PathItem]) -> Iterator[Flag]:
    first: dict[tuple[str, str], Node] = {}
    for index in range(len(_written(holder))):
        written = holder.child(("parameters", index))
        parameter = holder.api.follow(written)
        if parameter is None or not parameter.text("name") or not parameter.text("in"):
            continue
        location = parameter.text("in")
        key = (_folded(parameter.text("name"), location), location)
        other = first.setdefault(key, written)
        if other is not written:
            yield written.flag(
                None,
                f"{name}: the parameter `{parameter.text('name')[:80]}` in {location[:20]} is declared twice",
                related=((other, "first here"),),
                operations=operations,
            )


def _folded(name: str, location: str) -> str:
    return name.lower() if location == "header" else name
