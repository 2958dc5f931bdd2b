"""`apilint waive`: write down who accepts which finding, why, and until when."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import click

from apilint.cli import options as shared
from apilint.cli.files import saved
from apilint.cli.help import Headed, option, settings
from apilint.cli.overview import PLAIN_STATUSES
from apilint.cli.streams import aside, colored, complain, emit

if TYPE_CHECKING:
    from apilint.cli.waiver_file import Changed, Place
    from apilint.findings import Finding, Report
    from apilint.policy.model import Waiver
    from apilint.run import RunOptions

DONE, NOT_WRITTEN = 0, 3
_DAYS = re.compile(r"([1-9][0-9]{0,3})d")
_NUMBERED = re.compile(r"W-(\d{4})-(\d{1,6})")
_LAST = "9999-12-31"
_NAMED = 3
# The options that are about a new waiver alone, by the names of their values.
_OF_A_NEW_ONE = {
    "at": "--at",
    "files": "--file",
    "pointers": "--pointer",
    "fingerprint": "--fingerprint",
    "reason": "--reason",
    "owner": "--owner",
    "id_": "--id",
    "target": "--file-to-write",
}
# What is said about a waiver that does not hold.
_FATAL = ("waiver-refused", "waiver-owner-unknown", "waiver-unknown-rule", "waiver-expired")


class Waive(Headed):
    """The command, with its help."""

    examples = (
        ('apilint waive ID --at "GET /health" --until 90d --owner me --reason "why"', "one operation"),
        ("apilint waive ID --file api.yaml --pointer '**/comment' ...", "places in a file"),
        ("apilint waive --renew W-2026-014 --until 2027-03-31", "move the last day"),
    )
    headings = ("Waiver", *shared.INPUTS[::2], "Output", *shared.BOUNDS)
    statuses = (PLAIN_STATUSES[0], ("2", "wrong use, or a waiver that would not hold"), *PLAIN_STATUSES[2:])


def _last_day(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """A day that is still to come, given as such or as a number of days."""
    from datetime import date, timedelta

    today = shared.today()
    if days := _DAYS.fullmatch(value):
        try:
            return (date.fromisoformat(today) + timedelta(int(days[1]))).isoformat()
        except OverflowError:
            return _LAST
    try:
        found = shared.day(context, parameter, value)
    except click.BadParameter:
        raise click.BadParameter(f"{value!r} is neither a date such as 2027-03-31 nor days such as 90d") from None
    if found <= today:
        raise click.BadParameter(f"{value} is not in the future: today is {today} (UTC)", context, parameter)
    return found


@click.command("waive", cls=Waive, context_settings=settings())
@click.argument("rule", required=False)
@shared.inputs
@option("Waiver", "--at", multiple=True, metavar="OPERATION", help="As 'GET /health', tag:NAME, operationId:NAME.")
@option("Waiver", "--file", "files", multiple=True, metavar="GLOB", help="Where the finding stands, or its API.")
@option("Waiver", "--pointer", "pointers", multiple=True, metavar="GLOB", help="Its place; ** is any number of keys.")
@option("Waiver", "--fingerprint", metavar="HEX", help="One finding, by the fingerprint that reports show.")
@option("Waiver", "--reason", metavar="TEXT", help="Why the risk is acceptable until then.")
@option("Waiver", "--owner", metavar="WHO", help="Who answers for it.")
@option("Waiver", "--until", required=True, callback=_last_day, metavar="DAY", help="The last day, or days as in 90d.")
@option("Waiver", "--id", "id_", metavar="ID", help="Its name. [default: the next W-YEAR-NUMBER]")
@option("Waiver", "--renew", metavar="ID", help="Move the last day of this waiver, and count that.")
@option("Waiver", "--force", is_flag=True, help="Add it though it covers nothing now.")
@shared.settings
@option("Output", "--file-to-write", "target", metavar="FILE", help="The file to add it to. [default: see above]")
@option("Output", "--print", "only_print", is_flag=True, help="Print what would change, and write nothing.")
@shared.color
@shared.bounds
@click.pass_context
def command(context: click.Context, /, **given: Any) -> int:
    """Accept a finding of RULE until a day: by name, with a reason, visible in every report.

    The waiver goes into the nearest configuration that has waivers, else into waivers.yaml beside
    the nearest configuration or at the root of the repository; comments and order stay as they are.
    PATH says which documents it is about; without one, those of the current folder. It has to cover
    at least one finding there, and the policy has to allow it.
    """
    from apilint.policy.model import ConfigurationError

    try:
        return _renewed(context, given) if given["renew"] else _added(context, given)
    except ConfigurationError as wrong:
        raise click.UsageError(str(wrong), context) from None


def _added(context: click.Context, given: dict[str, Any]) -> int:
    from apilint.cli.progress import followed
    from apilint.cli.waiver_file import with_item
    from apilint.config.here import all_rules
    from apilint.policy.waiver_terms import Terms
    from apilint.reading.discovery import display_name

    _require(given, context)
    with aside():
        loaded = shared.loaded(given)
    options = _options(given)
    today = shared.today()
    place = _place(given)
    path, why = place.target(given["target"])
    name = display_name(path, os.getcwd())
    known = place.configuration().waivers
    if given["id_"] and any(one.id == given["id_"] for one in known):
        raise click.UsageError(f"--id: there is a waiver {given['id_']} already", context)
    item = _item(given, given["id_"] or _next(known, today), path, today)
    changed = with_item(path, name, item)
    waiver = _read_back(place, changed, item["id"])
    rules = all_rules(loaded.rules, place.configuration())
    for pattern in waiver.rules:
        if not Terms(rules, today).meant(pattern):
            _unknown_rule(pattern, (rule.id for rule in rules), context)
    report = followed(context, options._replace(waivers=(waiver,), today=today), loaded)
    _require_hold(report, waiver, context)
    covered = [one for one in report.findings if one.suppression and one.suppression.id == waiver.id]
    if not covered and not given["force"]:
        raise click.UsageError(_uncovered(report, waiver, Terms(rules, today)), context)
    if why:
        complain(why, name="waive")
    return _finish(changed, given, _summary(waiver, covered, today))


def _renewed(context: click.Context, given: dict[str, Any]) -> int:
    from apilint.cli.waiver_file import renewed
    from apilint.config.here import all_rules
    from apilint.policy.waiver_terms import Terms

    # There is no rule to name, so what stands in its place is the first of the documents.
    given = {**given, "paths": (*((given["rule"],) if given["rule"] else ()), *given["paths"])}
    for name, said in _OF_A_NEW_ONE.items():
        if given[name]:
            raise click.UsageError(f"--renew moves the last day and no more: leave out {said}", context)
    place, today = _place(given), shared.today()
    known = {one.id: one for one in place.configuration().waivers}
    waiver = known.get(given["renew"])
    if waiver is None:
        from apilint.policy.selection import suggest

        raise click.UsageError(
            f"--renew: no waiver is called {given['renew']!r}{suggest(given['renew'], known)}", context
        )
    if given["until"] <= waiver.expires:
        raise click.UsageError(f"--until: {waiver.id} lasts until {waiver.expires} already", context)
    changed = renewed(waiver, given["until"], os.getcwd())
    waiver = _read_back(place, changed, waiver.id)
    with aside():
        loaded = shared.loaded(given)
    policy = _options(given).policy
    terms = Terms(all_rules(loaded.rules, place.configuration()), today, policy.terms if policy is not None else None)
    for notice in terms.verdict(waiver).notices:
        if notice.page in _FATAL:
            raise click.UsageError(notice.message, context)
    times = "once" if waiver.renewals == 1 else f"{waiver.renewals} times"
    left = _left(today, waiver.expires)
    return _finish(changed, given, f"{waiver.id} lasts until {waiver.expires} ({left}); it was renewed {times}")


def _require(given: dict[str, Any], context: click.Context) -> None:
    """Raise `click.UsageError` for what is left out, and for what is no place."""
    from apilint.policy import globs, selectors

    if not given["rule"]:
        raise click.UsageError("say which rule: apilint waive RULE ...", context)
    if not any(given[name] for name in ("at", "files", "pointers", "fingerprint")):
        raise click.UsageError("say where: --at, --file, --pointer or --fingerprint", context)
    for name in ("reason", "owner"):
        if not any(map(str.isalnum, given[name] or "")):
            raise click.UsageError(f"--{name}: a waiver without {name} holds nowhere", context)
    for selector in given["at"]:
        if fault := selectors.fault(selector):
            raise click.UsageError(f"--at: {selector!r}: {fault}", context)
    for glob in (*given["files"], *given["pointers"]):
        if fault := globs.fault(glob):
            raise click.UsageError(f"{glob!r}: {fault}", context)
    if "-" in given["paths"]:
        raise click.UsageError("a waiver is about files, not standard input", context)


def _options(given: dict[str, Any]) -> RunOptions:
    # Whatever the preset shows: what is waived for one run is waived for all.
    fixed: dict[str, Any] = {"preset": "audit", "select": (), "ignore": (), "rule_options": (), "min_confidence": None}
    return shared.run_options({**given, **fixed})


def _place(given: dict[str, Any]) -> Place:
    """Where configuration is looked for: for the folder of the first document that is named."""
    from apilint.cli.waiver_file import Place

    if given["isolated"]:
        raise click.UsageError(
            "--isolated: with no configuration there are no waivers", click.get_current_context(True)
        )
    first = next(iter(given["paths"]), os.curdir)
    folder = first if os.path.isdir(first) else os.path.dirname(first)
    return Place(folder if os.path.isdir(folder or os.curdir) and folder else os.curdir, os.getcwd(), given["config"])


def _item(given: dict[str, Any], id: str, path: str, today: str) -> dict[str, Any]:
    """A waiver as the file holds it; globs of files are from its folder."""
    folder, cwd = os.path.dirname(path), os.path.realpath(os.getcwd())
    files = [os.path.relpath(os.path.join(cwd, one), folder).replace(os.sep, "/") for one in given["files"]]
    for glob, one in zip(files, given["files"], strict=True):
        if glob.startswith("../"):
            raise click.UsageError(f"--file: {one} does not lie below {folder}, where the waiver is written")
    if not files and not given["fingerprint"]:
        files = _of_paths(given["paths"] or (os.curdir,), folder)
    match: dict[str, Any] = {}
    for key, values in (("operation", given["at"]), ("files", files), ("pointer", given["pointers"])):
        if values:
            many = len(values) > 1
            match[f"{key}s" if many and key != "files" else key] = list(values) if many else values[0]
    if given["fingerprint"]:
        match["fingerprint"] = given["fingerprint"].lower()
    reason, owner = (" ".join(given[name].split()) for name in ("reason", "owner"))
    item = {"id": id, "rule": given["rule"], "match": match, "owner": owner, "reason": reason}
    return {**item, "created": today, "expires": given["until"]}


def _of_paths(paths: Iterable[str], folder: str) -> list[str]:
    """The globs from a folder for the documents that the command is about; none where those are all in the folder."""
    found = []
    for path in paths:
        real = os.path.realpath(path)
        glob = os.path.relpath(os.path.join(real, "**") if os.path.isdir(real) else real, folder).replace(os.sep, "/")
        if glob == "**" or glob.startswith("../"):
            return []
        found.append(glob)
    return found


def _next(known: Iterable[Waiver], today: str) -> str:
    """The next id of this year: `W-2026-015` after `W-2026-014`."""
    numbers = [int(found[2]) for one in known if (found := _NUMBERED.fullmatch(one.id)) and found[1] == today[:4]]
    return f"W-{today[:4]}-{max(numbers, default=0) + 1:03}"


def _read_back(place: Place, changed: Changed, id: str) -> Waiver:
    """The waiver as it will be read: what is written is what holds, or nothing is written."""
    from apilint.policy.model import ConfigurationError

    for one in place.configuration(changed).waivers:
        if one.id == id and one.origin.path and os.path.realpath(one.origin.path) == os.path.realpath(changed.path):
            return one
    raise ConfigurationError(f"{changed.name} is not read for the documents here, so no waiver in it would hold")


def _unknown_rule(pattern: str, known: Iterable[str], context: click.Context) -> NoReturn:
    from apilint.policy.selection import suggest

    raise click.UsageError(f"no rule is called {pattern!r}{suggest(pattern, known)}", context)


def _require_hold(report: Report, waiver: Waiver, context: click.Context) -> None:
    """Raise `click.UsageError` where the policy, or anything else, keeps the waiver from holding."""
    for one in report.findings:
        here = one.location.file == waiver.origin.name and one.location.pointer == waiver.origin.pointer
        if one.rule in _FATAL and here:
            raise click.UsageError(one.message, context)


def _uncovered(report: Report, waiver: Waiver, terms: Any) -> str:
    """That nothing is covered, and what the rule found instead."""
    rules = {id for pattern in waiver.rules for id in terms.meant(pattern)}
    there = [one for one in report.findings if one.rule in rules]
    said = f"no finding of {', '.join(waiver.rules)} is covered by that"
    if report.problems:
        said += "; not everything could be checked"
    if not there:
        return f"{said}: there is none; --force adds the waiver all the same"
    listed = "".join(f"\n  {line}" for line in _nearby(there))
    return f"{said}, as all operations that one concerns have to be meant; there are:{listed}"


def _nearby(findings: Sequence[Finding]) -> Iterator[str]:
    from apilint.report.escape import visible
    from apilint.report.summary import reach, suppression_words

    for one in findings[:_NAMED]:
        at = one.location
        more = "; ".join(
            part for part in (reach(one), suppression_words(one.suppression) if one.suppression else "") if part
        )
        yield f"{visible(at.file)}:{at.span.line} {visible(at.pointer, 200)}" + (f" ({more})" if more else "")
    if len(findings) > _NAMED:
        yield f"and {len(findings) - _NAMED:,} more"


def _summary(waiver: Waiver, covered: Sequence[Finding], today: str) -> str:
    from apilint.report.layout import count

    said = f"covers {count(len(covered), 'finding')}" if covered else "covers nothing now"
    return f"{waiver.id} {said} until {waiver.expires} ({_left(today, waiver.expires)})"


def _left(today: str, until: str) -> str:
    from apilint.policy.dates import days
    from apilint.report.layout import count

    return count(days(today, until), "day")


def _finish(changed: Changed, given: dict[str, Any], said: str) -> int:
    """Write the file, unless it is only to be shown; print what changes."""
    from apilint.config.reading import content
    from apilint.config.tree import Files
    from apilint.reading.source import decode
    from apilint.report.layout import painter
    from apilint.report.patch import patch

    before = "" if changed.before is None else decode(changed.before)
    paint = painter(colored(given["color"], sys.stdout))
    emit(patch(changed.name, before, decode(changed.after), lambda text: text, paint))
    if given["only_print"]:
        complain(f"{said}; nothing was written", name="waive")
        return DONE
    if content(Files(), changed.path, changed.name) != changed.before:
        complain(f"{changed.name} could not be written: it has changed meanwhile", name="waive")
        return NOT_WRITTEN
    if not saved(changed.path, changed.after, "waive", changed.name):
        return NOT_WRITTEN
    complain(f"{changed.name}: {said}", name="waive")
    return DONE
