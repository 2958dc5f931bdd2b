"""All that a rule or a plugin needs of the model and of its own kind: re-exports, no code.

What rules know beyond that stands in `apilint.concepts` (about APIs) and `apilint.analysis` (about text, names,
patterns), each module of which a rule may import.
"""

from apilint.analysis.addresses import is_cleartext
from apilint.analysis.words import words
from apilint.concepts.grouping import by_operation
from apilint.findings import Confidence, Edit, Finding, Fix, Flag, Problem, Report, Severity
from apilint.hooks import hookimpl
from apilint.openapi.api import Api, Duplicate, Reference
from apilint.openapi.node import Node
from apilint.openapi.operation import Header, MediaType, Operation, Parameter, PathItem, RequestBody, Response
from apilint.openapi.ratelimit import Evidence, is_rate_limit_header, is_reset_header, strictest
from apilint.openapi.schema import InputSchema, Schema
from apilint.openapi.search import Text
from apilint.openapi.security import EffectiveSecurity, OAuthFlow, RequiredScheme, SecurityRequirement, SecurityScheme
from apilint.openapi.servers import Server, WrittenHost, written_hosts
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
    "Text",
    "WrittenHost",
    "by_operation",
    "hookimpl",
    "is_cleartext",
    "is_rate_limit_header",
    "is_reset_header",
    "rule",
    "strictest",
    "words",
    "written_hosts",
]
