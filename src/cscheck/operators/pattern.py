"""``pattern``: a pattern (正则) matches in the turn."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import regex

from ..condition import Condition, Gate, Outcome, Problematic
from ..entries import Entry, entries_of
from ..judge import Failure, Match, Run, Standards
from ..patterns import LONG_TURN, Part, render
from ..sight import Bools, Sight
from ..source import Faults, Node
from ..ways import heavy, light, read_pattern

BUDGET = 1.0  # seconds for one pattern on one turn; met only by patterns with unbounded repetition


@dataclass(frozen=True, eq=False)
class Pattern:
    """A pattern matches in the turn; each of its literals of two or more characters lies on word boundaries.

    YAML: ``pattern: (保证|肯定).{0,8}(到货|退款)`` or a list of patterns. The syntax is that of ``re`` without
    back-references, flags and named groups; ``.`` crosses commas but no clause end. Every pattern should hold a
    literal: it runs only on turns where one of its literals stands. A repetition without end (``*``) has at most 400
    rounds, so that the time of a very long turn grows with its length only.
    """

    sources: tuple[str, ...]
    parts: tuple[Part, ...]
    entries: tuple[tuple[Entry, ...], ...]
    heavy: tuple[bool, ...]
    standards: Standards
    lines: tuple[int, ...] = ()

    @classmethod
    def read(cls, node: Node, standards: Standards, faults: Faults) -> Condition:
        """Read one pattern or a list; each one that is not understood or catastrophic is a fault."""
        items = node.items("pattern") if node.is_list else [node]
        if not items:
            raise node.fault("P112", "pattern is empty: the rule could never match")
        read = faults.each(lambda item: (item.raw.value, read_pattern(item, faults), item.line), items)
        if not read:
            return Problematic()
        sources, parts, lines = zip(*read, strict=True)
        return cls(sources, parts, tuple(map(entries_of, parts)), tuple(map(heavy, parts)), standards, lines)

    @cached_property
    def compiled(self) -> tuple[regex.Pattern[str], ...]:
        """The patterns compiled with their literal runs as groups, when one of them is first searched."""
        return tuple(regex.compile(render(part, runs=True)) for part in self.parts)

    @cached_property
    def light(self) -> tuple[bool, ...]:
        """Which patterns need no clock in turns of any length."""
        return tuple(map(light, self.parts))

    @cached_property
    def quick(self) -> tuple[re.Pattern[str] | None, ...]:
        """The same for ``re``, several times faster; None for a pattern that needs a clock or that ``re`` cannot do."""
        return tuple(None if heavy else _quick(part) for part, heavy in zip(self.parts, self.heavy, strict=True))

    def children(self) -> tuple[Condition, ...]:
        """None."""
        return ()

    def gate(self) -> Gate:
        """The entries of the patterns."""
        return Gate(tests=tuple(entry for group in self.entries for entry in group))

    def possible(self, sight: Sight, speaker: str) -> Bools:
        """Where something stands that it waits for."""
        return sight.standing(self, speaker)

    def find(self, run: Run, places: Sequence[int]) -> Outcome | None:
        """Return the judged matches, overlapping ones of one pattern reduced to the first and longest."""
        matches: list[Match] = []
        view, (known, others) = run.view, run.trials[self]
        for place in places:
            trials = [one for entry in view.passed(place) if entry in known for one in known[entry]] if known else []
            if others or len(trials) > 1:
                trials = sorted([*others, *trials])
            matched = -1
            for number, _, entry in trials:
                tried = number != matched and view.tried(place, entry)  # one entry of a pattern suffices
                if not tried:
                    continue
                matched = number
                if run.brief and isinstance(tried, re.Match) and self.standards.none and run.clause is None:
                    shown = run.judge(Match(place, tried.start(), tried.end(), ()), self.standards)
                    matches += [shown] if shown else self._search(run, place, number)
                else:
                    matches += self._search(run, place, number)
                if matches and run.brief:
                    return Outcome(tuple(matches))
        return Outcome(tuple(matches)) if matches else None

    def _search(self, run: Run, place: int, number: int) -> list[Match]:
        text = run.view.text(place)
        found: list[Match] = []
        taken = -1
        try:
            for hit in self._hits(number, text, *(run.clause or (0, len(text)))):
                if hit.end() <= taken or hit.start() == hit.end():
                    continue
                runs = tuple(span for span in hit.regs[1:] if span[0] >= 0)
                match = run.judge(Match(place, hit.start(), hit.end(), runs), self.standards)
                if match:
                    found.append(match)
                    taken = hit.end()
                    if run.brief:
                        break
        except TimeoutError:
            message = f"pattern {self.sources[number]!r} ran out of its {BUDGET:g} s"
            run.failures.append(Failure(run.rule_id, place, message))
        return found

    def _hits(self, number: int, text: str, low: int, high: int) -> Iterator[Any]:
        """Yield the matches within a clause, overlapping ones too; a pattern does not run beyond the clause.

        Raises:
            TimeoutError: it took too long; nothing was yielded, for how far it came depends on the machine.
        """
        quick = self.quick[number] if len(text) <= LONG_TURN or self.light[number] else None
        if quick is None:
            yield from list(self.compiled[number].finditer(text, low, high, overlapped=True, timeout=BUDGET))
            return
        hit = quick.search(text, low, high)
        while hit:
            yield hit
            hit = quick.search(text, hit.start() + 1, high)


def _quick(part: Part) -> re.Pattern[str] | None:
    try:
        return re.compile(render(part, runs=True))
    except re.error:  # a look-behind of several lengths, which only regex knows
        return None
