"""Documents to mend."""

from __future__ import annotations

# The name of the scheme is misspelled: a safe fix. That a variable may be http is an unsafe one.
BROKEN = """\
# The pets.
openapi: 3.0.3
info: {title: Pets, version: "1", contact: {name: us, email: us@pets.example}}
servers:
  - url: https://pets.example/v1   # one for all
security:
  - key: []
paths:
  /pets:
    get:
      responses:
        "200": {description: All}
components:
  securitySchemes:
    key:
      type: http
      scheme: 'bearer token'   # JWT
      description: Ask us.
"""
MENDED = BROKEN.replace("'bearer token'", "'bearer'")
CLEARTEXT = MENDED.replace("https:", "http:")


def unused(*names: str) -> str:
    """A document with components that nothing uses: `--rule unused-component` has something to do."""
    schemas = "".join(f"    {name}: {{type: object}}  # {name}\n" for name in names)
    return f"{MENDED}  schemas:\n{schemas}"
