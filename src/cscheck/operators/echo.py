"""``echo``: what the other side gave comes back in this turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..condition import Outcome
from ..details import find_details, same
from ..judge import Match, Run
from ..positions import Within
from ..sight import Bools, Sight
from ..view import View


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
        """Return the details that came back; where they were given is context."""
        pairs = [pair for place in places for pair in self._echoes(run.view, place)]
        if not pairs:
            return None
        return Outcome(tuple(match for match, _ in pairs), tuple(given for _, given in pairs))

    def _echoes(self, view: View, place: int) -> Iterator[tuple[Match, Match]]:
        details = [detail for detail in find_details(view.text(place)) if detail.kind in self.kinds]
        for other in self._given(view, place) if details else []:
            for given in find_details(view.text(other)):
                for detail in details:
                    if same(given, detail):
                        yield (
                            Match(place, detail.start, detail.end, ()),
                            Match(other, given.start, given.end, ()),
                        )

    def _given(self, view: View, place: int) -> list[int]:
        """The earlier turns of the other side that are near enough, the nearest first."""
        rank, role = view.order.get(place, 0), view.roles[place]
        earlier = [other for other in view.spoken["any"][:rank] if view.roles[other] != role]
        return [other for other in reversed(earlier) if self.within.reaches(view, place, other)]
