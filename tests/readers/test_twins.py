"""Messy twins: each example, disordered as exports are, gives the same turn table."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from xlsxwriter import Workbook

from cscheck.readers import read

EXAMPLES = Path(__file__).parents[2] / "examples"
Rows = list[list[str]]
DAY = 86_400


def turns(path: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the turns of a file, but for where they stand, and the reasons of its rejects."""
    parts = list(read(path, path.name))
    table = pa.concat_tables([part for part, _ in parts]).drop_columns(["file", "line"])
    return table.to_pylist(), [reason for _, rejects in parts for reason in rejects["reason"].to_pylist()]


def cells(name: str, encoding: str, delimiter: str = ",") -> Rows:
    """Return the cells of a delimited example."""
    return list(csv.reader(io.StringIO((EXAMPLES / name).read_text(encoding), newline=""), delimiter=delimiter))


def delimited(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def blanks(rows: Rows) -> Rows:
    """Put a blank row behind every third row: one of empty cells, one of blanks."""
    width = len(rows[0])
    found = []
    for place, row in enumerate(rows):
        found += [row] + ([[""] * width] if place % 6 == 2 else [[" "] * width] if place % 6 == 5 else [])
    return found


def serial(text: str) -> str:
    """Return a date as the days that a spreadsheet counts."""
    return repr((datetime.fromisoformat(text) - datetime(1899, 12, 30)).total_seconds() / DAY)


def bank_calls(path: Path) -> Path:
    """UTF-16 with semicolons, notes above, blank rows, thousands separators, dates as days."""
    head, *rows = cells("bank_calls.tsv", "gb18030", "\t")
    rows = [[*row[:1], serial(row[1]), *row[2:8], f"{int(row[8]):,}"] for row in rows]
    notes = [["江岸银行信用卡中心录音转写"], ["导出时间：2026-09-16", "导出人：质检一组"], []]
    out = path / "bank.csv"
    out.write_bytes(delimited([*notes, head, *blanks(rows)]).encode("utf-16"))
    return out


def hotline_calls(path: Path) -> Path:
    """A workbook: a merged title, a header of two rows, ids merged over their rows, times as fractions of a day."""
    _, *rows = cells("hotline_calls.csv", "utf-8-sig")
    out = path / "hotline.xlsx"
    with Workbook(out) as book:
        about = book.add_worksheet("说明")
        about.write_column(0, 0, ["字段说明", "开始时间：相对通话开始"])
        book.add_worksheet("空白")
        sheet = book.add_worksheet("明细")
        sheet.merge_range(0, 0, 0, 12, "云帆宽带通话明细")
        sheet.write(1, 0, "统计口径：全部呼入")
        upper = [
            "通话编号",
            "通话开始时间",
            "渠道",
            "队列",
            "客户",
            "振铃时长",
            "挂断方",
            "轮次",
            "角色",
            "坐席",
            "内容",
            "时间",
            "",
        ]
        for place, name in enumerate(upper):
            if name not in ("客户", "坐席", "时间", ""):
                sheet.merge_range(3, place, 4, place, name)
        sheet.write_row(3, 4, ["客户"])
        sheet.write_row(3, 9, ["坐席"])
        sheet.merge_range(3, 11, 3, 12, "时间")
        sheet.write(4, 4, "ID")
        sheet.write(4, 9, "工号")
        sheet.write_row(4, 11, ["开始时间", "结束时间"])
        line, before, first = 5, "", 5
        for place, row in enumerate(rows):
            if row[0] != before:
                before, first = row[0], line
                last = sum(other[0] == before for other in rows)
                blank = sum(1 for other in range(place + 1, place + last) if other % 4 == 3)
                sheet.merge_range(first, 0, first + last + blank - 1, 0, before)
            elif place % 4 == 3:
                line += 1
            sheet.write_row(line, 1, [serial(row[1]), *row[2:5]])
            sheet.write_number(line, 5, int(row[5]))
            sheet.write(line, 6, row[6])
            sheet.write_number(line, 7, int(row[7]))
            sheet.write_row(line, 8, row[8:11])
            sheet.write_number(line, 11, float(row[11]) / DAY)
            sheet.write_number(line, 12, float(row[12]) / DAY)
            line += 1
    return out


def insurance_chats(path: Path) -> Path:
    """A workbook: a note above the header, blank rows and columns, numbers as texts, dates without their format."""
    rows, _ = turns(EXAMPLES / "insurance_chats.xlsx")
    out = path / "insurance.xlsx"
    with Workbook(out) as book:
        sheet = book.add_worksheet("Sheet1")
        sheet.write(1, 2, "以下为九月会话，仅供内部使用")
        sheet.write_row(4, 2, ["会话ID", "轮次", "角色", "坐席工号", "消息内容", "发送时间", "渠道", "客户编号"])
        line = 5
        for place, row in enumerate(rows):
            line += place % 5 == 4
            role = {"agent": "客服", "customer": "客户"}[row["role"]]
            sheet.write_row(
                line, 2, [row["conversation_id"], str(row["turn_index"]), role, row["agent_id"], row["text"]]
            )
            sheet.write_number(line, 7, float(serial(row["sent_at"].isoformat())))
            sheet.write_row(line, 8, ["在线", row["meta"].split('"')[3]])
            line += 1
    return out


def property_calls(path: Path) -> Path:
    """GB18030 CSV: a note above, blank rows, ``<br>`` between the lines, dates with slashes."""
    rows, _ = turns(EXAMPLES / "property_calls.xlsx")
    words = {"agent": "客服", "customer": "客户"}
    table = [
        ["物业通话", "", "", "", "", "", ""],
        ["工单号", "通话编号", "通话开始时间", "渠道", "坐席姓名", "房号", "通话记录"],
    ]
    order = "20260901", "20260902"
    rooms, began = ("3栋802", "5栋1101"), ("2026/9/8 8:30:12", "2026年9月8日 19:05:44")
    for place, name in enumerate(("WY-0301", "WY-0302")):
        talk = [row for row in rows if row["conversation_id"] == name]
        lines = [
            f"00:{int(row['start'] // 60):02d}:{row['start'] % 60:04.1f} {words[row['role']]}: {row['text']}"
            for row in talk
        ]
        agent = talk[0]["agent_id"]
        table.append([order[place], name, began[place], "电话", agent, rooms[place], "<br/>".join(lines) + "<br/>"])
    out = path / "property.csv"
    out.write_bytes(delimited(blanks(table)).encode("gb18030"))
    return out


def travel_chats(path: Path) -> Path:
    """GB18030 between tabs with Windows line ends, a note above and a blank row."""
    head, *rows = cells("travel_chats.csv", "utf-8-sig")
    text = io.StringIO(newline="")
    table = [
        ["聊天记录导出", "", "", "", ""],
        head,
        [""] * 5,
        *([*row[:4], row[4].replace("\n", "\r\n\r\n")] for row in rows),
    ]
    csv.writer(text, delimiter="\t").writerows(table)
    out = path / "travel.tsv"
    out.write_bytes(text.getvalue().encode("gb18030"))
    return out


def chat_export(path: Path) -> Path:
    """UTF-16 with Windows line ends and more blank lines."""
    text = (EXAMPLES / "chat_export.txt").read_text("utf-8").replace("\n", "\r\n\r\n")
    out = path / "chat.txt"
    out.write_bytes(("\r\n\r\n" + text).encode("utf-16"))
    return out


def shop_chats(path: Path) -> Path:
    """A byte order mark and blank lines."""
    text = (EXAMPLES / "shop_chats.jsonl").read_text("utf-8").replace("\n", "\n\n \n")
    out = path / "shop.jsonl"
    out.write_bytes(text.encode("utf-8-sig"))
    return out


def calls(path: Path) -> Path:
    """The Parquet table as a workbook with Chinese names, thousands separators and a page of statistics."""
    table = pq.read_table(EXAMPLES / "calls.parquet")
    names = {
        "conversation_id": "录音编号",
        "text": "转写结果",
        "start_ms": "开始时间（毫秒）",
        "end_ms": "结束时间（毫秒）",
    }
    out = path / "calls.xlsx"
    with Workbook(out) as book:
        statistics = book.add_worksheet("统计")
        statistics.write_row(0, 0, ["坐席", "通话量", "满意度"])
        statistics.write_row(1, 0, ["A1007", 12, 0.93])
        sheet = book.add_worksheet("录音")
        for place, (name, values) in enumerate(zip(table.column_names, table.columns, strict=True)):
            sheet.write(0, place, names.get(name, name))
            for line, value in enumerate(values.to_pylist(), 2):
                shown = f"{int(value):,}" if name.endswith("_ms") and value is not None else value
                if shown is not None:
                    sheet.write(line, place, shown)
    return out


NO_ROLE = (
    "the sheet is no transcript: no column name is known, the header line may be missing; the first row is: 字段说明"
)
STATISTICS = "the sheet is no transcript: no column for conversation_id; the file has: 坐席, 通话量, 满意度"


@pytest.mark.parametrize(
    ("clean", "disordered", "rejected"),
    [
        ("bank_calls.tsv", bank_calls, []),
        ("hotline_calls.csv", hotline_calls, [NO_ROLE]),
        ("insurance_chats.xlsx", insurance_chats, []),
        ("property_calls.xlsx", property_calls, []),
        ("travel_chats.csv", travel_chats, []),
        ("chat_export.txt", chat_export, []),
        ("shop_chats.jsonl", shop_chats, []),
        ("calls.parquet", calls, [STATISTICS]),
    ],
)
def test_a_messy_twin_gives_the_same_turns(
    clean: str, disordered: Callable[[Path], Path], rejected: list[str], tmp_path: Path
) -> None:
    """Notes, blank rows, merged cells, another encoding and numbers in other dress change no turn, and lose none."""
    expected, nothing = turns(EXAMPLES / clean)
    found, reasons = turns(disordered(tmp_path))
    assert found == expected
    assert nothing == []
    assert [reason[: len(begin)] for reason, begin in zip(reasons, rejected, strict=True)] == rejected
