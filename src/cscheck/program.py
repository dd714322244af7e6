"""The Program: rules compiled for scanning. All literals of all rules stand in one automaton."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from .condition import Condition, walk
from .cues import Cue
from .model import ROLES
from .operators import Pattern, Phrases
from .patterns import Quick
from .rule import Rule
from .sieve import Sieve, build_sieve


@dataclass(frozen=True, eq=False)
class Program:
    """Compiled rules, immutable.

    ``literals``: the phrases, then the literals that patterns require; ``phrases``: how many of them are phrases.
    ``tests``: the quick tests of all patterns, numbered as the sieve numbers them. ``numbers``: for each leaf condition
    the numbers of its phrases or tests. ``by_phrase``, ``by_test`` and ``always``: for each role the forbidden rules
    (indices in ``rules``) that a phrase, a test, or any turn sets off. ``required``: the indices of the required
    rules; ``order``: the index of each rule.
    """

    rules: tuple[Rule, ...]
    cues: Mapping[str, Cue]
    literals: tuple[str, ...]
    phrases: int
    lengths: tuple[int, ...]
    automaton: AhoCorasick
    tests: tuple[Quick, ...]
    sieve: Sieve
    numbers: Mapping[object, frozenset[int]]
    by_phrase: Mapping[str, Mapping[int, tuple[int, ...]]]
    by_test: Mapping[str, Mapping[int, tuple[int, ...]]]
    always: Mapping[str, tuple[int, ...]]
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
    tests = tuple(test for leaf in leaves if isinstance(leaf, Pattern) for test in leaf.quick)
    literals = [*phrases, *sorted({x for test in tests for x in test.literals} - set(phrases))]
    number = {literal: index for index, literal in enumerate(literals)}
    test_number = {test: index for index, test in enumerate(tests)}
    by_phrase: defaultdict[int, list[int]] = defaultdict(list)
    by_test: defaultdict[int, list[int]] = defaultdict(list)
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
            by_test[test_number[test]].append(index)

    def spoken(indices: Sequence[int], role: str) -> tuple[int, ...]:
        return tuple(index for index in indices if rules[index].scope.speaker in (role, "any"))

    def by_role(table: Mapping[int, Sequence[int]]) -> dict[str, dict[int, tuple[int, ...]]]:
        return {role: {key: kept for key, given in table.items() if (kept := spoken(given, role))} for role in ROLES}

    return Program(
        tuple(rules),
        dict(cues),
        tuple(literals),
        len(phrases),
        tuple(map(len, literals)),
        AhoCorasick(literals),
        tests,
        build_sieve(tests, number),
        {
            leaf: frozenset(number[phrase] for phrase in leaf.phrases)
            if isinstance(leaf, Phrases)
            else frozenset(test_number[test] for test in leaf.quick)
            for leaf in leaves
        },
        by_role(by_phrase),
        by_role(by_test),
        {role: spoken(always, role) for role in ROLES},
        tuple(index for index, rule in enumerate(rules) if rule.polarity == "required"),
        {rule.id: index for index, rule in enumerate(rules)},
    )
