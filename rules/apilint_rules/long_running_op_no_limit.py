from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.api import Confidence, Flag, Parameter, Severity, rule, words
from apilint.concepts.mends import bounded
from apilint.concepts.paging import number_schemas

_WAITING = frozenset(
    "timeout wait delay sleep maxwait waittime waittimeout requesttimeout servertimeout polltimeout polltime longpoll"
    " querytimeout executiontimeout maxtimeout maxdelay waitfor timeoutwait locktimeout".split()
)
_UNITS = frozenset("second sec s millisecond milli ms minute min time".split())


class Options(NamedTuple):
    """`fix`: the `maximum` that `apilint fix --unsafe-fixes` writes; 0 writes none."""

    fix: int = 0


@rule(
    "long-running-op-no-limit",
    on=Parameter,
    named=("timeout", "wait", "delay", "sleep", "poll", "maxwait"),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API4:2023", "CWE-400"),
    tags=("owasp",),
    options=Options,
    fixable=True,
)
def long_running_op_no_limit(parameter: Parameter, options: Options) -> Iterator[Flag]:
    """Clients say how long the server shall wait, without an upper bound.

    A request that waits holds a connection, memory and often a thread or a row lock. If clients choose the time, a
    few of them can use up what the server has for all.

    Attack: a thousand requests with `timeout=86400` keep all the workers busy for a day.

    To fix: add `maximum` with the longest time that makes sense.

    Options: `fix` (0): the `maximum` that `apilint fix --unsafe-fixes` writes; 0 writes none.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/{id}/state:
        get:
          parameters:
            - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
            - name: wait_seconds
              in: query
              schema:  # flagged
                type: integer
          responses:
            "200": {description: The state once it has changed}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders/{id}/state:
        get:
          parameters:
            - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
            - name: wait_seconds
              in: query
              schema: {type: integer, maximum: 30}
          responses:
            "200": {description: The state once it has changed}
    ```
    """
    found = words(parameter.name)
    if found[:1] == ("x",):
        found = found[1:]
    while len(found) > 1 and found[-1] in _UNITS:
        found = found[:-1]
    if "".join(found) not in _WAITING:
        return
    for schema in number_schemas(parameter):
        if not schema.has_maximum and not schema.is_choice:
            yield schema.flag(
                None,
                f"{parameter.label} makes the server wait as long as the client likes",
                fix=bounded(schema, "maximum", options.fix, "minimum"),
            )
