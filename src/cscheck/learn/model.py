"""The model: a weight for each n-gram and category, and what sums of weights mean as probabilities."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..checks import endless
from ..errors import InputError, Problem
from .features import SLOTS, Codes, Offsets, grams

_SURE = 50.0  # log-odds beyond which a probability is 0 or 1
_SHARE = 0.4  # of the strongest character's weight, from which on a character is called decisive


@dataclass(frozen=True, eq=False)
class Model:
    """A trained model, immutable.

    ``rows`` gives for each slot of the hash table its row in ``weights``, of which row 0 is nothing; ``weights`` has a
    column for each category, as whole numbers. The probability of a category is logistic in ``slope`` times the sum of
    weights plus ``offset``. ``thresholds`` is from where on a category is found, None where the model is not sure
    enough of it at any probability. ``card`` says what the model was trained on and how well it does.
    """

    categories: tuple[str, ...]
    rows: NDArray[np.uint16]
    weights: NDArray[np.int8]
    slope: NDArray[np.float64]
    offset: NDArray[np.float64]
    thresholds: tuple[float | None, ...]
    card: Mapping[str, Any]


def score(model: Model, codes: Codes, bounds: Offsets) -> NDArray[np.float32]:
    """Return the probability of each category (columns, as ``model.categories``) in each turn (rows), from 0 to 1.

    Args:
        model: the model.
        codes: code points of folded turns joined by NUL, as ``FoldedBatch.codes``.
        bounds: the start of each turn, and one more, as ``FoldedBatch.starts``.
    """
    if len(bounds) < 2:
        return np.zeros((0, len(model.categories)), np.float32)
    slots, starts, _ = grams(codes)
    weights = np.zeros((slots.shape[1], len(model.categories)), np.int16)
    for order in slots:
        weights += model.weights.take(model.rows.take(order), axis=0)
    sums = np.add.reduceat(weights, starts, axis=0, dtype=np.int32)
    odds = np.clip(sums * model.slope + model.offset, -_SURE, _SURE)
    return (1 / (1 + np.exp(-odds))).astype(np.float32)


def decisive(model: Model, codes: Codes, columns: Sequence[int]) -> list[list[tuple[int, int, float]]]:
    """Return for each folded turn the stretches that speak for a category, the strongest first: (start, end, weight).

    The weight of an n-gram is shared by its characters; stretches are neighbouring characters whose share is not far
    below the strongest one's. Weights are log-odds, places those of the turn.

    Args:
        model: the model.
        codes: code points of folded turns joined by NUL, as ``FoldedBatch.codes``.
        columns: the number of the category that is asked for in each turn.
    """
    slots, starts, places = grams(codes)
    turns = np.repeat(np.arange(len(starts)), np.diff(starts, append=slots.shape[1]))
    asked = np.asarray(columns)[turns]
    shares = np.zeros(slots.shape[1] + len(slots))
    for order, row in enumerate(slots, 1):
        weights = model.weights[model.rows.take(row), asked] * model.slope[asked] / order
        for step in range(order):
            shares[step : step + len(weights)] += weights
    shares = shares[: slots.shape[1]]
    shares[starts] = 0  # the edges are no characters; so no stretch goes from turn to turn
    strong = shares > (_SHARE * np.maximum.reduceat(shares, starts))[turns]
    found: list[list[tuple[int, int, float]]] = [[] for _ in starts]
    for low, high in np.flatnonzero(np.diff(strong, prepend=False, append=False)).reshape(-1, 2).tolist():
        first = places[starts[turns[low]]]
        stretch = int(places[low] - first), int(places[high - 1] + 1 - first), float(shares[low:high].sum())
        found[turns[low]].append(stretch)
    return [sorted(spans, key=lambda span: (-span[2], span[0])) for spans in found]


def assemble(card: Mapping[str, Any], slots: NDArray[np.uint32], weights: NDArray[np.int8]) -> Model:
    """Return the model of a card and of the weights (rows) of n-grams in ``slots``.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: the parts do not fit together.
    """
    named = card["categories"]
    if slots.dtype != np.uint32 or slots.ndim != 1 or weights.dtype != np.int8 or len(np.unique(slots)) < len(slots):
        raise ValueError(f"slots of type {slots.dtype}, or some of them twice, or weights of type {weights.dtype}")
    if weights.shape != (len(slots), len(named)) or not 0 < len(slots) < 1 << 16 or not 0 < slots.max() < SLOTS:
        raise ValueError(f"weights of shape {weights.shape} for {len(slots)} n-grams and {len(named)} categories")
    rows = np.zeros(SLOTS, np.uint16)
    rows[slots] = np.arange(1, len(slots) + 1)
    return Model(
        tuple(named),
        rows,
        np.concatenate((np.zeros((1, len(named)), np.int8), weights)),
        np.array([_finite(one["slope"]) for one in named.values()]),
        np.array([_finite(one["offset"]) for one in named.values()]),
        tuple(None if one["threshold"] is None else _finite(one["threshold"]) for one in named.values()),
        card,
    )


def _finite(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError(f"{value!r} is no number")
    return float(value)


def save_model(model: Model, path: Path) -> None:
    """Write a model as ``path`` (.npz: weights) and its card beside it (.json); the same model gives the same bytes.

    Raises:
        InputError: I163, the files cannot be written.
    """
    used = np.flatnonzero(model.rows)
    slots, weights = used.astype(np.uint32), model.weights[model.rows[used]]
    data = BytesIO()
    np.savez_compressed(data, allow_pickle=False, slots=slots, weights=weights)
    card = {**model.card, "weights_sha256": sha256(data.getvalue()).hexdigest()}
    try:
        path.write_bytes(data.getvalue())
        path.with_suffix(".json").write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", "utf-8")
    except OSError as error:
        raise InputError(Problem(str(path), 0, 0, "I163", f"the model cannot be written: {error.strerror}")) from None


def load_model(path: Path) -> Model:
    """Read a model and its card.

    Raises:
        InputError: I101, a file cannot be read; I160, it is no model, or card and weights do not belong together.
    """
    beside = path.with_suffix(".json")
    try:
        if endless(path) or endless(beside):
            raise InputError(Problem(str(path), 0, 0, "I101", "the model or its card is a device or pipe: give a file"))
        data, card = path.read_bytes(), json.loads(beside.read_text("utf-8"))
        if card["weights_sha256"] != sha256(data).hexdigest():
            raise InputError(Problem(str(path), 0, 0, "I160", f"the weights are not those of the card {beside.name}"))
        with np.load(BytesIO(data), allow_pickle=False) as arrays:
            slots, weights = arrays["slots"], arrays["weights"]
        return assemble(card, slots, weights)
    except InputError:
        raise
    except OSError as error:
        if error.errno is not None:
            raise InputError(Problem(str(path), 0, 0, "I101", f"the model cannot be read: {error.strerror}")) from None
        raise _foreign(path, error) from None
    except Exception as error:  # whatever stands in the files, and there is no end of ways to damage them
        raise _foreign(path, error) from None


def _foreign(path: Path, error: Exception) -> InputError:
    message = f"this is no model that cscheck train wrote ({error!r}); train it again"
    return InputError(Problem(str(path), 0, 0, "I160", message))
