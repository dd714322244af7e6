"""Shape (变形): disguised words are read as what they stand for.

A disguise is searched only in turns that hold one of the characters it cannot do without; these turns are found for
all turns at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..normalize import FoldedBatch, Reading
from .evasion import BLANKS, CHAR, GAP, NUMBER, SIGNS, Disguise, Evasion, digits

CONFIDENCE = 0.9
_LAST = 0x1FFFF  # behind this code point stand no emoji and no common character
_NUMBER = 11  # signs of a telephone number

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Shapes:
    """Disguises, compiled.

    ``by_char``: the disguises to search in a turn that holds a character, by code point, and ``telling`` marks these
    characters; ``splits``: those of words with signs inside, of which ``signs`` marks the signs, ``before`` and
    ``after`` the characters next to them; ``numbers``: those of numbers, ``counts`` marks the signs of digits. All
    marks are by code point.
    """

    by_char: Mapping[int, tuple[Disguise, ...]]
    telling: Bools
    splits: tuple[Disguise, ...]
    signs: Bools
    before: Bools
    after: Bools
    numbers: tuple[Disguise, ...]
    counts: Bools


def compile_shapes(evasions: Iterable[Evasion], wording: Iterable[Disguise] = ()) -> Shapes:
    """Compile evasions, and words that are read as others, for searching many turns."""
    evasions = tuple(evasions)
    disguises = [*(one for evasion in evasions for one in evasion.disguises), *wording]
    by_char: defaultdict[int, list[Disguise]] = defaultdict(list)
    for one in disguises:
        if one.mark == CHAR:
            for char in one.needs[0]:
                by_char[ord(char)].append(one)
    words = [word for evasion in evasions for word in evasion.split]
    return Shapes(
        {code: tuple(found) for code, found in by_char.items()},
        _marks(map(chr, by_char)),
        tuple(one for one in disguises if one.mark == GAP),
        _marks(BLANKS | SIGNS),
        _marks(char for word in words for char in word[:-1]),
        _marks(char for word in words for char in word[1:]),
        tuple(one for one in disguises if one.mark == NUMBER),
        _marks(digits()),
    )


def unmask(batch: FoldedBatch, shapes: Shapes, judged: Bools) -> list[Reading]:
    """Return what is disguised in the turns that ``judged`` marks, in order, each with what it is read as."""
    if not len(batch):
        return []
    found: list[Reading] = []
    for turn, disguises in sorted(_suspects(batch, shapes, judged).items()):
        text = batch.turn(turn)
        stand = frozenset(text)
        for one in dict.fromkeys(disguises):
            if not any(need.isdisjoint(stand) for need in one.needs):
                found += _read(turn, text, one)
    found.sort(key=lambda one: (one.turn, one.start, -one.end, -len(one.text), one.text))
    apart: list[Reading] = []
    for reading in found:
        if not apart or apart[-1].turn != reading.turn or apart[-1].end <= reading.start:
            apart.append(reading)
    return apart


def _suspects(batch: FoldedBatch, shapes: Shapes, judged: Bools) -> dict[int, list[Disguise]]:
    """Return the turns in which something may be disguised, each with the disguises to search."""
    codes = np.append(batch.codes, np.zeros(2, np.uint32))  # so that an empty last turn has a place to stand
    found: defaultdict[int, list[Disguise]] = defaultdict(list)

    def note(places: Ints, disguises: tuple[Disguise, ...] | None = None) -> None:
        turns = np.searchsorted(batch.starts, places, side="right") - 1
        for turn, place in zip(turns.tolist(), places.tolist(), strict=True):
            if judged[turn]:
                found[turn] += shapes.by_char[int(codes[place])] if disguises is None else disguises

    note(np.flatnonzero(shapes.telling.take(codes, mode="clip")))
    signs = np.flatnonzero(shapes.signs.take(codes, mode="clip"))
    signs = signs[shapes.before.take(codes[signs - 1], mode="clip") & (signs > 0)]
    behind = (shapes.after.take(codes[signs + offset], mode="clip") for offset in (1, 2))
    note(signs[np.logical_or(*behind)], shapes.splits)
    counted = np.add.reduceat(shapes.counts.take(codes, mode="clip"), batch.starts[:-1], dtype=np.int64)
    note(batch.starts[:-1][counted >= _NUMBER], shapes.numbers)
    return found


def _read(turn: int, text: str, disguise: Disguise) -> list[Reading]:
    found = []
    for match in disguise.found.finditer(text):
        start, end = match.span(1)
        read = disguise.read(text[start:end])
        if read != text[start:end]:
            found.append(Reading(turn, start, end, read, disguise.kind, CONFIDENCE))
    return found


def _marks(characters: Iterable[str]) -> Bools:
    marks = np.zeros(_LAST + 1, np.bool_)
    marks[[ord(char) for char in characters]] = True
    return marks
