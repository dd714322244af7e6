"""Workbooks: sheets, cells and what Excel does to ids."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from cscheck.errors import InputError
from cscheck.readers import ColumnMapping, read
from cscheck.readers.excel import cell_text

HEAD = ["会话ID", "角色", "坐席工号", "内容"]
GOOD = [HEAD, ["S1", "客服", 10086, "您好"], ["S1", "客户", "", "在吗"]]
Sheets = dict[str, Sequence[Sequence[Any]]]
Load = Callable[..., tuple[list[dict[str, Any]], list[dict[str, Any]]]]


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """Write a workbook of sheets given as rows; ``dress`` may then write into the last one."""

    def written(sheets: Sheets, dress: Callable[[Worksheet, Workbook], None] | None = None) -> Path:
        path = tmp_path / "a.xlsx"
        with Workbook(path) as made:
            for title, rows in sheets.items():
                sheet = made.add_worksheet(title)
                for line, row in enumerate(rows):
                    sheet.write_row(line, 0, row)
            if dress:
                dress(sheet, made)
        return path

    return written


def loaded(path: Path, mapping: ColumnMapping | None = None) -> tuple[list[dict[str, Any]], list[tuple[str, int, str]]]:
    """Return the turns, and the rejects as file, line and reason."""
    parts = list(read(path, path.name, mapping))
    rejects = [row for _, bad in parts for row in bad.to_pylist()]
    return [row for some, _ in parts for row in some.to_pylist()], [
        (row["file"], row["line"], row["reason"]) for row in rejects
    ]


def test_rows_have_the_numbers_of_excel(book: Callable[..., Path]) -> None:
    """A turn stands in the sheet's row, counted from 1, and the file is named with the sheet."""
    turns, rejects = loaded(
        book({"九月": [["导出"], [], HEAD, [], ["S1", "客服", 10086, "您好"], [], ["S1", "谁", "", "?"]]})
    )
    assert [(t["file"], t["line"], t["conversation_id"], t["agent_id"], t["text"]) for t in turns] == [
        ("a.xlsx[九月]", 5, "S1", "10086", "您好")
    ]
    assert [(file, line, reason.split(" (")[0]) for file, line, reason in rejects] == [
        ("a.xlsx[九月]", 7, "unknown role '谁'")
    ]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (10086.0, "10086"),
        (0.5, "0.5"),
        (-3.0, "-3"),
        (999_999_999_999_999.0, "999999999999999"),
        (202609010912345678.0, "2.02609010912346e+17"),
        ("00042", "00042"),
        ("a_x000D_\nb", "a\nb"),
        ("  ", ""),
        (True, "TRUE"),
        (datetime(2026, 9, 1, 9, 12, 5), "2026-09-01 09:12:05"),
        (time(0, 0, 3, 500_000), "00:00:03.500000"),
        (timedelta(hours=36, seconds=1.5), "36:00:01.500000"),
        (timedelta(minutes=3), "00:03:00"),
    ],
)
def test_cells_as_texts(cell: Any, text: str) -> None:
    """An id stays what was typed, a number of more digits than Excel keeps shows it, times are written out."""
    assert cell_text(cell) == text


def test_rounded_ids_are_rejected(book: Callable[..., Path]) -> None:
    """An id of more than 15 digits that Excel took for a number has lost digits: its row is rejected, not merged."""
    rows = [*GOOD, [202609010912345678, "客服", 1, "好"], [202609010912345679, "客服", 1, "好"]]
    turns, rejects = loaded(book({"a": rows}))
    assert {turn["conversation_id"] for turn in turns} == {"S1"}
    reason = "the conversation id '2.02609010912346e+17' has lost digits: export ids as text"
    assert rejects == [("a.xlsx[a]", 4, reason), ("a.xlsx[a]", 5, reason)]


def test_formulas_and_errors(book: Callable[..., Path]) -> None:
    """A formula counts with its last value, an error as an empty cell; both also where an error was typed."""

    def dress(sheet: Worksheet, made: Workbook) -> None:
        sheet.write_formula(3, 0, "=A2", None, "S1")
        sheet.write_row(3, 1, ["客服", 1, "公式"])
        sheet.write_formula(4, 0, "=NA()", None, "#N/A")
        sheet.write_row(4, 1, ["客服", 1, "没有会话"])
        sheet.write_row(5, 0, ["#N/A", "客服", 1, "没有会话"])
        sheet.write_row(6, 0, ["S1", "客服", "#REF!", "#NAME?"])

    turns, rejects = loaded(book({"a": GOOD}, dress))
    assert [(t["conversation_id"], t["agent_id"], t["text"]) for t in turns[2:]] == [
        ("S1", "1", "公式"),
        ("S1", None, ""),
    ]
    assert [(line, reason) for _, line, reason in rejects] == [
        (5, "no conversation id"),
        (6, "no conversation id"),
        (7, "empty text"),
    ]


