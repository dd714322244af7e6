"""Intervals: against numbers worked by hand and against scipy's own."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cscheck.intervals import mean_interval, rate_interval, share_interval


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
    assert mean_interval(3, 70.0, 200.0) == pytest.approx((45.158623, 94.841377), abs=1e-6)


@pytest.mark.parametrize(
    ("scores", "interval"),
    [((100,), None), ((0, 100), (0.0, 100.0)), ((88, 88, 88), (88.0, 88.0)), ((100, 100), (100.0, 100.0))],
)
def test_mean_interval_edges(scores: tuple[int, ...], interval: tuple[float, float] | None) -> None:
    """One conversation has no interval; it is clipped to 0-100; without variance it is the mean."""
    mean = sum(scores) / len(scores)
    assert mean_interval(len(scores), mean, sum((score - mean) ** 2 for score in scores)) == interval


def test_scipy_is_imported_only_when_needed() -> None:
    """Importing the module does not import scipy."""
    code = "import sys, cscheck.intervals; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
