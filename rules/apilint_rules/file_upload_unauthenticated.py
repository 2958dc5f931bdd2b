from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Operation, Severity, rule
from apilint.concepts.uploads import uploads

_SIGNED = ("signed url", "presigned", "pre-signed", "sas url", "signed_url", "signedurl")


@rule(
    "file-upload-unauthenticated",
    on=Operation,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "OWASP-API4:2023", "CWE-434", "CWE-306"),
    gives_way_to=(
        "security-schemes-undefined",
        "security-undefined",
        "global-security-empty",
        "sensitive-path-unauthenticated",
    ),
    tags=("owasp", "missing-authentication"),
)
def file_upload_unauthenticated(operation: Operation) -> Iterator[Flag]:
    """Anybody may upload files, without authentication.

    An open upload is found within days, and used to spread other people's files: malware, pirated films, worse. They
    then stand on your domain, and nobody knows who sent them.

    Attack: a script fills the store with malware, and sends out links that begin with your name.

    To fix: require a scheme with `security`. If the upload has to be public, say why with `x-apilint-public: <reason>`,
    limit rate, size and kind, and look at the files before anyone can fetch them.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders/scans:
        post:
          security: []  # flagged
          requestBody:
            content:
              image/png: {}
          responses:
            "201": {description: Stored}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    security:
      - login: []
    paths:
      /orders/scans:
        post:
          requestBody:
            content:
              image/png: {}
          responses:
            "201": {description: Stored}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    if not operation.is_write or not operation.expects_credentials or not operation.security.is_anonymous:
        return
    if any(file.is_certain for file in uploads(operation)) and not _is_signed(operation):
        at = "security" if operation.security.source == "operation" else None
        yield operation.flag(at, f"{operation.name} takes files from anybody", operations=[operation])


def _is_signed(operation: Operation) -> bool:
    """Whether the address itself is the credential, as with the signed URLs of object stores."""
    text = f"{operation.path_template} {operation.summary} {operation.description}".lower()
    return any(word in text for word in _SIGNED)
