"""New values as text: YAML by PyYAML's emitter, JSON by the standard library."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from apilint.fixing.sheet import Refused, Style
from apilint.reading.scalars import TAG, resolve

# A new list in brackets has at most so many characters.
_SHORT = 90
_TEXT, _SEQUENCE = TAG + "str", TAG + "seq"
_SURROGATE = re.compile("[\ud800-\udfff]")


def json_text(value: Any, style: Style, indent: str | None = None, *, spaced: bool = True) -> str:
    """A value as JSON: with `indent`, that of the line on which it begins, over several lines, else on one."""
    separators = (",", ": " if spaced else ":") if indent is not None or not spaced else (", ", ": ")
    try:
        text = json.dumps(
            value,
            ensure_ascii=style.ascii or _SURROGATE.search(json.dumps(value, ensure_ascii=False)) is not None,
            allow_nan=False,
            indent=None if indent is None else style.unit,
            separators=separators,
        )
    except (TypeError, ValueError):
        raise Refused from None
    return text.replace("\n", style.eol + (indent or ""))


class _Items(list[Any]):
    """Items that are to stand on lines of their own."""


def is_short(value: Any) -> bool:
    """Whether a value is a list that is written in brackets, in documents that have brackets."""
    if type(value) is not list or not value or any(isinstance(one, dict | list) for one in value):
        return False
    texts = list(map(str, value))
    return sum(map(len, texts)) + 2 * len(texts) <= _SHORT and not any("\n" in one for one in texts)


def flow_text(value: Any, style: Style, *, inside: bool) -> str:
    """A value as YAML on one line; `inside` tells that it stands in a flow collection."""
    # Where nothing is around it, a text may hold `: ` no more than in brackets, but `://` and commas.
    plain = not inside and type(value) is str and "\n" not in value
    text = _dumped([value] if inside else value, style, not plain).rstrip("\n")
    text = text.removesuffix("\n...")
    if "\n" in text:
        raise Refused
    return text[1:-1] if inside else text


def block_lines(value: Any, style: Style, indent: str) -> list[str]:
    """A value as lines of YAML, each with the indentation before it and without an end."""
    text = _dumped(value, style, False)
    return [indent + line if line else "" for line in text.removesuffix("\n").split("\n")]


def item_lines(value: Any, style: Style, indent: str) -> list[str]:
    """The same for an item of a sequence, with its dash."""
    return block_lines(_Items([value]), style, indent)


def key_text(key: str, style: Style, old: str = "") -> str:
    """A key of a mapping in YAML, in the quotes of the one that it replaces."""
    if old[:1] in ("'", '"'):
        return quoted(key, old[:1])
    text = flow_text({key: 0}, style, inside=True)
    return text[1:].removesuffix("}").removesuffix(" 0").removesuffix(":")


def quoted(text: str, quote: str) -> str:
    """A text in YAML in these quotes, or in double ones where only they can hold it."""
    if quote == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _dumped(value: Any, style: Style, flow: bool) -> str:
    import yaml

    try:
        return str(
            yaml.dump(
                value,
                Dumper=_dumper(style, flow),
                default_flow_style=flow,
                indent=max(len(style.unit), 2),
                width=float("inf"),
                allow_unicode=True,
                sort_keys=False,
                line_break="\n",
            )
        )
    except (yaml.YAMLError, UnicodeError):
        raise Refused from None


@cache
def _dumper(style: Style, flow: bool) -> Any:
    """PyYAML's dumper, with quotes round all that YAML 1.1 or YAML 1.2 would take for something else than text."""
    import yaml

    class Dumper(yaml.SafeDumper):
        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
            super().increase_indent(flow, indentless and not style.indented)

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(dumper: Any, value: str) -> Any:
        looks = dumper.analyze_scalar(value)
        plain = (looks.allow_flow_plain if flow else looks.allow_block_plain) and type(resolve(value)) is str
        plain = plain and dumper.resolve(yaml.ScalarNode, value, (True, False)) == _TEXT
        if "\n" in value and not flow and looks.allow_block:
            return dumper.represent_scalar(_TEXT, value, style="|")
        if "\n" in value:
            return dumper.represent_scalar(_TEXT, value, style='"')
        return dumper.represent_scalar(_TEXT, value, style=None if plain else style.quote)

    def items(dumper: Any, value: list[Any]) -> Any:
        return dumper.represent_sequence(_SEQUENCE, value, flow_style=flow or (style.brackets and is_short(value)))

    Dumper.add_representer(str, text)
    Dumper.add_representer(list, items)
    Dumper.add_representer(_Items, lambda dumper, value: dumper.represent_sequence(_SEQUENCE, value, flow_style=False))
    return Dumper
