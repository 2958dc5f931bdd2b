from __future__ import annotations

from collections.abc import Iterable, Iterator

from apilint.api import Api, Confidence, Flag, Operation, Parameter, Schema, Severity, rule, words
from apilint.concepts.purpose import segments

_COUNTS = frozenset(
    "version page year month day hour week size count limit offset position index rank rating level quarter zoom x y z"
    " width height status code amount step line port".split()
)
_SMALL = 1000
_FEW = 5


@rule(
    "numeric-object-id",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    up_to=(Severity.MEDIUM, Confidence.MEDIUM),
    refs=("OWASP-API1:2023", "CWE-639", "CWE-340"),
    tags=("owasp",),
)
def numeric_object_id(api: Api) -> Iterator[Flag]:
    """An object in the path is named by a number.

    Numbers are usually given out in order, so whoever knows one knows the others. That is no hole as long as each
    request is checked against its caller; where one check is missing, everything can be read one by one.
    It is graver where callers need not authenticate.

    Attack: a loop from 1 to 1,000,000 over `/orders/{id}` collects the orders of all customers.

    To fix: name objects by random values (`format: uuid`), and check in each request whether the caller may
    see the object.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/{id}:
        get:
          parameters:
            - name: id
              in: path
              required: true
              schema: {type: integer}  # flagged
          responses:
            "200": {description: The order}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
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
    """
    groups: dict[tuple[str, str], list[tuple[Parameter, Schema]]] = {}
    for parameter in api.parameters:
        if parameter.location == "path" and _is_reference(parameter):
            schema = next((part for one in parameter.schemas for part in one.parts() if _is_numeric(part)), None)
            if schema is not None:
                groups.setdefault((parameter.name, _resource(parameter)), []).append((parameter, schema))
    # In a document without schemes that all operations are open is another rule's finding.
    judged = [(_open_operation(places) if api.security_schemes else None, places) for places in groups.values()]
    for is_open in (True, False):
        these = [(found, places) for found, places in judged if (found is not None) is is_open]
        severity = Severity.MEDIUM if is_open else Severity.LOW
        if len(these) > _FEW:
            names = ", ".join([f"`{name}`" for name in dict.fromkeys(places[0][0].name for _, places in these)][:3])
            yield api.flag(
                "paths",
                f"{len(these)} kinds of objects are named by numbers, which are easy to guess, among them {names}"
                + (", by operations that ask for no credentials" if is_open else ""),
                severity=severity,
                related=tuple((places[0][0], "a number") for _, places in these[:5]),
                operations=_operations(place for _, places in these for place in places),
            )
            continue
        for found, places in these:
            (first, schema), *others = places
            whom = f", and `{found.name}` asks for no credentials" if found is not None else ""
            yield schema.flag(
                None,
                f"`{first.name}` names objects by numbers, which are easy to guess{whom}",
                severity=severity,
                related=tuple((one, "here too") for one, _ in others[:5]),
                operations=_operations(places),
            )


def _operations(places: Iterable[tuple[Parameter, Schema]]) -> list[Operation]:
    return list({id(one): one for parameter, _ in places for one in parameter.operations}.values())


def _open_operation(places: list[tuple[Parameter, Schema]]) -> Operation | None:
    found = (one for one in _operations(places) if one.security.is_anonymous and one.expects_credentials)
    return next(found, None)


def _resource(parameter: Parameter) -> str:
    """The segment before the parameter: what is written in each of its operations is one finding."""
    variable = "{" + parameter.name + "}"
    for operation in parameter.operations[:1]:
        parts = segments(operation.path_template)
        if variable in parts[1:]:
            return parts[parts.index(variable, 1) - 1]
    return ""


def _is_reference(parameter: Parameter) -> bool:
    found = words(parameter.name)
    if not found or found[-1] in _COUNTS or found == ("attempt", "number"):
        return False
    if found[-1] == "id":
        return True
    variable = "{" + parameter.name + "}"
    return any(
        next((part for part in reversed(segments(one.path_template)) if "{" in part), "") == variable
        for one in parameter.operations[:1]
    )


def _is_numeric(schema: Schema) -> bool:
    if schema.keyword("enum") or schema.keyword("const"):
        return False
    if schema.types and schema.types <= {"integer", "number"}:
        most = [one for one in schema.keyword("maximum") if isinstance(one, int | float)]
        return not most or min(most) > _SMALL
    return "string" in schema.types and any(_is_digits(one) for one in schema.keyword("pattern"))


def _is_digits(pattern: object) -> bool:
    """Whether a pattern allows digits only, told from its text."""
    if not isinstance(pattern, str) or not pattern.startswith("^") or not pattern.endswith("$"):
        return False
    inner = pattern[1:-1].strip("()")
    for digit in ("[0-9]", "[1-9]", "\\d"):
        inner = inner.replace(digit, "\0")
    if "\0" not in inner:
        return False
    rest = inner.replace("\0", "")
    return all(sign in "+*?{},0123456789" for sign in rest)
