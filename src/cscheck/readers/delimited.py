"""CSV and its kin, one row a turn: fast where the text is well formed, exact about lines everywhere."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from .columns import Assignment, assign, table_columns
from .encoding import BLOCK, fault, newlines, utf8_blocks
from .lexicon import ColumnMapping
from .raw import Field, Raw, Reject

DELIMITERS = (",", "\t", ";", "|")
_LONGEST_HEADER = 1 << 20
_SLOW_ROWS = 50_000
_UNTIDY = 64 << 20  # a record longer than this means that the quotes of the file do not pair
_LONGEST_FIELD = 16 << 20
# Arrow has no limit, and a row must read the same whoever reads it; the csv module keeps its limit for the process.
csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_FIELD))


class Layout(NamedTuple):
    """How the rows of one file are cut and named."""

    delimiter: str
    names: list[str]
    columns: Assignment


def read_csv(path: Path, name: str, mapping: ColumnMapping, block: int = BLOCK) -> Iterator[Raw]:
    """Yield the rows of a delimited text file (``, ; | tab``, found out from the header) as texts.

    Every column is read as text, so ids keep their leading zeros. A block whose quotes pair goes to Arrow; one with
    ragged rows is read by the ``csv`` module, and where quotes do not pair the rest of the file is.

    Raises:
        InputError: I103 no header or no rows; I105, I106, I110 the header; I101, I104, I109 the file.
    """
    blocks = newlines(utf8_blocks(path, name, block))
    layout, line, rest = _header(blocks, name, mapping)
    carry = b""
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


def _header(blocks: Iterator[bytes], name: str, mapping: ColumnMapping) -> tuple[Layout, int, bytes]:
    """Read the header; return the layout, the line on which the rows begin and the bytes after the header."""
    data = b""
    for block in blocks:
        data += block
        if _has_record(data.lstrip(b"\r\n")) or len(data) > _LONGEST_HEADER:
            break
    blank = len(data) - len(data.lstrip(b"\r\n"))
    text = data[blank : blank + _LONGEST_HEADER].decode("utf-8", "ignore")
    best: tuple[int, int, str, list[str], int] | None = None
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=delimiter)
        try:
            names = [cell.strip("\ufeff \t\r\n") for cell in next(reader, [])]
        except csv.Error:
            continue
        try:
            known = len(assign(names, mapping).fields)
        except KeyError:
            known = 0
        if names and (best is None or (known, len(names)) > best[:2]):
            best = known, len(names), delimiter, names, reader.line_num
    if best is None:
        raise fault(name, "I103", "the file has no header line", 1)
    _, _, delimiter, names, count = best
    line = data[:blank].count(b"\n") + 1
    columns = table_columns(names, name, mapping, line)
    place = blank
    for _ in range(count):
        place = data.find(b"\n", place) + 1 or len(data)
    return Layout(delimiter, names, columns), line + count, data[place:]


def _has_record(data: bytes) -> bool:
    """True when the data holds a line feed outside quotes."""
    place = data.find(b"\n")
    while place >= 0 and data.count(b'"', 0, place) % 2:
        place = data.find(b"\n", place + 1)
    return place >= 0


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
    names = [str(place) for place in range(len(layout.names))]
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
    """Put columns under the names that they were taken for."""
    return Raw(
        fields={key: Field(layout.names[place], values[place]) for key, place in layout.columns.fields.items()},
        extras={key: values[place] for key, place in layout.columns.extras.items()},
        lines=lines.astype(np.int64),
        positions=np.zeros(len(lines), np.int32),
        rejects=rejects,
    )


def _slowly(lines: Iterable[str], line: int, layout: Layout) -> Iterator[Raw]:
    """Read rows one by one; a ragged or badly quoted row is rejected with the line on which it begins."""
    rows: list[list[str]] = []
    places: list[int] = []
    rejects: list[Reject] = []
    width = len(layout.names)

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
