"""What every condition (条件) of a rule is: something that holds, or not, at some turns of a conversation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from .judge import Match, Run
from .patterns import Quick


class Outcome(NamedTuple):
    """A condition that holds: the matches that show it, and those of other turns it relied on."""

    matches: tuple[Match, ...] = ()
    context: tuple[Match, ...] = ()


Gate = Mapping[str, tuple[Quick | None, ...]]


def joined(gates: Iterable[Gate]) -> Gate:
    """Return one gate that opens where any of several does."""
    found: dict[str, tuple[Quick | None, ...]] = {}
    for gate in gates:
        for literal, tests in gate.items():
            found[literal] = (*found.get(literal, ()), *tests)
    return found


class Condition(Protocol):
    """One node of a rule's ``when``; each operator (算子) is one class in ``operators/``.

    ``gate`` returns the literals of which at least one must stand in a turn for the condition to hold there, each with
    the quick tests of which one must pass then (None: the literal suffices). The empty literal stands everywhere.
    None: the condition can hold anywhere. ``find`` returns what holds at the given places, or None when nothing does.
    """

    def children(self) -> tuple[Condition, ...]:
        """Return the conditions inside this one."""
        ...

    def gate(self) -> Gate | None:
        """Return the literals that must stand for the condition to hold."""
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
        return {}

    def find(self, run: Run, places: Sequence[int]) -> Outcome | None:  # noqa: ARG002
        """Never holds."""
        return None


def walk(condition: Condition) -> Iterator[Condition]:
    """Yield a condition and all conditions inside it."""
    yield condition
    for child in condition.children():
        yield from walk(child)
