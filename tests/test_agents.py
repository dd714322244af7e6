"""Agents' figures: against numbers worked by hand and against scipy's own intervals."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cscheck.agents import (
    AgentTally,
    agent_columns,
    agent_rows,
    mean_interval,
    merge_tallies,
    rate_interval,
    share_columns,
    share_interval,
    shrunken_means,
)
from cscheck.categories import load_categories
from cscheck.scheme import load_scheme

CATEGORIES = load_categories()
STANDARD = load_scheme("standard")


def tally_of(*scores: int) -> AgentTally:
    """Return the tally of conversations with these scores (in points) and no findings."""
    tally = AgentTally()
    for score in scores:
        tally.add(score * 100, 0, False, ())
    return tally


def test_tally_counts_conversations_per_category() -> None:
    """A category seen twice in one conversation counts once; findings count every hit."""
    tally = AgentTally()
    tally.add(9000, 2, False, [("forbidden", "blame"), ("forbidden", "blame")])
    tally.add(0, 1, True, [("forbidden", "insult")])
    assert tally == AgentTally(2, 9000, 81_000_000, 3, 1, {("forbidden", "blame"): 1, ("forbidden", "insult"): 1})


@pytest.mark.parametrize(
    ("hits", "number", "low", "high"),
    [(3, 10, 0.107791, 0.603222), (0, 10, 0.0, 0.277533), (10, 10, 0.722467, 1.0), (1, 1, 0.206549, 1.0)],
)
def test_share_interval_known_numbers(hits: int, number: int, low: float, high: float) -> None:
    """Wilson's interval of a share has its textbook values."""
    assert tuple(round(end, 6) for end in share_interval(hits, number)) == (low, high)


@given(st.integers(1, 5000).flatmap(lambda number: st.tuples(st.integers(0, number), st.just(number))))
@settings(max_examples=50, deadline=None)
def test_share_interval_is_scipys(pair: tuple[int, int]) -> None:
    """The closed form gives what scipy's binomial test gives by Wilson's method."""
    reference = stats.binomtest(*pair).proportion_ci(method="wilson")
    assert share_interval(*pair) == pytest.approx((reference.low, reference.high), abs=1e-12)


def test_rate_interval_known_numbers() -> None:
    """The gamma-Jeffreys interval of 3 events is half the chi-square quantiles at 7 degrees; of 0 events at 1."""
    assert tuple(round(end, 6) for end in rate_interval(3, 1)) == (0.844935, 8.006382)
    assert tuple(round(end, 6) for end in rate_interval(0, 10)) == (0.000049, 0.251194)
    assert rate_interval(7, 40) == pytest.approx(stats.gamma(7.5, scale=1 / 40).ppf([0.025, 0.975]), rel=1e-12)


def test_mean_interval_known_numbers() -> None:
    """Scores 60, 70, 80 give 70 +- 4.302653 * 10 / sqrt(3)."""
    assert mean_interval(tally_of(60, 70, 80)) == pytest.approx((45.158623, 94.841377), abs=1e-6)


@pytest.mark.parametrize(
    ("scores", "interval"),
    [((100,), None), ((0, 100), (0.0, 100.0)), ((88, 88, 88), (88.0, 88.0)), ((100, 100), (100.0, 100.0))],
)
def test_mean_interval_edges(scores: tuple[int, ...], interval: tuple[float, float] | None) -> None:
    """One conversation has no interval; it is clipped to 0-100; without variance it is the mean."""
    assert mean_interval(tally_of(*scores)) == interval


def test_shrunken_means_by_hand() -> None:
    """A worked case: variance within 50, between 250, common mean 82.857143.

    Means 85, 65, 100 with 2, 2, 1 conversations; Q = 18, so (18 - 2) / (0.1 - 0.036) = 250; the factors of
    shrinkage are 250/275, 250/275 and 250/300.
    """
    shrunk = shrunken_means({"a": tally_of(80, 90), "b": tally_of(60, 70), "c": tally_of(100)})
    assert shrunk == pytest.approx({"a": 84.805195, "b": 66.623377, "c": 97.142857}, abs=1e-6)


def test_agents_that_do_not_differ_share_one_mean() -> None:
    """Where the means differ less than chance would have it, all are drawn to the mean of all conversations."""
    shrunk = shrunken_means({"a": tally_of(0, 100), "b": tally_of(10, 90, 80)})
    assert shrunk == pytest.approx({"a": 56.0, "b": 56.0})


def test_shrunken_means_without_variance_within() -> None:
    """Agents whose conversations all score alike are as they are: nothing draws them together."""
    assert shrunken_means({"a": tally_of(80, 80), "b": tally_of(60)}) == {"a": 80.0, "b": 60.0}


