"""Cells (单元格): texts and values as a worksheet can hold them, so that no program takes them for anything else."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ..marks import MATCHED, SEEN, Mark, runs

MAX_UNITS = 32_767  # of a cell, in UTF-16
CUT = "……（超出单元格上限，已截断）"
BEFORE_EVIDENCE = 200  # characters kept before evidence that lies beyond the limit
# What XML 1.0 cannot hold; a carriage return would be shown as _x000D_.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ESCAPED = re.compile(r"_x[0-9A-Fa-f]{4}_")  # Excel reads it as a character
FORMULA_SIGNS = ("=", "+", "-", "@")
FIRST_DATE = datetime(1900, 3, 1)  # before it the programs disagree on the day
DATE, PERCENT, WHOLE_PERCENT, NUMBER = "yyyy-mm-dd hh:mm:ss", "0.0%", "0%", "General"
FONTS: dict[str, dict[str, object]] = {
    MATCHED: {"bold": True, "font_color": "#C00000"},
    SEEN: {"font_color": "#1F5FBF"},
    "grey": {"font_color": "#808080"},
    "": {},
}


class Marked(NamedTuple):
    """A text with marked words."""

    text: str
    marks: tuple[Mark, ...] = ()


Value = str | Marked | bool | int | float | datetime | None


def clean(text: str) -> str:
    """Return a text of the same length; each character that a worksheet cannot hold becomes U+FFFD."""
    return UNPRINTABLE.sub("\ufffd", text).replace("\r", "\n")


def fitted(given: Marked) -> Marked:
    """Cut a text to what a cell holds, visibly, so that the first of the matched words stay in it."""
    text, marks = given
    if len(text.encode("utf-16-le", "surrogatepass")) // 2 <= MAX_UNITS:
        return given
    limit = (MAX_UNITS - 2 * len(CUT)) // (2 if max(text) > "\uffff" else 1)
    matched = min((mark.start for mark in marks if mark.style == MATCHED), default=0)
    low = max(0, matched - BEFORE_EVIDENCE) if matched > limit // 2 else 0
    high = low + limit
    head, tail = CUT if low else "", CUT if high < len(text) else ""
    moved = len(head) - low
    kept = [
        Mark(max(mark.start, low) + moved, min(mark.end, high) + moved, mark.style)
        for mark in marks
        if mark.start < high and mark.end > low
    ]
    return Marked(f"{head}{text[low:high]}{tail}", tuple(kept))


class Pen:
    """Writes values into the cells of one book; it keeps the book's formats."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._formats: dict[tuple[str, str, bool], Format] = {}
        self._fonts = {style or None: book.add_format(font) for style, font in FONTS.items()}

    def write(self, sheet: Worksheet, row: int, place: int, value: Value, number: str, style: str = "") -> None:
        """Write a value; ``number`` says how a number is shown, ``style`` is one of ``FONTS``."""
        if isinstance(value, str):
            self._text(sheet, row, place, Marked(value), style)
        elif isinstance(value, Marked):
            self._text(sheet, row, place, value, style)
        elif isinstance(value, bool):
            sheet.write_string(row, place, "是" if value else "否", self._format("", style))
        elif isinstance(value, datetime):
            if value >= FIRST_DATE:
                sheet.write_datetime(row, place, value, self._format(DATE, style))
            else:
                sheet.write_string(row, place, value.isoformat(" "), self._format("", style))
        elif value is not None:
            sheet.write_number(row, place, value, self._format(number, style))

    def _text(self, sheet: Worksheet, row: int, place: int, value: Marked, style: str) -> None:
        text, marks = value if len(value.text) <= MAX_UNITS // 2 else fitted(value)
        text = clean(text)
        if text.startswith("<r>") and text.endswith("</r>"):
            text += " "  # XlsxWriter would take it for a rich string that is XML already
        risky = text.startswith(FORMULA_SIGNS)
        # XlsxWriter escapes rich strings twice, and text that looks like an escape would change
        pieces = runs(text, marks) if marks and not ESCAPED.search(text) else [(text, None)]
        if len(pieces) == 1:
            sheet.write_string(row, place, text, self._format("", pieces[0][1] or style, risky))
            return
        tokens = [token for piece, font in pieces for token in (self._fonts[font], piece)]
        sheet.write_rich_string(row, place, *tokens, self._format("", style, risky))

    def _format(self, number: str, style: str, risky: bool = False) -> Format:
        """Return the format of a cell; ``risky`` text has an apostrophe, so that to edit it makes no formula of it."""
        key = (number, style, risky)
        if key not in self._formats:
            made = self._book.add_format({"valign": "top", "text_wrap": not number, **FONTS[style]})
            if number:
                made.set_num_format(number)
            made.set_quote_prefix(risky)
            self._formats[key] = made
        return self._formats[key]
