"""The Program: rules compiled for scanning. All literals that are sought in a turn stand in one automaton."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .audience import audiences
from .batch import Batch
from .collector import uncollected
from .condition import Condition, Gate, Likely, walk
from .cues import Cue, CueSet
from .entries import Entry
from .judge import Trial, Trials
from .model import ROLES
from .operators import Pattern, Phrases, State
from .patterns import render
from .repair import Repairs, compile_repairs, spelt
from .rule import Rule
from .search import Search, compile_searches
from .sight import Bools, Scene, Sight, Standing, compile_standing

Numbers = tuple[Mapping[str, int], Mapping[Entry, int], Mapping[Likely, int]]


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
    """The conditions that are asked of whole conversations, with the speaker of whom they are asked.

    ``bits`` numbers them; ``standing`` says what their leaves wait for; ``duties`` has the bits of those that required
    rules ask for, ``unset`` of those that forbidden rules ask for which nothing sets off.
    """

    bits: Mapping[tuple[Condition, str], int]
    standing: Standing
    duties: int = 0
    unset: int = 0

    def of(self, sight: Sight) -> list[int]:
        """Return for each conversation the bits of the conditions that may hold in it."""
        if not self.bits:
            return [0] * sight.count
        found = np.array([condition.possible(sight, speaker) for condition, speaker in self.bits])
        rows = np.packbits(found, axis=0, bitorder="little").T
        return [int.from_bytes(row.tobytes(), "little") for row in rows]

    def shut(self, condition: Condition, speaker: str, opened: int) -> bool:
        """True where the condition cannot hold in a conversation with these bits."""
        return not opened >> self.bits[condition, speaker] & 1


@dataclass(frozen=True, eq=False)
class Program:
    """Compiled rules, immutable.

    ``literals``: the phrases, then the literals that patterns require; ``phrases``: how many of them are phrases;
    ``numbers``: for each phrase list the numbers of its phrases. ``entries``: those that the sieve knows, by number;
    ``likely``: what models are asked for; ``trials``: for each leaf with patterns its entries; ``searches``: what
    is sought in the turns of whom. ``required``: the required rules; ``order``: the index of each rule; ``repairs``:
    what is read otherwise than written. ``plans`` and ``cue_sets`` remember the plans (see ``plan``) and sets of cues
    already made.
    """

    rules: tuple[Rule, ...]
    cues: Mapping[str, Cue]
    literals: tuple[str, ...]
    phrases: int
    lengths: tuple[int, ...]
    entries: tuple[Entry, ...]
    likely: tuple[Likely, ...]
    trials: Mapping[object, Trials]
    searches: tuple[Search, ...]
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
    spelled = [text for leaf in leaves if isinstance(leaf, Pattern) for part in leaf.parts for text in spelt(part)]
    return [*said, *spelled, *(part.source for cue in cues.values() for part in cue.parts)]


@uncollected()
def compile_repaired(rules: Sequence[Rule], cues: Mapping[str, Cue]) -> Program:
    """Compile rules as they are run: what is disguised or mis-heard is read as the words that they look for."""
    return compile_rules(rules, cues, compile_repairs(vocabulary(rules, cues)))


def compile_rules(rules: Sequence[Rule], cues: Mapping[str, Cue], repairs: Repairs | None = None) -> Program:
    """Compile rules into a Program; the order of the rules decides the order of findings at one spot.

    With ``repairs`` (compiled from the ``vocabulary``) disguised and mis-heard words are read as what they stand for.
    """
    leaves = list(dict.fromkeys(leaf for rule in rules for leaf in leaves_of(rule)))
    phrases = sorted({phrase for leaf in leaves if isinstance(leaf, Phrases) for phrase in leaf.phrases})
    roots = _roots(rules)
    required = tuple(rule for rule in rules if rule.polarity == "required")
    unset = {(rule.when, rule.scope.speaker) for rule in rules if _unset(rule)}
    states = (one for rule in rules for root in conditions_of(rule) for one in walk(root) if isinstance(one, State))
    asked = _asked(roots, states)
    opening = [rule.when for rule in rules if rule.polarity == "forbidden"]
    gates = [gate for one in (*opening, *(leaf for leaf, _ in asked)) if (gate := one.gate()) is not None]
    entries = list(dict.fromkeys(test for gate in gates for test in gate.tests))
    likely = list(dict.fromkeys(one for gate in gates for one in gate.likely))
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
        tuple(entries),
        tuple(likely),
        {leaf: _trials(leaf, index) for leaf in leaves if isinstance(leaf, Pattern)},
        compile_searches(number, index, audiences(rules)),
        {leaf: frozenset(number[x] for x in leaf.phrases) for leaf in leaves if isinstance(leaf, Phrases)},
        _openings(roots, asked, numbers, set(_roots(required)), unset),
        _watch(rules, numbers),
        required,
        {rule.id: index for index, rule in enumerate(rules)},
        repairs,
    )


def _roots(rules: Iterable[Rule]) -> list[tuple[Condition, str]]:
    """The conditions that are asked of whole conversations, each once, and of which speaker: all of required rules, and
    what forbidden ones need in other turns, or at all where nothing sets them off.
    """
    found: dict[tuple[Condition, str], None] = {}
    for rule in rules:
        found.update({(one, "any"): None for one in rule.context})
        if _unset(rule):
            found[rule.when, rule.scope.speaker] = None
        if rule.polarity == "required":
            found[rule.when, rule.scope.speaker] = None
            found.update({(one, "any"): None for one in (*rule.excuses, *([rule.due] if rule.due else []))})
    return list(found)


def _unset(rule: Rule) -> bool:
    """True for a forbidden rule that no phrase, pattern or model sets off, such as one on silence."""
    return rule.polarity == "forbidden" and rule.when.gate() is None


def _trials(leaf: Pattern, index: Mapping[Entry, int]) -> Trials:
    """The entries of a leaf's patterns: by their number, and those that the sieve does not know."""
    known: defaultdict[int, list[Trial]] = defaultdict(list)
    others: list[Trial] = []
    for number, group in enumerate(leaf.entries):
        for at, entry in enumerate(group):
            (known[index[entry]] if entry in index else others).append(Trial(number, at, entry))
    return dict(known), others


