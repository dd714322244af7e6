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

from .patterns import NEEDS, Quick

Words = NDArray[np.uint64]
STEP = 2_048  # turns: their words stay in the cache


@dataclass(frozen=True, eq=False)
class Sieve:
    """Compiled needs of numbered quick tests.

    ``rows`` maps a code point to a row of ``needs``, where row 0 fulfils nothing; ``given`` holds the bits of the needs
    that a test does not have; ``literals`` the bits of the tests that a scanned literal lets through, ``unbound`` those
    of the tests that wait for no literal.
    """

    count: int
    rows: NDArray[np.uint16]
    needs: Words
    given: Words
    literals: Words
    unbound: Words

    def passed(self, codes: NDArray[np.uint32], starts: NDArray[np.int64], turns: NDArray[np.int64],
               numbers: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:  # fmt: skip
        """Return (turn, test) pairs that may match, sorted by turn.

        Args:
            codes: the code points of all turns, joined by separators.
            starts: the start of each turn in ``codes``, and the length plus one.
            turns: the turn of each scanned literal, ascending.
            numbers: the number of each scanned literal.
        """
        found = []
        for low in range(0, len(starts) - 1, STEP):
            high = min(low + STEP, len(starts) - 1)
            first, last = int(starts[low]), min(int(starts[high]), len(codes))
            block = self.needs[self.rows[codes[first:last]]]
            joined = np.bitwise_or.reduceat(block, starts[low:high] - first, axis=0) | self.given
            words = len(self.unbound)
            open_ = joined[:, :words].copy()
            for need in range(1, NEEDS):
                open_ &= joined[:, need * words : (need + 1) * words]
            bound = np.zeros((high - low, words), np.uint64)
            begin, end = np.searchsorted(turns, [low, high])
            if begin < end:
                here, at = np.unique(turns[begin:end], return_index=True)
                bound[here - low] = np.bitwise_or.reduceat(self.literals[numbers[begin:end]], at, axis=0)
            open_ &= bound | self.unbound
            bits = np.unpackbits(open_.view(np.uint8), axis=1, count=self.count, bitorder="little")
            turn, test = np.nonzero(bits)
            found.append((turn + low, test))
        if not found:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        return np.concatenate([turn for turn, _ in found]), np.concatenate([test for _, test in found])


def build_sieve(tests: Sequence[Quick], numbers: Mapping[str, int]) -> Sieve:
    """Compile quick tests; ``numbers`` are those of the scanned literals."""
    words = -(-len(tests) // 64) or 1
    chars = sorted({char for test in tests for need in test.needs for char in need})
    rows = np.zeros(0x110000, np.uint16)
    rows[[ord(char) for char in chars]] = np.arange(1, len(chars) + 1)
    row = {char: index for index, char in enumerate(chars, 1)}
    needs = np.zeros((len(chars) + 1, NEEDS * words), np.uint64)
    given = np.zeros(NEEDS * words, np.uint64)
    literals = np.zeros((len(numbers), words), np.uint64)
    unbound = np.zeros(words, np.uint64)
    for index, test in enumerate(tests):
        word, bit = index // 64, np.uint64(1 << (index % 64))
        for slot in range(NEEDS):
            if slot < len(test.needs):
                for char in test.needs[slot]:
                    needs[row[char], slot * words + word] |= bit
            else:
                given[slot * words + word] |= bit
        for literal in test.literals:
            literals[numbers[literal], word] |= bit
        if not test.literals:
            unbound[word] |= bit
    return Sieve(len(tests), rows, needs, given, literals, unbound)
