"""Training a model, and its card (模型卡): what it was trained on, how it was trained, and how well it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError, Problem
from ..learn.model import Model, assemble
from .fit import Bools, Data, Floats, Settings, Weights, as_data, calibrate, fit, grouped, held_out
from .sentences import Sentence

FORMAT = 1
FEWEST_CONSTRUCTS = 10  # with sentences of a category, so that some can be held out and some learned
_MEANING = (
    "held_out: each sentence judged by a model that saw no sentence of its construct (句式); sentences without a "
    "construct (by_likeness) are held out with those that are like them, which is a guess. probability: calibrated on "
    "these. threshold: from where on found; null: not sure enough. clean: sentences without a label."
)


def train(files: Mapping[Path, Sequence[Sentence]], date: str, settings: Settings | None = None) -> Model:
    """Train a model.

    Args:
        files: labelled sentences by the file they stand in (see ``read_sentences``).
        date: what the card gives as the day of training; the clock is not asked.
        settings: how it is trained.

    Returns:
        the model with its card; the same sentences and settings give the same model.

    Raises:
        InputError: I162, no category has sentences in enough constructs, for and against. A category that has not is
            left out.
    """
    settings = settings or Settings()
    pairs = [(path.name, sentence) for path, sentences in sorted(files.items()) for sentence in sentences]
    sources, sentences = [name for name, _ in pairs], [sentence for _, sentence in pairs]
    groups = grouped(sentences, sources)
    constructs = _constructs(sentences, groups)
    categories = [name for name, numbers in constructs.items() if min(numbers) >= FEWEST_CONSTRUCTS]
    if not categories:
        raise InputError(Problem(", ".join(map(str, sorted(files))), 0, 0, "I162", _too_few(constructs)))
    data = as_data(sentences, groups, categories)
    odds = held_out(data, settings)
    slope, offset = calibrate(odds, data)
    fitted = fit(data, np.ones(len(sentences), bool), settings)
    steps, weights = _whole(fitted)
    sure = 1 / (1 + np.exp(-(odds * slope + offset)))
    thresholds = _thresholds(sure, data, settings)
    learned = _learned(data, sure, thresholds, slope * steps, slope * fitted.bias + offset)
    card = {
        "format": FORMAT,
        "date": date,
        "sentences": len(sentences),
        "constructs": max(groups) + 1,
        "by_likeness": sum(one.construct is None for one in sentences),
        "ngrams": len(weights),
        "settings": asdict(settings),
        "meaning": _MEANING,
        "held_out": _overall(sure, thresholds, data),
        "categories": dict(zip(categories, learned, strict=True)),
        "left_out": {name: list(numbers) for name, numbers in constructs.items() if name not in categories},
        "data": [*_sources(files, {*zip(sources, groups, strict=True)})],
    }
    return assemble(card, fitted.slots.astype(np.uint32), weights)


def _learned(
    data: Data, sure: Floats, thresholds: Sequence[float | None], slopes: Floats, offsets: Floats
) -> Iterator[dict[str, Any]]:
    """Yield what the card tells of each category, in the order of its columns."""
    for k, threshold in enumerate(thresholds):
        yield {
            "threshold": threshold,
            "slope": float(slopes[k]),
            "offset": float(offsets[k]),
            "sentences": int(data.labelled[:, k].sum()),
            "held_out": _figures(sure[:, k], threshold, data, k),
        }


def _constructs(sentences: Sequence[Sentence], groups: Sequence[int]) -> dict[str, tuple[int, int]]:
    """Return for each category that some sentence has in how many constructs there are sentences for it and against."""
    given = list(zip(sentences, groups, strict=True))
    return {
        name: (
            len({group for one, group in given if name in one.labels}),
            len({group for one, group in given if name in one.judged - one.labels}),
        )
        for name in sorted(frozenset[str]().union(*(one.labels for one in sentences)))
    }


def _too_few(constructs: Mapping[str, tuple[int, int]]) -> str:
    found = "; ".join(f"{name}: {has} with it, {lacks} without" for name, (has, lacks) in constructs.items())
    need = (
        f"a category needs sentences of {FEWEST_CONSTRUCTS} constructs (句式) with it and {FEWEST_CONSTRUCTS} without"
    )
    return f"too few sentences to learn from: {need} (found {found or 'no category'})"


def _whole(fitted: Weights) -> tuple[Floats, np.ndarray[Any, np.dtype[np.int8]]]:
    """Return the weights as whole numbers from -127 to 127, and what one step is worth in each category."""
    steps = np.maximum(np.abs(fitted.weights).max(axis=0), 1e-9) / 127
    return steps, np.rint(fitted.weights / steps).astype(np.int8)


def _thresholds(sure: Floats, data: Data, settings: Settings) -> list[float | None]:
    """Return for each category the probability, in hundredths, from which on it is found, or None."""
    clean = ~data.labelled.any(axis=1)
    for hundredth in range(50, 100):
        found = (sure >= hundredth / 100) & data.judged
        if found.any() and clean.any() and found[clean].any(axis=1).mean() <= settings.clean:
            number, right = found.sum(axis=0), (found & data.labelled).sum(axis=0)
            good = (number >= settings.fewest) & (right >= settings.worst * number)
            return [hundredth / 100 if one else None for one in good.tolist()]
    return [None] * sure.shape[1]


def _figures(sure: Floats, threshold: float | None, data: Data, column: int) -> dict[str, float | int | None]:
    from sklearn.metrics import average_precision_score

    use = data.judged[:, column]
    sure, right = sure[use], data.labelled[use, column]
    found = sure >= (2 if threshold is None else threshold)
    return {
        "average_precision": round(float(average_precision_score(right, sure)), 3),
        "found": int(found.sum()),
        "precision": round(float(right[found].mean()), 3) if found.any() else None,
        "recall": round(float(found[right].mean()), 3),
    }


def _overall(sure: Floats, thresholds: Sequence[float | None], data: Data) -> dict[str, float | None]:
    """Return micro averages at the thresholds, and the share of clean sentences in which anything is found.

    None where nothing was found or there is no clean sentence.
    """
    found = (sure >= np.array([2 if one is None else one for one in thresholds])) & data.judged
    clean = ~data.labelled.any(axis=1)
    return {
        "precision": _share(data.labelled, found),
        "recall": _share(found, data.labelled),
        "clean_found": round(float(found[clean].any(axis=1).mean()), 4) if clean.any() else None,
        "f1_at_half": _f1(sure >= 0.5, data),
    }


def _share(what: Bools, among: Bools) -> float | None:
    return round(float(what[among].mean()), 3) if among.any() else None


def _f1(found: Bools, data: Data) -> float:
    found = found & data.judged
    both = int((found & data.labelled).sum())
    return round(2 * both / max(int(found.sum() + data.labelled.sum()), 1), 3)


def _sources(
    files: Mapping[Path, Sequence[Sentence]], constructs: Iterable[tuple[str, int]]
) -> Iterator[dict[str, str | int]]:
    """Yield what the card tells of each file, by the constructs that stand in each (by its name)."""
    held = Counter(name for name, _ in constructs)
    for path in sorted(files):
        yield {
            "file": path.name,
            "sha256": sha256(path.read_bytes()).hexdigest(),
            "sentences": len(files[path]),
            "constructs": held[path.name],
        }
