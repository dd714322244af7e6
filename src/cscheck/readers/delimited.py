"""CSV and its kin: fast where the text is well formed, exact about lines everywhere."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from .encoding import BLOCK, fault, newlines, utf8_blocks
from .header import TOP, Header, Part, Row, find_header
from .lexicon import ColumnMapping
from .raw import Field, Raw, Reject, filled

DELIMITERS = (",", "\t", ";", "|")
_LONGEST_HEADER = 1 << 20
_SLOW_ROWS = 50_000
_UNTIDY = 64 << 20  # a record longer than this means that the quotes of the file do not pair
_LONGEST_FIELD = 16 << 20
# Arrow has no limit, and a row must read the same whoever reads it; the csv module keeps its limit for the process.
csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_FIELD))


class Layout(NamedTuple):
    """How the rows of one file are cut and named, and the line on which the rows below the header begin."""

    delimiter: str
    header: Header
    begin: int


def read_csv(path: Path, name: str, mapping: ColumnMapping, block: int = BLOCK) -> Part:
    """Read a delimited text file (``, ; | tab``, found out from the header): its header, and its rows as texts.

    Every column is read as text, so ids keep their leading zeros. A block whose quotes pair goes to Arrow; one with
    ragged rows is read by the ``csv`` module, and where quotes do not pair the rest of the file is.

    Raises:
        InputError: I103 no header; I101, I104, I109 the file. What is wrong with the header is in its problems.
    """
    blocks = newlines(utf8_blocks(path, name, block))
    layout, rest = _top(blocks, name, mapping)
    return Part(name, _rows(blocks, layout, rest), mapping, layout.header)


def _rows(blocks: Iterator[bytes], layout: Layout, rest: bytes) -> Iterator[Raw]:
    """Yield the rows below the header; ``rest`` is what was read of them already."""
    carry, line = b"", layout.begin
    for data in chain([rest], blocks, [None]):
        carry = carry + data if data is not None else carry + b"\n" * (carry != b"" and not carry.endswith(b"\n"))
        ends = _record_ends(carry, layout.delimiter)
        if ends is None or (data is None and carry and not len(ends[0])) or (len(carry) > _UNTIDY and not len(ends[0])):
            lines = _lines(chain([carry], blocks))
            yield from _slowly(lines, line, layout)
            return
        if len(ends[0]):
            records, line_counts = ends
            body, carry = carry[: records[-1] + 1], carry[records[-1] + 1 :]
            starts = line + np.concatenate(([0], line_counts[:-1]))
            yield from _block(body, starts, layout)
            line += int(line_counts[-1])
        if data is None and carry:
            yield from _slowly(_lines([carry]), line, layout)


def _top(blocks: Iterator[bytes], name: str, mapping: ColumnMapping) -> tuple[Layout, bytes]:
    """Find the header; return the layout and the bytes after the header that were read already."""
    data = b""
    for block in blocks:
        data += block
        if len(data) > _LONGEST_HEADER:
            break
    text = data[:_LONGEST_HEADER].decode("utf-8", "ignore")
    layouts: list[Layout] = []
    for delimiter in DELIMITERS:
        rows = _first_rows(text, delimiter, max(mapping.header_rows or (0,)) + TOP)
        if any(len(row.cells) > 1 for row, _ in rows) or (rows and not layouts):
            header = find_header([row for row, _ in rows], name, mapping)
            layouts.append(Layout(delimiter, header, next((end for row, end in rows if row.line == header.last), 1)))
    if not layouts:
        raise fault(name, "I103", "the file has no header line", 1)
    best = max(layouts, key=lambda layout: (not layout.header.problems, *_known(layout.header)))
    place = 0
    for _ in range(best.begin - 1):
        place = data.find(b"\n", place) + 1 or len(data)
    return best, data[place:]


def _known(header: Header) -> tuple[int, int]:
    """Return how many columns of a header are known, and how many there are."""
    return len(header.columns.fields), len(header.names)


def _first_rows(text: str, delimiter: str, count: int) -> list[tuple[Row, int]]:
    """Return the first rows that are not blank, each with the line after its last; a badly quoted row ends them."""
    found: list[tuple[Row, int]] = []
    reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter)
    begin = 1
    with suppress(csv.Error):
        for cells in reader:
            if any(cell.strip("\ufeff \t\r\n") for cell in cells):
                found.append((Row(begin, cells), reader.line_num + 1))
            begin = reader.line_num + 1
            if len(found) >= count:
                break
    return found


def _record_ends(data: bytes, delimiter: str) -> tuple[np.ndarray, np.ndarray] | None:
    """Find where records end: the line feeds outside quotes; with each, how many lines the data has up to there.

    Returns None when the quotes do not pair: an opening quote must follow a delimiter, a line end or a quote, a
    closing one must stand before one of these. Only then is parity the truth.
    """
    array = np.frombuffer(data, np.uint8)
    feeds = np.flatnonzero(array == 10)
    quotes = np.flatnonzero(array == 34)
    if not len(quotes):
        return feeds, np.arange(1, len(feeds) + 1)
    outside = np.flatnonzero(np.searchsorted(quotes, feeds) % 2 == 0)
    if not len(outside):
        return feeds[outside], outside
    quotes = quotes[: np.searchsorted(quotes, feeds[outside[-1]])]
    edge = np.zeros(256, bool)
    edge[[10, 13, 34, ord(delimiter)]] = True
    opening, closing = quotes[0::2], quotes[1::2]
    before = opening[opening > 0] - 1
    if not (edge[array[before]].all() and edge[array[closing + 1]].all()):
        return None
    return feeds[outside], outside + 1


def _block(body: bytes, starts: np.ndarray, layout: Layout) -> Iterator[Raw]:
    """Parse whole records with Arrow; where it finds a ragged row, with the csv module."""
    names = [str(place) for place in range(len(layout.header.names))]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(body),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=max(len(body) // 4, 1 << 20)),
            parse_options=arrow_csv.ParseOptions(
                delimiter=layout.delimiter, newlines_in_values=b'"' in body, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                check_utf8=False, column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        table = None
    if table is None or len(table) != len(starts):
        yield from _slowly(_lines([body]), int(starts[0]), layout)
        return
    yield _raw([column.combine_chunks() for column in table.columns], starts, layout, ())


def _raw(values: Sequence[pa.Array], lines: np.ndarray, layout: Layout, rejects: tuple[Reject, ...]) -> Raw:
    """Put columns under the names that they were taken for; a row without a single value is as good as a blank line."""
    some = filled(values)
    if some is not None:
        values, lines = [column.filter(some) for column in values], lines[np.asarray(some)]
    names, columns = layout.header.names, layout.header.columns
    return Raw(
        fields={key: Field(names[place], values[place]) for key, place in columns.fields.items()},
        extras={key: values[place] for key, place in columns.extras.items()},
        lines=lines.astype(np.int64),
        positions=np.zeros(len(lines), np.int32),
        rejects=rejects,
    )


def _slowly(lines: Iterable[str], line: int, layout: Layout) -> Iterator[Raw]:
    """Read rows one by one; a ragged or badly quoted row is rejected with the line on which it begins."""
    rows: list[list[str]] = []
    places: list[int] = []
    rejects: list[Reject] = []
    width = len(layout.header.names)

    def batch() -> Raw:
        columns = [pa.array([row[place] for row in rows], pa.string()) for place in range(width)]
        return _raw(columns, np.array(places, np.int64), layout, tuple(rejects))

    for place, row in _records(lines, line, layout.delimiter):
        if isinstance(row, str):
            rejects.append(Reject(place, 0, None, None, row))
        elif len(row) != width and row:
            reason = f"the row has {len(row)} fields, the header has {width}"
            rejects.append(Reject(place, 0, None, None, reason))
        elif row:
            rows.append(row)
            places.append(place)
        if len(rows) + len(rejects) >= _SLOW_ROWS:
            yield batch()
            rows, places, rejects = [], [], []
    yield batch()


def _records(lines: Iterable[str], line: int, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Yield each record with the line on which it begins, as a list of cells or, if it is badly quoted, the reason.

    After a fault reading goes on at the line after the one where the record began, so that one quote that is never
    closed costs one line and not the rest of the file.
    """
    source = iter(lines)
    waiting: deque[str] = deque()
    taken: list[str] = []

    def feed() -> Iterator[str]:
        while True:
            text = waiting.popleft() if waiting else next(source, None)
            if text is None:
                return
            taken.append(text)
            yield text

    def new() -> Iterator[list[str]]:
        return csv.reader(feed(), delimiter=delimiter, strict=True)

    reader = new()
    while True:
        try:
            row: list[str] | str | None = next(reader, None)
        except csv.Error as error:
            row = f"the quotes of the row cannot be read: {error}"
            waiting.extendleft(reversed(taken[1:]))
            del taken[1:]
            reader = new()
        if row is None:
            return
        yield line, row
        line += len(taken)
        taken.clear()


def _lines(blocks: Iterable[bytes]) -> Iterator[str]:
    """Cut blocks into lines that keep their ends (a text in quotes must stay as Arrow would read it)."""
    carry = b""
    for block in blocks:
        *whole, carry = (carry + block).split(b"\n")
        for line in whole:
            yield line.decode() + "\n"
    if carry:
        yield carry.decode()
