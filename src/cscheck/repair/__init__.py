"""Repair (还原): before the rules look, disguised and mis-heard words are read as the words they stand for.

``Repairs`` is compiled once from the vocabulary of the rules; ``repair`` is applied to each batch of folded turns.
What was read otherwise, and how sure that is, stays with the batch (``FoldedBatch.readings``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..normalize import FoldedBatch, fold_many
from .evasion import load_evasions, load_wordings
from .reread import reread
from .shape import Shapes, compile_shapes, unmask
from .sound import Sounds, compile_sounds, hear
from .vocabulary import spelt

__all__ = ["Repairs", "compile_repairs", "repair", "spelt"]


@dataclass(frozen=True, eq=False)
class Repairs:
    """What is read otherwise; either may be left out."""

    shapes: Shapes | None
    sounds: Sounds | None


def compile_repairs(vocabulary: Iterable[str]) -> Repairs:
    """Compile the shipped evasions and sounds.

    Args:
        vocabulary: the words of the rules and cues, folded: phrases, what patterns spell out (see ``spelt``), or the
            sources of expressions.

    Raises:
        PackError: a file of evasions is at fault.
    """
    return Repairs(compile_shapes(load_evasions(), load_wordings()), compile_sounds(vocabulary))


def repair(
    batch: FoldedBatch,
    repairs: Repairs,
    judged: NDArray[np.bool_],
    lost: Callable[[FoldedBatch, FoldedBatch], Iterable[tuple[int, int, int]]] = lambda *_: (),
) -> FoldedBatch:
    """Return the batch with disguised and mis-heard words read as what they stand for, in the turns judged.

    Words are heard as they are written where a finding could be lost: the more words the rules know, the more innocent
    ones sound like one of them.

    Args:
        batch: folded turns in which nothing was read otherwise yet.
        repairs: what is read otherwise.
        judged: for each turn whether it is repaired.
        lost: tells, of turns as written and as heard, what sets off rules in the first alone: turn, start and end.
    """
    if repairs.shapes is not None:
        batch = reread(batch, unmask(batch, repairs.shapes, judged))
    readings = hear(batch, repairs.sounds, judged) if repairs.sounds is not None else []
    if not readings:
        return batch
    heard = reread(batch, readings)
    turns = sorted({one.turn for one in readings})
    written, read = (fold_many([one.turn(turn) for turn in turns]) for one in (batch, heard))
    stays: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for at, start, end in lost(written, read):
        stays[turns[at]].append((start, end))
    kept = [one for one in readings if not any(one.start < high and low < one.end for low, high in stays[one.turn])]
    return heard if len(kept) == len(readings) else reread(batch, kept)
