"""What a plugin may provide. Each hook is called once and returns data; none is called in the walk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pluggy

from apilint.rule import Rule

hookspec = pluggy.HookspecMarker("apilint")
hookimpl = pluggy.HookimplMarker("apilint")


@hookspec
def provide_rules() -> Iterable[Rule]:
    """Give the plugin's rules. A third party's ids are `vendor/rule-id`."""
    return ()


@hookspec
def provide_formats() -> Mapping[str, Any]:
    """Give report formats by name: each a function from a `Report` and a `Presentation` to text.

    Instead of the function, the name of the module that has it as `render`: imported when it is asked for.
    """
    return {}


@hookspec
def provide_presets() -> Mapping[str, Any]:
    """Give presets by name: each a function from a rule and a finding's severity and confidence to a decision."""
    return {}
