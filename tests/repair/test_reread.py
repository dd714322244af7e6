"""Rereading: spans replaced by what they are read as, and every offset still leading to what is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cscheck.normalize import Reading, fold_many
from cscheck.repair.reread import reread


def read(turn: int, start: int, end: int, text: str) -> Reading:
    return Reading(turn, start, end, text, "shape", 0.9)


@pytest.mark.parametrize(
    ("written", "reading", "folded", "found", "original"),
    [
        ("先加微*信再说", (2, 5, "微信"), "先加微信再说", (2, 4), "微*信"),
        ("先加微*信再说", (2, 5, "微信"), "先加微信再说", (1, 4), "加微*信"),
        ("先加微*信再说", (2, 5, "微信"), "先加微信再说", (3, 5), "微*信再"),
        ("具体的加v聊", (4, 5, "微信"), "具体的加微信聊", (3, 6), "加v"),
        ("具体的加v聊", (4, 5, "微信"), "具体的加微信聊", (6, 7), "聊"),
        ("我\u200b给您保\u200b正三天", (3, 5, "保证"), "我给您保证三天", (3, 5), "保\u200b正"),
    ],
)
def test_a_found_span_cuts_what_is_written(
    written: str, reading: tuple[int, int, str], folded: str, found: tuple[int, int], original: str
) -> None:
    """A span of the reading, or a part of it, leads to all that is written there; spans beside it are not touched."""
    batch = reread(fold_many([written]), [read(0, *reading)])
    assert batch.turn(0) == folded
    start, end = batch.original_span(0, *found)
    assert written[start:end] == original


def test_readings_are_kept_by_turn_with_their_new_places() -> None:
    """Each reading names its span in the repaired turn; a later turn is not moved."""
    batch = reread(
        fold_many(["w e i x i n 和 w x", "保正"]),
        [read(0, 0, 11, "微信"), read(0, 14, 17, "微信"), read(1, 0, 2, "保证")],
    )
    assert [batch.turn(0), batch.turn(1)] == ["微信 和 微信", "保证"]
    assert {turn: [(r.start, r.end) for r in found] for turn, found in batch.readings.items()} == {
        0: [(0, 2), (5, 7)],
        1: [(0, 2)],
    }
    assert [one.text for one in batch.readings_at(0, 1, 5)] == ["微信"]
    assert batch.readings_at(0, 2, 5) == []


PIECES = st.sampled_from(["您好", "微*信", "v", "\u200b", "，", "保正", "ＡＢ", "\n", "👍🏻"])


@given(st.lists(st.lists(PIECES, max_size=5).map("".join), min_size=1, max_size=4), st.data())
def test_other_text_keeps_its_places(texts: list[str], data: st.DataObject) -> None:
    """Whatever is read otherwise, each remaining character leads to itself and each reading to what it replaced."""
    batch = fold_many(texts)
    readings, spans = [], []
    for turn in range(len(texts)):
        at = 0
        for _ in range(data.draw(st.integers(0, 2))):
            length = len(batch.turn(turn))
            if at >= length:
                break
            start = data.draw(st.integers(at, length - 1))
            end = data.draw(st.integers(start + 1, length))
            text = data.draw(st.sampled_from(["微信", "支付宝"]))
            readings.append(read(turn, start, end, text))
            spans.append((turn, batch.original_span(turn, start, end)))
            at = end
    repaired = reread(batch, readings)
    assert len(repaired) == len(batch)
    found = [(turn, one) for turn in sorted(repaired.readings) for one in repaired.readings[turn]]
    assert [(turn, repaired.original_span(turn, one.start, one.end)) for turn, one in found] == spans
    assert [repaired.turn(turn)[one.start : one.end] for turn, one in found] == [one.text for one in readings]
    for turn, text in enumerate(texts):
        for place, char in enumerate(repaired.turn(turn)):
            if not repaired.readings_at(turn, place, place + 1):
                start, end = repaired.original_span(turn, place, place + 1)
                assert fold_many([text[start:end]]).turn(0) == char
