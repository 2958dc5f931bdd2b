"""The pages of the rules about regressions of schemas and parameters. What each shows is a change."""

from __future__ import annotations

from apilint.findings import Severity
from apilint.policy.own_rules import own_rule
from apilint.rule import Rule


def _page(id: str, severity: Severity, refs: str, doc: str) -> Rule:
    return own_rule(id, severity, doc)._replace(refs=tuple(refs.split()))


LIMIT_REMOVED = _page(
    "regression-limit-removed",
    Severity.MEDIUM,
    "OWASP-API4:2023 CWE-770 CWE-1284",
    """A request had a limit that is gone: a length, a number of items or properties, the range of a number.

    What counts is what holds in the end: a limit that moves into a component, a branch of `allOf` or another version's
    way to write it changes nothing, nor does one that a list of values, a format such as `uuid` or a bounded pattern
    replaces. `uniqueItems` and `multipleOf` are low. Of passwords and other secrets the least length counts, too.

    Attack: an attacker sends a text of gigabytes, a list of a million items, or a negative amount.

    To fix: write the limit again, or another one that the server really enforces.

    ```diff
       comment:
         type: string
    -    maxLength: 500
    ```
    """,
)

LIMIT_RAISED = _page(
    "regression-limit-raised",
    Severity.LOW,
    "OWASP-API4:2023 CWE-770 CWE-1284",
    """A limit of a request became looser.

    It may be meant; then see to it that the server bears the new one. A limit that is ten times as large or more, and a
    number that may be negative now, are medium.

    Attack: an attacker asks for as much as the new limit gives, again and again.

    To fix: set the limit back, or waive this finding with the reason for the new one.

    ```diff
       limit:
         type: integer
    -    maximum: 100
    +    maximum: 10000
    ```
    """,
)

VALUES_FREE = _page(
    "regression-values-unrestricted",
    Severity.MEDIUM,
    "OWASP-API8:2023 CWE-20",
    """A value of a request was restricted to a list, a pattern or a format, and is free now.

    A list of values that becomes longer is no regression, nor is a pattern that another replaces, unless the new one
    plainly accepts more: without anchors, of any length, or everything. An `email` or `uri` without its format is low,
    and so is a text without its format whose length is limited.

    Attack: what only took `asc` and `desc` takes a piece of SQL, a path, or a script now.

    To fix: write the list, pattern or format again.

    ```diff
       sort:
         type: string
    -    enum: [asc, desc]
    ```
    """,
)

TYPE_WIDENED = _page(
    "regression-type-widened",
    Severity.MEDIUM,
    "OWASP-API8:2023 CWE-20 CWE-1287",
    """A value of a request may be of a type now that it could not be of, and that nothing restricts.

    A number became a free text, a text may be a free object as well, or the schema is gone. A type that has limits of
    its own, a `uuid` for a number, is no regression.

    Attack: where the server took numbers the attacker sends text with an injection, and where it took text an object
    with operators of the database (`{"$ne": null}`).

    To fix: write the type again, or restrict the new one.

    ```diff
       - name: orderId
         in: path
    -    schema: {type: integer, minimum: 1}
    +    schema: {type: string}
    ```
    """,
)

OBJECT_OPENED = _page(
    "regression-unknown-properties-accepted",
    Severity.MEDIUM,
    "OWASP-API3:2023 CWE-915",
    """An object named all of its properties, and takes any others now.

    `additionalProperties: false`, or `unevaluatedProperties: false` from 3.1 on, went; or the schema of freely named
    properties did. In requests it is medium, in responses low: there it lets data through that nobody has described.

    Attack: an attacker adds `"is_admin": true` to a body, and the server stores what it gets.

    To fix: close the object again.

    ```diff
       User:
         type: object
    -    additionalProperties: false
         properties:
           name: {type: string, maxLength: 100}
    ```
    """,
)

