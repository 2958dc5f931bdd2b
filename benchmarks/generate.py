"""Write documents of a wanted size: `generate.py KIND SIZE PATH`, and `generate.py double SOURCE PATH`.

A process of its own, so that the memory it takes is not counted in what is measured afterwards.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

_OPERATION = """\
  /shelves/{{shelf}}/books{number}:
    get:
      operationId: listBooks{number}
      summary: The books on a shelf, page {number}
      parameters:
        - name: shelf
          in: path
          required: true
          schema: {{type: string, maxLength: 40}}
        - name: limit
          in: query
          description: How many books at most
          schema:
            type: integer
            minimum: 1
      responses:
        "200":
          description: A page of books
          content:
            application/json:
              schema:
                type: array
                maxItems: 100
                items:
                  $ref: '#/components/schemas/Book{number}'
    post:
      operationId: addBook{number}
      requestBody:
        content:
          application/json:
            schema:
              $ref: '#/components/schemas/Book{number}'
      responses:
        "201":
          description: The book as kept
"""

_SCHEMA = """\
    Book{number}:
      type: object
      required: [title]
      properties:
        title:
          type: string
          description: As printed on the spine
        pages:
          type: integer
        language:
          type: string
          enum: [de, en, fr]
        authors:
          type: array
          items:
            type: string
            maxLength: 80
        successor:
          $ref: '#/components/schemas/Book{number}'
"""

_HEAD = """\
openapi: 3.0.3
info: {title: Books, version: "1"}
servers: [{url: "https://books.example"}]
security: [{key: []}]
paths:
"""


def document(operations: int) -> str:
    """An OpenAPI 3.0 document in YAML with about `operations` operations, a schema to every other one."""
    numbers = range(operations // 2)
    paths = "".join(_OPERATION.format(number=number) for number in numbers)
    schemas = "".join(_SCHEMA.format(number=number) for number in numbers)
    return (
        f"{_HEAD}{paths}components:\n  securitySchemes:\n    key: {{type: http, scheme: bearer}}\n  schemas:\n{schemas}"
    )


def document_json(size: int) -> str:
    """An OpenAPI 3.0 document in JSON of about `size` bytes, indented as such files are."""
    sample = 10
    return _document_json(size * sample // len(_document_json(sample)))


def _document_json(count: int) -> str:
    fields: dict[str, Any] = {f"field{number}": {"type": "string", "maxLength": 99} for number in range(30)}
    schema = {"type": "object", "properties": fields | {"note": {"type": "string"}}}
    answer = {"200": {"description": "ok", "content": {"application/json": {"schema": schema}}}}
    value = {
        "openapi": "3.0.3",
        "info": {"title": "Fields", "version": "1"},
        "servers": [{"url": "https://fields.example"}],
        "security": [{"key": []}],
        "paths": {f"/fields{n}": {"get": {"operationId": f"get{n}", "responses": answer}} for n in range(count)},
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    }
    return json.dumps(value, indent=2)


def doubled(text: str) -> str:
    """The JSON document of `text` with every path and every component a second time, under another name."""
    value = json.loads(text)
    for kind in ("paths", "webhooks", "x-webhooks"):
        members = value.get(kind, {})
        members.update({f"/again{name}": _renamed(member) for name, member in list(members.items())})
    for kind, members in value.get("components", {}).items():
        if kind != "securitySchemes":
            members.update({f"{name}-again": _renamed(member) for name, member in list(members.items())})
    return json.dumps(value, indent=2)


def _renamed(value: Any) -> Any:
    if isinstance(value, list):
        return [_renamed(item) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {key: _renamed(member) for key, member in value.items()}
    reference = copy.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/components/"):
        copy["$ref"] = f"{reference}-again"
    if isinstance(copy.get("operationId"), str):
        copy["operationId"] += "-again"
    return copy


def main(kind: str, source: str, target: str) -> None:
    """Write one document to `target`."""
    if kind == "double":
        text = doubled(Path(source).read_text(encoding="utf-8"))
    else:
        text = document(int(source)) if kind == "yaml" else document_json(int(source))
    Path(target).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
