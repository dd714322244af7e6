"""A model: what it says of turns, what decided, and its two files."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from cscheck.errors import InputError
from cscheck.learn import Model, decisive, load_model, save_model, score
from cscheck.learn.features import grams
from cscheck.learn.model import assemble
from cscheck.normalize import fold_many


def pair(text: str) -> int:
    """The slot of a pair of characters."""
    return int(grams(fold_many([text]).codes).slots[1, 1])


def made(**weights: int) -> Model:
    """A model of two categories, where pairs of characters speak for or against the first; half is at a sum of 10."""
    names = {"promise": {"slope": 0.1, "offset": -1.0, "threshold": 0.9}}
    names["insult"] = {"slope": 0.1, "offset": -1.0, "threshold": None}
    slots = np.array([pair(text) for text in weights], np.uint32)
    return assemble({"categories": names}, slots, np.array([[one, 0] for one in weights.values()], np.int8))


def test_score() -> None:
    """Each turn has a probability for each category: logistic in the sum of its n-grams' weights."""
    folded = fold_many(["我保证能退", "不保证", "好", ""])
    found = score(made(保证=30, 能退=10, 不保=-40), folded.codes, folded.starts)
    expected = [1 / (1 + np.exp(-x)) for x in (3.0, -2.0, -1.0, -1.0)]
    assert found.dtype == np.float32
    assert found[:, 0].tolist() == pytest.approx(expected, rel=1e-6)
    assert found[:, 1].tolist() == pytest.approx([1 / (1 + np.e)] * 4, rel=1e-6)


def test_a_long_turn_is_certain() -> None:
    """However much speaks against a category, its probability is a number from 0 to 1."""
    folded = fold_many(["保证" * 2000, "不保" * 2000])
    found = score(made(保证=100, 不保=-100), folded.codes, folded.starts)[:, 0]
    assert found.tolist() == [1.0, pytest.approx(0, abs=1e-20)]


def test_no_turns() -> None:
    """No turns have no rows."""
    folded = fold_many([])
    assert score(made(保证=1), folded.codes, folded.starts).shape == (0, 2)


def test_decisive() -> None:
    """What decided are the characters of the weighty n-grams, the strongest first, joined across punctuation."""
    model = made(保证=30, 能退=20, 不好=-20)
    codes = fold_many(["不好说，能退，我保，证"]).codes
    assert decisive(model, codes, [0])[0] == [(8, 11, pytest.approx(3.0)), (4, 6, pytest.approx(2.0))]
    assert decisive(model, codes, [1])[0] == []


def test_decisive_of_many_turns() -> None:
    """What decides in a turn does not depend on the turns that are asked with it; an empty one has nothing."""
    model = made(保证=30, 能退=20, 不好=-20)
    texts = ["我保证", "", "不好说，能退", "证能退保", "退"]
    together = decisive(model, fold_many(texts).codes, [0] * len(texts))
    assert together == [decisive(model, fold_many([text]).codes, [0])[0] for text in texts]
    assert [[span[:2] for span in spans] for spans in together] == [[(1, 3)], [], [(4, 6)], [(1, 3)], []]


def test_what_is_far_weaker_is_not_decisive() -> None:
    """A stretch counts where its characters weigh at least four tenths of the strongest one's."""
    codes = fold_many(["保证能退"]).codes
    assert decisive(made(保证=30, 能退=11), codes, [0])[0] == [(0, 2, pytest.approx(3.0))]
    assert decisive(made(保证=30, 能退=13), codes, [0])[0] == [(0, 4, pytest.approx(4.3))]


def test_files(tmp_path: Path) -> None:
    """A model is read back as it was written, and written twice to the same bytes."""
    model = made(保证=30, 能退=-7)
    for name in ("one.npz", "two.npz"):
        save_model(model, tmp_path / name)
    again = load_model(tmp_path / "one.npz")
    assert (again.categories, again.thresholds) == (("promise", "insult"), (0.9, None))
    assert again.weights[again.rows[[pair("保证"), pair("能退"), pair("不好")]], 0].tolist() == [30, -7, 0]
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


