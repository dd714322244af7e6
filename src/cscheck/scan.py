"""The scan: one pass of the automaton over many joined turns, and what may have been found there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from .batch import AGENT, Batch
from .entries import Entry
from .learn import Model, score
from .model import ROLES
from .normalize import SEPARATOR, FoldedBatch, codes_of, fold_joined
from .program import Program
from .repair import repair
from .scanned import Scanned
from .search import stand
from .sight import Scene, Sight
from .view import View

Ints = NDArray[np.int64]
Scores = Mapping[Model, tuple[Ints, NDArray[np.float32]]]
YES = ("true", "1", "yes", "y", "是")  # a flag in the metadata, as JSON or as text


def scan(program: Program, batch: Batch) -> Iterator[View]:
    """Fold and scan the turns of a batch at once; yield a view of each conversation, in order.

    Raises:
        ValueError: a turn holds a lone surrogate.
    """
    folded = fold_joined(batch.text, batch.starts)
    if program.repairs is not None:
        folded = repair(folded, program.repairs, batch.by_agent, lambda *turns: _lost(program, *turns))
    hits, sieved = stand(program.searches, folded, batch.roles)
    filled, limits = _filled(folded), np.asarray(batch.limits)
    tries = _Tries(program, batch, folded, filled)
    tries.note(*hits[:2], program.watch.phrases, program.watch.by_phrase)
    passed = tries.entries(*sieved)
    scores = _scores(program, batch, folded, filled)
    likely = _likely(program, scores)
    tries.note(*likely, program.watch.likely, program.watch.by_likely)
    scene = Scene(batch, folded.codes, folded.starts, filled, (hits[:2], passed, likely))
    sight = Sight(scene, program.openings.standing)
    opened = program.openings.of(sight)
    hit_limits = np.searchsorted(hits[0], limits).tolist()
    passed_limits = np.searchsorted(passed[0], np.arange(len(folded) + 1)).tolist()
    seen = passed[1].tolist(), scores, _suspected(program, likely), hit_limits, passed_limits
    scanned = Scanned(batch, folded, filled, sight, hits, *seen)
    for index, situation in enumerate(_situations(batch, filled)):
        yield View(scanned, index, situation, opened[index], tries.found.get(index, {}), tries.tested.get(index, {}))


def _lost(program: Program, written: FoldedBatch, heard: FoldedBatch) -> list[tuple[int, int, int]]:
    """Return what sets off rules in agents' turns as they are written, but not as they are heard: turn and span."""
    agents = np.full(len(written), AGENT, np.uint8)
    (turns, phrases, starts), (among, entries) = stand(program.searches, written, agents)
    again, passed = stand(program.searches, heard, agents)
    said = set(zip(again[0].tolist(), again[1].tolist(), strict=True))
    may = set(zip(passed[0].tolist(), passed[1].tolist(), strict=True))
    found = [
        (turn, start, start + program.lengths[phrase])
        for turn, phrase, start in zip(turns.tolist(), phrases.tolist(), starts.tolist(), strict=True)
        if (turn, phrase) not in said and program.watch.phrases[AGENT, phrase]
    ]
    for turn, number in zip(among.tolist(), entries.tolist(), strict=True):
        if not program.watch.entries[AGENT, number]:
            continue
        entry = program.entries[number]
        text = written.turn(turn)
        match = entry.search(text)
        if isinstance(match, re.Match) and not entry.search(heard.turn(turn)):
            found.append((turn, *match.span()))
        if match is True and (turn, number) not in may:  # where it matches is not known
            found.append((turn, 0, len(text)))
    return found


def _scores(program: Program, batch: Batch, folded: FoldedBatch, filled: NDArray[np.bool_]) -> Scores:
    """Return what the models that are asked say of the turns of those who are judged by them, each text once."""
    models = dict.fromkeys(one.model for one in program.likely)
    if not models:
        return {}
    asked = np.logical_or(program.watch.likely.any(axis=1), program.openings.standing.words[2].any(axis=(1, 2)))
    judged = np.flatnonzero(filled & asked[batch.roles])
    number: dict[str, int] = {}
    rows = np.full(len(folded), -1)
    rows[judged] = [number.setdefault(folded.turn(turn), len(number)) for turn in judged.tolist()]
    starts = np.zeros(len(number) + 1, np.int64)
    np.cumsum([len(text) + 1 for text in number], out=starts[1:])
    codes = codes_of(SEPARATOR.join(number))
    return {model: (rows, score(model, codes, starts)) for model in models}


