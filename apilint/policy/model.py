"""What configuration and policy say, once read: plain values, each of which knows where it was written."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from apilint.findings import Confidence, Severity, Span

LEVEL = "x-apilint-level"  # in the root of a document

_NONE: Mapping[str, Any] = MappingProxyType({})


class Origin(NamedTuple):
    """Where a value was set.

    `name` is the file as it is shown, or what else set it: `default`, `--fail-on`, `preset strict`. `pointer` and
    `span` say where in the file; `path` is its real path, None for what is no file.
    """

    name: str = "default"
    pointer: str = ""
    span: Span | None = None
    path: str | None = None

    def __str__(self) -> str:
        return f"{self.name}:{self.span.line}" if self.span else self.name


class Setting(NamedTuple):
    """What is set of a rule; None is not set. `enabled` is on or off; a rule that is given a severity is on, too."""

    enabled: bool | None = None
    severity: Severity | None = None
    confidence: Confidence | None = None
    options: Mapping[str, Any] = _NONE

    def after(self, later: "Setting") -> "Setting":
        """What holds where `later` was set after this, value by value."""
        enabled = later.enabled
        if enabled is None and later.severity is not None:
            enabled = True
        return Setting(
            self.enabled if enabled is None else enabled,
            self.severity if later.severity is None else later.severity,
            self.confidence if later.confidence is None else later.confidence,
            {**self.options, **later.options} if later.options else self.options,
        )


class Where(NamedTuple):
    """Which findings something is about: all of what is given has to fit, and one of each kind is enough.

    `files` are globs from `folder`. `operations` are selectors: `GET /health`, `* /public/**`, `tag:webhook`,
    `operationId:login`. `pointers` are globs over the segments of a JSON pointer, in which `**` is any number of them.
    """

    files: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    pointers: tuple[str, ...] = ()
    folder: str = ""


class Override(NamedTuple):
    """Other settings for some files or operations. `rules` are by pattern, in the order in which they are written.

    `origins` say by pattern where each stands.
    """

    where: Where
    rules: Mapping[str, Setting]
    origin: Origin
    reason: str = ""
    level: str = ""
    origins: Mapping[str, Origin] = MappingProxyType({})


class Public(NamedTuple):
    """Operations that are meant to be called by anybody, and why."""

    where: Where
    reason: str
    origin: Origin


class Waiver(NamedTuple):
    """A risk that somebody accepts by name until a day: days are `YYYY-MM-DD`, `rules` ids or patterns of ids.

    `fingerprint` narrows it to one finding. `renewals` counts how often its last day was moved.
    """

    id: str
    rules: tuple[str, ...]
    where: Where
    owner: str
    reason: str
    created: str
    expires: str
    origin: Origin
    fingerprint: str = ""
    renewals: int = 0


class Level(NamedTuple):
    """What an API of some exposure has to reach; None and empty demand nothing.

    `domains` are the least scores by domain, `severities` the gravest that may be left by domain (`*` for all),
    `reject` patterns of rules that may have no finding, `max_waivers` the most waivers that may be in use.
    """

    fail_on: Severity | None = None
    min_score: int | None = None
    domains: Mapping[str, int] = _NONE
    severities: Mapping[str, Severity] = _NONE
    reject: tuple[str, ...] = ()
    max_waivers: int | None = None

    def after(self, later: "Level") -> "Level":
        """A level in which what `later` says holds, and what it does not say stays; rejected is what either rejects."""
        return Level(
            fail_on=self.fail_on if later.fail_on is None else later.fail_on,
            min_score=self.min_score if later.min_score is None else later.min_score,
            domains={**self.domains, **later.domains},
            severities={**self.severities, **later.severities},
            reject=tuple(dict.fromkeys((*self.reject, *later.reject))),
            max_waivers=self.max_waivers if later.max_waivers is None else later.max_waivers,
        )


class Assignment(NamedTuple):
    """The level of the APIs that fit: `where.files`, `where.operations` (one that fits is enough) or both."""

    where: Where
    level: str
    origin: Origin


class Floors(NamedTuple):
    """What a policy demands of the gate, of every API and by levels, and which APIs it holds to them.

    `rules` and `overrides` are what it says of rules itself. See `levels.floors_of`.
    """

    every: Level = Level()
    levels: Mapping[str, Level] = _NONE
    assignments: Sequence[Assignment] = ()
    rules: Mapping[str, Setting] = _NONE
    overrides: Sequence[Override] = ()


class Lock(NamedTuple):
    """What nobody below the policy may weaken, of the rules that fit a pattern.

    Findings have `min_severity` at least. Waivers, suppressions in documents (`inline`) and a `baseline` hold only
    where the lock says so.
    """

    pattern: str
    origin: Origin
    min_severity: Severity | None = None
    waivable: bool = True
    inline: bool = False
    baseline: bool = False


class WaiverTerms(NamedTuple):
    """What waivers and inline suppressions have to be like to hold.

    `owners` are, by pattern of rules, who may waive; with `owners_from_codeowners` each owner has to stand in
    CODEOWNERS. `inline_up_to` is the gravest finding that a suppression in a document may silence; it needs an owner
    and a last day as waivers do, unless `inline` is false.
    """

    max_days: int | None = None
    max_renewals: int | None = None
    owners: Mapping[str, tuple[str, ...]] = _NONE
    owners_from_codeowners: bool = False
    inline_up_to: Severity | None = None
    inline: bool = True
    warn_days: int = 14


class Configuration(NamedTuple):
    """All that holds for some inputs, merged: the nearest file last, so that it wins.

    `rules` are by pattern, in the order in which they apply. `declared` are rules without code, as written. `origins`
    say where each value was set, by its path: `("gate", "fail_on")`, `("rules", "no-tls", "severity")`. `files` are
    those that it was read from, the farthest first, as they are shown. `floors` are the policy's.
    """

    preset: str | None = None
    rules: Mapping[str, Setting] = _NONE
    overrides: Sequence[Override] = ()
    public: Sequence[Public] = ()
    waivers: Sequence[Waiver] = ()
    levels: Mapping[str, Level] = _NONE
    assignments: Sequence[Assignment] = ()
    declared: Mapping[str, Mapping[str, Any]] = _NONE
    fail_on: Severity | None = None
    min_score: int | None = None
    baseline: str | None = None
    exclude: tuple[Where, ...] = ()
    origins: Mapping[tuple[str, ...], Origin] = MappingProxyType({})
    files: tuple[str, ...] = ()
    floors: Floors = Floors()

    @property
    def asks_more(self) -> bool:
        """Whether the gate asks for more than that no finding reaches a threshold, or that of levels."""
        # A threshold alone is what every gate has, and is enforced where the plan is made.
        every = self.floors.every._replace(fail_on=None)
        return self.min_score is not None or every != Level() or bool(self.assignments)

    def origin(self, *path: str) -> Origin:
        """Where a value was set, or what holds it; `default` for what nobody set."""
        while path and path not in self.origins:
            path = path[:-1]
        return self.origins.get(path, Origin())


class Policy(NamedTuple):
    """What a platform team decides for all repositories. `configuration` is what they start from.

    `locks` and the floors hold whatever a repository says. `plugins` are the distributions whose plugins may load,
    None for any. `fail_on` is the mildest threshold that is allowed, `min_score` the least score; what `preset` shows
    is shown beside what a repository's shows. `levels` are what levels of these names ask for at least.
    `exclusions`, `baselines` and `public` say whether a repository may leave documents out of a search, compare with
    a baseline of its own, and declare operations public. `path` is the policy's file, None for what is no file.
    """

    name: str
    configuration: Configuration = Configuration()
    locks: Sequence[Lock] = ()
    terms: WaiverTerms = WaiverTerms()
    plugins: tuple[str, ...] | None = None
    fail_on: Severity | None = None
    min_score: int | None = None
    preset: str | None = None
    levels: Mapping[str, Level] = _NONE
    exclusions: bool = True
    baselines: bool = True
    public: bool = True
    path: str | None = None


class Notice(NamedTuple):
    """Something to be said about configuration or policy, as a finding of one of the policy's own rules.

    `page` is the rule's id, `key` tells notices of one rule apart whatever their line. `owner` is who is to hear it.
    """

    page: str
    message: str
    origin: Origin
    key: str
    owner: str = ""


class ConfigurationError(ValueError):
    """Configuration that cannot be used; the message says which file, where in it, and what would be right."""


def wrong(origin: Origin, message: str) -> ConfigurationError:
    """The exception for what is wrong where a value was set, in a line that begins with `file:line:column`."""
    place = f":{origin.span.line}:{origin.span.column}" if origin.span else ""
    return ConfigurationError(f"{shown_name(origin.name)}{place}: {message}")


def shown_name(name: str) -> str:
    """The name of a file in one line of text: a stranger may have put anything into it."""
    return name if name.isprintable() else repr(name)[1:-1]