def test_a_card_of_other_weights(tmp_path: Path) -> None:
    """Weights and card that were not written together are refused."""
    save_model(made(保证=30), tmp_path / "one.npz")
    save_model(made(保证=31), tmp_path / "two.npz")
    (tmp_path / "two.json").replace(tmp_path / "one.json")
    with pytest.raises(InputError) as error:
        load_model(tmp_path / "one.npz")
    assert [(one.code, one.message) for one in error.value.problems] == [
        ("I160", "the weights are not those of the card one.json")
    ]


@pytest.mark.parametrize("card", ["[]", "{}", "no json", json.dumps({"weights_sha256": 1})])
def test_no_model(tmp_path: Path, card: str) -> None:
    """A file that no training wrote is refused with its name."""
    (tmp_path / "x.npz").write_bytes(b"weights")
    (tmp_path / "x.json").write_text(card, "utf-8")
    with pytest.raises(InputError) as error:
        load_model(tmp_path / "x.npz")
    assert [(one.path, one.code) for one in error.value.problems] == [(str(tmp_path / "x.npz"), "I160")]


def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    """A missing file is named."""
    with pytest.raises(InputError) as error:
        load_model(tmp_path / "x.npz")
    assert [one.code for one in error.value.problems] == ["I101"]


@pytest.mark.parametrize(
    "change",
    [
        {"categories": ["promise", "insult"]},
        {"categories": {"promise": {"slope": 0.1, "offset": -1.0}, "insult": {}}},
        {"categories": {"promise": 1, "insult": None}},
        {"categories": {name: {"slope": "steep", "offset": -1.0, "threshold": 0.9} for name in ("a", "b")}},
        {"categories": {name: {"slope": 0.1, "offset": -1.0, "threshold": "0.9"} for name in ("a", "b")}},
        {"categories": {name: {"slope": 0.1, "offset": float("nan"), "threshold": None} for name in ("a", "b")}},
    ],
)
def test_a_damaged_card(tmp_path: Path, change: dict[str, object]) -> None:
    """A card that does not say what a model needs is refused, whatever is wrong with it."""
    save_model(made(保证=30), tmp_path / "x.npz")
    card = json.loads((tmp_path / "x.json").read_text("utf-8"))
    (tmp_path / "x.json").write_text(json.dumps(card | change), "utf-8")
    with pytest.raises(InputError) as error:
        load_model(tmp_path / "x.npz")
    assert [one.code for one in error.value.problems] == ["I160"]


@pytest.mark.parametrize("damage", ["truncated", "flipped", "empty", "text"])
def test_damaged_weights(tmp_path: Path, damage: str) -> None:
    """Weights that cannot be read are refused, also where the card names them as they are."""
    save_model(made(保证=30, 能退=-7), tmp_path / "x.npz")
    data = (tmp_path / "x.npz").read_bytes()
    flipped = data[:60] + bytes(255 - byte for byte in data[60:90]) + data[90:]
    data = {"truncated": data[:-40], "flipped": flipped, "empty": b"", "text": b"slots,weights"}[damage]
    card = json.loads((tmp_path / "x.json").read_text("utf-8")) | {"weights_sha256": sha256(data).hexdigest()}
    (tmp_path / "x.npz").write_bytes(data)
    (tmp_path / "x.json").write_text(json.dumps(card), "utf-8")
    with pytest.raises(InputError) as error:
        load_model(tmp_path / "x.npz")
    assert [one.code for one in error.value.problems] == ["I160"]


@pytest.mark.parametrize(
    ("slots", "weights"),
    [([1, 1], [[1, 0], [2, 0]]), ([1], [[1.5, 0]]), ([[1]], [[1, 0]]), ([0], [[1, 0]]), ([], np.zeros((0, 2)))],
)
def test_weights_of_another_kind(slots: list[int], weights: list[list[float]]) -> None:
    """Every n-gram has one row of whole numbers."""
    kind = np.int8 if all(float(one).is_integer() for row in weights for one in row) else np.float64
    with pytest.raises(ValueError, match=r"^(slots of type|weights of shape)"):
        assemble(made(保证=1).card, np.array(slots, np.uint32), np.array(weights, kind))
