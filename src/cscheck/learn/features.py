"""N-grams (字符 n 元) of many folded turns at once, as slots of a hash table.

Characters are Han, small Latin letters and digits, all digits as one; everything else (punctuation, blanks, emoji) is
left out, because transcripts of calls have none and chats use it as they like. Both ends of a turn are characters, too.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BITS = 20
SLOTS = 1 << BITS
ORDERS = 3  # single characters, pairs and triples: longer ones are learned by heart and say nothing of new wording
_EDGE = 1  # the character at both ends of a turn
_SHIFT = np.uint32(32 - BITS)
# Odd numbers far apart: multiplicative hashing (Knuth, The Art of Computer Programming 3, 6.4), modulo 2 ** 32.
_FACTORS = tuple(map(np.uint32, (0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F)))

Codes = NDArray[np.uint32]
Offsets = NDArray[np.int64]


class Grams(NamedTuple):
    """The n-grams of many turns.

    ``slots`` has a row for each order (1, 2, 3) and a column for each character that counts, turn after turn, each turn
    with its opening edge before it: the slot of the n-gram that begins there, 0 where none does; a single
    character has one only where it stands last in its turn. ``starts`` is the
    column at which each turn begins; ``places`` the position of each column's character in the codes (of an edge: the
    position after it).
    """

    slots: NDArray[np.uint32]
    starts: Offsets
    places: Offsets


def grams(codes: Codes) -> Grams:
    """Return the n-grams of folded turns.

    Args:
        codes: code points of one or more folded turns, joined by NUL, as ``FoldedBatch.codes``.
    """
    characters = _alphabet().take(codes)
    kept = np.flatnonzero(characters)
    ids = np.full(len(kept) + 2, _EDGE, np.uint32)
    characters.take(kept, out=ids[1:-1])
    edges = np.flatnonzero(ids == _EDGE)
    first, second, third, fourth = (ids * factor for factor in _FACTORS)
    slots = np.zeros((ORDERS, len(ids) - 1), np.uint32)
    slots[0] = fourth[:-1] >> _SHIFT
    slots[1] = (first[:-1] + second[1:]) >> _SHIFT
    slots[2, :-1] = (second[:-2] + third[1:-1] + first[2:]) >> _SHIFT
    slots[2, edges[1:-1] - 1] = 0  # a triple with an edge in its middle belongs to two turns
    places = np.empty(len(ids) - 1, np.int64)
    places[0], places[1:] = 0, kept
    places[edges[1:-1]] += 1
    slots[0, _again(ids[:-1])] = 0
    return Grams(slots, edges[:-1], places)


def _again(ids: Codes) -> NDArray[np.bool_]:
    """Return which characters stand again later in their turn: each counts once.

    Transcripts of calls stutter and run long: counting 你 or 的 each time finds less (training/README.md).
    """
    turns = np.cumsum(ids == _EDGE, dtype=np.uint32)
    again = np.zeros(len(ids), bool)
    bits = min(BITS, (4 * len(ids)).bit_length())
    last, shift = np.empty(1 << bits, np.int64), np.uint32(32 - bits)
    left = np.arange(len(ids))
    mixed = ids * _FACTORS[0] + turns * _FACTORS[1]
    while len(left):
        slots = mixed[left] >> shift
        last[slots] = left  # of those that meet in a slot the last stays
        winner = last[slots]
        same = (ids[winner] == ids[left]) & (turns[winner] == turns[left])
        again[left[same]] = winner[same] != left[same]
        left = left[~same]  # others had the slot: once more with other slots
        mixed *= _FACTORS[2]
    return again


@cache
def _alphabet() -> Codes:
    """For each code point the character it counts as, 0 where it is left out. Immutable, built once."""
    table = np.zeros(0x110000, np.uint32)
    for low, high in ((ord("a"), ord("z") + 1), (0x3400, 0xA000)):
        table[low:high] = np.arange(low, high)
    table[ord("0") : ord("9") + 1] = ord("0")
    table[0] = _EDGE
    table.flags.writeable = False
    return table
