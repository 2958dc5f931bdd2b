"""Edits in collections with brackets: JSON, and flow style YAML."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from apilint.fixing.render import flow_text, json_text, quoted
from apilint.fixing.sheet import GAP, REST, Change, Node, Refused, Sheet
from apilint.reading.pointer import Path

_Member = tuple[Path, Node]


def rendered(sheet: Sheet, path: Path, value: Any) -> str:
    """A value for the place at a path, as the collection round it is written."""
    node = sheet.node(path)
    if sheet.json:
        pretty = bool(sheet.style.unit) and isinstance(value, dict | list) and bool(value)
        alone = not path or not sheet.prefix(node.start if node.key is None else node.key[0]).strip()
        spaced = _spaced(sheet, node)
        return json_text(value, sheet.style, _indent(sheet, node.start) if pretty and alone else None, spaced=spaced)
    quote = sheet.text[node.content : node.content + 1]
    like_json = quote == '"' or sheet.text[node.content + 1 : node.content + 2] == '"'
    if like_json and (not isinstance(value, dict | list) or value):
        return json_text(value, sheet.style)
    if quote == "'" and isinstance(value, str):
        return quoted(value, quote)
    return flow_text(value, sheet.style, inside=sheet.in_flow(path))


def add(sheet: Sheet, path: Path, value: Any, place: Node | None) -> list[Change]:
    """Add a member or an item to a flow collection, behind one of those that it has."""
    holder = sheet.node(path[:-1])
    name = path[-1]
    if place is None:
        return _fill(sheet, holder, name, value)
    begin = place.start if place.key is None else place.key[0]
    own_line = not sheet.prefix(begin).strip(" \t")
    text = _member(sheet, name, value, place, _indent(sheet, begin) if own_line and sheet.style.unit else None)
    gap = GAP.match(sheet.text, place.end)
    comma = gap.end() if gap and sheet.text[gap.end() : gap.end() + 1] == "," else None
    if own_line:
        behind = place.end if comma is None else comma + 1
        rest = REST.match(sheet.text, behind)
        if rest is not None and sheet.line_start(behind) == sheet.line_start(place.end):
            line = sheet.style.eol + sheet.prefix(begin) + text
            if comma is not None:
                return [Change(rest.end(), rest.end(), line + ",")]
            if not rest.group().strip():
                return [Change(place.end, place.end, "," + line)]
            return [Change(place.end, place.end, ","), Change(rest.end(), rest.end(), line)]
    return [Change(place.end, place.end, _comma(sheet, path[:-1]) + text)]


def remove(sheet: Sheet, path: Path, members: list[_Member]) -> list[Change]:
    """Take a member or an item out of a flow collection, whose members are given in text order, and its comma."""
    node = sheet.node(path)
    start, end = (node.start if node.key is None else node.key[0]), node.end
    if all(other == path for other, _ in members):
        holder = sheet.node(path[:-1])
        return [Change(holder.content + 1, holder.end - 1, "")]
    own_line = not sheet.prefix(start).strip(" \t")
    comma = _comma_after(sheet, end)
    if comma is not None:
        rest = REST.match(sheet.text, comma)
        if own_line and rest is not None:
            return [Change(sheet.line_start(start), sheet.next_line(comma), "")]
        following = _from(members, comma)
        closing = GAP.match(sheet.text, comma)
        behind = _begin(following[0]) if following else closing.end() if closing else comma
        if sheet.line_start(behind) != sheet.line_start(comma) or (not following and not own_line):
            behind = comma
        return [Change(start, behind, "")]
    before = bisect_left(members, start, key=_begin) - 1
    comma = None if before < 0 else _comma_after(sheet, members[before][1].end)
    if comma is None:
        raise Refused
    rest = REST.match(sheet.text, end)
    if own_line and rest is not None:
        return [Change(comma - 1, comma, ""), Change(_line_before(sheet, start), rest.end(), "")]
    if "#" in sheet.text[comma:start] or "\n" in sheet.text[comma:start]:
        return [Change(comma - 1, comma, ""), Change(start, end, "")]
    return [Change(comma - 1, end, "")]


def _from(members: list[_Member], offset: int) -> list[_Member]:
    """The first of the members that begin at an offset or behind it, if there is one."""
    number = bisect_left(members, offset, key=_begin)
    return members[number : number + 1]


def _begin(member: _Member) -> int:
    node = member[1]
    return node.start if node.key is None else node.key[0]


def _comma_after(sheet: Sheet, end: int) -> int | None:
    """The offset behind the comma that follows a value."""
    gap = GAP.match(sheet.text, end)
    at = gap.end() if gap else end
    return at + 1 if sheet.text[at : at + 1] == "," else None


def _line_before(sheet: Sheet, offset: int) -> int:
    """The end of the line before that of an offset."""
    start = sheet.line_start(offset)
    if start == 0:
        raise Refused
    return sheet.line_end(sheet.line_start(start - 1))


def _fill(sheet: Sheet, holder: Node, name: str | int, value: Any) -> list[Change]:
    """Write the first member into brackets that are empty."""
    start, end = holder.content + 1, holder.end - 1
    if sheet.text[start:end].strip():
        raise Refused
    if sheet.json and sheet.style.unit:
        indent = _indent(sheet, holder.start)
        deeper = indent + sheet.style.unit
        text = _member(sheet, name, value, holder, deeper)
        return [Change(start, end, f"{sheet.style.eol}{deeper}{text}{sheet.style.eol}{indent}")]
    return [Change(start, end, _member(sheet, name, value, holder, None))]


def _member(sheet: Sheet, name: str | int, value: Any, like: Node, indent: str | None) -> str:
    """A member or an item as text; `indent` is that of its line where it has one of its own."""
    if sheet.json or (like.key is not None and sheet.text[like.key[0]] == '"'):
        spaced = _spaced(sheet, like)
        text = json_text(value, sheet.style, indent if sheet.json else None, spaced=spaced)
        return text if isinstance(name, int) else json_text(name, sheet.style) + (": " if spaced else ":") + text
    if isinstance(name, int):
        return flow_text(value, sheet.style, inside=True)
    return flow_text({name: value}, sheet.style, inside=True)[1:-1]


def _spaced(sheet: Sheet, like: Node) -> bool:
    """Whether a space follows the colon."""
    if like.key is None:
        return bool(sheet.style.unit) or not sheet.json
    return sheet.text[like.key[1] : like.start] != ":"


def _comma(sheet: Sheet, path: Path) -> str:
    """What stands between two members on one line."""
    members = sheet.members(path)
    if len(members) > 1:
        between = sheet.text[members[-2][1].end : _begin(members[-1])]
        if between in (",", ", "):
            return between
    return ", " if _spaced(sheet, members[-1][1]) else ","


def _indent(sheet: Sheet, offset: int) -> str:
    """The white space at the beginning of a line."""
    line = sheet.text[sheet.line_start(offset) : offset]
    return line[: len(line) - len(line.lstrip(" \t"))]
