"""One run: inputs, model, rules, policy; from options to a report."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from apilint import plugins
from apilint.checking import Ignores, failure
from apilint.config.plan import Plans, Wanted
from apilint.findings import Edit, Finding, Problem, Replacement, Report, Severity
from apilint.gathering import Gathering
from apilint.options import RunOptions, UsageError
from apilint.policy.model import ConfigurationError
from apilint.reporting import Reporting
from apilint.revisions.files import RevisionError

if TYPE_CHECKING:
    from apilint.config.committed import Committed
    from apilint.config.discover import Discovery
    from apilint.config.tree import Tree
    from apilint.reading.document import Document

__all__ = ["Opened", "RunOptions", "UsageError", "discovery_for", "failed", "opened", "run", "trusted_for"]


class Opened(NamedTuple):
    """The documents of a run, for who changes them; all are asked by the names of files in the report.

    `path` gives the real path, `document` what was read there. `data` gives the bytes that were read, None where they
    are not what is there now. `replacements` gives what edits of findings mean for the text, or nothing where that
    cannot be told. `shows` tells whether the run would show a finding of its documents, and `mask` hides the secrets of
    a text. `read` are the real paths that were read for each input.
    """

    path: Callable[[str], str | None]
    document: Callable[[str], Document | None]
    data: Callable[[str], bytes | None]
    replacements: Callable[[str, Sequence[Edit]], Sequence[Replacement]]
    shows: Callable[[Finding], bool]
    mask: Callable[[str], str]
    read: Mapping[str, frozenset[str]]


def run(options: RunOptions, loaded: plugins.Plugins | None = None) -> Report:
    """Check everything that the options name.

    Raises `UsageError` for wrong options; whatever the documents hold becomes findings and problems.
    """
    return opened(options, loaded)[0]


def opened(options: RunOptions, loaded: plugins.Plugins | None = None) -> tuple[Report, Opened]:
    """Check as `run` does, and keep the documents at hand. Raises `UsageError`."""
    if options.ref_root is not None and not os.path.isdir(options.ref_root):
        raise UsageError(f"--ref-root: there is no folder {options.ref_root!r}")
    loaded = loaded or plugins.load(allow=options.policy.plugins if options.policy is not None else None)
    trusted = trusted_for(options)
    discovery = discovery_for(options, trusted)
    wanted = Wanted(*(getattr(options, name) for name in Wanted._fields))
    plans = Plans(loaded, wanted, discovery, options.policy, options.today, trusted, options.comparison)
    collected = gc.isenabled()
    gc.disable()  # the tree of a large document is all alive: collecting it again and again doubles the time
    try:
        ignores = _ignores(options, loaded, trusted)
        work = Gathering(options, plans, ignores, discovery, trusted)
        work.check_all()
        made = Reporting(work)
        documents = made.documents
        shown = Opened(
            work.files.get,
            documents.document,
            documents.data,
            documents.rewritten,
            made.would_show,
            work.mask.text,
            work.read,
        )
        return made.report(loaded), shown
    except (ConfigurationError, RevisionError) as error:
        raise UsageError(str(error)) from None
    finally:
        if collected:
            gc.enable()


def discovery_for(options: RunOptions, tree: Tree | None = None) -> Discovery | None:
    """What finds the configuration of the inputs of a run; None where none is to be looked for.

    `tree` is where the files are read from; if it is None, the trusted revision or this machine.
    """
    if options.isolated and options.policy is None:
        return None
    from apilint.config.discover import Discovery

    return Discovery(
        os.getcwd(),
        config=options.config,
        base=options.policy.configuration if options.policy is not None else None,
        trust_ref=options.trust_ref,
        tree=tree,
        top=options.ref_root,
        isolated=options.isolated,
    )


def trusted_for(options: RunOptions) -> Committed | None:
    """What reads configuration from the revision of `--trust-ref`, if there is one."""
    if not options.trust_ref:
        return None
    from apilint.config.committed import Committed

    return Committed(options.trust_ref, os.getcwd())


def _ignores(options: RunOptions, loaded: plugins.Plugins, trusted: Committed | None) -> Ignores | None:
    if options.no_ignores:
        return None
    known = {rule.id: rule for rule in loaded.rules}
    if trusted is None:
        return Ignores(known, options.today)
    from apilint.policy.standing import Stood

    return Ignores(known, options.today, Stood(trusted.document, options.limits))


def failed(error: BaseException, options: RunOptions) -> Report:
    """The report of a run that failed itself, or could not begin: nothing but the problem."""
    problems = [failure(error)]
    if isinstance(error, UsageError):
        problems = [Problem("wrong-use", line) for line in str(error).splitlines()]
    return Report((), problems, (), (), (), options.preset or "default", options.fail_on or Severity.HIGH)
