"""Comparing agents: shrunken means worked by hand, and ranks only where intervals stand apart."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cscheck.comparison import Shrunken, rank_ranges, shrunken_means
from cscheck.intervals import mean_interval
from cscheck.tallies import Tally


def tally_of(*scores: int) -> Tally:
    """Return the tally of conversations with these scores (in points) and no findings."""
    tally = Tally()
    for score in scores:
        tally.add(score * 100, 0, False, None, ())
    return tally


def test_shrunken_means_by_hand() -> None:
    """A worked case: variance within 50, between 250, common mean 82.857143.

    Means 85, 65, 100 with 2, 2, 1 conversations; Q = 18, so (18 - 2) / (0.1 - 0.036) = 250; the factors of
    shrinkage are 250/275, 250/275 and 250/300.
    """
    shrunk = shrunken_means({"a": tally_of(80, 90), "b": tally_of(60, 70), "c": tally_of(100)})
    means = {name: one.mean for name, one in shrunk.items()}
    assert means == pytest.approx({"a": 84.805195, "b": 66.623377, "c": 97.142857}, abs=1e-6)
    weights = {name: one.weight for name, one in shrunk.items()}
    assert weights == pytest.approx({"a": 250 / 275, "b": 250 / 275, "c": 250 / 300})


def test_agents_that_do_not_differ_share_one_mean() -> None:
    """Where the means differ less than chance would have it, all are drawn to one mean: their own has no weight."""
    shrunk = shrunken_means({"a": tally_of(0, 100), "b": tally_of(10, 90, 80)})
    assert shrunk == {"a": Shrunken(pytest.approx(56.0), 0), "b": Shrunken(pytest.approx(56.0), 0)}


def test_shrunken_means_without_variance_within() -> None:
    """Agents whose conversations all score alike are as they are: nothing draws them together."""
    assert shrunken_means({"a": tally_of(80, 80), "b": tally_of(60)}) == {"a": (80.0, 1.0), "b": (60.0, 1.0)}


@pytest.mark.parametrize("tallies", [{}, {"a": tally_of(80, 90)}, {"a": tally_of(80), "b": tally_of(90)}])
def test_shrunken_means_that_cannot_be_estimated(tallies: dict[str, Tally]) -> None:
    """One agent, or none with two conversations, has no shrunken mean."""
    assert shrunken_means(tallies) == {}


def test_ranks_by_hand() -> None:
    """Of 90-94, 80-84, 82-86 and 60-64 the first is surely first, the last surely last, the two between change places.

    Thirty scores in equal parts two points below and above the mean spread by 2.034; the interval is the mean +- 0.76.
    """
    tallies = {
        name: tally_of(*[mean - 2, mean + 2] * 15) for name, mean in (("a", 92), ("b", 82), ("c", 83), ("d", 62))
    }
    assert rank_ranges(tallies) == {"a": (1, 1), "b": (2, 3), "c": (2, 3), "d": (4, 4)}


def test_overlap_does_not_pass_on() -> None:
    """Where b overlaps both a and c, which stand apart, a and c are ranked with each other and b with neither."""
    tallies = {"a": tally_of(*[88, 92] * 15), "b": tally_of(*[79, 99] * 15), "c": tally_of(*[86, 90] * 15)}
    assert rank_ranges(tallies) == {"a": (1, 2), "b": (1, 3), "c": (2, 3)}


def test_equal_scores_are_not_certain() -> None:
    """Where all scores of one are equal the spread of the others stands in: one full sheet is not surely the best."""
    assert rank_ranges({"a": tally_of(*[100] * 30), "b": tally_of(*[100] * 26, *[95] * 4)}) == {
        "a": (1, 2),
        "b": (1, 2),
    }


@pytest.mark.parametrize("tallies", [{}, {"a": tally_of(80, 90)}, {"a": tally_of(80), "b": tally_of(90, 91)}])
def test_ranks_that_cannot_be_told(tallies: dict[str, Tally]) -> None:
    """One alone has no rank, nor has what consists of one conversation."""
    assert rank_ranges(tallies) == {}


SCORES = st.lists(st.integers(0, 100), min_size=1, max_size=8)


@given(st.dictionaries(st.sampled_from("abcdef"), SCORES, max_size=6))
@settings(deadline=None)
def test_overlapping_intervals_are_never_ranked(scores: dict[str, list[int]]) -> None:
    """Of two whose intervals meet neither is before the other: their ranges of ranks overlap; ranks lie in 1 to N."""
    tallies = {name: tally_of(*values) for name, values in scores.items()}
    ranks = rank_ranges(tallies)
    spans = {name: mean_interval(t.conversations, t.mean, t.squared_deviations) for name, t in tallies.items()}
    for one, (best, worst) in ranks.items():
        assert 1 <= best <= worst <= len(ranks)
        for other, (other_best, other_worst) in ranks.items():
            low, high = spans[one] or (0, 100)
            other_low, other_high = spans[other] or (0, 100)
            if low <= other_high and other_low <= high:
                assert best <= other_worst and other_best <= worst
