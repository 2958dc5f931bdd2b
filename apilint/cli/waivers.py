"""`apilint waivers`: who accepted what, and how long it still holds."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from apilint.cli import options as shared
from apilint.cli.help import Headed, option, settings
from apilint.cli.overview import PLAIN_STATUSES
from apilint.cli.streams import aside, colored, emit, width

if TYPE_CHECKING:
    from apilint.options import RunOptions
    from apilint.policy.model import Configuration, Waiver
    from apilint.policy.waiver_terms import Terms, Verdict
    from apilint.report.layout import Paint

DONE, EXPIRED = 0, 1
_REASON = 300
_WORD = 100


class WaiversCommand(Headed):
    """The command, with its help."""

    examples = (
        ("apilint waivers", "all of them, those that end first at the top"),
        ("apilint waivers --expiring 30", "those that end within 30 days, or have"),
        ("apilint waivers --format markdown --fail-expired", "for a job that runs each night"),
    )
    headings = ("Input", "Waivers", "Configuration", "Output", *shared.BOUNDS)
    statuses = (("0", "listed"), ("1", "with --fail-expired: one of them holds no more"), *PLAIN_STATUSES[1:])


class Row(NamedTuple):
    """A waiver with what is to be thought of it: `state` is `holds`, `soon`, `expired` or `refused`."""

    waiver: Waiver
    left: int
    state: str
    remarks: tuple[str, ...]

    @property
    def origin(self) -> str:
        """Where it is written."""
        return str(self.waiver.origin)


@click.command("waivers", cls=WaiversCommand, context_settings=settings())
@shared.inputs
@option(
    "Waivers", "--expiring", type=click.IntRange(0), metavar="DAYS", help="Only those that end within so many days."
)
@option("Waivers", "--fail-expired", is_flag=True, help="Exit 1 if one of those listed has expired or is refused.")
@shared.settings
@shared.printed("text", "json", "markdown")
@shared.color
@shared.bounds
@click.pass_context
def command(context: click.Context, /, **given: Any) -> int:
    """List the waivers that hold for documents, by the days that they have left.

    PATH is a file, a folder or a pattern; without one, the current folder. The documents are not
    checked: apilint check says which waivers cover nothing.
    """
    from apilint.policy.model import ConfigurationError

    try:
        rows = _rows(context, given)
    except ConfigurationError as wrong:
        raise click.UsageError(str(wrong), context) from None
    if given["expiring"] is not None:
        rows = [row for row in rows if row.left <= given["expiring"]]
    emit(_FORMATS[given["format_name"]](rows, given))
    gone = any(row.state in ("expired", "refused") for row in rows)
    return EXPIRED if gone and given["fail_expired"] else DONE


def _rows(context: click.Context, given: dict[str, Any]) -> list[Row]:
    """The waivers of all documents that are meant, each once, those first that end first."""
    from apilint.config.here import all_rules
    from apilint.policy.waiver_terms import Terms, key

    fixed: dict[str, Any] = {"preset": None, "select": (), "ignore": (), "rule_options": (), "min_confidence": None}
    options = shared.run_options({**given, **fixed})
    if options.isolated:
        raise click.UsageError("--isolated: with no configuration there are no waivers", context)
    with aside():
        loaded = shared.loaded(given)
    policy = options.policy.terms if options.policy is not None else None
    found: dict[str, Row] = {}
    for configuration in _configurations(options):
        terms = Terms(all_rules(loaded.rules, configuration), shared.today(), policy)
        for waiver in configuration.waivers:
            if key(waiver) not in found:
                found[key(waiver)] = _row(waiver, terms.verdict(waiver), terms)
    return sorted(found.values(), key=lambda row: (row.left, row.waiver.id, row.origin))


def _configurations(options: RunOptions) -> Iterable[Configuration]:
    """Each configuration that holds for a document, or for a folder that is named."""
    from apilint.reading.discovery import discover
    from apilint.run import discovery_for

    discovery = discovery_for(options)
    if discovery is None:
        return ()
    folders = [os.path.join(path, "api.yaml") for path in options.paths or (os.curdir,) if os.path.isdir(path)]
    candidates = discover(options.paths, cwd=os.getcwd(), stdin_name=options.stdin_filename, limits=options.limits)
    paths = (*folders, *(one.path for one in candidates if not (one.fragment or one.other)))
    return {id(one): one for one in map(discovery.of, paths)}.values()


def _row(waiver: Waiver, verdict: Verdict, terms: Terms) -> Row:
    remarks = tuple(notice.message for notice in verdict.notices if notice.page != "waiver-expired")
    if verdict.left < 0:
        state = "expired"
    elif not verdict.rules:
        state = "refused"
    else:
        state = "soon" if terms.warning(waiver, verdict.left) else "holds"
    return Row(waiver, verdict.left, state, remarks)


def _text(rows: Sequence[Row], given: dict[str, Any]) -> str:
    from apilint.report.escape import screen, visible
    from apilint.report.layout import painter, wrap

    columns, paint = width(sys.stdout), painter(colored(given["color"], sys.stdout))
    lines = []
    for row in rows:
        waiver = row.waiver
        head = f"{visible(waiver.id, _WORD)}  {_said(waiver.rules)}"
        lines += [f"{paint('strong', head)}  {_days(row, paint)}"]
        details = [_place(waiver), visible(waiver.reason, _REASON), _about(row), *(visible(one) for one in row.remarks)]
        lines += [f"    {line}" for detail in details for line in wrap(detail, columns - 4)]
        lines.append("")
    return screen("".join(f"{line}\n" for line in (*lines, _summary(rows, given))))


def _days(row: Row, paint: Paint) -> str:
    said = f"{_left(row)} ({row.waiver.expires})"
    if row.state == "refused":
        return paint("high", f"does not hold; {said}")
    return paint({"expired": "high", "soon": "medium"}.get(row.state, "quiet"), said)


def _left(row: Row) -> str:
    from apilint.report.layout import count

    if row.left < 0:
        return f"expired {count(-row.left, 'day')} ago"
    return ("last day today", "1 day left")[row.left] if row.left < 2 else f"{row.left:,} days left"


def _about(row: Row) -> str:
    from apilint.report.escape import visible

    waiver = row.waiver
    created = f", created {waiver.created}" if waiver.created else ""
    renewed = f", renewed {'once' if waiver.renewals == 1 else f'{waiver.renewals} times'}" if waiver.renewals else ""
    return f"owner {visible(waiver.owner, _WORD)}{created}{renewed}, {visible(row.origin, _WORD)}"


def _place(waiver: Waiver) -> str:
    """Where a waiver holds, in words and already visible."""
    where = waiver.where
    parts = [
        _said(where.operations),
        f"in {_said(where.files)}" if where.files else "",
        f"at {_said(where.pointers)}" if where.pointers else "",
        f"fingerprint {waiver.fingerprint}" if waiver.fingerprint else "",
    ]
    return " ".join(part for part in parts if part) or "everywhere"


def _said(words: Iterable[str]) -> str:
    from apilint.report.escape import visible

    return ", ".join(visible(word, _WORD) for word in words)


def _summary(rows: Sequence[Row], given: dict[str, Any]) -> str:
    from apilint.report.layout import count

    within = f" with at most {count(given['expiring'], 'day')} left" if given["expiring"] is not None else ""
    if not rows:
        return f"no waivers{within}"
    states = [(state, sum(row.state == state for row in rows)) for state in ("expired", "refused", "soon")]
    words = {"expired": "expired", "refused": "refused", "soon": "about to expire"}
    more = ", ".join(f"{number:,} {words[state]}" for state, number in states if number)
    return f"{count(len(rows), 'waiver')}{within}{f': {more}' if more else ''}"


def _json(rows: Sequence[Row], given: dict[str, Any]) -> str:
    from apilint.report.json_text import json_document, json_text

    head = json_text({"version": "1", "today": shared.today()})
    listed = ",\n".join(json_text(_record(row)) for row in rows)
    return json_document(f'{head[:-1]},\n"waivers":[{listed}]}}\n')


def _record(row: Row) -> dict[str, Any]:
    waiver, where = row.waiver, row.waiver.where
    return {
        "id": waiver.id,
        "rules": list(waiver.rules),
        "operations": list(where.operations),
        "files": list(where.files),
        "pointers": list(where.pointers),
        "fingerprint": waiver.fingerprint or None,
        "owner": waiver.owner,
        "reason": waiver.reason,
        "created": waiver.created or None,
        "expires": waiver.expires,
        "renewals": waiver.renewals,
        "days_left": row.left,
        "state": row.state,
        "remarks": list(row.remarks),
        "file": waiver.origin.name,
        "line": waiver.origin.span.line if waiver.origin.span else None,
    }


def _markdown(rows: Sequence[Row], given: dict[str, Any]) -> str:
    from apilint.report.escape import markdown, markdown_code, screen

    lines = [f"**{_summary(rows, given)}**"]
    if rows:
        lines += [
            "",
            "| Waiver | Rule | Place | Owner | Days left | Reason |",
            "| --- | --- | --- | --- | ---: | --- |",
        ]
    for row in rows:
        waiver = row.waiver
        left = f"**{row.left:,}**" if row.state in ("expired", "soon") else f"{row.left:,}"
        cells = [
            markdown(waiver.id, _WORD),
            ", ".join(markdown_code(rule, _WORD) for rule in waiver.rules),
            markdown(_place(waiver)),
            markdown(waiver.owner, _WORD),
            f"{left} ({waiver.expires})" + (", refused" if row.state == "refused" else ""),
            markdown(". ".join((waiver.reason, *row.remarks)), _REASON),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return screen("".join(f"{line}\n" for line in lines))


_FORMATS = {"text": _text, "json": _json, "markdown": _markdown}
