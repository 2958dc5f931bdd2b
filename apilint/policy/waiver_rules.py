"""The pages of the rules about waivers. What they show is configuration, so no example is an OpenAPI document."""

from __future__ import annotations

from apilint.findings import Severity
from apilint.policy.own_rules import NOTICE, own_rule

EXPIRED = own_rule(
    "waiver-expired",
    Severity.MEDIUM,
    """A waiver has expired: what it covered counts again.

    Somebody accepted a risk until a day, and the day has passed (the last day counts; days are those of UTC). Its
    findings are reported as if it were not there, as severe as they are.

    To fix: mend what the findings name and remove the waiver; or decide anew: `apilint waive --renew W-2026-014 --until
    90d` moves the last day, and counts how often that was done.
    """,
    (NOTICE,),
)

EXPIRES_SOON = own_rule(
    "waiver-expires-soon",
    Severity.INFO,
    """A waiver expires soon: within 14 days, or as many as the policy says.

    A notice for its owner, while there is time: on the day after the last one its findings count again and may stop
    whatever change is in hand then.

    To fix: mend what is waived and remove the waiver; or decide anew with `apilint waive --renew`. `apilint waivers`
    lists all of them with the days that they have left.
    """,
    (NOTICE,),
)

UNUSED = own_rule(
    "waiver-unused",
    Severity.LOW,
    """A waiver covers nothing.

    What it was written for has been mended or has moved. Left where it is, it will silence the next finding of the rule
    in this place, about which nobody has decided anything.

    It is reported only where that is certain: nothing went wrong in the run, all of its rules ran, and the run looked
    at all files that it names, or at the whole folder of the file in which it is written. One API that needs it is
    enough.

    To fix: remove the waiver; or mend the place that it names. It covers a finding only if all operations that the
    finding concerns are among those that it names: what stands in a schema that other operations use, too, is not
    covered.
    """,
    (NOTICE,),
)

UNKNOWN_RULE = own_rule(
    "waiver-unknown-rule",
    Severity.MEDIUM,
    """A waiver names a rule that does not exist, so it does not hold for it.

    The id is mistyped, or the plugin that brought the rule is not installed here. A waiver that holds looks like this:

    ~~~yaml
    waivers:
      - id: W-2026-014
        rule: server-cleartext
        match: {operation: GET /health}
        owner: "@acme/platform"
        reason: the probe stays inside the cluster
        created: 2026-01-10
        expires: 2026-04-10
    ~~~

    To fix: write an id, or a pattern of ids, that `apilint rules` lists.
    """,
)

OWNER_UNKNOWN = own_rule(
    "waiver-owner-unknown",
    Severity.MEDIUM,
    """The owner of a waiver does not stand in CODEOWNERS, so the waiver does not hold.

    The policy asks for owners who can be reached: each has to be one of those that the CODEOWNERS file of the
    repository names, as a person, a team or an address. A repository without such a file has no owners.

    To fix: name an owner as CODEOWNERS does, `@acme/payments` or `payments@example.com`.
    """,
)

REFUSED = own_rule(
    "waiver-refused",
    Severity.MEDIUM,
    """A waiver does not hold: the policy does not allow it, or its days contradict each other.

    A policy may lock rules so that nobody waives them, say who may waive what, and limit how long a waiver lasts and
    how often it may be renewed. A waiver that is said to have been created in the future, or after its last day, holds
    nowhere. Its findings are reported as if it were not there.

    To fix: mend what the findings name, or change the waiver as the message says.
    """,
)

RULES = (EXPIRED, EXPIRES_SOON, OWNER_UNKNOWN, REFUSED, UNKNOWN_RULE, UNUSED)
