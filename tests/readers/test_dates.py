"""When conversations took place, and what is told of values that are no dates."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import pyarrow as pa
import pytest

from cscheck.readers import from_frame
from cscheck.readers.dates import NoDate

Load = Callable[..., tuple[list[dict[str, Any]], list[dict[str, Any]]]]
HEAD = "会话ID,角色,内容,通话开始时间\n"
ACCEPTED = (
    "the first turn with a date tells the week, or nothing does; accepted: 2024-01-02, 2024-01-02 09:03:00, Unix time, "
    "days of a spreadsheet; from 1970 to 2199"
)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2026/9/1 9:12", "2026-09-01 09:12:00"),
        ("2026年9月1日 下午3:05", "2026-09-01 15:05:00"),
        ("2026/9/7 07:30 +08:00", "2026-09-07 07:30:00"),
        ("2026-09-03T20:15:02+08:00", "2026-09-03T20:15:02+08:00"),
        ("2026-09-01", "2026-09-01"),
        ("20260901", "20260901"),
        ("46266", "2026-09-01 00:00:00"),
        ("46266.375", "2026-09-01 09:00:00"),
        ("1756700000", "2025-09-01 04:13:20"),
        ("1756700000123", "2025-09-01 04:13:20.123000"),
        ("1756700000123456", "2025-09-01 04:13:20.123456"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "meta", "jsonl"])
def test_when_a_conversation_began(load: Load, form: str, value: str, read: str) -> None:
    """The beginning of a conversation is kept as ISO writes it, in whatever form the file gives it."""
    turn = {"role": "客服", "text": "好"}
    line = json.dumps({"conversation_id": "1", "started_at": value, "turns": [turn]})
    content = {
        "csv": f"{HEAD}1,客服,好,{value}\n",
        "meta": f'会话ID|角色|内容|meta\n1|客服|好|{{"started_at":"{value}"}}\n',
        "jsonl": line + "\n",
    }
    turns, rejects = load("a.jsonl" if form == "jsonl" else "a.csv", content[form])
    assert (turns[0]["meta"], rejects) == (f'{{"started_at":"{read}"}}', [])


@pytest.mark.parametrize(
    ("value", "read"), [(1756700000123, "2025-09-01 04:13:20.123000"), (46266.375, "2026-09-01 09:00:00")]
)
def test_numbers_in_json(load: Load, value: float, read: str) -> None:
    """Numbers of JSON lines are dates as texts are; other metadata stays."""
    line = {"conversation_id": "1", "started_at": value, "城市": "苏州", "turns": [{"role": "客服", "text": "好"}]}
    turns, _ = load("a.jsonl", json.dumps(line, ensure_ascii=False) + "\n")
    assert json.loads(turns[0]["meta"]) == {"started_at": read, "城市": "苏州"}


@pytest.mark.parametrize(
    "value",
    ["上午", "13-45", "9.30", "2/30", "09:03:12", "-", "20260901093000", "202609010930", "9999-12-31", "1900-01-01"],
)
def test_what_is_no_date_is_told(load: Load, value: str) -> None:
    """It stays as it is, and file, line, value and column are told, with the number of such rows."""
    with pytest.warns(NoDate) as told:
        turns, rejects = load(
            "a.csv", f"{HEAD}1,客服,好,2026-09-01\n2,客服,好,{value}\n3,客服,好,{value}\n4,客服,好,\n"
        )
    assert [str(one.message) for one in told] == [
        f"a.csv:3: {value!r} in '通话开始时间' is no date of a conversation (rows without one: 2): {ACCEPTED}"
    ]
    assert [json.loads(turn["meta"] or "{}").get("started_at") for turn in turns] == ["2026-09-01", value, value, None]
    assert rejects == []


@pytest.mark.parametrize("value", ["上午", True, ["2026-09-01"], 7])
def test_what_is_no_date_in_json_is_told(load: Load, value: object) -> None:
    """In JSON lines a line counts once, however many turns it has; null and blanks are no values."""
    turns = [{"role": "客服", "text": "好"}, {"role": "客户", "text": "嗯"}]
    given = ["2026-09-01", value, None, " "]
    lines = [{"conversation_id": f"{at}", "started_at": one, "turns": turns} for at, one in enumerate(given)]
    with pytest.warns(NoDate) as told:
        load("a.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    (found,) = (one.message for one in told)
    assert isinstance(found, NoDate)
    shown = value if isinstance(value, str) else json.dumps(value)
    assert (found.file, found.column, found.rows, found.line, found.value) == ("a.jsonl", "started_at", 1, 2, shown)


@pytest.mark.parametrize(
    ("values", "read"),
    [
        ([46266.5, None], "2026-09-01 12:00:00"),
        ([1756700000, None], "2025-09-01 04:13:20"),
        ([date(2026, 9, 1), None], "2026-09-01"),
        ([datetime(2026, 9, 1, 9), None], "2026-09-01T09:00:00"),
        (pa.array(["2026/9/1", None]).dictionary_encode(), "2026-09-01 00:00:00"),
    ],
)
def test_native_values(values: Any, read: str) -> None:
    """Numbers of a frame are dates as in a text; dates stay what they are."""
    turns, _ = from_frame(pa.table({"会话ID": ["1", "2"], "角色": ["客服"] * 2, "内容": ["好"] * 2, "日期": values}))
    assert turns["meta"].to_pylist() == [f'{{"started_at":"{read}"}}', None]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(time(9, 3), "09:03:00.000000"), (7, "7"), (datetime(1899, 12, 30), "1899-12-30 00:00:00.000000"), ([1], "[1]")],
)
def test_native_values_that_are_no_dates(value: object, shown: str) -> None:
    """They are told like texts, by the row of the frame."""
    columns = {"会话ID": ["1", "2"], "角色": ["客服"] * 2, "内容": ["好"] * 2, "started_at": [None, value]}
    with pytest.warns(NoDate, match="^<frame>:2: ") as told:
        from_frame(pa.table(columns))
    assert [one.message.value for one in told if isinstance(one.message, NoDate)] == [shown]


@pytest.mark.parametrize("column", ["发送时间", "通话开始时间"])
@pytest.mark.parametrize("value", ["2026-09-07T07:30:00+08:00", "2026/9/7 7:30 +0800", "2026-09-07 07:30:00Z"])
def test_a_zone_means_the_same_in_every_column(load: Load, column: str, value: str) -> None:
    """The day of a time with a zone is the one that is written, in a conversation's time and in the turns'."""
    turns, _ = load("a.csv", f"会话ID,角色,内容,{column}\n1,客服,好,{value}\n")
    began = turns[0]["sent_at"] or datetime.fromisoformat(json.loads(turns[0]["meta"])["started_at"])
    assert began.replace(tzinfo=None) == datetime(2026, 9, 7, 7, 30)
