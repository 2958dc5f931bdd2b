from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Operation, Severity, rule, words

_ASKING = frozenset(("responsetype", "redirecturi", "redirecturl"))
# Any of these ties the answer to the question, or holds the parameters that do.
_TIES = frozenset(("state", "nonce", "codechallenge", "request", "requesturi"))
_EXCHANGING = frozenset(("code", "granttype", "clientsecret"))
_PLACES = frozenset("authorize authorization auth oauth oauth2 oidc openid connect login".split())
_ENDS = frozenset("logout end session token revoke introspect callback".split())


@rule(
    "oauth-state-undocumented",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API2:2023", "CWE-352", "RFC-6749", "RFC-9700"),
    needs=("client",),
)
def oauth_state_undocumented(api: Api) -> Iterator[Flag]:
    """An OAuth authorization endpoint has nothing that ties the answer to the question.

    A client has to recognise that a redirect with a code answers its own request. It does so by `state`, by `nonce`
    of OpenID Connect, or by PKCE. Where the operation describes none of them, clients leave it out.

    Attack: the attacker makes the victim's browser open a redirect with the attacker's code. The victim is now signed
    in as the attacker, and whatever is entered lands in that account.

    To fix: describe the query parameter `state`, or `code_challenge` with `code_challenge_method`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Login, version: "1"}
    paths:
      /oauth/authorize:
        get:
          parameters:  # flagged
            - {name: response_type, in: query, schema: {type: string, enum: [code]}}
            - {name: client_id, in: query, schema: {type: string}}
            - {name: redirect_uri, in: query, schema: {type: string, format: uri}}
          responses:
            "302": {description: Back to the client}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Login, version: "1"}
    paths:
      /oauth/authorize:
        get:
          parameters:
            - {name: response_type, in: query, schema: {type: string, enum: [code]}}
            - {name: client_id, in: query, schema: {type: string}}
            - {name: redirect_uri, in: query, schema: {type: string, format: uri}}
            - {name: state, in: query, schema: {type: string}}
          responses:
            "302": {description: Back to the client}
    ```
    """
    for operation in api.operations:
        if operation.method in ("GET", "POST") and _is_authorization(operation):
            yield operation.flag(
                "parameters" if "parameters" in operation.value else None,
                f"{operation.name}: no `state`, `nonce` or `code_challenge`",
            )


def _is_authorization(operation: Operation) -> bool:
    """Whether users are sent here to let a client in, without anything that ties the answer to the question."""
    if not any("client" in one.name.lower() for one in operation.parameters):
        return False
    # A whole query string as one parameter may hold anything.
    if any(one.location == "querystring" for one in operation.parameters):
        return False
    names = {"".join(words(one.name)) for one in operation.parameters if one.location == "query"}
    if "clientid" not in names or names.isdisjoint(_ASKING) or names & (_TIES | _EXCHANGING):
        return False
    place = set(words(operation.path_template))
    return not place.isdisjoint(_PLACES) and place.isdisjoint(_ENDS)
