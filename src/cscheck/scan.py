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
    passed, tests = program.sieve.passed(folded.codes, folded.starts, turns, hits[:, 0])
    phrases = np.flatnonzero(hits[:, 0] < program.phrases)
    at_turns, numbers = turns[phrases], hits[phrases, 0].tolist()
    offsets = (hits[phrases, 1] - folded.starts[at_turns]).tolist()
    # ends grow with the turn, so what belongs to one conversation stands together
    hit_limits = np.searchsorted(at_turns, firsts).tolist()
    test_limits = np.searchsorted(passed, firsts).tolist()
    hit_turns, test_turns, test_numbers, starts = at_turns.tolist(), passed.tolist(), tests.tolist(), firsts.tolist()
    for index, conversation in enumerate(conversations):
        first = starts[index]
        standing: dict[int, dict[int, list[int]]] = {}
        for at in range(hit_limits[index], hit_limits[index + 1]):
            standing.setdefault(hit_turns[at] - first, {}).setdefault(numbers[at], []).append(offsets[at])
        possible: dict[int, list[int]] = {}
        for at in range(test_limits[index], test_limits[index + 1]):
            possible.setdefault(test_turns[at] - first, []).append(test_numbers[at])
        yield View(conversation, folded, first, standing, possible)
