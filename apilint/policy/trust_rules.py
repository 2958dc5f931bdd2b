"""The pages of what is said where `--trust-ref` lets something hold only once it is merged."""

from __future__ import annotations

from apilint.findings import Severity
from apilint.policy.own_rules import NOTICE, own_rule

CONFIG_CHANGED = own_rule(
    "policy-config-changed",
    Severity.INFO,
    """A file that decides how documents are judged is not as the trusted revision has it, so the change does not hold.

    With `--trust-ref origin/main`, configuration, waivers, the baseline, CODEOWNERS and a policy that is a file of the
    repository are read as they stand at the tip of that branch, and not in the change. Else its author could write
    the judge as well: turn a rule off, waive a finding, add it to the baseline. The notice names each such file that
    was added, edited or removed, at the first line that is new. It says nothing about files that only others have
    changed since the branch began.

    Nothing has to be done for the check to be right. It says where a reviewer should look, for once the change is
    merged it holds for everybody.

    To fix: review the change to configuration, best as a change of its own, and merge it first.

    ~~~sh
    apilint check --trust-ref origin/main
    ~~~
    """,
    (NOTICE,),
)

PENDING = own_rule(
    "suppression-pending",
    Severity.INFO,
    """A suppression is not in the trusted revision, so it does not hold yet.

    With `--trust-ref origin/main`, a comment or an extension in a document suppresses a finding only if the document
    has it in that revision, too: for the same rule, at the same place, with the same owner and last day. One that the
    change adds, moves or prolongs is reported here, and the finding counts until it is merged. The same goes for all
    suppressions in a document that is new, and for `x-apilint-public`, which declares operations public.

    To fix: mend what the finding names. If it has to be accepted, let somebody review the suppression and merge it
    first, or write a waiver.

    ~~~yaml
    servers:
      - url: http://orders.example.com  # apilint: ignore[server-cleartext] added by this change, so it is pending
    ~~~
    """,
    (NOTICE,),
)

RULES = (CONFIG_CHANGED, PENDING)
