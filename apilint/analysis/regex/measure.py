"""What the tree tells without an automaton: lengths, anchors, greatest repetitions, slips in character classes."""

from __future__ import annotations

from apilint.analysis.regex import charset
from apilint.analysis.regex.parser import Class, Member, Parsed
from apilint.analysis.regex.tree import Alt, Assertion, Back, Chars, Group, Look, Repeat, Seq, Tree

ANCHORED, OPEN, LOOSE = "anchored", "open", "loose"
_MOST_ALTERNATIVES = 1_000
_LAST_PRINTABLE = 0x7E
_FEW = 3
# The runs of signs in ASCII, which people write on purpose.
_BLOCKS = frozenset(("!/", ":@", "[`", "{}", "*/", "#&"))


def widths(tree: Tree, groups: dict[str, Tree]) -> tuple[int, int | None]:
    """The least and the greatest number of characters that a tree consumes; None for no limit."""
    return _widths(tree, groups, {})


def _widths(tree: Tree, groups: dict[str, Tree], known: dict[str, int | None]) -> tuple[int, int | None]:
    if isinstance(tree, Chars):
        return 1, 1
    if isinstance(tree, Seq):
        return _sum([_widths(item, groups, known) for item in tree.items])
    if isinstance(tree, Alt):
        found = [_widths(option, groups, known) for option in tree.options]
        highs = [high for _, high in found if high is not None]
        return min(low for low, _ in found), max(highs) if len(highs) == len(found) else None
    if isinstance(tree, Group):
        return _widths(tree.item, groups, known)
    if isinstance(tree, Repeat):
        low, high = _widths(tree.item, groups, known)
        if high == 0 or tree.high == 0:
            return 0, 0
        return low * tree.low, None if high is None or tree.high is None else high * tree.high
    if isinstance(tree, Back) and tree.name in groups:
        if tree.name not in known:
            known[tree.name] = None  # for what refers to itself
            known[tree.name] = _widths(groups[tree.name], groups, known)[1]
        # The group may not have taken part, and then its text is empty.
        return 0, known[tree.name]
    return 0, 0


def _sum(found: list[tuple[int, int | None]]) -> tuple[int, int | None]:
    total: int | None = 0
    for _, high in found:
        total = None if total is None or high is None else total + high
    return sum(low for low, _ in found), total


def edges(tree: Tree, *, end: bool) -> list[str]:
    """How each alternative begins (or ends): anchored, open to any text as written (`.*`), or loose."""
    if isinstance(tree, Alt):
        return [edge for option in tree.options for edge in edges(option, end=end)][:_MOST_ALTERNATIVES]
    if isinstance(tree, Group):
        return edges(tree.item, end=end)
    if isinstance(tree, Repeat) and is_wild(tree):
        return [OPEN]
    if isinstance(tree, Assertion):
        return [ANCHORED if tree.kind == ("$" if end else "^") else LOOSE]
    if isinstance(tree, Seq):
        return _edges_of_items(tree.items[::-1] if end else tree.items, end)
    return [LOOSE]


def _edges_of_items(items: tuple[Tree, ...], end: bool) -> list[str]:
    for item in items:
        if isinstance(item, Look) or (isinstance(item, Assertion) and item.kind in "bB"):
            if _look_anchors(item, end):
                return [ANCHORED]
            continue
        return edges(item, end=end)
    return [LOOSE]


def _look_anchors(item: Tree, end: bool) -> bool:
    """Whether an assertion is an anchor in other words: `(?!.)`, `(?<!.)`, `(?=$)`."""
    if not isinstance(item, Look) or item.ahead is not end:
        return False
    if item.negative:
        return isinstance(item.item, Chars) and _covers_text(item.item)
    return set(edges(item.item, end=end)) == {ANCHORED}


