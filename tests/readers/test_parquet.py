"""Parquet files and Arrow tables."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cscheck.errors import InputError
from cscheck.readers import ColumnMapping, from_frame, read
from cscheck.readers.parquet import read_parquet
from cscheck.readers.understand import understand
from cscheck.turntable import REJECTS, TURNS

BASE: dict[str, list[Any]] = {"会话ID": ["1", "1"], "角色": ["客服", "客户"], "内容": ["您好", "嗯"]}


def frame(**columns: Any) -> pa.Table:
    """Return a table of two turns with more columns."""
    return pa.table({**BASE, **columns})


def test_the_schemas_hold(tmp_path: Path) -> None:
    """Both tables have their schema, from a file and from a frame."""
    pq.write_table(frame(), tmp_path / "a.parquet")
    for turns, rejects in [next(read(tmp_path / "a.parquet", "a.parquet")), from_frame(frame())]:
        assert (turns.schema, rejects.schema) == (TURNS, REJECTS)
        assert turns["line"].to_pylist() == [1, 2]


def test_the_name_of_a_frame() -> None:
    """A frame's rows are said to come from <frame>."""
    assert from_frame(frame())[0]["file"].to_pylist() == ["<frame>", "<frame>"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array([7, 12345678901234567]), ["7", "12345678901234567"]),
        (pa.array([7.0, 8.5]), ["7", "8.5"]),
        (pa.array(["007", "８"]).dictionary_encode(), ["007", "８"]),
        (pa.array(["a", "b"], pa.large_string()), ["a", "b"]),
    ],
)
def test_ids_become_text(values: pa.Array, expected: list[str]) -> None:
    """Whole numbers become their digits, texts stay as they are."""
    turns, _ = from_frame(frame(会话ID=values, 工号=values))
    assert turns["conversation_id"].to_pylist() == expected
    assert turns["agent_id"].to_pylist() == expected


def test_an_id_that_a_float_has_rounded_is_rejected() -> None:
    """A float cannot hold ids of 17 digits: the row is rejected."""
    turns, rejects = from_frame(frame(会话ID=pa.array([7.0, 12345678901234567.0])))
    assert turns["conversation_id"].to_pylist() == ["7"]
    assert rejects["reason"].to_pylist() == [
        "the conversation id '1.2345678901234568e+16' has lost digits: export ids as text"
    ]


@pytest.mark.parametrize(
    ("values", "seconds"),
    [
        (pa.array([1.5, None]), [1.5, None]),
        (pa.array([250, 1900]), [0.25, 1.9]),
        (pa.array([timedelta(seconds=1), timedelta(milliseconds=2500)]), [1.0, 2.5]),
        (pa.array([0, 600], pa.duration("s")), [0.0, 600.0]),
        (pa.array([None, 5], pa.duration("ms")), [None, 0.005]),
        (pa.array([0, 8_250_000], pa.duration("us")).dictionary_encode(), [0.0, 8.25]),
        (pa.array([40_000_250_000_000, 40_001_500_000_000], pa.duration("ns")), [40_000.25, 40_001.5]),
        (pa.array([time(0, 0, 5), time(0, 1, 0)]), [5.0, 60.0]),
    ],
)
def test_native_times_from_the_start(values: pa.Array, seconds: list[float | None]) -> None:
    """Numbers, durations and times of the native types are seconds from the start."""
    assert from_frame(frame(start=values))[0]["start"].to_pylist() == seconds


def test_native_time_stamps() -> None:
    """Time stamps are the moment of sending, one with a zone as its clock shows it."""
    zoned = pa.array([datetime(2024, 1, 2, 1, 0, tzinfo=UTC)] * 2, pa.timestamp("ns", "Asia/Shanghai"))
    assert from_frame(frame(发送时间=zoned))[0]["sent_at"].to_pylist() == [datetime(2024, 1, 2, 9, 0)] * 2
    plain = pa.array([datetime(2024, 1, 2, 9, 0), None])
    assert from_frame(frame(发送时间=plain))[0]["sent_at"].to_pylist() == [datetime(2024, 1, 2, 9, 0), None]


