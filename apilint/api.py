"""All that a rule or a plugin may import: re-exports, no code."""

from apilint.findings import Confidence, Edit, Finding, Fix, Flag, Problem, Report, Severity
from apilint.hooks import hookimpl
from apilint.openapi.api import Api, Duplicate, Reference
from apilint.openapi.node import Node
from apilint.openapi.operation import Header, MediaType, Operation, Parameter, PathItem, RequestBody, Response
from apilint.openapi.ratelimit import Evidence, is_rate_limit_header, is_reset_header
from apilint.openapi.schema import InputSchema, Schema
from apilint.openapi.security import EffectiveSecurity, OAuthFlow, RequiredScheme, SecurityRequirement, SecurityScheme
from apilint.openapi.servers import Server, is_cleartext
from apilint.openapi.words import words
from apilint.rule import Rule, rule

__all__ = [
    "Api",
    "Confidence",
    "Duplicate",
    "Edit",
    "EffectiveSecurity",
    "Evidence",
    "Finding",
    "Fix",
    "Flag",
    "Header",
    "InputSchema",
    "MediaType",
    "Node",
    "OAuthFlow",
    "Operation",
    "Parameter",
    "PathItem",
    "Problem",
    "Reference",
    "Report",
    "RequestBody",
    "RequiredScheme",
    "Response",
    "Rule",
    "Schema",
    "SecurityRequirement",
    "SecurityScheme",
    "Server",
    "Severity",
    "hookimpl",
    "is_cleartext",
    "is_rate_limit_header",
    "is_reset_header",
    "rule",
    "words",
]
