from __future__ import annotations

import re
from collections.abc import Iterator

from apilint.analysis.regex import analyse
from apilint.analysis.regex.urls import bypass
from apilint.api import Api, Confidence, Fix, Flag, Severity, rule
from apilint.concepts.expressions import Expression, expressions
from apilint.concepts.mends import with_pattern

_MOST = 100  # patterns of URLs in one document


@rule(
    "url-pattern-bypassable",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API7:2023", "CWE-918", "CWE-625", "CWE-185"),
    needs=("pattern",),
    tags=("owasp",),
    fixable=True,
)
def url_pattern_bypassable(api: Api) -> Iterator[Flag]:
    r"""A pattern that should let through the URLs of one host lets through others.

    It was written to keep the server, or the user, from going elsewhere. A dot that is not escaped, a missing
    `^`, or no `/` after the host is enough to get around it; the finding shows a URL that does.

    Attack: with `^https://api\.example\.com`, the server fetches `https://api.example.com.attacker.invalid`, or
    `https://api.example.com@169.254.169.254/` with the cloud's credentials.

    To fix: begin with `^https://`, escape the dots, and let a `/` or `$` follow the host:
    `^https://api\.example\.com(?:/|$)`. Before the host let stand only `[a-z0-9.-]`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: logo_url
              in: query
              schema:
                type: string
                pattern: ^https://cdn.example\.com/  # flagged
          responses:
            "200": {description: The orders}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: logo_url
              in: query
              schema:
                type: string
                pattern: ^https://cdn\.example\.com/
          responses:
            "200": {description: The orders}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          parameters:
            - name: logo_url
              in: query
              schema:
                type: string
                pattern: ^https://cdn\.example\.com/
          responses:
            "200": {description: The orders}
    ```
    """
    left = _MOST
    for one in expressions(api):
        # Neither a listed value nor the name of a property takes anybody anywhere.
        if one.of_names or not one.is_input or any(one.schema.keyword(key) for key in ("enum", "const")):
            continue
        left -= "://" in one.text.replace("\\", "")
        found = bypass(one.text) if left >= 0 else None
        if found is None:
            continue
        url = found.url if len(found.url) <= 70 else found.url[:69] + "…"
        yield one.holder.flag(
            one.key,
            f"{one.label}: the pattern accepts `{url}`: {found.why}",
            fix=_fix(one),
            severity=Severity.HIGH if found.is_host else Severity.MEDIUM,
            confidence=one.certainty,
        )


def _fix(one: Expression) -> Fix | None:
    """The first of the usual ways to close the pattern after which nothing gets around it."""
    dotted = re.sub(r"(?<=[a-z0-9])\.(?=[a-z])", r"\\.", one.text)
    for text in (one.text, dotted):
        for start in ("", "^"):
            for end in ("", "(?:[/?#].*)?$", "$"):
                changed = f"{start}{text}{end}"
                if changed == one.text or not _is_closed(changed):
                    continue
                return with_pattern(one, changed, f"Write `{changed}`" if len(changed) <= 60 else "Close the pattern")
    return None


def _is_closed(text: str) -> bool:
    pattern = analyse(text)
    if pattern.error or len(pattern.alternatives) > 1 or "loose" in pattern.starts or pattern.sample is None:
        return False
    return bypass(text) is None
