"""Files in requests, in each form that the versions of OpenAPI have."""

from __future__ import annotations

from typing import Any

import pytest

from apilint.concepts.uploads import files, limits_size, says_size

HEAD = 'openapi: 3.1.0\ninfo: {title: t, version: "1"}\n'


def found(build_api: Any, content: str) -> list[tuple[str, tuple[str, ...], bool, bool]]:
    content = content.replace("%form", "multipart/form-data")
    text = f"{HEAD}paths: {{/a: {{post: {{requestBody: {{content: {content}}}, responses: {{}}}}}}}}"
    return [(one.name, one.known_types, one.many, one.has_size) for one in files(build_api(text).request_bodies[0])]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("{application/octet-stream: {}}", [("", (), False, False)]),
        ("{image/png: {}}", [("", ("image/png",), False, False)]),
        ("{image/png: {schema: {type: string, maxLength: 5}}}", [("", ("image/png",), False, True)]),
        ("{text/csv: {schema: {type: string, format: binary}}}", [("", ("text/csv",), False, False)]),
        ("{'*/*': {schema: {type: string, format: binary}}}", [("", (), False, False)]),
        ("{text/plain: {schema: {type: string}}}", []),
        ("{application/octet-stream: {schema: {type: string}}, application/json: {schema: {type: string}}}", []),
        ("{application/json: {schema: {type: string, format: binary}}}", []),
        ("{application/octet-stream: {schema: {type: object}}}", []),
        ("{application/x-www-form-urlencoded: {schema: {properties: {a: {format: binary}}}}}", []),
        (
            "{%form: {schema: {properties: {a: {type: string, format: binary}, b: {type: string}}}}}",
            [("a", (), False, False)],
        ),
        (
            "{%form: {schema: {properties: {a: {type: array, items: {type: string, format: binary}}}}}}",
            [("a", (), True, False)],
        ),
        (
            "{%form: {schema: {properties: {a: {}}}, encoding: {a: {contentType: 'image/png, image/gif'}}}}",
            [("a", ("image/png", "image/gif"), False, False)],
        ),
        (
            "{%form: {schema: {properties: {a: {type: string, contentMediaType: image/png, x-max-size: 5}}}}}",
            [("a", ("image/png",), False, True)],
        ),
        (
            "{%form: {schema: {oneOf: [{properties: {a: {format: binary}}}, {}]}}}",
            [("a", (), False, False)],
        ),
        (
            "{%form: {schema: {properties: {a: {anyOf: [{format: binary}, {type: array, items: {format: binary}}]}}}}}",
            [("a", (), True, False)],
        ),
        ("{%form: {schema: {properties: {a: {type: object}}}}}", []),
        ("{%form: {schema: {properties: 5}, encoding: []}}", []),
    ],
)
def test_files(build_api: Any, content: str, expected: list[Any]) -> None:
    assert found(build_api, content) == expected


def test_files_of_swagger(build_api: Any) -> None:
    api = build_api("""
swagger: "2.0"
info: {title: t, version: "1"}
paths:
  /a:
    post:
      consumes: [multipart/form-data]
      parameters: [{name: a, in: formData, type: string}, {name: b, in: formData, type: file}]
      responses: {}
""")
    assert [one.name for one in files(api.request_bodies[0])] == ["b"]


@pytest.mark.parametrize(
    ("extra", "limited"),
    [
        ("responses: {'413': {description: no}}", True),
        ("responses: {4XX: {description: no}}", True),
        ("responses: {default: {description: no}}", False),
        ("responses: {}, x-max-body-size: 5", True),
        ("responses: {}, x-kong-plugin-request-size-limiting: {config: {allowed_payload_size: 5}}", True),
    ],
)
def test_sizes_of_requests(build_api: Any, extra: str, limited: bool) -> None:
    api = build_api(f"{HEAD}paths: {{/a: {{post: {{{extra}}}}}}}")
    assert limits_size(api.operations[0]) is limited


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Files up to 20 MB.", True),
        ("The maximum size is 512MiB", True),
        ("must not exceed 5000 bytes", True),
        ("Uploads 3 files", False),
        ("A 5 MBit line", False),
        ("", False),
    ],
)
def test_sizes_in_prose(text: str, says: bool) -> None:
    assert says_size(text) is says
