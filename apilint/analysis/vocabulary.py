"""The keys that objects of OpenAPI documents may have, of all versions together, and near misses of them. No model."""

from __future__ import annotations

from functools import lru_cache

# JSON Schema from draft 4 to 2020-12, and what OpenAPI adds.
SCHEMA_KEYS = frozenset(
    "$ref $id id $schema $anchor $dynamicRef $dynamicAnchor $recursiveRef $recursiveAnchor $vocabulary $comment $defs "
    "definitions allOf anyOf oneOf not if then else dependentSchemas dependentRequired dependencies prefixItems items "
    "additionalItems contains minContains maxContains unevaluatedItems properties patternProperties "
    "additionalProperties propertyNames unevaluatedProperties type enum const multipleOf divisibleBy maximum minimum "
    "exclusiveMaximum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems maxProperties "
    "minProperties required format contentEncoding contentMediaType contentSchema title description default deprecated "
    "readOnly writeOnly example examples nullable discriminator xml externalDocs extends disallow".split()
)
PARAMETER_KEYS = frozenset(
    "$ref name in summary description required deprecated allowEmptyValue style explode allowReserved schema example "
    "examples content collectionFormat".split()
)
ROOT_KEYS = frozenset(
    "openapi swagger $self info jsonSchemaDialect servers paths webhooks components security tags externalDocs host "
    "basePath schemes consumes produces definitions parameters responses securityDefinitions".split()
)
PATH_ITEM_KEYS = frozenset(
    "$ref summary description servers parameters get put post delete options head patch trace query "
    "additionalOperations".split()
)
OPERATION_KEYS = frozenset(
    "tags summary description externalDocs operationId parameters requestBody responses callbacks deprecated security "
    "servers consumes produces schemes".split()
)
REQUEST_BODY_KEYS = frozenset("$ref summary description content required".split())
RESPONSE_KEYS = frozenset("$ref summary description headers content links schema examples".split())
MEDIA_TYPE_KEYS = frozenset("$ref schema itemSchema example examples encoding prefixEncoding itemEncoding".split())
COMPONENTS_KEYS = frozenset(
    "schemas responses parameters examples requestBodies headers securitySchemes links callbacks pathItems "
    "mediaTypes".split()
)
SECURITY_SCHEME_KEYS = frozenset(
    "$ref type summary description name in scheme bearerFormat flows openIdConnectUrl oauth2MetadataUrl deprecated "
    "flow authorizationUrl tokenUrl scopes".split()
)
FLOW_KEYS = frozenset("authorizationUrl deviceAuthorizationUrl tokenUrl refreshUrl scopes".split())
_LONGEST = 40  # letters of a key that may be misspelled
_SHORTEST = 5  # letters of words that are compared letter by letter: shorter ones are near to too many others
_LONG = 8  # letters from which on two slips are let through


@lru_cache(maxsize=4096)
def misspelled(key: str, meant: tuple[str, ...]) -> tuple[str, bool]:
    """Which of some keys was meant by one that does not exist, and whether that is sure; an empty string if none.

    It is sure where only case, `_` or `-` differ: `maxlength`, `read_only`.
    """
    words = meant if len(key) <= _LONGEST else ()
    plain = _plain(key)
    for word in words:
        if plain == _plain(word):
            return word, True
    near = [
        (slips, word)
        for word in words
        if min(len(key), len(word)) >= _SHORTEST
        and (slips := _slips(plain, _plain(word))) <= (2 if len(word) >= _LONG else 1)
    ]
    return (min(near)[1], False) if near else ("", False)


def _plain(word: str) -> str:
    return word.replace("_", "").replace("-", "").lower()


def _slips(one: str, other: str) -> int:
    """How many slips lie between two words: a letter too much, missing, wrong, or two exchanged; 3 for any more."""
    # Two slips make or take away four letters at most; most words are told apart by that.
    if abs(len(one) - len(other)) > 2 or len(frozenset(one).symmetric_difference(other)) > 4:
        return 3
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return min(row[-1], 3)
