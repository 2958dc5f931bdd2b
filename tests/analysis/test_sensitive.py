from __future__ import annotations

import pytest

from apilint.analysis.sensitive import is_verification_code, kind_of, named
from apilint.analysis.words import words

KINDS = {
    "password": "password newPassword user_password passwd password_hash passwordConfirmation pin otp "
    "encrypted_password security_answer one_time_password passwords password2 password_salt recovery_code",
    "card": "card_number cardNumber cvv cvc2 card_cvc pan credit_card security_code primary_account_number track_data",
    "secret": "secret client_secret webhookSecret apiSecret totp_secret secrets",
    "token": "access_token refreshToken id_token token jwt x-auth-token password_reset_token session_token",
    "key": "api_key apiKey x-api-key private_key secretKey secret_access_key ssh_private_key signingKey",
    "personal": "ssn date_of_birth birthDate dob passport_number passport iban national_id socialSecurityNumber "
    "dateofbirth drivers_license_number bank_account_number tax_file_number medical_record_number blood_type",
    "": "has_password password_set password_changed_at password_policy password_url password_id secret_name secret_id "
    "secretary page_token nextToken continuation_token csrf_token token_type tokens_used public_key primary_key key "
    "idempotency_key reset_password ssn_last_4 ssn_provided masked_card_number card_type company passing pineapple "
    "shipping access_key_id api_key_id publishable_key accountKey key_hash token_hash compass pan_id email name author",
}


@pytest.mark.parametrize(("name", "kind"), [(name, kind) for kind, names in KINDS.items() for name in names.split()])
def test_kind_of_a_name(name: str, kind: str) -> None:
    assert kind_of(name) == kind
    if kind:
        assert not set(words(name)).isdisjoint(named(kind))


def test_verification_codes() -> None:
    assert all(
        is_verification_code(name)
        for name in ("cvv", "cvc2", "card_security_code primary_account_number track_data", "security_code")
    )
    assert not any(is_verification_code(name) for name in ("card_number", "pan", "verification_code"))
