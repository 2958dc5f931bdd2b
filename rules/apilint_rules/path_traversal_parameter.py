from __future__ import annotations

from collections.abc import Iterator

from apilint.analysis.regex import admits, excludes
from apilint.api import Confidence, Flag, InputSchema, Severity, rule, words

_PATHS = frozenset("filename filepath pathname dirname path dir directory folder basename subdir".split())
_FILES = frozenset(("file", "template", "document"))
_PAIRS = frozenset((("file", "name"), ("dir", "name")))
# Paths that lead through something else than a file system.
_OTHER_PATHS = frozenset(
    "json xml url uri http https api route request redirect cookie import xpath api base web "
    "critical career learning attribute field property proto branch key metric".split()
)
_WORDS = tuple(
    "file filename filepath pathname path dir dirname directory folder basename subdir template document".split()
)


@rule(
    "path-traversal-parameter",
    on=InputSchema,
    types=("string",),
    named=_WORDS,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API8:2023", "CWE-22"),
    gives_way_to=("file-upload-filename-parameter",),
    tags=("owasp",),
)
def path_traversal_parameter(schema: InputSchema) -> Iterator[Flag]:
    """A name says that the value becomes part of a path, and nothing keeps `../` out.

    Servers join such a value with the folder where they keep files. `..`, a slash or a backslash leads out of
    that folder, to the configuration, to keys or to the files of other users.

    Attack: `file=../../etc/passwd` is answered with the file.

    To fix: add a `pattern` without `/`, `\\` and `..`, such as `^[A-Za-z0-9_-]+(\\.[a-z]+)?$`, list the values with
    `enum`, or take an id. On the server, resolve the path and compare its beginning.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Reports, version: "1"}
    paths:
      /reports:
        get:
          parameters:
            - name: filename
              in: query
              schema:  # flagged
                type: string
                maxLength: 40
          responses:
            "200": {description: The report}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Reports, version: "1"}
    paths:
      /reports:
        get:
          parameters:
            - name: filename
              in: query
              schema:
                type: string
                maxLength: 40
                pattern: "^[a-z0-9-]+[.]pdf$"
          responses:
            "200": {description: The report}
    ```
    """
    if not schema.is_input or not _is_path(schema) or schema.is_choice:
        return
    if any(schema.keyword(one) for one in ("enum", "const", "format", "contentEncoding", "contentMediaType")):
        return
    patterns = [one for one in schema.keyword("pattern") if isinstance(one, str)]
    if any(excludes(one, "/\\") or not admits(one, "..") for one in patterns):
        return
    what = "has a pattern that admits `..` and slashes" if patterns else "is not kept from leading out of its folder"
    yield schema.flag(
        "pattern" if "pattern" in schema.value else None,
        f"{schema.label} {what}",
        confidence=Confidence.MEDIUM if schema.in_parameter and not _may_be_id(schema) else Confidence.LOW,
    )


def _is_path(schema: InputSchema) -> bool:
    parts = words(schema.name)
    if not parts or _is_patch(schema):
        return False
    if parts[-1] in _PATHS:
        return _OTHER_PATHS.isdisjoint(parts)
    # `file` alone is a name in a parameter; in a body it is mostly the content.
    return parts[-2:] in _PAIRS or (len(parts) == 1 and parts[0] in _FILES and schema.in_parameter)


def _may_be_id(schema: InputSchema) -> bool:
    """Whether the name is as good for the id of a record: `/files/{file}`, `folder=17`."""
    return words(schema.name)[-1] in _FILES | {"folder"}


def _is_patch(schema: InputSchema) -> bool:
    """Whether it is the `path` of a JSON Patch operation (RFC 6902), which leads through the document."""
    properties = schema.parent.get("properties") if schema.parent is not None else None
    return isinstance(properties, dict) and "op" in properties
