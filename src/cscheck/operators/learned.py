"""``learned``: a small model trained on labelled sentences finds a category in the turn."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from ..condition import Condition, Gate, Likely, Outcome
from ..data import lexicons
from ..errors import InputError
from ..judge import Match, Run, Standards
from ..learn import Model, load_model
from ..scope import clauses
from ..sight import Bools, Sight
from ..source import Faults, Node
from ..view import View


@dataclass(frozen=True, eq=False)
class Learned:
    """The model (小模型) gives a turn at least the probability ``at`` of a category.

    YAML: ``learned: promise``, with ``at: 0.9`` beside it for another threshold than the card's, and ``model:
    mine.npz`` for a model of your own beside the rule file. The match is the clause that speaks most for the category,
    its evidence the words that decided, its confidence the probability. Word boundaries do not apply; cues veto it as
    they veto a phrase.
    """

    category: str
    at: float
    model: Model
    standards: Standards

    @classmethod
    def read(cls, node: Node, keys: dict[str, Node], standards: Standards, faults: Faults) -> Condition:
        """Read the category, and what stands beside it: ``at`` and ``model``."""
        model = _model(keys["model"]) if "model" in keys else shipped()
        category = node.choice("learned", model.categories)
        known = model.thresholds[model.categories.index(category)]
        at = faults.get(keys, "at", _probability, known)
        if at is None:
            raise node.fault("P120", f"the model is not sure enough of {category!r} to have a threshold: give 'at'")
        return cls(category, at, model, replace(standards, boundary="none"))

    @cached_property
    def column(self) -> int:
        """The number of the category in the model."""
        return self.model.categories.index(self.category)

    def children(self) -> tuple[Condition, ...]:
        """None."""
        return ()

    def gate(self) -> Gate:
        """What the model must say."""
        return Gate(likely=(Likely(self.model, self.column, self.at),))

    def possible(self, sight: Sight, speaker: str) -> Bools:
        """Where something stands that it waits for."""
        return sight.standing(self, speaker)

    def find(self, run: Run, places: Sequence[int]) -> Outcome | None:
        """Return for each turn in which the category is probable the clause that decided, with its decisive words."""
        matches = []
        for place in places:
            sure = float(run.view.score(place, self.model)[self.column])
            if sure < self.at:
                continue
            (low, high), words = self._decisive(run.view, place)
            # cues stand around the words; what costs once with the rules of the category is the clause
            # a suspicion, however sure: a confidence of 1 is for what rules find
            shown = Match(place, words[0][0], words[-1][1], words, confidence=min(round(sure, 3), 0.999))
            match = run.judge(shown, self.standards)
            if match:
                matches.append(match._replace(start=low, end=high))
                if run.brief:
                    break
        return Outcome(tuple(matches)) if matches else None

    def _decisive(self, view: View, place: int) -> tuple[tuple[int, int], tuple[tuple[int, int], ...]]:
        """Return the clause that speaks most for the category, and the stretches in it that do, from left to right."""
        pieces = clauses(view.text(place))
        ends = [high for _, high in pieces]
        said: list[list[tuple[int, int]]] = [[] for _ in pieces]
        weights = [0.0] * len(pieces)
        for start, end, weight in view.decisive(place, self.model, self.column):
            at = bisect_right(ends, start)  # the first clause that ends behind the stretch's beginning
            while at < len(pieces) and pieces[at][0] < end:
                said[at].append((max(start, pieces[at][0]), min(end, pieces[at][1])))
                weights[at] += weight
                at += 1
        best = max(range(len(pieces)), key=weights.__getitem__)
        return pieces[best], tuple(sorted(said[best])) or (pieces[best],)


@cache  # one file, read once
def shipped() -> Model:
    """Return the model that cscheck ships."""
    return load_model(lexicons() / "models" / "base.npz")


def _model(node: Node) -> Model:
    try:
        return load_model(Path(node.path).parent / node.text("model"))
    except InputError as error:
        raise node.fault("P121", error.problems[0].message) from None


def _probability(node: Node) -> float:
    at = node.number("at")
    if not 0 < at < 1:
        raise node.fault("P120", f"at is a probability between 0 and 1 (got {node.raw.value})")
    return at
