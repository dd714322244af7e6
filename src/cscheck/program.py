"""The Program: rules compiled for scanning. All literals of all rules stand in one automaton."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TypeVar

from ahocorasick_rs import AhoCorasick

from .condition import Condition, walk
from .cues import Cue
from .model import ROLES
from .operators import Pattern, Phrases
from .patterns import Quick
from .rule import Rule
from .sieve import Sieve, build_sieve

K = TypeVar("K")


@dataclass(frozen=True, eq=False)
class Program:
    """Compiled rules, immutable.

    ``literals``: the phrases, then the literals that patterns require; ``phrases``: how many of them are phrases;
    ``numbers``: for each phrase list the numbers of its phrases. ``owners``: for each entry of the sieve the quick test
    it belongs to; ``masks``: for each quick test the bits of its entries, ``leaf_masks``: those of the tests of each
    leaf condition. ``by_phrase``, ``by_test`` and ``always``: for each role the forbidden rules (indices in ``rules``)
    that a phrase, a test, or any turn sets off; ``gates``: for each role the bits of all those tests; ``judged``: the roles that some rule judges. ``required``: the
    indices of the required rules; ``order``: the index of each rule.
    """

    rules: tuple[Rule, ...]
    cues: Mapping[str, Cue]
    literals: tuple[str, ...]
    phrases: int
    lengths: tuple[int, ...]
    automaton: AhoCorasick
    owners: tuple[Quick, ...]
    masks: Mapping[Quick, int]
    leaf_masks: Mapping[object, tuple[int, ...]]
    sieve: Sieve
    numbers: Mapping[object, frozenset[int]]
    by_phrase: Mapping[str, Mapping[int, tuple[int, ...]]]
    by_test: Mapping[str, Mapping[Quick, tuple[int, ...]]]
    gates: Mapping[str, int]
    judged: tuple[str, ...]
    always: Mapping[str, tuple[int, ...]]
    required: tuple[int, ...]
    order: Mapping[str, int]


def conditions_of(rule: Rule) -> list[Condition]:
    """Return the roots of all condition trees of a rule."""
    return [rule.when, *rule.context, *rule.excuses, *([rule.due] if rule.due else [])]


def leaves_of(rule: Rule) -> list[Phrases | Pattern]:
    """Return all leaf conditions of a rule, those of its context included."""
    return [leaf for root in conditions_of(rule) for leaf in walk(root) if isinstance(leaf, Phrases | Pattern)]


def _leaf_masks(masks: Sequence[int]) -> tuple[int, ...]:
    """The bits of each test, and of all of them together last."""
    return (*masks, reduce(or_, masks))


def compile_rules(rules: Sequence[Rule], cues: Mapping[str, Cue]) -> Program:
    """Compile rules into a Program; the order of the rules decides the order of findings at one spot."""
    leaves = list(dict.fromkeys(leaf for rule in rules for leaf in leaves_of(rule)))
    phrases = sorted({phrase for leaf in leaves if isinstance(leaf, Phrases) for phrase in leaf.phrases})
    tests = [test for leaf in leaves if isinstance(leaf, Pattern) for test in leaf.quick]
    entries = [(entry, test) for test in tests for entry in test.entries]
    literals = [*phrases, *sorted({x for entry, _ in entries for x in entry.literals} - set(phrases))]
    number = {literal: index for index, literal in enumerate(literals)}
    masks: defaultdict[Quick, int] = defaultdict(int)
    for index, (_, test) in enumerate(entries):
        masks[test] |= 1 << index
    by_phrase: defaultdict[int, list[int]] = defaultdict(list)
    by_test: defaultdict[Quick, list[int]] = defaultdict(list)
    always: list[int] = []
    for index, rule in enumerate(rules):
        if rule.polarity == "required":
            continue
        gate = rule.when.gate()
        if gate is None:
            always.append(index)
            continue
        for phrase in gate.phrases:
            by_phrase[number[phrase]].append(index)
        for test in gate.tests:
            by_test[test].append(index)

    def spoken(indices: Sequence[int], role: str) -> tuple[int, ...]:
        return tuple(index for index in indices if rules[index].scope.speaker in (role, "any"))

    def by_role(table: Mapping[K, Sequence[int]]) -> dict[str, dict[K, tuple[int, ...]]]:
        return {role: {key: kept for key, given in table.items() if (kept := spoken(given, role))} for role in ROLES}

    gates = by_role(by_test)

    return Program(
        tuple(rules),
        dict(cues),
        tuple(literals),
        len(phrases),
        tuple(map(len, literals)),
        AhoCorasick(literals),
        tuple(test for _, test in entries),
        dict(masks),
        {leaf: _leaf_masks([masks[test] for test in leaf.quick]) for leaf in leaves if isinstance(leaf, Pattern)},
        build_sieve([entry for entry, _ in entries], number),
        {leaf: frozenset(number[x] for x in leaf.phrases) for leaf in leaves if isinstance(leaf, Phrases)},
        by_role(by_phrase),
        gates,
        {role: reduce(or_, (masks[test] for test in tests), 0) for role, tests in gates.items()},
        tuple(role for role in ROLES if any(rule.scope.speaker in (role, "any") for rule in rules)),
        {role: spoken(always, role) for role in ROLES},
        tuple(index for index, rule in enumerate(rules) if rule.polarity == "required"),
        {rule.id: index for index, rule in enumerate(rules)},
    )
