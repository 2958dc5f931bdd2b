from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.sensitive import CREDENTIALS, kind_of, named
from apilint.api import Confidence, Flag, Schema, Severity, rule, words
from apilint.concepts.mends import together

_HEADERS = frozenset(("authorization", "proxy-authorization"))
_EMPTY = frozenset(("", "string", "null", "none", "undefined", "bearer", "basic", "-", "n/a"))
_SIGNS = ("<", "{", "[", "$", "*", "%", "...", "xxx", "•")


@rule(
    "credential-default-value",
    on=Schema,
    types=("string",),
    having=("default",),
    named=(*named("password", "secret", "token", "key"), "authorization"),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API2:2023", "OWASP-API8:2023", "CWE-1392", "CWE-798"),
    fixable=True,
)
def credential_default_value(schema: Schema) -> Iterator[Flag]:
    """A password, secret, token or key has a default value.

    A default is what holds when the caller sends nothing. Everybody knows it, since it stands in the description,
    and whoever forgets to set another runs with it. Consoles also fill it in and send it.

    The value is masked in every output. An empty one and a placeholder such as `<token>` are left alone.

    Attack: an attacker tries the value from the documentation on every installation, and some of them open.

    To fix: remove the `default` and require the value, or have the server make a random one.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Devices, version: "1"}
    paths:
      /devices:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    admin_password:
                      type: string
                      default: changeme  # flagged
          responses:
            "201": {description: The new device}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Devices, version: "1"}
    paths:
      /devices:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  properties:
                    admin_password:
                      type: string
          responses:
            "201": {description: The new device}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Devices, version: "1"}
    paths:
      /devices:
        post:
          requestBody:
            content:
              application/json:
                schema:
                  type: object
                  required: [admin_password]
                  properties:
                    admin_password: {type: string, format: password}
          responses:
            "201": {description: The new device}
    ```
    """
    value = schema.get("default")
    if not isinstance(value, str) or schema.keyword("enum") or schema.types != {"string"}:
        return
    kind = kind_of(schema.name)
    if kind not in CREDENTIALS and schema.name.lower() not in _HEADERS:
        return
    plain = value.strip().lower()
    if plain in _EMPTY or any(sign in plain for sign in _SIGNS) or {"your", "example"} & set(words(plain)):
        return
    # A key for trying things out is meant to be known; a password such as `test` is not.
    if kind != "password" and {"demo", "sample", "sandbox", "test"} & set(words(plain)):
        return
    what = {"password": "a password", "secret": "a secret", "key": "a key"}.get(kind, "a token")
    fix = together(schema, "Remove the default", [(schema.child("default"), "remove", None)])
    yield schema.flag("default", f"{schema.label}: {what} has a default value", secret=value, fix=fix)
