"""Counting conversation parts: whole numbers that merge the same in any order."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cscheck.tallies import Group, Tally, merge_tallies, week_of


def test_tally_counts_conversations_per_category() -> None:
    """A category seen twice in one conversation counts once; findings count every hit."""
    tally = Tally()
    tally.add(9000, 2, False, True, [("forbidden", "blame"), ("forbidden", "blame")])
    tally.add(0, 1, True, False, [("forbidden", "insult")])
    assert tally == Tally(2, 9000, 81_000_000, 3, 1, 1, {("forbidden", "blame"): 1, ("forbidden", "insult"): 1})


@pytest.mark.parametrize(
    ("moment", "week"),
    [
        (datetime(2026, 11, 22, 23, 59), "2026-W47"),
        (datetime(2026, 11, 23), "2026-W48"),
        (datetime(2027, 1, 3), "2026-W53"),
        (datetime(2024, 12, 30), "2025-W01"),
        (None, None),
    ],
)
def test_weeks_begin_on_monday(moment: datetime | None, week: str | None) -> None:
    """A week runs from Monday to Sunday and belongs to the year that holds its Thursday."""
    assert week_of(moment) == week


Row = tuple[Group, int, int, bool, bool, list[tuple[str, str]]]
ROWS = st.lists(
    st.tuples(
        st.builds(
            Group, st.sampled_from(["a", "b", None]), st.sampled_from(["x", None]), st.sampled_from(["2026-W47", None])
        ),
        st.integers(0, 10000),
        st.integers(0, 9),
        st.booleans(),
        st.booleans(),
        st.lists(st.sampled_from([("forbidden", "blame"), ("required", "thanks")]), max_size=3),
    ),
    max_size=12,
)


def tallied(rows: list[Row]) -> dict[Group, Tally]:
    tallies: dict[Group, Tally] = {}
    for group, *counted in rows:
        tallies.setdefault(group, Tally()).add(*counted)  # type: ignore[arg-type]
    return tallies


@given(ROWS, ROWS, ROWS)
@settings(deadline=None)
def test_sharing_the_work_changes_nothing(first: list[Row], second: list[Row], third: list[Row]) -> None:
    """Tallies of parts merge to the tallies of the whole, however they are grouped and in whatever order."""
    one, two, three = tallied(first), tallied(second), tallied(third)
    before = deepcopy(two)
    whole = tallied([*third, *first, *second])
    assert merge_tallies([one, two, three]) == whole
    assert merge_tallies([merge_tallies([three, two]), one]) == whole
    assert two == before
