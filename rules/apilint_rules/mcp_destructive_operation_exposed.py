from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.api import Api, Confidence, Flag, Operation, Severity, by_operation, rule
from apilint.concepts.agents import asks_for_confirmation, is_exposed, is_for_agents
from apilint.concepts.purpose import action, is_destructive
from apilint.concepts.scoping import scope_sets

_GRAVE = frozenset("refund transfer pay charge send deploy grant revoke purge withdraw publish".split())


class Options(NamedTuple):
    """`agents`: whether all operations are offered to agents although no extension says so."""

    agents: bool = False


@rule(
    "mcp-destructive-operation-exposed",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    up_to=(Severity.CRITICAL, Confidence.MEDIUM),
    refs=("OWASP-API5:2023", "OWASP-API6:2023", "CWE-862", "CWE-250"),
    tags=("agents",),
    options=Options,
    needs=("-mcp", "x-agent", "x-ai-tool"),
)
def mcp_destructive_operation_exposed(api: Api, options: Options) -> Iterator[Flag]:
    """An AI agent may call an operation that destroys, pays, sends or grants.

    Converters make a tool of each operation that is not excluded. An agent reads texts that others wrote, and can be
    talked into calling what it has. Without credentials this is critical; without a scope of its own, high; with
    one, but without a hint that a person should agree, low.

    Attack: a comment in a ticket tells the agent that sums up tickets to delete the project.

    To fix: exclude the operation (for example `x-mcp: false`), or require a scope that agents do not get by
    default, and tell clients with `destructiveHint: true` to ask a person.

    Options: `agents` (false): take all operations as offered to agents, even if no extension says so.

    ```yaml fail
    openapi: 3.1.0
    info: {title: Projects, version: "1"}
    x-mcp: {enabled: true}
    security: [{login: []}]
    paths:
      /projects/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        delete:  # flagged
          responses:
            "204": {description: Gone}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```

    ```yaml pass
    openapi: 3.1.0
    info: {title: Projects, version: "1"}
    x-mcp: {enabled: true}
    security: [{login: []}]
    paths:
      /projects/{id}:
        parameters:
          - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        delete:
          x-mcp: false
          responses:
            "204": {description: Gone}
    components:
      securitySchemes:
        login: {type: http, scheme: bearer}
    ```
    """
    if not options.agents and not is_for_agents(api):
        return
    exposed = [one for one in api.operations if _is_grave(one) and is_exposed(one)]
    shared = _shared_scopes(api)
    for severity, what in (
        (Severity.CRITICAL, "agents can call this without credentials"),
        (Severity.HIGH, "agents can call this, and no scope of its own stands in their way"),
        (Severity.LOW, "agents can call this, and nothing tells them to ask a person"),
    ):
        these = [one for one in exposed if _level(one, shared) == severity]
        yield from by_operation(api, these, exposed, None, what, severity=severity)


def _is_grave(operation: Operation) -> bool:
    return operation.is_write and (is_destructive(operation) or action(operation) in _GRAVE)


def _shared_scopes(api: Api) -> frozenset[str]:
    """The scopes that operations ask for that do no such harm."""
    harmless = [one for one in api.operations if not _is_grave(one)]
    return frozenset(scope for one in harmless for scopes in scope_sets(one) for scope in scopes)


def _level(operation: Operation, shared: frozenset[str]) -> Severity | None:
    if operation.security.is_anonymous:
        return Severity.CRITICAL
    if asks_for_confirmation(operation):
        return None
    dedicated = all(scopes - shared for scopes in scope_sets(operation))
    return Severity.LOW if dedicated else Severity.HIGH