def test_other_sheets_are_told_of(book: Callable[..., Path]) -> None:
    """Each sheet is understood on its own; one that is no transcript or has no rows is a reject, an empty one none."""
    sheets = {"说明": [["字段说明"]], "九月": GOOD, "空": [], "十月": [HEAD], "统计": [["坐席工号", "会话量"], [1, 2]]}
    turns, rejects = loaded(book(sheets))
    assert {turn["file"] for turn in turns} == {"a.xlsx[九月]"}
    assert [(file, line, reason[:70]) for file, line, reason in rejects] == [
        ("a.xlsx[说明]", 1, "the sheet is no transcript: no column name is known, the header line m"),
        ("a.xlsx[十月]", 1, "the sheet has no rows below its header"),
        ("a.xlsx[统计]", 1, "the sheet is no transcript: no column for conversation_id; the file ha"),
    ]


def test_sheets_that_the_mapping_names(book: Callable[..., Path]) -> None:
    """Only the sheets that the mapping names are read, and they must be there and be transcripts."""
    path = book({"说明": [["字段说明"]], "九月": GOOD})
    turns, rejects = loaded(path, ColumnMapping(sheets=("九月",)))
    assert (len(turns), rejects) == (2, [])
    with pytest.raises(InputError, match=r"^a.xlsx\[说明\]:1: \[I105\] no column name is known"):
        loaded(path, ColumnMapping(sheets=("说明",)))
    with pytest.raises(InputError) as caught:
        loaded(path, ColumnMapping(sheets=("八月",)))
    assert str(caught.value) == "a.xlsx: [I110] the mapping names the sheet '八月', but the workbook has: 说明, 九月"


def test_a_sheet_of_talk_that_lacks_ids_is_a_fault(book: Callable[..., Path]) -> None:
    """A sheet with roles and texts is a transcript: without ids it is refused, not passed over."""
    with pytest.raises(InputError, match=r"^a.xlsx\[十月\]:1: \[I105\] no column for conversation_id"):
        loaded(book({"九月": GOOD, "十月": [["角色", "内容"], ["客服", "您好"]]}))


@pytest.mark.parametrize(("rows", "code"), [([["说明"]], "I105"), ([HEAD], "I103"), ([], "I103")])
def test_a_book_without_a_transcript_is_refused(book: Callable[..., Path], rows: Any, code: str) -> None:
    """A workbook of which no sheet can be used is an error."""
    with pytest.raises(InputError, match=rf"\[{code}\]"):
        loaded(book({"a": rows}))


def test_merged_cells_hold_for_their_rows(book: Callable[..., Path]) -> None:
    """An id merged over rows is the id of each; words in a merged cell are said once."""

    def dress(sheet: Worksheet, made: Workbook) -> None:
        sheet.merge_range(1, 0, 3, 0, "S1")
        sheet.merge_range(2, 2, 3, 2, 7)
        sheet.merge_range(2, 3, 3, 3, "请稍等")
        sheet.write(2, 1, "客服")
        sheet.write(3, 1, "客服")

    turns, rejects = loaded(book({"a": [HEAD, ["", "客户", "", "在吗"]]}, dress))
    assert [(t["line"], t["conversation_id"], t["agent_id"], t["text"]) for t in turns] == [
        (2, "S1", None, "在吗"),
        (3, "S1", "7", "请稍等"),
        (4, "S1", "7", ""),
    ]
    assert [(line, reason) for _, line, reason in rejects] == [(4, "empty text")]