def _likely(program: Program, scores: Scores) -> tuple[Ints, Ints]:
    """Return the pairs of turn and demand on a model (by its number) that is met, sorted by turn."""
    turns, numbers = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for number, (model, column, at) in enumerate(program.likely):
        rows, table = scores[model]
        judged = np.flatnonzero(rows >= 0)
        met = judged[table[rows[judged], column] >= at]
        turns.append(met)
        numbers.append(np.full(len(met), number))
    found = np.concatenate(turns)
    order = np.argsort(found, kind="stable")
    return found[order], np.concatenate(numbers)[order]


def _suspected(program: Program, likely: tuple[Ints, Ints]) -> dict[Model, list[tuple[int, int]]]:
    """Return for each model the turns that meet a demand on it, each with the category's column."""
    found: defaultdict[Model, dict[tuple[int, int], None]] = defaultdict(dict)
    for turn, number in zip(likely[0].tolist(), likely[1].tolist(), strict=True):
        found[program.likely[number].model][turn, program.likely[number].column] = None
    return {model: list(pairs) for model, pairs in found.items()}


class _Tries:
    """Where the forbidden rules are set off: by a phrase that stands in a turn, or by an entry that matches there.

    ``found``: a conversation -> a rule's index -> the places; ``tested``: what the entries matched there.
    """

    def __init__(self, program: Program, batch: Batch, folded: FoldedBatch, filled: NDArray[np.bool_]) -> None:
        self.program, self.batch, self.folded, self.filled = program, batch, folded, filled
        self.found: defaultdict[int, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        self.tested: defaultdict[int, dict[tuple[int, Entry], re.Match[str] | bool]] = defaultdict(dict)

    def note(
        self, turns: Ints, numbers: Ints, watched: NDArray[np.bool_], rules: Mapping[tuple[str, int], tuple[int, ...]]
    ) -> None:
        """Note the rules that something seen in a turn sets off."""
        met = watched[self.batch.roles[turns], numbers] & self.filled[turns]
        for turn, number in zip(turns[met].tolist(), numbers[met].tolist(), strict=True):
            self._note(turn, rules[ROLES[self.batch.roles[turn]], number])

    def entries(self, turns: Ints, entries: Ints) -> tuple[Ints, Ints]:
        """Try the entries that set off rules; return the pairs without those that do not match."""
        watched = np.flatnonzero(self.program.watch.entries[self.batch.roles[turns], entries] & self.filled[turns])
        keep = np.ones(len(turns), bool)
        last, text = -1, ""
        for at, turn, entry in zip(watched.tolist(), turns[watched].tolist(), entries[watched].tolist(), strict=True):
            if turn != last:
                last, text = turn, self.folded.turn(turn)
            test = self.program.entries[entry]
            match = test.search(text)
            if not match:
                keep[at] = False
                continue
            owner = int(self.batch.owner[turn])
            self.tested[owner][turn - self.batch.limits[owner], test] = match
            self._note(turn, self.program.watch.by_entry[ROLES[self.batch.roles[turn]], entry])
        return turns[keep], entries[keep]

    def _note(self, turn: int, rules: tuple[int, ...]) -> None:
        owner = int(self.batch.owner[turn])
        for rule in rules:
            self.found[owner][rule].append(turn - self.batch.limits[owner])


def _filled(folded: FoldedBatch) -> NDArray[np.bool_]:
    """Return which turns hold more than blanks."""
    if not len(folded):
        return np.zeros(0, bool)
    dark = np.append(folded.codes > 32, False)  # folded blanks are the space and the line break
    filled: NDArray[np.bool_] = np.logical_or.reduceat(dark, folded.starts[:-1])
    return filled


def _situations(batch: Batch, filled: NDArray[np.bool_]) -> list[tuple[int, bool, bool, bool]]:
    """Return of each conversation: its channel, whether an agent speaks, is it an excerpt, is its opening missing."""
    speaks, late = np.zeros(len(batch), bool), np.zeros(len(batch), bool)
    speaks[batch.owner[filled & batch.by_agent]] = True
    limits = np.asarray(batch.limits)
    some = np.flatnonzero(np.diff(limits))
    late[some] = batch.turn_index[limits[some]] > 1  # exports number their turns from 0 or from 1
    excerpts = [bool(meta) and str(meta.get("excerpt", "")).strip().lower() in YES for meta in batch.metas]
    return list(zip(batch.channel_codes, speaks.tolist(), excerpts, late.tolist(), strict=True))
