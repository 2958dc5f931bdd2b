"""Data on people and their accounts, by checksum and by reserved range: what was made up is told from what may be real.

What vendors and standards publish as samples is allowed.
"""

from __future__ import annotations

import re
from itertools import pairwise

# Of the payment networks and processors, for tests; every one passes the check digit.
_TEST_CARDS = frozenset(
    "4242424242424242 4000056655665556 5555555555554444 2223003122003222 5200828282828210 5105105105105100 "
    "378282246310005 371449635398431 6011111111111117 6011000990139424 6011981111111113 3056930009020004 "
    "36227206271667 6555900000604105 3566002020360505 6200000000000005 6200000000000047 6205500000000000004 "
    "4111111111111111 4012888888881881 4222222222222 4000000000000002 4000000000000077 4000000000003220 "
    "4000002500003155 4000002760003184 4000003560000008 4000008260003178 4000000000009995 4000000000000341 "
    "4000000000000069 4000000000000127 4000000000000119 4007000000027 4012000033330026 4005519200000004 "
    "4009348888881881 4012000077777777 4217651111111119 4500600000000061 4000111111111115 4917610000000000 "
    "4988438843884305 4166676667666746 4646464646464644 4000620000000007 4000060000000006 4293189100000008 "
    "4988080000000000 5555341244441115 5577000055770004 5555555555555557 5136333333333335 5585558555855583 "
    "5424000000000015 5454545454545454 5406004444444443 2222400010000008 2222400030000004 2222410740360010 "
    "2223000048410010 2223520443560010 371144371144376 341134113411347 370000000000002 378734493671000 30569309025904 "
    "38520000023237 36006666333344 36259600000004 6011000400000000 6011601160116611 6445644564456445 3530111333300000 "
    "3569990010095841 5019717010103742 6331101999990016 6759649826438453 6304000000000000 5018000000000009 "
    "4263982640269299 4263970000005262 4917484589897107 4001919257537193 5123456789012346 5111111111111118 "
    "4508750015741019 4035501000000008 4360000001000005 4444333322221111 4911830000000 4917300800000000 "
    "4462030000000000 5500000000000004 340000000000009 30000000000004 6011000000000004 201400000000009".split()
)
# Of the registry of IBANs, of banks' own pages, and of processors, for tests.
_SAMPLE_IBANS = frozenset(
    "AD1200012030200359100100 AE070331234567890123456 AL47212110090000000235698741 AT611904300234573201 "
    "AZ21NABZ00000000137010001944 BA391290079401028494 BE68539007547034 BE71096123456769 BG80BNBG96611020345678 "
    "BH67BMAG00001299123456 BR1800360305000010009795493C1 CH9300762011623852957 CH5604835012345678009 "
    "CR05015202001026284066 CY17002001280000001200527600 CZ6508000000192000145399 CZ9455000000001011038930 "
    "DE89370400440532013000 DE91100000000123456789 DE75512108001245126199 DE12500105170648489890 "
    "DE27100777770209299700 DK5000400440116243 DO28BAGR00000001212453611324 EE382200221020145685 "
    "ES9121000418450200051332 ES7921000813610123456789 ES0700120345030000067890 ES8023100001180000012345 "
    "FI2112345600000785 FO6264600001631634 FR1420041010050500013M02606 FR7630006000011234567890189 "
    "FR7630004000031234567890143 FR7630001007941234567890185 GB29NWBK60161331926819 GB82WEST12345698765432 "
    "GB33BUKB20201555555555 GB94BARC10201530093459 GE29NB0000000101904917 GI75NWBK000000007099453 GL8964710001000206 "
    "GR1601101250000000012300695 GT82TRAJ01020000001210029690 HR1210010051863000160 HU42117730161111101800000000 "
    "IE29AIBK93115212345678 IE64IRCE92050112345678 IL620108000000099999999 IS140159260076545510730339 "
    "IT60X0542811101000000123456 JO94CBJO0010000000000131000302 KW81CBKU0000000000001234560101 KZ86125KZT5004100100 "
    "KZ563190000012344567 LB62099900000001001901229114 LI21088100002324013AA LT121000011101001000 "
    "LT601010012345678901 LU280019400644750000 LU120010001234567891 LV80BANK0000435195001 LV97HABA0012345678910 "
    "MC5811222000010123456789030 MD24AG000225100013104168 ME25505000012345678951 MK07250120000058984 "
    "MR1300020001010000123456753 MT84MALT011000012345MTLCAST001S MU17BOMM0101101030300200000MUR NL91ABNA0417164300 "
    "NL39RABO0300065264 NL02ABNA0123456789 NO9386011117947 PK36SCBL0000001123456702 PL61109010140000071219812874 "
    "PL10105000997603123456789123 PS92PALS000000000400123456702 PT50000201231234567890154 PT50002700000001234567833 "
    "QA58DOHB00001234567890ABCDEFG RO49AAAA1B31007593840000 RO09BCYP0000001234567890 RS35260005601001611379 "
    "SA0380000000608010167519 SA4420000001234567891234 SE4550000000058398257466 SE3550000000054910000003 "
    "SE7280000810340009783242 SI56263300012039086 SI56192001234567892 SK3112000000198742637541 "
    "SK8975000000000012345671 SM86U0322509800000000270100 TN5910006035183598478831 TR330006100519786457841326 "
    "UA213223130000026007233566001 VG96VPVG0000012345678901 XK051212012345678906".split()
)
_CONSUMER_MAIL = frozenset(
    "gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.fr yahoo.de yahoo.co.in yahoo.co.jp ymail.com hotmail.com "
    "hotmail.co.uk hotmail.fr hotmail.de outlook.com live.com msn.com icloud.com me.com aol.com gmx.de gmx.net "
    "gmx.com web.de t-online.de mail.ru yandex.ru qq.com 163.com 126.com proton.me protonmail.com orange.fr free.fr "
    "libero.it".split()
)
_MADE_UP = frozenset(
    "example sample test tester user username name email mail your yourname me you someone somebody foo bar baz abc "
    "xyz john jane doe johndoe janedoe jdoe max mustermann joe bloggs alice bob eve jenny rosen smith jsmith "
    "johnsmith dummy fake demo noreply admin support info contact hello customer client employee recipient sender "
    "owner firstname lastname first last".split()
)


