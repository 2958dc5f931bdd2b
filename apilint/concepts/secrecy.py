"""What keeps a parameter that is called like a credential from being one, or from being news."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apilint.openapi.operation import Parameter


def is_choice(parameter: Parameter) -> bool:
    """Whether the value is a switch or one of a few words that the document lists, and so no secret."""
    return any(
        schema.types == {"boolean"} or schema.keyword("enum") or schema.keyword("const") for schema in parameter.schemas
    )


def repeats_scheme(parameter: Parameter) -> bool:
    """Whether the parameter is that of a declared API key, about which the rules on schemes have their say."""
    return any(
        scheme.type == "apiKey" and scheme.location == parameter.location and scheme.parameter_name == parameter.name
        for scheme in parameter.api.security_schemes.values()
    )
