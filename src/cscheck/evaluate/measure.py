"""Figures (指标) of what was observed: precision, recall and F1 with intervals, coverage, overlap, confusion.

Every figure is None where nothing was seen that it could be made of. Intervals are at 95 %: Wilson's (1927, JASA 22)
for shares, that is precision, recall, coverage and the clean turns that were flagged; for F1 and macro F1 the
percentile bootstrap (Efron 1979, Annals of Statistics 7) that draws whole conversations, since the turns of one
conversation are not independent. Where few cases were seen, or all were right, the bootstrap hardly varies; so these
intervals are widened to what follows from Wilson's: F1 is 2s / (1 + s) of the share s = tp / (tp + fp + fn), and the
ends of a mean of several F1 come from the ends of each (Zou, Donner 2008, Statistics in Medicine 27).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import nan

import numpy as np
from numpy.typing import NDArray

from ..intervals import DIGITS, share_interval
from .observe import Unit

SHARES = "precision, recall, coverage, clean flagged"
METHODS = {
    SHARES: "Wilson",
    "F1": "bootstrap over conversations, not narrower than Wilson of tp / (tp + fp + fn)",
    "macro F1": "bootstrap over conversations, not narrower than what the intervals of the categories' F1 give",
}
RESAMPLES = 1000
SEED = 20_261_122
NONE = "none"  # in a confusion: no category at all
_BLOCK = 100  # resamples at a time, which bounds the memory

Figures = dict[str, float | int | None]
Spread = tuple[float | None, float | None, float | None]  # a value and the ends of its interval
Floats = NDArray[np.float64]


class Counts:
    """Right, wrong and missed (tp, fp, fn) by key and conversation; ``places`` is the number of conversations."""

    def __init__(self, places: int) -> None:
        self.places = places
        self.cells: dict[Hashable, Counter[tuple[int, int]]] = {}

    def add(self, key: Hashable, place: int, right: int, wrong: int, missed: int) -> None:
        """Count into one conversation."""
        cells = self.cells.setdefault(key, Counter())
        for kind, number in enumerate((right, wrong, missed)):
            if number:
                cells[place, kind] += number

    def total(self, key: Hashable) -> tuple[int, int, int]:
        """Return tp, fp and fn of a key over all conversations."""
        sums = [0, 0, 0]
        for (_, kind), number in self.cells.get(key, Counter()).items():
            sums[kind] += number
        return sums[0], sums[1], sums[2]

    def resampled(self, keys: Sequence[Hashable]) -> Floats:
        """Return tp, fp and fn of each key in each resample: an array (RESAMPLES, keys, 3)."""
        from scipy.sparse import csr_array

        entries = [
            (place, 3 * column + kind, number)
            for column, key in enumerate(keys)
            for (place, kind), number in self.cells.get(key, Counter()).items()
        ]
        rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
        shape = (self.places, 3 * len(keys))
        matrix = csr_array((np.array(values, float), (np.array(rows, int), np.array(columns, int))), shape=shape)
        random = np.random.default_rng(SEED)
        even = np.full(self.places, 1 / self.places)
        draws = [random.multinomial(self.places, even, size=_BLOCK) @ matrix for _ in range(RESAMPLES // _BLOCK)]
        return np.concatenate(draws).reshape(RESAMPLES, len(keys), 3)


def count(units: Iterable[Unit], places: int) -> Counts:
    """Count by (polarity, category) and by (polarity, category, rule).

    A label does not say which rule should have found it. So a rule is measured against its category: its recall is
    the share of the category's violations that this rule finds, which for a rule of many in its category is small.
    """
    counts = Counts(places)
    for unit in units:
        for category in unit.gold | unit.found:
            gold, found = category in unit.gold, category in unit.found
            key = unit.polarity, category
            counts.add(key, unit.place, gold and found, found and not gold, gold and not found)
            for rule in unit.rules.get(category, ()):
                counts.add((*key, rule), unit.place, gold, not gold, 0)
    return counts


def figures(tp: int, fp: int, fn: int, resampled: Floats) -> Figures:
    """Return support, counts, precision, recall and F1 with intervals; ``resampled`` (n, 3) serves that of F1."""
    return {
        "support": tp + fn,
        "tp": tp,
        "fp": fp,
        "fn": fn,
        **share("precision", tp, tp + fp),
        **share("recall", tp, tp + fn),
        **named("f1", _f1(tp, fp, fn, resampled)),
    }


def share(name: str, hits: float, number: float) -> Figures:
    """Return a share under its name with Wilson's interval as ``…_low`` and ``…_high``; None of nothing."""
    return named(name, _share(hits, number))


def named(name: str, spread: Spread) -> Figures:
    """Return a value under its name and the ends of its interval as ``…_low`` and ``…_high``."""
    return dict(zip((name, f"{name}_low", f"{name}_high"), spread, strict=True))


@dataclass(frozen=True)
class Averages:
    """Micro averages (over all decisions) and the macro F1 (the mean over categories) of one polarity."""

    micro: tuple[int, int, int]
    precision: Spread
    recall: Spread
    f1: Spread
    macro_f1: Spread


