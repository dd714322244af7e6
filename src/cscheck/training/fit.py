"""Fitting: one logistic regression a category over counts of n-grams, judged on sentence patterns it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..learn import grams
from ..learn.features import SLOTS
from ..normalize import fold_many
from .likeness import alike
from .sentences import Sentence

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Settings:
    """How a model is trained.

    ``penalty``: the C of the regression, the larger the freer; ``least``: in how many sentences an n-gram stands at
    least, and ``most``: how many n-grams are kept, those that say most; ``folds``: parts of the cross-validation, each
    of whole constructs. What counts as found is one probability for all categories, because they are calibrated: the
    lowest at which at most the share ``clean`` of the sentences without a label has anything found, each judged by a
    model that saw no sentence of its construct. A category has no threshold where fewer than ``fewest`` are found from
    there on, or less than ``worst`` of them is right.
    """

    seed: int = 0
    penalty: float = 1.0
    least: int = 3
    most: int = 65_000
    folds: int = 5
    clean: float = 0.005
    worst: float = 0.7
    fewest: int = 10


class Weights(NamedTuple):
    """Linear weights: of the n-grams in ``slots`` (rows) for each category (columns), and what is added."""

    slots: NDArray[np.int64]
    weights: Floats
    bias: Floats


class Data(NamedTuple):
    """Sentences as numbers: counts of n-grams (sparse), and for each category what is known and what is so."""

    counts: Any
    judged: Bools
    labelled: Bools
    groups: NDArray[np.int64]


def grouped(sentences: Sequence[Sentence], sources: Sequence[str]) -> list[int]:
    """Return a number for each sentence, the same for those that are held out together.

    That is a construct of one source, or where none is given what is alike (see ``alike``), whatever the source.
    """
    like = iter(alike([one.text for one in sentences if one.construct is None]))
    numbers: dict[tuple[str, str | int], int] = {}
    keys = [
        ("", next(like)) if one.construct is None else (source, one.construct)
        for source, one in zip(sources, sentences, strict=True)
    ]
    return [numbers.setdefault(key, len(numbers)) for key in keys]


def as_data(sentences: Sequence[Sentence], groups: Sequence[int], categories: Sequence[str]) -> Data:
    """Return sentences as numbers; ``groups`` says which are held out together (see ``grouped``)."""
    from scipy.sparse import csr_matrix

    folded = fold_many([sentence.text for sentence in sentences])
    found = grams(folded.codes)
    lengths = np.diff(np.append(found.starts, found.slots.shape[1]))
    rows = np.repeat(np.arange(len(sentences)), lengths)
    order, at = np.nonzero(found.slots)
    where = rows[at], found.slots[order, at].astype(np.int64)
    return Data(
        csr_matrix((np.ones(len(at)), where), shape=(len(sentences), SLOTS)),
        np.array([[name in sentence.judged for name in categories] for sentence in sentences]),
        np.array([[name in sentence.labels for name in categories] for sentence in sentences]),
        np.array(groups),
    )


def fit(data: Data, part: Bools, settings: Settings) -> Weights:
    """Fit the weights on a part of the sentences; kept are the n-grams that say most, weight by number of sentences."""
    from sklearn.linear_model import LogisticRegression

    sentences = np.bincount(data.counts[part].indices, minlength=SLOTS)
    slots = np.flatnonzero(sentences >= settings.least)
    counts = data.counts[:, slots]
    weights, bias = np.zeros((len(slots), data.labelled.shape[1])), np.zeros(data.labelled.shape[1])
    for column in range(data.labelled.shape[1]):
        use = part & data.judged[:, column]
        model = LogisticRegression(C=settings.penalty, solver="liblinear", random_state=settings.seed)
        model.fit(counts[use], data.labelled[use, column])
        weights[:, column], bias[column] = model.coef_[0], model.intercept_[0]
    said = np.linalg.norm(weights, axis=1) * np.sqrt(sentences[slots])
    kept = np.sort(np.argsort(-said, kind="stable")[: settings.most])
    return Weights(slots[kept], weights[kept], bias)


def held_out(data: Data, settings: Settings) -> Floats:
    """Return for each sentence and category the log-odds of a model that has seen no sentence of its construct."""
    from sklearn.model_selection import GroupKFold

    odds = np.zeros(data.labelled.shape)
    folds = GroupKFold(settings.folds, shuffle=True, random_state=settings.seed)
    for train, test in folds.split(odds, groups=data.groups):
        part = np.zeros(len(odds), bool)
        part[train] = True
        fitted = fit(data, part, settings)
        odds[test] = data.counts[test][:, fitted.slots] @ fitted.weights + fitted.bias
    return odds


def calibrate(odds: Floats, data: Data) -> tuple[Floats, Floats]:
    """Return for each category slope and offset that make probabilities of log-odds (Platt 1999)."""
    from sklearn.linear_model import LogisticRegression

    slopes, offsets = [], []
    for column in range(odds.shape[1]):
        use = data.judged[:, column]
        model = LogisticRegression(C=1e3).fit(odds[use, column : column + 1], data.labelled[use, column])
        slopes.append(float(model.coef_[0, 0]))
        offsets.append(float(model.intercept_[0]))
    return np.array(slopes), np.array(offsets)
