"""``after``, ``before``, ``around``: what stands in the turns near this one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..condition import Condition, Outcome, ask
from ..judge import Run
from ..positions import Within
from ..sight import Bools, Sight


@dataclass(frozen=True, eq=False)
class Neighbour:
    """The turn stands after (before, around) another turn in which a condition holds.

    YAML: ``after: {phrases: [...], speaker: customer}`` with ``within: 3 turns`` or ``within: 30 s`` beside it;
    without ``within`` the whole conversation counts. Bot, system and empty turns are not counted.
    """

    side: str
    condition: Condition
    within: Within

    def children(self) -> tuple[Condition, ...]:
        """The condition on the other turn."""
        return (self.condition,)

    def gate(self) -> None:
        """It holds without a literal in this turn."""
        return None

    def possible(self, sight: Sight, speaker: str) -> Bools:  # noqa: ARG002
        """Where the other turn may be; who speaks there is for its condition to say."""
        return sight.elsewhere(self.condition)

    def find(self, run: Run, places: Sequence[int]) -> Outcome | None:
        """Hold where the other turn is found; its matches are context."""
        clause, run.clause = run.clause, None  # the clause of this turn says nothing about another
        found = None
        for place in places:
            for other in self._others(run, place):
                found = ask(self.condition, run, [other])
                if found is not None:
                    break
            if found is not None:
                break
        run.clause = clause
        return None if found is None else Outcome((), (*found.matches, *found.context))

    def _others(self, run: Run, place: int) -> list[int]:
        view = run.view
        rank = view.order.get(place)
        if rank is None:
            return []
        spoken, reach = view.spoken["any"], self.within.turns or len(view.roles)
        earlier = spoken[max(0, rank - reach) : rank][::-1] if self.side != "before" else []
        later = spoken[rank + 1 : rank + 1 + reach] if self.side != "after" else []
        near = earlier or later  # of one side alone they stand in order, the nearest first
        if earlier and later:
            near = sorted([*earlier, *later], key=lambda other: (abs(other - place), other))
        if self.within.seconds is None:
            return near
        return [other for other in near if self.within.reaches(view, place, other)]
