"""Counting scored conversation parts: sums of whole numbers by agent (坐席), team (班组) and week (周).

Whole numbers only, so that no figure depends on the order of conversations or on how they were shared among workers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class Group(NamedTuple):
    """Under whom and when a conversation part is counted; None where that is not known. ``week`` as in 2026-W47."""

    agent_id: str | None
    team: str | None
    week: str | None


@dataclass
class Tally:
    """The sums over some conversation parts; scores in hundredths, ``seen`` by (polarity, category)."""

    conversations: int = 0
    score_sum: int = 0
    score_squares: int = 0
    findings: int = 0
    fatal: int = 0
    passed: int = 0
    seen: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, score: int, findings: int, fatal: bool, passed: bool | None, seen: Iterable[tuple[str, str]]) -> None:
        """Count one conversation part.

        ``score`` in hundredths, ``findings`` how many, ``fatal`` whether one of them was, ``passed`` whether the score
        reached the pass mark; ``seen`` the (polarity, category) of each finding, where repetitions count once.
        """
        self.conversations += 1
        self.score_sum += score
        self.score_squares += score * score
        self.findings += findings
        self.fatal += bool(fatal)
        self.passed += bool(passed)
        for pair in set(seen):
            self.seen[pair] = self.seen.get(pair, 0) + 1

    def merge(self, other: Tally) -> None:
        """Add what has been counted elsewhere."""
        self.conversations += other.conversations
        self.score_sum += other.score_sum
        self.score_squares += other.score_squares
        self.findings += other.findings
        self.fatal += other.fatal
        self.passed += other.passed
        for pair, number in other.seen.items():
            self.seen[pair] = self.seen.get(pair, 0) + number

    @property
    def mean(self) -> float:
        """The mean score in points (0-100)."""
        return self.score_sum / (100 * self.conversations)

    @property
    def squared_deviations(self) -> float:
        """The sum of squared deviations from the mean, in squared points; the numerator is exact."""
        return (self.conversations * self.score_squares - self.score_sum**2) / (10_000 * self.conversations)


def merge_tallies(parts: Iterable[Mapping[Group, Tally]]) -> dict[Group, Tally]:
    """Return the tallies of several workers or files as one mapping; the parts stay as they are."""
    merged: dict[Group, Tally] = {}
    for part in parts:
        for group, tally in part.items():
            merged.setdefault(group, Tally()).merge(tally)
    return merged


def week_of(moment: datetime | None) -> str | None:
    """Return the week of a date by ISO 8601 (Monday to Sunday, week 1 holds the year's first Thursday)."""
    if moment is None:
        return None
    year, week, _ = moment.isocalendar()
    return f"{year:04}-W{week:02}"
