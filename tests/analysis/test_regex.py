"""What patterns say: reading them, lengths, anchors, slips in classes, and what they accept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apilint.analysis.regex import admits, analyse, excludes, is_finite
from apilint.analysis.regex.urls import admits_any_host, admits_host, bypass, is_encrypted


@pytest.mark.parametrize(
    "pattern",
    [
        r"",
        r"^(?<year>[0-9]{4})-\k<year>\1$",
        r"^\/[^/]+\/$",
        r"^\u{1F600}\ud83d\ude00\u00e9\x41\cJ\0\t$",
        r"^\p{L}\p{Script=Greek}\p{gc=Lu}\P{White_Space}$",
        r"^[\-\]\[\b^.$*]+$",
        r"(?=a)(?!b)(?<=c)(?<!d)e{2,}?f*?g+?h??",
        r"[^]|[]",
        r"[a-]|[-a]|[0-9-_.]",
        r"\^\$\\\.\*\+\?\(\)\[\]\{\}\|\/",
        r"(?i:a)(?s-m:b)",
    ],
)
def test_valid(pattern: str) -> None:
    one = analyse(pattern)
    assert (one.error, one.deviations) == ("", ())


@pytest.mark.parametrize(
    "pattern",
    [
        "(a", "a)", "[a", "*", "a**", "a++", "a{2}{3}", "{2}", "^*", "(?<=a)+", "a{2,1}", "[z-a]", "(?i)a", "(?P<a>b)",
        "(?>a)", "(?#a)", "(?<1>a)", "(?<a>b)(?<a>c)", "a\\", r"\pL", r"\p{Foo}", r"\p{IsGreek}", r"\p{Greek}",
    ],
)  # fmt: skip
def test_invalid(pattern: str) -> None:
    assert analyse(pattern).error


@pytest.mark.parametrize(
    ("pattern", "grave"),
    [
        (r"\:", False), (r"\_", False), (r"\-", False), (r"a{,5}", True), (r"a{", False), ("]", False), ("}", False),
        (r"[a-\d]", False), (r"[\w-.]", False), (r"\A", True), (r"\Z", True), (r"\Qa\E", True), ("[[:alpha:]]", True),
        (r"\u{110000}", True), (r"\x4", True), (r"\c", True), (r"\1", True), ("(?=a)*", False),
    ],
)  # fmt: skip
def test_only_without_the_u_flag(pattern: str, grave: bool) -> None:
    one = analyse(pattern)
    assert one.error == ""
    assert any(each.grave for each in one.deviations) is grave
    assert one.deviations


@pytest.mark.parametrize(
    ("pattern", "shortest", "longest"),
    [
        ("^a{2,5}$", 2, 5),
        ("^(?:a|bcd)?$", 0, 3),
        ("^a*$", 0, None),
        ("^a{2,}$", 2, None),
        ("a{2,5}", 2, None),
        ("^a", 1, None),
        (r"^\u{1F600}\p{L}[^a]$", 3, 3),
        (r"^(a{1,4})\1$", 1, 8),
        ("^(?=a{9})b$", 1, 1),
        ("^(?:^a$|^bc$)$", 1, 2),
        ("^(a*){0}$", 0, 0),
        (r"^\+{3}\*$", 4, 4),
        ("(", 0, None),
        (r"\A[a-z]{1,5}\z", 3, None),
        # What refers to itself, or doubles what it refers to, is looked at once.
        (r"^((?:\1\1\1\1)+|a)$", 0, None),
        (r"^(a)" + "".join(rf"(\{n}\{n}\{n})" for n in range(1, 10)) + "$", 1, (3**10 - 1) // 2),
    ],
)
def test_lengths(pattern: str, shortest: int, longest: int | None) -> None:
    one = analyse(pattern)
    assert (one.shortest, one.longest) == (shortest, longest)
    assert is_finite(pattern) is (longest is not None)


def test_what_is_finite_for_practical_purposes() -> None:
    assert is_finite("^(?:[a-z]{1,63}\\.){1,4}$")
    assert not is_finite("^(?:(?:(?:a{1,999}){1,999}){1,999}){1,999}$")
    assert not is_finite("^" + "(" * 300 + "a" + ")" * 300 + "$")
    assert not is_finite("^a$" * 5000)


@pytest.mark.parametrize(
    ("pattern", "starts", "ends"),
    [
        ("^a$", ["anchored"], ["anchored"]),
        ("a|^b", ["loose", "anchored"], ["loose", "loose"]),
        ("(?:^a|b)$", ["anchored", "loose"], ["anchored"]),
        (".*a(?:.|\\n)*", ["open"], ["open"]),
        ("[^]*a[\\s\\S]+", ["open"], ["open"]),
        ("(?=x)^a$(?!.)", ["anchored"], ["anchored"]),
        ("(?<!.)a(?!.)", ["anchored"], ["anchored"]),
        ("(^)?a($)?", ["loose"], ["loose"]),
        ("\\^a\\$", ["loose"], ["loose"]),
    ],
)
def test_anchors(pattern: str, starts: list[str], ends: list[str]) -> None:
    one = analyse(pattern)
    assert (list(one.starts), list(one.ends)) == (starts, ends)


@pytest.mark.parametrize(
    "pattern",
    [".*", "^.*$", ".+", r"[\s\S]*", r"^(.|\n)*$", r"\S+", "", ".{1,64}", ".", "^(a|[^a])*$", "^", "$", r"^\s*.*"],
)
def test_permissive(pattern: str) -> None:
    assert analyse(pattern).is_permissive


@pytest.mark.parametrize(
    "pattern",
    [
        r"^.{1,64}$", r"^\S+$", r"^\S.*$", r"^(?!x).*$", "[a-z]", r"^\w*$", "^.+@.+$", "..", "(", r"^[^<>]*$",
        "^a|.{200,}$", r"^.*\S$",
    ],
)  # fmt: skip
def test_not_permissive(pattern: str) -> None:
    assert not analyse(pattern).is_permissive


@pytest.mark.parametrize(
    ("pattern", "part", "found"),
    [
        ("^[a-z]+$", "/", False),
        ("^[a-z/]+$", "/", True),
        ("^[a-z]+", "/", True),
        ("[a-z]+$", "/", True),
        ("^[a-z.]+$", "..", True),
        (r"^[a-z]+(\.[a-z]+)*$", "..", False),
        (r"^[a-z]+(\.[a-z]+)*$", ".", True),
        (r"^\.\.?$", "..", True),
        (r"^\.$", "..", False),
        ("^.*$", "\n", False),
        (r"^\s$", "\n", True),
        ("^[^/]*$", "\n", True),
        ("^a$|b", "/", True),
        ("^(?:ab|cd)+$", "bc", True),
        ("^(?:ab|cd)+$", "bb", False),
        ("^(?=[a-z/]+$)[a-z]+$", "/", False),
        ("(", "/", True),
        (r"\/$^a", "/", False),
    ],
)
def test_admits(pattern: str, part: str, found: bool) -> None:
    assert admits(pattern, part) is found


def test_excludes() -> None:
    assert excludes("^[a-z]+$", "/\\")
    assert not excludes("^[a-z/]+$", "/\\")
    assert excludes("^[a-z]+$", "\r\n")
    assert not excludes(r"^[^a]+$", "\r\n")


@given(
    st.from_regex(r"\A[ab]{0,6}\Z"), st.sampled_from(["^a*b$", "ab", "^(a|b)*a$", "^a|b$", "^(ab?)+$", "a{2,}b", "$a"])
)
def test_accepts_as_python_does(text: str, pattern: str) -> None:
    import re

    assert analyse(pattern).accepts(text) is bool(re.search(pattern, text))


@pytest.mark.parametrize(
    ("pattern", "slip"),
    [
        ("[A-z]", r"`[\]^_` and the backtick"),
        ("[0-z]", "also holds"),
        ("[a-z+-.]", "`,-`"),
        ("[.-_]", "letters or digits"),
        ("[a|b]", "`|`"),
        ("[a-z,A-Z]", "`,`"),
        ("[asc|desc]", "`|`"),
        ("[^]", "every character"),
        ("[]", "nothing"),
    ],
)
def test_slips(pattern: str, slip: str) -> None:
    assert slip in analyse(pattern).slips[0]


@pytest.mark.parametrize(
    "pattern",
    [
        "[A-Za-z0-9]",
        "[ -~]",
        "[!-~]",
        r"[!#-\[\]-~]",
        r"[\x21-\x5B]",
        "[0-9-_.]",
        "[!-/:-@]",
        "[À-ÿ]",
        "[0-9,]",
        "[^|,]",
        "[|]",
    ],
)
def test_no_slips(pattern: str) -> None:
    assert analyse(pattern).slips == ()


@pytest.mark.parametrize(
    ("pattern", "any_host", "encrypted", "around"),
    [
        (r"^https://api.example\.com/.*$", False, True, "a dot"),
        (r"^https://api\.example\.com/.*$", False, True, None),
        (r"^https://api\.example\.com", False, True, "nothing ends"),
        (r"https://api\.example\.com/", True, False, "`^` is missing"),
        (r"^https?://api\.example\.com/", False, False, "not encrypted"),
        (r"^https://[^/]+\.example\.com/.*$", True, True, "before the host"),
        (r"^https://([a-z0-9-]+\.)*example\.com(/.*)?$", False, True, None),
        (r"^https://[a-z.]+example\.com/", False, True, "no dot stands"),
        (r"^https://", True, True, None),
        (r"^https?://.+$", True, False, None),
        (r"^[a-z]+$", False, False, None),
        (r"^/v1/", False, False, None),
        (r"^https://(?=a).*", True, True, None),
    ],
)
def test_urls(pattern: str, any_host: bool, encrypted: bool, around: str | None) -> None:
    assert admits_any_host(pattern) is any_host
    assert pattern.startswith("^/") or is_encrypted(pattern) is encrypted
    found = bypass(pattern)
    assert (found is None) if around is None else (found is not None and around in found.why)


def test_the_way_around_a_pattern_is_one() -> None:
    import re

    for pattern in (r"^https://api.example\.com/?$", r"^https://api\.example\.com", r"^https://[^/]+\.example\.com/"):
        found = bypass(pattern)
        assert found is not None
        assert re.search(pattern, found.url)


def test_hosts() -> None:
    assert admits_host("^[a-z.]+$")
    assert not admits_host(r"^[a-z]+\.db\.example\.com$")


@given(st.text(alphabet="ab^$()[]{}|*+?.\\-,0123:<>=!kpuxdwsDWS/", max_size=30))
def test_nothing_raises(pattern: str) -> None:
    one = analyse(pattern)
    _ = (
        one.ambiguity,
        one.is_permissive,
        one.sample,
        one.longest,
        one.shortest,
        one.slips,
        one.repetitions,
        one.starts,
    )
    _ = (one.ends, one.admits("a"), one.accepts("ab"), one.accepts_start("a"), is_finite(pattern), bypass(pattern))
