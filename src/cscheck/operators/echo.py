"""``echo``: what the other side gave comes back in this turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..condition import Outcome
from ..details import Given, find_details
from ..judge import Match, Run
from ..positions import Within
from ..sight import Bools, Sight


@dataclass(frozen=True, eq=False)
class Echo:
    """A detail that the other side gave in an earlier turn stands in this turn too (复述).

    YAML: ``echo: [number, address]`` (kinds as in ``details``) with ``within: 6 turns`` or ``within: 60 s`` beside it;
    without ``within`` all earlier turns count. Figures and spoken digits are equal (138 and 幺三八), and a number
    equals its end of three or more digits (尾号).
    """

    kinds: tuple[str, ...]
    within: Within

    def children(self) -> tuple[()]:
        """None."""
        return ()

    def gate(self) -> None:
        """It needs no literal."""
        return None

    def possible(self, sight: Sight, speaker: str) -> Bools:
        """Where a detail may stand."""
        return sight.detailed(speaker)

    def find(self, run: Run, places: Sequence[int]) -> Outcome | None:
        """Return the details that came back; where each was given last is context."""
        pairs = [pair for place in places for pair in self._echoes(run, place)]
        if not pairs:
            return None
        return Outcome(tuple(match for match, _ in pairs), tuple(given for _, given in pairs))

    def _echoes(self, run: Run, place: int) -> list[tuple[Match, Match]]:
        """Return the details of a turn that came back with where they were given, the nearest first."""
        view = run.view
        details = [detail for detail in find_details(view.text(place)) if detail.kind in self.kinds]
        if not details or place not in view.order:
            return []
        given = _given(run, "customer" if view.roles[place] == "agent" else "agent", place)
        found = []
        for detail in details:
            earlier = given.before(place, detail)
            near = next((one for one in earlier if self.within.reaches(view, place, one[0])), None)
            if near is not None:
                other, told = near
                found.append((Match(place, detail.start, detail.end, ()), Match(other, told.start, told.end, ())))
        return sorted(found, key=lambda pair: (-pair[1].place, pair[1].start, pair[0].start))


def _given(run: Run, role: str, place: int) -> Given:
    """Return the details that a role gave, in the turns before a place at least."""
    given = run.given.setdefault(role, Given())
    spoken = run.view.spoken[role]
    while given.turns < len(spoken) and spoken[given.turns] < place:
        given.add(spoken[given.turns], find_details(run.view.text(spoken[given.turns])))
    return given
