"""Fixes applied, in rounds: each is tried on the texts in memory, looked at again, and kept only if all is well.

A fix is kept if its text means what it is to mean, its finding is gone, and neither a problem has come nor a finding
that the run would show. Fixes that touch the same place wait for the next round, the gravest going first. A trial looks
only at the inputs that read a file which it changes. No file is written here: see `Mending.files`.
"""

from __future__ import annotations

from collections.abc import Collection

from apilint import plugins
from apilint.mending.model import Left, Mended, Mending
from apilint.mending.rounds import ROUNDS, Rounds
from apilint.mending.state import Asked, State, key
from apilint.run import RunOptions

_PATIENT = 3
__all__ = ["ROUNDS", "Left", "Mended", "Mending", "mend"]


def mend(
    options: RunOptions, *, unsafe: bool = False, rules: Collection[str] = (), loaded: plugins.Plugins | None = None
) -> Mending:
    """Apply, in memory, the safe fixes of what a run shows, or with `unsafe` all of them; suppressed findings stay.

    `rules` narrows it to those rules, whose findings are then mended whether or not the preset shows them. Where
    `options.texts` stand for files, no other file is changed. Raises `run.UsageError` for wrong options.
    """
    asked = Asked(options, unsafe, frozenset(rules), loaded)
    start = State.of(asked)
    # What a fix uncovers may be mended in the next round: removing the last user of a component leaves that unused.
    # Where that did not come to an end, it is left out the next time.
    banned: dict[tuple[str, str], Left] = {}
    for _ in range(_PATIENT):
        work = Rounds(asked, start, patient=True, left=banned)
        ended = work.go()
        new = work.come(start.findings, work.state.findings, work.done)
        if ended and not new:
            return work.result()
        guilty = work.guilty(new)
        if not guilty:
            break
        banned.update((key(one.finding), one) for one in guilty)
    work = Rounds(asked, start, patient=False)
    work.go()
    return work.result()