def averages(counts: Counts, keys: Sequence[Hashable], times: int = 1) -> Averages:
    """Return the averages over keys, each as (value, low, high); categories of which nothing was seen are left out.

    ``times`` is how often each unit was looked at: what is looked at again makes no figure surer.
    """
    counted = [counts.total(key) for key in keys]
    draws = counts.resampled(keys)
    right, wrong, missed = (sum(total[kind] for total in counted) for kind in range(3))
    tp, fp, fn = right / times, wrong / times, missed / times
    return Averages(
        (right, wrong, missed),
        _share(tp, tp + fp),
        _share(tp, tp + fn),
        _f1(tp, fp, fn, draws.sum(axis=1)),
        _macro([(a / times, b / times, c / times) for a, b, c in counted], draws),
    )


def _share(hits: float, number: float) -> Spread:
    """Return a share with Wilson's interval."""
    if not number:
        return None, None, None
    low, high = share_interval(hits, number)
    return rounded(hits / number), rounded(low), rounded(high)


def _f1(tp: float, fp: float, fn: float, draws: Floats) -> Spread:
    """Return F1 with its interval; ``draws`` has the counts of each resample."""
    if not tp + fp + fn:
        return None, None, None
    return _widened(2 * tp / (2 * tp + fp + fn), *_f1_ends(tp, fp, fn), f1_of(draws))


def _f1_ends(tp: float, fp: float, fn: float) -> tuple[float, float]:
    """Return the ends of F1 that follow from Wilson's interval of tp / (tp + fp + fn)."""
    low, high = share_interval(tp, tp + fp + fn)
    return 2 * low / (1 + low), 2 * high / (1 + high)


def _macro(totals: Iterable[tuple[float, float, float]], draws: Floats) -> Spread:
    """Return the mean of the categories' F1 with its interval."""
    seen = [total for total in totals if sum(total)]
    if not seen:
        return None, None, None
    values = f1_of(np.array(seen, float))
    ends = np.array([_f1_ends(*total) for total in seen])
    halves = np.sqrt(((ends - values[:, None]) ** 2).sum(axis=0)) / len(seen)
    mean = float(values.mean())
    return _widened(mean, max(0.0, mean - halves[0]), min(1.0, mean + halves[1]), _mean(f1_of(draws)))


def _widened(value: float, low: float, high: float, draws: Floats) -> Spread:
    """Return a value with the interval of its resampled values, widened to the ends given."""
    lower, upper = quantiles(draws)
    ends = min(low, low if lower is None else lower), max(high, high if upper is None else upper)
    return rounded(value), rounded(ends[0]), rounded(ends[1])


def f1_of(counts: Floats) -> Floats:
    """Return F1 over the last axis (tp, fp, fn); nan where nothing was seen."""
    tp, fp, fn = (counts[..., kind] for kind in range(3))
    return _divided(2 * tp, 2 * tp + fp + fn)


def quantiles(values: Floats) -> tuple[float | None, float | None]:
    """Return the 2.5 % and 97.5 % quantiles of resampled values; None where none is defined."""
    defined = values[~np.isnan(values)]
    if not len(defined):
        return None, None
    low, high = np.quantile(defined, (0.025, 0.975))
    return rounded(low), rounded(high)


def rounded(value: float) -> float:
    """Return a figure with the digits of the result tables."""
    return round(float(value), DIGITS)


def overlaps(units: Iterable[Unit]) -> Iterator[tuple[str, str, int, int, int]]:
    """Yield each pair of rules that fire on one unit: the two, on how many units both, the first, the second fire."""
    alone: Counter[str] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    for unit in units:
        fired = sorted(frozenset[str]().union(*unit.rules.values()))
        alone.update(fired)
        both.update(combinations(fired, 2))
    for (first, second), number in sorted(both.items(), key=lambda pair: (-pair[1], pair[0])):
        yield first, second, number, alone[first], alone[second]


def confusion(units: Iterable[Unit]) -> Counter[tuple[str, str]]:
    """Count (gold, found) categories over turns.

    A category that was given and found pairs with itself. What is left is a confusion: each missed category pairs with
    each wrongly found one of the turn, or with ``none`` where there is none.
    """
    pairs: Counter[tuple[str, str]] = Counter()
    for unit in units:
        pairs.update((category, category) for category in unit.gold & unit.found)
        missed, wrong = unit.gold - unit.found, unit.found - unit.gold
        if missed or wrong:
            pairs.update((gold, found) for gold in missed or {NONE} for found in wrong or {NONE})
    return pairs


def fired(units: Iterable[Unit]) -> Mapping[str, tuple[int, int]]:
    """Return for each rule on how many units it fires, and on how many no other rule of its category does."""
    hits: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for unit in units:
        for rules in unit.rules.values():
            hits.update(rules)
            if len(rules) == 1:
                alone.update(rules)
    return {rule: (number, alone[rule]) for rule, number in hits.items()}


def _divided(above: Floats, below: Floats) -> Floats:
    found: Floats = np.divide(above, below, out=np.full(np.shape(below), nan), where=np.asarray(below) > 0)
    return found


def _mean(values: Floats) -> Floats:
    """Return the mean over the last axis, leaving out what is nan."""
    seen = ~np.isnan(values)
    return _divided(np.where(seen, values, 0.0).sum(axis=-1), seen.sum(axis=-1))
