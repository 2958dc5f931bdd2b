"""The built-in rules of apilint: one module for each rule, named by its id."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from apilint.api import Rule, hookimpl


@hookimpl
def provide_rules() -> list[Rule]:
    """Return every rule of this package, in the order of the modules' names."""
    modules = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return [getattr(import_module(f"{__name__}.{name}"), name) for name in modules]
