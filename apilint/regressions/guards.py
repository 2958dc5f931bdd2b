"""What protects operations beside authentication: limits of calls, refusals, and headers that warn browsers."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from apilint.analysis.words import words
from apilint.findings import Severity
from apilint.openapi.node import Node
from apilint.openapi.operation import Operation
from apilint.openapi.ratelimit import Evidence, strictest
from apilint.regressions import guard_regression_rules as rules
from apilint.regressions.causes import Seen
from apilint.regressions.regression_rules import AUTHENTICATION_REMOVED

_REFUSALS = ("401", "403")
_HEADERS = frozenset(
    "strict-transport-security x-content-type-options content-security-policy x-frame-options referrer-policy"
    " permissions-policy cross-origin-resource-policy cross-origin-opener-policy cross-origin-embedder-policy"
    " cache-control www-authenticate".split()
)
_SIGNATURES = frozenset("signature signed hmac digest svix jws authorization token secret auth jwt apikey".split())
_CREDENTIALS = frozenset(("authorization", "x-api-key", "api-key", "apikey", "x-auth-token", "x-access-token"))
_MUCH = 2.0
_FEW = 3


def compare_limits(before: Operation, head: Operation) -> Iterator[Seen]:
    """The declared limits of calls that went, came, or have other numbers."""
    old, new = before.rate_limit, head.rate_limit
    if not old and not new:
        return
    lost, won = _lost(old, new, head), _lost(new, old, before)
    if lost:
        yield _limit(before, head, lost, new, improves=False)
    elif won:
        yield _limit(before, head, won, old, improves=True)
    else:
        yield from _rates(before, head)


def _lost(old: tuple[Evidence, ...], new: tuple[Evidence, ...], weak: Operation) -> list[Evidence]:
    """The evidence of a kind of which nothing is left."""
    kinds = {one.kind for one in new}
    if any(code.upper() == "4XX" for code in weak.responses):
        kinds.add("response")
    return [one for one in old if one.kind not in kinds]


def _limit(
    before: Operation, head: Operation, lost: list[Evidence], left: tuple[Evidence, ...], *, improves: bool
) -> Seen:
    names = list(dict.fromkeys(_name(one) for one in lost))
    shown = ", ".join(names[:_FEW]) + (f" and {len(names) - _FEW:,} more" if len(names) > _FEW else "")
    enforces = any(one.kind == "extension" for one in lost)
    strong, weak = (head, before) if improves else (before, head)
    place = lost[0].place
    holder = _holder(strong, weak, place)
    return Seen(
        rules.RATE_LIMIT_REMOVED.id,
        (place.path, id(place.document)),
        f"declared no limit before; now there is {shown}"
        if improves
        else f"declared a limit by {shown}, which is gone",
        holder if improves else place,
        place if improves else holder,
        Severity.MEDIUM if enforces or not left else Severity.LOW,
        (head,),
        improves=improves,
    )


def _name(one: Evidence) -> str:
    return f"the response {one.name}" if one.kind == "response" else f"`{one.name[:60]}`"


def _holder(strong: Operation, weak: Operation, place: Node) -> Node:
    """The place in one state that corresponds to where evidence stands in the other."""
    above = place.parent
    if above is strong.api or place.path[:-1] == ():
        return weak.api
    return weak.path_item if above is strong.path_item else weak


def _rates(before: Operation, head: Operation) -> Iterator[Seen]:
    old, new = strictest(before), strictest(head)
    if old is None or new is None or old.rate is None or new.rate is None:
        return
    ratio = new.rate.per_minute / old.rate.per_minute
    if ratio > 1 or ratio < 1:
        yield Seen(
            rules.RATE_LIMIT_RAISED.id,
            (new.place.path, id(new.place.document)),
            f"could be called {old.rate}, and now {new.rate}",
            old.place,
            new.place,
            Severity.MEDIUM if ratio >= _MUCH else Severity.LOW,
            (head,),
            improves=ratio < 1,
        )


def compare_responses(before: Operation, head: Operation) -> Iterator[Seen]:
    """The refusals and the careful headers that responses describe no more, or describe now."""
    for strong, weak, improves in ((before, head, False), (head, before, True)):
        gone = [code for code in _REFUSALS if code in strong.responses and not _answers(weak, code)]
        if gone and (not improves or any(code in head.responses for code in gone)):
            codes = " and ".join(gone)
            yield Seen(
                rules.REFUSAL_REMOVED.id,
                ("refusal", head.path, id(head.document)),
                f"did not describe the refusal {codes}, which has come"
                if improves
                else f"described the refusal {codes}, which is gone",
                before,
                head,
                Severity.LOW,
                (head,),
                "responses" if "responses" in head.value else None,
                improves=improves,
            )
        yield from _headers(before, head, improves=improves)


def _answers(operation: Operation, code: str) -> bool:
    return code in operation.responses or any(one.upper() == "4XX" for one in operation.responses)


def _headers(before: Operation, head: Operation, *, improves: bool) -> Iterator[Seen]:
    for code, new in head.responses.items():
        old = before.responses.get(code)
        if old is None:
            continue
        strong, weak = (new, old) if improves else (old, new)
        gone = sorted(strong.headers.keys() & _HEADERS - weak.headers.keys())
        if gone:
            names = ", ".join(f"`{strong.headers[name].name}`" for name in gone[:_FEW])
            cause: Hashable = ("header", id(new.document), new.path)
            yield Seen(
                rules.SECURITY_HEADER_REMOVED.id,
                cause,
                f"described {names} with the answer {code}, which is gone"
                if not improves
                else f"did not describe {names} with the answer {code}, which has come",
                old,
                new,
                Severity.LOW,
                (head,),
                improves=improves,
            )


def compare_signatures(before: Operation, head: Operation) -> Iterator[Seen]:
    """What proves to the receiver of a webhook or callback who sends it."""
    old, new = proof(before), proof(head)
    if bool(old) != bool(new):
        improves = bool(new)
        yield Seen(
            rules.WEBHOOK_UNSIGNED.id,
            ("signature", head.path, id(head.document)),
            f"carried no proof of the sender before; now there is {new}"
            if improves
            else f"carried {old} as proof of the sender, which is gone",
            before,
            head,
            Severity.HIGH,
            (head,),
            improves=improves,
        )


def proof(operation: Operation) -> str:
    """What a webhook or callback proves its sender by, in words, or an empty string."""
    if not operation.security.is_anonymous:
        return "its `security`"
    for parameter in operation.parameters:
        if parameter.location in ("header", "query") and not _SIGNATURES.isdisjoint(words(parameter.name)):
            return f"{parameter.location} `{parameter.name[:60]}`"
    return ""


def compare_credentials(before: Operation, head: Operation) -> Iterator[Seen]:
    """Credentials that are modelled as header parameters, where no `security` says that they are needed."""
    olds, news = _credentials(before), _credentials(head)
    if not (olds or news) or not (before.security.is_anonymous and head.security.is_anonymous):
        return
    for one, other, improves in ((olds, news, False), (news, olds, True)):
        required = [name for name, is_required in one.items() if is_required]
        if not required or any(other.values()):
            continue
        name = required[0]
        went = "is optional now" if name in other else "is gone"
        yield Seen(
            AUTHENTICATION_REMOVED.id,
            ("header", name),
            f"could be called without credentials; callers now need the header `{name}`"
            if improves
            else f"required the header `{name}`, which {went}, and can now be called by anybody",
            before,
            head,
            Severity.HIGH if head.is_write else Severity.MEDIUM,
            (head,),
            "parameters" if "parameters" in head.value else None,
            improves=improves,
        )


def _credentials(operation: Operation) -> dict[str, bool]:
    return {
        parameter.name.lower(): parameter.required
        for parameter in operation.parameters
        if parameter.location == "header" and parameter.name.lower() in _CREDENTIALS
    }
