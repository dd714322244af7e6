"""The scan: one pass of the automaton over many joined turns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from .model import Conversation
from .normalize import fold_many
from .program import Program
from .view import View


def scan(program: Program, conversations: Sequence[Conversation]) -> Iterator[View]:
    """Fold and scan the turns of many conversations at once; yield a view of each, in order.

    Raises:
        ValueError: a turn holds a lone surrogate.
    """
    folded = fold_many([turn.text for conversation in conversations for turn in conversation.turns])
    firsts = np.zeros(len(conversations) + 1, np.int64)
    np.cumsum([len(conversation.turns) for conversation in conversations], out=firsts[1:])
    found = program.automaton.find_matches_as_indexes(folded.text, overlapping=True) if program.literals else []
    hits = np.array(found, np.int64).reshape(-1, 3)
    turns = np.searchsorted(folded.starts, hits[:, 1], side="right") - 1
    passed = program.sieve.passed(folded.codes, folded.starts, turns, hits[:, 0])
    phrases = np.flatnonzero(hits[:, 0] < program.phrases)
    # of each conversation with turns: what passed on any of them
    filled = np.flatnonzero(np.diff(firsts))
    anywhere = np.zeros((len(conversations), passed.shape[1]), np.uint64)
    anywhere[filled] = np.bitwise_or.reduceat(passed, firsts[filled], axis=0) if len(filled) else 0
    rows, wholes = passed.astype("<u8", copy=False).tobytes(), anywhere.astype("<u8", copy=False).tobytes()
    width = program.sieve.width
    at_turns, numbers = turns[phrases], hits[phrases, 0].tolist()
    offsets = (hits[phrases, 1] - folded.starts[at_turns]).tolist()
    # ends grow with the turn, so the hits of one conversation stand together
    limits = np.searchsorted(at_turns, firsts).tolist()
    spots, starts = at_turns.tolist(), firsts.tolist()
    for index, conversation in enumerate(conversations):
        first = starts[index]
        standing: dict[int, dict[int, list[int]]] = {}
        for at in range(limits[index], limits[index + 1]):
            standing.setdefault(spots[at] - first, {}).setdefault(numbers[at], []).append(offsets[at])
        whole = 1 | int.from_bytes(wholes[index * width : (index + 1) * width], "little") << 1
        yield View(conversation, folded, first, standing, rows, width, whole)