def test_native_metadata() -> None:
    """Metadata keeps its type, and an object in the column meta is merged in."""
    turns, _ = from_frame(frame(振铃秒数=[6, None], tags=[["a"], None], meta=['{"b": 1, "a": "x"}', "note"]))
    assert turns["meta"].to_pylist() == ['{"a":"x","b":1,"ring_seconds":6,"tags":["a"]}', '{"meta":"note"}']


LAYOUTS: list[Callable[[list[str]], pa.Array]] = [
    lambda texts: pa.array(texts, pa.large_string()),
    lambda texts: pa.array(texts, pa.string_view()),
    lambda texts: pa.array([text.encode() for text in texts], pa.binary_view()),
    lambda texts: packed(pa.array(texts, pa.string())),
    lambda texts: packed(pa.array(texts, pa.large_string())),
    lambda texts: packed(pa.array(texts, pa.string_view())),
    lambda texts: packed(pa.array([text.encode() for text in texts], pa.binary_view())),
]


def packed(values: pa.Array) -> pa.DictionaryArray:
    """Return a column as polars packs categories: numbers without a sign, here in front of a slice."""
    codes = pa.array([0, *range(len(values))], pa.uint32())
    return pa.DictionaryArray.from_arrays(codes, values).slice(1)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_texts_are_read_in_every_layout(layout: Callable[[list[str]], pa.Array]) -> None:
    """The texts of pandas, polars and their categories are the texts that they spell, in every column."""
    columns = {
        key: layout(values) for key, values in {**BASE, "备注": ["甲", "乙"], "start": ["00:05", "01:09"]}.items()
    }
    turns, rejects = from_frame(pa.table(columns))
    assert turns["conversation_id"].to_pylist() == ["1", "1"]
    assert turns["role"].to_pylist() == ["agent", "customer"]
    assert turns["text"].to_pylist() == ["您好", "嗯"]
    assert turns["start"].to_pylist() == [5.0, 69.0]
    assert turns["meta"].to_pylist() == ['{"备注":"甲"}', '{"备注":"乙"}']
    assert len(rejects) == 0


@pytest.mark.parametrize("layout", [pa.array, *LAYOUTS[:2]])
def test_times_mean_the_same_in_every_layout(layout: Callable[[list[str]], pa.Array]) -> None:
    """15:05 is a time of day, and 9-03 15:05 has its year from the row's date, however the texts are stored."""
    assert from_frame(frame(发送时间=layout(["15:05", "15:07"])))[0]["start"].to_pylist() == [0.0, 120.0]
    days = layout(["2026-09-03", "2026-09-03"])
    with pytest.warns(UserWarning, match="times in '发送时间' have no year: taken was 2026"):
        turns, _ = from_frame(frame(日期=days, 发送时间=layout(["9-03 15:05", "9-03 15:07"])))
    assert turns["sent_at"].to_pylist() == [datetime(2026, 9, 3, 15, 5), datetime(2026, 9, 3, 15, 7)]


def test_text_that_is_not_utf8_is_rejected() -> None:
    """Arrow does not check the bytes of a text, so they are checked here."""
    text = pa.array([b"ok", b"\xff\xfe"]).view(pa.string())
    turns, rejects = from_frame(frame(内容=text))
    assert turns["text"].to_pylist() == ["ok"]
    assert rejects.to_pylist() == [
        {
            "file": "<frame>",
            "line": 2,
            "conversation_id": "1",
            "turn_index": None,
            "reason": "the text is not valid UTF-8",
        }
    ]


def test_a_pandas_frame() -> None:
    """A pandas frame with missing values is read: a null text is an empty turn."""
    table = pa.Table.from_pandas(
        pd.DataFrame({**BASE, "内容": ["您好", None], "轮次": [0.0, 1.0]}), preserve_index=False
    )
    turns, rejects = from_frame(table)
    assert turns["turn_index"].to_pylist() == [0, 1]
    assert turns["text"].to_pylist() == ["您好", ""]
    assert rejects["reason"].to_pylist() == ["empty text"]


