"""Places in files as other programs know them: `file:line:column`, names, and columns in other units."""

from __future__ import annotations

from apilint.findings import Location, Problem
from apilint.report.escape import visible


def place(location: Location) -> str:
    """`file:line:column`, as terminals and editors know to open it; already visible."""
    return f"{visible(location.file)}:{location.span.line}:{location.span.column}"


def problem_place(problem: Problem) -> str:
    """The same for a problem, as far as it has a place; an empty string where it has none."""
    if problem.file is None:
        return ""
    numbers = [str(number) for number in (problem.line, problem.column) if number is not None]
    return ":".join([visible(problem.file), *numbers])


def in_repository(file: str) -> str:
    """A file by the name that code hosts have for it: without `./`, which standard input may have been given."""
    return file.removeprefix("./")


def utf16_units(text: str) -> int:
    """How long a text is to programs that count as Java and JavaScript do; a lone surrogate is one unit."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf8_units(text: str) -> int:
    """How long a text is in bytes of UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
