from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Fix, Flag, Header, Node, Operation, Response, Severity, rule
from apilint.concepts.headers import headers_named
from apilint.concepts.mends import together

_NAMES = frozenset(
    "server x-powered-by x-aspnet-version x-aspnetmvc-version x-runtime x-generator x-php-version".split()
)


@rule(
    "version-disclosure-header",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "CWE-200", "CWE-497", "RFC-9110"),
    fixable=True,
)
def version_disclosure_header(api: Api) -> Iterator[Flag]:
    """A response names the software that made it.

    `Server`, `X-Powered-By` and the like tell product and version. No client needs them, and RFC 9110 (10.2.4)
    itself warns of details. Where all examples do without a number (`cloudflare`), the finding is a hint.

    Attack: an attacker collects servers of one version, and on the day a hole in it is known, visits them all.

    To fix: have the server or the gateway remove the header, and remove it here.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200":
              description: The orders
              headers:
                X-Powered-By:  # flagged
                  schema: {type: string}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200":
              description: The orders
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200":
              description: The orders
              headers:
                X-Request-Id: {schema: {type: string, format: uuid}}
    ```
    """

    def concerns(response: Response, header: Header) -> bool:
        return True

    for header, name, operations in headers_named(api, _NAMES, concerns):
        yield header.flag(
            None,
            f"the header `{header.name[:60]}` names the software",
            severity=Severity.LOW if _may_tell_version(header) else Severity.INFO,
            operations=operations,
            fix=_fix(header, name, operations),
        )


def _may_tell_version(header: Header) -> bool:
    """Whether the header may hold a number: all its examples and values are of a kind that does not."""
    nodes = [header, *(root.schema for root in header.roots if root.schema is not None)]
    values = [node.get(key) for node in nodes for key in ("enum", "const", "default", "example", "examples")]
    texts = [str(value)[:1_000] for value in values if value is not None]
    return not texts or any(character.isdigit() for text in texts for character in text)


def _fix(header: Header, name: str, operations: list[Operation]) -> Fix | None:
    """Remove the header from all responses that have it."""
    places: dict[int, Node] = {}
    for operation in operations:
        for response in operation.responses.values():
            written = response.get("headers")
            for key in written if isinstance(written, dict) and name in response.headers else ():
                if key.lower() == name:
                    places[id(response.value)] = response.child(("headers", key) if len(written) > 1 else "headers")
    return together(
        header, f"Remove the header `{header.name[:60]}`", [(one, "remove", None) for one in places.values()]
    )
