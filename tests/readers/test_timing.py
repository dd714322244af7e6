"""What the first rows of a file say of its times."""

from __future__ import annotations

import json
from datetime import datetime

import pandas as pd
import pyarrow as pa
import pytest

from cscheck.errors import InputError
from cscheck.readers import from_frame

ROWS = {"会话ID": ["1"] * 4, "角色": ["客服", "客户"] * 2, "内容": ["您好", "嗯", "好", "在"]}


def frame(**columns: pa.Array) -> pa.Table:
    """Return a table of four turns with more columns."""
    return pa.table({**ROWS, **columns})


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("name", ["start", "start_ms", "开始时间（秒）", "发送时间"])
def test_the_unit_of_a_duration_is_in_its_type(name: str, unit: str) -> None:
    """Durations are neither divided nor taken for days, whatever their column is called and however large they are."""
    values = pa.array([0, 600, 1200, 1800], pa.duration("s")).cast(pa.duration(unit))
    for given in (values, values.dictionary_encode()):
        assert from_frame(frame(**{name: given}))[0]["start"].to_pylist() == [0.0, 600.0, 1200.0, 1800.0]


def test_short_durations_are_no_part_of_a_day() -> None:
    """Durations of milliseconds are no fractions of a spreadsheet's day."""
    given = pa.array([0, 5, 0, 7], pa.duration("ms"))
    assert from_frame(frame(start=given))[0]["start"].to_pylist() == [0.0, 0.005, 0.0, 0.007]


def test_long_durations_are_no_days() -> None:
    """Durations of eleven hours and a fraction of a second are no dates of a spreadsheet."""
    given = pa.array([40_000_250, 40_001_500, 40_002_750, 40_004_000], pa.duration("ms"))
    assert from_frame(frame(start=given))[0]["start"].to_pylist() == [40_000.25, 40_001.5, 40_002.75, 40_004.0]


def test_durations_of_pandas() -> None:
    """A pandas column of timedelta is seconds from the start; a negative one costs its row."""
    turns, rejects = from_frame(pd.DataFrame(ROWS).assign(start=pd.to_timedelta([600, None, 1200, -1], unit="s")))
    assert turns["start"].to_pylist() == [600.0, None, 1200.0]
    assert rejects["reason"].to_pylist()[0].startswith("the time '-1 day, 23:59:59' in 'start' cannot be read")


def test_durations_leave_other_counts_to_be_judged() -> None:
    """A column of milliseconds beside one of durations is still read as milliseconds."""
    given = frame(start=pa.array([0, 4, 9, 15], pa.duration("s")), end=pa.array([1500, 9000, 14_000, 20_250]))
    assert from_frame(given)[0]["end"].to_pylist() == [1.5, 9.0, 14.0, 20.25]


@pytest.mark.parametrize("name", ["开始时间", "发送时间"])
@pytest.mark.parametrize(("value", "read"), [(20260903, "20260903"), (46268, "2026-09-03 00:00:00")])
def test_a_date_as_a_number_that_never_changes(name: str, value: int, read: str) -> None:
    """It is no count of seconds but tells when the conversation took place, as a number and as a text."""
    for given in (pa.array([value] * 4), pa.array([str(value)] * 4)):
        turns, rejects = from_frame(frame(**{name: given}))
        assert [json.loads(meta)["started_at"] for meta in turns["meta"].to_pylist()] == [read] * 4
        assert (turns["start"].null_count, len(rejects)) == (4, 0)


@pytest.mark.parametrize("values", [[46268, 46269, 46270, 46271], [20261341] * 4, [3600] * 4])
def test_numbers_that_are_seconds_all_the_same(values: list[int]) -> None:
    """Numbers that change, or that are no dates, count seconds."""
    assert from_frame(frame(start=pa.array(values)))[0]["start"].to_pylist() == values


def test_periods_are_the_moments_at_which_they_begin() -> None:
    """Periods of pandas are times, and no numbers; behind Arrow, where nothing tells their length, they are refused."""
    given = pd.DataFrame(ROWS).assign(发送时间=pd.period_range("2026-09-03 14:00", periods=4, freq="min"))
    turns, _ = from_frame(given)
    assert turns["sent_at"].to_pylist() == [datetime(2026, 9, 3, 14, minute) for minute in range(4)]
    with pytest.raises(InputError, match=r"I124.*'发送时间' is of the type .*: make it seconds, or timestamps"):
        from_frame(pa.Table.from_pandas(given))
