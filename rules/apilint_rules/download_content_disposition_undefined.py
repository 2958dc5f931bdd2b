from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, rule
from apilint.concepts.responses import by_response, uses

_ACTIVE = frozenset(("text/html", "application/xhtml+xml", "image/svg+xml", "application/octet-stream"))


@rule(
    "download-content-disposition-undefined",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API8:2023", "CWE-430", "CWE-79", "RFC-6266"),
)
def download_content_disposition_undefined(api: Api) -> Iterator[Flag]:
    """A download does not say that it is one.

    HTML, SVG and files of any type that came from users run as pages of your own site when a browser opens them.
    `Content-Disposition: attachment` makes it store them instead, and `X-Content-Type-Options: nosniff` keeps it from
    guessing a type.

    Attack: an attacker uploads a picture that is a script inside, and sends others the link to it.

    To fix: declare and send `Content-Disposition: attachment` and `X-Content-Type-Options: nosniff`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Files, version: "1"}
    paths:
      /files/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string}}
        get:
          responses:
            "200":  # flagged
              description: The file
              content:
                application/octet-stream: {schema: {type: string, format: binary}}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Files, version: "1"}
    paths:
      /files/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string}}
        get:
          responses:
            "200":
              description: The file
              headers:
                Content-Disposition: {schema: {type: string, example: attachment; filename="a.bin"}}
              content:
                application/octet-stream: {schema: {type: string, format: binary}}
    ```
    """
    downloads = [
        use
        for use in uses(api)
        if any(code[:1] == "2" for code in use.codes)
        and any(operation.method == "GET" for operation in use.operations)
        and any(name.partition(";")[0].strip().lower() in _ACTIVE for name in use.response.content)
    ]
    lacking = [use for use in downloads if "content-disposition" not in use.response.headers]
    yield from by_response(api, lacking, downloads, None, "is a download without `Content-Disposition`")
