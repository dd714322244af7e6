"""Times without a date in several files: a conversation that goes on in another file is counted on."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from cscheck.checker import Checker
from cscheck.readers import Origins, read

HEAD = "会话ID,角色,内容,发送时间\n"
Turns = list[tuple[str, float | None]]


def written(folder: Path, name: str, *turns: tuple[str, str]) -> Path:
    """Write a conversation whose turns have a word and a time."""
    path = folder / name
    path.write_text(HEAD + "".join(f"1,客服,{word},{time}\n" for word, time in turns), encoding="utf-8")
    return path


def counted(*paths: Path) -> Turns:
    """Return the words and seconds of files that are read together."""
    origins = Origins()
    tables = [turns for path in paths for turns, _ in read(path, path.name, origins=origins)]
    rows = pa.concat_tables(tables).to_pylist()
    return [(row["text"], row["start"]) for row in rows]


def test_a_second_file_goes_on_counting(tmp_path: Path) -> None:
    """Times of day are counted from the first turn of the first file, over midnight too; earlier ones are below 0."""
    first = written(tmp_path, "a.csv", ("一", "14:20:00"), ("二", "14:20:05"))
    second = written(tmp_path, "b.csv", ("二", "14:20:05"), ("三", "14:20:30"))
    assert counted(first, second) == [("一", 0.0), ("二", 5.0), ("二", 5.0), ("三", 30.0)]
    assert counted(second, first) == [("二", 0.0), ("三", 25.0), ("一", -5.0), ("二", 0.0)]
    late = written(tmp_path, "c.csv", ("一", "23:59:00"))
    early = written(tmp_path, "d.csv", ("二", "01:00:30"))
    assert counted(late, early) == [("一", 0.0), ("二", 3_690.0)]


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_second_file_without_years_goes_on_counting(tmp_path: Path) -> None:
    """So are times without a year, also where the file of the later day is read first; a far day is counted anew."""
    first = written(tmp_path, "a.csv", ("一", "09-03 23:50:00"), ("二", "09-03 23:55:00"))
    second = written(tmp_path, "b.csv", ("三", "09-04 01:00:00"), ("四", "09-05 14:00:00"))
    assert counted(first, second) == [("一", 0.0), ("二", 300.0), ("三", 4_200.0), ("四", 137_400.0)]
    assert counted(second, first) == [("三", 0.0), ("四", 133_200.0), ("一", -4_200.0), ("二", -3_900.0)]
    far = written(tmp_path, "c.csv", ("五", "12-04 10:00:00"), ("六", "12-04 10:00:07"))
    assert counted(first, far)[2:] == [("五", 0.0), ("六", 7.0)]


def test_sheets_go_on_counting(tmp_path: Path) -> None:
    """Two sheets of one workbook are counted from one first turn."""
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        for name, word, time in (("上午", "一", "11:59:00"), ("下午", "二", "12:01:00")):
            sheet = book.add_worksheet(name)
            for line, cells in enumerate((HEAD.strip().split(","), ["1", "客服", word, time])):
                sheet.write_row(line, 0, cells)
    assert counted(tmp_path / "a.xlsx") == [("一", 0.0), ("二", 120.0)]


def test_a_job_counts_over_its_files(tmp_path: Path) -> None:
    """A conversation that goes on in a second file is one in order: what both files have counts once."""
    first = written(tmp_path, "a.csv", ("您好", "14:20:00"), ("请讲", "14:20:05"))
    second = written(tmp_path, "b.csv", ("请讲", "14:20:05"), ("再见", "14:20:30"))
    Checker().score_files([second, first], tmp_path / "out")
    rejects = pq.read_table(tmp_path / "out" / "rejects.parquet").to_pylist()
    assert [(row["file"], row["line"], row["reason"]) for row in rejects] == [
        (str(second), 2, f"the same turn as in {first}:3")
    ]
    assert pq.read_table(tmp_path / "out" / "conversations.parquet")["turns"].to_pylist() == [3]


def test_the_date_of_a_line_gives_its_turns_the_year(tmp_path: Path) -> None:
    """In JSON lines, too, times of turns without a year get it from when the conversation began."""
    turn = {"role": "客服", "text": "好", "sent_at": "09-03 14:20:00"}
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"conversation_id": "1", "started_at": "2026-09-03", "turns": [turn]}), encoding="utf-8")
    with pytest.warns(UserWarning, match="taken was 2026, by the date of the conversation"):
        (turns, _), *_ = read(path, "a.jsonl")
    assert turns["sent_at"].to_pylist() == [datetime(2026, 9, 3, 14, 20)]
