"""What a run is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from apilint.findings import Confidence, Severity
from apilint.reading.limits import Limits

if TYPE_CHECKING:
    from apilint.policy.baseline import Baseline
    from apilint.policy.model import Policy, Waiver
    from apilint.regressions.compare import Comparison


class UsageError(ValueError):
    """The options are wrong; the message says which and what would be right."""


class RunOptions(NamedTuple):
    """What to look at and how. Paths are files, directories, globs or "-"; none means the working directory.

    `select` runs those rules and no others and shows all that they find; else `preset` decides. What is None here,
    configuration decides: the nearest for each input, or `config` alone, or none if `isolated`. `policy` is what holds
    whatever configuration says. With `trust_ref`, configuration, waivers and baseline are those of that revision, and
    with `since` only what has changed since that revision is reported. With a `level`, every API is held to that one.
    A `plain` run takes rules as they are, or as the policy sets them: see `config.scored`.
    `rule_options` are rule id, name of an option, and its value as text.
    `skip_others` leaves out named files that are no OpenAPI documents, as in a folder. `with_roots` checks, for a
    named fragment, the documents of its repository that lead to it. `texts` stand for the text of files, by real
    path. With `no_ignores`, neither waivers nor inline suppressions hold; `today` is the day that they are judged by,
    as `YYYY-MM-DD` in UTC. With a `baseline`, findings have a state, and what it knows is suppressed. `jobs` is the
    number of processes, 0 for what suits the work; it never changes the report. A `clock` makes it one. `waivers` hold
    beside those of configuration: that shows what one would cover. Of all inputs, only those `among` are looked at, by
    their names, unless it is None. With a `comparison`, the documents are those of its head, and what is found is what
    they take away from its base.
    """

    paths: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    rule_options: tuple[tuple[str, str, str], ...] = ()
    preset: str | None = None
    fail_on: Severity | None = None
    min_confidence: Confidence | None = None
    limits: Limits = Limits()
    stdin_filename: str | None = None
    skip_others: bool = False
    with_roots: bool = False
    texts: Mapping[str, bytes] = MappingProxyType({})
    baseline: Baseline | None = None
    jobs: int = 1
    ref_root: str | None = None
    remote_hosts: tuple[str, ...] = ()
    progress: Callable[[str, int, int], None] | None = None
    clock: Callable[[str, float], None] | None = None
    no_ignores: bool = False
    today: str = ""
    config: str | None = None
    isolated: bool = False
    policy: Policy | None = None
    trust_ref: str = ""
    since: str = ""
    waivers: tuple[Waiver, ...] = ()
    level: str = ""
    plain: bool = False
    debug: bool = False
    comparison: Comparison | None = None
    among: frozenset[str] | None = None
