"""Edits in block style YAML, and those that are the same in every style: values and keys in their place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from apilint.fixing import flow
from apilint.fixing.data import Step
from apilint.fixing.render import block_lines, flow_text, is_short, item_lines, json_text, key_text, quoted
from apilint.fixing.scalars import reworded
from apilint.fixing.sheet import BREAKS, REST, Change, Node, Refused, Sheet
from apilint.reading.pointer import Path

_ANCHOR = re.compile(r"(?:!\S*\s+)?(&[^\s,\[\]{}]+)")
_COLON = re.compile(r"\s*:")
# Members that people write in this order: a new one goes behind the last of those before it.
_ORDERS = (
    ("name", "in", "required"),
    ("type", "format", "minLength", "maxLength", "pattern"),
    ("type", "format", "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"),
    ("type", "minItems", "maxItems"),
)


def ways(sheet: Sheet, step: Step) -> Iterator[Callable[[], list[Change]]]:
    """The ways to make one edit in the text, best first; each may raise `Refused`."""
    path = step.path
    if step.action == "rename":
        yield partial(_rename, sheet, path, step.value)
    elif step.action == "remove":
        yield partial(remove, sheet, path)
    elif step.adds:
        yield partial(_add, sheet, path, step.value)
    else:
        if isinstance(step.value, str) and isinstance(sheet.value(path), str):
            yield partial(_reword, sheet, path, step.value)
        yield partial(replace, sheet, path, step.value)


def beside(members: dict[str, Any], key: str | int) -> str:
    """The member after which a new one is written: one that it goes with, or the last."""
    for order in _ORDERS:
        if key in order:
            known = [name for name in order[: order.index(str(key))] if name in members]
            if known and not isinstance(members[known[-1]], dict | list):
                return known[-1]
    return next(reversed(members))


def _rename(sheet: Sheet, path: Path, name: str) -> list[Change]:
    key = sheet.node(path).key
    if key is None:
        raise Refused
    old = sheet.text[key[0] : key[1]]
    if old[:1] in ("&", "*", "!", "?", "|", ">") or "\n" in old:
        raise Refused
    text = json_text(name, sheet.style) if sheet.json else key_text(name, sheet.style, old)
    return [Change(*key, text)]


def _reword(sheet: Sheet, path: Path, text: str) -> list[Change]:
    node = sheet.node(path)
    raw = sheet.text[node.content : node.end]
    # One line without escapes is written anew in the same quotes, which tells when it needs others.
    if node.content != node.start or ("\\" not in raw and "\n" not in raw and "\r" not in raw):
        raise Refused
    changes = reworded(sheet, node, text)
    if changes is None:
        raise Refused
    return changes


def replace(sheet: Sheet, path: Path, value: Any) -> list[Change]:
    """Put another value in the place of one."""
    node = sheet.node(path)
    many = isinstance(value, dict | list) and bool(value)
    if node.flow or sheet.in_flow(path):
        return _inline(sheet, path, node, flow.rendered(sheet, path, value))
    if sheet.style.brackets and is_short(value):
        return _inline(sheet, path, node, flow_text(value, sheet.style, inside=False))
    if many or (isinstance(value, str) and "\n" in value and sheet.text[node.content : node.content + 1] not in "\"'"):
        return _lines(sheet, path, node, value)
    return _inline(sheet, path, node, _scalar(sheet, node, value))


def _scalar(sheet: Sheet, node: Node, value: Any) -> str:
    """A value on one line, in the quotes of the one before it."""
    quote = sheet.text[node.content : node.content + 1]
    if isinstance(value, str) and quote in ("'", '"') and isinstance(node.value, str):
        return quoted(value, quote)
    return flow_text(value, sheet.style, inside=False)


def _inline(sheet: Sheet, path: Path, node: Node, text: str) -> list[Change]:
    """Write a value that takes one line, or stands in brackets."""
    anchor = _ANCHOR.match(sheet.text, node.start, node.content)
    text = f"{anchor[1]} {text}" if anchor else text
    end = _last(sheet, node)
    if node.start == node.end:
        return _into_nothing(sheet, path, node, text)
    if not path or node.flow or not isinstance(node.value, dict | list) or not node.value:
        return [Change(node.start, end, text)]
    head = _head(sheet, path)
    if sheet.line_start(head) == sheet.line_start(node.start):
        return [Change(node.start, end, text)]
    # The lines go; a comment behind the key stays.
    return [Change(head, head, " " + text), Change(sheet.line_end(head), end, "")]


def _into_nothing(sheet: Sheet, path: Path, node: Node, text: str) -> list[Change]:
    """Write a value where there is none yet."""
    if node.key is None:
        space = "" if sheet.text[node.start - 1 : node.start] in ("", " ", "[") else " "
        return [Change(node.start, node.start, space + text)]
    colon = _COLON.match(sheet.text, node.key[1])
    if colon is None:
        return [Change(node.key[1], node.key[1], ": " + text)]
    return [Change(colon.end(), colon.end(), " " + text)]


def _lines(sheet: Sheet, path: Path, node: Node, value: Any) -> list[Change]:
    """Write a value that takes lines of its own."""
    if not path or node.content != node.start:
        raise Refused
    begin, style = sheet.begin(path), sheet.style
    prefix = sheet.prefix(begin)
    base = " " * len(prefix)
    if "\t" in prefix:
        raise Refused
    eol, end, head = style.eol, _last(sheet, node), _head(sheet, path)
    rest = REST.match(sheet.text, end)
    comment = rest is not None and rest.group().strip()
    if isinstance(value, str):
        first, *others = block_lines({"text": value}, style, base)
        sign, body = first.partition(": ")[2], eol.join(["", *others])
        if rest is None or not comment:
            return [Change(node.start, end, sign + body)]
        return [Change(node.start, end, sign), Change(rest.end(), rest.end(), body)]
    column = base + "  " if node.start == node.end else " " * len(sheet.prefix(node.start))
    lines = block_lines(value, style, column)
    if node.key is None and (not comment or len(lines) == 1):
        text = eol.join(lines).lstrip(" ")
        return [Change(head, head, " " + text) if node.start == node.end else Change(node.start, end, text)]
    deeper = style.unit if isinstance(value, dict) or style.indented else ""
    body = eol + eol.join(block_lines(value, style, base + ("  " if node.key is None else deeper)))
    if isinstance(node.value, dict | list) and sheet.line_start(head) != sheet.line_start(node.start):
        return [Change(sheet.line_end(head), end, body)]
    if rest is None or not comment:
        return [Change(head, rest.end() if rest else end, body)]
    return [Change(head, end, ""), Change(rest.end(), rest.end(), body)]


def _head(sheet: Sheet, path: Path) -> int:
    """The offset behind the colon of a key, or the dash of an item."""
    node = sheet.node(path)
    if node.key is None:
        return sheet.begin(path) + 1
    colon = _COLON.match(sheet.text, node.key[1])
    if colon is None:
        raise Refused
    return colon.end()


def _last(sheet: Sheet, node: Node) -> int:
    """The end of a value without the line break of a block scalar; for block collections, with a comment behind it."""
    end = node.end
    while end > node.start and sheet.text[end - 1] in BREAKS:
        end -= 1
    if isinstance(node.value, dict | list) and node.value and not node.flow:
        rest = REST.match(sheet.text, end)
        return rest.end() if rest else end
    return end


def _add(sheet: Sheet, path: Path, value: Any) -> list[Change]:
    parent = sheet.node(path[:-1])
    name = path[-1]
    if parent.value is None and not sheet.json:
        if sheet.in_flow(path[:-1]):
            return replace(sheet, path[:-1], {name: value})
        return _lines(sheet, path[:-1], parent, {name: value})
    members = sheet.members(path[:-1])
    node = members[-1][1] if members else None
    if members and isinstance(parent.value, dict):
        near = beside({str(one[0][-1]): one[1].value for one in members}, name)
        node = sheet.node((*path[:-1], near))
    if parent.flow:
        return flow.add(sheet, path, value, node)
    if node is None:
        raise Refused
    first = sheet.begin(members[0][0])
    prefix = sheet.prefix(first)
    if "\t" in prefix:
        raise Refused
    base = " " * len(prefix)
    style = sheet.style
    lines = block_lines({name: value}, style, base) if isinstance(name, str) else item_lines(value, style, base)
    return _insert(sheet, sheet.after(node), style.eol.join(lines))


def _insert(sheet: Sheet, at: int, text: str) -> list[Change]:
    """Insert lines before the line that begins at an offset, or at the end of a text that may lack its last break."""
    if at == len(sheet.text) and sheet.text[-1:] not in ("\r", "\n"):
        return [Change(at, at, sheet.style.eol + text)]
    return [Change(at, at, text + sheet.style.eol)]


def remove(sheet: Sheet, path: Path) -> list[Change]:
    """Take a member or an item away with its lines, and the comment on its last line.

    Comments on lines of their own above it stay: nobody can tell whether they are about it or about what follows.
    """
    parent = path[:-1]
    members = sheet.members(parent)
    if all(other == path for other, _ in members) and not sheet.node(parent).flow:
        holder = sheet.node(parent)
        return _inline(sheet, parent, holder, "{}" if isinstance(holder.value, dict) else "[]")
    if sheet.in_flow(path):
        return flow.remove(sheet, path, members)
    node, begin = sheet.node(path), sheet.begin(path)
    start, end = sheet.line_start(begin), sheet.after(node)
    if not sheet.text[start:begin].strip(" "):
        if end == len(sheet.text) and sheet.text[-1:] not in ("\r", "\n"):
            while start and sheet.text[start - 1] in BREAKS:
                start -= 1
        return [Change(start, end, "")]
    # The first member of an item stands behind its dash: the next one moves up.
    following = [sheet.begin(other) for other, _ in members if sheet.begin(other) > begin]
    if not following:
        raise Refused
    between = sheet.text[end : min(following)]
    return [Change(begin, end + len(between) - len(between.lstrip(" \r\n")), "")]
