"""The time of a conversation that is the clock of its turns."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from cscheck.readers import ColumnMapping
from cscheck.readers.dates import NoDate
from cscheck.readers.years import NoYear

Load = Callable[..., tuple[list[dict[str, Any]], list[dict[str, Any]]]]
HEAD = "会话ID,角色,内容,{}\n"
TALK = "1,客服,您好,{}\n1,客户,在吗,{}\n1,客服,在的,{}\n2,客服,您好,{}\n2,客户,嗯,{}\n"


def sent(turns: list[dict[str, Any]]) -> list[datetime | None]:
    """Return when the turns were sent."""
    return [turn["sent_at"] for turn in turns]


@pytest.mark.parametrize("column", ["日期", "通话时间", "发生时间", "会话时间"])
def test_a_date_with_a_clock_that_changes(load: Load, column: str) -> None:
    """Where it is the only time, and changes within conversations, it is the time of the turns."""
    days = [f"2026-09-03 14:{minute}" for minute in (20, 20, 21)] + ["2026-09-04 9:00", "2026-09-04 9:01"]
    turns, rejects = load("a.csv", HEAD.format(column) + TALK.format(*days))
    assert rejects == []
    assert sent(turns)[1:4] == [
        datetime(2026, 9, 3, 14, 20),
        datetime(2026, 9, 3, 14, 21),
        datetime(2026, 9, 4, 9, 0),
    ]
    assert turns[0]["meta"] is None


def test_without_its_year(load: Load) -> None:
    """The title above the table gives the year, as of any time of turns."""
    days = ["9月3日 14:20", "9月3日 14:21", "9月3日 14:22", "9月4日 9:00", "9月4日 9:01"]
    with pytest.warns(NoYear, match="'日期' have no year: taken was 2026, by what the file is called"):
        turns, _ = load("a.csv", f"售后部2026年9月抽样,,,\n{HEAD.format('日期')}{TALK.format(*days)}")
    assert sent(turns)[2] == datetime(2026, 9, 3, 14, 22)


@pytest.mark.parametrize(
    "days",
    [
        ["2026-09-03 14:20"] * 3 + ["2026-09-04 9:00"] * 2,
        ["2026-09-03", "2026-09-04", "2026-09-05", "2026-09-03", "2026-09-04"],
        ["2026-09-03 14:20", "2026-09-03 14:20", "2026-09-05 10:00", "2026-09-03 9:00", "2026-09-04 9:00"],
    ],
)
def test_what_stays_the_time_of_the_conversation(load: Load, days: list[str]) -> None:
    """What does not change, has no clock or is days apart (calls of one case) is no clock of turns."""
    turns, _ = load("a.csv", HEAD.format("日期") + TALK.format(*days))
    assert sent(turns) == [None] * 5
    assert json.loads(turns[0]["meta"])["started_at"].startswith("2026-09-03")


def test_a_time_of_the_conversation_that_is_no_date(load: Load) -> None:
    """Where one of the changing times is no date they stay those of the conversation, and the value is told."""
    days = ["2026-09-03 14:20", "2026-09-03 14:21", "不详", "2026-09-03 9:00", "2026-09-03 9:01"]
    with pytest.warns(NoDate, match="^a.csv:4: '不详' in '日期' is no date"):
        turns, _ = load("a.csv", HEAD.format("日期") + TALK.format(*days))
    assert sent(turns) == [None] * 5
    assert json.loads(turns[0]["meta"])["started_at"] == "2026-09-03 14:20"


def test_beside_another_time(load: Load) -> None:
    """Where another column has times of turns, or a mapping says what the column is, nothing is moved."""
    rows = "1,客服,您好,2026-09-03 14:20\n1,客户,在吗,2026-09-03 14:21\n"
    turns, _ = load("a.csv", HEAD.format("日期") + rows, ColumnMapping({"started_at": "日期"}))
    assert sent(turns) == [None, None]
    turns, _ = load("b.csv", HEAD.format("日期,开始") + rows.replace(":20\n", ":20,1\n").replace(":21\n", ":21,5\n"))
    assert [turn["start"] for turn in turns] == [1.0, 5.0]
    assert sent(turns) == [None, None]