def test_the_old_format() -> None:
    """A workbook of Excel 97 is read like a new one."""
    turns, rejects = loaded(Path(__file__).parent / "data" / "old.xls")
    assert [(t["file"], t["conversation_id"], t["role"], t["agent_id"], t["text"], t["sent_at"]) for t in turns] == [
        ("old.xls[导出]", "L1", "agent", "10086", "您好", datetime(2026, 9, 1, 9, 0, 3)),
        ("old.xls[导出]", "L1", "customer", None, "在吗", datetime(2026, 9, 1, 9, 0, 9)),
    ]
    assert rejects == []


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls"])
def test_what_is_no_workbook_is_refused(name: str, tmp_path: Path) -> None:
    """A web page or text under the name of a workbook is refused with what to do."""
    (tmp_path / name).write_text("<table><tr><td>会话ID</td></tr></table>", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        list(read(tmp_path / name, name))
    assert str(caught.value).startswith(f"{name}: [I109] the file is not a valid Excel workbook (")
    assert str(caught.value).endswith("(many systems write a web page or CSV under the name .xls)")


@pytest.mark.parametrize("kept", [{}, {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"}])
def test_a_damaged_workbook_is_refused(book: Callable[..., Path], kept: dict[str, bytes]) -> None:
    """A zip archive that holds no workbook, or one with a broken sheet, is refused."""
    path = book({"a": GOOD})
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()} if kept else {"hello.txt": b"hello"}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in (members | kept).items():
            archive.writestr(name, data)
    with pytest.raises(InputError, match=r"^a.xlsx: \[I109\] the file is not a valid Excel workbook"):
        loaded(path)


def test_a_cell_far_off_is_refused(book: Callable[..., Path]) -> None:
    """A stray cell in the last corner would take all memory: it is named instead."""
    path = book({"a": GOOD}, lambda sheet, _: sheet.write(1_048_575, 16_383, "x") and None)
    with pytest.raises(InputError) as caught:
        loaded(path)
    assert str(caught.value) == (
        "a.xlsx: [I111] the last cell of xl/worksheets/sheet1.xml is XFD1048576: delete what stands far off the table"
    )


def test_batches_make_no_difference(book: Callable[..., Path]) -> None:
    """A sheet gives the same rows in batches of any size."""
    from cscheck.readers.excel import read_excel

    path = book({"a": [HEAD, *([f"S{n}", "客服", n, f"第{n}句"] for n in range(7))]})
    for size in (1, 3, 100):
        (part,) = read_excel(path, "a.xlsx", ColumnMapping(), size)
        texts = [text for raw in part.raws for text in raw.fields["text"].values.to_pylist()]
        assert texts == [f"第{n}句" for n in range(7)]


@pytest.mark.parametrize(("cell", "last"), [("XFD1048576", "XFD1048576"), ("aaa60000", "AAA60000")])
def test_a_false_size_hides_no_cell_far_off(book: Callable[..., Path], cell: str, last: str) -> None:
    """What a sheet says of its size is not believed: the cells are asked where they are."""
    path = book({"a": GOOD})
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    key = "xl/worksheets/sheet1.xml"
    far = f'<row r="{cell.lstrip("XFDa")}"><c r="{cell}"><v>1</v></c></row></sheetData>'.encode()
    members[key] = members[key].replace(b"</sheetData>", far)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    with pytest.raises(
        InputError, match=rf"^a.xlsx: \[I111\] the last cell of {key} is {last}: delete what stands far"
    ):
        loaded(path)


def test_a_false_size_harms_no_sheet(book: Callable[..., Path]) -> None:
    """A sheet that says it is larger than it is is read."""
    path = book({"a": GOOD})
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    key = "xl/worksheets/sheet1.xml"
    members[key] = re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', members[key])
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    assert len(loaded(path)[0]) == 2


def test_a_wide_sheet_is_read(book: Callable[..., Path]) -> None:
    """More columns than letters are no reason to refuse a sheet."""
    wide = [[*HEAD, *(f"x{n}" for n in range(60))], ["S1", "客服", 1, "好", *range(60)]]
    assert [turn["text"] for turn in loaded(book({"a": wide}))[0]] == ["好"]


def test_a_name_that_hangs_into_the_header(tmp_path: Path) -> None:
    """A merged cell that begins beside the title and ends in the header names its column."""
    with Workbook(tmp_path / "a.xlsx") as made:
        sheet = made.add_worksheet("a")
        sheet.merge_range(0, 0, 0, 3, "九月质检明细")
        sheet.merge_range(0, 4, 1, 4, "备注")
        sheet.write_row(1, 0, ["会话ID", "角色", "轮次", "内容"])
        sheet.write_row(2, 0, ["S1", "客服", 1, "好", "加急"])
    turns, rejects = loaded(tmp_path / "a.xlsx")
    assert [(turn["text"], turn["meta"]) for turn in turns] == [("好", '{"备注":"加急"}')]
    assert rejects == []


def test_the_workbook_of_a_run_is_no_transcript(book: Callable[..., Path]) -> None:
    """A workbook that a run wrote is refused with one message, and not with what each of its sheets lacks."""
    path = book({title: [["会话ID", "内容"], ["1", "好"]] for title in ("坐席", "会话", "命中", "说明")})
    with pytest.raises(InputError, match=r"^a.xlsx: \[I109\] the workbook of an earlier run .*$"):
        loaded(path)
