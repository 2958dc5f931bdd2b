"""What should not stand in a document that others read: found in the raw text, wherever it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apilint.analysis.secrets import Secret
    from apilint.openapi.api import Api
    from apilint.openapi.search import Text
    from apilint.reading.document import Document

_MOST = 1_000  # of one pattern in a document
_BEFORE, _AFTER = 110, 600
_LONGEST = 1_000_000  # characters of one value: it may be the whole of a very large document

# What a raw text is asked for: a literal without which the pattern is not tried, and the pattern. Something random
# behind a `_` or `-`, then the prefixes that end otherwise or are followed by such a sign. Patterns that begin with
# literal text are found ten times as fast as others.
_SHAPES = (
    ("_", r"_[A-Za-z0-9]{20}"),
    ("-", r"-[A-Za-z0-9]{20}"),
    ("A", r"A(?:[KSB]IA|Iza)[A-Za-z0-9_-]{16}"),
    ("GOCSPX-", r"GOCSPX-"),
    ("-us", r"-us[0-9]{1,2}"),
    ("sk-ant-", r"sk-ant-"),
    ("ATATT3xFf", r"ATATT3xFf"),
    ("pypi-AgE", r"pypi-AgE"),
    ("T3BlbkFJ", r"T3BlbkFJ"),
    ("hooks.slack.com", r"hooks\.slack\.com/services/T"),
    ("ccount", r"ccount[Kk]ey="),
    ("ya29.", r"ya29\."),
    ("SG.", r"SG\.[A-Za-z0-9_-]{22}\."),
    ("hv", r"hv[sb]\.[A-Za-z0-9_-]{90}"),
    (":AA", r":AA[A-Za-z0-9_-]{33}"),
    ("Q~", r"Q~[A-Za-z0-9_~.-]{31}"),
    ("gl", r"gl[a-z]{2,4}-[A-Za-z0-9_-]{20}"),
    ("://", r"://[^/\s:@\"']{0,60}:[^/\s:@\"']{6,100}@"),
    ("earer ", r"earer [A-Za-z0-9._~+/-]{20}"),
    ("asic ", r"asic [A-Za-z0-9+/]{12}"),
    ("BEGIN ", r"BEGIN (?:[A-Z]+ )?PRIVATE KEY"),
    ("ecret", r"ecret_?[Aa]ccess_?[Kk]ey[\"'\s:=]"),
)
_TOKENS = (r"eyJ(?<![A-Za-z0-9_-]eyJ)[A-Za-z0-9_-]{8,2000}\.eyJ",)


def spot(api: Api, patterns: tuple[str, ...]) -> Iterator[Text]:
    """Every text that holds what one of the patterns found in the raw documents; each should begin with literal text.

    Where a pattern has a group, texts are looked for by the group alone, as raw text has quotes, escapes and
    line breaks that values have not. Whether a text fits is therefore the caller's to see.
    """
    wanted: dict[str, None] = {}
    for document in api.documents.values():
        for pattern in patterns:
            for match in islice(re.finditer(pattern, document.distinct), _MOST):
                wanted[match[match.re.groups and 1].lower()] = None
    return api.search(tuple(wanted)) if wanted else iter(())


def credentials(api: Api) -> Iterator[tuple[Text, Secret]]:
    """Every credential that is no published sample, with the text that holds it; JSON Web Tokens are left out."""
    from apilint.analysis.secrets import JWT, find

    wanted = tuple(dict.fromkeys(one for document in api.documents.values() for one in _candidates(document)))
    for text in api.search(wanted) if wanted else ():
        yield from ((text, secret) for secret in find(text.value[:_LONGEST]) if secret.kind != JWT)


def tokens(api: Api) -> Iterator[tuple[Text, str]]:
    """Every whole JSON Web Token, with the text that holds it."""
    from apilint.analysis.secrets import JWT, find

    for text in spot(api, _TOKENS):
        yield from (
            (text, text.value[secret.start : secret.end])
            for secret in find(text.value[:_LONGEST])
            if secret.kind == JWT
        )


def _candidates(document: Document) -> Iterator[str]:
    """What to ask the values for: the first characters of all that may be a credential, in lower case."""
    from apilint.analysis.secrets import find

    text = document.distinct
    if document.format == "json":
        text = text.replace("\\/", "/")  # some writers escape it
    for literal, shape in _SHAPES:
        for match in islice(re.finditer(shape, text), _MOST) if literal in text else ():
            if "PRIVATE" in shape:
                # Its lines are joined or parted in the value otherwise than in the text.
                yield match[0].lower()
                continue
            stretch = text[max(0, match.start() - _BEFORE) : match.start() + _AFTER]
            for secret in find(stretch):
                yield stretch[secret.start : secret.end].split("\n")[0][:40].lower()
