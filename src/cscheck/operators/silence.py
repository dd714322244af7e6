"""``silence``: nobody spoke for a while before this turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from re import fullmatch

from ..condition import Outcome
from ..judge import Match, Run
from ..sight import Bools, Sight
from ..source import Node
from ..view import View

SPOKEN = 5.0  # characters a second, where a call tells only when a turn begins


@dataclass(frozen=True, eq=False)
class Silence:
    """The turn begins more than so many seconds after the end of the agent or customer turn before it.

    YAML: ``silence: 20 s``. It needs times. An empty turn that has one breaks the silence. Without an end a turn of a
    call is taken to last one second for each five characters, and a message of a chat to be sent at once.
    Where all times of a conversation are whole minutes a minute less counts: no more silence is sure.
    """

    seconds: float

    @classmethod
    def read(cls, node: Node) -> Silence:
        """Read ``20 s``."""
        found = fullmatch(r"(\d+(?:\.\d+)?) ?s", node.text("silence"))
        if not found:
            raise node.fault("P111", f"silence must be like '20 s' (got {node.raw.value!r})")
        return cls(float(found[1]))

    def children(self) -> tuple[()]:
        """None."""
        return ()

    def gate(self) -> None:
        """It needs no literal."""
        return None

    def possible(self, sight: Sight, speaker: str) -> Bools:  # noqa: ARG002
        """Where two turns lie so far apart."""
        return sight.once(self, lambda: sight.paused(self.seconds))

    def find(self, run: Run, places: Sequence[int]) -> Outcome | None:
        """Return the whole turns that follow a silence."""
        view = run.view
        matches = [
            Match(place, 0, len(view.text(place)), ())
            for place in places
            if (seconds := silence_before(view, place)) is not None and seconds > self.seconds
        ]
        return Outcome(tuple(matches)) if matches else None


def silence_before(view: View, place: int) -> float | None:
    """Return the seconds of silence that are sure before a turn, or None where they are not known."""
    begin, earlier = view.time(place), _before(view, place)
    if begin is None or earlier is None:
        return None
    begin -= float(view.scanned.batch.vague[view.index])
    end, start = view.end(earlier), view.time(earlier)
    if end is not None:
        return begin - end
    if start is None:
        return None
    spoken = len(view.text(earlier)) / SPOKEN if view.channel == "call" else 0.0
    return begin - start - spoken


def _before(view: View, place: int) -> int | None:
    """Return the agent or customer turn before one of them; an empty turn is one where it has a time."""
    if place not in view.order:
        return None
    for earlier in range(place - 1, -1, -1):
        timed = view.roles[earlier] in ("agent", "customer") and view.time(earlier) is not None
        if timed or earlier in view.order:
            return earlier
    return None