@pytest.mark.parametrize("tallies", [{}, {"a": tally_of(80, 90)}, {"a": tally_of(80), "b": tally_of(90)}])
def test_shrunken_means_that_cannot_be_estimated(tallies: dict[str | None, AgentTally]) -> None:
    """One agent, or none with two conversations, has no shrunken mean."""
    assert shrunken_means(tallies) == {}


def test_rows_sorted_and_missing_id_last_and_never_shrunk() -> None:
    """Rows go by id, the missing id last; it is not shrunk and does not change what the others are drawn to."""
    tallies: dict[str | None, AgentTally] = {None: tally_of(0, 10), "b": tally_of(60, 70), "a": tally_of(80, 90)}
    rows = agent_rows(tallies, CATEGORIES, STANDARD)
    assert [row["agent_id"] for row in rows] == ["a", "b", None]
    without = agent_rows({key: tallies[key] for key in ("a", "b")}, CATEGORIES, STANDARD)
    assert rows[:2] == without
    assert (rows[2]["score_mean"], rows[2]["score_shrunk"]) == (5.0, None)


def test_row_in_full() -> None:
    """One row has every column of the contract, rounded to six decimals."""
    tally = tally_of(*[90] * 30)
    tally.add(0, 5, True, [("required", "process"), ("forbidden", "process")])
    [row] = agent_rows({"007": tally}, CATEGORIES, STANDARD)
    assert list(row) == list(agent_columns(CATEGORIES))
    figures = {name: row[name] for name in row if not name.startswith("share_") or "process" in name}
    assert figures == {
        "agent_id": "007",
        "conversations": 31,
        "score_mean": 87.096774,
        "score_low": 81.167596,
        "score_high": 93.025952,
        "score_shrunk": None,
        "findings_per_100": 16.129032,
        "findings_per_100_low": 6.154433,
        "findings_per_100_high": 35.354918,
        "share_process": 0.032258,
        "share_process_low": 0.005717,
        "share_process_high": 0.161941,
        "share_process_missing": 0.032258,
        "share_process_missing_low": 0.005717,
        "share_process_missing_high": 0.161941,
        "fatal": 1,
        "enough_data": True,
    }
    assert row["share_blame_high"] == 0.110255


def test_enough_data_starts_at_the_number_of_the_scheme() -> None:
    """Thirty conversations are enough by the standard scheme, 29 are not."""
    rows = agent_rows({"a": tally_of(*[90] * 29), "b": tally_of(*[90] * 30)}, CATEGORIES, STANDARD)
    assert [row["enough_data"] for row in rows] == [False, True]


def test_agent_without_conversation_has_no_row() -> None:
    """A tally that counted nothing yields no row, since no figure exists."""
    assert agent_rows({"a": AgentTally(), None: AgentTally()}, CATEGORIES, STANDARD) == []


def test_share_columns_are_distinct() -> None:
    """Every category of either polarity has a column of its own."""
    names = share_columns(CATEGORIES)
    assert len(set(names.values())) == len(names) == 32
    assert (names["forbidden", "process"], names["required", "process"]) == ("share_process", "share_process_missing")


Row = tuple[str | None, int, int, bool, list[tuple[str, str]]]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", None]),
        st.integers(0, 10000),
        st.integers(0, 9),
        st.booleans(),
        st.lists(st.sampled_from([("forbidden", "blame"), ("required", "thanks"), ("forbidden", "style")]), max_size=3),
    ),
    max_size=12,
)


def tallied(rows: Iterable[Row]) -> dict[str | None, AgentTally]:
    tallies: dict[str | None, AgentTally] = {}
    for agent_id, score, findings, fatal, seen in rows:
        tallies.setdefault(agent_id, AgentTally()).add(score, findings, fatal, seen)
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
    assert agent_rows(merge_tallies([two, three, one]), CATEGORIES, STANDARD) == agent_rows(whole, CATEGORIES, STANDARD)


@given(ROWS)
@settings(deadline=None)
def test_intervals_hold_their_figures(rows: list[Row]) -> None:
    """Every mean and share lies within its interval, and within its range."""
    for row in agent_rows(tallied(rows), CATEGORIES, STANDARD):
        for name, top in [("score", 100.0), *((name, 1.0) for name in share_columns(CATEGORIES).values())]:
            low, high = row[f"{name}_low"], row[f"{name}_high"]
            figure = row["score_mean" if name == "score" else name]
            assert isinstance(figure, float)
            assert (low is None and row["conversations"] == 1) or (
                isinstance(low, float) and isinstance(high, float) and 0.0 <= low <= figure <= high <= top
            )


def test_scipy_is_imported_only_when_needed() -> None:
    """Importing the module does not import scipy."""
    code = "import sys, cscheck.agents; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
