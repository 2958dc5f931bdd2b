"""What a run gives back: findings, problems, and the values they are made of.

Immutable, without I/O, standard library only: every other module may import this one.
"""

import enum
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from apilint.rule import Rule


class Severity(enum.IntEnum):
    """The harm if a finding is true, from `INFO` (a hint) to `CRITICAL` (exploitable as declared)."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        """The lower-case word shown to people and machines."""
        return self.name.lower()


class Confidence(enum.IntEnum):
    """The chance that a finding is true; kept apart from its severity."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2

    @property
    def label(self) -> str:
        """The lower-case word shown to people and machines."""
        return self.name.lower()


class Span(NamedTuple):
    """A stretch of text: 1-based lines, 1-based columns in characters, the end column exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Location(NamedTuple):
    """Where something stands: a file name for display, an RFC 6901 pointer, and the span of the text."""

    file: str
    pointer: str
    span: Span


BEFORE = "before"  # the label of the place where something stood in the state that a run was compared with


class Related(NamedTuple):
    """A second place that helps to understand a finding, and the label that says why."""

    location: Location
    label: str


class Place(Protocol):
    """What a flag points at: a value somewhere in a document. Views of the model are places."""

    @property
    def path(self) -> tuple[str | int, ...]:
        """Keys and indices from the root of the document."""

    @property
    def file(self) -> str:
        """The document's display name."""


class Edit(NamedTuple):
    """One step of a fix, in the file of the finding.

    `action` is "set" (replace what stands at the pointer, or add it to what stands above), "remove" (the
    member or item with its value) or "rename" (the member's key; `value` is the new one).
    """

    pointer: str
    action: str
    value: Any = None


class Fix(NamedTuple):
    """A way to mend a finding. `safe` fixes never change which messages the API accepts or returns."""

    summary: str
    safe: bool
    edits: tuple[Edit, ...]


class Flag(NamedTuple):
    """What a rule yields: this place, because. The engine signs it into a `Finding`.

    `at` names the key of `place` to point at, or is None for the place itself. `severity` and
    `confidence` replace the rule's own. `operations` are those concerned; where the
    flag `speaks` for them, and does not merely stand where they pass, the rules that give way to its
    rule say nothing more about them. `secrets` are texts that no output may show.
    """

    place: Any
    at: str | int | tuple[str | int, ...] | None
    message: str
    severity: Severity | None = None
    confidence: Confidence | None = None
    related: tuple[tuple[Any, str], ...] = ()  # a place or a Location, and its label
    operations: Sequence[Any] = ()
    fix: Fix | None = None
    speaks: bool = False
    secrets: tuple[str, ...] = ()


class Replacement(NamedTuple):
    """A stretch of a file, and the text to put in its place: what a fix means for the text.

    A span that ends where it begins is a place to insert at.
    """

    file: str
    span: Span
    text: str


class Suppression(NamedTuple):
    """Why a finding does not count, though it stays visible in every format.

    `kind` is `configuration` (an override, or operations declared public), `waiver`, `inline` (a comment or extension
    in the document) or `baseline`. `expires` is the last day on which it holds, as `YYYY-MM-DD`.
    """

    kind: str
    reason: str = ""
    id: str = ""
    owner: str = ""
    expires: str = ""


class Contact(str):
    """An owner of whom nothing is known but that the API names it as its contact.

    It is the same for all findings of the API: programs are told each time, people need not be.
    """

    __slots__ = ()


class Finding(NamedTuple):
    """A defect at a place, signed by the engine.

    `operation` is the operation inside which the place stands (`GET /users/{id}`), or None for a
    shared component; `operations` counts the operations concerned. `chain` holds the references that
    led to the place, from the root document on. `fingerprint` survives reordered keys, inserted
    lines and moved array items. `api` is the root document that led to it, by the name of its input; where several
    share the place, the first, and the others are `also`. `state` is
    `new` or `unchanged` against a baseline, or empty without one. `owner` is who answers for the place:
    whom CODEOWNERS names for the file, else `x-owner` in it, else the API's `Contact`. What is `asked` for is shown
    whatever the preset says. `given` is the severity that the rule gave, where configuration or policy set another.
    What stands `elsewhere` is nothing that the change since a revision answers for.
    """

    rule: str
    severity: Severity
    confidence: Confidence
    message: str
    location: Location
    operation: str | None
    operations: int
    related: tuple[Related, ...]
    fingerprint: str
    fix: Fix | None = None
    suppression: Suppression | None = None
    chain: tuple[Location, ...] = ()
    api: str = ""
    also: tuple[str, ...] = ()
    state: str = ""
    owner: str = ""
    asked: bool = False
    given: Severity | None = None
    elsewhere: bool = False

    @property
    def own_severity(self) -> Severity:
        """The severity that the rule gave, whatever was set since."""
        return self.severity if self.given is None else self.given

    @property
    def other_places(self) -> tuple[Related, ...]:
        """The related places, and after them the references that led to this one."""
        return (*self.related, *(Related(hop, "reference that leads here") for hop in self.chain))