def _asked(roots: Iterable[tuple[Condition, str]], states: Iterable[State]) -> list[tuple[Any, str]]:
    """The leaves that the roots ask for to know where they may hold, each with the speaker."""
    leaves = _Leaves()
    for root, speaker in roots:
        root.possible(leaves, speaker)
    for state in states:
        state.possible(leaves, "any")
    return list(leaves.asked)


def _openings(
    roots: Sequence[tuple[Condition, str]],
    asked: Iterable[tuple[Any, str]],
    numbers: Numbers,
    duties: Set[tuple[Condition, str]],
    unset: Set[tuple[Condition, str]],
) -> Openings:
    waiting = {(leaf, speaker): _numbered(leaf.gate() or Gate(), numbers) for leaf, speaker in asked}
    phrases, entries, likely = numbers
    return Openings(
        {root: bit for bit, root in enumerate(roots)},
        compile_standing(waiting, (len(phrases), len(entries), len(likely))),
        sum(1 << bit for bit, root in enumerate(roots) if root in duties),
        sum(1 << bit for bit, root in enumerate(roots) if root in unset),
    )


class _Leaves(Sight):
    """A sight of nothing, which notes the leaves that are asked for."""

    def __init__(self) -> None:
        nothing = np.zeros(0, np.int64)
        seen = (nothing, nothing)
        scene = Scene(Batch.of([]), nothing.astype(np.uint32), np.zeros(1, np.int64), nothing != 0, (seen, seen, seen))
        super().__init__(scene, compile_standing({}, (0, 0, 0)))
        self.turns = self
        self.asked: dict[tuple[Condition, str], None] = {}

    def standing(self, leaf: Any, speaker: str) -> Bools:
        """Note the leaf."""
        self.asked[leaf, speaker] = None
        return self.everywhere()


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
    by_phrase, by_entry, by_likely = ({key: tuple(found) for key, found in known.items()} for known in by)
    phrases, entries, likely = watched
    told = {role: tuple(found) for role, found in always.items()}
    return Watch(by_phrase, by_entry, by_likely, phrases, entries, likely, told)


def _numbered(gate: Gate, numbers: Numbers) -> tuple[list[int], list[int], list[int]]:
    """The numbers of a gate's phrases, entries and demands on models."""
    phrases, entries, likely = numbers
    return (
        sorted(phrases[one] for one in gate.phrases),
        sorted({entries[one] for one in gate.tests}),
        sorted({likely[one] for one in gate.likely}),
    )
