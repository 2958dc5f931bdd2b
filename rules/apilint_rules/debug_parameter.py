from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Confidence, Flag, Parameter, Schema, Severity, rule, words

_AROUND = frozenset(
    "bypass bypassauth bypassauthentication bypasssecurity bypassauthorization skipauth skipauthentication"
    " skipauthorization skippermission noauth disableauth ignoreauth ignorepermission impersonate impersonateuser"
    " impersonateduser impersonation asuser runas sudo actas loginas backdoor godmode".split()
)
_INSIDE = frozenset("debug isdebug debugmode enabledebug testmode trace includesecret showsecret unmask".split())
_SWITCHES = frozenset(("true", "false", "1", "0", "yes", "no", "on", "off"))


@rule(
    "debug-parameter",
    on=Parameter,
    named=(
        "bypass",
        "bypassauth",
        "skip",
        "skipauth",
        "no",
        "noauth",
        "disable",
        "ignore",
        "impersonate",
        "impersonated",
        "impersonation",
        "as",
        "sudo",
        "act",
        "login",
        "backdoor",
        "god",
        "debug",
        "test",
        "trace",
        "include",
        "show",
        "unmask",
    ),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    up_to=(Severity.HIGH, Confidence.MEDIUM),
    refs=("OWASP-API5:2023", "OWASP-API8:2023", "CWE-489", "CWE-807"),
)
def debug_parameter(parameter: Parameter) -> Iterator[Flag]:
    """A parameter switches on what only developers or administrators should have.

    Parameters that skip a check or act as somebody else are the first that attackers try, and those for
    debugging show more than was meant for the outside. The former are of high severity, the latter of low.

    Attack: `GET /users/1?skip_auth=true`.

    To fix: remove the parameter from the public API; bind acting for others to a scope of its own, and debugging to
    the environment.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    paths:
      /users:
        get:
          parameters:
            - name: skip_auth  # flagged
              in: query
              schema: {type: boolean}
            - name: debug  # flagged
              in: query
              schema: {type: boolean}
          responses:
            "200": {description: The users}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Users, version: "1"}
    paths:
      /users:
        get:
          parameters:
            - name: dry_run
              in: query
              schema: {type: boolean}
            - name: trace_id
              in: header
              schema: {type: string}
          responses:
            "200": {description: The users}
    ```
    """
    if parameter.location not in ("query", "header", "cookie"):
        return
    if parameter.operations and all(one.kind != "path" for one in parameter.operations):
        return
    found = words(parameter.name)
    if len(found) > 1 and found[0] == "x":
        found = found[1:]
    name = "".join(found)
    if name in _AROUND:
        message = f"{parameter.label} goes around a check, or acts for somebody else"
        yield parameter.flag("name", message, severity=Severity.HIGH)
    elif name in _INSIDE and all(_is_switch(one) for one in parameter.schemas):
        yield parameter.flag("name", f"{parameter.label} is for developers", severity=Severity.LOW)


def _is_switch(schema: Schema) -> bool:
    """Whether a value turns something on or off, and names nothing."""
    if schema.types == {"boolean"}:
        return True
    values = [one for listed in schema.keyword("enum") if isinstance(listed, list) for one in listed]
    return bool(values) and all(str(one).lower() in _SWITCHES for one in values)
