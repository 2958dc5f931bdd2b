from __future__ import annotations

import re
from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, rule

# What only diagnosis has by this name.
_DIAGNOSTIC = frozenset(
    "heapdump threaddump phpinfo phpinfo.php pprof jolokia debug server-status server-info elmah.axd trace.axd"
    " __debug__ _debug .env .git adminer phpmyadmin".split()
)
_ACTUATOR_PROBES = frozenset(("health", "info"))
# What may be a feature as well: the consoles, commands and tests that the API's customers ask for.
_PREFIXES = frozenset(("api", "rest", "internal", "public"))
_AMBIGUOUS = frozenset("test echo eval exec shell sql console env".split())


@rule(
    "debug-endpoint-exposed",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API9:2023", "OWASP-API8:2023", "CWE-489", "CWE-749"),
    gives_way_to=("sensitive-path-unauthenticated",),
    needs=(
        "dump",
        "phpinfo",
        "pprof",
        "jolokia",
        "debug",
        "server-",
        "elmah",
        "trace.axd",
        ".env",
        ".git",
        "adminer",
        "phpmyadmin",
        "actuator",
        "test",
        "echo",
        "eval",
        "exec",
        "shell",
        "sql",
        "console",
        "env",
    ),
)
def debug_endpoint_exposed(api: Api) -> Iterator[Flag]:
    """An operation is made for diagnosis, and is part of the API.

    Profilers, memory dumps, environment variables, consoles and echo services show or run what the service has
    inside. They belong on a port of their own that the internet does not reach.

    Attack: an attacker downloads `/actuator/heapdump`, and finds the database password in it.

    To fix: switch it off in production, or serve it on a separate port, and remove it from the document.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /actuator/env:
        get:  # flagged
          responses:
            "200": {description: The environment variables}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /actuator/health:
        get:
          responses:
            "200": {description: Alive}
      /debugging-guides/{id}:
        get:
          parameters:
            - {name: id, in: path, required: true, schema: {type: string}}
          responses:
            "200": {description: A guide}
    ```
    """
    found: dict[tuple[str, bool], list[Operation]] = {}
    for operation in api.operations:
        if operation.method != "OPTIONS":
            place, is_sure = _diagnostic(operation.path_template.lower().strip("/").split("/"))
            if place:
                found.setdefault((place, is_sure), []).append(operation)
    for (place, is_sure), operations in found.items():
        is_open = any(operation.security.is_anonymous for operation in operations)
        more = f", and {len(operations) - 1} more below `/{place}`" if len(operations) > 1 else ""
        yield operations[0].flag(
            None,
            f"{operations[0].name}{more}: `{place.rpartition('/')[2]}` looks like something for diagnosis",
            severity=Severity.HIGH if is_sure and is_open else Severity.MEDIUM,
            confidence=Confidence.MEDIUM if is_sure else Confidence.LOW,
            operations=operations,
        )


def _diagnostic(segments: list[str]) -> tuple[str, bool]:
    """The path down to the segment that gives it away, and whether that hardly means anything else."""
    for position, segment in enumerate(segments):
        following = segments[position + 1 : position + 2]
        if segment == "actuator" and not (following and (following[0] in _ACTUATOR_PROBES or "{" in following[0])):
            return "/".join(segments[: position + 1]), True
        if segment in _DIAGNOSTIC:
            # Below an object it is more likely a setting of that object.
            is_own = not any("{" in before for before in segments[:position])
            return "/".join(segments[: position + 1]), is_own
    # Elsewhere these are functions of something: `/webhooks/test` tries out a webhook.
    is_own = all(segment in _PREFIXES or re.fullmatch(r"v\d+", segment) for segment in segments[:-1])
    return ("/".join(segments), False) if segments[-1] in _AMBIGUOUS and is_own else ("", False)
