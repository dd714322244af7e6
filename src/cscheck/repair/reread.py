"""Rereading (重读): puts what a span is read as in its place, with every offset still leading to what is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..normalize import FoldedBatch, Offsets, Reading, codes_of, text_of


def reread(batch: FoldedBatch, readings: Sequence[Reading]) -> FoldedBatch:
    """Return the batch with spans read as other words.

    The last character of a reading stands for the last one written, all others for the first.

    Args:
        batch: folded turns. Where a reading changes the length of its span, nothing may have been read in them before.
        readings: in order, not overlapping; spans as in ``batch``. Only one character is read as one character.
    """
    if not readings:
        return batch
    lengths = np.array([len(one.text) for one in readings])
    lows = np.array([batch.bounds[one.turn] + one.start for one in readings])
    highs = lows + np.array([one.end - one.start for one in readings])
    grown = np.cumsum(lengths - (highs - lows))
    kept = batch.kept
    if grown.any():
        kept = np.arange(len(batch.codes)) if kept is None else kept
        places = np.repeat(kept[lows], lengths)
        places[np.cumsum(lengths) - 1] = kept[highs - 1]
        kept = _spliced(kept, places, lows, highs, lengths)
        kept.flags.writeable = False
    pieces = codes_of("".join(one.text for one in readings))
    codes = _spliced(batch.codes, pieces, lows, highs, lengths)
    starts = batch.starts + np.append(0, grown)[np.searchsorted(lows, batch.starts)]
    starts.flags.writeable = False
    bounds = tuple(starts.tolist())
    found = defaultdict(list, {turn: list(known) for turn, known in batch.readings.items()})
    for one, high in zip(readings, (highs + grown).tolist(), strict=True):
        end = high - bounds[one.turn]
        found[one.turn].append(one._replace(start=end - len(one.text), end=end))
    return replace(
        batch,
        text=text_of(codes),
        codes=codes,
        starts=starts,
        kept=kept,
        bounds=bounds,
        readings={turn: tuple(sorted(known, key=lambda one: one.start)) for turn, known in found.items()},
    )


def _spliced(
    array: NDArray[Any], pieces: NDArray[Any], lows: Offsets, highs: Offsets, lengths: Offsets
) -> NDArray[Any]:
    """Return the array with each span ``lows:highs`` replaced by the next ``lengths`` elements of ``pieces``."""
    before, at, taken = 0, 0, []
    for low, high, length in zip(lows.tolist(), highs.tolist(), lengths.tolist(), strict=True):
        taken += [array[before:low], pieces[at : at + length]]
        before, at = high, at + length
    return np.concatenate([*taken, array[before:]])
