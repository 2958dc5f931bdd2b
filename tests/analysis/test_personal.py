"""Numbers with check digits. Those that pass are worked out here and belong to nobody that we know of."""

from __future__ import annotations

import pytest

from apilint.analysis import personal


def card(prefix: str, length: int = 16) -> str:
    """The prefix, something that is no sample, and the check digit."""
    digits = (prefix + "739152846073915284")[: length - 1]
    total = 0
    for position, digit in enumerate(reversed(digits)):
        double = int(digit) * (2 if position % 2 == 0 else 1)
        total += double - 9 if double > 9 else double
    return digits + str(-total % 10)


def account(country: str, rest: str) -> str:
    number = int("".join(str(int(sign, 36)) for sign in f"{rest}{country}00"))
    return f"{country}{98 - number % 97:02}{rest}"


@pytest.mark.parametrize(
    ("value", "network"),
    [
        (card("4"), "Visa"),
        (card("52"), "Mastercard"),
        (card("2500"), "Mastercard"),
        (card("37", 15), "American Express"),
        (card("6011"), "Discover"),
        (card("3540"), "JCB"),
        (" ".join(card("4")[start : start + 4] for start in range(0, 16, 4)), "Visa"),
        (card("4")[:-1] + str((int(card("4")[-1]) + 1) % 10), ""),  # the check digit is wrong
        ("4242424242424242", ""),
        ("4242 4242 4242 4242", ""),
        ("378282246310005", ""),
        ("4444444444444444", ""),
        ("1" * 16, ""),
        (card("9"), ""),
        ("1700000000000", ""),  # a time in milliseconds
        ("4", ""),
        ("", ""),
        ("４２４２４２４２４２４２４２４２", ""),
    ],
)
def test_cards(value: str, network: str) -> None:
    assert personal.card_network(value) == network


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (account("DE", "739152846073915284"), True),
        (account("GB", "WXYZ73915284607391"), True),
        ("DE89370400440532013000", False),
        ("DE89 3704 0044 0532 0130 00", False),
        ("DE00739152846073915284", False),
        ("GB82WEST12345698765432", False),
        ("DE", False),
        ("0" * 20, False),
    ],
)
def test_ibans(value: str, expected: bool) -> None:
    assert personal.is_iban(value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("536-" + "22-8746", True),
        ("078-05-1120", False),  # printed on a wallet insert, and used by thousands
        ("219-09-9999", False),
        ("123-45-6789", False),
        ("000-12-3456", False),
        ("666-12-3456", False),
        ("912-12-3456", False),
        ("111-11-1111", False),
        ("536228746", False),
    ],
)
def test_social_security_numbers(value: str, expected: bool) -> None:
    assert personal.is_social_security_number(value) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("h.tulip.radish@gmail.com", "h.tulip.radish@gmail.com"),
        ("write to h.tulip.radish@Yahoo.co.uk.", "h.tulip.radish@Yahoo.co.uk"),
        ("john.doe@gmail.com", ""),
        ("user123@gmail.com", ""),
        ("your.name@gmail.com", ""),
        ("tulip@example.com", ""),
        ("tulip@gmail.example", ""),
        ("@gmail.com", ""),
    ],
)
def test_addresses(text: str, expected: str) -> None:
    assert personal.consumer_address(text) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("+1 (415) 739-2846", True),
        ("+49 30 73915284", True),
        ("+1 202 555 0143", False),
        ("+1 415 555 2671", False),
        ("+15551234567", False),
        ("+44 7700 900123", False),
        ("+1 123 739 2846", False),
        ("415 739 2846", False),
        ("+111111111111", False),
    ],
)
def test_telephone_numbers(value: str, expected: bool) -> None:
    assert personal.is_telephone_number(value) is expected
