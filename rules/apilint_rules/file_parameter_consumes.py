from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Edit, Fix, Flag, Operation, Severity, rule

_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


@rule(
    "file-parameter-consumes",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-436"),
    fixable=True,
)
def file_parameter_consumes(api: Api) -> Iterator[Flag]:
    """A file is sent in a form, but the operation accepts no forms.

    Swagger 2.0 takes a parameter of `type: file` from a form only. Where `consumes` names other media types alone,
    each tool guesses: one sends JSON, one a form, and the checks of a gateway look at something else than the server.

    Attack: the gateway checks the body as JSON and finds nothing; the server reads the same bytes as a form.

    To fix: set `consumes: [multipart/form-data]` on the operation.

    ```yaml fail
    swagger: "2.0"
    info: {title: Orders, version: "1"}
    paths:
      /orders/scans:
        post:
          consumes: [application/json]  # flagged
          parameters:
            - {name: scan, in: formData, type: file}
          responses:
            "201": {description: Stored}
    ```

    ```yaml fixed
    swagger: "2.0"
    info: {title: Orders, version: "1"}
    paths:
      /orders/scans:
        post:
          parameters:
            - {name: scan, in: formData, type: file}
          consumes: [multipart/form-data]
          responses:
            "201": {description: Stored}
    ```

    ```yaml pass
    swagger: "2.0"
    info: {title: Orders, version: "1"}
    paths:
      /orders/scans:
        post:
          parameters:
            - {name: scan, in: formData, type: file}
          consumes: [multipart/form-data]
          responses:
            "201": {description: Stored}
    ```
    """
    for operation in api.operations if api.version == "2.0" else ():
        takes_file = any(one.get("type") == "file" and one.location == "formData" for one in operation.parameters)
        consumes = operation.get("consumes", api.get("consumes"))
        if not takes_file or not isinstance(consumes, list) or not consumes:
            continue
        if not any(isinstance(one, str) and one.partition(";")[0].strip().lower() in _FORMS for one in consumes):
            at = "consumes" if "consumes" in operation.value else "parameters"
            message = f"{operation.name} takes a file, but no `multipart/form-data`"
            yield operation.flag(at, message, fix=_fix(operation))


def _fix(operation: Operation) -> Fix:
    edit = Edit(operation.child("consumes").pointer, "set", ["multipart/form-data"])
    return Fix("Accept `multipart/form-data`", True, (edit,))
