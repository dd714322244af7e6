"""The Program: rules compiled for scanning. All literals of all rules stand in one automaton."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from .condition import Condition, Gate, walk
from .cues import Cue
from .model import ROLES
from .operators import Pattern, Phrases
from .patterns import Entry
from .rule import Rule
from .sieve import Sieve, build_sieve

PatternBits = tuple[tuple[int, tuple[tuple[int, Entry], ...]], ...]


class Opening(NamedTuple):
    """What must stand anywhere in a conversation for a condition to hold: one of some phrases, or of some tests."""

    phrases: frozenset[int]
    bits: int


class Watch(NamedTuple):
    """What sets off forbidden rules (indices in ``rules``) in the turns of one role: a phrase, an entry (by its
    bit), or any turn. ``bits`` are those of all the entries.
    """

    by_phrase: Mapping[int, tuple[int, ...]]
    by_test: Mapping[int, tuple[int, ...]]
    bits: int
    always: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Program:
    """Compiled rules, immutable.

    ``literals``: the phrases, then the literals that patterns require; ``phrases``: how many of them are phrases;
    ``numbers``: for each phrase list the numbers of its phrases. ``owners``: for each bit of the sieve the entry it
    belongs to, where bit 0 is always set; ``bits``: for each leaf with patterns the bits of its entries (bit 0 where
    the sieve does not know one). ``openings``: for the conditions asked of every conversation what must stand there;
    ``watches``: for each role what sets off forbidden rules. ``required``: the indices of the required rules;
    ``order``: the index of each rule.
    """

    rules: tuple[Rule, ...]
    cues: Mapping[str, Cue]
    literals: tuple[str, ...]
    phrases: int
    lengths: tuple[int, ...]
    automaton: AhoCorasick
    owners: tuple[Entry | None, ...]
    bits: Mapping[object, PatternBits]
    sieve: Sieve
    numbers: Mapping[object, frozenset[int]]
    openings: Mapping[Condition, Opening]
    watches: Mapping[str, Watch]
    required: tuple[int, ...]
    order: Mapping[str, int]


def conditions_of(rule: Rule) -> list[Condition]:
    """Return the roots of all condition trees of a rule."""
    return [rule.when, *rule.context, *rule.excuses, *([rule.due] if rule.due else [])]


def leaves_of(rule: Rule) -> list[Phrases | Pattern]:
    """Return all leaf conditions of a rule, those of its context included."""
    return [leaf for root in conditions_of(rule) for leaf in walk(root) if isinstance(leaf, Phrases | Pattern)]


def compile_rules(rules: Sequence[Rule], cues: Mapping[str, Cue]) -> Program:
    """Compile rules into a Program; the order of the rules decides the order of findings at one spot."""
    leaves = list(dict.fromkeys(leaf for rule in rules for leaf in leaves_of(rule)))
    phrases = sorted({phrase for leaf in leaves if isinstance(leaf, Phrases) for phrase in leaf.phrases})
    roots = {root: gate for rule in rules for root in _roots(rule) if (gate := root.gate()) is not None}
    sieved = list(dict.fromkeys(test for gate in roots.values() for test in gate.tests))
    literals = [*phrases, *sorted({x for test in sieved for x in test.literals} - set(phrases))]
    number = {literal: index for index, literal in enumerate(literals)}
    bits = {test: 1 << index for index, test in enumerate(sieved, 1)}
    return Program(
        tuple(rules),
        dict(cues),
        tuple(literals),
        len(phrases),
        tuple(map(len, literals)),
        AhoCorasick(literals),
        (None, *sieved),
        {leaf: _bits(leaf, bits) for leaf in leaves if isinstance(leaf, Pattern)},
        build_sieve(sieved, number),
        {leaf: frozenset(number[x] for x in leaf.phrases) for leaf in leaves if isinstance(leaf, Phrases)},
        {root: _opening(gate, number, bits) for root, gate in roots.items()},
        {role: _watch(rules, role, number, bits) for role in ROLES},
        tuple(index for index, rule in enumerate(rules) if rule.polarity == "required"),
        {rule.id: index for index, rule in enumerate(rules)},
    )


def _roots(rule: Rule) -> list[Condition]:
    """The conditions that are asked of every conversation: the sieve works for these."""
    if rule.polarity == "forbidden":
        return [rule.when]
    return [rule.when, *rule.excuses, *([rule.due] if rule.due else [])]


def _bits(leaf: Pattern, bits: Mapping[Entry, int]) -> PatternBits:
    """For each pattern the bits of its entries together, and its entries with the bit of each."""
    groups = [tuple((bits.get(test, 1), test) for test in group) for group in leaf.entries]
    return tuple((reduce(or_, (bit for bit, _ in group)), group) for group in groups)


def _opening(gate: Gate, number: Mapping[str, int], bits: Mapping[Entry, int]) -> Opening:
    return Opening(frozenset(number[x] for x in gate.phrases), reduce(or_, (bits[test] for test in gate.tests), 0))


def _watch(rules: Sequence[Rule], role: str, number: Mapping[str, int], bits: Mapping[Entry, int]) -> Watch:
    by_phrase: defaultdict[int, list[int]] = defaultdict(list)
    by_test: defaultdict[int, list[int]] = defaultdict(list)
    always = []
    for index, rule in enumerate(rules):
        if rule.polarity == "required" or rule.scope.speaker not in (role, "any"):
            continue
        gate = rule.when.gate()
        if gate is None:
            always.append(index)
            continue
        for phrase in gate.phrases:
            by_phrase[number[phrase]].append(index)
        for test in gate.tests:
            by_test[bits[test]].append(index)
    return Watch(
        {key: tuple(found) for key, found in by_phrase.items()},
        {key: tuple(found) for key, found in by_test.items()},
        reduce(or_, by_test, 0),
        tuple(always),
    )
