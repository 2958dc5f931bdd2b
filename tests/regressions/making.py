"""Models of documents, for comparing them without a run."""

from __future__ import annotations

import json
from typing import Any

import yaml

from apilint.openapi.api import Api
from apilint.openapi.build import build
from apilint.openapi.versions import recognize
from apilint.reading.limits import Limits
from apilint.reading.workspace import Workspace
from apilint.regressions.compare import comparers
from apilint.regressions.model import Change
from apilint.regressions.pairing import pair_operations


def model(value: Any, name: str = "api.json") -> Api:
    """The model of a document: a value, or its text."""
    text = value if isinstance(value, str) else json.dumps(value)
    workspace = Workspace("/", Limits())
    document = workspace.open_text(name, text.encode())
    assert document is not None, workspace.problems
    version = recognize(document.value).version
    assert version is not None
    return build(workspace, document, version)


def changes(base: Any, head: Any) -> list[Change]:
    """What comparing two documents gives."""
    old, new = (one if isinstance(one, Api) else model(one) for one in (base, head))
    pairs, gone = pair_operations(old, new)
    found = [change for comparer in comparers() for change in comparer(old, new, pairs, gone)]
    places = [(one.rule, one.improves, id(one.head.document), one.head.path, one.at) for one in found]
    assert len(set(places)) == len(places), "a rule and a place have one change"
    return found


def lost(base: Any, head: Any) -> list[str]:
    """The rules of what a change takes away."""
    return [one.rule for one in changes(base, head) if not one.improves]


def as_yaml(value: Any) -> str:
    """A value as YAML that shares nothing."""

    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    return yaml.dump(value, Dumper=Plain, sort_keys=False)
