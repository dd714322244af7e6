"""The Program: rules compiled for scanning. All literals of all rules stand in one automaton."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from .condition import Condition, walk
from .cues import Cue
from .model import ROLES
from .operators import Pattern, Phrases
from .patterns import Quick
from .rule import Rule

Trigger = tuple[int, tuple[Quick | None, ...]]


@dataclass(frozen=True, eq=False)
class Program:
    """Compiled rules, immutable.

    ``numbers``: the literal numbers of each leaf condition. ``triggers``: for each role and literal the forbidden
    rules (by index in ``rules``) that it can set off, each with quick tests of which one must pass too (None: none
    need); ``characters``: the same for literals of one character; ``always``: for rules that no literal sets off.
    ``required``: the indices of the required rules; ``order``: the index of each rule.
    """

    rules: tuple[Rule, ...]
    cues: Mapping[str, Cue]
    literals: tuple[str, ...]
    lengths: tuple[int, ...]
    automaton: AhoCorasick
    numbers: Mapping[object, frozenset[int]]
    triggers: Mapping[str, tuple[tuple[Trigger, ...], ...]]
    characters: Mapping[str, Mapping[str, tuple[Trigger, ...]]]
    always: Mapping[str, tuple[Trigger, ...]]
    required: tuple[int, ...]
    order: Mapping[str, int]


def conditions_of(rule: Rule) -> list[Condition]:
    """Return the roots of all condition trees of a rule."""
    return [rule.when, *rule.context, *rule.excuses, *([rule.due] if rule.due else [])]


def leaves_of(rule: Rule) -> list[Phrases | Pattern]:
    """Return all leaf conditions of a rule, those of its context included."""
    return [leaf for root in conditions_of(rule) for leaf in walk(root) if isinstance(leaf, Phrases | Pattern)]


def _literals(leaf: Phrases | Pattern) -> Iterable[str]:
    """The literals to scan for; a pattern's literals of one character are looked for otherwise."""
    return leaf.phrases if isinstance(leaf, Phrases) else (x for x in leaf.by_literal if len(x) > 1)


def compile_rules(rules: Sequence[Rule], cues: Mapping[str, Cue]) -> Program:
    """Compile rules into a Program; the order of the rules decides the order of findings at one spot."""
    leaves = [leaf for rule in rules for leaf in leaves_of(rule)]
    literals = sorted({literal for leaf in leaves for literal in _literals(leaf)})
    number = {literal: index for index, literal in enumerate(literals)}
    triggers: defaultdict[str, list[Trigger]] = defaultdict(list)
    for index, rule in enumerate(rules):
        if rule.polarity == "forbidden":
            gate = rule.when.gate()
            for literal, tests in ({"": (None,)} if gate is None else gate).items():
                triggers[literal].append((index, (None,) if None in tests else tests))

    def triggered(literal: str, role: str) -> tuple[Trigger, ...]:
        return tuple(one for one in triggers[literal] if rules[one[0]].scope.speaker in (role, "any"))

    return Program(
        tuple(rules),
        dict(cues),
        tuple(literals),
        tuple(map(len, literals)),
        AhoCorasick(literals),
        {leaf: frozenset(number[literal] for literal in _literals(leaf)) for leaf in leaves},
        {role: tuple(triggered(literal, role) for literal in literals) for role in ROLES},
        {role: {x: found for x in triggers if len(x) == 1 and (found := triggered(x, role))} for role in ROLES},
        {role: triggered("", role) for role in ROLES},
        tuple(index for index, rule in enumerate(rules) if rule.polarity == "required"),
        {rule.id: index for index, rule in enumerate(rules)},
    )
