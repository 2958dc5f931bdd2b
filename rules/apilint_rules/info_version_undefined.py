from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, rule


@rule(
    "info-version-undefined",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API9:2023", "CWE-1059"),
)
def info_version_undefined(api: Api) -> Iterator[Flag]:
    """The document does not say which version of the API it describes.

    Inventories and gateways tell versions apart by `info.version`. Without it nobody knows whether the version
    that runs is the one that was reviewed.

    Attack: an old version with a known hole keeps running, because nothing shows that it is the old one.

    To fix: write the version into `info.version`, and change it with each release.

    ```yaml fail
    openapi: 3.0.3
    info:
      title: Orders
      version: ""  # flagged
    paths: {}
    ```

    ```yaml pass
    openapi: 3.0.3
    info:
      title: Orders
      version: 1.4.0
    paths: {}
    ```
    """
    info = api.child("info")
    version = info.get("version")
    if version is None or not str(version).strip():
        yield api.flag(("info", "version") if info.get("version", 0) != 0 else "info", "no version of the API")