class Problem(NamedTuple):
    """Something that the run could not do, so that its answer is incomplete. Never a finding, never dropped.

    `kind` is a stable kebab-case word; line and column are 1-based or None.
    """

    kind: str
    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    pointer: str | None = None
    rule: str | None = None


class Input(NamedTuple):
    """One document that was looked at.

    `status` is `checked`, `fragment` (a part of a document, skipped and counted), `skipped` (no OpenAPI
    document, by request), `excluded` (by configuration) or `failed` (a problem says why).
    `deviations` are departures from the OpenAPI schema that did not keep apilint from understanding it.
    """

    file: str
    status: str
    version: str | None = None
    operations: int = 0
    documents: int = 0
    deviations: tuple[str, ...] = ()


class Compared(NamedTuple):
    """How a run stands against a baseline.

    `since` is the day of its oldest finding, `known` the number that it held; `mended` of them are gone, and of
    `unjudged` ones this run cannot tell. `keeps` are its entries without what is gone, and `looked` is what the run
    looked at, for who writes the `baseline` again.
    """

    since: str
    known: int
    mended: int = 0
    unjudged: int = 0
    keeps: tuple[Any, ...] = ()
    looked: Any = None
    baseline: Any = None


class Since(NamedTuple):
    """The revision since which changes are reported, and what is not reported for it.

    `commits` are the short ids of the commits that were compared with, one for each repository. `elsewhere` counts the
    findings that are not shown, as the change did not touch what they are about. `unknown` are the files of which
    nobody can tell what changed, so that all in them counts as changed, each with the reason.
    """

    revision: str
    commits: tuple[str, ...] = ()
    elsewhere: int = 0
    unknown: tuple[tuple[str, str], ...] = ()


class Against(NamedTuple):
    """What a run was compared with: `apilint diff`.

    `base` and `head` are the two states in words. Documents of the head that have nothing to be compared with are
    `new`, those of the base that have no counterpart `removed`; `renamed` are the pairs, head and base, whose names are
    not the same. `unchanged` counts the APIs of which neither a regression nor an improvement is known.
    `improvements` are findings for the better: they count nowhere, and `related` has the place of before.
    """

    base: str
    head: str = ""
    new: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    unchanged: int = 0
    improvements: Sequence[Finding] = ()


class Demand(NamedTuple):
    """One thing that the gate asks of an API, in words for a table: what, how it stands, and what is asked.

    `what` is `findings`, `score`, `exceptions`, the name of a domain or the pattern of rules. `failure` is a sentence
    with the numbers where the demand is not met, and empty where it is.
    """

    what: str
    stands: str
    asked: str
    failure: str = ""


class Gated(NamedTuple):
    """What the gate says of one API: its threshold, its level or an empty string, and why it does not pass.

    `score` is there where the run has one and the gate asks for it. `failures` are those beside the threshold, which
    `Report.fails` is about; `demands` are all. `asks` is the level itself, for who looks for what would help.
    """

    api: str
    fail_on: Severity
    level: str = ""
    score: int | None = None
    failures: tuple[str, ...] = ()
    demands: tuple[Demand, ...] = ()
    asks: Any = None


class Report(NamedTuple):
    """All that a run found: the one thing that formats receive.

    `findings` are those to show, sorted; `hidden` counts those that the preset or
    `--min-confidence` left out, of the rules that ran; `ignored` are the rules that were told not to. `documents` names
    the files that were read and understood, inputs among them by their own names. `line` gives the text of a line of
    a file, for code frames; `replacements` what the fix of a finding means for the text, or nothing where that cannot
    be told. `baseline` is there where the run was compared with one. `configuration` names the files of configuration
    and policy that hold, the farthest first. `gates` has, by name, the APIs of which the gate asks for something
    else than `fail_on`. `since` is there where only the change since a revision is reported, `against` where two states
    were compared: then findings are regressions.
    """

    findings: Sequence[Finding]
    problems: Sequence[Problem]
    inputs: Sequence[Input]
    rules: Sequence["Rule"]
    plugins: Sequence[str]
    preset: str
    fail_on: Severity
    hidden: int = 0
    ignored: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    line: Callable[[str, int], str] = lambda file, number: ""
    replacements: Callable[[Finding], Sequence[Replacement]] = lambda finding: ()
    baseline: Compared | None = None
    configuration: tuple[str, ...] = ()
    gates: Mapping[str, Gated] = MappingProxyType({})
    since: Since | None = None
    against: Against | None = None

    def fails(self, finding: Finding) -> bool:
        """Whether a finding alone is enough for the gate to fail: it counts, and reaches the threshold of an API."""
        if finding.suppression is not None:
            return False
        if not self.gates:
            return finding.severity >= self.fail_on
        gates = (self.gates.get(api) for api in (finding.api, *finding.also))
        return finding.severity >= min(self.fail_on if gate is None else gate.fail_on for gate in gates)
