from __future__ import annotations

from collections.abc import Iterator

from apilint.api import Api, Confidence, Flag, Node, Severity, rule, words
from apilint.concepts.samples import sample_texts

_TELEPHONES = frozenset("phone telephone tel mobile cell fax msisdn sms whatsapp".split())
_NUMBERS = frozenset("ssn social security tax tin number id identification identifier".split())
_CARDS = frozenset("card pan number cardnumber".split())


@rule(
    "pii-in-example",
    on=Api,
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    refs=("OWASP-API3:2023", "CWE-359"),
)
def pii_in_example(api: Api) -> Iterator[Flag]:
    """An example holds what may be a real person's data.

    Numbers of cards, accounts and persons carry check digits, and hardly anybody works them out for an example:
    one that is right was mostly copied from a real record. E-mail addresses at a service for everybody belong to
    somebody, too.

    Published test numbers, ranges that are reserved for fiction (555-0100), `example.com` and addresses that are
    plainly made up are left alone. A telephone number has no check digit, and is a guess. The value is masked in
    every output.

    Attack: an attacker who reads the documentation gets the data of a customer, or of the colleague who wrote it.

    To fix: take a test number of the card network, the sample IBAN of the bank registry, `555-0100` or `example.com`.

    ```yaml fail
    openapi: 3.0.3
    info: {title: Payments, version: "1"}
    paths:
      /payments:
        post:
          requestBody:
            content:
              application/json:
                example:
                  email: h.tulip.radish@gmail.com  # flagged
                  amount: 10
          responses:
            "201": {description: Paid}
    ```

    ```yaml pass
    openapi: 3.0.3
    info: {title: Payments, version: "1"}
    paths:
      /payments:
        post:
          requestBody:
            content:
              application/json:
                example:
                  card_number: "4242424242424242"
                  iban: DE89370400440532013000
                  email: jenny@example.com
                  phone: +1 202 555 0143
          responses:
            "201": {description: Paid}
    ```
    """
    found: dict[tuple[str, str], list[Node]] = {}
    for name, text, place, keys in sample_texts(api):
        if 9 <= len(text) <= 200 and text not in ("", name):
            what = _what(name, text)
            if what is not None:
                found.setdefault(what, []).append(place.child(keys) if keys else place)
    for (kind, value), places in found.items():
        more = f", in {len(places)} places" if len(places) > 1 else ""
        guess = kind == "a telephone number"
        yield places[0].flag(
            None,
            f"{places[0].label}: an example holds {kind} that may be real{more}",
            confidence=Confidence.LOW if guess else Confidence.MEDIUM,
            related=tuple((other, "the same here") for other in places[1:]),
            secret=value,
        )


def _what(name: str, text: str) -> tuple[str, str] | None:
    """What a text may be, and the part of it that is; cheap tests of its characters come first."""
    from apilint.analysis import personal

    if "@" in text:
        address = personal.consumer_address(text)
        return ("an e-mail address", address) if address else None
    first = text[0]
    if len(text) > 42 or not (first.isdigit() or first == "+" or first == "(" or text[2:4].isdigit()):
        return None
    if text[2:4].isdigit() and personal.is_iban(text):
        return "an IBAN", text
    if (
        len(text) == 11
        and text[3] == "-"
        and not _NUMBERS.isdisjoint(words(name))
        and personal.is_social_security_number(text)
    ):
        return "a US social security number", text
    if first in "23456" and len(text) >= 13:
        network = personal.card_network(text)
        if network and _CARDS.isdisjoint(words(name)):
            # One number in ten passes the check digit by chance, so other names must not claim more.
            return None
        return ("a card number", text) if network else None
    if not _TELEPHONES.isdisjoint(words(name)) and personal.is_telephone_number(text):
        return "a telephone number", text
    return None
