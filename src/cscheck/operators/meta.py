"""``meta``: what the metadata (元数据) of the conversation says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..condition import Outcome
from ..cues import read_phrase
from ..judge import Run
from ..normalize import fold_phrase
from ..sight import Bools, Sight
from ..source import Faults, Node


@dataclass(frozen=True, eq=False)
class Meta:
    """Each named column of the metadata holds one of the values given.

    YAML: ``meta: {hangup_by: [agent, 坐席]}``; width, case and Traditional spelling do not matter. A conversation
    without the column does not fulfil it. The columns that have a name of their own are in ``lexicons/columns.yaml``.
    """

    columns: tuple[tuple[str, frozenset[str]], ...]

    @classmethod
    def read(cls, node: Node, faults: Faults) -> Meta:
        """Read a mapping of columns to values."""
        pairs = node.pairs("meta", faults)
        if not pairs:
            raise node.fault("P112", "meta names no column")
        return cls(
            tuple((column, faults.attempt(_values, value, faults) or frozenset()) for column, value in pairs.items())
        )

    def children(self) -> tuple[()]:
        """None."""
        return ()

    def gate(self) -> None:
        """It needs no literal."""
        return None

    def possible(self, sight: Sight, speaker: str) -> Bools:  # noqa: ARG002
        """Where the metadata have the columns."""
        found = sight.everywhere()
        for column, _ in self.columns:
            found &= sight.told(column)
        return found

    def find(self, run: Run, places: Sequence[int]) -> Outcome | None:
        """Hold, without matches, where the metadata says so; of no turns nothing is said."""
        meta = run.view.meta
        held = all(_folded(str(meta.get(column, ""))) in values for column, values in self.columns)
        return Outcome() if places and held else None


@lru_cache(maxsize=1024)  # most conversations share a few values
def _folded(value: str) -> str:
    return fold_phrase(value).strip()


def _values(node: Node, faults: Faults) -> frozenset[str]:
    items = node.items("a column's values") if node.is_list else [node]
    if not items:
        raise node.fault("P112", "a column without values: the condition could never hold")
    return frozenset(faults.each(read_phrase, items))
