"""``details``: a number, address, time or amount stands in the turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..condition import Outcome
from ..details import KINDS, find_details
from ..judge import Match, Run
from ..sight import Bools, Sight
from ..source import Faults, Node


@dataclass(frozen=True, eq=False)
class Details:
    """The turn holds a detail (信息): an order, phone or model number, an address, a time or an amount.

    YAML: ``details: [number, address]`` of the kinds number, address, time and amount.
    """

    kinds: tuple[str, ...]

    def children(self) -> tuple[()]:
        """None."""
        return ()

    def gate(self) -> None:
        """It needs no literal."""
        return None

    def possible(self, sight: Sight, speaker: str) -> Bools:
        """Where one of the characters stands of which every detail has one."""
        return sight.detailed(speaker)

    def find(self, run: Run, places: Sequence[int]) -> Outcome | None:
        """Return the details."""
        matches = [
            Match(place, detail.start, detail.end, ())
            for place in places
            for detail in find_details(run.view.text(place))
            if detail.kind in self.kinds
        ]
        return Outcome(tuple(matches)) if matches else None


def read_kinds(node: Node, faults: Faults) -> tuple[str, ...]:
    """Read a list of kinds of details, or one."""
    items = node.items("kinds of details") if node.is_list else [node]
    if not items:
        raise node.fault("P112", f"no kind of details is named (known: {', '.join(KINDS)})")
    return tuple(faults.each(lambda item: item.choice("each kind of details", KINDS), items))
