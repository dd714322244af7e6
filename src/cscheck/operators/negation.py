"""``not``: a condition does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..condition import Condition, Outcome, ask
from ..judge import Run
from ..sight import Bools, Sight


@dataclass(frozen=True, eq=False)
class Not:
    """The condition does not hold at any of the places looked at.

    YAML: ``not: {phrases: [...]}``.
    """

    condition: Condition

    def children(self) -> tuple[Condition, ...]:
        """The one condition."""
        return (self.condition,)

    def gate(self) -> None:
        """It holds without any literal."""
        return None

    def possible(self, sight: Sight, speaker: str) -> Bools:  # noqa: ARG002
        """Anywhere."""
        return sight.everywhere()

    def find(self, run: Run, places: Sequence[int]) -> Outcome | None:
        """Hold, without matches, where the condition finds nothing."""
        return None if ask(self.condition, run, places) is not None else Outcome()
