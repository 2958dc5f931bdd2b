"""Which names stand for passwords, secrets, tokens, keys, payment cards and regulated personal data."""

from __future__ import annotations

from functools import lru_cache

from apilint.analysis.words import words

# Each is compared with the end of a name, its words joined: `user_password` and `apiKey` match, while
# `password_policy`, `page_token`, `secretary` and `key_id` do not.
_ENDS = {
    "password": "password passwd pwd passphrase passcode securityanswer secretanswer securityquestionanswer otp "
    "otpcode pinblock cardpin userpin accountpin recoverycode backupcode passwordsalt",
    "card": "cardnumber cardno cardnum creditcard debitcard primaryaccountnumber cvv cvc cvvcode cvccode "
    "cardverificationcode cardverificationvalue cardsecuritycode cardcvv cardcvc trackdata magstripe",
    "secret": "secret sharedsecret clientsecret apisecret mfaseed totpseed otpseed recoveryphrase seedphrase "
    "mnemonicphrase",
    "token": "accesstoken refreshtoken idtoken authtoken authenticationtoken authorizationtoken bearer bearertoken "
    "sessiontoken securitytoken oauthtoken oauthaccesstoken apitoken logintoken usertoken secrettoken jwt jwttoken "
    "resettoken passwordtoken passwordresettoken resetpasswordtoken personalaccesstoken sessionkey sessionsecret "
    "botaccesstoken bottoken",
    "key": "apikey secretkey secretaccesskey privatekey signingkey encryptionkey masterkey sharedkey "
    "privatesshkey sshprivatekey storagekey symmetrickey presharedkey psk hmackey",
    "personal": "ssn socialsecuritynumber socialsecurityno socialinsurancenumber nationalid nationalidnumber "
    "nationalinsurancenumber nationalidentitynumber nationalidentificationnumber nino personnummer cpf aadhaar "
    "aadhaarnumber passportnumber passportno passportid dateofbirth birthdate birthday dob driverlicensenumber "
    "driverlicenceno driverlicense driverslicensenumber driverslicense drivinglicensenumber licenceplate iban "
    "bankaccountnumber taxpayerid taxidentificationnumber taxfilenumber medicalrecordnumber diagnosis bloodtype "
    "bloodgroup healthcondition medicalcondition hivstatus ethnicity religion sexualorientation politicalopinion",
}
_WHOLE = {
    "password": frozenset(("pin", "pass", "salt")),
    "card": frozenset(("pan", "csc", "securitycode")),
    "token": frozenset(("token",)),
    "key": frozenset(("accesskey",)),
    "personal": frozenset(("passport", "sin", "tin", "curp", "bsn")),
}
_KINDS = {end: kind for kind, ends in _ENDS.items() for end in ends.split()}
_LONGEST = 4  # words of an entry above
_AFTERTHOUGHTS = frozenset("confirmation confirm repeat value plain plaintext text again string cleartext".split())
_HASHES = frozenset(("hash", "digest", "salt"))
_QUESTIONS = frozenset(
    "is has had with without include exclude show hide require required need allow allowed enable enabled disable "
    "disabled no sort filter can must should use used force send generate reset forgot forgotten change changed update "
    "rotate expire expired remember supports support validate verify invalid missing".split()
)
_HARMLESS = frozenset("public publishable masked redacted obfuscated truncated partial hint example sample".split())


@lru_cache(maxsize=4096)
def kind_of(name: str) -> str:
    """Say what a property, parameter or header of this name holds, by whole words.

    Gives "password" (also PINs, one-time codes, hashes of passwords), "card" (number or verification code), "secret",
    "token", "key" (of an API or for cryptography), "personal" (regulated data on a person; no e-mail address, telephone
    number or name), or "" for all else, as for what is only about such a value: `has_password`,
    `password_changed_at`, `secret_id`, `token_type`, `public_key`.
    """
    parts = list(words(name))
    if len(parts) > 1 and parts[0] == "x":
        del parts[0]
    while len(parts) > 1 and parts[-1] in _AFTERTHOUGHTS:
        del parts[-1]
    hashed = len(parts) > 1 and parts[-1] in _HASHES
    if hashed:
        del parts[-1]
    if not parts or not _HARMLESS.isdisjoint(parts):
        return ""
    whole = "".join(parts)
    found = next((kind for kind, names in _WHOLE.items() if whole in names), "")
    if not found:
        for start in range(max(0, len(parts) - _LONGEST), len(parts)):
            found = _KINDS.get("".join(parts[start:]), "")
            if found:
                if start and parts[0] in _QUESTIONS:
                    return ""
                break
    # A hash of a password can be attacked offline; one of a long random value cannot.
    return found if not hashed or found == "password" else ""


def is_verification_code(name: str) -> bool:
    """Whether a name stands for the code printed on a payment card, which nobody may keep (PCI DSS, 3.3)."""
    return kind_of(name) == "card" and not {"cvv", "cvc", "csc", "verification", "security"}.isdisjoint(words(name))


CREDENTIALS = frozenset(("password", "secret", "token", "key"))

# Of each entry of more than one word, a word that few other names have.
_RARE = {
    "password": "password pwd passphrase answer otp pin recovery backup",
    "card": "card cvv cvc track primary security",
    "secret": "secret seed mnemonic recovery",
    "token": "token session jwt bearer",
    "key": "key secret",
    "personal": "social national passport birth driver driving licence license bank taxpayer tax medical blood health "
    "hiv sexual political aadhaar",
}


def named(*kinds: str) -> tuple[str, ...]:
    """Words for the `named=` of a rule: every name of one of these kinds has at least one of them."""
    found = {word for kind in kinds for word in _RARE[kind].split()}
    for kind in kinds:
        found.update(_ENDS[kind].split(), _WHOLE.get(kind, ()))
    return tuple(sorted(found))