def test_a_plain_mapping_names_columns() -> None:
    """A plain mapping is a mapping of columns."""
    turns, _ = from_frame(frame(备注=["甲", "乙"]), mapping={"text": "备注"})
    assert turns["text"].to_pylist() == ["甲", "乙"]


def test_an_empty_frame_is_refused() -> None:
    """A frame without rows is an error."""
    with pytest.raises(InputError, match=r"^<frame>: \[I103\] the file has no rows below its header$"):
        from_frame(frame().slice(0, 0))


def test_what_is_not_parquet_is_refused(refuse: Callable[..., str]) -> None:
    """A file that is not Parquet is an error."""
    assert refuse("a.parquet", b"x" * 100).startswith("a.parquet: [I109] the file is not valid Parquet: ")


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_batches_together_are_one_batch(tmp_path: Path, rows: int) -> None:
    """However many rows a batch holds, the joined tables are the same."""
    path = tmp_path / "a.parquet"
    pq.write_table(
        pa.concat_tables(
            [frame(start=pa.array([250, 9000])), frame(start=pa.array([9999, None]), 角色=["谁", "客服"])] * 2
        ),
        path,
    )

    def whole(count: int) -> tuple[pa.Table, pa.Table]:
        parts = list(understand(read_parquet(path, "a", ColumnMapping(), count).raws, "a", ColumnMapping()))
        return pa.concat_tables([p for p, _ in parts]), pa.concat_tables([p for _, p in parts])

    assert whole(rows) == whole(1000)
    assert whole(rows)[0]["start"].to_pylist() == [0.25, 9.0, None, 0.25, 9.0, None]


def test_bytes_are_read_as_utf8(tmp_path: Path) -> None:
    """Texts, roles and ids stored as bytes are the texts that they spell, also in metadata."""
    values = {key: pa.array([text.encode() for text in column], pa.binary()) for key, column in BASE.items()}
    pq.write_table(pa.table({**values, "班次": pa.array([b"\xe4\xb8\x80", b"\xff"])}), tmp_path / "a.parquet")
    ((turns, rejects),) = read(tmp_path / "a.parquet", "a.parquet")
    assert turns["text"].to_pylist() == ["您好", "嗯"]
    assert turns["role"].to_pylist() == ["agent", "customer"]
    assert turns["conversation_id"].to_pylist() == ["1", "1"]
    assert turns["meta"].to_pylist() == ['{"班次":"一"}', '{"班次":"\\\\xff"}']
    assert len(rejects) == 0


@pytest.mark.parametrize("kind", [pa.binary(), pa.string()])
@pytest.mark.parametrize(
    ("column", "what"),
    [
        ("会话ID", "the column '会话ID'"),
        ("角色", "the column '角色'"),
        ("内容", "the text"),
        ("工号", "the column '工号'"),
    ],
)
def test_what_is_not_utf8_is_rejected(column: str, what: str, kind: pa.DataType) -> None:
    """A row with bytes that are not UTF-8 is rejected, in whatever column and of whatever type they stand."""
    good = (BASE.get(column) or ["A1"])[0].encode()
    values = pa.array([good, b"\xff\xfe"], pa.binary()).view(kind)
    for given in (values, values.dictionary_encode()):
        turns, rejects = from_frame(frame(**{column: given}))
        assert turns["text"].to_pylist() == ["您好"]
        assert rejects["reason"].to_pylist() == [f"{what} is not valid UTF-8"]


def test_metadata_that_is_not_utf8_is_rejected() -> None:
    """A text column of metadata, or a list of texts, that is not UTF-8 costs the row."""
    bad = pa.array([b"a", b"\xff"]).view(pa.string())
    for values in (bad, pa.ListArray.from_arrays([0, 1, 2], bad)):
        turns, rejects = from_frame(frame(班次=values))
        assert turns["line"].to_pylist() == [1]
        assert rejects["reason"].to_pylist() == ["the column '班次' is not valid UTF-8"]


