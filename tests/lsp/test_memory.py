"""A server runs for days: what was checked before is let go."""

from __future__ import annotations

import gc
from pathlib import Path

from apilint.openapi.api import Api
from apilint.reading.document import Document
from apilint.run import RunOptions, run

PETSTORE = str(Path(__file__).parents[2] / "examples" / "petstore.yaml")


def test_nothing_keeps_the_documents_of_a_run_that_is_over() -> None:
    def alive() -> int:
        gc.collect()
        return sum(isinstance(one, (Api, Document)) for one in gc.get_objects())

    before = alive()
    for _ in range(3):
        assert run(RunOptions(paths=(PETSTORE,), preset="audit")).findings
    assert alive() - before <= 2, "at most those of the last run may be kept"
