"""Times without a year."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from cscheck.readers.years import NoYear

Load = Callable[..., tuple[list[dict[str, Any]], list[dict[str, Any]]]]
HEAD = "会话ID,角色,内容,发送时间\n"


@pytest.mark.parametrize(
    ("name", "text", "moment"),
    [
        ("2026年9月.csv", "09-03 14:20", datetime(2026, 9, 3, 14, 20)),
        ("聊天20260930.csv", "9月3日 14:20:05", datetime(2026, 9, 3, 14, 20, 5)),
        ("2026-09_在线.csv", "9/3 下午2:20", datetime(2026, 9, 3, 14, 20)),
        ("2027-01.csv", "12-31 23:59", datetime(2026, 12, 31, 23, 59)),
        ("2026年质检.csv", "02-03 9:00", datetime(2026, 2, 3, 9, 0)),
    ],
)
def test_the_file_tells_the_year(load: Load, name: str, text: str, moment: datetime) -> None:
    """The month or year in the name of the file gives the year, and that is told."""
    with pytest.warns(NoYear) as told:
        turns, rejects = load(name, f"{HEAD}1,客服,您好,{text}\n")
    assert ([turn["sent_at"] for turn in turns], rejects) == ([moment], [])
    assert str(told[0].message) == (
        f"{name}: times in '发送时间' have no year: taken was {moment.year}, by what the file is called"
    )


def test_the_title_tells_the_year(load: Load) -> None:
    """So does the title above the table."""
    with pytest.warns(NoYear, match="2026"):
        turns, _ = load("a.csv", f"2026年9月会话明细,,,\n{HEAD}1,客服,您好,09-03 14:20\n")
    assert turns[0]["sent_at"] == datetime(2026, 9, 3, 14, 20)


def test_the_row_tells_the_year(load: Load) -> None:
    """The date of the conversation gives the year, also past New Year; it goes before the name of the file."""
    rows = "会话ID,角色,内容,发送时间,通话日期\n1,客服,您好,12-31 23:59,2026-12-31\n1,客服,好,01-01 0:01,2026-12-31\n"
    with pytest.warns(NoYear, match="taken was 2026, 2027, by the date of the conversation"):
        turns, _ = load("2020年.csv", rows)
    assert [turn["sent_at"] for turn in turns] == [datetime(2026, 12, 31, 23, 59), datetime(2027, 1, 1, 0, 1)]


@pytest.mark.parametrize("name", ["a.csv", "20261231.csv", "2025年2026年.csv", "工单20269999.csv"])
def test_where_nothing_tells_the_year(load: Load, name: str) -> None:
    """Without a year, or with several that it may be, only distances are kept, over midnight too, and that is told."""
    rows = "1,客服,好,09-04 00:10\n1,客服,您好,09-03 23:50\n2,客服,您好,02-03 9:00\n2,客服,好,02-05 9:30\n"
    with pytest.warns(NoYear, match="and nothing tells it"):
        turns, rejects = load(name, HEAD + rows)
    assert [(turn["start"], turn["sent_at"]) for turn in turns][2:] == [(0.0, None), (2 * 86_400 + 1_800.0, None)]
    starts = [turn["start"] for turn in turns][:2]
    assert starts[0] - starts[1] == 1_200.0
    assert rejects == []


def test_a_date_of_the_row_that_does_not_fit(load: Load) -> None:
    """A time that is months away from the date of its conversation is rejected, not guessed."""
    rows = "会话ID,角色,内容,发送时间,通话日期\n1,客服,您好,03-03 9:00,2026-09-03\n1,客服,好,09-03 9:00,2026-09-03\n"
    with pytest.warns(NoYear, match="2026, by the date of the conversation"):
        turns, rejects = load("a.csv", rows + "1,客服,在,2026-09-03 10:00,2026-09-03\n")
    assert [turn["text"] for turn in turns] == ["好", "在"]
    assert [row["reason"].partition(" in ")[0] for row in rejects] == ["the time '03-03 9:00'"]


def test_one_conversation_without_a_date_costs_no_other_its_own(load: Load) -> None:
    """The date may stand in one row of a conversation; where it stands in none, only distances count, there alone."""
    rows = "会话ID,角色,内容,发送时间,通话日期\n1,客服,您好,09-03 9:00,2026-09-03\n1,客户,在,09-03 9:01,\n"
    with pytest.warns(NoYear):
        turns, rejects = load("a.csv", rows + "2,客服,好,09-04 9:00,\n2,客户,嗯,09-04 9:02,\n")
    assert rejects == []
    assert [turn["sent_at"] for turn in turns[:2]] == [datetime(2026, 9, 3, 9), datetime(2026, 9, 3, 9, 1)]
    assert [turn["sent_at"] for turn in turns[2:]] == [None, None]
    assert turns[3]["start"] - turns[2]["start"] == 120


def test_whole_dates_are_left_alone(load: Load) -> None:
    """Dates with a year, clocks and offsets are what they were, whatever the file is called."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        turns, _ = load("2020年.csv", HEAD + "1,客服,您好,2026-09-03 14:20\n2,客服,您好,14:20\n2,客服,好,14:21\n")
    assert turns[0]["sent_at"] == datetime(2026, 9, 3, 14, 20)


