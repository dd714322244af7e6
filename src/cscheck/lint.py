"""Lint: what is wrong with packs though each rule alone can be read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from time import perf_counter

from .condition import Condition, walk
from .errors import Problem
from .operators import AnyOf, Pattern, Phrases
from .pack import Library, read_packs
from .patterns import attacks
from .program import Program, compile_rules, leaves_of
from .rule import Rule
from .segment import Segmenter, default_segmenter, on_boundaries

ATTACK_SECONDS = 0.25


def lint(names: Sequence[str], segmenter: Segmenter | None = None) -> tuple[Library, list[Problem]]:
    """Return the packs' rules that can be used and all problems: those of loading, then those of two lint passes.

    The first pass looks at the loaded rules (P20x: shadowed phrases, allowed words that save nothing), the second at
    the compiled Program (P21x: literals that can never match, patterns without a literal or without bound on time).

    Raises:
        PackError: a name is neither a shipped pack nor a folder.
    """
    library, problems = read_packs(names)
    segmenter = segmenter or default_segmenter()
    program = compile_rules(library.rules, library.cues)
    found = [*problems, *_loaded(library.rules), *_compiled(program, segmenter)]
    return library, sorted(dict.fromkeys(found))


def _loaded(rules: Sequence[Rule]) -> Iterator[Problem]:
    for rule in rules:
        for group in _together(rule.when):
            yield from _shadowed(rule, group)
        for word in rule.standards.allow:
            leaves = leaves_of(rule)
            if not any(literal in word for leaf in leaves for literal in leaf.gate() or (word,)):
                yield Problem(
                    rule.path, rule.line, 0, "P202", f"rule {rule.id!r}: allow {word!r} holds no phrase of the rule"
                )
    yield from _same_phrases(rules)


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


def _compiled(program: Program, segmenter: Segmenter) -> Iterator[Problem]:
    for rule in program.rules:
        if not rule.when.gate() and rule.when.gate() is not None:
            yield Problem(rule.path, rule.line, 0, "P211", f"rule {rule.id!r} can never match: no literal sets it off")
        for leaf in leaves_of(rule):
            if isinstance(leaf, Phrases):
                yield from _unreachable(rule, leaf, segmenter)
            else:
                yield from _patterns(rule, leaf)


def _unreachable(rule: Rule, leaf: Phrases, segmenter: Segmenter) -> Iterator[Problem]:
    """A phrase that is not on word boundaries even alone can never match."""
    for phrase, line in zip(leaf.phrases, leaf.lines, strict=True):
        if not on_boundaries(segmenter, phrase, 0, len(phrase), leaf.standards.boundary):
            yield Problem(rule.path, line, 0, "P211", f"rule {rule.id!r}: the phrase {phrase!r} can never match")
        if any(phrase in word and len(word) == len(phrase) for word in leaf.standards.allow):
            message = f"rule {rule.id!r}: the phrase {phrase!r} can never match: it is allowed"
            yield Problem(rule.path, line, 0, "P211", message)


def _patterns(rule: Rule, leaf: Pattern) -> Iterator[Problem]:
    for number, gate in enumerate(leaf.gates):
        source, line = leaf.sources[number], leaf.lines[number]
        if gate is None and leaf.gate() is None and rule.when.gate() is None:
            message = f"rule {rule.id!r}: the pattern {source!r} holds no literal, so it runs on every turn"
            yield Problem(rule.path, line, 0, "P212", message)
        for text in attacks(leaf.parts[number]):
            begun = perf_counter()
            try:
                list(leaf.compiled[number].finditer(text, overlapped=True, timeout=ATTACK_SECONDS))
            except TimeoutError:
                spent = f"over {perf_counter() - begun:.2f} s on {len(text)} characters"
                message = f"rule {rule.id!r}: the pattern {source!r} is catastrophic: {spent}"
                yield Problem(rule.path, line, 0, "P213", message)
                break
