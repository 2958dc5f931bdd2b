from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, rule


@rule(
    "info-contact-undefined",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API9:2023", "CWE-1059", "RFC-9116"),
)
def info_contact_undefined(api: Api) -> Iterator[Flag]:
    """The document does not say whom to tell about a problem.

    Who finds a hole in the API looks for an address, and an organisation with many APIs for the one who answers
    for this one. Without it reports get lost.

    Attack: a researcher who finds a hole reaches nobody, and an attacker who finds it later needs nobody.

    To fix: add `info.contact` with an `email` or a `url`; a `security.txt` (RFC 9116) on the site helps as well.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}  # flagged
    paths: {}
    ```

    ```yaml pass
    openapi: 3.0.3
    info:
      title: Orders
      version: "1"
      contact: {name: The orders team, email: orders@example.com}
    paths: {}
    ```
    """
    contact = api.child("info").child("contact")
    extensions = [
        key for key in api.child("info").extensions if "contact" in key or "security" in key or "owner" in key
    ]
    if not (contact.text("email").strip() or contact.text("url").strip() or extensions):
        yield api.flag(
            ("info", "contact") if contact.value else "info",
            "no contact with an e-mail address or a URL for reports about the API",
        )
