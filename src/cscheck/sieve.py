"""The sieve: for many turns at once, which patterns may match, by the characters and literals they require.

A pattern's entry waits for one literal out of a set (or for none), for up to three needs (one character out of a set,
or two side by side), and some for a turn of nothing but certain characters. Each need is one bit of a few machine
words; those of a turn's characters are joined by OR. Entries that wait for a literal are looked at only where one
stands, the others everywhere. The work per turn does not grow with the length of the patterns, and hardly with their
number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from .entries import NEEDS, Entry
from .needs import EDGE, Need

Words = NDArray[np.uint64]
Ints = NDArray[np.int64]
STEP = 32  # turns: their words stay in the cache


@dataclass(frozen=True, eq=False)
class Sieve:
    """Compiled needs of numbered entries.

    ``rows`` maps a code point to a row of ``needs`` and of ``follow``: a need is fulfilled where its bit is set for a
    character in ``needs`` and for the next one in ``follow``. The entries that wait for no literal, ``unbound``, have
    their bits at the same place of ``NEEDS + 1`` blocks of ``block`` words: one block a need, and one that is set where
    a character foreign to the entry stands. Behind them stand the bits of the others: ``wanted`` names for each entry
    its needs by their bits, ``barred`` that of a foreign character. ``opened`` and ``limits`` list for each scanned
    literal the entries that wait for it.
    """

    rows: NDArray[np.uint16]
    needs: Words
    follow: Words
    wanted: NDArray[np.int32]
    barred: NDArray[np.int32]
    opened: NDArray[np.int32]
    limits: Ints
    unbound: NDArray[np.int32]
    block: int

    def passed(self, codes: NDArray[np.uint32], starts: Ints, turns: Ints, numbers: Ints) -> tuple[Ints, Ints]:
        """Return the pairs of turn and entry that may match, as two columns sorted by turn and entry.

        Args:
            codes: the code points of all turns, joined by separators.
            starts: the start of each turn in ``codes``, and the length plus one.
            turns: the turn of each scanned literal, ascending.
            numbers: the number of each scanned literal.
        """
        fulfilled = self._fulfilled(codes, starts)
        counts = np.diff(self.limits)[numbers]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        entries = self.opened[np.repeat(self.limits[numbers], counts) + within]
        bound = self._kept(fulfilled, np.repeat(turns, counts), entries)
        free = self._free(fulfilled)
        if not len(self.wanted):
            return free
        turns, entries = np.concatenate([bound[0], free[0]]), np.concatenate([bound[1], free[1]])
        pairs = np.sort(turns * len(self.wanted) + entries)  # several times faster than np.unique
        return np.divmod(pairs[np.diff(pairs, prepend=-1) > 0], len(self.wanted))

    def _fulfilled(self, codes: NDArray[np.uint32], starts: Ints) -> Words:
        """Return the bits that the characters of each turn set, one row a word."""
        edge = self.rows[:1]  # a turn's ends are characters too, those of the separators
        rows = np.concatenate([edge, self.rows[codes], edge]).astype(np.intp)
        (_, width), count = self.needs.shape, len(starts) - 1
        found = np.empty((width, count), np.uint64)
        cuts = [*range(0, count, STEP), count]
        room = np.empty((2, int(np.diff(starts[cuts]).max(initial=0)), width), np.uint64)  # the same for all steps
        for low, high in pairwise(cuts):
            first, last = int(starts[low]), int(starts[high])
            # told to clip, numpy writes right into the room
            seen = self.needs.take(rows[first:last], axis=0, out=room[0, : last - first], mode="clip")
            seen &= self.follow.take(rows[first + 1 : last + 1], axis=0, out=room[1, : last - first], mode="clip")
            found[:, low:high] = np.bitwise_or.reduceat(seen, starts[low:high] - first, axis=0).T
        return found

    def _kept(self, fulfilled: Words, turns: Ints, entries: NDArray[np.int32]) -> tuple[Ints, NDArray[np.int32]]:
        """Return the pairs whose needs are all fulfilled."""
        for need in range(NEEDS + 1):
            bits = self.wanted[entries, need] if need < NEEDS else self.barred[entries]
            held = (fulfilled[bits >> 6, turns] >> (bits & 63).astype(np.uint64)) & np.uint64(1)
            keep = held.astype(bool) if need < NEEDS else held == 0
            turns, entries = turns[keep], entries[keep]
        return turns, entries

    def _free(self, fulfilled: Words) -> tuple[Ints, Ints]:
        """Return the pairs of the entries that wait for no literal."""
        passed = ~fulfilled[NEEDS * self.block : (NEEDS + 1) * self.block]
        for need in range(NEEDS):
            passed &= fulfilled[need * self.block : (need + 1) * self.block]
        bits = np.unpackbits(np.ascontiguousarray(passed.T, "<u8").view(np.uint8), bitorder="little")
        # a plain column of truths is searched several times faster than a table of numbers
        turns, places = np.divmod(np.flatnonzero(bits.view(np.bool_)), 64 * self.block)
        return turns, self.unbound[places].astype(np.int64)


def build_sieve(entries: Sequence[Entry], numbers: Mapping[str, int]) -> Sieve:
    """Compile the entries of patterns; ``numbers`` are those of the scanned literals."""
    unbound = [index for index, entry in enumerate(entries) if not entry.literals]
    block = -(-len(unbound) // 64)
    always, never = 64 * (NEEDS + 1) * block, 64 * (NEEDS + 1) * block + 1  # bits that every, and that no turn sets
    bits: dict[Need | frozenset[str], list[int]] = defaultdict(list)
    wanted = np.full((len(entries), NEEDS), always, np.int32)
    barred = np.full(len(entries), never, np.int32)
    given = [always]
    for place, index in enumerate(unbound):
        for slot, need in enumerate((*entries[index].needs, *[None] * NEEDS)[:NEEDS]):
            at = 64 * slot * block + place
            (given if need is None else bits[need]).append(at)
        if (alphabet := entries[index].alphabet) is not None:
            bits[alphabet].append(64 * NEEDS * block + place)
    shared: dict[Need | frozenset[str], int] = {}
    for index, entry in enumerate(entries):
        if entry.literals:
            for slot, need in enumerate(entry.needs):
                wanted[index, slot] = shared.setdefault(need, never + 1 + len(shared))
            if entry.alphabet is not None:
                barred[index] = shared.setdefault(entry.alphabet, never + 1 + len(shared))
    for known, at in shared.items():
        bits[known].append(at)
    literals = np.fromiter(map(numbers.__getitem__, chain.from_iterable(x.literals for x in entries)), np.int64)
    each = np.array([len(entry.literals) for entry in entries], np.int64)
    waiting = np.repeat(np.arange(len(entries), dtype=np.int32), each)
    return Sieve(
        *_tables(bits, given, never + 1 + len(shared)),
        wanted,
        barred,
        waiting[np.argsort(literals, kind="stable")],
        np.concatenate([[0], np.cumsum(np.bincount(literals, minlength=len(numbers)))]).astype(np.int64),
        np.array(unbound, np.int32),
        block,
    )


def _tables(
    bits: Mapping[Need | frozenset[str], Sequence[int]], given: Sequence[int], size: int
) -> tuple[NDArray[np.uint16], Words, Words]:
    """Return the rows of the characters, and what each row sets by itself and what it lets the one before it set."""
    named = set(chain.from_iterable((*key.chars, *(key.then or ())) if isinstance(key, Need) else key for key in bits))
    chars = sorted(named - {EDGE})
    rows = np.full(0x110000, 1, np.uint16)  # row 0: the ends of a turn; row 1: a character that no entry names
    rows[0] = 0
    rows[[ord(char) for char in chars]] = np.arange(2, len(chars) + 2)
    row = {EDGE: 0, **{char: index for index, char in enumerate(chars, 2)}}
    needs, follow = (np.zeros((len(chars) + 2, -(-size // 64)), np.uint64) for _ in range(2))
    follow[:] = ~np.uint64(0)
    for at in given:
        needs[:, at >> 6] |= np.uint64(1 << (at & 63))
    for key, places in bits.items():
        for at in places:
            word, one = at >> 6, np.uint64(1 << (at & 63))
            if not isinstance(key, Need):  # an alphabet: the bit says that another character stood there
                needs[[1, *(row[char] for char in chars if char not in key)], word] |= one
                continue
            needs[[row[char] for char in key.chars], word] |= one
            if key.then is not None:
                follow[:, word] &= ~one
                follow[[row[char] for char in key.then], word] |= one
    return rows, needs, follow
