"""Sources (来源) of a sheet: a table in memory or a Parquet file, read row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

Source: TypeAlias = pa.Table | Path
ROWS = 4_096  # held at a time


def count(source: Source) -> int:
    """Return the number of rows."""
    return int(pq.read_metadata(source).num_rows if isinstance(source, Path) else source.num_rows)


def columns(source: Source) -> list[str]:
    """Return the names of the columns."""
    return list((pq.read_schema(source) if isinstance(source, Path) else source.schema).names)


def rows(source: Source, names: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the rows as dictionaries, of the columns ``names`` or of all; memory does not grow with their number."""
    if isinstance(source, Path):
        with pq.ParquetFile(source, pre_buffer=False) as file:
            for batch in file.iter_batches(ROWS, columns=names):
                yield from batch.to_pylist()
    else:
        for batch in (source.select(names) if names else source).to_batches(ROWS):
            yield from batch.to_pylist()
