"""`--timing`: where the time of a run went."""

from __future__ import annotations

from time import perf_counter

_SHOWN = 15


class Timing:
    """Collects seconds by name: of each rule, and of reading, modelling and signing."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._start = perf_counter()

    def record(self, name: str, seconds: float) -> None:
        """Add to the time of a rule or a part of the run."""
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds

    def lines(self) -> list[str]:
        """The table: the parts, all rules together, the slowest rules, each in milliseconds and as a share."""
        whole = perf_counter() - self._start
        parts = [name for name in self.seconds if name.startswith("(")]
        rules = sorted((name for name in self.seconds if name not in parts), key=lambda name: -self.seconds[name])
        rows = [(name, self.seconds[name]) for name in parts]
        rows.append((f"({len(rules)} rules)", sum(self.seconds[name] for name in rules)))
        rows.append(("(the rest)", max(0.0, whole - sum(seconds for _, seconds in rows))))
        rows += [(name, self.seconds[name]) for name in rules[:_SHOWN]]
        return [
            f"timing: {whole * 1000:,.1f} ms",
            *(f"  {seconds * 1000:>10,.1f} ms {seconds / whole:>6.1%}  {name}" for name, seconds in rows),
        ]
