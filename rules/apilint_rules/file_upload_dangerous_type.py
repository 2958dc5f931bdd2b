from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, RequestBody, Severity, rule
from apilint.concepts.uploads import files

_ACTIVE = frozenset(
    "text/html application/xhtml+xml image/svg+xml text/javascript application/javascript"
    " application/x-javascript application/ecmascript application/x-msdownload application/x-msdos-program"
    " application/x-sh application/x-shellscript application/x-httpd-php text/x-php application/x-php"
    " application/hta application/java-archive application/x-executable"
    " application/vnd.microsoft.portable-executable text/xml application/xml image/svg"
    " application/x-shockwave-flash".split()
)
_ARCHIVES = frozenset(
    "application/zip application/x-zip-compressed application/gzip application/x-gzip application/x-tar"
    " application/x-gtar application/x-7z-compressed application/x-bzip2 application/x-rar-compressed"
    " application/vnd.rar application/x-xz application/zstd application/x-compressed-tar".split()
)


@rule(
    "file-upload-dangerous-type",
    on=RequestBody,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    up_to=(Severity.MEDIUM, Confidence.MEDIUM),
    refs=("OWASP-API8:2023", "CWE-434", "CWE-409"),
)
def file_upload_dangerous_type(body: RequestBody) -> Iterator[Flag]:
    """Clients may send a kind of file that runs, or that grows when it is unpacked.

    HTML, SVG, XML and scripts run in the browser of whoever opens them, with the rights of the domain that serves them.
    Archives may hold paths that lead out of the folder, and a few kilobytes that unpack to terabytes.

    Attack: the picture that the attacker uploads is an SVG with a script, which acts as each user who looks at it.

    To fix: accept other kinds. If these are needed, clean them, serve them from a domain of their own as downloads
    (`Content-Disposition: attachment`), and unpack archives with limits on size, number and paths.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /profile/picture:
        put:
          requestBody:
            content:
              image/png: {}
              image/svg+xml: {}  # flagged
          responses:
            "204": {description: Stored}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /profile/picture:
        put:
          requestBody:
            content:
              image/png: {}
              image/jpeg: {}
          responses:
            "204": {description: Stored}
    ```
    """
    if not any(operation.kind == "path" for operation in body.operations):
        return
    for file in files(body):
        active = [one for one in file.known_types if one in _ACTIVE]
        packed = [one for one in file.known_types if one in _ARCHIVES]
        if not active and not packed:
            continue
        what = f"the file `{file.name}` may be" if file.name else "the body may be"
        harm = "which browsers and servers run" if active else "which may unpack to any size"
        yield file.place.flag(
            None,
            f"{body.operations[0].name}: {what} `{(active or packed)[0]}`, {harm}",
            severity=Severity.MEDIUM if active else Severity.LOW,
            operations=body.operations,
        )
