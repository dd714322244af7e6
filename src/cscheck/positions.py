"""Positions: which turns of a speaker a condition looks at (``turns: first 3``, ``seconds: first 30``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from math import ceil
from re import fullmatch

from .model import meets
from .source import Faults, Node
from .view import View

SPEAKERS = ("agent", "customer", "bot", "system", "any")


@dataclass(frozen=True, eq=False)
class Scope:
    """A choice of turns: the speaker, a slice of that speaker's turns, and seconds from either end.

    ``low`` and ``high`` are 1-based and inclusive over the speaker's turns, negative from the end; ``share`` is the
    last part of them (one third: 3). ``first_seconds`` / ``last_seconds`` need times; a turn without one is outside.
    ``channel`` limits it to conversations of one channel: ``call`` to calls, ``chat`` to all that are not known to be
    calls.
    """

    speaker: str = "any"
    low: int = 1
    high: int = -1
    share: int = 0
    first_seconds: float | None = None
    last_seconds: float | None = None
    channel: str | None = None

    @cached_property
    def bound(self) -> str | None:
        """``start`` or ``end`` where the scope is bound to one end of the conversation, else None."""
        if self.first_seconds is not None or (self.low > 0 and self.high > 0):
            return "start"
        if self.last_seconds is not None or self.share or self.low < 0:
            return "end"
        return None

    @cached_property
    def whole(self) -> bool:
        """True where every turn of the speaker is in scope."""
        return (self.low, self.high, self.share) == (1, -1, 0) and self.first_seconds is self.last_seconds is None

    @cached_property
    def sure(self) -> bool:
        """True where there is a turn in scope in every conversation in which the speaker speaks."""
        timed = self.first_seconds is not None or self.last_seconds is not None
        from_start, to_end = self.low == 1 and self.high > 0, self.low < 0 and self.high == -1
        return self.channel is None and not timed and (self.whole or self.share > 0 or from_start or to_end)

    @cached_property
    def least(self) -> int:
        """How many turns the speaker must have for one to be in scope."""
        return max(self.low, 1) if self.low > 0 else max(-self.high, 1)

    def holds(self, view: View) -> bool:
        """True in conversations of the scope's channel."""
        return meets(self.channel, view.channel)

    def places(self, view: View) -> list[int]:
        """Return the places of the conversation that are in scope, in order."""
        if self.channel is not None and not self.holds(view):
            return []
        if self.whole:
            return view.spoken[self.speaker]
        found = view.scopes.get(self)
        if found is None:
            found = view.scopes[self] = self._places(view)
        return found

    def _places(self, view: View) -> list[int]:
        spoken = view.spoken[self.speaker]
        count = len(spoken)
        if self.share:
            spoken = spoken[count - ceil(count / self.share) :]
        else:
            low = self.low - 1 if self.low > 0 else max(count + self.low, 0)
            high = self.high if self.high > 0 else count + self.high + 1
            spoken = spoken[low : max(high, 0)]
        if self.first_seconds is not None:
            spoken = [p for p in spoken if (t := view.time(p)) is not None and t < self.first_seconds]
        if self.last_seconds is not None:
            times = [t for p in range(len(view.roles)) if (t := view.time(p)) is not None]
            latest = max(times, default=0.0) - self.last_seconds
            spoken = [p for p in spoken if (t := view.time(p)) is not None and t >= latest]
        return spoken

    def keep(self, view: View, places: Sequence[int]) -> list[int]:
        """Return those of ``places`` that are in scope."""
        if self.channel is not None and not self.holds(view):
            return []
        if places is view.spoken["any"]:
            return self.places(view)
        if self.whole:
            roles = view.roles
            return [place for place in places if roles[place] == self.speaker] if self.speaker != "any" else [*places]
        inside = self.places(view)
        return [place for place in places if place in inside]


def read_scope(keys: dict[str, Node], speaker: str, faults: Faults, channel: str | None = None) -> Scope:
    """Read the keys ``speaker``, ``turns`` and ``seconds`` of a rule or condition; every fault is collected."""
    speaker = faults.get(keys, "speaker", lambda node: node.choice("speaker", SPEAKERS), speaker)
    low, high, share = faults.get(keys, "turns", _turns, (1, -1, 0))
    end, length = faults.get(keys, "seconds", _seconds, ("", 0.0))
    first, last = (length if end == side else None for side in ("first", "last"))
    return _scope(speaker, low, high, share, first, last, channel)


@cache
def _scope(
    speaker: str,
    low: int,
    high: int,
    share: int,
    first_seconds: float | None,
    last_seconds: float | None,
    channel: str | None,
) -> Scope:
    """One object for equal scopes, so that a view can keep the places of each."""
    return Scope(speaker, low, high, share, first_seconds, last_seconds, channel)


def _turns(node: Node) -> tuple[int, int, int]:
    text = node.text("turns")
    if found := fullmatch(r"(first|last) (\d+)", text):
        count = int(found[2])
        if count:
            return (1, count, 0) if found[1] == "first" else (-count, -1, 0)
    if text == "last third":
        return (1, -1, 3)
    if found := fullmatch(r"(-?\d+)\.\.(-?\d+)", text):
        low, high = int(found[1]), int(found[2])
        if low and high and not (low * high > 0 and low > high):
            return (low, high, 0)
    raise node.fault("P111", f"turns must be like 'first 3', 'last 3', 'last third' or '2..-2' (got {text!r})")


def _seconds(node: Node) -> tuple[str, float]:
    found = fullmatch(r"(first|last) (\d+(?:\.\d+)?)", node.text("seconds"))
    if not found or not float(found[2]):
        raise node.fault("P111", f"seconds must be like 'first 30' or 'last 30' (got {node.raw.value!r})")
    return found[1], float(found[2])


@dataclass(frozen=True)
class Within:
    """How far another turn may lie: ``turns`` agent and customer turns, or ``seconds`` (which need times)."""

    turns: int | None = None
    seconds: float | None = None

    def reaches(self, view: View, origin: int, other: int) -> bool:
        """True when ``other`` lies near enough to ``origin``."""
        if self.turns is not None:
            return abs(view.order[other] - view.order[origin]) <= self.turns
        if self.seconds is None:
            return True
        begin, end = view.time(origin), view.time(other)
        return begin is not None and end is not None and abs(end - begin) <= self.seconds


def read_within(node: Node) -> Within:
    """Read ``3 turns`` or ``30 s``."""
    found = fullmatch(r"(\d+(?:\.\d+)?) ?(turns?|s)", node.text("within"))
    if not found or not float(found[1]) or (found[2] != "s" and not found[1].isdigit()):
        raise node.fault("P111", f"within must be like '3 turns' or '30 s' (got {node.raw.value!r})")
    return Within(seconds=float(found[1])) if found[2] == "s" else Within(turns=int(found[1]))
