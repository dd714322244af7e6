"""``phrases``: one of a list of phrases (短语) stands in the turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..classes import fill_phrase
from ..condition import Condition, Gate, Outcome, Problematic
from ..cues import read_phrase
from ..judge import Match, Run, Standards
from ..sight import Bools, Sight
from ..source import Faults, Node


@dataclass(frozen=True, eq=False)
class Phrases:
    """One of a list of phrases stands in the turn, on word boundaries.

    YAML: ``phrases: [打包票, 百分百没问题]``. Phrases are folded as the text is (width, case, Traditional to
    Simplified), so one spelling suffices; ``{customer}`` stands for each word of a class. Where several overlap, the
    longest counts.
    """

    phrases: tuple[str, ...]
    standards: Standards
    lines: tuple[int, ...] = ()

    @classmethod
    def read(cls, node: Node, standards: Standards, faults: Faults) -> Condition:
        """Read the list; each empty or repeated phrase is a fault."""
        items = node.items("phrases") if node.is_list else [node]
        if not items:
            raise node.fault("P112", "phrases is empty: the rule could never match")
        folded: dict[str, int] = {}

        def one(item: Node) -> None:
            written = read_phrase(item)
            if written in folded:
                raise item.fault("P113", f"the phrase {written!r} is given twice (first in line {folded[written]})")
            for phrase in fill_phrase(written, item, faults):
                folded.setdefault(phrase, item.line)

        faults.each(one, items)
        if not folded:
            return Problematic()
        return cls(tuple(folded), standards, tuple(folded.values()))

    def children(self) -> tuple[Condition, ...]:
        """None."""
        return ()

    def gate(self) -> Gate | None:
        """The phrases themselves."""
        return Gate(frozenset(self.phrases))

    def possible(self, sight: Sight, speaker: str) -> Bools:
        """Where something stands that it waits for."""
        return sight.standing(self, speaker)

    def find(self, run: Run, places: Sequence[int]) -> Outcome | None:
        """Return the longest judged match at each spot."""
        numbers = run.numbers[self]
        if numbers.isdisjoint(run.view.present):
            return None
        matches = []
        for place in places:
            hits = run.view.hits.get(place)
            here = numbers.intersection(hits) if hits else ()
            if not hits or not here:
                continue
            spans = [(start, start + run.lengths[number]) for number in here for start in hits[number]]
            taken = -1
            for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
                if end <= taken:
                    continue
                match = run.judge(Match(place, start, end, ((start, end),)), self.standards)
                if match:
                    matches.append(match)
                    taken = end
                    if run.brief:
                        return Outcome((match,))
        return Outcome(tuple(matches)) if matches else None
