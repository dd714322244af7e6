"""A scanned batch: what was seen in many conversations at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .batch import Batch
from .learn import Model, decisive
from .model import ROLES
from .normalize import SEPARATOR, FoldedBatch, codes_of
from .sight import Asked, Sight

Ints = NDArray[np.int64]
Stretches = list[tuple[int, int, float]]


@dataclass(frozen=True, eq=False)
class Scanned:
    """A batch with all that was seen in it at once.

    ``filled`` says which turns hold more than blanks; ``sight`` where conditions may hold. ``hits`` are three columns
    sorted by turn: a turn, the number of a phrase that stands there, and where it begins in the folded turn;
    ``hit_limits`` says where those of each conversation begin. ``passed`` are the entries that the sieve let through,
    turn after turn; ``passed_limits`` says where those of each turn begin. ``scores`` holds for each model that is
    asked the row of each turn (-1: none) and the rows: the probability of each category; ``suspected`` the turns in
    which a category that it is asked for is probable, with the category's column.
    """

    batch: Batch
    folded: FoldedBatch
    filled: NDArray[np.bool_]
    sight: Sight
    hits: tuple[Ints, Ints, Ints]
    passed: Sequence[int]
    scores: Mapping[Model, tuple[Ints, NDArray[np.float32]]]
    suspected: Mapping[Model, Sequence[tuple[int, int]]]
    hit_limits: Sequence[int]
    passed_limits: Sequence[int]

    def may(self, condition: Asked) -> bytes:
        """Return of each turn whether a condition may hold within it."""
        found = self._may.get(condition)
        if found is None:
            found = self._may[condition] = self.sight.turns.within_turn(condition, "any").tobytes()
        return found

    @cached_property
    def _may(self) -> dict[object, bytes]:
        return {}

    @cached_property
    def spoken(self) -> dict[str, tuple[list[int], list[int]]]:
        """The places of each role's turns that are not empty, conversation after conversation, and where those of each
        begin; under ``any`` those of agent and customer together.
        """
        limits, found = np.asarray(self.batch.limits), {}
        for who in (*ROLES, "any"):
            turns = np.flatnonzero(self.sight.turns.heard(who) & self.filled)
            places = turns - limits[self.batch.owner[turns]]
            found[who] = places.tolist(), np.searchsorted(turns, limits).tolist()
        return found

    @cached_property
    def written(self) -> list[int]:
        """Where each turn begins in the text as it was given."""
        starts: list[int] = self.batch.starts.tolist()
        return starts

    def decisive(self, model: Model, turn: int, column: int) -> Stretches | None:
        """Return the stretches of a suspected turn that speak for a category; None where it is not suspected."""
        known = self._decisive.get(model)
        if known is None:
            pairs = self.suspected.get(model, ())
            codes = codes_of(SEPARATOR.join(self.folded.turn(turn) for turn, _ in pairs))
            found = decisive(model, codes, [column for _, column in pairs]) if pairs else []
            known = self._decisive[model] = dict(zip(pairs, found, strict=True))
        return known.get((turn, column))

    @cached_property
    def _decisive(self) -> dict[Model, dict[tuple[int, int], Stretches]]:
        return {}

    @cached_property
    def agent_turns(self) -> list[int]:
        """How many turns of each conversation are an agent's and not empty."""
        counted = np.concatenate([[0], np.cumsum(self.batch.by_agent & self.filled)])
        found: list[int] = np.diff(counted[np.asarray(self.batch.limits)]).tolist()
        return found
