"""A conversation as the rules see it: folded turns, literal hits, and who speaks where."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

from .model import Conversation
from .normalize import FoldedBatch
from .patterns import Entry

BURST_SECONDS = 60.0


class View:
    """One conversation of a folded batch.

    A *place* is the 0-based position of a turn within the conversation (not its ``turn_index``).
    ``hits`` maps a place to the phrases that stand there: the phrase's number to its starts in the folded turn;
    ``sieved`` holds ``width`` bytes for each turn of the batch: which entries the sieve let through, and
    ``passed_anywhere`` their bits for the whole conversation. ``spoken`` holds
    the places of each role's turns that are not empty; under ``any`` those of agent and customer together.
    ``scopes`` keeps the places of each scope that was asked for.
    """

    def __init__(
        self,
        conversation: Conversation,
        folded: FoldedBatch,
        first: int,
        hits: Mapping[int, Mapping[int, Sequence[int]]],
        sieved: bytes = b"",
        width: int = 0,
        passed_anywhere: int = 1,
    ) -> None:
        self.conversation, self.turns = conversation, conversation.turns
        self.folded, self.first, self.hits, self.sieved, self.width = folded, first, hits, sieved, width
        self.passed_anywhere = passed_anywhere
        self.scopes: dict[object, list[int]] = {}
        self._texts: dict[int, str] = {}
        self._passed: dict[int, int] = {}
        self._tested: dict[tuple[int, Entry | int], re.Match[str] | bool] = {}
        self.spoken: dict[str, list[int]] = {"agent": [], "customer": [], "bot": [], "system": [], "any": []}
        spoken = self.spoken
        for place, turn in enumerate(conversation.turns):
            text = self._texts[place] = folded.turn(first + place)
            if text and not text.isspace():
                spoken[turn.role].append(place)
                if turn.role in ("agent", "customer"):
                    spoken["any"].append(place)

    def text(self, place: int) -> str:
        """Return the folded text of a turn."""
        return self._texts[place]

    def original_span(self, place: int, start: int, end: int) -> tuple[int, int]:
        """Map a folded span of a turn to code points of its original text."""
        return self.folded.original_span(self.first + place, start, end)

    def passed(self, place: int) -> int:
        """Return the bits of the entries that the sieve let through on a turn, shifted by one; bit 0 is always set."""
        found = self._passed.get(place)
        if found is None:
            low = (self.first + place) * self.width
            found = self._passed[place] = 1 | int.from_bytes(self.sieved[low : low + self.width], "little") << 1
        return found

    def tried(self, place: int, bit: int, test: Entry) -> re.Match[str] | bool:
        """Return what an entry says of a turn; it is tried once. Entries the sieve does not know have bit 1."""
        key = (place, test if bit == 1 else bit)
        found = self._tested.get(key)
        if found is None:
            found = self._tested[key] = test.search(self.text(place))
        return found

    def tried_any(self, place: int, passed: int, tests: Sequence[tuple[int, Entry]]) -> re.Match[str] | bool:
        """Return what the first entry that may match says of a turn; False where none does."""
        for bit, test in tests:
            if passed & bit:
                found = self.tried(place, bit, test)
                if found:
                    return found
        return False

    @cached_property
    def present(self) -> frozenset[int]:
        """The numbers of the phrases that stand anywhere in the conversation."""
        return frozenset().union(*self.hits.values())

    @cached_property
    def order(self) -> dict[int, int]:
        """Each place of an agent or customer turn -> its rank among them (bot, system and empty turns are skipped)."""
        return {place: rank for rank, place in enumerate(self.spoken["any"])}

    def time(self, place: int) -> float | None:
        """Return the seconds from the start of the conversation at which a turn begins, or None."""
        return self.turns[place].start

    def burst(self, place: int) -> list[int]:
        """Return the consecutive turns of the same role around a place, with nothing between.

        In chats at most 60 s lie between two of them, where times exist.
        """
        ranks, spoken = self.order, self.spoken["any"]
        if place not in ranks:
            return [place]
        low = high = ranks[place]
        while low > 0 and self._joined(spoken[low - 1], spoken[low]):
            low -= 1
        while high + 1 < len(spoken) and self._joined(spoken[high], spoken[high + 1]):
            high += 1
        return spoken[low : high + 1]

    def _joined(self, left: int, right: int) -> bool:
        if self.turns[left].role != self.turns[right].role:
            return False
        begin, end = self.time(left), self.time(right)
        if self.conversation.channel == "call" or begin is None or end is None:
            return True
        return end - begin <= BURST_SECONDS
