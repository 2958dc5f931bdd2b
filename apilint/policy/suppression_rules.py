"""The pages of the rules about inline suppressions."""

from __future__ import annotations

from apilint.findings import Severity
from apilint.policy.own_rules import NOTICE, own_rule

COMMENT, EXTENSION = "apilint:", "x-apilint-ignore"  # a text with neither holds no suppression

WITHOUT_REASON = own_rule(
    "suppression-without-reason",
    Severity.MEDIUM,
    """A suppression gives no reason, so it does not hold.

    Whoever reads a suppression next year has to decide whether it still stands. Without a reason nobody can, and so
    nobody ever removes it. apilint reports the finding as if the suppression were not there.

    To fix: write why the finding may stand, after the brackets of the comment or as `reason` of the extension.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: http://orders.example.com  # apilint: ignore[server-cleartext]  # flagged
    paths: {}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: http://orders.example.com  # apilint: ignore[server-cleartext] the mesh encrypts between the pods
    paths: {}
    ```
    """,
)

UNKNOWN_RULE = own_rule(
    "suppression-unknown-rule",
    Severity.MEDIUM,
    """A suppression names a rule that does not exist.

    It suppresses nothing: the id is mistyped, or the plugin that had the rule is not installed here. In the second case
    the finding comes back, unseen, on every machine that has it.

    To fix: correct the id (`apilint rules` lists them all), or remove the suppression.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: http://orders.example.com  # apilint: ignore[server-clear-text] the mesh encrypts  # flagged
    paths: {}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: http://orders.example.com  # apilint: ignore[server-cleartext] the mesh encrypts
    paths: {}
    ```
    """,
)

UNUSED = own_rule(
    "suppression-unused",
    Severity.LOW,
    """A suppression suppresses nothing.

    What it was written for has been mended or has moved. Left where it is, it will silence the next finding of the rule
    in this place, about which nobody has decided anything.

    It is reported only where the rule ran on a document that could be checked whole, and where what it finds would be
    shown. In a file that several APIs share, one of those looked at that needs the suppression is enough.

    To fix: remove the suppression, or the one id of it that is not needed any more.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: https://orders.example.com  # apilint: ignore[server-cleartext] the mesh encrypts  # flagged
    paths: {}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: http://orders.example.com  # apilint: ignore[server-cleartext] the mesh encrypts
    paths: {}
    ```
    """,
    (NOTICE,),
)

EXPIRED = own_rule(
    "suppression-expired",
    Severity.MEDIUM,
    """A suppression has expired: what it suppressed is reported again.

    Somebody accepted a risk until a day, and the day has passed (the last day counts; days are those of UTC). The
    finding counts again, as severe as it is.

    To fix: mend what the finding names and remove the suppression; or decide anew and write a later day.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: http://orders.example.com  # apilint: ignore[server-cleartext] until=2020-03-31 the move to TLS  # flagged
    paths: {}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: http://orders.example.com  # apilint: ignore[server-cleartext] until=9999-03-31 the move to TLS
    paths: {}
    ```
    """,
)

EXPIRES_SOON = own_rule(
    "suppression-expires-soon",
    Severity.INFO,
    """A suppression expires within 14 days.

    A notice for its owner, while there is time: on the day after the last one the finding counts again and may stop
    whatever change is in hand then.

    To fix: mend what is suppressed and remove the suppression; or decide anew and write a later day.

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: http://orders.example.com  # apilint: ignore[server-cleartext] until=9999-03-31 the move to TLS
    paths: {}
    ```
    """,
    (NOTICE,),
)

MALFORMED = own_rule(
    "suppression-malformed",
    Severity.MEDIUM,
    """A suppression cannot be read, so it does not hold.

    A comment that begins with `apilint:`, or an extension `x-apilint-ignore`, has to be exactly right: guessing what
    its author wished to silence would silence something else. The two forms are

    - `# apilint: ignore[rule-id, other-id] until=2026-12-31 owner=payments the reason`, on the line of the key or item
      or directly above it, where `until=` and `owner=` may be left out;
    - `x-apilint-ignore: {rule: rule-id, reason: the reason, expires: "2026-12-31", owner: payments}` in an object;
      `rule` may be a list, the whole a list of such objects, or in short `x-apilint-ignore: {rule-id: the reason}`.

    Either covers the key or object with everything written inside, and nothing to which a `$ref` there refers.
    Every rule is named; the rules about suppressions cannot be suppressed by one.

    To fix: write it in one of these forms, beside or directly above a key or an item of a list.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: http://orders.example.com  # apilint: disable=server-cleartext the mesh encrypts  # flagged
    paths: {}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    servers:
      - url: http://orders.example.com
        x-apilint-ignore: {rule: server-cleartext, reason: the mesh encrypts}
    paths: {}
    ```
    """,
)

RULES = (EXPIRED, EXPIRES_SOON, MALFORMED, UNKNOWN_RULE, UNUSED, WITHOUT_REASON)