PROPERTY_WRITABLE = _page(
    "regression-property-writable",
    Severity.MEDIUM,
    "OWASP-API3:2023 CWE-915",
    """Clients may set a property that only the server could set.

    Its `readOnly: true` went, or a property that decides what a user may do came to a request that was there before.
    Roles and the like are high where they were `readOnly`; what the server sets by its name (`id`, `created_by`,
    `balance`) is medium, all else low.

    Attack: a user sends `"role": "admin"` with the change of his address.

    To fix: mark the property `readOnly: true`, or give requests a schema of their own without it.

    ```diff
       role:
         type: string
    -    readOnly: true
    ```
    """,
)

PROTECTION_OPTIONAL = _page(
    "regression-protection-optional",
    Severity.MEDIUM,
    "CWE-345 CWE-352 CWE-294",
    """A request had to carry a proof that it may leave out now.

    A token against forged requests (CSRF), a signature, a nonce, an idempotency key, a captcha, a one-time code or the
    current password was required; it is optional or gone. A security scheme that takes its place is as good.

    Attack: an attacker sends the request of another user's browser, sends a recorded one again, or changes a password
    without knowing the old one.

    To fix: require it again.

    ```diff
       - name: X-CSRF-Token
         in: header
    -    required: true
    +    required: false
         schema: {type: string, maxLength: 64}
    ```
    """,
)

UPLOAD_WIDENED = _page(
    "regression-upload-widened",
    Severity.MEDIUM,
    "OWASP-API4:2023 CWE-434 CWE-400",
    """An upload was limited to some media types or to a size, and is no more.

    A media type of a request that becomes `*/*` counts, too. Another kind of picture is no regression; types that
    browsers or servers run, such as HTML and SVG, are.

    Attack: instead of a photo the attacker uploads a web page with a script, or fills the disk.

    To fix: list the media types again, and the greatest size.

    ```diff
       content:
    -    image/png:
    +    "*/*":
           schema: {type: string, format: binary, maxLength: 1000000}
    ```
    """,
)

SENSITIVE_JOINED = _page(
    "regression-sensitive-data-returned",
    Severity.HIGH,
    "OWASP-API3:2023 CWE-200 CWE-213",
    """A response carries sensitive data that it did not carry.

    A password, secret, token, key or card's number came to an object that operations returned without it, or lost its
    `writeOnly`. Regulated data on persons is medium, stack traces and queries in answers are low. Operations that hand
    out credentials, such as a login, are left alone, and so is what merely moved from one object into another.

    Attack: whoever may read the object, with a stolen session or by another flaw, gets what opens the rest.

    To fix: take the property out of the response, or mark it `writeOnly: true`.

    ```diff
       User:
         properties:
           name: {type: string}
    +      password_hash: {type: string}
    ```
    """,
)

SECRET_UNMARKED = _page(
    "regression-secret-unmarked",
    Severity.LOW,
    "CWE-522",
    """A secret lost the mark that it is one.

    `format: password` makes tools hide a value in forms, logs and generated pages. Without it they show it.

    Attack: an attacker reads the password in a log, or over a shoulder.

    To fix: write `format: password` again.

    ```diff
       pin:
         type: string
    -    format: password
    ```
    """,
)

RESPONSE_UNDESCRIBED = _page(
    "regression-response-schema-removed",
    Severity.LOW,
    "OWASP-API3:2023 CWE-213",
    """A response had a schema, and may hold anything now.

    Nobody who reviews or tests the API can tell any more what it should not return, and gateways that drop undeclared
    data let everything through.

    Attack: an attacker reads what a new version of the server adds to the answer by accident.

    To fix: describe the response again.

    ```diff
       content:
         application/json:
    -      schema: {$ref: "#/components/schemas/User"}
    +      schema: {}
    ```
    """,
)

RULES = (
    LIMIT_REMOVED,
    LIMIT_RAISED,
    VALUES_FREE,
    TYPE_WIDENED,
    OBJECT_OPENED,
    PROPERTY_WRITABLE,
    PROTECTION_OPTIONAL,
    UPLOAD_WIDENED,
    SENSITIVE_JOINED,
    SECRET_UNMARKED,
    RESPONSE_UNDESCRIBED,
)