def is_wild(tree: Tree) -> bool:
    """Whether a tree is `.*` or `.+` in any spelling."""
    if isinstance(tree, Group):
        return is_wild(tree.item)
    if not isinstance(tree, Repeat) or tree.high is not None or tree.low > 1:
        return False
    item: Tree = tree.item
    while isinstance(item, Group):
        item = item.item
    if isinstance(item, Alt) and all(isinstance(option, Chars) for option in item.options):
        item = Chars(charset.union(option.ranges for option in item.options if isinstance(option, Chars)), "")
    return isinstance(item, Chars) and _covers_text(item)


def _covers_text(chars: Chars) -> bool:
    return charset.union((chars.ranges, charset.LINE_ENDS)) == charset.EVERYTHING


def repetitions(tree: Tree) -> tuple[int, int]:
    """The greatest number of a single `{n,m}`, and the greatest product of nested ones."""
    if isinstance(tree, (Seq, Alt)):
        parts = [repetitions(item) for item in (tree.items if isinstance(tree, Seq) else tree.options)]
        return max((one for one, _ in parts), default=0), max((both for _, both in parts), default=1)
    if isinstance(tree, (Group, Look)):
        return repetitions(tree.item)
    if isinstance(tree, Repeat):
        single, product = repetitions(tree.item)
        # Only what is copied on compilation counts: the least number, and the greatest where there is one.
        own = max(tree.low, tree.high or 0)
        return max(single, own), product * max(own, 1)
    return 0, 1


def slips(parsed: Parsed) -> list[str]:
    """What in the character classes is probably not meant, in words."""
    return list(dict.fromkeys(slip for one in parsed.classes for slip in _slips_of(one)))


def _slips_of(one: Class) -> list[str]:
    shown = one.text if len(one.text) <= 40 else one.text[:39] + "…"
    if not one.members:
        return [f"`{one.text}` matches every character" if one.negative else f"`{one.text}` matches nothing"]
    found = []
    # Whoever goes up to the last printable character counts in ASCII, and means the signs.
    if all(member.high < _LAST_PRINTABLE for member in one.members):
        found = [
            f"the range `{member.text}` in `{shown}` also holds {extra}"
            for member in one.members
            if member.low < member.high and (extra := _extra(member))
        ]
    if _holds_separator(one, "|") or _holds_separator(one, ","):
        sign = "|" if _holds_separator(one, "|") else ","
        found.append(f"the `{sign}` in `{shown}` stands for itself: a class needs no separator")
    return found


def _holds_separator(one: Class, sign: str) -> bool:
    """Whether a sign stands where somebody would write it between alternatives: twice, or between letters or ranges."""
    texts = [member.text for member in one.members]
    if one.negative or sign not in texts[1:-1]:
        return False
    if sign == "|" and all(text == sign or text.isalnum() for text in texts):
        return True
    if texts.count(sign) != len(texts) // 2:
        return False
    if texts[1::2] != [sign] * (len(texts) // 2) or len(texts) % 2 == 0:
        return texts.count(sign) > 1
    return all(text.isalnum() or len(text) > 1 for text in texts[::2])


def _extra(member: Member) -> str:
    """The signs that a range takes in unawares, in words, or an empty string."""
    first, last = chr(member.low), chr(member.high)
    if (
        member.text.startswith("\\x")
        or member.text.startswith("\\u")
        or member.high > _LAST_PRINTABLE
        or member.low <= 0x20
    ):
        return ""
    kinds = (_kind(first), _kind(last))
    if kinds[0] == kinds[1] != "sign":
        return ""
    inside = [chr(code) for code in range(member.low + 1, member.high)]
    signs = "".join(one for one in inside if _kind(one) == "sign")
    if kinds == ("sign", "sign"):
        if len(signs) < len(inside):
            return "letters or digits"
        # `[,-.]` holds the three signs that are written.
        return f"`{signs}`" if 0 < len(signs) <= _FEW and signs != "-" and first + last not in _BLOCKS else ""
    plain = signs.replace("`", "")
    return (f"`{plain}`" if plain else "") + (" and the backtick" if plain != signs else "")


def _kind(sign: str) -> str:
    return "digit" if sign.isdigit() else "upper" if sign.isupper() else "lower" if sign.islower() else "sign"
