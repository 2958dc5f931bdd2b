"""What the references of rules are called and where they can be read."""

from __future__ import annotations

import re
from collections.abc import Sequence

CWE = re.compile(r"CWE-(\d{1,6})")
OWASP = re.compile(r"OWASP-(API\d{1,2}):(\d{4})")
_OWASP = {
    "OWASP-API1:2023": ("0xa1-broken-object-level-authorization", "Broken Object Level Authorization"),
    "OWASP-API2:2023": ("0xa2-broken-authentication", "Broken Authentication"),
    "OWASP-API3:2023": (
        "0xa3-broken-object-property-level-authorization",
        "Broken Object Property Level Authorization",
    ),
    "OWASP-API4:2023": ("0xa4-unrestricted-resource-consumption", "Unrestricted Resource Consumption"),
    "OWASP-API5:2023": ("0xa5-broken-function-level-authorization", "Broken Function Level Authorization"),
    "OWASP-API6:2023": (
        "0xa6-unrestricted-access-to-sensitive-business-flows",
        "Unrestricted Access to Sensitive Business Flows",
    ),
    "OWASP-API7:2023": ("0xa7-server-side-request-forgery", "Server Side Request Forgery"),
    "OWASP-API8:2023": ("0xa8-security-misconfiguration", "Security Misconfiguration"),
    "OWASP-API9:2023": ("0xa9-improper-inventory-management", "Improper Inventory Management"),
    "OWASP-API10:2023": ("0xaa-unsafe-consumption-of-apis", "Unsafe Consumption of APIs"),
}
# Names of the Common Weakness Enumeration, version 4.
_CWE = {
    16: "Configuration",
    20: "Improper Input Validation",
    22: "Path Traversal",
    73: "External Control of File Name or Path",
    74: "Injection",
    79: "Cross-site Scripting",
    94: "Code Injection",
    113: "HTTP Request/Response Splitting",
    176: "Improper Handling of Unicode Encoding",
    185: "Incorrect Regular Expression",
    190: "Integer Overflow or Wraparound",
    200: "Exposure of Sensitive Information to an Unauthorized Actor",
    203: "Observable Discrepancy",
    204: "Observable Response Discrepancy",
    209: "Generation of Error Message Containing Sensitive Information",
    213: "Exposure of Sensitive Information Due to Incompatible Policies",
    235: "Improper Handling of Extra Parameters",
    250: "Execution with Unnecessary Privileges",
    266: "Incorrect Privilege Assignment",
    269: "Improper Privilege Management",
    272: "Least Privilege Violation",
    284: "Improper Access Control",
    285: "Improper Authorization",
    287: "Improper Authentication",
    290: "Authentication Bypass by Spoofing",
    294: "Authentication Bypass by Capture-replay",
    295: "Improper Certificate Validation",
    306: "Missing Authentication for Critical Function",
    307: "Improper Restriction of Excessive Authentication Attempts",
    319: "Cleartext Transmission of Sensitive Information",
    327: "Use of a Broken or Risky Cryptographic Algorithm",
    340: "Generation of Predictable Numbers or Identifiers",
    345: "Insufficient Verification of Data Authenticity",
    346: "Origin Validation Error",
    347: "Improper Verification of Cryptographic Signature",
    352: "Cross-Site Request Forgery",
    359: "Exposure of Private Personal Information to an Unauthorized Actor",
    384: "Session Fixation",
    388: "Error Handling",
    391: "Unchecked Error Condition",
    400: "Uncontrolled Resource Consumption",
    409: "Improper Handling of Highly Compressed Data",
    430: "Deployment of Wrong Handler",
    434: "Unrestricted Upload of File with Dangerous Type",
    436: "Interpretation Conflict",
    441: "Unintended Proxy or Intermediary",
    444: "HTTP Request/Response Smuggling",
    451: "User Interface (UI) Misrepresentation of Critical Information",
    471: "Modification of Assumed-Immutable Data",
    477: "Use of Obsolete Function",
    489: "Active Debug Code",
    494: "Download of Code Without Integrity Check",
    497: "Exposure of Sensitive System Information to an Unauthorized Control Sphere",
    522: "Insufficiently Protected Credentials",
    523: "Unprotected Transport of Credentials",
    524: "Use of Cache Containing Sensitive Information",
    525: "Use of Web Browser Cache Containing Sensitive Information",
    532: "Insertion of Sensitive Information into Log File",
    538: "Insertion of Sensitive Information into Externally-Accessible File or Directory",
    540: "Inclusion of Sensitive Information in Source Code",
    546: "Suspicious Comment",
    549: "Missing Password Field Masking",
    598: "Use of GET Request Method With Sensitive Query Strings",
    601: "URL Redirection to Untrusted Site",
    611: "Improper Restriction of XML External Entity Reference",
    613: "Insufficient Session Expiration",
    614: "Sensitive Cookie in HTTPS Session Without 'Secure' Attribute",
    615: "Inclusion of Sensitive Information in Source Code Comments",
    624: "Executable Regular Expression Error",
    625: "Permissive Regular Expression",
    639: "Authorization Bypass Through User-Controlled Key",
    650: "Trusting HTTP Permission Methods on the Server Side",
    674: "Uncontrolled Recursion",
    693: "Protection Mechanism Failure",
    694: "Use of Multiple Resources with Duplicate Identifier",
    698: "Execution After Redirect",
    706: "Use of Incorrectly-Resolved Name or Reference",
    732: "Incorrect Permission Assignment for Critical Resource",
    749: "Exposed Dangerous Method or Function",
    770: "Allocation of Resources Without Limits or Throttling",
    776: "XML Entity Expansion",
    777: "Regular Expression without Anchors",
    798: "Use of Hard-coded Credentials",
    799: "Improper Control of Interaction Frequency",
    807: "Reliance on Untrusted Inputs in a Security Decision",
    829: "Inclusion of Functionality from Untrusted Control Sphere",
    837: "Improper Enforcement of a Single, Unique Action",
    840: "Business Logic Errors",
    843: "Type Confusion",
    862: "Missing Authorization",
    863: "Incorrect Authorization",
    915: "Improperly Controlled Modification of Dynamically-Determined Object Attributes",
    918: "Server-Side Request Forgery",
    942: "Permissive Cross-domain Policy with Untrusted Domains",
    943: "Improper Neutralization of Special Elements in Data Query Logic",
    1004: "Sensitive Cookie Without 'HttpOnly' Flag",
    1007: "Insufficient Visual Distinction of Homoglyphs Presented to User",
    1021: "Improper Restriction of Rendered UI Layers or Frames",
    1059: "Insufficient Technical Documentation",
    1164: "Irrelevant Code",
    1188: "Initialization of a Resource with an Insecure Default",
    1275: "Sensitive Cookie with Improper SameSite Attribute",
    1284: "Improper Validation of Specified Quantity in Input",
    1287: "Improper Validation of Specified Type of Input",
    1321: "Prototype Pollution",
    1333: "Inefficient Regular Expression Complexity",
    1390: "Weak Authentication",
    1392: "Use of Default Credentials",
    1427: "Improper Neutralization of Input Used for LLM Prompting",
}
_RFC = {
    3986: "Uniform Resource Identifier (URI): Generic Syntax",
    4559: "SPNEGO-based Kerberos and NTLM HTTP Authentication in Microsoft Windows",
    5849: "The OAuth 1.0 Protocol",
    6265: "HTTP State Management Mechanism",
    6266: "Use of the Content-Disposition Header Field in HTTP",
    6585: "Additional HTTP Status Codes",
    6749: "The OAuth 2.0 Authorization Framework",
    6750: "The OAuth 2.0 Authorization Framework: Bearer Token Usage",
    6797: "HTTP Strict Transport Security (HSTS)",
    6902: "JavaScript Object Notation (JSON) Patch",
    7239: "Forwarded HTTP Extension",
    7396: "JSON Merge Patch",
    7519: "JSON Web Token (JWT)",
    7616: "HTTP Digest Access Authentication",
    7617: "The 'Basic' HTTP Authentication Scheme",
    7636: "Proof Key for Code Exchange by OAuth Public Clients",
    8259: "The JavaScript Object Notation (JSON) Data Interchange Format",
    8414: "OAuth 2.0 Authorization Server Metadata",
    8594: "The Sunset HTTP Header Field",
    8628: "OAuth 2.0 Device Authorization Grant",
    8725: "JSON Web Token Best Current Practices",
    9110: "HTTP Semantics",
    9111: "HTTP Caching",
    9112: "HTTP/1.1",
    9116: "A File Format to Aid in Security Vulnerability Disclosure",
    9421: "HTTP Message Signatures",
    9457: "Problem Details for HTTP APIs",
    9700: "Best Current Practice for OAuth 2.0 Security",
    9745: "The Deprecation HTTP Response Header Field",
}


def title(ref: str) -> str:
    """What a reference is called, or an empty string: "CWE-598" is "Use of GET Request Method With …"."""
    if ref in _OWASP:
        return _OWASP[ref][1]
    found = re.fullmatch(r"(CWE|RFC)[ -](\d{1,6})", ref)
    return (_CWE if found[1] == "CWE" else _RFC).get(int(found[2]), "") if found else ""


def address(ref: str) -> str | None:
    """Where a reference of a rule (`CWE-598`, `OWASP-API2:2023`, `RFC 6749`) can be read, if that is known."""
    if ref in _OWASP:
        return f"https://owasp.org/API-Security/editions/2023/en/{_OWASP[ref][0]}/"
    if found := CWE.fullmatch(ref):
        return f"https://cwe.mitre.org/data/definitions/{found[1]}.html"
    if found := re.match(r"RFC[ -]?(\d+)", ref):
        return f"https://www.rfc-editor.org/rfc/rfc{found[1]}"
    return ref if ref.startswith("https://") else None


def first_address(refs: Sequence[str]) -> str | None:
    """The address of the first reference that has one."""
    return next(filter(None, map(address, refs)), None)
