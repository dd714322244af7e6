"""``grams``: the n-grams of many folded turns at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cscheck.learn.features import grams
from cscheck.normalize import fold_many


def of(text: str) -> list[list[int]]:
    """The slots of one turn, sorted, order by order; empty slots are left out."""
    (found,) = each([text])
    return found


def each(texts: list[str]) -> list[list[list[int]]]:
    """The same for turns that are looked at together."""
    found = grams(fold_many(texts).codes)
    ends = [*found.starts[1:], found.slots.shape[1]]
    return [
        [sorted(row[low:high][row[low:high] > 0].tolist()) for row in found.slots]
        for low, high in zip(found.starts, ends, strict=True)
    ]


def test_orders() -> None:
    """保证 has its two characters and the edge, the pairs ^保, 保证 and 证$, and the triples ^保证 and 保证$."""
    assert [len(order) for order in of("保证")] == [3, 3, 2]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("保证三天到", "保證３天，到！"),  # script, width, punctuation; 三 and 3 differ, so they do not stand here
        ("满20减5", "满99减1"),  # figures are one character
    ],
)
def test_what_is_alike(left: str, right: str) -> None:
    """Turns that differ only in script, width, punctuation or figures share their n-grams."""
    assert of(left.replace("三", "3")) == of(right)


def test_a_character_counts_once() -> None:
    """A stutter adds pairs and triples, and no single character."""
    assert of("退退退不了")[0] == of("退不了")[0]
    assert len(of("退退退不了")[1]) > len(of("退不了")[1])


def test_characters_count_once_among_many_turns() -> None:
    """However many turns are looked at together, each repeated character is seen."""
    texts = [f"{chr(0x4E00 + n % 2000)}好{chr(0x4E00 + n % 2000)}" for n in range(60_000)]
    found = grams(fold_many(texts).codes)
    assert np.add.reduceat(found.slots[0] > 0, found.starts, dtype=np.int64).tolist() == [3] * 60_000


def test_order_matters() -> None:
    """Pairs know what comes first."""
    assert of("不退")[0] == of("退不")[0]
    assert of("不退")[1] != of("退不")[1]


@given(st.lists(st.text(st.sampled_from("保证退不了，。 a9\n"), max_size=8), min_size=1, max_size=6))
def test_turns_do_not_touch(texts: list[str]) -> None:
    """A turn has the same n-grams alone and among others."""
    assert each(texts) == [of(text) for text in texts]


def test_places() -> None:
    """Each column knows its character's place in the codes; an edge the place after it."""
    folded = fold_many(["退，款", "好"])
    found = grams(folded.codes)
    assert found.starts.tolist() == [0, 3]
    assert found.places.tolist() == [0, 0, 2, 4, 4]
    assert [chr(folded.codes[place]) for place in found.places[[1, 2, 4]]] == ["退", "款", "好"]


def test_nothing() -> None:
    """An empty turn has an edge and no n-gram of characters."""
    found = grams(np.zeros(0, np.uint32))
    assert found.starts.tolist() == [0]
    assert found.slots.shape == (3, 1)
