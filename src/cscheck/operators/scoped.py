"""Scoped conditions: ``speaker``, ``turns``, ``seconds`` and ``channel`` beside an operator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..condition import Condition, Gate, Outcome, apart, ask
from ..judge import Run
from ..positions import Scope
from ..sight import Bools, Sight


@dataclass(frozen=True, eq=False)
class Scoped:
    """The condition holds in turns of one speaker, or at one position (``turns: first 3``), ``times`` or more.

    With ``channel: call`` it holds in calls only; with ``channel: chat`` in chats and where the channel is not known.
    YAML: ``{phrases: [...], speaker: customer, turns: last third, times: at least 2}``.
    """

    condition: Condition
    scope: Scope
    times: int = 1

    def children(self) -> tuple[Condition, ...]:
        """The one condition."""
        return (self.condition,)

    def gate(self) -> Gate | None:
        """That of the condition."""
        return self.condition.gate()

    def possible(self, sight: Sight, speaker: str) -> Bools:
        """Where the scope's speaker has so many turns, and the condition may hold in those of the speaker asked for."""
        heard = self.scope.speaker if self.scope.speaker != "any" else speaker
        found = self.condition.possible(sight, heard) & (sight.spoken(self.scope.speaker) >= self.scope.least)
        if self.scope.channel:
            found &= sight.calls() == (self.scope.channel == "call")
        return found

    def find(self, run: Run, places: Sequence[int]) -> Outcome | None:
        """Evaluate at those places that are in scope."""
        kept = self.scope.keep(run.view, places)
        if not kept or self.times == 1:
            return self.condition.find(run, kept) if kept else None
        found = ask(self.condition, run, kept, brief=False)
        return found if found is not None and len(apart(found.matches)) >= self.times else None
