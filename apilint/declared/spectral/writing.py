"""A converted ruleset as the text of a configuration file, with comments."""

from __future__ import annotations

import io
from typing import Any

from apilint.declared.spectral.convert import LOST, Converted, Fate

_LONGEST = 110


def text(converted: Converted, source: str) -> str:
    """The YAML: settings of rules of ours, overrides, rules without code; and what is missing, as comments."""
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap

    # ruamel.yaml makes no difference between a list and one that it read, but aliases what stands twice.
    data: Any = CommentedMap()
    data["version"] = 1
    if converted.rules:
        data["rules"] = dict(converted.rules)
    if converted.overrides:
        data["overrides"] = [_fresh(one) for one in converted.overrides]
    if converted.declared:
        data["declarative_rules"] = CommentedMap()
        came_from = {id: fate.name for fate in converted.fates for id in fate.what if fate.kind != LOST}
        for id, rule in converted.declared.items():
            data["declarative_rules"][id] = _fresh(rule)
            name = came_from.get(id, "")
            if name and id.partition("/")[2] != name:
                data["declarative_rules"].yaml_set_comment_before_after_key(id, before=_line(f"was: {name}"), indent=2)
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 4_096
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(data, stream)
    return _head(converted, source) + stream.getvalue()


def _head(converted: Converted, source: str) -> str:
    lines = [
        f"Made by apilint import-spectral from {source}.",
        "Name this file under extends in apilint.yaml, or copy from it.",
    ]
    lost = converted.lost
    if lost:
        lines += ["", "Not carried over:", *(f"  {_missing(fate)}" for fate in lost)]
    return "".join(f"# {_line(line)}\n" if line else "#\n" for line in lines) + "\n"


def _missing(fate: Fate) -> str:
    return f"{fate.name}: {fate.why}"


def _line(words: str) -> str:
    """One line of a comment: whatever a ruleset says, it ends no line of ours."""
    line = "".join(one if one.isprintable() else " " for one in words)
    return line if len(line) <= _LONGEST * 2 else line[: _LONGEST * 2 - 1] + "…"


def _fresh(value: Any) -> Any:
    """A copy in which nothing stands twice."""
    if isinstance(value, dict):
        return {key: _fresh(one) for key, one in value.items()}
    return [_fresh(one) for one in value] if isinstance(value, list) else value
