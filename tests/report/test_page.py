from __future__ import annotations

import json

from apilint.findings import Confidence, Severity
from apilint.report.catalogue import as_json, as_text
from apilint.report.page import page, part
from apilint.report.references import address, title
from apilint.rule import Rule

PAGE = """\
# server-cleartext

The server is reached without encryption.

- severity: high
- confidence: high
- status: stable
- since: 0.1.0
- fixable: yes

## Why it matters

Whoever is on the way reads and changes what is sent.

## Flagged

```yaml
servers:
  - url: http://api.example.com  # flagged
```

## Accepted

```yaml
servers:
  - url: https://api.example.com
```

## Alone, or left out

```
apilint check --select server-cleartext
apilint check --ignore server-cleartext
```

## References

- OWASP-API8:2023 Security Misconfiguration: <https://owasp.org/API-Security/editions/2023/en/0xa8-security-misconfiguration/>
- CWE-319 Cleartext Transmission of Sensitive Information: <https://cwe.mitre.org/data/definitions/319.html>
- RFC 9110 HTTP Semantics: <https://www.rfc-editor.org/rfc/rfc9110>
"""


def test_the_sections_stand_in_a_fixed_order(a_rule: Rule) -> None:
    assert page(a_rule) == PAGE


def test_a_plugin_s_page_brings_no_escapes(a_rule: Rule) -> None:
    text = page(
        a_rule._replace(doc="Sum\x1b[2Jmary.\n\nA\u202eb\n\n```yaml other\nx: 1\n```", refs=(), owner="acme 1.0")
    )
    assert "\x1b" not in text
    assert "A\\u202eb" in text
    assert "- owner: acme 1.0" in text
    assert "```yaml other\nx: 1\n```" in text


def test_attack_remedy_and_options_have_sections_of_their_own(a_rule: Rule) -> None:
    doc = (
        "Sum.\n\nWhy.\n\nTo fix: write less.\n\nAttack: somebody\nreads.\n\nBecause.\n\nOptions: `most` (5): how many."
    )
    text = page(a_rule._replace(doc=doc, up_to=(Severity.CRITICAL, Confidence.HIGH)))
    assert "- severity: high, up to critical\n- confidence: high\n" in text
    sections = text.split("\n## ")
    assert sections[1:5] == [
        "Why it matters\n\nWhy.\n\nBecause.\n",
        "What an attacker does\n\nSomebody\nreads.\n",
        "To fix\n\nWrite less.\n",
        "Options\n\n`most` (5): how many.\n",
    ]


def test_a_section_can_be_had_alone(a_rule: Rule) -> None:
    rule = a_rule._replace(doc="Sum.\n\nWhy.\n\nTo fix: use `https`.\n\nBe\x1bcause.\n\nTo fix: then\nredirect.")
    assert part(rule, "Why it matters") == "Why.\n\nBe\\x1bcause."
    assert part(rule, "To fix") == "Use `https`.\n\nThen\nredirect."
    assert part(rule, "What an attacker does") == part(rule, "Options") == part(rule, "Flagged") == ""
    assert part(a_rule._replace(doc="Only this."), "Why it matters") == ""


def test_a_page_may_be_one_line(a_rule: Rule) -> None:
    assert "## Why" not in page(a_rule._replace(doc="Only this."))


def test_addresses() -> None:
    assert address("https://example.com/a") == "https://example.com/a"
    assert address("javascript:alert(1)") is None
    assert address("OWASP-API99:2023") is None
    assert title("OWASP-API99:2023") == title("CWE-0") == title("RFC-1") == ""


def test_the_list_of_rules(a_rule: Rule) -> None:
    preview = a_rule._replace(id="acme/x", status="preview", fixable=False, gives_way_to=("server-cleartext",))
    text = as_text([preview, a_rule])
    assert text == (
        "id                severity  confidence  summary\n"
        "acme/x            high      high        The server is reached without encryption (preview)\n"
        "server-cleartext  high      high        The server is reached without encryption [*]\n"
        "\n"
        "2 rules; apilint explain ID shows one\n"
    )
    value = json.loads(as_json([preview]))
    assert value == {
        "version": 1,
        "rules": [
            {
                "id": "acme/x",
                "summary": "The server is reached without encryption",
                "severity": "high",
                "confidence": "high",
                "refs": ["OWASP-API8:2023", "CWE-319", "RFC 9110"],
                "since": "0.1.0",
                "status": "preview",
                "owner": "",
                "gives_way_to": ["server-cleartext"],
                "fixable": False,
            }
        ],
    }
    assert json.loads(as_json([])) == {"version": 1, "rules": []}


def test_on_a_terminal_no_line_is_wider_than_it(a_rule: Rule) -> None:
    long = a_rule._replace(doc="A summary that goes on for longer than any terminal is wide, " * 3)
    assert all(len(line) <= 80 for line in as_text([long], 80).splitlines())
    assert max(map(len, as_text([long]).splitlines())) > 80
