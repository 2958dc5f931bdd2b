"""The pages of what is said where a policy does not let something hold."""

from __future__ import annotations

from apilint.findings import Severity
from apilint.policy.own_rules import NOTICE, own_rule

CONFIGURATION_REFUSED = own_rule(
    "configuration-refused",
    Severity.MEDIUM,
    """Configuration asks for something that the policy does not allow, so it does not hold.

    A policy (`--policy`, `APILINT_POLICY`, or an installed package) is what a platform team decides for all
    repositories. A repository may be stricter in everything, and milder where the policy leaves it open. Everything
    else that its configuration or the command line asks for is left aside, and said here: a locked rule is not turned
    off, made milder or given other options, the gate does not begin later, documents are not left out. The finding
    stands at the line that asks for it; what the command line asked for is named by its option.

    Nothing has to be done for the check to be right: it ran as the policy says.

    To fix: take the setting out, or let it be no milder than the policy. If the policy does not fit your API, ask its
    owners to open what you need, or write a waiver with an owner and a last day.

    ~~~yaml
    # where the policy says: locked: {rules: {server-cleartext: on}}
    version: 1
    rules:
      server-cleartext: off       # does not hold
      # server-cleartext: critical  would hold
    ~~~
    """,
    (NOTICE,),
)

SUPPRESSION_REFUSED = own_rule(
    "suppression-refused",
    Severity.MEDIUM,
    """A suppression silences what the policy does not let it silence, so it does not hold.

    The policy says of which rules, and up to which severity, a comment or an extension in a document, or a baseline,
    is enough, and whether one in a document needs an owner and a last day, as waivers do. Of the rest the finding
    counts as if the suppression were not there: whoever changes a document must not be able to decide alone that a
    grave finding in it is none.

    To fix: mend what the finding names and remove the suppression. Where the risk has to be accepted for a time, write
    a waiver with an owner and a last day: `apilint waive`. If the message misses an owner or a last day, name them:
    `until=` and `owner=` in a comment, `expires` and `owner` in `x-apilint-ignore`.

    ~~~yaml
    servers:
      - url: http://orders.example.com  # apilint: ignore[server-cleartext] does not hold if the policy locks it
    # with an owner and a last day:
    # apilint: ignore[array-max-items] until=2026-12-31 owner=@acme/security the gateway cuts long lists
    ~~~
    """,
    (NOTICE,),
)

CONFIGURATION_UNUSED = own_rule(
    "configuration-unused",
    Severity.LOW,
    """A glob or a selector in configuration means nothing.

    An override, a declaration of public operations, or `exclude` names files or operations of which there are none: the
    name is mistyped, or what it meant has been removed or renamed. What it was to make stricter is not; and what it was
    to loosen may one day be something else of that name, about which nobody has decided anything.

    It is reported only where that is certain: nothing went wrong in the run, and it looked at the whole folder of the
    file in which this is written, or at all files that it names. One API for which it means something is enough. What
    a policy or a package says for many repositories is not looked at, and neither is `exclude` of a folder that is
    there although no document was found in it.

    To fix: correct the glob or the selector, or remove it.

    ~~~yaml
    version: 1
    overrides:
      - operations: GET /helth     # the path is /health
        rules: {rate-limit-undefined: off}
        reason: the probe is called by the cluster only
    ~~~
    """,
    (NOTICE,),
)

RULES = (CONFIGURATION_REFUSED, CONFIGURATION_UNUSED, SUPPRESSION_REFUSED)
