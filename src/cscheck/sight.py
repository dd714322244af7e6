"""Sight: what a batch shows of all its conversations at once, before any of them is looked into.

By it a condition says in which conversations it may hold (``Condition.possible``); in the others nobody searches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from .batch import Batch, Ints
from .details import SIGNS
from .model import ROLES

Bools = NDArray[np.bool_]
Words = NDArray[np.uint64]
Seen = tuple[Ints, Ints]  # turns, and the number of what was seen there
Leaf = object  # a condition that waits for phrases, entries or models


class Asked(Protocol):
    """A condition that is asked where it may hold."""

    def possible(self, sight: Sight, speaker: str) -> Bools:
        """Return where it may hold in turns of a speaker."""
        ...


@dataclass(frozen=True, eq=False)
class Standing:
    """Which leaf conditions may hold where something stands that they wait for.

    ``bits`` numbers the leaves with the speaker in whose turns they are asked. ``words`` holds for phrases, entries and
    models the bits that each sets by role and number.
    """

    bits: Mapping[tuple[Leaf, str], int]
    words: tuple[Words, Words, Words]


def compile_standing(asked: Mapping[tuple[Any, str], tuple[Iterable[int], ...]], sizes: tuple[int, ...]) -> Standing:
    """Compile which numbers of phrases, entries and models (of which there are ``sizes``) each leaf waits for."""
    bits = {key: bit for bit, key in enumerate(asked)}
    words = tuple(np.zeros((len(ROLES), size, len(bits) // 64 + 1), np.uint64) for size in sizes)
    for (key, numbers), bit in zip(asked.items(), bits.values(), strict=True):
        roles = [number for number, role in enumerate(ROLES) if _heard(role, key[1])]
        for table, mine in zip(words, numbers, strict=True):
            for number in mine:
                table[roles, number, bit // 64] |= np.uint64(1 << bit % 64)
    return Standing(bits, words)  # type: ignore[arg-type]


def _heard(role: str, speaker: str) -> bool:
    return role in ("agent", "customer") if speaker == "any" else role == speaker


class Scene(NamedTuple):
    """A scanned batch: its folded characters, where its turns begin, which hold more than blanks, and what was seen:
    phrases, entries and demands on models, by turn.
    """

    batch: Batch
    codes: NDArray[np.uint32]
    starts: Ints
    filled: Bools
    seen: tuple[Seen, Seen, Seen]


class Sight:
    """A scanned batch as conditions are asked about it: every answer has one value for each conversation or, with
    ``by_turn``, for each turn.
    """

    def __init__(self, scene: Scene, standing: Standing, by_turn: bool = False) -> None:
        self.scene, self.batch, self.filled, self.by_turn = scene, scene.batch, scene.filled, by_turn
        self.count = len(self.filled) if by_turn else len(self.batch)
        self.row = np.arange(self.count) if by_turn else self.batch.owner  # of each turn the place of its answer
        self._bits = standing.bits
        self._standing = np.zeros((len(standing.bits) // 64 + 1, self.count), np.uint64)
        for (turns, numbers), words in zip(scene.seen, standing.words, strict=True):
            if len(turns):
                rows, at = np.unique(self.row[turns], return_index=True)
                found = np.bitwise_or.reduceat(words[self.batch.roles[turns], numbers], at, axis=0)
                self._standing[:, rows] |= found.T
        self._known: dict[object, NDArray[Any]] = {}
        self.whole = self
        self.turns = self if by_turn else self._turns(standing)

    def _turns(self, standing: Standing) -> Sight:
        turns = Sight(self.scene, standing, by_turn=True)
        turns.whole = self
        return turns

    def within_turn(self, condition: Asked, speaker: str) -> Bools:
        """Where a condition may hold within a single turn of the speaker."""
        turns = self.turns.once(condition, lambda: condition.possible(self.turns, "any")) & self.heard(speaker)
        if self.by_turn:
            return turns
        found = self.everywhere(False)
        found[self.row[turns]] = True
        return found

    def elsewhere(self, condition: Asked) -> Bools:
        """Where a condition may hold in any turn of the conversation."""
        found = self.whole.once(condition, lambda: condition.possible(self.whole, "any"))
        return found[self.batch.owner] if self.by_turn else found

    def standing(self, leaf: Leaf, speaker: str) -> Bools:
        """Where something stands, in the speaker's turns, that a leaf condition waits for."""
        bit = self._bits[leaf, speaker]
        found: Bools = (self._standing[bit // 64] >> np.uint64(bit % 64)) & np.uint64(1) != 0
        return found

    def everywhere(self, held: bool = True) -> Bools:
        """The same for all."""
        return np.full(self.count, held)

    def once(self, key: object, make: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        """Return what ``make`` returns; it is asked once for a key."""
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    def spoken(self, speaker: str) -> NDArray[Any]:
        """How many turns the speaker has in the conversation that are not empty; 0 at a turn of somebody else."""
        return self.once(("spoken", speaker), lambda: self._spoken(speaker))

    def _spoken(self, speaker: str) -> NDArray[Any]:
        turns = self.filled & self.heard(speaker)
        counted = np.bincount(self.batch.owner[turns], minlength=len(self.batch))
        return np.where(turns, counted[self.batch.owner], 0) if self.by_turn else counted

    def calls(self) -> Bools:
        """Which are calls."""
        return self._each(lambda: [channel == "call" for channel in self.batch.channels])

    def told(self, column: str) -> Bools:
        """Which have a value in a column of the metadata."""
        return self._each(lambda: [bool(meta) and meta.get(column) not in (None, "") for meta in self.batch.metas])

    def _each(self, conversations: Callable[[], list[bool]]) -> Bools:
        found = np.array(conversations(), bool)
        return found[self.batch.owner] if self.by_turn else found

    def paused(self, seconds: float) -> Bools:
        """Where a turn begins more than so many seconds after the one before it, at its start or its end.

        An empty turn has no words, but where it has a time nobody was silent then.
        """
        start, end = self.batch.start, self.batch.end
        if start is None:
            return self.everywhere(False)
        both = np.flatnonzero((self.filled | ~np.isnan(start)) & self.heard("any"))
        since = start[both] if end is None else np.fmin(start, end)[both]
        owner = self.batch.owner[both]
        passed = start[both[1:]] - since[:-1] - self.batch.vague[owner[1:]]  # nan: not known
        late = (passed > seconds) & (np.diff(owner) == 0)
        found = self.everywhere(False)
        found[self.row[both[1:][late]]] = True
        return found

    def detailed(self, speaker: str) -> Bools:
        """Where a detail may stand in the speaker's turns: one of the characters of which every detail has one."""
        return self.once(("detailed", speaker), lambda: self._holding(SIGNS, speaker))

    def _holding(self, characters: str, speaker: str) -> Bools:
        at = np.flatnonzero(_table(characters).take(self.scene.codes, mode="clip"))
        turns = np.searchsorted(self.scene.starts, at, side="right") - 1
        found = self.everywhere(False)
        found[self.row[turns[self.heard(speaker)[turns]]]] = True
        return found

    def heard(self, speaker: str) -> Bools:
        """Which turns are the speaker's."""
        heard = np.array([_heard(role, speaker) for role in ROLES])
        return heard[self.batch.roles]


@cache
def _table(characters: str) -> Bools:
    table = np.zeros(0x10000, bool)
    table[[ord(character) for character in characters]] = True
    return table
