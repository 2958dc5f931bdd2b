from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Parameter, Schema, Severity, rule
from apilint.concepts.templates import ambiguous, is_uneven, operations_by_template, path_entry

_FEW = 5
_Parameters = dict[int, dict[str, Parameter]]  # by operation and name


@rule(
    "ambiguous-paths",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    up_to=(Severity.MEDIUM, Confidence.HIGH),
    refs=("OWASP-API5:2023", "OWASP-API9:2023", "CWE-436", "CWE-863"),
)
def ambiguous_paths(api: Api) -> Iterator[Flag]:
    """Two paths match the same URL, and OpenAPI does not say which of them counts.

    `/{owner}/settings` and `/teams/{team}` both match `/teams/settings`. Gateway, framework and scanner each
    decide for themselves, so the one may check the rules of the first while the other runs the second.

    Attack: an attacker calls a URL that the gateway takes for the open operation and the service for the
    protected one.

    To fix: give one of them a literal segment that the other does not match, or a type that tells them apart.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Teams, version: "1"}
    paths:
      /{owner}/settings:
        get:
          parameters:
            - {name: owner, in: path, required: true, schema: {type: string}}
          responses:
            "200": {description: The owner's settings}
      /teams/{team}:  # flagged
        get:
          parameters:
            - {name: team, in: path, required: true, schema: {type: string}}
          responses:
            "200": {description: The team}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Teams, version: "1"}
    paths:
      /teams/{team}:
        get:
          parameters:
            - {name: team, in: path, required: true, schema: {type: string}}
          responses:
            "200": {description: The team}
      /teams/mine:
        get:
          responses:
            "200": {description: The caller's team}
    ```
    """
    known = operations_by_template(api)
    parameters: _Parameters = {}
    found: dict[str, tuple[str, list[Operation], bool]] = {}
    for later, earlier in ambiguous(known):
        pairs = [(one, known[earlier][method]) for method, one in known[later].items() if method in known[earlier]]
        both = [(one, other) for one, other in pairs if not _apart(one, other, parameters)]
        differ = any(is_uneven(one.security, other.security) for one, other in both)
        if both and (later not in found or (differ and not found[later][2])):
            found[later] = (earlier, [one for pair in both for one in pair], differ)
    alike = {later: earlier for later, (earlier, _, differ) in found.items() if not differ}
    if len(alike) > _FEW:
        some = ", ".join(f"`{later}` and `{earlier}`" for later, earlier in list(alike.items())[:2])
        yield api.flag(
            "paths",
            f"{len(alike)} paths match the same URL as another path, among them {some}",
            related=tuple(
                (path_entry(api, later), f"matches as `{alike[later]}` does") for later in list(alike)[:_FEW]
            ),
        )
    for later, (earlier, operations, differ) in found.items():
        if differ or len(alike) <= _FEW:
            yield path_entry(api, later).flag(
                None,
                f"path `{later}` and path `{earlier}` match the same URL"
                + (", and one of them is easier to call" * differ),
                severity=Severity.MEDIUM if differ else Severity.LOW,
                confidence=Confidence.MEDIUM if differ else Confidence.HIGH,
                related=((path_entry(api, earlier), "matches it, too"),),
                operations=operations,
            )


def _apart(one: Operation, other: Operation, known: _Parameters) -> bool:
    """Whether a parameter of one never has the value that the other's path has at its place."""
    segments = zip(one.path_template.split("/"), other.path_template.split("/"), strict=False)
    return any(
        _excludes(one, mine, its, known) or _excludes(other, its, mine, known)
        for mine, its in segments
        if ("{" in mine) ^ ("{" in its)
    )


def _excludes(operation: Operation, segment: str, literal: str, known: _Parameters) -> bool:
    if not (segment.startswith("{") and segment.endswith("}")):
        return False
    if id(operation) not in known:
        known[id(operation)] = {one.name: one for one in operation.parameters if one.location == "path"}
    parameter = known[id(operation)].get(segment[1:-1])
    return any(_never(schema, literal) for schema in (parameter.schemas if parameter else ()))


def _never(schema: Schema, literal: str) -> bool:
    """Whether the schema does not admit the text."""
    if schema.types and schema.types <= {"integer", "number"}:
        return not literal.lstrip("-").replace(".", "", 1).isdigit()
    if "uuid" in schema.keyword("format") and literal.count("-") != 4:
        return True
    return any(isinstance(choices, list) and literal not in choices for choices in schema.keyword("enum"))
