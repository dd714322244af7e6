"""Lint: what is wrong with packs though each rule alone can be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from time import perf_counter

from .condition import Condition, walk
from .errors import PackError, Problem
from .literals import literals
from .operators import AnyOf, Neighbour, Pattern, Phrases, Scoped, State
from .pack import Library, read_packs
from .parser import CLAUSE_ENDS
from .patterns import runs_of
from .program import Program, compile_rules, leaves_of
from .rule import Rule
from .schemefile import load_scheme
from .ways import attacks

ATTACK_SECONDS = 0.25


def lint(names: Sequence[str]) -> tuple[Library, list[Problem]]:
    """Return the packs' rules that can be used and all problems: those of loading, then those of two lint passes.

    The first pass looks at the loaded rules (P20x: shadowed phrases, allowed words that save nothing), the second at
    the compiled Program (P21x: what can never match, patterns without a literal or without bound on time).

    A name that is neither a shipped pack nor a folder is a problem too.
    """
    library, problems = read_packs(names)
    program = compile_rules(library.rules, library.cues)
    found = [*problems, *_loaded(library.rules), *_compiled(program)]
    return library, sorted(dict.fromkeys(found))


def lint_schemes(names: Sequence[str], rules: Iterable[Rule]) -> list[Problem]:
    """Return all problems of scheme files; to override a rule that is not among ``rules`` is one."""
    known = {rule.id: rule for rule in rules}
    problems: list[Problem] = []
    for name in names:
        try:
            load_scheme(name, rules=known)
        except PackError as error:
            problems += error.problems
    return sorted(set(problems))


def _loaded(rules: Sequence[Rule]) -> Iterator[Problem]:
    for rule in rules:
        for group in _together(rule.when):
            yield from _shadowed(rule, group)
        for word in rule.standards.allow:
            if not any(_saves(word, literal) for leaf in leaves_of(rule) for literal in _judged(leaf)):
                message = f"rule {rule.id!r}: allow {word!r} saves nothing: no phrase as short as it overlaps it"
                yield Problem(rule.path, rule.line, 0, "P202", message)
    yield from _same_phrases(rules)


def _judged(leaf: Phrases | Pattern) -> Iterable[Sequence[Container[str]]]:
    """Return the literals of a leaf that allowed words are held against: at each place one of some characters."""
    return leaf.phrases if isinstance(leaf, Phrases) else [run for part in leaf.parts for run in runs_of(part)]


def _saves(word: str, literal: Sequence[Container[str]]) -> bool:
    """True where an allowed word can overlap a literal and is not the shorter of the two, as judging asks."""
    return len(word) >= len(literal) and any(
        all(word[at + shift] in literal[at] for at in range(len(literal)) if 0 <= at + shift < len(word))
        for shift in range(1 - len(literal), len(word))
    )


def _together(condition: Condition) -> Iterator[list[Phrases]]:
    """Yield the phrase lists that stand side by side as alternatives."""
    if isinstance(condition, Phrases):
        yield [condition]
    for part in walk(condition):
        if isinstance(part, AnyOf):
            phrases = [child for child in part.conditions if isinstance(child, Phrases)]
            if phrases:
                yield phrases


def _shadowed(rule: Rule, lists: list[Phrases]) -> Iterator[Problem]:
    """A phrase that holds another of the same rule adds nothing: the shorter one is found wherever it is."""
    if any(leaf.standards.boundary != "none" for leaf in lists):
        return  # on word boundaries the longer phrase can match where the shorter is inside a word
    entries = [(phrase, line) for leaf in lists for phrase, line in zip(leaf.phrases, leaf.lines, strict=True)]
    for phrase, line in entries:
        for other, _ in entries:
            if other != phrase and other in phrase:
                message = f"rule {rule.id!r}: the phrase {phrase!r} is shadowed by {other!r}, which it holds"
                yield Problem(rule.path, line, 0, "P201", message)
                break


def _same_phrases(rules: Sequence[Rule]) -> Iterator[Problem]:
    """One phrase in two rules of one category: both would deduct for the same words."""
    seen: defaultdict[tuple[str, str], list[tuple[Rule, int]]] = defaultdict(list)
    for rule in rules:
        if rule.polarity == "forbidden" and isinstance(rule.when, Phrases | AnyOf) and not rule.context:
            for leaf in (part for part in walk(rule.when) if isinstance(part, Phrases)):
                for phrase, line in zip(leaf.phrases, leaf.lines, strict=True):
                    seen[rule.category, phrase].append((rule, line))
    for (category, phrase), places in seen.items():
        for rule, line in places[1:]:
            first = places[0][0]
            if first is not rule and first.scope == rule.scope and first.channel == rule.channel:
                message = (
                    f"rule {rule.id!r}: the phrase {phrase!r} is shadowed by rule {first.id!r} of category {category!r}"
                )
                yield Problem(rule.path, line, 0, "P201", message)


def _compiled(program: Program) -> Iterator[Problem]:
    for rule in program.rules:
        asked = (rule.when, *(rule.excuses if rule.polarity == "forbidden" else ()))
        for speaker in (one for condition in asked for one in _unheard(condition, rule.scope.speaker)):
            message = (
                f"rule {rule.id!r}: a condition on the {speaker}'s turns can never match among those of the "
                f"{rule.scope.speaker}: put it under after, before or around"
            )
            yield Problem(rule.path, rule.line, 0, "P211", message)
        if rule.scope.speaker in ("bot", "system") and any(isinstance(one, State) for one in walk(rule.when)):
            message = f"rule {rule.id!r}: a state (is) holds in turns of agents and customers only; write it out"
            yield Problem(rule.path, rule.line, 0, "P211", message)
        for leaf in leaves_of(rule):
            if isinstance(leaf, Pattern):
                yield from _patterns(rule, leaf)
            else:
                yield from _idle(rule, leaf)


def _unheard(condition: Condition, speaker: str) -> Iterator[str]:
    """Yield the speakers that conditions ask for where only turns of another speaker are looked at."""
    if isinstance(condition, Neighbour):
        return  # it looks at other turns
    if isinstance(condition, Scoped) and condition.scope.speaker != "any":
        if speaker not in ("any", condition.scope.speaker):
            yield condition.scope.speaker
            return
        speaker = condition.scope.speaker
    for child in condition.children():
        yield from _unheard(child, speaker)


def _idle(rule: Rule, leaf: Phrases) -> Iterator[Problem]:
    """A phrase that the rule itself allows can never match, nor one across a clause end where the unit is the clause.

    What a pack allows is left out: so a user's pack switches a phrase off.
    """
    for phrase, line in zip(leaf.phrases, leaf.lines, strict=True):
        beyond = rule.unit == "clause" and set(phrase[:-1]) & set(CLAUSE_ENDS)
        if beyond or phrase in set(leaf.standards.allow).intersection(rule.standards.allow):
            why = "it goes beyond a clause" if beyond else "the rule allows it"
            yield Problem(rule.path, line, 0, "P211", f"rule {rule.id!r}: the phrase {phrase!r} can never match: {why}")


def _patterns(rule: Rule, leaf: Pattern) -> Iterator[Problem]:
    gate = rule.when.gate()
    tried = gate.tests if gate and rule.polarity == "forbidden" else ()
    for number, part in enumerate(leaf.parts):
        source, line = leaf.sources[number], leaf.lines[number]
        if literals(part) is None and any(entry in tried for entry in leaf.entries[number]):
            message = f"rule {rule.id!r}: the pattern {source!r} holds no literal, so it runs on every turn"
            yield Problem(rule.path, line, 0, "P212", message)
        for text in attacks(part):
            begun = perf_counter()
            try:
                list(leaf.compiled[number].finditer(text, overlapped=True, timeout=ATTACK_SECONDS))
            except TimeoutError:
                spent = f"over {perf_counter() - begun:.2f} s on {len(text)} characters"
                message = f"rule {rule.id!r}: the pattern {source!r} is catastrophic: {spent}"
                yield Problem(rule.path, line, 0, "P213", message)
                break
