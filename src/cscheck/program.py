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
from .patterns import Quick
from .rule import Rule
from .sieve import Sieve, build_sieve


class Opening(NamedTuple):
    """What must stand anywhere in a conversation for a condition to hold: one of some phrases, or of some tests."""

    phrases: frozenset[int]
    bits: int


class Watch(NamedTuple):
    """What sets off forbidden rules (indices in ``rules``) in the turns of one role: a phrase, a test, or any turn.

    ``bits`` are those of all the tests.
    """

    by_phrase: Mapping[int, tuple[int, ...]]
    by_test: Mapping[Quick, tuple[int, ...]]
    bits: int
    always: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Program:
    """Compiled rules, immutable.

    ``literals``: the phrases, then the literals that patterns require; ``phrases``: how many of them are phrases.
    ``owners``: for each bit of the sieve the quick test it belongs to, where bit 0 is always set; ``masks``: for each
    quick test its bits (bit 0 alone where the sieve does not know it), ``leaf_masks``: those of each leaf with
    patterns; ``numbers``: for each phrase list the numbers of its phrases. ``openings``: for the conditions asked of
    every conversation what must stand there; ``watches``: for each role what sets off forbidden rules. ``required``:
    the indices of the required rules; ``order``: the index of each rule.
    """

    rules: tuple[Rule, ...]
    cues: Mapping[str, Cue]
    literals: tuple[str, ...]
    phrases: int
    lengths: tuple[int, ...]
    automaton: AhoCorasick
    owners: tuple[Quick | None, ...]
    masks: Mapping[Quick, int]
    leaf_masks: Mapping[object, tuple[int, ...]]
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
    sieved = dict.fromkeys(test for gate in roots.values() for test in gate.tests)
    entries = [(entry, test) for test in sieved for entry in test.entries]
    literals = [*phrases, *sorted({x for entry, _ in entries for x in entry.literals} - set(phrases))]
    number = {literal: index for index, literal in enumerate(literals)}
    masks = dict.fromkeys((test for leaf in leaves if isinstance(leaf, Pattern) for test in leaf.quick), 1)
    for test in sieved:
        masks[test] = 0
    for index, (_, test) in enumerate(entries, 1):
        masks[test] |= 1 << index
    return Program(
        tuple(rules),
        dict(cues),
        tuple(literals),
        len(phrases),
        tuple(map(len, literals)),
        AhoCorasick(literals),
        (None, *(test for _, test in entries)),
        masks,
        {leaf: _leaf_masks([masks[test] for test in leaf.quick]) for leaf in leaves if isinstance(leaf, Pattern)},
        build_sieve([entry for entry, _ in entries], number),
        {leaf: frozenset(number[x] for x in leaf.phrases) for leaf in leaves if isinstance(leaf, Phrases)},
        {root: _opening(gate, number, masks) for root, gate in roots.items()},
        {role: _watch(rules, role, number, masks) for role in ROLES},
        tuple(index for index, rule in enumerate(rules) if rule.polarity == "required"),
        {rule.id: index for index, rule in enumerate(rules)},
    )


def _roots(rule: Rule) -> list[Condition]:
    """The conditions that are asked of every conversation: the sieve works for these."""
    if rule.polarity == "forbidden":
        return [rule.when]
    return [rule.when, *rule.excuses, *([rule.due] if rule.due else [])]


def _leaf_masks(masks: Sequence[int]) -> tuple[int, ...]:
    """The bits of each test, and of all of them together last."""
    return (*masks, reduce(or_, masks))


def _opening(gate: Gate, number: Mapping[str, int], masks: Mapping[Quick, int]) -> Opening:
    return Opening(frozenset(number[x] for x in gate.phrases), reduce(or_, (masks[test] for test in gate.tests), 0))


def _watch(rules: Sequence[Rule], role: str, number: Mapping[str, int], masks: Mapping[Quick, int]) -> Watch:
    by_phrase: defaultdict[int, list[int]] = defaultdict(list)
    by_test: defaultdict[Quick, list[int]] = defaultdict(list)
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
            by_test[test].append(index)
    bits = reduce(or_, (masks[test] for test in by_test), 0)
    return Watch(
        {key: tuple(found) for key, found in by_phrase.items()},
        {key: tuple(found) for key, found in by_test.items()},
        bits,
        tuple(always),
    )
