from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Edit, Fix, Flag, PathItem, Severity, is_cleartext, rule
from apilint.concepts.mends import encrypted, with_encryption


@rule(
    "callback-url-cleartext",
    on=Api,
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    refs=("OWASP-API7:2023", "OWASP-API10:2023", "CWE-319"),
    needs=("callbacks", "links"),
    fixable=True,
)
def callback_url_cleartext(api: Api) -> Iterator[Flag]:
    """A callback or a link goes over an unencrypted connection.

    The API itself sends callbacks, mostly with the data of a customer, and often from inside its network. Over
    `http:` everyone on the way can read and change them, and pretend to be the receiver.

    Attack: someone on the way reads the callback, and sends the API an answer of their own.

    To fix: write `https:`, and let callbacks go to `https:` addresses only.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          callbacks:
            shipped:
              http://partner.example.com/hook?order={$response.body#/id}:  # flagged
                post:
                  responses:
                    "200": {description: Thank you}
          responses:
            "200": {description: The order}
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          callbacks:
            shipped:
              "https://partner.example.com/hook?order={$response.body#/id}":
                post:
                  responses:
                    "200": {description: Thank you}
          responses:
            "200": {description: The order}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        post:
          callbacks:
            shipped:
              https://partner.example.com/hook?order={$response.body#/id}:
                post:
                  responses:
                    "200": {description: Thank you}
          responses:
            "200": {description: The order}
    ```
    """
    for item in api.path_items:
        if item.kind == "callback" and is_cleartext(item.template):
            yield item.flag(None, f"the callback to `{item.template[:100]}` is unencrypted", fix=_fix(item))
    if api.version == "2.0":
        return
    for response in api.responses:
        for link in response.members("links"):
            target = api.follow(link)
            server = target.child("server") if target is not None else None
            if server is not None and is_cleartext(server.text("url")):
                yield server.flag(
                    "url",
                    f"{response.label}: the server of a link is unencrypted",
                    fix=with_encryption(server, [server.child("url")]),
                )


def _fix(item: PathItem) -> Fix | None:
    url = encrypted(item.template)
    if url is None or item.pointer.rpartition("/")[2] != item.template.replace("~", "~0").replace("/", "~1"):
        return None
    siblings = item.parent.value if item.parent is not None else None
    if isinstance(siblings, dict) and url in siblings:
        return None
    return Fix("Write `https` instead of `http`", False, (Edit(item.pointer, "rename", url),))
