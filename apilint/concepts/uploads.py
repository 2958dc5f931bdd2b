"""Files in requests: whole bodies, parts of a multipart form, `type: file` of Swagger 2.0."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from apilint.analysis.words import words
from apilint.concepts.shape import body_properties, has_type, is_json, target
from apilint.openapi.node import Node

if TYPE_CHECKING:
    from apilint.openapi.operation import MediaType, Operation, RequestBody

# Media types of which a body is a file, whatever its schema says.
_FILES = frozenset(
    "application/octet-stream application/pdf application/zip application/gzip application/x-gzip application/x-tar"
    " application/x-7z-compressed application/x-bzip2 application/x-rar-compressed application/x-msdownload"
    " application/java-archive".split()
)
_FILE_TREES = (
    "image/",
    "video/",
    "audio/",
    "font/",
    "application/vnd.openxml",
    "application/vnd.ms-",
    "application/zip",
)
_FORM = "multipart/"
_UNKNOWN = frozenset(("", "*/*", "application/octet-stream", "application/*", "binary/octet-stream"))
_SIZES = frozenset(("size", "length", "byte"))
_MOST = frozenset(("max", "maximum", "limit", "largest"))
_MOST_PARTS = 1_000
_MOST_BRANCHES = 50


class File(NamedTuple):
    """A file that a request carries.

    `place` is where it is written, `schema` its schema object or None, `name` the part's name or an empty string
    for a whole body, `types` the media types that are declared for it, `many` whether it is an array of files.
    """

    place: Node
    schema: Node | None
    name: str
    types: tuple[str, ...]
    many: bool

    @property
    def known_types(self) -> tuple[str, ...]:
        """The declared media types that say what kind of file it is."""
        return tuple(one for one in self.types if one not in _UNKNOWN)

    @property
    def is_certain(self) -> bool:
        """Whether it is more than bytes of which nothing is said; from 3.1 on that is how to describe a file."""
        bare = not self.name and not self.known_types and self.schema is None
        return not bare or self.place.api.version not in ("2.0", "3.0")

    @property
    def has_size(self) -> bool:
        """Whether a greatest size is declared at the file: `maxLength`, or an extension such as `x-max-size`."""
        nodes = (self.place, *((self.schema,) if self.schema is not None else ()))
        return any(type(node.get("maxLength")) in (int, float) or _has_size_extension(node) for node in nodes)


def files(body: RequestBody) -> list[File]:
    """The files of a request body, each once."""
    found = list(_form_files(body)) if body.api.version == "2.0" else []
    has_json = any(name.lower().endswith("json") for name in body.content)
    for name, media_type in body.content.items():
        if name.lower().startswith(_FORM):
            found.extend(_parts(media_type))
        elif not any(one.name for one in found):
            found.extend(_whole(name, media_type, has_json))
    return found


def uploads(operation: Operation) -> list[File]:
    """The files that clients send with an operation."""
    body = operation.request_body
    if body is None or operation.kind != "path" or operation.method == "DELETE":
        return []
    return files(body)


def limits_size(operation: Operation) -> bool:
    """Whether an operation declares how large a request may be: a `413` answer, or an extension of a gateway."""
    if any(code.upper() in ("413", "4XX") for code in operation.responses):
        return True
    if any(_has_size_extension(node) for node in (operation, operation.path_item, operation.api)):
        return True
    tyk = operation.api.get("x-tyk-api-gateway")
    return isinstance(tyk, dict) and "requestSizeLimit" in str(tyk)[:100_000]


def says_size(text: str) -> bool:
    """Whether prose names a greatest size ("up to 20 MB")."""
    size = r"\d\s?(?:[kmgt]i?b\b|bytes|(?:kilo|mega|giga|tera)bytes)"
    around = r"max|up to|limit|exceed|larger|less than|smaller|at most|bigger|greater|size"
    for found in re.finditer(size, text[:20_000].lower()):
        if re.search(around, text[max(0, found.start() - 80) : found.end() + 40].lower()):
            return True
    return False


def _has_size_extension(node: Node) -> bool:
    for name in node.extensions:
        if name.lower().startswith("x-kong-plugin-request-size-limiting"):
            return True
        parts = words(name)
        if not _SIZES.isdisjoint(parts) and not _MOST.isdisjoint(parts):
            return True
    return False


def _form_files(body: RequestBody) -> Iterator[File]:
    for operation in body.operations[:1]:
        for parameter in operation.parameters:
            if parameter.location == "formData" and parameter.get("type") == "file":
                yield File(parameter, parameter, parameter.name, (), False)


def _parts(media_type: MediaType) -> Iterator[File]:
    for root in media_type.roots[:1]:
        if root.schema is None:
            continue
        for name, place in list(body_properties(root.schema).items())[:_MOST_PARTS]:
            encoded = _encoded(media_type, name)
            found = [file for form in _forms(place) if (file := _part(form, name, encoded)) is not None]
            # A part that may be one file or many is judged as many.
            yield from sorted(found, key=lambda file: not file.many)[:1]


def _forms(place: Node) -> Iterator[Node]:
    """A part, and the branches of its `oneOf`, `anyOf` and `allOf`: places of schemas."""
    yield place
    schema = target(place)
    if schema is None:
        return
    for key in ("oneOf", "anyOf", "allOf"):
        branches = schema.get(key)
        for index in range(min(len(branches), _MOST_BRANCHES)) if isinstance(branches, list) else ():
            yield schema.child((key, index))


def _part(place: Node, name: str, encoded: tuple[str, ...]) -> File | None:
    schema = target(place)
    if schema is None:
        return None
    item = target(schema.child("items")) if isinstance(schema.get("items"), dict) else None
    if item is not None and is_binary(item, encoded):
        return File(place, item, name, _types(item, encoded), True)
    if not has_type(schema, "array") and is_binary(schema, encoded):
        return File(place, schema, name, _types(schema, encoded), False)
    return None


def _whole(name: str, media_type: MediaType, has_json: bool) -> Iterator[File]:
    media = name.partition(";")[0].strip().lower()
    schema = next((root.schema for root in media_type.roots if root.schema is not None), None)
    found = target(schema) if schema is not None else None
    # Beside JSON, bytes are the same value in another form.
    is_file = (media in _FILES or media.startswith(_FILE_TREES)) and not (has_json and media in _UNKNOWN)
    if found is not None and (has_type(found, "object") or has_type(found, "array") or "properties" in found.value):
        is_file = False  # data under an odd name
    elif (
        found is not None
        and (not is_json(media) or media.endswith("*"))
        and not media.endswith("x-www-form-urlencoded")
    ):
        is_file = is_file or is_binary(found)
    if is_file:
        yield File(media_type, found, "", (media,), False)


def is_binary(schema: Node, encoded: tuple[str, ...] = ()) -> bool:
    """Whether a schema object is that of a file, sent as it is or as the `contentType` of its part says."""
    if schema.text("format").lower() in ("binary", "file") or schema.get("type") == "file":
        return True
    if schema.text("contentMediaType") and not is_json(schema.text("contentMediaType")):
        return True
    if not ({"type", "properties", "$ref", "items"} & set(schema.value)) or has_type(schema, "string"):
        return any(one in _FILES or one.startswith(_FILE_TREES) for one in encoded)
    return False


def _encoded(media_type: MediaType, name: str) -> tuple[str, ...]:
    encoding = media_type.get("encoding")
    one = encoding.get(name) if isinstance(encoding, dict) else None
    written = one.get("contentType") if isinstance(one, dict) else None
    if not isinstance(written, str):
        return ()
    return tuple(part.partition(";")[0].strip().lower() for part in written.split(",")[:100])


def _types(schema: Node, encoded: tuple[str, ...]) -> tuple[str, ...]:
    described = schema.text("contentMediaType").strip().lower()
    return (*encoded, *((described,) if described else ()))
