"""The sheet 拒收: every input row that could not be used, with its place and the reason."""

from __future__ import annotations

from xlsxwriter import Workbook

from ..reasons import in_chinese
from .sheet import Column, Sheet
from .source import Source, count, rows

TITLE = "拒收"
COLUMNS = {
    "file": (Column("文件", 40), "输入文件，照给出的写法"),
    "line": (Column("行", 8), "行号，从 1 起"),
    "conversation_id": (Column("会话ID", 18), "会话的编号，看得出时才有"),
    "turn_index": (Column("轮次", 8), "话轮编号，看得出时才有"),
    "reason": (Column("原因", 80), "为什么没有采用"),
}


def write_rejects(book: Workbook, rejects: Source) -> None:
    """Write the sheet; nothing where no row was rejected."""
    if not count(rejects):
        return
    sheet = Sheet(book, TITLE, [column for column, _ in COLUMNS.values()], count(rejects), height=None)
    for row in rows(rejects):
        told = {**row, "reason": in_chinese(row["reason"])}
        sheet.add([told[name] for name in COLUMNS])
    sheet.finish()
