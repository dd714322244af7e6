"""What the first rows of a file say of its times."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest

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
