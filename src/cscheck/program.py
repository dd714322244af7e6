"""The Program: rules compiled for scanning. All literals of all rules stand in one automaton."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

import numpy as np
from ahocorasick_rs import AhoCorasick
from numpy.typing import NDArray

from .condition import Condition, Gate, Likely, walk
from .cues import Cue, CueSet
from .entries import Entry
from .model import ROLES
from .operators import Pattern, Phrases, State
from .patterns import render
from .repair import Repairs
from .rule import Rule
from .sieve import Ints, Sieve, Words, build_sieve

Numbers = tuple[Mapping[str, int], Mapping[Entry, int], Mapping[Likely, int]]
PatternBits = tuple[int, tuple[tuple[int, tuple[tuple[int, Entry], ...]], ...]]


@dataclass(frozen=True, eq=False)
class Watch:
    """What sets off forbidden rules (indices in ``rules``) in the turns of a role.

    ``by_phrase``, ``by_entry`` and ``by_likely``: (role, number) -> rules; ``phrases``, ``entries`` and ``likely`` say
    by role and number whether there are any; ``always``: role -> rules that any turn sets off.
    """

    by_phrase: Mapping[tuple[str, int], tuple[int, ...]]
    by_entry: Mapping[tuple[str, int], tuple[int, ...]]
    by_likely: Mapping[tuple[str, int], tuple[int, ...]]
    phrases: NDArray[np.bool_]
    entries: NDArray[np.bool_]
    likely: NDArray[np.bool_]
    always: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, eq=False)
class Openings:
    """The conditions that required rules ask of every conversation, each with a bit.

    A condition that has no bit may hold anywhere. ``by_phrase``, ``by_entry`` and ``by_likely`` hold the words of bits
    that a phrase, an entry that the sieve let through, or a model sets in a conversation where it stands.
    """

    bits: Mapping[Condition, int]
    by_phrase: Words
    by_entry: Words
    by_likely: Words

    def of(self, count: int, owner: Ints, *seen: tuple[Ints, Ints]) -> list[int]:
        """Return the bits that are set in each of ``count`` conversations.

        Args:
            count: the number of conversations.
            owner: the conversation of each turn.
            seen: for phrases, entries and models in this order: the turns, and the numbers of what was seen there.
        """
        found = np.zeros((count, self.by_phrase.shape[1]), np.uint64)
        for (turns, numbers), words in zip(seen, (self.by_phrase, self.by_entry, self.by_likely), strict=True):
            if len(turns) and self.bits:
                owners, at = np.unique(owner[turns], return_index=True)
                found[owners] |= np.bitwise_or.reduceat(words[numbers], at, axis=0)
        if found.shape[1] == 1:
            return found[:, 0].tolist()  # type: ignore[no-any-return]
        return [int.from_bytes(row.tobytes(), "little") for row in found.astype("<u8")]

    def shut(self, condition: Condition, opened: int) -> bool:
        """True where nothing stands in the conversation that the condition needs."""
        bit = self.bits.get(condition)
        return bit is not None and not opened >> bit & 1


@dataclass(frozen=True, eq=False)
class Program:
    """Compiled rules, immutable.

    ``literals``: the phrases, then the literals that patterns require; ``phrases``: how many of them are phrases;
    ``numbers``: for each phrase list the numbers of its phrases. ``entries``: those that the sieve knows, by number;
    ``likely``: what models are asked for; ``bits``: for each leaf with patterns the bits of its entries (entry n has bit
    n + 1; bit 0, which is always set, is that of entries the sieve does not know). ``required``: the required rules;
    ``order``: the index of each rule; ``repairs``: what is read otherwise than written. ``plans`` and ``cue_sets`` remember the plans (see ``plan``) and sets of cues
    already made.
    """

    rules: tuple[Rule, ...]
    cues: Mapping[str, Cue]
    literals: tuple[str, ...]
    phrases: int
    lengths: tuple[int, ...]
    automaton: AhoCorasick
    entries: tuple[Entry, ...]
    likely: tuple[Likely, ...]
    bits: Mapping[object, PatternBits]
    sieve: Sieve
    numbers: Mapping[object, frozenset[int]]
    openings: Openings
    watch: Watch
    required: tuple[Rule, ...]
    order: Mapping[str, int]
    repairs: Repairs | None = None
    plans: dict[object, Any] = field(default_factory=dict, repr=False)
    cue_sets: dict[tuple[str, ...], CueSet] = field(default_factory=dict, repr=False)


def conditions_of(rule: Rule) -> list[Condition]:
    """Return the roots of all condition trees of a rule."""
    return [rule.when, *rule.context, *rule.excuses, *([rule.due] if rule.due else [])]


def leaves_of(rule: Rule) -> list[Phrases | Pattern]:
    """Return all leaf conditions of a rule, those of its context included."""
    return [leaf for root in conditions_of(rule) for leaf in walk(root) if isinstance(leaf, Phrases | Pattern)]


def vocabulary(rules: Iterable[Rule], cues: Mapping[str, Cue]) -> list[str]:
    """Return the words that rules and cues look for: phrases, and the sources of patterns."""
    leaves = dict.fromkeys(leaf for rule in rules for leaf in leaves_of(rule))
    said = [
        text for leaf in leaves for text in (leaf.phrases if isinstance(leaf, Phrases) else map(render, leaf.parts))
    ]
    return [*said, *(part.words.pattern for cue in cues.values() for part in cue.parts)]


def compile_rules(rules: Sequence[Rule], cues: Mapping[str, Cue], repairs: Repairs | None = None) -> Program:
    """Compile rules into a Program; the order of the rules decides the order of findings at one spot.

    With ``repairs`` (compiled from the ``vocabulary``) disguised and mis-heard words are read as what they stand for.
    """
    leaves = list(dict.fromkeys(leaf for rule in rules for leaf in leaves_of(rule)))
    phrases = sorted({phrase for leaf in leaves if isinstance(leaf, Phrases) for phrase in leaf.phrases})
    gates = {root: gate for rule in rules for root in _roots(rule) if (gate := root.gate()) is not None}
    entries = list(dict.fromkeys(test for gate in gates.values() for test in gate.tests))
    likely = list(dict.fromkeys(one for gate in gates.values() for one in gate.likely))
    literals = [*phrases, *sorted({x for test in entries for x in test.literals} - set(phrases))]
    number = {literal: index for index, literal in enumerate(literals)}
    index = {entry: index for index, entry in enumerate(entries)}
    numbers = {phrase: number[phrase] for phrase in phrases}, index, {one: n for n, one in enumerate(likely)}
    return Program(
        tuple(rules),
        dict(cues),
        tuple(literals),
        len(phrases),
        tuple(map(len, literals)),
        AhoCorasick(literals),
        tuple(entries),
        tuple(likely),
        {leaf: _bits(leaf, index) for leaf in leaves if isinstance(leaf, Pattern)},
        build_sieve(entries, number),
        {leaf: frozenset(number[x] for x in leaf.phrases) for leaf in leaves if isinstance(leaf, Phrases)},
        _openings(rules, gates, numbers),
        _watch(rules, numbers),
        tuple(rule for rule in rules if rule.polarity == "required"),
        {rule.id: index for index, rule in enumerate(rules)},
        repairs,
    )


def _roots(rule: Rule) -> list[Condition]:
    """The conditions that are asked of every conversation: the sieve works for these."""
    if rule.polarity == "forbidden":
        return [rule.when]
    roots = [rule.when, *rule.excuses, *([rule.due] if rule.due else [])]
    return [*roots, *(state for root in roots for state in walk(root) if isinstance(state, State))]


def _bits(leaf: Pattern, index: Mapping[Entry, int]) -> PatternBits:
    """The bits of all entries; for each pattern the bits of its entries, and its entries with the bit of each."""
    groups = [tuple((2 << index[test] if test in index else 1, test) for test in group) for group in leaf.entries]
    each = tuple((reduce(or_, (bit for bit, _ in group)), group) for group in groups)
    return reduce(or_, (mask for mask, _ in each)), each


def _openings(rules: Sequence[Rule], gates: Mapping[Condition, Gate], numbers: Numbers) -> Openings:
    asked = dict.fromkeys(root for rule in rules if rule.polarity == "required" for root in _roots(rule))
    bits = {root: bit for bit, root in enumerate(root for root in asked if root in gates)}
    words = [np.zeros((len(known), len(bits) // 64 + 1), np.uint64) for known in numbers]
    for root, bit in bits.items():
        for table, seen in zip(words, _numbered(gates[root], numbers), strict=True):
            table[seen, bit // 64] |= np.uint64(1 << bit % 64)
    return Openings(bits, *words)


def _watch(rules: Sequence[Rule], numbers: Numbers) -> Watch:
    by: list[defaultdict[tuple[str, int], list[int]]] = [defaultdict(list) for _ in numbers]
    watched = [np.zeros((len(ROLES), len(known)), bool) for known in numbers]
    always: defaultdict[str, list[int]] = defaultdict(list)
    for place, rule in enumerate(rules):
        gate = rule.when.gate()
        for role in ROLES if rule.polarity == "forbidden" else ():
            if rule.scope.speaker not in (role, "any"):
                continue
            if gate is None:
                always[role].append(place)
                continue
            for known, table, seen in zip(by, watched, _numbered(gate, numbers), strict=True):
                table[ROLES.index(role), seen] = True
                for number in seen:
                    known[role, number].append(place)
    return Watch(
        *({key: tuple(found) for key, found in known.items()} for known in by),
        *watched,
        {role: tuple(found) for role, found in always.items()},
    )


def _numbered(gate: Gate, numbers: Numbers) -> tuple[list[int], list[int], list[int]]:
    """The numbers of a gate's phrases, entries and demands on models."""
    phrases, entries, likely = numbers
    return (
        sorted(phrases[one] for one in gate.phrases),
        sorted({entries[one] for one in gate.tests}),
        sorted({likely[one] for one in gate.likely}),
    )
