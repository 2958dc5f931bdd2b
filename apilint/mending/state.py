"""What is to be mended, and how the documents stand: their texts, and what is found in them."""

from __future__ import annotations

import contextlib
import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from apilint import plugins
from apilint.findings import Finding, Problem, Report
from apilint.run import Opened, RunOptions, opened


class Asked:
    """Which findings are to be mended, and what is known about the run as it is asked for."""

    def __init__(
        self, options: RunOptions, unsafe: bool, rules: frozenset[str], loaded: plugins.Plugins | None
    ) -> None:
        allow = options.policy.plugins if options.policy is not None else None
        self.loaded = loaded or plugins.load(allow=allow)
        self.options = options
        self.unsafe = unsafe
        self.rules = rules
        self.before, self.shown = opened(options, self.loaded)
        self.masks = [self.shown.mask]
        # Not all that is left alone is known as such by a run over everything: what is in a baseline, what did not
        # change since a revision.
        self._narrow = options.baseline is not None or bool(options.since)
        self._listed = {key(one) for one in self.before.findings if one.suppression is None}

    def is_asked(self, finding: Finding) -> bool:
        """Whether a finding with a fix is one of those to be mended, whatever its fix does."""
        if finding.fix is None or finding.suppression is not None:
            return False
        if self._narrow and key(finding) not in self._listed:
            return False
        path = self.shown.path(finding.location.file)
        if path is None or (self.options.texts and path not in self.options.texts):
            return False
        return finding.rule in self.rules if self.rules else self.shown.shows(finding)

    def is_wanted(self, finding: Finding) -> bool:
        """Whether the fix of a finding is to be applied."""
        return self.is_asked(finding) and finding.fix is not None and (self.unsafe or finding.fix.safe)

    def everything(self, texts: dict[str, bytes], among: frozenset[str], *, raw: bool = False) -> tuple[Report, Opened]:
        """What all rules find at every level in some of the inputs; if `raw`, also what another one speaks for."""
        options = self.options._replace(
            texts=texts,
            select=(),
            preset="audit",
            min_confidence=None,
            baseline=None,
            since="",
            clock=None,
            among=among,
        )
        loaded = self.loaded
        if raw:
            loaded = loaded._replace(rules=tuple(one._replace(gives_way_to=()) for one in loaded.rules))
        return opened(options, loaded)

    def mask(self, text: str) -> str:
        """A text without the secrets that any run named."""
        for mask in self.masks:
            text = mask(text)
        return text


class State(NamedTuple):
    """How the documents stand: their texts where those are not in the files, and what is found in them.

    `problems` are without lines, which move.

    `group_of` has the group of each input; inputs of several groups share no file. `opened` are the documents of each
    group as of the last run that looked at it.
    """

    texts: dict[str, bytes]
    findings: tuple[Finding, ...]
    problems: frozenset[Problem]
    group_of: dict[str, int]
    opened: dict[int, Opened]

    @classmethod
    def of(cls, asked: Asked) -> State:
        """As it is at first, as far as there is anything to mend."""
        group_of = _groups(asked.shown.read)
        state = cls(dict(asked.options.texts), (), frozenset(), group_of, {})
        if asked.rules:
            return state.after(asked, state.texts, frozenset(group_of.values()))
        return state.after(asked, state.texts, state.groups(filter(asked.is_wanted, asked.before.findings)))

    def groups(self, findings: Iterable[Finding]) -> frozenset[int]:
        """The groups that findings belong to."""
        return frozenset(self.group_of[one.api] for one in findings if one.api in self.group_of)

    def after(self, asked: Asked, texts: dict[str, bytes], groups: frozenset[int]) -> State:
        """The same once some groups were looked at again, with other texts."""
        if not groups:
            return self
        report, now = asked.everything(texts, self.inputs(groups))
        if not self.opened:
            asked.masks.append(now.mask)
        stay = [one for one in self.findings if self.group_of.get(one.api) not in groups]
        documents = {**self.opened, **dict.fromkeys(groups, now)}
        problems = self.problems | {one._replace(line=None, column=None) for one in report.problems}
        return State(texts, (*stay, *report.findings), problems, self.group_of, documents)

    def inputs(self, groups: Collection[int]) -> frozenset[str]:
        """The inputs of groups."""
        return frozenset(name for name, group in self.group_of.items() if group in groups)

    def size(self, groups: Collection[int]) -> int:
        """How many bytes looking at groups again means, about."""
        size = 0
        names = ((name, group) for name, group in self.group_of.items() if group in groups)
        for path in {path for name, group in names for path in self.opened[group].read[name]}:
            with contextlib.suppress(OSError):
                size += len(self.texts[path]) if path in self.texts else os.path.getsize(path)
        return size

    def documents(self, finding: Finding) -> Opened:
        """The documents where a finding stands."""
        return self.opened[self.group_of[finding.api]]


def key(finding: Finding) -> tuple[str, str]:
    """What stays the same of a finding when a document changes elsewhere."""
    return finding.rule, finding.fingerprint


def _groups(read: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """Inputs by name, with a number that those have in common that share a file, if only through others."""
    group_of: dict[str, int] = {}
    users: dict[str, list[str]] = defaultdict(list)
    for name, paths in read.items():
        for path in paths:
            users[path].append(name)
    for number, first in enumerate(read):
        waiting = [first]
        while waiting:
            name = waiting.pop()
            if name not in group_of:
                group_of[name] = number
                waiting += (other for path in read[name] for other in users.pop(path, ()))
    return group_of
