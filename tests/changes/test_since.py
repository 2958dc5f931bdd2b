"""What `--since` reports, case by case: what was there, what became of it, and the findings of the change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from apilint.findings import Report
from tests.changes.repositories import Checked, Repository

RULES = (
    "number-maximum",
    "object-additional-properties",
    "rate-limit-undefined",
    "response-500-undefined",
    "server-cleartext",
    "string-max-length",
    "unused-component",
)
API = """\
openapi: 3.0.3
info: {title: T, version: '1'}
servers: [{url: 'http://api.example.org'}]
security: [{key: []}]
paths:
  /a/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    get:
      operationId: getA
      parameters:
        - {name: q, in: query, schema: {type: string}}
        - $ref: '#/components/parameters/Page'
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}
    post:
      operationId: postA
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}
      responses:
        '201': {description: ok, content: {application/json: {schema: {type: object, additionalProperties: false}}}}
  /b:
    get:
      operationId: getB
      security: []
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: 'common.yaml#/B'}}}}
  /c:
    $ref: 'paths.yaml#/c'
components:
  parameters:
    Page: {name: page, in: query, schema: {type: integer}}
  securitySchemes:
    key: {type: apiKey, in: header, name: K}
  schemas:
    A: {type: object, properties: {name: {type: string}, b: {$ref: 'common.yaml#/B'}}}
    Idle: {type: object, properties: {x: {type: string}}}
"""
COMMON = """\
B: {type: object, properties: {size: {type: integer}, text: {type: string}}}
C: {type: object, properties: {deep: {type: string}}}
"""
PATHS = """\
c:
  put:
    operationId: putC
    requestBody: {content: {application/json: {schema: {$ref: 'common.yaml#/C'}}}}
    responses:
      '200': {description: ok, content: {application/json: {schema: {type: object, additionalProperties: false}}}}
