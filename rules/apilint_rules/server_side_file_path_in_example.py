from __future__ import annotations

import re
from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Severity, Text, rule
from apilint.concepts.leaks import spot

_PATH, _TRACE, _DATABASE = "a file path of the server", "a stack trace", "a database error"
_SIGNS = {
    r"/home/(?!user\b|username\b|example\b|\.\.\.)[\w.-]{1,80}/[\w.-]": _PATH,
    r"/var/(?:www|lib)/[\w.-]": _PATH,
    r":\\{1,4}(?:[Uu]sers|[Ii]netpub|Windows|[Pp]rojects|src|work|build)\\{1,4}([\w.-]{2,40})": _PATH,
    r"Traceback \(most recent call last\)": _TRACE,
    r"\.java:\d+\)": _TRACE,
    r"SQLSTATE\[": _DATABASE,
    r"error in your SQL syntax": _DATABASE,
    r"syntax error at or near": _DATABASE,
    r"ORA-0\d{4}": _DATABASE,
}


@rule(
    "server-side-file-path-in-example",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API8:2023", "CWE-209"),
)
def server_side_file_path_in_example(api: Api) -> Iterator[Flag]:
    """An example shows a file path, a stack trace or a database error of the server.

    Examples of responses are copied from real ones. Such an example says that the server tells callers about its
    inside, and what it looks like there: user names, folders, frameworks and their versions, table names.

    Attack: an attacker reads the name of a framework and its version off a stack trace, and looks up what is
    wrong with it.

    To fix: answer errors with a code and a sentence that you wrote, log the rest, and correct the example.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "500":
              description: Something went wrong
              content:
                application/json:
                  example:
                    message: cannot read /home/deploy/orders/config.yml  # flagged
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "500":
              description: Something went wrong
              content:
                application/json:
                  example:
                    message: Something went wrong. Please quote 7f3a when you call us.
    ```
    """
    found: dict[str, list[Text]] = {}
    for text in spot(api, tuple(_SIGNS)):
        if text.role == "sample" and not text.is_key:
            what = next((what for sign, what in _SIGNS.items() if re.search(sign, text.value[:100_000])), "")
            if what:
                found.setdefault(what, []).append(text)
    for what, texts in found.items():
        more = f", and so do {len(texts) - 1} more" if len(texts) > 1 else ""
        yield texts[0].flag(
            None,
            f"{texts[0].label}: an example shows {what}{more}",
            related=tuple((other, "here too") for other in texts[1:]),
        )
