"""What comparing two states of an API gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from apilint.findings import Confidence, Severity

if TYPE_CHECKING:
    from apilint.openapi.node import Node
    from apilint.openapi.operation import Operation

REGRESSION = "regression"  # the tag of all rules about regressions
KNOWN = "regressions"  # where an API keeps what comparing it gave


class Change(NamedTuple):
    """One protection that went, came, or became weaker or stronger; once for its cause.

    `rule` is the id of the page that explains it (`regression_rules`). `base` and `head` are the places where it
    stands in each state: of what went, `head` is the nearest place that is still there, and of what came, `base` may
    be None. `at` names the key below `head` to point at. `operations` are those of the head that are concerned.
    `improves` tells that it is for the better: such changes are listed apart and never count. There is one change for
    a rule and a place: what else of its kind happened there, another scope or keyword, is in its message.
    """

    rule: str
    message: str
    base: Node | None
    head: Node
    severity: Severity | None = None
    confidence: Confidence | None = None
    at: str | int | tuple[str | int, ...] | None = None
    operations: Sequence[Operation] = ()
    improves: bool = False


class Pair(NamedTuple):
    """An operation in both states; `base` is None for one that is new."""

    base: Operation | None
    head: Operation


class Compared:
    """What regressions are about in place of a view: without a state to compare with, the engine has none of it."""
