"""Figures: counts, shares with intervals, bootstrap by conversations."""

from __future__ import annotations

import pytest
from scipy.stats import binomtest

from cscheck.evaluate.measure import Counts, averages, confusion, count, figures, share
from cscheck.evaluate.observe import Unit

JUDGED = frozenset({"promise", "insult", "blame"})


def unit(place: int, gold: set[str], **found: str) -> Unit:
    """Return a judged turn; each found category with the names of its rules, parted by blanks."""
    rules = {category: frozenset(names.split()) for category, names in found.items()}
    return Unit("forbidden", place, 0, frozenset(gold), JUDGED, False, rules)


@pytest.mark.parametrize(("hits", "number"), [(0, 5), (2, 3), (7, 7), (90, 342)])
def test_shares_have_wilson_intervals(hits: int, number: int) -> None:
    """The interval of a share is Wilson's, as scipy computes it."""
    expected = binomtest(hits, number).proportion_ci(method="wilson")
    found = share("x", hits, number)
    assert found["x"] == round(hits / number, 6)
    assert (found["x_low"], found["x_high"]) == (round(expected.low, 6), round(expected.high, 6))


def test_the_share_of_nothing_is_none() -> None:
    """A share without any case has no value and no interval."""
    assert share("x", 0, 0) == {"x": None, "x_low": None, "x_high": None}


def test_rules_and_categories_are_counted_apart() -> None:
    """Two rules on one turn count once for the category and once for each rule."""
    counts = count([unit(0, {"promise"}, promise="a b"), unit(1, set(), promise="b"), unit(2, {"promise"})], 3)
    assert counts.total(("forbidden", "promise")) == (1, 1, 1)
    assert counts.total(("forbidden", "promise", "a")) == (1, 0, 0)
    assert counts.total(("forbidden", "promise", "b")) == (1, 1, 0)
    assert counts.total(("forbidden", "threat")) == (0, 0, 0)


def test_f1_is_resampled_by_conversations() -> None:
    """Decisions of one conversation are drawn together: the more conversations hold them, the narrower the interval."""

    def width(places: int) -> float:
        counts = Counts(places)
        for number in range(40):
            counts.add("x", number % places, 1, number % 2, 0)
        found = figures(*counts.total("x"), counts.resampled(["x"])[:, 0])
        assert found["f1"] == 0.8
        assert found["f1_low"] is not None and found["f1_high"] is not None
        return found["f1_high"] - found["f1_low"]

    # two conversations, of which one is all right and one half wrong: F1 between 1 and 2/3
    assert width(2) == pytest.approx(1 / 3, abs=1e-6)
    assert width(40) < width(2)


def test_few_cases_have_wide_intervals() -> None:
    """One violation, found, is F1 1.0 with the interval that follows from Wilson's, also as average; no certainty."""
    counts = Counts(3)
    counts.add("x", 0, 1, 0, 0)
    found = figures(*counts.total("x"), counts.resampled(["x"])[:, 0])
    low = binomtest(1, 1).proportion_ci(method="wilson").low
    assert (found["f1"], found["f1_low"], found["f1_high"]) == (1, round(2 * low / (1 + low), 6), 1)
    mean = averages(counts, ["x", "y"])
    assert mean.precision == mean.recall == (1.0, round(low, 6), 1.0)
    assert mean.f1 == mean.macro_f1 == (1.0, round(2 * low / (1 + low), 6), 1.0)


def test_a_mean_of_many_is_surer_than_each() -> None:
    """The macro F1 of four categories with one found violation each is half as uncertain as that of one."""
    counts = Counts(4)
    for place, name in enumerate("abcd"):
        counts.add(name, place, 1, 0, 0)
    low = averages(counts, "a").f1[1]
    assert low is not None
    assert averages(counts, "abcd").macro_f1 == (1.0, pytest.approx(1 - (1 - low) / 2, abs=1e-6), 1.0)


def test_resampling_is_seeded() -> None:
    """Two runs draw the same resamples, whichever other keys are asked for."""
    counts = Counts(5)
    for place in range(5):
        counts.add("x", place, place, 1, 0)
        counts.add("y", place, 1, 0, place)
    assert (counts.resampled(["x"])[:, 0] == counts.resampled(["y", "x"])[:, 1]).all()


def test_averages_of_nothing_are_none() -> None:
    """Where no decision was made there is no average."""
    found = averages(Counts(3), ["x"])
    assert (found.micro, found.f1, found.macro_f1) == ((0, 0, 0), (None, None, None), (None, None, None))


def test_a_turn_of_two_categories_is_paired_by_what_is_left() -> None:
    """Categories in common pair with themselves; the rest of gold pairs with the rest of what was found."""
    turns = [unit(0, {"promise", "blame"}, promise="a", insult="b"), unit(1, {"blame"}), unit(2, set(), insult="b")]
    assert confusion(turns) == {
        ("promise", "promise"): 1,
        ("blame", "insult"): 1,
        ("blame", "none"): 1,
        ("none", "insult"): 1,
    }
