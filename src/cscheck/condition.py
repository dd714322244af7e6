"""What every condition (条件) of a rule is: something that holds, or not, at some turns of a conversation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from .entries import Entry
from .judge import Match, Run
from .learn import Model
from .literals import cost
from .sight import Bools, Sight


class Outcome(NamedTuple):
    """A condition that holds: the matches that show it, and those of other turns it relied on."""

    matches: tuple[Match, ...] = ()
    context: tuple[Match, ...] = ()


class Likely(NamedTuple):
    """That a model gives a turn at least the probability ``at`` of its category number ``column``."""

    model: Model
    column: int
    at: float


class Gate(NamedTuple):
    """What sets a condition off: a phrase that stands in the turn, an entry of a pattern that may match there, or
    what a model says of it.
    """

    phrases: frozenset[str] = frozenset()
    tests: tuple[Entry, ...] = ()
    likely: tuple[Likely, ...] = ()

    @property
    def cost(self) -> int:
        """How much work the gate lets through."""
        return cost(self.phrases) + sum(test.cost for test in self.tests) + 40 * len(self.likely)


class Condition(Protocol):
    """One node of a rule's ``when``; each operator (算子) is one class in ``operators/``.

    ``gate`` returns what must be seen in a turn for the condition to hold there, or None when it can hold anywhere;
    ``possible`` in which conversations of a batch it may hold in turns of a speaker, by what the batch shows at once.
    ``find`` returns what holds at the given places, or None when nothing does.
    """

    def children(self) -> tuple[Condition, ...]:
        """Return the conditions inside this one."""
        ...

    def gate(self) -> Gate | None:
        """Return what must be seen for the condition to hold."""
        ...

    def possible(self, sight: Sight, speaker: str) -> Bools:
        """Return in which conversations the condition may hold."""
        ...

    def find(self, run: Run, places: Sequence[int]) -> Outcome | None:
        """Evaluate the condition at ``places``."""
        ...


@dataclass(frozen=True, eq=False)
class Problematic:
    """Stands for a condition whose text was at fault; the fault is already collected."""

    def children(self) -> tuple[Condition, ...]:
        """None."""
        return ()

    def gate(self) -> Gate | None:
        """No literal."""
        return Gate()

    def possible(self, sight: Sight, speaker: str) -> Bools:  # noqa: ARG002
        """Nowhere."""
        return sight.everywhere(False)

    def find(self, run: Run, places: Sequence[int]) -> Outcome | None:  # noqa: ARG002
        """Never holds."""
        return None


def ask(condition: Condition, run: Run, places: Sequence[int], brief: bool = True) -> Outcome | None:
    """Evaluate a condition of which (``brief``) one match suffices, or all are wanted."""
    was, run.brief = run.brief, brief
    found = condition.find(run, places)
    run.brief = was
    return found


def walk(condition: Condition) -> Iterator[Condition]:
    """Yield a condition and all conditions inside it."""
    yield condition
    for child in condition.children():
        yield from walk(child)


def apart(matches: Sequence[Match]) -> list[Match]:
    """Reduce overlapping matches of one rule to the leftmost and longest of each heap."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda m: (m.place, m.start, -m.end)):
        if not kept or kept[-1].place != match.place or kept[-1].end <= match.start:
            kept.append(match)
    return kept
