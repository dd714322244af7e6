"""Batches: conversations in columns, and back."""

from __future__ import annotations

from datetime import datetime

import pytest

from cscheck.batch import Batch
from cscheck.model import Conversation, Turn

AT = datetime(2026, 3, 2, 9, 30)
ONE = Conversation(
    "a",
    (Turn("customer", "喂", 3, None, 0.5, 1.25, AT), Turn("agent", "", 7, "7001", None, None, None)),
    "call",
    {"queue": "售后"},
)
NONE = Conversation("b", ())
TWO = Conversation(
    "c", (Turn("agent", "一\0二", 0, "7002"), Turn("agent", "好", 1), Turn("agent", "是", 2, "7001")), None
)


def columns(batch: Batch) -> Batch:
    """Return a batch that remembers nothing but its columns."""
    return Batch(**{**vars(batch), "given": ()})


def test_columns_give_the_conversations_back() -> None:
    """What was made of conversations gives them back, empty turns and conversations and separators inside included."""
    assert list(columns(Batch.of([ONE, NONE, TWO]))) == [ONE, NONE, TWO]


def test_no_conversations_are_an_empty_batch() -> None:
    """A batch of nothing has no turns."""
    assert (list(Batch.of([])), Batch.of([]).turns, len(Batch.of([]))) == ([], 0, 0)


def test_each_conversation_knows_its_agents() -> None:
    """One who speaks alone is named by number, none by -1, several by None."""
    batch = Batch.of([ONE, NONE, TWO])
    assert [None if one is None else batch.agent_names[one] if one >= 0 else "" for one in batch.alone] == [
        "7001",
        "",
        None,
    ]


@pytest.mark.parametrize(("side", "seconds"), [("start", [0.5, None]), ("end", [1.25, None])])
def test_times_that_are_not_known_are_none(side: str, seconds: list[float | None]) -> None:
    """A time that a turn lacks is no number."""
    assert Batch.of([ONE]).seconds(side, 0, 2) == seconds  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("starts", "end", "vague"),
    [
        ([0.0, 0.0, 60.0], None, 60.0),
        ([0.0, None, 60.0, 119.9999], 180.0, 60.0),
        ([0.0, None, 60.0], None, 0.0),
        ([0.0, 60.0, 121.0], None, 0.0),
        ([0.0, 60.0, 120.0], 133.0, 0.0),
        ([None], None, 0.0),
    ],
)
def test_three_times_that_are_whole_minutes_tell_no_seconds(
    starts: list[float | None], end: float | None, vague: float
) -> None:
    """A clock of minutes leaves a minute open between two turns; one time with seconds shows that it has them."""
    turns = [Turn("agent", "好", at, None, start) for at, start in enumerate(starts)]
    turns[-1] = turns[-1]._replace(end=end)
    assert Batch.of([ONE, Conversation("m", tuple(turns)), NONE]).vague.tolist() == [0.0, vague, 0.0]
