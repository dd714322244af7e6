"""Parquet files and Arrow tables; ``line`` is the 1-based row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import compute as pc
from pyarrow import parquet as pq

from .columns import Assignment
from .encoding import fault
from .header import SAMPLE, Header, Part, Row, named_header
from .lexicon import ColumnMapping
from .raw import Field, Raw
from .values import native

ROWS = 50_000
_IDS = ("conversation_id", "agent_id")


def read_parquet(path: Path, name: str, mapping: ColumnMapping, rows: int = ROWS) -> Part:
    """Read a Parquet file: its columns, and its rows with their native types.

    Raises:
        InputError: I101 the file cannot be read; I109 it is not Parquet. What is wrong with its columns is in the
            problems of the header.
    """
    try:
        # pre_buffer keeps what it has read: memory would grow with the file
        file = pq.ParquetFile(path, pre_buffer=False)
    except OSError as error:
        raise fault(name, "I101", f"the file cannot be read: {error.strerror or error}") from None
    except pa.ArrowException as error:
        raise fault(name, "I109", f"the file is not valid Parquet: {error}") from None
    batches = _batches(file, name, rows)
    first = next(batches, None)
    header = header_of(first if first is not None else file.schema_arrow.empty_table(), name, mapping)
    return Part(name, _raws(chain([first] if first is not None else [], batches), header), mapping, header)


def header_of(table: pa.Table, name: str, mapping: ColumnMapping) -> Header:
    """Return what the columns of a table are taken for, by their names and first values."""
    cells = [_sample(_whole(column)) for column in table.slice(0, SAMPLE).columns]
    below = [Row(line, row) for line, row in enumerate(zip(*cells, strict=True), 1)]
    return named_header(table.column_names, name, mapping, (), below)


def _sample(values: pa.Array) -> list[str]:
    """Return a column as texts by which a dialogue may be known; blank where it holds no texts."""
    values = values.dictionary_decode() if pa.types.is_dictionary(values.type) else values
    if not (_is_binary(values.type) or pa.types.is_string(values.type)):
        return [""] * len(values)
    # as bytes: nobody has looked yet whether the texts are valid
    return [(value or b"").decode("utf-8", "replace") for value in values.cast(pa.large_binary()).to_pylist()]


def _batches(file: pq.ParquetFile, name: str, rows: int) -> Iterator[pa.Table]:
    """Yield the rows of an open file in tables."""
    done = 0
    with file:
        try:
            for batch in file.iter_batches(batch_size=rows):
                yield pa.Table.from_batches([batch])
                done += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise fault(name, "I109", f"the Parquet file is damaged after row {done}: {error}") from None


def _raws(tables: Iterable[pa.Table], header: Header) -> Iterator[Raw]:
    """Put the tables under the names that their columns were taken for."""
    done = 0
    for table in tables:
        yield raw_of(table, header.columns, done)
        done += len(table)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    """Return a column in one piece and in the plain layout."""
    column = column.combine_chunks()
    return _plain(column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column)


def _plain(values: pa.Array) -> pa.Array:
    """Return texts of every layout, also behind a dictionary, in the plain one.

    pandas has large texts, polars views: they must mean what the same texts of a CSV do, and Arrow cannot unpack a
    dictionary of views. A UUID becomes its text, a value of any other extension type what it is stored as.
    """
    kind = values.type
    if isinstance(kind, pa.BaseExtensionType) and kind.extension_name == "arrow.uuid":
        return pa.array([value if value is None else str(value) for value in values.to_pylist()], pa.string())
    if isinstance(kind, pa.BaseExtensionType):
        return _plain(values.storage)
    if pa.types.is_dictionary(kind):
        plain = _plain(values.dictionary)
        same = plain.type == kind.value_type
        return values if same else pa.DictionaryArray.from_arrays(values.indices, plain, safe=False)
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return values.cast(pa.string())
    return values.cast(pa.binary()) if pa.types.is_binary_view(kind) else values


def raw_of(table: pa.Table, columns: Assignment, done: int) -> Raw:
    """Put the columns of a table under the names that they were taken for; ``done`` rows came before."""
    whole = Raw(
        fields={
            key: Field(table.column_names[place], _whole(table.column(place))) for key, place in columns.fields.items()
        },
        extras={key: _whole(table.column(place)) for key, place in columns.extras.items()},
        lines=np.arange(done + 1, done + 1 + len(table), dtype=np.int64),
        positions=np.zeros(len(table), np.int32),
    )
    return _sound(whole)


def _sound(raw: Raw) -> Raw:
    """Return a batch whose columns hold what the understanding can read.

    Bytes are read as UTF-8 (Parquet files of other writers often lack the mark that a column is text). Rows become
    faults where a text is not valid UTF-8, where a list or an object stands in place of a value, and where an id is
    true, false or infinite. Bytes in metadata that are no text are shown with backslashes.
    """
    faults = dict(raw.faults)
    fields = {key: Field(given.name, _field(key, given, faults)) for key, given in raw.fields.items()}
    extras = {key: _extra(key, values, faults) for key, values in raw.extras.items()}
    return replace(raw, fields=fields, extras=extras, faults=faults)


def _field(key: str, given: Field, faults: dict[int, str]) -> pa.Array:
    """Return a column of the turn table without the values that cannot be used."""
    values, kind = given.values, given.values.type
    what = "the text" if key == "text" else f"the column {given.name!r}"
    if key == "meta":
        return _extra(given.name, values, faults)
    wrong = np.zeros(len(values), bool)
    reason = f"{what} holds a list or an object, not a text"
    if pa.types.is_nested(kind):
        wrong = np.asarray(values.is_valid())
        values = pa.nulls(len(values), pa.string())
    elif key in _IDS and (pa.types.is_boolean(kind) or pa.types.is_floating(kind)):
        reason = f"{what} holds an id that is neither text nor a number"
        odd = values.is_valid() if pa.types.is_boolean(kind) else pc.is_inf(values)
        wrong = np.asarray(odd.fill_null(False))
    for place in np.flatnonzero(wrong).tolist():
        faults.setdefault(place, reason)
    return _decoded(values, what, faults)


def _extra(name: str, values: pa.Array, faults: dict[int, str]) -> pa.Array:
    """Return a column of metadata; one of bytes as text."""
    if _is_binary(values.type):
        shown = [None if value is None else value.decode("utf-8", "backslashreplace") for value in values.to_pylist()]
        return pa.array(shown, pa.string())
    return _decoded(values, f"the column {name!r}", faults)


def _decoded(values: pa.Array, what: str, faults: dict[int, str]) -> pa.Array:
    """Return a column with bytes as texts; null, and a fault, where they are not valid UTF-8."""
    try:
        if pa.types.is_dictionary(values.type):
            values.dictionary.validate(full=True)  # the values alone are not looked at otherwise
        values.validate(full=True)
        if not _is_binary(values.type):
            return values
    except pa.ArrowInvalid:
        pass
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    nested = pa.types.is_nested(values.type)
    read: Callable[[Any], Any] = native if nested else _text
    found = []
    for place, value in enumerate(values):
        try:
            found.append(read(value))
        except UnicodeDecodeError:
            faults.setdefault(place, f"{what} is not valid UTF-8")
            found.append(None)
    return pa.array(found, None if nested else pa.string())


def _text(value: pa.Scalar) -> str | None:
    """Return a scalar of bytes or text as text."""
    given = value.as_py()
    return given.decode() if isinstance(given, bytes) else given


def _is_binary(kind: pa.DataType) -> bool:
    """True for bytes of every layout, also behind a dictionary."""
    if pa.types.is_dictionary(kind):
        return _is_binary(kind.value_type)
    tests = (
        pa.types.is_binary,
        pa.types.is_large_binary,
        pa.types.is_fixed_size_binary,
        pa.types.is_binary_view,
    )
    return any(test(kind) for test in tests)
