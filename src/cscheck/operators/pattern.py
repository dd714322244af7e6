"""``pattern``: a pattern (正则) matches in the turn."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import regex

from ..condition import Condition, Gate, Outcome
from ..judge import Failure, Match, Run, Standards
from ..patterns import Part, PatternFault, Quick, catastrophe, heavy, literals, parse, quick, render
from ..source import Node

BUDGET = 1.0  # seconds for one pattern on one turn; met only by patterns with unbounded repetition
LONG = 400  # characters: turns above this run every pattern under the clock


@dataclass(frozen=True, eq=False)
class Pattern:
    """A pattern matches in the turn; each of its literals of two or more characters lies on word boundaries.

    YAML: ``pattern: (保证|肯定).{0,8}(到货|退款)`` or a list of patterns. The syntax is that of ``re`` without
    back-references, flags and named groups; ``.`` crosses commas but no clause end. Every pattern should hold a
    literal: it runs only on turns where one of its literals stands.
    """

    sources: tuple[str, ...]
    parts: tuple[Part, ...]
    compiled: tuple[regex.Pattern[str], ...]
    quick: tuple[Quick, ...]
    gates: tuple[frozenset[str] | None, ...]
    heavy: tuple[bool, ...]
    standards: Standards
    lines: tuple[int, ...] = ()

    @classmethod
    def read(cls, node: Node, standards: Standards) -> Pattern:
        """Read one pattern or a list; one that is not understood or catastrophic is a fault."""
        items = node.items("pattern") if node.is_list else [node]
        if not items:
            raise node.fault("P112", "pattern is empty: the rule could never match")
        parts = []
        for item in items:
            source = item.text("a pattern")
            try:
                part = parse(source)
            except PatternFault as fault:
                raise item.fault("P110", f"the pattern is not understood: {fault}") from None
            why = catastrophe(part)
            if why:
                raise item.fault("P114", f"the pattern {source!r} is catastrophic: {why}; give it fewer ways to match")
            compiled = _compile(item, render(part, runs=True))
            if compiled.match("") or compiled.fullmatch(""):
                raise item.fault("P112", f"the pattern {source!r} matches empty text")
            parts.append((source, part, compiled, quick(part), literals(part), heavy(part), item.line))
        sources, trees, programs, quicks, gates, slow, lines = zip(*parts, strict=True)
        return cls(sources, trees, programs, quicks, gates, slow, standards, lines)

    @cached_property
    def free(self) -> tuple[int, ...]:
        """The numbers of the patterns that need no literal."""
        return tuple(number for number, gate in enumerate(self.gates) if gate is None)

    @cached_property
    def by_literal(self) -> dict[str, tuple[int, ...]]:
        """For each literal the numbers of the patterns that it can set off."""
        return {
            literal: tuple(number for number, gate in enumerate(self.gates) if gate and literal in gate)
            for literal in frozenset().union(*(gate for gate in self.gates if gate))
        }

    @cached_property
    def characters(self) -> frozenset[str]:
        """The literals of one character: looked for in the set of a turn's characters, not by the scan."""
        return frozenset(literal for literal in self.by_literal if len(literal) == 1)

    def children(self) -> tuple[Condition, ...]:
        """None."""
        return ()

    def gate(self) -> Gate:
        """The literals that the patterns require, each with the patterns it can set off; "" for those without."""
        opened = {**self.by_literal, **({"": self.free} if self.free else {})}
        return {literal: tuple(self.quick[number] for number in numbers) for literal, numbers in opened.items()}

    def find(self, run: Run, places: Sequence[int]) -> Outcome | None:
        """Return the judged matches, overlapping ones of one pattern reduced to the first and longest."""
        if not self._present(run):
            return None
        matches: list[Match] = []
        for place, number in self._gated(run, places):
            try:
                matches += self._search(run, place, number)
            except TimeoutError:
                message = f"pattern {self.sources[number]!r} ran out of its {BUDGET:g} s"
                run.failures.append(Failure(run.rule_id, place, message))
        return Outcome(tuple(matches)) if matches else None

    def _present(self, run: Run) -> bool:
        """False where none of the literals stands anywhere in the conversation."""
        view = run.view
        return bool(
            self.free
            or not run.numbers[self].isdisjoint(view.present)
            or not self.characters.isdisjoint(view.present_characters)
        )

    def _gated(self, run: Run, places: Sequence[int]) -> list[tuple[int, int]]:
        """The (place, number of the pattern) pairs to try: where one of the pattern's own literals stands."""
        view, wanted = run.view, run.numbers[self]
        found: list[tuple[int, int]] = []
        for place in places:
            numbers = set(self.free)
            for literal in wanted.intersection(view.hits.get(place, ())):
                numbers.update(self.by_literal[run.literals[literal]])
            for char in self.characters & view.characters(place):
                numbers.update(self.by_literal[char])
            found += [(place, number) for number in sorted(numbers) if view.may_match(place, self.quick[number])]
        return found

    def _search(self, run: Run, place: int, number: int) -> list[Match]:
        text, pattern = run.view.text(place), self.compiled[number]
        found: list[Match] = []
        taken = -1
        budget = BUDGET if self.heavy[number] or len(text) > LONG else None
        for hit in pattern.finditer(text, overlapped=True, timeout=budget):
            if hit.end() <= taken or hit.start() == hit.end():
                continue
            runs = tuple(span for span in hit.regs[1:] if span[0] >= 0)
            match = run.judge(Match(place, hit.start(), hit.end(), runs), self.standards)
            if match:
                found.append(match)
                taken = hit.end()
        return found


def _compile(node: Node, source: str) -> regex.Pattern[str]:
    try:
        re.compile(source)
        return regex.compile(source)
    except (re.error, regex.error) as error:
        raise node.fault("P110", f"the pattern is not understood: {error}") from None
