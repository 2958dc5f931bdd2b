"""Whether a document conforms to the OpenAPI schema of its version: a quick yes, a well-worded no.

The official schemas come with openapi-spec-validator. jsonschema-rs runs them in milliseconds; only a
document that fails goes through openapi-spec-validator's own validators for the messages. Those get the
parsed tree and look at its structure only: they follow no reference of it, so they open no file and no
connection.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import Any

from apilint.reading.pointer import format_pointer

_MOST_MESSAGES = 20
_LONGEST_MESSAGE = 200


def deviations(value: dict[str, Any], version: str) -> tuple[str, ...]:
    """How a parsed root document departs from the schema of its version; nothing if it conforms.

    Each message ends with a JSON pointer; at most 20 are given.
    """
    try:
        if _quick(version).is_valid(value):
            return ()
    except (ValueError, TypeError, UnicodeError, RecursionError, OverflowError):
        pass  # a tree that cannot be converted to JSON; the slow way words it
    try:
        return tuple(_slow(version, value))
    except Exception as error:  # the validators are fallible code fed with hostile data
        return (f"could not be validated against the OpenAPI {version} schema ({type(error).__name__})",)


@lru_cache(maxsize=4)
def _quick(version: str) -> Any:
    import json

    import jsonschema_rs

    with open(_schema_file(version), encoding="utf-8") as file:
        return jsonschema_rs.validator_for(json.load(file), validate_formats=False)


def _schema_file(version: str) -> str:
    """The schema in openapi-spec-validator's folder, found without importing the package (0.4 s)."""
    from importlib.util import find_spec

    spec = find_spec("openapi_spec_validator")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("openapi_spec_validator")
    return f"{spec.submodule_search_locations[0]}/resources/schemas/v{version}/schema.json"


def _slow(version: str, value: dict[str, Any]) -> list[str]:
    import openapi_spec_validator as validators

    kind = {
        "2.0": validators.OpenAPIV2SpecValidator,
        "3.0": validators.OpenAPIV30SpecValidator,
        "3.1": validators.OpenAPIV31SpecValidator,
        "3.2": validators.OpenAPIV32SpecValidator,
    }[version]
    found = []
    for error in islice(kind.schema_validator.iter_errors(value), _MOST_MESSAGES):
        # The first line says what is wrong; the rest shows the instance.
        text = error.message.partition("\n")[0]
        text = text if len(text) <= _LONGEST_MESSAGE else text[: _LONGEST_MESSAGE - 1] + "…"
        found.append(f"{text} at {format_pointer(error.absolute_path) or '/'}")
    return found
