"""The event stream of a YAML text: libyaml's through PyYAML, or ruamel.yaml's pure Python one where that is missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import repeat, starmap
from typing import Any

from apilint.reading.limits import Malformed

_SPACE = re.compile(r"(?:\s++|(?<=\s)#[^\r\n]*+)*+")
_COLON = re.compile(_SPACE.pattern + ":")


def parser_events(text: str, utf8: bytes | None, pure: bool) -> tuple[Iterator[Any], Any, type[Exception]]:
    """An event stream, the module of its event classes, and the exception that it raises."""
    if not pure:
        try:
            from yaml import YAMLError, events
            from yaml._yaml import CParser
        except ImportError:
            pass
        else:
            # libyaml reads UTF-8: of a text, PyYAML makes a copy.
            get: Callable[[], Any] = CParser(text if utf8 is None else utf8).get_event
            # Calls without end, and without the comparison that iter(get, None) makes for each.
            return starmap(get, repeat(())), events, YAMLError
    import ruamel.yaml
    from ruamel.yaml import events as pure_events
    from ruamel.yaml.error import YAMLError as PureError

    _, parser = ruamel.yaml.YAML(typ="safe", pure=True).get_constructor_parser(text)
    return _settled(text, parser, pure_events), pure_events, PureError


class _Mark:
    """As much of a mark as is asked for."""

    __slots__ = ("index",)

    def __init__(self, index: int) -> None:
        self.index = index


def _settled(text: str, parser: Any, kinds: Any) -> Iterator[Any]:
    """The pure parser's events, with values that are left out placed as libyaml does: in flow style where
    the next thing begins, else after the colon.
    """
    scalar, ends = kinds.ScalarEvent, (kinds.MappingEndEvent, kinds.SequenceEndEvent)
    end = flow = 0
    while (event := parser.get_event()) is not None:
        if getattr(event, "flow_style", False):
            flow += 1
        elif flow and type(event) in ends:
            flow -= 1
        elif type(event) is scalar and event.start_mark.index == event.end_mark.index:
            found = _SPACE.match(text, event.start_mark.index) if flow else _COLON.match(text, end)
            if found is not None and (flow or found.end() <= event.start_mark.index):
                event.start_mark = event.end_mark = _Mark(found.end())
        end = event.end_mark.index
        yield event


def malformed(error: Any, text: str) -> Malformed:
    """Words and place of a parser's exception, never its excerpt of the text."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        context = getattr(error, "context", None)
        message = getattr(error, "problem", None) or "this is not YAML"
        return Malformed(f"{message} ({context})" if context else str(message), *place_of(text, mark.index))
    position = getattr(error, "position", None)
    if isinstance(position, int):
        return Malformed("the text holds a character that YAML does not allow", *_character(text, position))
    return Malformed("this is not YAML")


def _character(text: str, position: int) -> tuple[int, int]:
    """The place of a character that libyaml counts in UTF-8 bytes."""
    return place_of(text, len(text.encode("utf-8", "replace")[:position].decode("utf-8", "ignore")))


def place_of(text: str, offset: int) -> tuple[int, int]:
    """The line and column of an offset."""
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    return before.count("\n") + 1, len(before) - before.rfind("\n")
