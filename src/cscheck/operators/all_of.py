"""``all``: every one of several conditions holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..condition import Condition, Gate, Outcome
from ..judge import Match, Run
from ..sight import Bools, Sight


@dataclass(frozen=True, eq=False)
class AllOf:
    """Every condition holds; the first that has matches gives the finding its place, the others are evidence.

    YAML: ``all: [{phrases: [...]}, {not: {pattern: ...}}]``.
    """

    conditions: tuple[Condition, ...]

    def children(self) -> tuple[Condition, ...]:
        """The conditions."""
        return self.conditions

    def gate(self) -> Gate | None:
        """The cheapest set of literals among the conditions: one that is missing decides."""
        gates = [gate for condition in self.conditions if (gate := condition.gate()) is not None]
        return min(gates, key=lambda gate: gate.cost) if gates else None

    def possible(self, sight: Sight, speaker: str) -> Bools:
        """Where all of them are."""
        found = sight.everywhere()
        for condition in self.conditions:
            found &= condition.possible(sight, speaker)
        return found

    def find(self, run: Run, places: Sequence[int]) -> Outcome | None:
        """Return the first matches found, or None as soon as one condition fails."""
        matches: tuple[Match, ...] | None = None
        context: list[Match] = []
        for condition in self.conditions:
            found = condition.find(run, places)
            if found is None:
                return None
            if matches is None and found.matches:
                matches = found.matches
            else:
                context += found.matches
            context += found.context
        return Outcome(matches or (), tuple(context))
