"""Parquet files and Arrow tables, one row a turn; ``line`` is the 1-based row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet as pq

from .columns import Assignment, table_columns
from .encoding import fault
from .lexicon import ColumnMapping
from .raw import Field, Raw

ROWS = 50_000


def read_parquet(path: Path, name: str, mapping: ColumnMapping, rows: int = ROWS) -> Iterator[Raw]:
    """Yield the rows of a Parquet file with their native types.

    Raises:
        InputError: I101 the file cannot be read; I109 it is not Parquet; I105, I106, I110 its columns.
    """
    try:
        # pre_buffer keeps what it has read: memory would grow with the file
        file = pq.ParquetFile(path, pre_buffer=False)
    except OSError as error:
        raise fault(name, "I101", f"the file cannot be read: {error.strerror or error}") from None
    except pa.ArrowException as error:
        raise fault(name, "I109", f"the file is not valid Parquet: {error}") from None
    with file:
        columns = table_columns(file.schema_arrow.names, name, mapping)
        done = 0
        try:
            for batch in file.iter_batches(batch_size=rows):
                yield raw_of(pa.Table.from_batches([batch]), columns, done)
                done += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise fault(name, "I109", f"the Parquet file is damaged after row {done}: {error}") from None


def raw_of(table: pa.Table, columns: Assignment, done: int) -> Raw:
    """Put the columns of a table under the names that they were taken for; ``done`` rows came before."""

    def values(place: int) -> pa.Array:
        column = table.column(place).combine_chunks()
        whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        return whole.storage if isinstance(whole.type, pa.BaseExtensionType) else whole

    return Raw(
        fields={key: Field(table.column_names[place], values(place)) for key, place in columns.fields.items()},
        extras={key: values(place) for key, place in columns.extras.items()},
        lines=np.arange(done + 1, done + 1 + len(table), dtype=np.int64),
        positions=np.zeros(len(table), np.int32),
    )
