"""Fitting: counts, folds of whole constructs, calibration."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from cscheck.training import Sentence, Settings, read_sentences
from cscheck.training.fit import as_data, calibrate, fit, grouped, held_out

PROMISE = frozenset({"promise"})


def test_data() -> None:
    """A sentence is a row of counts; those of one construct of one source are one group."""
    said = [Sentence("能退", PROMISE, PROMISE, "a"), Sentence("能退能退", frozenset(), PROMISE, "a")]
    data = as_data([*said, said[0]], grouped([*said, said[0]], ["x", "x", "y"]), ["promise", "insult"])
    assert data.counts.sum(axis=1).ravel().tolist() == [[8, 12, 8]]
    assert data.counts[1].max() == 2  # the pair 能退 stands twice, each character counts once
    assert data.labelled.tolist() == [[True, False], [False, False], [True, False]]
    assert data.judged.tolist() == [[True, False]] * 3
    assert data.groups.tolist() == [0, 0, 1]


def test_sentences_without_a_construct_are_held_out_with_what_is_like_them() -> None:
    """Those that fill one template are one group, whatever their file; a named construct is taken at its word."""
    texts = ["我保证宽带没问题", "我保证退款没问题", "请问发票是哪天开的", "我保证空调没问题"]
    said = [Sentence(text, PROMISE, PROMISE, None) for text in texts]
    named = Sentence("我保证电视没问题", PROMISE, PROMISE, "我保证")
    assert grouped([*said, named], ["x", "y", "x", "x", "x"]) == [0, 0, 1, 0, 2]


def test_rare_ngrams_are_left_out(sentences: Callable[..., Path]) -> None:
    """An n-gram stands in so many sentences at least."""
    path = sentences()
    found = read_sentences([path])[path]
    data = as_data(found, grouped(found, ["x"] * len(found)), ["promise"])
    every = np.ones(len(found), bool)
    rare = fit(data, every, Settings(least=1))
    common = fit(data, every, Settings(least=12))
    assert len(common.slots) < len(rare.slots)
    assert (data.counts[:, common.slots] > 0).sum(axis=0).min() == 12


def test_the_ngrams_that_say_most_are_kept() -> None:
    """Kept are the strongest, which stand in every sentence of one label, not those that stand under both."""
    said = [Sentence(f"保证{end}", PROMISE, PROMISE, f"p{i}") for i, end in enumerate("春夏秋冬" * 5)]
    said += [Sentence(f"查询{end}", frozenset(), PROMISE, f"c{i}") for i, end in enumerate("春夏秋冬" * 5)]
    data = as_data(said, range(40), ["promise"])
    every = np.ones(40, bool)
    whole, few = fit(data, every, Settings()), fit(data, every, Settings(most=2))
    strongest = np.sort(np.abs(whole.weights[:, 0]))[-2:]
    assert np.sort(np.abs(few.weights[:, 0])).tolist() == strongest.tolist()
    promised, asked = (data.counts[side, few.slots].sum(axis=0).tolist() for side in (slice(20), slice(20, None)))
    assert sorted(zip(*promised, *asked, strict=True)) == [(0, 20), (20, 0)]
    assert few.bias == whole.bias


def test_held_out_constructs_are_unseen() -> None:
    """A sentence is judged by a model without its construct: what only that construct says means nothing."""
    own = [Sentence(f"独门说法{i}", PROMISE, PROMISE, "own") for i in range(20)]
    other = [Sentence(f"保证{i}", PROMISE, PROMISE, f"p{i}") for i in range(20)]
    clean = [Sentence(f"查询{i}", frozenset(), PROMISE, f"c{i}") for i in range(20)]
    said = [*own, *other, *clean]
    data = as_data(said, grouped(said, ["x"] * 60), ["promise"])
    odds = held_out(data, Settings())[:, 0]
    assert odds[:20].max() < odds[20:40].min()
    assert odds[40:].max() < odds[20:40].min()


def test_calibration() -> None:
    """Where half of what scores zero is so, zero means one half; only what was judged counts."""
    said = [Sentence("好", PROMISE if i % 2 else frozenset(), PROMISE, str(i)) for i in range(40)]
    said += [Sentence("好", frozenset(), frozenset(), f"n{i}") for i in range(40)]
    data = as_data(said, range(80), ["promise"])
    odds = np.array([[1.0 if i % 4 == 3 else -1.0 if i % 4 == 0 else 0.0] for i in range(80)])
    slope, offset = calibrate(odds, data)
    assert slope[0] > 1
    assert abs(offset[0]) < 0.01
