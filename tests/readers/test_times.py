"""Times in every shape, and what numbers without a unit mean."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from cscheck.readers import ColumnMapping
from cscheck.readers.moments import read_time
from cscheck.readers.times import take_apart

Load = Callable[..., tuple[list[dict[str, Any]], list[dict[str, Any]]]]


def table(name: str, *values: str) -> str:
    """Return a CSV with one conversation and one column of times."""
    return f"会话ID,角色,内容,{name}\n" + "".join(f"1,客服,好,{value}\n" for value in values)


@pytest.mark.parametrize(
    ("name", "values", "seconds"),
    [
        ("开始时间", ("0", "4", "9.5"), [0.0, 4.0, 9.5]),
        ("开始时间", ("0", "4", "9"), [0.0, 4.0, 9.0]),
        ("开始时间", ("150", "8250", "20500"), [0.15, 8.25, 20.5]),
        ("开始时间", ("150.5", "8250", "20500"), [150.5, 8250.0, 20500.0]),
        ("开始时间(毫秒)", ("1", "250", "400"), [0.001, 0.25, 0.4]),
        ("start_ms", ("1", "250", "400"), [0.001, 0.25, 0.4]),
        ("BeginOffsetMillis", ("1", "250", "400"), [0.001, 0.25, 0.4]),
        ("开始时间（秒）", ("0", "1000", "2000"), [0.0, 1000.0, 2000.0]),
        ("start", ("00:00:05", "00:01:02.250", "01:00:00"), [5.0, 62.25, 3600.0]),
        ("start", ("0:05", "1:02", "61:00"), [5.0, 62.0, 3660.0]),
        ("start", ("００：０５", "1:02", ""), [5.0, 62.0, None]),
        ("发送时间", ("00:05", "00:09", "01:00"), [5.0, 9.0, 60.0]),
    ],
)
def test_seconds_from_the_start(load: Load, name: str, values: tuple[str, ...], seconds: list[float | None]) -> None:
    """Counts are read in the unit that the name gives, or that whole steps above 500 give; clocks are seconds."""
    turns, rejects = load("a.csv", table(name, *values))
    assert [t["start"] for t in turns] == seconds
    assert [t["sent_at"] for t in turns] == [None, None, None]
    assert rejects == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-01-02 09:03:05", datetime(2024, 1, 2, 9, 3, 5)),
        ("2024-01-02T09:03:05.250", datetime(2024, 1, 2, 9, 3, 5, 250_000)),
        ("2024-01-02T09:03:05+08:00", datetime(2024, 1, 2, 9, 3, 5)),
        ("2024/1/2 9:03:05 +0800", datetime(2024, 1, 2, 9, 3, 5)),
        ("2024-01-02T09:03:05Z", datetime(2024, 1, 2, 9, 3, 5)),
        ("2024/1/2 9:03", datetime(2024, 1, 2, 9, 3)),
        ("2024年1月2日 9时3分5秒", datetime(2024, 1, 2, 9, 3, 5)),
        ("1704186185", datetime(2024, 1, 2, 9, 3, 5)),
        ("1704186185250", datetime(2024, 1, 2, 9, 3, 5, 250_000)),
        ("1704186185250000", datetime(2024, 1, 2, 9, 3, 5, 250_000)),
    ],
)
@pytest.mark.parametrize("name", ["发送时间", "start"])
def test_wall_clock_time(load: Load, name: str, value: str, expected: datetime) -> None:
    """Full dates and Unix times are the moment of sending, whatever the column, by the clock of their zone."""
    turns, rejects = load("a.csv", table(name, value))
    assert [(t["sent_at"], t["start"]) for t in turns] == [(expected, None)]
    assert rejects == []


@pytest.mark.parametrize("colon", [":", "："])
def test_hours_and_minutes_are_times_of_day(load: Load, colon: str) -> None:
    """15:05 under 发送时间 is a time of day, on the date beside it; in a column of offsets it is MM:SS."""
    clocks = [clock.replace(":", colon) for clock in ("15:05", "15:06", "16:40")]
    rows = "".join(f"1,客服,好,2026-09-01,{clock}\n" for clock in clocks)
    turns, rejects = load("a.csv", f"会话ID,角色,内容,日期,发送时间\n{rows}")
    assert [t["sent_at"] for t in turns] == [
        datetime(2026, 9, 1, 15, 5),
        datetime(2026, 9, 1, 15, 6),
        datetime(2026, 9, 1, 16, 40),
    ]
    turns, _ = load("a.csv", table("时间", *clocks))
    assert [t["start"] for t in turns] == [0.0, 60.0, 5700.0]
    turns, _ = load("a.csv", table("开始偏移", *clocks))
    assert [t["start"] for t in turns] == [905.0, 906.0, 1000.0]
    turns, _ = load("a.csv", table("时间", *clocks, "24:10"))
    assert [t["start"] for t in turns] == [905.0, 906.0, 1000.0, 1450.0]
    assert rejects == []


def test_times_of_day_without_a_date(load: Load) -> None:
    """Clocks that begin hours after midnight are times of day: without a date only their distances are known."""
    turns, _ = load("a.csv", table("时间", "23:59:50", "23:59:58.5", "00:00:03"))
    assert [(t["sent_at"], t["start"]) for t in turns] == [(None, 0.0), (None, 8.5), (None, 13.0)]


def test_times_of_day_are_counted_from_their_own_conversation(load: Load) -> None:
    """The earliest row of a conversation is its start, also where rows stand out of order; ends count the same."""
    text = "会话ID,角色,内容,start,end\n1,客服,好,09:14:22,09:14:24\n2,客服,好,10:00:00,10:00:09\n1,客户,嗯,09:14:20,\n"
    turns, _ = load("a.csv", text)
    assert [(t["start"], t["end"], t["sent_at"]) for t in turns] == [
        (2.0, 4.0, None),
        (0.0, 9.0, None),
        (0.0, None, None),
    ]


@pytest.mark.parametrize("key", ["start", "sent_at"])
@pytest.mark.parametrize(
    "date", ["2026-09-01", "2026/9/1", "2026年9月1日", "46266", "2026-09-01 23:59:40", "2026-09-01T23:00:00+08:00"]
)
def test_times_of_day_on_the_date_of_the_conversation(load: Load, key: str, date: str) -> None:
    """A time of day stands on the date of its conversation, past midnight on the next; no date of 1970 arises."""
    rows = "".join(f"1,客服,好,{date},{clock}\n" for clock in ("23:59:50", "23:59:58", "00:00:03"))
    mapping = ColumnMapping({"started_at": "通话日期", key: "开口时刻"})
    turns, rejects = load("a.csv", "会话ID,角色,内容,通话日期,开口时刻\n" + rows, mapping)
    assert [(t["sent_at"], t["start"]) for t in turns] == [
        (datetime(2026, 9, 1, 23, 59, 50), None),
        (datetime(2026, 9, 1, 23, 59, 58), None),
        (datetime(2026, 9, 2, 0, 0, 3), None),
    ]
    assert rejects == []


@pytest.mark.parametrize("count", [2, 3])
def test_a_date_and_a_time_of_day_in_columns_of_times(load: Load, count: int) -> None:
    """A date mapped to sent_at beside a time of day mapped to start is the date of that time."""
    rows = "".join(f"1,客服,好,2026-09-01,09:31:{50 + place}\n" for place in range(count))
    mapping = ColumnMapping({"sent_at": "日期", "start": "开口时刻"})
    turns, _ = load("a.csv", "会话ID,角色,内容,日期,开口时刻\n" + rows, mapping)
    expected = [(datetime(2026, 9, 1, 9, 31, 50 + place), None) for place in range(count)]
    assert [(t["sent_at"], t["start"]) for t in turns] == expected


def test_the_date_of_each_turn_holds_for_it(load: Load) -> None:
    """Where a conversation goes on over midnight and each turn has its date, no day is added."""
    rows = "1,客服,好,2026-09-01,23:59:50\n1,客户,嗯,2026-09-02,00:00:03\n"
    mapping = ColumnMapping({"started_at": "日期", "sent_at": "时刻"})
    turns, _ = load("a.csv", "会话ID,角色,内容,日期,时刻\n" + rows, mapping)
    assert [t["sent_at"] for t in turns] == [datetime(2026, 9, 1, 23, 59, 50), datetime(2026, 9, 2, 0, 0, 3)]


@pytest.mark.parametrize("value", ["刚才", "25:61:00", "2024-13-01 10:00:00", "-3", "1:2:3:4"])
def test_a_time_that_cannot_be_read_rejects_the_row(load: Load, value: str) -> None:
    """A time that is none of the accepted forms makes the row a reject that names the value and the forms."""
    turns, rejects = load("a.csv", table("start", "0", value, "3"))
    assert [t["line"] for t in turns] == [2, 4]
    assert [(r["line"], r["reason"]) for r in rejects] == [
        (
            3,
            f"the time {value!r} in 'start' cannot be read (accepted: seconds, milliseconds, HH:MM:SS, MM:SS, "
            "2024-01-02 09:03:00, Unix time; from 1970 to 2199)",
        )
    ]


def test_the_unit_comes_from_the_steps_within_conversations(load: Load) -> None:
    """Conversations that begin far apart do not turn seconds into milliseconds."""
    text = "会话ID,角色,内容,start\n1,客服,好,0\n1,客户,嗯,4\n2,客服,好,9000\n2,客户,嗯,9004\n3,客服,好,20000\n"
    turns, _ = load("a.csv", text)
    assert [t["start"] for t in turns] == [0.0, 4.0, 9000.0, 9004.0, 20000.0]


def test_the_length_of_turns_gives_the_unit_where_there_are_no_steps(load: Load) -> None:
    """In a file of single sentences the median length decides."""
    turns, _ = load("a.csv", "会话ID,角色,内容,start,end\n1,客服,好,100,2300\n2,客服,好,50,1900\n")
    assert [(t["start"], t["end"]) for t in turns] == [(0.1, 2.3), (0.05, 1.9)]


def test_a_date_of_the_conversation_is_metadata(load: Load) -> None:
    """A date that never changes within a conversation is when it began, not when each turn was sent."""
    rows = "".join(f"1,客服,好,2024-01-02 09:00:00,{second}\n" for second in (0, 3, 7))
    turns, _ = load("a.csv", "会话ID,角色,内容,时间,start\n" + rows)
    meta = '{"started_at":"2024-01-02 09:00:00","时间":"2024-01-02 09:00:00"}'
    assert [(t["sent_at"], t["start"], t["meta"]) for t in turns] == [(None, start, meta) for start in (0.0, 3.0, 7.0)]


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("发送时间", ("46266.375", "46266.3750347"), [datetime(2026, 9, 1, 9), datetime(2026, 9, 1, 9, 0, 2, 998_000)]),
        ("开始时间", ("46266.375", "46267"), [datetime(2026, 9, 1, 9), datetime(2026, 9, 2)]),
    ],
)
def test_days_of_a_spreadsheet(load: Load, name: str, values: tuple[str, ...], expected: list[datetime]) -> None:
    """Dates and times of day that have lost their format are counted in days; they are read to the millisecond."""
    turns, rejects = load("a.csv", table(name, *values))
    assert ([turn["sent_at"] for turn in turns], rejects) == (expected, [])


@pytest.mark.parametrize(
    ("name", "values", "seconds"),
    [
        ("发送时间", ("0.375", "0.3750347222222222"), [0.0, 3.0]),
        ("开始时间", ("0", "3.472222222222222e-05", "0.001"), [0.0, 3.0, 86.4]),
        ("开始时间", ("0.1", "0.4", "0.9"), [0.1, 0.4, 0.9]),
        ("开始时间(秒)", ("0", "0.001", "0.002"), [0.0, 0.001, 0.002]),
        ("开始时间", ("40000", "50000"), [40.0, 50.0]),
        ("开始时间(毫秒)", ("1,500", "12,250.5", "1,012,000"), [1.5, 12.2505, 1012.0]),
    ],
)
def test_fractions_and_thousands(load: Load, name: str, values: tuple[str, ...], seconds: list[float]) -> None:
    """Fractions of a day from the start are told from seconds by tiny steps; commas may part thousands."""
    turns, _ = load(
        "a.csv", "会话ID\t角色\t内容\t" + name + "\n" + "".join(f"1\t客服\t好\t{value}\n" for value in values)
    )
    assert [turn["start"] for turn in turns] == seconds


def test_zones_of_one_column(load: Load) -> None:
    """Where turns are written with several zones all go by the clock of the first one; distances stay true."""
    values = ("2026-09-07T07:30:00+08:00", "2026-09-06T23:30:05Z", "2026-09-07 07:30:09", "2026-09-07 08:30:12+09:00")
    turns, _ = load("a.csv", table("发送时间", *values))
    assert [t["sent_at"] for t in turns] == [datetime(2026, 9, 7, 7, 30, second) for second in (0, 5, 9, 12)]


@pytest.mark.parametrize("zone", ["+99:99", "+24:00", "-24:00", "+08:60"])
def test_a_zone_that_does_not_exist(zone: str) -> None:
    """A time with a zone that nobody has cannot be read."""
    assert read_time(f"2026-01-01T00:00:00{zone}") == ("bad", 0.0)
    assert take_apart(pa.array([f"2026-01-01T00:00:00{zone}"])).bad.tolist() == [0]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026/9/1 下午 3:05:07", datetime(2026, 9, 1, 15, 5, 7)),
        ("2026年9月1日 上午9时03分", datetime(2026, 9, 1, 9, 3)),
        ("2026-09-01 12:30 AM", datetime(2026, 9, 1, 0, 30)),
        ("2026-09-01 12:30pm", datetime(2026, 9, 1, 12, 30)),
        ("2026/9/1 下午 15:05", datetime(2026, 9, 1, 15, 5)),
        ("2026/9/1 中午12:10", datetime(2026, 9, 1, 12, 10)),
        ("2026/9/1 中午1:10", datetime(2026, 9, 1, 13, 10)),
        ("2026/9/1 中午3:00", datetime(2026, 9, 1, 15, 0)),
        ("2026/9/1 中午11:50", datetime(2026, 9, 1, 11, 50)),
        ("2026/9/1 上午12:05", datetime(2026, 9, 1, 0, 5)),
        ("2026/9/1 下午12:05", datetime(2026, 9, 1, 12, 5)),
        ("2026/9/1 晚上8:00", datetime(2026, 9, 1, 20, 0)),
        ("2026/9/1 凌晨0:30", datetime(2026, 9, 1, 0, 30)),
        ("2026/9/1 晚上12:05", datetime(2026, 9, 2, 0, 5)),
        ("2026年12月31日 晚上12点05", datetime(2027, 1, 1, 0, 5)),
    ],
)
def test_halves_of_the_day(text: str, moment: datetime) -> None:
    """A word may say in which half of the day an hour lies; 晚上12:05 is past the midnight that ends that evening."""
    assert read_time(text) == ("stamp", (moment - datetime(1970, 1, 1)) // timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("下午 3:05", ("clock", 54_300.0)),
        ("3:05:07 PM", ("clock", 54_307.0)),
        ("上午9点05分", ("clock", 32_700.0)),
        ("中午3:00", ("clock", 54_000.0)),
        ("上午12:05", ("clock", 300.0)),
        ("上午 13:00", ("bad", 0.0)),
        ("中午 8:00", ("bad", 0.0)),
        ("晚上 12:30", ("clock", 1_800.0)),
        ("晚上0:30", ("bad", 0.0)),
        ("晚上 1:00", ("bad", 0.0)),
        ("2026-09-01 上午", ("bad", 0.0)),
        ("下午", ("bad", 0.0)),
    ],
)
def test_halves_of_the_day_without_a_date(text: str, read: tuple[str, float]) -> None:
    """Such a time is one of the day; an hour that the word does not fit, or none at all, cannot be read."""
    assert read_time(text) == read
