from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from apilint.api import Confidence, Edit, Fix, Flag, Server, Severity, rule


@rule(
    "server-variable-undefined",
    on=Server,
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    refs=("OWASP-API8:2023", "OWASP-API9:2023", "CWE-1188"),
    fixable=True,
)
def server_variable_undefined(server: Server) -> Iterator[Flag]:
    """A server's URL and its variables do not fit together.

    A variable that is not declared, that has no default, or whose default is not among its values leaves the
    address to each client's imagination; one that the URL does not use restricts nothing.

    Attack: a client fills the gap with what a user typed, and sends its token to the host that comes out.

    To fix: declare each variable that stands in braces, with a `default` from its `enum`; remove the others.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://{region}.example.com/{version}  # flagged
        variables:
          region:
            default: us  # flagged
            enum: [eu, asia]
    paths: {}
    ```

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://api.example.com
        variables:
          region:  # flagged
            default: us
          zone:  # flagged
            default: a
    paths: {}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://api.example.com
        variables: {}
    paths: {}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://{region}.example.com
        variables:
          region:
            default: eu
            enum: [eu, asia]
    paths: {}
    ```
    """
    if server.api.version == "2.0":
        return
    used = dict.fromkeys(re.findall(r"\{([^{}]*)\}", server.url[:2_000]))
    declared = server.get("variables")
    known: dict[str, Any] = declared if isinstance(declared, dict) else {}
    missing = [name for name in used if name not in known]
    if missing:
        names = ", ".join(f"`{name[:60]}`" for name in missing[:3])
        yield server.flag("url", f"the server's URL has variables that are not declared: {names}")
    for name, variable in server.variables.items():
        if name not in used:
            place = server.child(("variables", name))
            fix = Fix(f"Remove the variable `{name[:60]}`", True, (Edit(place.pointer, "remove"),))
            message = f"the server's URL does not use its variable `{name[:60]}`"
            yield place.flag(None, message, severity=Severity.INFO, fix=fix)
        else:
            yield from _default(server, name, variable)


def _default(server: Server, name: str, variable: dict[str, Any]) -> Iterator[Flag]:
    default, choices = variable.get("default"), variable.get("enum")
    if "default" not in variable:
        fix = None
        if isinstance(choices, list) and choices and isinstance(choices[0], str):
            edit = Edit(server.child(("variables", name, "default")).pointer, "set", choices[0])
            fix = Fix("Make the first value the default", False, (edit,))
        yield server.flag(("variables", name), f"server variable `{name[:60]}` has no default", fix=fix)
    elif isinstance(choices, list) and not choices:
        yield server.flag(("variables", name, "enum"), f"server variable `{name[:60]}` allows no value at all")
    elif isinstance(choices, list) and str(default) not in map(str, choices):
        yield server.flag(
            ("variables", name, "default"),
            f"the default of server variable `{name[:60]}` is not one of its values",
        )
