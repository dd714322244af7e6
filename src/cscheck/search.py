"""Searches: what is sought in the turns of whom. Most rules are about agents; customers' turns are asked far less."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np
from ahocorasick_rs import AhoCorasick
from numpy.typing import NDArray

from .condition import Condition
from .entries import Entry
from .model import ROLES
from .normalize import FoldedBatch, text_of
from .operators import Pattern, Phrases
from .sieve import Sieve, build_sieve

Ints = NDArray[np.int64]
Stood = tuple[tuple[Ints, Ints, Ints], tuple[Ints, Ints]]


@dataclass(frozen=True, eq=False)
class Search:
    """What is sought in the turns of some roles, all at once.

    ``roles`` marks the roles; ``literals`` are the numbers of the literals that are ``sought``, the ``phrases`` among
    them first; ``entries`` those of the entries in the ``sieve``, ascending.
    """

    roles: NDArray[np.bool_]
    literals: Ints
    sought: tuple[str, ...]
    phrases: int
    entries: Ints
    sieve: Sieve

    @cached_property
    def automaton(self) -> AhoCorasick:
        """The literals compiled, when they are first sought."""
        return AhoCorasick(self.sought)

    def stand(self, folded: FoldedBatch, roles: NDArray[np.uint8]) -> Stood:
        """Return the phrases that stand in turns of these roles (turn, number, start) and the entries that the sieve
        lets through (turn, number), both sorted by turn.
        """
        mine = self.roles[roles]
        which = np.flatnonzero(mine)
        if len(which) == len(folded):
            text, codes, starts = folded.text, folded.codes, folded.starts
        else:
            text, codes, starts = _picked(folded, mine)
        found = self.automaton.find_matches_as_indexes(text, overlapping=True) if len(self.literals) else []
        literals = np.fromiter(chain.from_iterable(found), np.int64, 3 * len(found)).reshape(-1, 3)
        turns = np.searchsorted(starts, literals[:, 1], side="right") - 1
        at = np.flatnonzero(literals[:, 0] < self.phrases)
        among, entries = self.sieve.passed(codes, starts, turns, literals[:, 0])
        hits = which[turns[at]], self.literals[literals[at, 0]], literals[at, 1] - starts[turns[at]]
        return hits, (which[among], self.entries[entries])


def stand(searches: Sequence[Search], folded: FoldedBatch, roles: NDArray[np.uint8]) -> Stood:
    """Return what stands in turns of these roles, and what the sieves let through, as ``Search.stand`` does."""
    nothing = np.zeros(0, np.int64)
    found = [((nothing, nothing, nothing), (nothing, nothing))]
    found += [one.stand(folded, roles) for one in searches if one.roles[roles].any()]
    turns, phrases, starts = map(np.concatenate, zip(*(hits for hits, _ in found), strict=True))
    among, entries = map(np.concatenate, zip(*(passed for _, passed in found), strict=True))
    order, by_turn = np.argsort(turns, kind="stable"), np.argsort(among, kind="stable")
    return (turns[order], phrases[order], starts[order]), (among[by_turn], entries[by_turn])


def _picked(folded: FoldedBatch, mine: NDArray[np.bool_]) -> tuple[str, NDArray[np.uint32], Ints]:
    """Return the turns that are marked, joined by separators: their text, its code points, and where each begins."""
    lengths = np.diff(folded.starts)
    starts = np.zeros(int(mine.sum()) + 1, np.int64)
    np.cumsum(lengths[mine], out=starts[1:])
    codes = folded.codes[np.repeat(mine, lengths)[: len(folded.codes)]][: max(starts[-1] - 1, 0)]
    return text_of(codes), codes, starts


def compile_searches(
    literals: Mapping[str, int], entries: Mapping[Entry, int], audiences: Mapping[Condition, frozenset[str]]
) -> tuple[Search, ...]:
    """Compile what is sought, by who is asked for it; roles of whom the same is asked share a search.

    Args:
        literals: the literals of all rules, the phrases first, with their numbers.
        entries: the entries that the sieve shall know, with their numbers.
        audiences: the roles in whose turns each leaf is asked (see ``audience``).
    """
    roles: dict[tuple[tuple[str, ...], tuple[Entry, ...]], list[int]] = {}
    for number, role in enumerate(ROLES):
        leaves = [leaf for leaf, asked in audiences.items() if role in asked]
        tests = {test for leaf in leaves if isinstance(leaf, Pattern) for group in leaf.entries for test in group}
        known = sorted((test for test in tests if test in entries), key=entries.__getitem__)
        phrases = {phrase for leaf in leaves if isinstance(leaf, Phrases) for phrase in leaf.phrases}
        if known or phrases:
            roles.setdefault((tuple(sorted(phrases)), tuple(known)), []).append(number)
    return tuple(_search(asked, *sought, literals, entries) for sought, asked in roles.items())


def _search(
    roles: Sequence[int],
    phrases: Sequence[str],
    tests: Sequence[Entry],
    literals: Mapping[str, int],
    entries: Mapping[Entry, int],
) -> Search:
    sought = (*phrases, *sorted({x for test in tests for x in test.literals} - set(phrases)))
    return Search(
        np.isin(np.arange(len(ROLES)), roles),
        _numbers(sought, literals),
        sought,
        len(phrases),
        _numbers(tests, entries),
        build_sieve(tests, {literal: number for number, literal in enumerate(sought)}),
    )


def _numbers(sought: Iterable[str] | Iterable[Entry], numbers: Mapping[str, int] | Mapping[Entry, int]) -> Ints:
    return np.array([numbers[one] for one in sought], np.int64)  # type: ignore[index]
