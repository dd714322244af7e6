"""The sieve: for many turns at once, which patterns may match, by the characters and literals they require.

A pattern's entry waits for one literal out of a set (or for none), for up to three needs (one character out of a set,
or two side by side), and some for a turn of nothing but certain characters. Each need is one bit of a few machine
words; those of a turn's characters are joined by OR. Entries that wait for a literal are looked at only where one
stands, the others everywhere. The work per turn does not grow with the length of the patterns, and hardly with their
number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .entries import NEEDS, Entry
from .needs import EDGE

Words = NDArray[np.uint64]
Ints = NDArray[np.int64]
STEP = 256  # turns: their words stay in the cache
ALWAYS = 0  # the need that every turn fulfils


@dataclass(frozen=True, eq=False)
class Sieve:
    """Compiled needs of numbered entries.

    ``rows`` maps a code point to a row of ``needs`` and of ``follow``: a need is fulfilled where its bit is set for a
    character in ``needs`` and for the next one in ``follow``. ``wanted`` names for each entry its needs by their bits,
    ``barred`` the bit that must not be set (a character foreign to it stood there). ``opened`` and ``limits`` list for
    each scanned literal the entries that wait for it, ``unbound`` the entries that wait for none.
    """

    rows: NDArray[np.uint16]
    needs: Words
    follow: Words
    wanted: NDArray[np.int32]
    barred: NDArray[np.int32]
    opened: NDArray[np.int32]
    limits: Ints
    unbound: NDArray[np.int32]

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
        every = [self._everywhere(fulfilled, entry) for entry in self.unbound.tolist()]
        turns = np.concatenate([bound[0], *every])
        entries = np.concatenate([bound[1], np.repeat(self.unbound, [len(found) for found in every])])
        pairs = np.unique(turns * len(self.wanted) + entries) if len(self.wanted) else turns
        return np.divmod(pairs, max(len(self.wanted), 1))

    def _fulfilled(self, codes: NDArray[np.uint32], starts: Ints) -> Words:
        """Return the bits that the characters of each turn set, one row a word."""
        edge = self.rows[:1]  # a turn's ends are characters too, those of the separators
        rows = np.concatenate([edge, self.rows[codes], edge])
        count = len(starts) - 1
        found = np.empty((self.needs.shape[1], count), np.uint64)
        for low in range(0, count, STEP):
            high = min(low + STEP, count)
            first, last = int(starts[low]), int(starts[high])
            seen = self.needs[rows[first:last]]
            seen &= self.follow[rows[first + 1 : last + 1]]
            found[:, low:high] = np.bitwise_or.reduceat(seen, starts[low:high] - first, axis=0).T
        return found

    def _kept(self, fulfilled: Words, turns: Ints, entries: NDArray[np.int32]) -> tuple[Ints, NDArray[np.int32]]:
        """Return the pairs whose needs are all fulfilled."""
        for need in range(NEEDS + 1):
            bits = self.wanted[entries, need] if need < NEEDS else self.barred[entries]
            held = (fulfilled[bits >> 6, turns] >> (bits & 63).astype(np.uint64)) & np.uint64(1)
            keep = held.astype(bool) if need < NEEDS else (held == 0) | (bits == ALWAYS)
            turns, entries = turns[keep], entries[keep]
        return turns, entries

    def _everywhere(self, fulfilled: Words, entry: int) -> Ints:
        """Return the turns on which an entry's needs are all fulfilled."""
        bits = [bit for bit in self.wanted[entry].tolist() if bit != ALWAYS]
        barred = int(self.barred[entry])
        found = np.arange(fulfilled.shape[1])
        for bit in bits:
            found = found[(fulfilled[bit >> 6, found] >> np.uint64(bit & 63)) & np.uint64(1) != 0]
        if barred != ALWAYS:
            found = found[(fulfilled[barred >> 6, found] >> np.uint64(barred & 63)) & np.uint64(1) == 0]
        return found


def build_sieve(entries: Sequence[Entry], numbers: Mapping[str, int]) -> Sieve:
    """Compile the entries of patterns; ``numbers`` are those of the scanned literals."""
    needs = {need: index for index, need in enumerate(dict.fromkeys(n for e in entries for n in e.needs), 1)}
    alphabets = dict.fromkeys(e.alphabet for e in entries if e.alphabet is not None)
    foreign = {alphabet: index for index, alphabet in enumerate(alphabets, 1 + len(needs))}
    named = {char for need in needs for char in (*need.chars, *(need.then or ()))}
    chars = sorted(named.union(*foreign) - {EDGE})
    rows = np.full(0x110000, 1, np.uint16)  # row 0: the ends of a turn; row 1: a character that no entry names
    rows[0] = 0
    rows[[ord(char) for char in chars]] = np.arange(2, len(chars) + 2)
    row = {EDGE: 0, **{char: index for index, char in enumerate(chars, 2)}}
    words = -(-(1 + len(needs) + len(foreign)) // 64)
    table, follow = (np.zeros((len(chars) + 2, words), np.uint64) for _ in range(2))
    table[:, 0] = 1 << ALWAYS
    follow[:] = ~np.uint64(0)
    for need, bit in needs.items():
        one = np.uint64(1 << (bit & 63))
        table[[row[char] for char in need.chars], bit >> 6] |= one
        if need.then is not None:
            follow[:, bit >> 6] &= ~one
            follow[[row[char] for char in need.then], bit >> 6] |= one
    for alphabet, bit in foreign.items():
        outside = [1, *(row[char] for char in chars if char not in alphabet)]
        table[outside, bit >> 6] |= np.uint64(1 << (bit & 63))
    waiting: list[list[int]] = [[] for _ in numbers]
    for index, entry in enumerate(entries):
        for literal in entry.literals:
            waiting[numbers[literal]].append(index)
    return Sieve(
        rows,
        table,
        follow,
        np.array([([needs[n] for n in e.needs] + [ALWAYS] * NEEDS)[:NEEDS] for e in entries], np.int32).reshape(
            -1, NEEDS
        ),
        np.array([foreign[e.alphabet] if e.alphabet is not None else ALWAYS for e in entries], np.int32),
        np.array([index for group in waiting for index in group], np.int32),
        np.concatenate([[0], np.cumsum([len(group) for group in waiting])]).astype(np.int64),
        np.array([index for index, entry in enumerate(entries) if not entry.literals], np.int32),
    )
