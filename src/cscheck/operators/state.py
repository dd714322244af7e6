"""``is``: a named state (状态) of a turn, defined once in ``states/`` and used in any rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..condition import Condition, Gate, Outcome
from ..judge import Run
from ..sight import Bools, Sight


@dataclass(frozen=True, eq=False)
class State:
    """A turn is in a state, such as that the customer complains in it.

    YAML: ``is: customer_upset``; the states are defined in ``lexicons/states/*.yaml`` and in the folder ``states`` of a
    pack. The conditions of a state combine within one turn, also in required rules, which otherwise look at the whole
    conversation at once. A state is one of an agent or a customer: turns of bots and of the system are in none.
    """

    id: str
    condition: Condition

    def children(self) -> tuple[Condition, ...]:
        """What defines the state."""
        return (self.condition,)

    def gate(self) -> Gate | None:
        """That of its condition."""
        return self.condition.gate()

    def possible(self, sight: Sight, speaker: str) -> Bools:
        """Where its condition may hold within one turn."""
        return sight.within_turn(self.condition, speaker)

    def find(self, run: Run, places: Sequence[int]) -> Outcome | None:
        """Return what shows the state in each turn that is in it; a turn is asked once for all rules."""
        may, first = run.view.scanned.may(self.condition), run.view.first
        likely = [place for place in places if may[first + place]]
        if not likely:
            return None
        found = []
        clause, run.clause = run.clause, None  # a state is one of the whole turn
        known = run.states
        for place in likely:
            key = (self, place, run.brief)
            if key not in known:
                known[key] = self.condition.find(run, [place])
            outcome: Outcome | None = known[key]
            if outcome is not None:
                found.append(outcome)
                if run.brief:
                    break
        run.clause = clause
        if len(found) < 2:
            return found[0] if found else None
        return Outcome(
            tuple(match for outcome in found for match in outcome.matches),
            tuple(match for outcome in found for match in outcome.context),
        )