@pytest.mark.parametrize("column", ["会话ID", "角色", "内容", "工号"])
def test_lists_and_objects_are_no_texts(column: str) -> None:
    """A struct in place of a text, role or id costs the row and is never shown as Python writes it."""
    with pytest.raises(InputError, match="holds a list or an object, not a text"):
        from_frame(frame(**{column: [{"a": 1}, {"a": 2}]}))


@pytest.mark.parametrize("values", [pa.array([None, True]), pa.array([None, float("inf")])])
def test_an_agent_id_is_text_or_a_number(values: pa.Array) -> None:
    """True and infinity are no ids."""
    turns, rejects = from_frame(frame(工号=values))
    assert turns["agent_id"].to_pylist() == [None]
    assert rejects["reason"].to_pylist() == ["the column '工号' holds an id that is neither text nor a number"]


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        (pa.array([1_700_000_000, 400_000_000_000], pa.timestamp("s")), "400000000000"),
        (pa.array([1_700_000_000, -1], pa.timestamp("s")), "1969-12-31 23:59:59"),
        (pa.array([20_000, 100_000_000], pa.int32()).cast(pa.date32()), "100000000"),
        (pa.array([1_700_000_000, 99999999999999999]), "99999999999999999"),
        (pa.array(["2026-11-21 09:30:00", "9999-12-31 00:00:00"]), "9999-12-31 00:00:00"),
        (pa.array(["2026-11-21 09:30:00", "0001-01-01 00:00:00"]), "0001-01-01 00:00:00"),
        (pa.array(["2026-11-21 09:30:00", "2200-01-01 00:00:00"]), "2200-01-01 00:00:00"),
        (pa.array(["2026年11月21日 9时30分", "2200年1月1日 0时0分"]), "2200年1月1日 0时0分"),
    ],
)
def test_a_date_before_1970_or_after_2199_is_rejected(values: pa.Array, shown: str) -> None:
    """A time of no transcript costs its row, named as it stands, and not the run."""
    turns, rejects = from_frame(frame(发送时间=values))
    assert turns["line"].to_pylist() == [1]
    assert rejects["reason"].to_pylist()[0].startswith(f"the time {shown!r} in '发送时间' cannot be read")


@pytest.mark.parametrize(
    "packed",
    [
        lambda values: values,
        lambda values: values.dictionary_encode(),
        lambda values: pa.RunEndEncodedArray.from_arrays([1, 2], values),
    ],
)
def test_a_far_date_in_metadata_is_kept(packed: Callable[[pa.Array], pa.Array]) -> None:
    """A metadata column with a time that Python cannot hold is kept as its number, however it is stored."""
    turns, _ = from_frame(frame(归档=packed(pa.array([None, 400_000_000_000], pa.timestamp("s")))))
    assert turns["meta"].to_pylist() == [None, '{"归档":400000000000}']


def test_a_file_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """A file whose name is not UTF-8 is refused with its name in backslashes: no table could hold it."""
    path = tmp_path / os.fsdecode(b"bad\xff.csv")
    path.write_text("会话ID,角色,内容\n1,客服,您好\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        list(read(path, path.name))
    assert str(caught.value) == "bad\\udcff.csv: [I101] the name of the file is not valid UTF-8: rename the file"


@pytest.mark.parametrize("packed", [list, pd.Categorical])
def test_a_uuid_is_its_text(packed: Callable[[list[UUID]], Any]) -> None:
    """UUIDs, as databases give them, are ids by their usual text, of conversations and of agents."""
    one = "80000000-0000-0000-0000-000000000005"
    ids = packed([UUID(one), UUID(one)])
    turns, _ = from_frame(pd.DataFrame({**BASE, "会话ID": ids, "agent_id": ids}))
    assert turns["conversation_id"].to_pylist() == [one, one]
    assert turns["agent_id"].to_pylist()[0] == one


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    """A pipe, which nobody may ever write to, is refused and not waited for."""
    os.mkfifo(tmp_path / "a.csv")
    with pytest.raises(InputError, match=r"I101.*a device or pipe: give a file"):
        list(read(tmp_path / "a.csv", "a.csv"))
