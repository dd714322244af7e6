"""Workbooks (.xlsx, .xlsm, .xls), each sheet a table of its own; ``line`` is the row as Excel counts it.

Cells are handed on as texts: a whole number as its digits (10086, never 10086.0), dates and times as they are written
(``2026-09-01 09:12:05``, ``09:12:05``). Excel keeps 15 digits: a longer number is written with an exponent, by which
the understanding knows that digits are lost. A cell with an error (#N/A) is an empty cell, a formula its last value.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import reduce
from itertools import chain, islice
from pathlib import Path

import numpy as np
import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
)

from ..errors import InputError, Problem
from .encoding import fault
from .header import TOP, Header, Part, Row, sheet_header
from .lexicon import UNFOLDED, ColumnMapping, names_of
from .raw import Field, Raw

ROWS = 20_000
_MOST_CELLS = 40_000_000  # the reader holds the rectangle that spans all cells
_DIGITS = 10**15  # from here on Excel has rounded a number
_RETURN = re.compile(r"_x000[Dd]_")  # how a carriage return is stored
_COLUMNS = re.compile(rb"\sr=[\"']([A-Za-z]{2,3})\d")  # where cells say they are, from the column AA on
_ROWS = re.compile(rb"\sr=[\"'][A-Za-z]{1,3}(\d{1,10})[\"']")
_NARROW = _MOST_CELLS // 1_048_576  # no sheet of so few columns spans too many cells
_BLOCK = 1 << 20
_LONGEST = 20  # characters of such a place

_RESULTS = {"坐席", "会话", "命中", "说明"}  # sheets of the workbook that a run writes

Cell = int | float | str | bool | date | datetime | time | timedelta


def read_excel(path: Path, name: str, mapping: ColumnMapping, rows: int = ROWS) -> Iterator[Part]:
    """Yield the sheets of a workbook that hold something, named ``book.xlsx[Sheet1]``.

    A sheet whose columns are no transcript's (notes, statistics) or that has no rows below its header is skipped, and
    says why. One that the mapping names, or gives columns of its own, must be a transcript. A column that the mapping
    names may be missing in some of the sheets for which it is named, not in all.

    Raises:
        InputError: I101 the file cannot be read; I109 it is no workbook, or is protected; I110 the mapping names a
            sheet or column that is not there; I111 a cell lies far off; I103, I105, I110 no sheet is a transcript.
    """
    refuse_scattered(path, name)
    with _readable(name):
        opened = CalamineWorkbook.from_path(path)
    with opened as book:
        titles = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        own = mapping.at(name)
        if set(titles) >= _RESULTS and not own.sheets:
            told = "the workbook of an earlier run (质检工作簿), no transcript: cscheck evaluate reads its reviews"
            raise fault(name, "I109", told)
        for title in own.sheets:
            if title not in titles:
                message = f"the mapping names the sheet {title!r}, but the workbook has: {', '.join(titles)}"
                raise fault(name, "I110", message)
        read: list[Part] = []
        problems: list[Problem] = []
        for title in own.sheets or titles:
            said = mapping.at(name, title)
            meant = bool(own.sheets) or said.columns != own.columns
            with _readable(name):
                part = _part(book.get_sheet_by_name(title), name, said, rows, meant)
            if part is not None:
                read += [] if part.skipped else [part]
                problems += part.header.problems if part.header else ()
                yield part
        if not read:
            raise InputError(problems or [Problem(name, 0, 0, "I103", "no sheet has rows below a header")])
        _refuse_unfound(read, name)


def other_sheets(path: Path, name: str, mapping: ColumnMapping) -> list[str]:
    """Return the sheets of a workbook that are not read because the mapping names others.

    Raises:
        InputError: I101, I109 as for ``read_excel``.
    """
    wanted = mapping.at(name).sheets
    if not wanted:
        return []
    with _readable(name), CalamineWorkbook.from_path(path) as book:
        titles = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    return [title for title in titles if title not in wanted]


def _refuse_unfound(read: Sequence[Part], name: str) -> None:
    """Raise an error where none of the sheets for which the mapping names a column has it."""
    lacking: dict[tuple[str, str], list[bool]] = {}
    for part in read:
        for key, given in part.mapping.columns.items():
            absent = part.header is not None and key in part.header.absent
            lacking.setdefault((key, " or ".join(map(repr, names_of(given)))), []).append(absent)
    problems = [
        Problem(name, 0, 0, "I110", f"the column mapping names the column {named} for {key}, which no sheet has")
        for (key, named), absent in lacking.items()
        if all(absent)
    ]
    if problems:
        raise InputError(problems)


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """Turn what the libraries say of a damaged workbook into an error of this one."""
    try:
        yield
    except PasswordError:
        raise fault(name, "I109", "the workbook is protected by a password: save a copy without it") from None
    except (CalamineError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        mend = "open it in Excel and save it as .xlsx (many systems write a web page or CSV under the name .xls)"
        raise fault(name, "I109", f"the file is not a valid Excel workbook ({error}): {mend}") from None
    except OSError as error:
        raise fault(name, "I101", f"the file cannot be read: {error.strerror or error}") from None


def refuse_scattered(path: Path, name: str) -> None:
    """Refuse a sheet that spans far more cells than it fills: reading it would take all memory.

    The cells themselves are asked, not what the sheet says of its size.

    Raises:
        InputError: I101, I109 the file cannot be read; I111 a cell lies far off.
    """
    with _readable(name):
        path.open("rb").close()
        if not zipfile.is_zipfile(path):
            return  # an .xls has 65,536 rows at most
        with zipfile.ZipFile(path) as archive:
            sheets = [one for one in archive.namelist() if one.startswith("xl/worksheets/") and one.endswith(".xml")]
            for member in sheets:
                if last := _far(archive, member):
                    message = f"the last cell of {member} is {last}: delete what stands far off the table"
                    raise fault(name, "I111", message)


def _far(archive: zipfile.ZipFile, member: str) -> str:
    """Return the last cell of a sheet that spans too many cells; empty where it does not."""
    column = max(map(bytes.upper, _found(archive, member, _COLUMNS)), key=_column, default=b"A")
    if _column(column) <= _NARROW:
        return ""
    row = max(map(int, _found(archive, member, _ROWS)), default=0)
    return f"{column.decode()}{row}" if _column(column) * row > _MOST_CELLS else ""


def _found(archive: zipfile.ZipFile, member: str, pattern: re.Pattern[bytes]) -> set[bytes]:
    """Return what a pattern of one group finds in a sheet."""
    found: set[bytes] = set()
    with archive.open(member) as sheet:
        rest = b""
        while block := sheet.read(_BLOCK):
            data = rest + block
            found.update(pattern.findall(data))
            rest = data[-_LONGEST:]
    return found


def _column(letters: bytes) -> int:
    """Return the number of a column: A is 1, AA is 27."""
    return reduce(lambda number, letter: number * 26 + letter - 64, letters, 0)


def _part(sheet: CalamineSheet, file: str, mapping: ColumnMapping, rows: int, meant: bool) -> Part | None:
    """Return one sheet as a table, None where it is empty; one that is ``meant`` to be a transcript is not skipped."""
    cells = _filled_rows(sheet)
    head = list(islice(cells, max(mapping.header_rows or (0,)) + TOP))
    if not head:
        return None
    name = f"{file}[{sheet.name}]"
    header = sheet_header(head, name, mapping)
    if any(place.startswith("column_") for place in header.names):
        header = sheet_header(list(_hung(head, sheet, header)), name, mapping)
    below = [row for row in head if row.line > header.last]
    skipped = ""
    found = header.columns.fields
    # role and text without a conversation: a transcript that lacks something, not another table
    if not meant and not ("role" in found and "text" in found):
        lacking = [problem.message for problem in header.problems if problem.code in ("I105", "I110")]
        skipped = f"the sheet is no transcript: {lacking[0]}" if lacking else ""
    if not skipped and not header.problems and not below:
        skipped = "the sheet has no rows below its header"
    raws = _raws(chain(below, cells), _spans(sheet, header), header, rows)
    return Part(name, iter(()) if skipped else raws, mapping, header, skipped, sheet.name)


def _hung(head: Sequence[Row], sheet: CalamineSheet, header: Header) -> Iterator[Row]:
    """Yield the first rows with the names of columns whose merged cells begin above the header and end in it."""
    row, first = min(header.rows, default=0), sheet.start[1] if sheet.start else 0
    above = {one.line: one.cells for one in head}
    tops = {
        left - first: top + 1
        for (top, left), (bottom, _) in sheet.merged_cell_ranges or ()
        if top + 1 < row <= bottom + 1 and top + 1 in above
    }
    for line, cells in head:
        filled = [cell or (above[tops[at]][at] if at in tops else "") for at, cell in enumerate(cells)]
        yield Row(line, filled if line == row else cells)


def _filled_rows(sheet: CalamineSheet) -> Iterator[Row]:
    """Yield the rows that are not blank as texts."""
    for line, cells in enumerate(sheet.iter_rows(), 1):
        texts = list(map(cell_text, cells))
        if any(texts):
            yield Row(line, texts)


def cell_text(value: Cell) -> str:
    """Return a cell as text."""
    if isinstance(value, str):
        return _RETURN.sub("", value) if "_x000" in value else value if value.strip() else ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        if abs(value) >= _DIGITS:
            return f"{value:.14e}"
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(value.total_seconds(), 60)
        return f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}:{seconds:09.6f}".removesuffix(".000000")
    return value.isoformat()


def _spans(sheet: CalamineSheet, header: Header) -> dict[int, dict[int, int]]:
    """Return the merged cells below the header that go over several rows: first row to column to last row.

    Words said are never repeated: a merged cell of the texts or dialogues stays one.
    """
    once = {header.columns.fields.get(key) for key in ("text", *UNFOLDED)}
    found: dict[int, dict[int, int]] = {}
    first = sheet.start[1] if sheet.start else 0  # rows come without the columns before the first that holds something
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        if bottom > top >= header.last and left - first not in once:
            found.setdefault(top + 1, {})[left - first] = bottom + 1
    return found


def _raws(rows: Iterator[Row], spans: dict[int, dict[int, int]], header: Header, size: int) -> Iterator[Raw]:
    """Yield the rows below the header in batches; a merged cell holds for each of its rows."""
    rows = _spread(rows, spans) if spans else rows
    while batch := list(islice(rows, size)):
        columns = [pa.array(column, pa.string()) for column in zip(*(row.cells for row in batch), strict=True)]
        fields, extras = header.columns.fields, header.columns.extras
        yield Raw(
            fields={key: Field(header.names[place], columns[place]) for key, place in fields.items()},
            extras={key: columns[place] for key, place in extras.items()},
            lines=np.array([row.line for row in batch], np.int64),
            positions=np.zeros(len(batch), np.int32),
        )


def _spread(rows: Iterator[Row], spans: dict[int, dict[int, int]]) -> Iterator[Row]:
    """Give the value of a merged cell to each of its rows."""
    going: dict[int, tuple[int, str]] = {}  # column: last row, value
    for line, cells in rows:
        filled: Sequence[str] = cells
        if going:
            going = {place: (last, value) for place, (last, value) in going.items() if last >= line}
            filled = [cell or (going[place][1] if place in going else "") for place, cell in enumerate(cells)]
        for place, last in spans.get(line, {}).items():
            going[place] = last, filled[place]
        yield Row(line, filled)
