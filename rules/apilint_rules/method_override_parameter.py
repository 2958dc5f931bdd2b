from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Parameter, Severity, rule

_HEADERS = frozenset(("x-http-method", "x-http-method-override", "x-method-override", "x-httpmethodoverride"))
_FIELDS = frozenset(("_method", "x-http-method-override", "http_method_override"))


@rule(
    "method-override-parameter",
    on=Parameter,
    named=("method", "httpmethodoverride"),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    refs=("OWASP-API5:2023", "OWASP-API8:2023", "CWE-650"),
)
def method_override_parameter(parameter: Parameter) -> Iterator[Flag]:
    """A parameter replaces the method of the request.

    Gateways, firewalls and the `security` of this document judge by the method of the request line. If a
    header can turn `GET` into `DELETE` behind them, they judged the wrong request.

    Attack: `POST /users/1` with `X-HTTP-Method-Override: DELETE` passes a gateway that lets nobody delete.

    To fix: remove the parameter and use the method itself; all clients of today can.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    paths:
      /users:
        post:
          parameters:
            - name: X-HTTP-Method-Override  # flagged
              in: header
              schema: {type: string}
          responses:
            "200": {description: Done}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    paths:
      /users:
        post:
          parameters:
            - name: payment_method
              in: query
              schema: {type: string}
          responses:
            "200": {description: Done}
    ```
    """
    name = parameter.name.strip().lower()
    if name in (_HEADERS if parameter.location == "header" else _FIELDS):
        yield parameter.flag("name", f"{parameter.label} replaces the method of the request")