@pytest.mark.parametrize(
    "cell",
    [
        "[09-03 14:20] 客服：您好\n[09-03 14:21] 客户：在吗",
        "客服 9月3日 14:20\n您好\n客户 9月3日 14:21\n在吗",
        "9/3 14:20 客服：您好\n9/3 14:21 客户：在吗",
        "李女士 09-03 14:20:00\n您好\n客户 09-03 14:21:00\n在吗",
    ],
)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_lines_of_talk(load: Load, cell: str) -> None:
    """Lines of talk may have such times, before the speaker or behind."""
    turns, rejects = load("2026年9月.csv", f'会话ID,坐席,聊天记录\n1,李女士,"{cell}"\n')
    moments = [datetime(2026, 9, 3, 14, 20), datetime(2026, 9, 3, 14, 21)]
    assert [(turn["role"], turn["sent_at"]) for turn in turns] == list(zip(["agent", "customer"], moments, strict=True))
    assert rejects == []


def test_a_day_within_a_text(load: Load) -> None:
    """A line of a text that begins with a day and names a thing is none of a speaker."""
    cell = "客服：安排如下\n9月3日 14:00 师傅上门：请留人\n1.10:30 到\n客户：好"
    turns, rejects = load("a.csv", f'会话ID,坐席,聊天记录\n1,7,"{cell}"\n')
    assert [turn["text"] for turn in turns] == ["安排如下\n9月3日 14:00 师傅上门：请留人\n1.10:30 到", "好"]
    assert rejects == []


@pytest.mark.parametrize(("day", "read"), [("9月3日 14:20", "2026-09-03 14:20:00"), ("9/3", "2026-09-03 00:00:00")])
def test_the_date_of_the_conversation(load: Load, day: str, read: str) -> None:
    """A date of the conversation without its year gets it from title or name as times do, also one without an hour."""
    with pytest.warns(NoYear, match="'通话日期' have no year: taken was 2026, by what the file is called"):
        turns, _ = load("2026年9月.csv", f"会话ID,角色,内容,通话日期\n1,客服,您好,{day}\n")
    assert turns[0]["meta"] == f'{{"started_at":"{read}"}}'


def test_the_date_of_the_conversation_whose_year_nothing_tells(load: Load) -> None:
    """It stays as it is, and that is told."""
    with pytest.warns(NoYear, match="and nothing tells it .*: the weeks of conversations are unknown"):
        turns, _ = load("a.csv", "会话ID,角色,内容,日期\n1,客服,您好,9月3日 14:20\n")
    assert turns[0]["meta"] == '{"started_at":"9月3日 14:20"}'


def test_every_source_of_a_year_is_told(load: Load) -> None:
    """Of two conversations one has a date, the other goes by the file's name: both are told, each with its year."""
    rows = "会话ID,角色,内容,发送时间,通话日期\n1,客服,您好,09-03 9:00,2025-09-03\n2,客服,好,09-04 9:00,\n"
    with pytest.warns(NoYear) as told:
        turns, _ = load("2026年9月.csv", rows)
    assert [turn["sent_at"].year for turn in turns] == [2025, 2026]
    assert [(one.message.source, one.message.years) for one in told if isinstance(one.message, NoYear)] == [
        ("the date of the conversation", (2025,)),
        ("what the file is called", (2026,)),
    ]
