"""The sieve: for many turns at once, which patterns may match, by the characters and literals they require.

Every pattern needs at least one literal out of a set (or none is known), and one character out of each of up to three
sets. Each need is one bit of a few machine words; a turn's characters are joined by OR, and what has all its bits is
tried. The work per turn does not grow with the length of the patterns, and hardly with their number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .patterns import NEEDS, Entry

Words = NDArray[np.uint64]
STEP = 128  # turns: their words stay in the cache


@dataclass(frozen=True, eq=False)
class Sieve:
    """Compiled needs of numbered entries.

    ``rows`` maps a code point to a row of ``needs``, where row 0 fulfils nothing; ``given`` holds the bits of the needs
    that an entry does not have; ``literals`` the bits of the entries that a scanned literal lets through, ``unbound``
    those of the entries that wait for no literal.
    """

    rows: NDArray[np.uint16]
    needs: Words
    given: Words
    literals: Words
    unbound: Words

    def passed(
        self,
        codes: NDArray[np.uint32],
        starts: NDArray[np.int64],
        turns: NDArray[np.int64],
        numbers: NDArray[np.int64],
    ) -> Words:
        """Return for each turn a row of words: bit n (little-endian) is set where entry n may match.

        Args:
            codes: the code points of all turns, joined by separators.
            starts: the start of each turn in ``codes``, and the length plus one.
            turns: the turn of each scanned literal, ascending.
            numbers: the number of each scanned literal.
        """
        words = len(self.unbound)
        codes = np.append(codes, np.uint32(0))  # so that an empty last turn has a place to stand
        found = np.zeros((len(starts) - 1, words), np.uint64)
        for low in range(0, len(found), STEP):
            high = min(low + STEP, len(found))
            first, last = int(starts[low]), int(starts[high])
            block = self.needs[self.rows[codes[first:last]]]
            joined = np.bitwise_or.reduceat(block, starts[low:high] - first, axis=0) | self.given
            bound = np.zeros((high - low, words), np.uint64)
            begin, end = np.searchsorted(turns, [low, high])
            if begin < end:
                here, at = np.unique(turns[begin:end], return_index=True)
                bound[here - low] = np.bitwise_or.reduceat(self.literals[numbers[begin:end]], at, axis=0)
            passed = bound | self.unbound
            for need in range(NEEDS):
                passed &= joined[:, need * words : (need + 1) * words]
            found[low:high] = passed
        return found

    @property
    def width(self) -> int:
        """The bytes of one row of what ``passed`` returns."""
        return 8 * len(self.unbound)


def build_sieve(entries: Sequence[Entry], numbers: Mapping[str, int]) -> Sieve:
    """Compile the entries of patterns; ``numbers`` are those of the scanned literals."""
    words = -(-len(entries) // 64) or 1
    chars = sorted({char for entry in entries for need in entry.needs for char in need})
    rows = np.zeros(0x110000, np.uint16)
    rows[[ord(char) for char in chars]] = np.arange(1, len(chars) + 1)
    row = {char: index for index, char in enumerate(chars, 1)}
    needs = np.zeros((len(chars) + 1, NEEDS * words), np.uint64)
    given = np.zeros(NEEDS * words, np.uint64)
    literals = np.zeros((len(numbers), words), np.uint64)
    unbound = np.zeros(words, np.uint64)
    for index, entry in enumerate(entries):
        word, bit = index // 64, np.uint64(1 << (index % 64))
        for slot in range(NEEDS):
            if slot < len(entry.needs):
                for char in entry.needs[slot]:
                    needs[row[char], slot * words + word] |= bit
            else:
                given[slot * words + word] |= bit
        for literal in entry.literals:
            literals[numbers[literal], word] |= bit
        if not entry.literals:
            unbound[word] |= bit
    return Sieve(rows, needs, given, literals, unbound)
