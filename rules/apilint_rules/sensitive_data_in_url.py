from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apilint.analysis.sensitive import kind_of
from apilint.api import Api, Confidence, Flag, Parameter, Severity, rule, words
from apilint.concepts.grouping import some_of
from apilint.concepts.secrecy import is_choice

_KINDS = {"personal": "personal data", "card": "payment card data"}
_CONTACTS = frozenset(("email", "emailaddress", "mail", "phone", "phonenumber", "mobile", "mobilenumber", "msisdn"))
# `birth_date[gte]`, `dob_from`: what follows only says how the value is compared.
_COMPARISONS = frozenset("gt gte lt lte eq ne from to min max before after start end since until in".split())
# Personal in the file of a person, and harmless as a filter of photographs; codes are credentials, which have a rule.
_ATTRIBUTES = frozenset(
    "ethnicity religion birthday orientation opinion plate diagnosis condition type group code cvv cvc".split()
)


class Options(NamedTuple):
    """What counts as sensitive beside regulated personal data."""

    contact_data: bool = False


@rule(
    "sensitive-data-in-url",
    on=Api,
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API3:2023", "OWASP-API8:2023", "CWE-598", "CWE-359"),
    options=Options,
)
def sensitive_data_in_url(api: Api, options: Options) -> Iterator[Flag]:
    """A query or path parameter carries regulated personal data.

    Addresses are written down: in access logs, proxies, browser histories, analytics and `Referer` headers.
    National numbers, card and account numbers or dates of birth in them spread to people and places that no
    data protection register knows about.

    Attack: an attacker with access to one log collects the social security numbers of everybody who was looked up.

    To fix: send the value in the body of a `POST` or `QUERY`, or look the person up by an identifier of your own.

    Options: `contact_data` (false): also e-mail addresses and telephone numbers.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /customers:
        get:
          parameters:
            - name: ssn  # flagged
              in: query
              schema: {type: string}
          responses:
            "200": {description: The customers}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Orders, version: "1"}
    paths:
      /customers/{customer_id}:
        get:
          parameters:
            - {name: customer_id, in: path, required: true, schema: {type: string, format: uuid}}
            - {name: email, in: query, schema: {type: string}}
          responses:
            "200": {description: The customer}
    ```
    """
    groups: dict[str, list[Parameter]] = {}
    for parameter in api.parameters:
        if parameter.location in ("query", "path"):
            groups.setdefault(parameter.name, []).append(parameter)
    for name, named in groups.items():
        found = [one for one in named if not is_choice(one)] if _kind(name, options) else []
        if not found:
            continue
        first, *others = found
        operations = list({id(one): one for parameter in (first, *others) for one in parameter.operations}.values())
        yield first.flag(
            "name",
            f"parameter `{name}` in {first.location} puts {_kind(name, options)} into the URL"
            + (f": {some_of(operations)}" if operations else ""),
            related=tuple((one, "here too") for one in others[:5]),
            operations=operations,
        )


def _kind(name: str, options: Options) -> str:
    parts = list(words(name))
    while len(parts) > 1 and parts[-1] in _COMPARISONS:
        parts.pop()
    if not parts or parts[-1] in _ATTRIBUTES:
        return ""
    found = _KINDS.get(kind_of("_".join(parts)), "")
    if not found and options.contact_data and {parts[-1], "".join(parts[-2:])} & _CONTACTS:
        return "personal data"
    return found
