"""``any``: at least one of several conditions holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..condition import Condition, Gate, Outcome
from ..judge import Run
from ..sight import Bools, Sight


@dataclass(frozen=True, eq=False)
class AnyOf:
    """At least one condition holds; the matches of all that hold count.

    YAML: ``any: [{phrases: [...]}, {pattern: ...}]``, or with one condition of each kind the short form
    ``any: {phrases: [...], pattern: ...}``.
    """

    conditions: tuple[Condition, ...]

    def children(self) -> tuple[Condition, ...]:
        """The alternatives."""
        return self.conditions

    def gate(self) -> Gate | None:
        """The literals of all alternatives; None when one needs none."""
        gates = [condition.gate() for condition in self.conditions]
        if any(gate is None for gate in gates):
            return None
        known = [gate for gate in gates if gate is not None]
        return Gate(
            frozenset().union(*(gate.phrases for gate in known)),
            tuple(test for gate in known for test in gate.tests),
            tuple(likely for gate in known for likely in gate.likely),
        )

    def possible(self, sight: Sight, speaker: str) -> Bools:
        """Where one of them is."""
        found = sight.everywhere(False)
        for condition in self.conditions:
            found |= condition.possible(sight, speaker)
        return found

    def find(self, run: Run, places: Sequence[int]) -> Outcome | None:
        """Join what the alternatives found."""
        outcomes = []
        for condition in self.conditions:
            found = condition.find(run, places)
            if found is not None:
                if run.brief:
                    return found
                outcomes.append(found)
        if len(outcomes) < 2:
            return outcomes[0] if outcomes else None
        return Outcome(
            tuple(match for found in outcomes for match in found.matches),
            tuple(match for found in outcomes for match in found.context),
        )
