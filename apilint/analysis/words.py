"""Identifiers taken apart into words, so that rules compare whole words and never letters inside them."""

from __future__ import annotations

import re
from functools import lru_cache

# An acronym before a word, a word with or without its capital, an acronym; letters beyond ASCII count as small ones.
_WORD = re.compile(r"[A-Z]+(?=[A-Z][^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+|[A-Z]+")
_MOST_CHARACTERS = 200
_NO_PLURAL_ENDS = ("ss", "us", "is")
_NO_PLURALS = frozenset("has was does gas sms dns tls https cors aws news".split())
_PLURALS = frozenset(("apis", "uris"))  # whose ending is otherwise that of a singular
_LONG_PLURAL_ENDS = ("sses", "xes", "ches", "shes")


@lru_cache(maxsize=32_768)
def words(identifier: str) -> tuple[str, ...]:
    """Split at `-_./`, other signs, digits and camelCase; lower case, singular: `userIDs[]` is ("user", "id")."""
    found = _WORD.findall(identifier[:_MOST_CHARACTERS].replace("IDs", "Ids"))
    return tuple(_singular(word.lower()) for word in found)


def _singular(word: str) -> str:
    if word in _PLURALS:
        return word[:-1]
    if len(word) < 3 or not word.endswith("s") or word.endswith(_NO_PLURAL_ENDS) or word in _NO_PLURALS:
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(_LONG_PLURAL_ENDS) else word[:-1]
