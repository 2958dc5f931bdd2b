from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apilint.api import Api, Confidence, Flag, Severity, rule

_POLICY = "x-amazon-apigateway-policy"


@rule(
    "aws-resource-policy-open",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    up_to=(Severity.HIGH, Confidence.HIGH),
    refs=("OWASP-API8:2023", "OWASP-API5:2023", "CWE-732"),
    tags=("gateway",),
    needs=("x-amazon-apigateway",),
)
def aws_resource_policy_open(api: Api) -> Iterator[Flag]:
    """The resource policy of Amazon API Gateway lets everybody in.

    A statement that allows the principal `*` to invoke the API, without a condition and without another statement
    that denies, restricts nothing: any AWS account, and anybody without one, may call whatever has no authorizer.

    Attack: the attacker calls the API that was meant for one network, from anywhere.

    To fix: name the accounts in `Principal`, or add a `Condition` (`aws:SourceVpce`, `aws:SourceIp`).

    ```yaml fail
    openapi: 3.0.1
    info: {title: Orders, version: "1"}
    x-amazon-apigateway-policy:
      Version: "2012-10-17"
      Statement:
        - Effect: Allow
          Principal: "*"  # flagged
          Action: execute-api:Invoke
          Resource: execute-api:/*
    paths: {}
    ```

    ```yaml pass
    openapi: 3.0.1
    info: {title: Orders, version: "1"}
    x-amazon-apigateway-policy:
      Version: "2012-10-17"
      Statement:
        - Effect: Allow
          Principal: "*"
          Action: execute-api:Invoke
          Resource: execute-api:/*
          Condition: {StringEquals: {"aws:SourceVpce": vpce-0123456789abcdef0}}
    paths: {}
    ```
    """
    policy = api.get(_POLICY)
    written = policy.get("Statement") if isinstance(policy, dict) else None
    statements = written if isinstance(written, list) else [written]
    if any(_is(one, "Deny") for one in statements):
        return
    for index, one in enumerate(statements):
        if _is(one, "Allow") and not one.get("Condition") and _is_everybody(one.get("Principal")) and _may_invoke(one):
            exposed = [op for op in api.operations if op.expects_credentials and op.security.is_anonymous]
            yield api.flag(
                (_POLICY, "Statement", *((index,) if isinstance(written, list) else ()), "Principal"),
                "the resource policy lets everybody invoke the API"
                + (f", and {len(exposed)} operation(s) ask for nothing else" if exposed else ""),
                severity=Severity.HIGH if exposed else Severity.MEDIUM,
            )


def _is(statement: Any, effect: str) -> bool:
    return isinstance(statement, dict) and statement.get("Effect") == effect


def _is_everybody(principal: Any) -> bool:
    named = principal.get("AWS") if isinstance(principal, dict) else principal
    return named == "*" or (isinstance(named, list) and "*" in named)


def _may_invoke(statement: dict[str, Any]) -> bool:
    written = statement.get("Action", "*")
    actions = [str(one).lower() for one in (written if isinstance(written, list) else [written])]
    return any(one in ("*", "execute-api:*", "execute-api:invoke") for one in actions)