def card_network(value: str) -> str:
    """The network of a payment card's number that passes the check digit and is none published for tests, or ""."""
    digits = value.replace(" ", "").replace("-", "")
    if not 13 <= len(digits) <= 19 or not digits.isascii() or not digits.isdigit() or len(value) > 23:
        return ""
    network = _network(digits)
    if not network or digits in _TEST_CARDS or _is_monotonous(digits):
        return ""
    from stdnum import luhn

    return network if luhn.is_valid(digits) else ""


def _network(digits: str) -> str:
    """By the first digits and the length (ISO/IEC 7812); of rarer networks any number may look to be."""
    two, four, length = int(digits[:2]), int(digits[:4]), len(digits)
    if digits[0] == "4" and length in (13, 16, 19):
        return "Visa"
    if length == 16 and (51 <= two <= 55 or 2221 <= four <= 2720):
        return "Mastercard"
    if two in (34, 37) and length == 15:
        return "American Express"
    if length == 16 and (four == 6011 or two == 65 or 3528 <= four <= 3589):
        return "Discover" if digits[0] == "6" else "JCB"
    return ""


def is_iban(value: str) -> bool:
    """Whether a text is the number of a bank account whose check digits fit, and that is no published sample."""
    plain = value.replace(" ", "").upper()
    if not 15 <= len(plain) <= 34 or not plain[:2].isalpha() or not plain[2:4].isdigit() or not plain.isascii():
        return False
    if plain in _SAMPLE_IBANS or _is_monotonous(plain[4:]) or not any(sign.isdigit() for sign in plain[4:]):
        return False
    from stdnum import iban

    return bool(iban.is_valid(plain, check_country=False))


def is_social_security_number(value: str) -> bool:
    """Whether a text is a US social security number that may have been issued (123-45-6789 is one that all make up)."""
    if not re.fullmatch(r"\d{3}-\d{2}-\d{4}", value, re.ASCII):
        return False
    digits = value.replace("-", "")
    if _is_monotonous(digits) or len(set(digits)) < 4:
        return False
    from stdnum.us import ssn

    return bool(ssn.is_valid(value))


def consumer_address(text: str) -> str:
    """The first e-mail address in a text that is at a mail service for everybody and not plainly made up, or ""."""
    for match in re.finditer(r"(?<![\w.+-])([A-Za-z0-9._+-]{1,64})@([A-Za-z0-9.-]{4,60})", text[:20_000]):
        name, domain = match[1].lower(), match[2].lower().rstrip(".")
        if domain in _CONSUMER_MAIL and not _is_made_up(name):
            return match[0].rstrip(".")
    return ""


def _is_made_up(name: str) -> bool:
    found = re.findall(r"[a-z]+", name)
    return not found or len(name) < 4 or any(word in _MADE_UP for word in found) or "example" in name or "test" in name


def is_telephone_number(value: str) -> bool:
    """Whether a text is a whole telephone number outside the ranges that are reserved for fiction, and not made up.

    North America keeps 555-0100 to 555-0199, Britain and others have ranges of their own.
    """
    digits = re.sub(r"[ ().-]", "", value)
    if not re.fullmatch(r"\+[1-9]\d{9,14}", digits, re.ASCII) or _is_monotonous(digits[-7:]) or "555" in digits:
        return False
    if len(set(digits[2:])) < 5 or re.search(r"0000|1234|2345|3456|4567|5678|6789|9876|8765|4321", digits):
        return False
    if digits.startswith("+1"):
        return bool(re.fullmatch(r"\+1[2-9]\d{2}[2-9]\d{6}", digits))
    return not re.match(
        r"\+44(?:7700900|1632960|2079460|1134960|1144960|1154960|1164960|1174960|1214960|1314960)", digits
    )


def _is_monotonous(text: str) -> bool:
    """Whether a number repeats one or two digits, a block of them, or counts."""
    if len(set(text)) <= 2:
        return True
    steps = {(ord(after) - ord(before)) % 10 for before, after in pairwise(text)}
    if len(steps) == 1:
        return True
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, len(text) // 2 + 1)) or (
        "123456" in text or "987654" in text
    )
