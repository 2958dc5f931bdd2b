from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from apilint.api import Api, Confidence, Edit, Fix, Flag, Node, Schema, Severity, rule

_SECTIONS_2 = (("definitions",), ("parameters",), ("responses",))
_SECTIONS_3 = tuple(
    ("components", name)
    for name in (
        "schemas", "parameters", "responses", "requestBodies", "headers", "examples", "links", "callbacks", "pathItems",
        "mediaTypes",
    )
)  # fmt: skip
_WORDS = {
    "definitions": "schema", "schemas": "schema", "parameters": "parameter", "responses": "response",
    "requestBodies": "request body", "headers": "header", "examples": "example", "links": "link",
    "callbacks": "callback", "pathItems": "path item", "mediaTypes": "media type",
}  # fmt: skip
_MOST_PARENTS = 20
_Place = tuple[str, ...]


@rule(
    "unused-component",
    on=Api,
    severity=Severity.INFO,
    confidence=Confidence.HIGH,
    refs=("OWASP-API9:2023", "CWE-1164"),
    needs=("components", "swagger"),
    tags=("owasp",),
    fixable=True,
)
def unused_component(api: Api) -> Iterator[Flag]:
    """A component is declared, and nothing refers to it.

    Often it is the strict schema that an operation should use and does not: reviewers read its limits and believe
    that they hold. Or it is the rest of an operation that was taken out of the document and still answers.

    Attack: nobody looks for the old operation whose schemas are still there, and the attacker does.

    To fix: refer to the component where it belongs, or remove it.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      schemas:
        Order: {type: object}  # flagged
    ```

    ```yaml fixed
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200": {description: The orders}
    components:
      schemas: {}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /orders:
        get:
          responses:
            "200":
              description: The orders
              content:
                application/json:
                  schema: {$ref: "#/components/schemas/Order"}
    components:
      schemas:
        Order: {type: object}
    ```
    """
    # A document without operations is a collection that others use.
    if not api.all_operations:
        return
    candidates = _without_reference(api)
    if not candidates:
        return
    named = _mapped(api) | _named_in_extensions(api)
    unread = any(one.unresolved is not None and one.unresolved.reason != "missing" for one in api.references)
    for place in candidates:
        component = api.child(place)
        if place[-1] in named:
            continue
        if _extends_discriminated(component):
            continue
        yield component.flag(
            None,
            f"nothing refers to the {_WORDS[place[-2]]} `{place[-1][:100]}`",
            # A file that was not read may refer to it.
            confidence=Confidence.LOW if unread else Confidence.HIGH,
            fix=None if unread else Fix("Remove the component", True, (Edit(component.pointer, "remove"),)),
        )


def _without_reference(api: Api) -> list[_Place]:
    """The components to which no reference leads, but for those inside themselves."""
    sections = _SECTIONS_2 if api.version == "2.0" else _SECTIONS_3
    depth = len(sections[0]) + 1
    places: dict[_Place, int] = {}
    for section in sections:
        held = api.child(section).value
        if isinstance(held, dict) and "$ref" not in held:
            places.update({(*section, name): 0 for name in held if not name.startswith("x-")})
    own = _inside_only(api, depth, places)
    if not own:
        return []
    # The model follows what it understands; a text that merely names the place counts as well.
    written = _fragments(api)
    for fragment, count in written.items():
        place = _place(fragment, depth)
        if place in own:
            places[place] += count
    return [place for place in own if places[place] <= own[place] and "/".join(place[:-1]) not in written]


def _fragments(api: Api) -> Counter[str]:
    """The fragments written anywhere in the documents, in references, mappings or prose, and how often."""
    found: Counter[str] = Counter()
    for document in api.documents.values():
        text = document.text.replace("\\/", "/") if "\\/" in document.text else document.text
        for part in text.split("#/")[1:]:
            line = part[:400].partition("\n")[0].partition('"')[0].partition("'")[0]
            found[line] += 1
            # Without quotes, something else may follow.
            if " " in line or "}" in line or "," in line:
                found[line.partition(" ")[0].partition("}")[0].partition(",")[0]] += 1
    return found


def _place(fragment: str, depth: int) -> _Place:
    return tuple(_unescaped(step) for step in fragment.split("/")[:depth])


def _unescaped(step: str) -> str:
    if "%" in step:
        from urllib.parse import unquote

        step = unquote(step)
    return step.replace("~1", "/").replace("~0", "~")


def _inside_only(api: Api, depth: int, places: Iterable[_Place]) -> dict[_Place, int]:
    """The places to which no reference from outside leads, with the number of those inside."""
    own = dict.fromkeys(places, 0)
    known: dict[str, _Place] = {}
    for reference in api.references:
        fragment = reference.reference.partition("#")[2]
        place = known.get(fragment)
        if place is None and fragment.startswith("/"):
            place = known[fragment] = _place(fragment[1:], depth)
        elif place is None:
            target = api.hop(reference) if reference.unresolved is None else None
            place = tuple(map(str, target.path[:depth])) if target is not None else ()
        if place in own:
            if reference.document is api.document and reference.path[:depth] == place:
                own[place] += 1
            else:
                del own[place]
    return own


def _mapped(api: Api) -> set[str]:
    """The names of schemas that the mapping of a discriminator gives without a reference."""
    found = set()
    for schema in api.views(Schema, (), ("discriminator",)):
        mapping = schema.child(("discriminator", "mapping")).value
        for name in mapping.values() if isinstance(mapping, dict) else ():
            if isinstance(name, str):
                found.add(name)
    return found


def _named_in_extensions(api: Api) -> set[str]:
    """The texts in the extensions of the document: some list there what clients get by other ways than operations."""
    found: set[str] = set()
    seen: set[int] = set()
    stack: list[object] = list(api.extensions.values())
    while stack:
        value = stack.pop()
        if isinstance(value, str):
            found.add(value)
        elif id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, dict):
            stack += value.values()
        elif isinstance(value, list):
            stack += value
    return found


def _extends_discriminated(component: Node) -> bool:
    """Whether the schema is a kind of one that a discriminator tells apart, which needs no reference to find it."""
    pending, seen = [component], 0
    while pending and seen < _MOST_PARENTS:
        seen += 1
        node = pending.pop()
        branches = node.get("allOf")
        for index in range(len(branches) if isinstance(branches, list) else 0):
            branch = node.child(("allOf", index))
            parent = node.api.follow(branch) if isinstance(branch.get("$ref"), str) else branch
            if parent is not None and "discriminator" in (parent.value if isinstance(parent.value, dict) else ()):
                return True
            if parent is not None:
                pending.append(parent)
    return False
