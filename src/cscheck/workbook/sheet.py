"""Sheets (工作表): a table of the book, with a frozen head, filters and columns for the inspector to fill in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from .cells import NUMBER, Pen, Value, clean

MAX_ROWS = 1_048_575  # of a worksheet, below its head
ROW_HEIGHT = 33  # two lines: fixed, for a program that must find the height of each row opens a large book slowly
HEAD_HEIGHT = 33
HEAD = {"bold": True, "bg_color": "#DDE6F0", "text_wrap": True, "valign": "vcenter", "bottom": 1}
TO_FILL = {"bg_color": "#FFF8DC", "text_wrap": True, "valign": "top"}


NAME = "agent_name"  # a column of the sheets alone: the name of the agent whose id stands before it


class Column(NamedTuple):
    """A column: its title, its width in characters (a Han character takes two), how its numbers are shown.

    A ``folded`` column is hidden behind the plus sign over the column before its group. An empty column for the
    inspector is ``to_fill``, by one of the ``choices`` where there are some.
    """

    title: str
    width: float = 10
    number: str = NUMBER
    folded: bool = False
    to_fill: bool = False
    choices: tuple[str, ...] = ()


class Sheet:
    """One table on as many worksheets as its rows need (命中, 命中2, …).

    Rows are added in order, ``finish`` is called at the end. ``rows`` is their number, ``frozen`` the number of columns
    that stay in view, ``height`` that of a row (None: as its text needs).
    """

    def __init__(
        self,
        book: Workbook,
        title: str,
        columns: Sequence[Column],
        rows: int,
        frozen: int = 1,
        height: float | None = ROW_HEIGHT,
    ) -> None:
        self._pen, self._columns, self._added = Pen(book), tuple(columns), 0
        head, fill = book.add_format(HEAD), book.add_format(TO_FILL)
        self._worksheets: list[Worksheet] = []
        for number in range(1, max(1, -(-rows // MAX_ROWS)) + 1):
            worksheet = book.add_worksheet(title if number == 1 else f"{title}{number}")
            worksheet.freeze_panes(1, frozen)
            worksheet.set_row(0, HEAD_HEIGHT)
            if height:
                worksheet.set_default_row(height)
            worksheet.outline_settings(symbols_right=False)  # the plus sign stands over the column that goes before
            for place, column in enumerate(self._columns):
                folding = {"level": 1, "hidden": True} if column.folded else {}
                if not column.folded and place + 1 < len(self._columns) and self._columns[place + 1].folded:
                    folding = {"collapsed": True}
                worksheet.set_column(place, place, column.width, fill if column.to_fill else None, folding)
                worksheet.write_string(0, place, clean(column.title), head)
            self._worksheets.append(worksheet)

    def add(self, values: Sequence[Value], style: str = "") -> None:
        """Add one row; None leaves a cell empty. ``style`` is a font of ``cells.FONTS`` for the whole row."""
        number, row = divmod(self._added, MAX_ROWS)
        worksheet = self._worksheets[number]
        for place, (value, column) in enumerate(zip(values, self._columns, strict=True)):
            if value is not None:
                self._pen.write(worksheet, row + 1, place, value, column.number, style)
        self._added += 1

    def finish(self) -> None:
        """Set the filters and the choices of the inspector's columns, now that the number of rows is known."""
        for number, worksheet in enumerate(self._worksheets):
            last = max(1, min(self._added - number * MAX_ROWS, MAX_ROWS))
            worksheet.autofilter(0, 0, last, len(self._columns) - 1)
            for place, column in enumerate(self._columns):
                if column.choices:
                    choice = {"validate": "list", "source": list(column.choices)}
                    worksheet.data_validation(1, place, last, place, choice)
