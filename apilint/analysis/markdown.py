"""What of a Markdown text becomes HTML: everything but code. No model, and no full parser."""

from __future__ import annotations

import re


def without_code(text: str) -> str:
    """The text with code blocks and code spans blanked out, each character at its place."""
    if "`" not in text and "~~~" not in text and "    " not in text and "\t" not in text:
        return text
    return _without_spans(_without_blocks(text))


def _without_blocks(text: str) -> str:
    lines = text.split("\n")
    fence = ""
    # Below a list item four blanks are no code.
    in_list = any(re.match(r"\s*(?:[-*+]|\d{1,9}[.)])\s", line[:40]) for line in lines)
    was_blank = True
    for number, line in enumerate(lines):
        bare = line.lstrip(" \t>")
        mark = bare[:3]
        if fence:
            lines[number] = " " * len(line)
            if bare.startswith(fence) and not bare.strip().strip(fence[0]):
                fence = ""
        elif mark in ("```", "~~~") and not (mark == "```" and "`" in bare.lstrip("`")):
            fence = mark[0] * (len(bare) - len(bare.lstrip(mark[0])))
            lines[number] = " " * len(line)
        elif was_blank and not in_list and bare and line.startswith(("    ", "\t")):
            lines[number] = " " * len(line)
            continue  # the block goes on
        was_blank = not bare
    return "\n".join(lines)


def _without_spans(text: str) -> str:
    """Blank what stands between two equally long runs of backticks of one paragraph."""
    runs = [(found.start(), found.end()) for found in re.finditer(r"`+", text)]
    ends: dict[int, list[int]] = {}
    for number in range(len(runs) - 1, -1, -1):
        ends.setdefault(runs[number][1] - runs[number][0], []).append(number)
    parts: list[str] = []
    at = number = 0
    while number < len(runs):
        start, end = runs[number]
        same = ends[end - start]
        while same and same[-1] <= number:
            same.pop()
        closing = runs[same[-1]] if same else None
        if closing is not None and not (start and text[start - 1] == "\\") and "\n\n" not in text[end : closing[0]]:
            parts += (text[at:end], " " * (closing[0] - end))
            at = closing[0]
            number = same[-1]
        number += 1
    return "".join([*parts, text[at:]])
