"""What a pattern lets a URL be: any host or a certain one, with or without encryption, and how to get around it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from apilint.analysis.regex import analyse

if TYPE_CHECKING:
    from apilint.analysis.regex.pattern import Pattern
    from apilint.analysis.regex.tree import Tree

FOREIGN = "attacker.invalid"  # RFC 2606: nobody's
_STARTS = (f"https://{FOREIGN}", f"http://{FOREIGN}", f"//{FOREIGN}", f"HTTPS://{FOREIGN}", f"ftp://{FOREIGN}")
_ADDRESSES = ("https://169.254.169.254/", "http://169.254.169.254/", "https://10.0.0.1/", "http://10.0.0.1/")
_ENDS = ("", "/", "/a")


class Bypass(NamedTuple):
    """A URL that a pattern for a certain host should not accept, and why it does."""

    url: str
    why: str
    is_host: bool  # it leads to another host


@lru_cache(maxsize=1024)
def admits_any_host(text: str) -> bool:
    """Whether a pattern accepts URLs with hosts that its author did not choose; False if it accepts no URL."""
    pattern = analyse(text)
    return any(pattern.accepts_start(start + end) for start in _STARTS for end in ("/", ":")) or any(
        pattern.accepts(one) for one in (*_STARTS, *_ADDRESSES)
    )


@lru_cache(maxsize=1024)
def admits_host(text: str) -> bool:
    """Whether a pattern for a host or an address accepts such as its author did not choose."""
    pattern = analyse(text)
    return any(pattern.accepts(one) for one in (FOREIGN, "attacker", "169.254.169.254", "10.0.0.1", "localhost"))


def is_encrypted(text: str) -> bool:
    """Whether all URLs that a pattern accepts are https or wss."""
    pattern = analyse(text)
    others = ("http:", "HTTP:", "//", "ftp:", "file:", "a", "10.0.0.1", "data:", "gopher:")
    return not any(pattern.accepts_start(other) for other in others)


@lru_cache(maxsize=1024)
def bypass(text: str) -> Bypass | None:
    """A way around a pattern that fixes the host of a URL; None for other patterns and for those without one."""
    if "://" not in text.replace("\\", ""):
        return None
    pattern = analyse(text)
    # As it would be with the `^` that may be missing: whether it means to fix the host at all.
    meant = analyse(text if "loose" not in pattern.starts else f"^(?:{text})")
    if not meant.is_exact or _is_free(meant):
        return None
    dotted = _unescaped_dot(pattern)
    if dotted is not None:
        return dotted
    scheme, separator, rest = _sample(meant).partition("://")
    host = _host(rest)
    if not separator or "." not in host or not scheme.isalnum():
        return None
    for url, why in _ways(scheme, host, rest[len(host) :], anchored=meant is pattern):
        if pattern.accepts(url):
            return Bypass(url, why, True)
    if scheme == "http" or (scheme == "https" and pattern.accepts(f"http://{rest}")):
        return Bypass(f"http://{rest}", "it is not encrypted", False)
    return None


def _is_free(pattern: Pattern) -> bool:
    """Whether the pattern takes any host from the start on, and so does not mean to fix it."""
    return any(pattern.accepts(start + end) for start in _STARTS for end in _ENDS)


def _sample(pattern: Pattern) -> str:
    """A URL that the pattern accepts, encrypted if it can be."""
    found = pattern.sample or ""
    if found.startswith("http://") and pattern.accepts("https" + found[4:]):
        return "https" + found[4:]
    return found


def _unescaped_dot(pattern: Pattern) -> Bypass | None:
    """A `.` between the letters of a literal host, which stands for any character."""
    for alternative in pattern.alternatives:
        written = "".join(_literally(alternative))
        scheme, separator, rest = written.partition("://")
        host = _host(rest.partition("\0")[0])
        for index in range(1, len(host) - 1):
            if host[index] == "\1" and host[index - 1].isalnum() and host[index + 1].isalnum():
                changed = host[:index] + "x" + host[index + 1 :].replace("\1", ".")
                url = f"{scheme.replace(chr(0), '')}{separator}{changed}".replace("\1", ".")
                return Bypass(url, "a dot in the host is not escaped", "." in changed)
    return None


def _literally(tree: Tree) -> Iterator[str]:
    """The literal text of a pattern, a `.` as "\\1" and what may vary as "\\0"."""
    from apilint.analysis.regex.tree import Alt, Assertion, Chars, Group, Repeat, Seq

    if isinstance(tree, Seq):
        for item in tree.items:
            yield from _literally(item)
    elif isinstance(tree, Group) and not isinstance(tree.item, Alt):
        yield from _literally(tree.item)
    elif isinstance(tree, Chars):
        low, high = tree.ranges[0] if tree.ranges else (0, 1)
        yield chr(low) if len(tree.ranges) == 1 and low == high else "\1" if tree.text == "." else "\0"
    elif isinstance(tree, Repeat) and (tree.low, tree.high) == (0, 1) and isinstance(tree.item, Chars):
        # The `s?` of `https?`.
        yield tree.item.text if tree.item.text == "s" else "\0"
    elif not isinstance(tree, Assertion):
        yield "\0"


def _host(rest: str) -> str:
    for index, sign in enumerate(rest):
        if sign in "/?#\\":
            return rest[:index]
    return rest


def _ways(scheme: str, host: str, tail: str, *, anchored: bool) -> Iterator[tuple[str, str]]:
    """URLs that lead elsewhere, each with the slip that lets it in; nearest to what is written first."""
    base = f"{scheme}://"
    if not anchored:
        yield f"{base}{FOREIGN}/?{base}{host}{tail}", "`^` is missing"
    for end in (f".{FOREIGN}", f"@{FOREIGN}", FOREIGN):
        for rest in dict.fromkeys((tail, "", "/", f"/{tail.lstrip('/')}")):
            yield f"{base}{host}{end}{rest}", "nothing ends the host"
    suffix = host.partition(".")[2]
    for sign in "/\\#?":
        yield f"{base}{FOREIGN}{sign}.{suffix}{tail}", f"it lets a `{sign}` stand before the host"
        yield f"{base}{FOREIGN}{sign}{host}{tail}", f"it lets a `{sign}` stand before the host"
        yield f"{base}{FOREIGN}{sign}@{host}{tail}", f"it lets a `{sign}` stand before the host"
    if "." in suffix:
        yield f"{base}{FOREIGN.replace('.', '')}{suffix}{tail}", "no dot stands before the host's name"
