"""JSONPath: what each form selects, what is refused, and that nothing takes long."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import pytest

from apilint.declared.jsonpath import PathError, parse
from apilint.declared.places import Ground
from apilint.openapi.api import Api
from apilint.reading.pointer import format_pointer

DOCUMENT = """
openapi: 3.0.3
info: {title: T, version: "1", x-tags: [a, b, c]}
paths:
  /a:
    get:
      parameters:
        - {name: q, in: query, schema: {type: string}}
        - $ref: "#/components/parameters/H"
      responses:
        "200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/S"}}}}
        "404": {description: no}
        default: {description: d}
    post: {deprecated: true, responses: {"201": {description: made}}}
  /b/{id}:
    get: {responses: {"200": {$ref: "#/components/responses/R"}}}
components:
  parameters: {H: {name: X-H, in: header, schema: {type: integer}}}
  responses: {R: {description: r, content: {application/json: {schema: {$ref: "#/components/schemas/S"}}}}}
  schemas:
    S: {type: object, properties: {id: {type: string}, next: {$ref: "#/components/schemas/S"}}}
"""
S, H = "/components/schemas/S", "/components/parameters/H"
GET = "/paths/~1a/get"
TABLE = [
    ("$", [""]),
    ("$.info.title", ["/info/title"]),
    ("$['info']['title']", ["/info/title"]),
    ('$["info"].title', ["/info/title"]),
    ("$.info[title,version]", ["/info/title", "/info/version"]),
    ("$.info['title', 'version']", ["/info/title", "/info/version"]),
    ("$.info.x-tags[0]", ["/info/x-tags/0"]),
    ("$.info.x-tags[-1]", ["/info/x-tags/2"]),
    ("$.info.x-tags[1:]", ["/info/x-tags/1", "/info/x-tags/2"]),
    ("$.info.x-tags[:2]", ["/info/x-tags/0", "/info/x-tags/1"]),
    ("$.info.x-tags[(@.length-1)]", ["/info/x-tags/2"]),
    ("$.info.x-tags[?(@ == 'b')]", ["/info/x-tags/1"]),
    ("$.paths[*]~", ["/paths/~1a", "/paths/~1b~1{id}"]),
    ("$.paths.*.get", [GET, "/paths/~1b~1{id}/get"]),
    ("$.paths[*].[get,post].deprecated", ["/paths/~1a/post/deprecated"]),
    ("$.paths[*][get,post].parameters[?(@.in == 'header')]", [H]),
    ("$.paths[*][*].parameters[*].name", [H + "/name", GET + "/parameters/0/name"]),
    ("$..parameters[?(@ && @.in=='query')].name", [GET + "/parameters/0/name"]),
    ("$..schema.type", [H + "/schema/type", S + "/type", GET + "/parameters/0/schema/type"]),
    ("$.paths..properties[*]~", [S + "/properties/id", S + "/properties/next"]),
    ("$.paths[*][*].responses[?(@property >= 400)]", [GET + "/responses/404"]),
    ("$.paths[*][*].responses[?(@property.match(/^4/))]", [GET + "/responses/404"]),
    ("$.paths[*][*].responses[?(!@property.match('^[0-9]'))]", [GET + "/responses/default"]),
    ("$.paths[*][*].responses[?(@property == '404')]^^", [GET]),
    ("$.paths[*].post^~", ["/paths/~1a"]),
    ("$.paths[?(@property === '/a')].post", ["/paths/~1a/post"]),
    ("$.paths[?(@property.indexOf('{') !== -1)]~", ["/paths/~1b~1{id}"]),
    ("$.paths[*][?(['get','put'].includes(@property))]", [GET, "/paths/~1b~1{id}/get"]),
    ("$.paths[*][?(@property in ['post'])]", ["/paths/~1a/post"]),
    ("$.paths[*][?(@.deprecated === true)]", ["/paths/~1a/post"]),
    ("$.paths[*][?(!@.deprecated && @property != 'put')]", [GET, "/paths/~1b~1{id}/get"]),
    ("$.paths[*][?@.deprecated == true]", ["/paths/~1a/post"]),
    ("$.paths[?match(@property, '/b.*')]~", ["/paths/~1b~1{id}"]),
    ("$.info[?search(@, '^T')]", ["/info/title"]),
    ("$.info[?length(@) == 3]", ["/info/x-tags"]),
    ("$..[?(@object() && @.type === 'object' && @.properties)]", [S]),
    ("$..[?(@.parameters.length > 1)]", [GET]),
    ("$..content[?(@property =~ /json$/)]~", [
        "/components/responses/R/content/application~1json", GET + "/responses/200/content/application~1json",
    ]),
    ("$.paths..content['application/json'].schema", [S]),
    ("$.paths..content.application/json.schema", [S]),
    ("$.components.schemas[?(@.description === undefined || @.title === void 0)]", [S]),
    ("$.nothing[*]..x", []),
]  # fmt: skip


@pytest.mark.parametrize(("path", "expected"), TABLE)
def test_what_a_path_selects(build_api: Callable[..., Api], path: str, expected: list[str]) -> None:
    spots = Ground(build_api(DOCUMENT)).select(parse(path))
    # By several references a place is come upon several times; the engine tells a finding once.
    assert {format_pointer(spot.path) for spot in spots} == set(expected)


def test_references_stay_where_they_are_not_followed(build_api: Callable[..., Api]) -> None:
    spots = Ground(build_api(DOCUMENT), resolved=False).select(parse("$.paths..[?(@.$ref)]"))
    assert sorted(format_pointer(spot.path) for spot in spots) == [
        GET + "/parameters/1",
        GET + "/responses/200/content/application~1json/schema",
        "/paths/~1b~1{id}/get/responses/200",
    ]


@pytest.mark.parametrize(
    "path",
    [
        "", "info", "$.", "$..", "$...a", "$.a[", "$.a['b'", "$.a[?(", "$.a[?(@.b ==)]", "$.a[?(@.b.replace('a','b'))]",
        "$.a[?(@.constructor.constructor('x')())]", "$.a[?(process.exit())]", "$.a[?(@.b = 1)]", "$.a[(1+1)]",
        "$.a[?(@.b =~ /(a+)+$/)]", "$.`x`", "$.a.@string()", "$.a[::-1]", "$" + ".a" * 41, "$." + "a" * 3_000,
        "$[?(" + "(" * 40 + "@" + ")" * 40 + ")]", "$[?(" + " && ".join(["@.a"] * 200) + ")]", "$..^",
        "$[?(require('fs'))]", "$[?(@.a; @.b)]", "$[?(() => 1)]", "$[?(this)]", "$[?(globalThis.x)]",
    ],
)  # fmt: skip
def test_what_is_refused(path: str) -> None:
    with pytest.raises(PathError):
        parse(path)


@pytest.mark.parametrize("path", ["$..[*]..[*]", "$..[*]..[*]..[*]..[*]", "$..*^..*^..*", "$..[?(@)]..[?(@)]..[?(@)]"])
def test_bombs_take_no_more_than_the_document_is_large(build_api: Callable[..., Api], path: str) -> None:
    schemas = "\n".join(
        f"    S{at}: {{type: object, properties: {{a: {{$ref: '#/components/schemas/S{(at + 1) % 300}'}}, "
        f"b: {{$ref: '#/components/schemas/S{(at * 7) % 300}'}}}}}}"
        for at in range(300)
    )
    api = build_api(
        f"openapi: 3.0.3\ninfo: {{title: T, version: '1'}}\npaths: {{}}\ncomponents:\n  schemas:\n{schemas}\n"
    )
    ground = Ground(api)
    start = perf_counter()
    count = sum(1 for _ in ground.select(parse(path)))
    assert 0 < count < 10_000
    assert ground.work < 200_000
    assert perf_counter() - start < 10