"""
BASE = {"api.yaml": API, "common.yaml": COMMON, "paths.yaml": PATHS}

GET_A = "response-500-undefined api.yaml /paths/~1a~1{id}/get/responses"
POST_A = "response-500-undefined api.yaml /paths/~1a~1{id}/post/responses"
GET_B = "response-500-undefined api.yaml /paths/~1b/get/responses"
PUT_C = "response-500-undefined paths.yaml /c/put/responses"
QUERY = "string-max-length api.yaml /paths/~1a~1{id}/get/parameters/0/schema"
PATH = "string-max-length api.yaml /paths/~1a~1{id}/parameters/0/schema"
PAGE = "number-maximum api.yaml /components/parameters/Page/schema"
A = (
    "object-additional-properties api.yaml /components/schemas/A",
    "string-max-length api.yaml /components/schemas/A/properties/name",
)
IDLE = (
    "object-additional-properties api.yaml /components/schemas/Idle",
    "string-max-length api.yaml /components/schemas/Idle/properties/x",
    "unused-component api.yaml /components/schemas/Idle",
)
B = (
    "object-additional-properties common.yaml /B",
    "number-maximum common.yaml /B/properties/size",
    "string-max-length common.yaml /B/properties/text",
)
C = ("object-additional-properties common.yaml /C", "string-max-length common.yaml /C/properties/deep")
SERVER = "server-cleartext api.yaml /servers/0/url"
LIMITS = "rate-limit-undefined api.yaml /paths"
ALL = {GET_A, POST_A, GET_B, PUT_C, QUERY, PATH, PAGE, *A, *IDLE, *B, *C, SERVER, LIMITS}


def edited(*pairs: str, name: str = "api.yaml", base: dict[str, str] = BASE) -> dict[str, str]:
    """The base with each first text replaced by the second."""
    text = base[name]
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return {name: text}


def names(report: Report) -> set[str]:
    assert not report.problems
    return {f"{one.rule} {one.location.file} {one.location.pointer}" for one in report.findings}


CASES: dict[str, tuple[dict[str, Any], set[str]]] = {
    "nothing": ({}, set()),
    "comments and empty lines": ({"api.yaml": "# new\n\n" + API.replace("\n", "  # said\n")}, set()),
    "carriage returns": ({name: text.replace("\n", "\r\n") for name, text in BASE.items()}, set()),
    "a byte order mark": ({"api.yaml": b"\xef\xbb\xbf" + API.encode()}, set()),
    "flow style to block style": ({name: yaml.safe_dump(yaml.safe_load(text)) for name, text in BASE.items()}, set()),
    "YAML to JSON": ({name: json.dumps(yaml.safe_load(text), indent=1) for name, text in BASE.items()}, set()),
    # Its own part.
    "the text of an operation": (edited("getA\n", "getA\n      summary: s\n"), {GET_A, QUERY, LIMITS}),
    "a parameter of an operation": (edited("{name: q,", "{name: r,"), {GET_A, QUERY, LIMITS}),
    "a required scope": (edited("security: []", "security: [{key: []}]"), {GET_B, LIMITS}),
    "what was an operation's": (edited("      security: []\n", ""), {GET_B, LIMITS}),
    "a new operation": (
        edited("  /c:\n", "  /d: {get: {responses: {'204': {description: d}}}}\n  /c:\n"),
        {"response-500-undefined api.yaml /paths/~1d/get/responses", LIMITS},
    ),
    "a new method": (
        edited("  /b:\n", "  /b:\n    delete: {responses: {'204': {description: d}}}\n"),
        {"response-500-undefined api.yaml /paths/~1b/delete/responses", LIMITS},
    ),
    "an operation that is gone": ({"api.yaml": API[: API.index("    post:")] + API[API.index("  /b:") :]}, set()),
    "another path": (edited("  /c:\n", "  /see:\n"), {PUT_C, LIMITS}),
    "what a path shares": (edited("name: id, in: path,", "name: id, in: path, description: d,"), {PATH}),
    "the type of what a path shares": (
        edited("required: true, schema: {type: string}", "required: true, schema: {type: string, minLength: 1}"),
        {PATH, GET_A, POST_A, LIMITS},
    ),
    # Parts of the root.
    "info": (edited("title: T", "title: U"), set()),
    "another server": (edited("api.example.org", "www.example.org"), {SERVER, GET_A, POST_A, GET_B, PUT_C, LIMITS}),
    "security for all": (
        edited("security: [{key: []}]\n", "security: [{key: []}, {}]\n"),
        {GET_A, POST_A, PUT_C, LIMITS},
    ),
    "a security scheme": (edited("name: K", "name: L"), {GET_A, POST_A, PUT_C, LIMITS}),
    "tags": (edited("paths:\n", "tags: [{name: t}]\npaths:\n"), set()),
    # Through references.
    "a schema": (edited("{name: {type: string}", "{name: {type: string, minLength: 1}"), {*A, GET_A, POST_A, LIMITS}),
    "the description of a schema": (edited("A: {type: object,", "A: {type: object, description: d,"), set(A)),
    "a property called description": (
        edited("{name: {type: string}", "{description: {type: boolean}, name: {type: string}"),
        {*A, GET_A, POST_A, LIMITS},
    ),
    "a parameter": (edited("name: page,", "name: seite,"), {PAGE, GET_A, LIMITS}),
    "a schema of another file": (
        edited("size: {type: integer}", "size: {type: integer, minimum: 0}", name="common.yaml"),
        {*B, GET_A, POST_A, GET_B, LIMITS},
    ),
    "a schema that another file uses": (
        edited("deep: {type: string}", "deep: {type: string, minLength: 1}", name="common.yaml"),
        {*C, PUT_C, LIMITS},
    ),
    "an operation of another file": (edited("putC", "putSea", name="paths.yaml"), {PUT_C, LIMITS}),
    "a schema that nothing uses": (edited("{x: {type: string}}", "{x: {type: string, minLength: 1}}"), set(IDLE)),
    "another schema": (
        edited("common.yaml#/C", "api.yaml#/components/schemas/Idle", name="paths.yaml"),
        {PUT_C, *IDLE[:2], LIMITS},
    ),
    "a schema that is used no longer": (
        edited("{$ref: 'common.yaml#/C'}", "{type: boolean}", name="paths.yaml"),
        {PUT_C, LIMITS},
    ),
    "a response becomes a request": (
        edited("      operationId: getB\n", "      operationId: getB\n      requestBody: {$ref: '#/x-b'}\n")
        | {
            "api.yaml": API.replace(
                "      security: []\n",
                "      security: []\n      requestBody: {content: {a/b: {schema: {$ref: 'common.yaml#/C'}}}}\n",
            )
        },
        {GET_B, LIMITS},  # C was a request's before
    ),
    # Files.
    "a new file": (
        {
            "other.yaml": "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths: {}\nservers: [{url: 'http://x.example.org'}]\n"
        },
        {"server-cleartext other.yaml /servers/0/url"},
    ),
    "a moved file": ({"api.yaml": None, "moved.yaml": API}, set()),
    "a moved part": (
        {
            "common.yaml": None,
            "shared.yaml": COMMON,
            "paths.yaml": PATHS.replace("common", "shared"),
            "api.yaml": API.replace("common", "shared"),
        },
        {*A, GET_A, POST_A, GET_B, PUT_C, LIMITS},
    ),
    "a copy": (
        {"copy.yaml": API},
        {*(name.replace("api.yaml", "copy.yaml") for name in ALL), *B, *C, PUT_C},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_reports_what_changed(case: str, repository: Repository, check: Checked) -> None:
    head, expected = CASES[case]
    repository.commit(BASE)
    repository.write(head)
    report = check(select=RULES)
    assert names(report) == expected
    plain = check(since="", select=RULES)
    assert report.since is not None
    assert plain.since is None
    assert report.since.elsewhere + len(report.findings) == len(plain.findings)
    repository.commit({})
    assert names(check("HEAD~1", select=RULES)) == expected


def test_all_of_it_without_a_base(repository: Repository, check: Checked) -> None:
    repository.commit({"readme": "x"})
    repository.write(BASE)
    assert names(check(select=RULES)) == ALL


def test_compares_with_where_the_branch_began(repository: Repository, check: Checked) -> None:
    repository.commit(BASE)
    repository.git("checkout", "-q", "-b", "work")
    repository.commit(edited("getA\n", "getA\n      summary: s\n"))
    repository.git("checkout", "-q", "main")
    repository.commit(edited("getB\n", "getB\n      summary: s\n"))
    repository.git("checkout", "-q", "work")
    assert names(check("main", select=RULES)) == {GET_A, QUERY, LIMITS}


def test_reordered(repository: Repository, check: Checked) -> None:
    repository.commit(BASE)

    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: turned(item) for key, item in reversed(value.items())}
        return [turned(item) for item in value] if isinstance(value, list) else value

    repository.write(
        {name: yaml.safe_dump(turned(yaml.safe_load(text)), sort_keys=False) for name, text in BASE.items()}
    )
    assert names(check(select=RULES)) == set()


def test_is_the_same_in_several_processes(repository: Repository, check: Checked) -> None:
    repository.commit({"one/api.yaml": API, "one/common.yaml": COMMON, "one/paths.yaml": PATHS} | BASE)
    repository.write(edited("size: {type: integer}", "size: {type: integer, minimum: 0}", name="common.yaml"))
    alone, shared = (check(select=RULES, jobs=jobs) for jobs in (1, 2))
    assert names(alone) == names(shared)
    assert alone.findings
    assert alone.since == shared.since


def swagger(paths: str, more: str = "") -> str:
    return f"swagger: '2.0'\ninfo: {{title: T, version: '1'}}\nhost: h.example.org\n{more}paths:\n{paths}"


ONE = "  /a: {get: {responses: {'200': {description: d, schema: {$ref: '#/definitions/D'}}}}}\n"
TWO = "  /b: {get: {consumes: [a/b], produces: [a/b], schemes: [http], responses: {'200': {description: d}}}}\n"
DEFINED = "definitions: {D: {type: object, properties: {s: {type: integer}}}}\n"
FIRST = "response-500-undefined api.yaml /paths/~1a/get/responses"
SECOND = "response-500-undefined api.yaml /paths/~1b/get/responses"


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [
        (DEFINED, DEFINED.replace("integer", "number"), {FIRST}),
        (DEFINED, DEFINED + "produces: [a/c]\n", {FIRST}),
        (DEFINED, DEFINED + "tags: [{name: x}]\n", set()),
    ],
)
def test_swagger(base: str, head: str, expected: set[str], repository: Repository, check: Checked) -> None:
    repository.commit({"api.yaml": swagger(ONE + TWO, base)})
    repository.write({"api.yaml": swagger(ONE + TWO, head)})
    assert names(check(select=("response-500-undefined",))) == expected


def schemas(**members: Any) -> dict[str, str]:
    """A document with an operation `GET /p` that answers with P, and these schemas."""
    answer = {"description": "d", "content": {"a/b": {"schema": {"$ref": "#/components/schemas/P"}}}}
    return {
        "api.yaml": yaml.safe_dump(
            {
                "openapi": "3.0.3",
                "info": {"title": "T", "version": "1"},
                "paths": {"/p": {"get": {"responses": {"200": answer}}}},
                "components": {"schemas": members},
            }
        )
    }


GET_P = "response-500-undefined api.yaml /paths/~1p/get/responses"
REF = {"$ref": "#/components/schemas/D"}
KIND = {"propertyName": "kind"}


@pytest.mark.parametrize(
    "general",
    [
        {"allOf": [REF]},
        {"oneOf": [REF], "discriminator": KIND},
        {"anyOf": [{"items": REF}]},
        {"properties": {"x": {"additionalProperties": REF}}},
        {"discriminator": {**KIND, "mapping": {"d": "#/components/schemas/D"}}},
        {"discriminator": {**KIND, "mapping": {"d": "D"}}},
    ],
)
def test_schemas_lead_to_schemas(general: Any, repository: Repository, check: Checked) -> None:
    repository.commit(schemas(P={"type": "object", **general}, D={"type": "object"}))
    repository.write(schemas(P={"type": "object", **general}, D={"type": "object", "maxProperties": 2}))
    assert GET_P in names(check(select=RULES))


def test_a_discriminator_leads_to_what_extends_it(repository: Repository, check: Checked) -> None:
    general = {"type": "object", "discriminator": KIND}
    extends = {"allOf": [{"$ref": "#/components/schemas/P"}, {"properties": {"a": {"type": "boolean"}}}]}
    repository.commit(schemas(P=general, D=extends))
    extends["allOf"].append({"maxProperties": 2})  # type: ignore[dict-item]
    repository.write(schemas(P=general, D=extends))
    assert GET_P in names(check(select=RULES))


def test_a_circle_of_schemas(repository: Repository, check: Checked) -> None:
    circle = {name: {"properties": {"n": {"$ref": f"#/components/schemas/{to}"}}} for name, to in ("PQ", "QR", "RP")}
    repository.commit(schemas(**circle))
    circle["R"]["type"] = "object"  # type: ignore[assignment]
    repository.write(schemas(**circle))
    assert GET_P in names(check(select=RULES))


def test_what_is_deleted_touches_who_refers_to_it(repository: Repository, check: Checked) -> None:
    repository.commit({**BASE, "api.yaml": API + "    Gone: {type: boolean}\n"})
    users = "{type: object, additionalProperties: false}", "{$ref: '#/components/schemas/Gone'}"
    both = edited(*users)["api.yaml"]
    repository.commit({"api.yaml": both + "    Gone: {type: boolean}\n"})
    repository.write({"api.yaml": both})
    found = {one.rule: one for one in check().findings if one.location.pointer.startswith("/paths/~1a~1{id}/post")}
    assert "unresolved-ref" in found


def test_a_file_that_is_gone_touches_who_refers_to_it(repository: Repository, check: Checked) -> None:
    repository.commit(BASE)
    repository.write({"paths.yaml": None})
    report = check()
    assert [one.kind for one in report.problems] == ["reference-unread"]
    assert {one.location.pointer for one in report.findings if one.rule == "unresolved-ref"} <= {"/paths/~1c/$ref"}


def test_an_item_that_moved_is_another_for_who_counts(repository: Repository, check: Checked) -> None:
    items = ["{name: a, in: query, schema: {type: boolean}}", "{name: b, in: query, schema: {type: integer}}"]
    text = API.replace("- $ref: '#/components/parameters/Page'", "- {0}\n        - {1}")
    text = text.replace("      security: []\n", "      parameters: [{$ref: '#/paths/~1a~1{id}/get/parameters/1'}]\n")
    first, second = (text.replace("{0}", one).replace("{1}", other) for one, other in (items, items[::-1]))
    repository.commit({**BASE, "api.yaml": first})
    repository.write({"api.yaml": second})
    assert GET_B in names(check(select=RULES))


def test_an_alias_is_touched_wherever_it_stands(repository: Repository, check: Checked) -> None:
    text = (
        "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n"
        "  /p:\n    get:\n      responses: &all {'200': {$ref: '#/components/responses/R'}}\n"
        "  /q:\n    get:\n      responses: *all\n"
        "components: {responses: {R: {description: d, headers: {}}}}\n"
    )
    repository.commit({"api.yaml": text})
    repository.write({"api.yaml": text.replace("headers: {}", "headers: {X: {schema: {type: boolean}}}")})
    found = check(select=("rate-limit-undefined", "response-500-undefined"))
    assert {one.operation for one in found.findings if one.rule == "response-500-undefined"} >= {"GET /p"}


def test_a_key_that_stands_twice(repository: Repository, check: Checked) -> None:
    repository.commit(BASE)
    repository.write(edited("  /b:\n", "  /b:\n    get: {}\n"))
    assert "duplicate-key" in {one.rule for one in check().findings}


@pytest.mark.parametrize("where", ["        - {name: q,", "    Idle:"])
def test_a_new_comment_is_judged(where: str, repository: Repository, check: Checked) -> None:
    repository.commit(BASE)
    repository.write({"api.yaml": API.replace(where, f"# apilint: ignore[string-max-length]\n{where}")})
    found = {one.rule for one in check().findings}
    assert "suppression-without-reason" in found


def test_a_comment_that_is_gone_suppresses_no_longer(repository: Repository, check: Checked) -> None:
    comment = "# apilint: ignore[string-max-length] only of old clients\n"
    repository.commit(
        {**BASE, "api.yaml": API.replace("        - {name: q,", f"        {comment}        - {{name: q,")}
    )
    assert names(check(select=RULES)) == set()
    repository.write({"api.yaml": API})
    assert names(check(select=RULES)) == {QUERY}


def test_a_comment_that_is_needed_elsewhere_is_not_idle(repository: Repository, check: Checked) -> None:
    comment = "# apilint: ignore[string-max-length] only of old clients\n"
    repository.commit(
        {**BASE, "api.yaml": API.replace("        - {name: q,", f"        {comment}        - {{name: q,")}
    )
    repository.write(edited("getB\n", "getB\n      summary: s\n", base={"api.yaml": (Path("api.yaml")).read_text()}))
    assert not [one for one in check().findings if one.rule.startswith("suppression")]
