"""The workbook (qa.xlsx, 质检工作簿): what was found, as an inspector reads and reviews it.

Known to its callers alone, and imported only when a workbook is asked for.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from xlsxwriter import Workbook

from .contents import Contents
from .conversations import write_conversations
from .figures import columns_of, write_figures
from .findings import numbers_of, write_findings
from .notes import write_notes
from .rejects import write_rejects

__all__ = ["Contents", "write_workbook"]
CREATED = datetime(2000, 1, 1)  # of every book, so that the same results give the same bytes


def write_workbook(path: Path, given: Contents) -> None:
    """Write the workbook with the sheets 坐席, 班组, 周, 会话, 命中, 拒收 and 说明.

    班组 and 周 are there where teams and dates are known, 拒收 where rows were rejected.

    Temporary files lie in the folder of ``path``. Memory does not grow with the rows, but for two numbers of each
    conversation with findings. The same contents give the same bytes.

    Raises:
        xlsxwriter.exceptions.FileCreateError: the file cannot be written.
    """
    tables = given.tables
    with Workbook(str(path), {"constant_memory": True, "tmpdir": str(path.parent), "use_zip64": True}) as book:
        book.set_properties({"title": "客服话术质检", "comments": "cscheck", "created": CREATED})
        shown = {title: columns_of(table, given.categories, given.names) for title, table in given.figures.items()}
        for title, table in given.figures.items():
            write_figures(book, title, table, shown[title], given.names)
        numbers = numbers_of(tables["findings"])
        write_conversations(book, given, numbers)
        write_findings(book, given)
        write_rejects(book, tables["rejects"])
        write_notes(book, given, shown)
