"""Pickles of compiled rules."""

from __future__ import annotations

import numpy as np

from cscheck.learn import Model
from cscheck.learn.model import assemble
from cscheck.operators.learned import shipped
from cscheck.pickled import pickled, unpickled
from cscheck.repair import compile_repairs


def test_marks_take_a_bit_each() -> None:
    """Arrays come back as they were, those of marks in an eighth of the bytes."""
    marks, numbers = np.arange(80_000).reshape(2, 5, 8_000) % 7 == 0, np.arange(9, dtype=np.uint16)
    data = pickled((marks, numbers))
    found = unpickled(data)
    assert len(data) < 10_500
    assert [one.dtype for one in found] == [bool, np.uint16]
    assert np.array_equal(found[0], marks)
    assert np.array_equal(found[1], numbers)


def test_repairs_come_back() -> None:
    """Disguises are compiled again, what is heard as what comes back; both read alike."""
    first = compile_repairs(["微信", "保证"])
    found = unpickled(pickled(first))
    assert [one.found for one in found.shapes.splits] == [one.found for one in first.shapes.splits]
    assert np.array_equal(found.sounds.words, first.sounds.words)


def test_the_shipped_model_is_that_of_the_process() -> None:
    """It is in no pickle; a model of one's own comes back with its weights."""
    slots, card = np.array([5], np.uint32), {"categories": {"promise": {"slope": 1, "offset": 0, "threshold": 0.5}}}
    own = assemble(card, slots, np.array([[3]], np.int8))
    data = pickled(shipped())
    assert len(data) < 200
    assert unpickled(data) is shipped()
    found = unpickled(pickled(own))
    assert isinstance(found, Model)
    assert found.rows[5] == 1


def test_what_is_no_pickle_is_nothing() -> None:
    """Whatever else stands there is passed over."""
    whole = pickled((1, "two"))
    for data in (None, b"", b"rules", whole[:-3], b"cnone\nnone\n."):
        assert unpickled(data) is None
