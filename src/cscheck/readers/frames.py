"""Frames of any library as Arrow tables."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from .encoding import fault


def arrow_of(frame: Any, name: str) -> tuple[pa.Table, dict[int, str]]:
    """Return a frame as an Arrow table, and the rows that cannot be used with the reason.

    Raises:
        InputError: I123 it is no frame; I124 a column holds values that do not go together, or that nothing reads.
    """
    kind = f"the class {frame.__name__}" if isinstance(frame, type) else type(frame).__name__
    accepted = "give a pandas DataFrame, an Arrow table or a frame with __arrow_c_stream__"
    if isinstance(frame, type) or not (isinstance(frame, pa.RecordBatch) or hasattr(frame, "__arrow_c_stream__")):
        raise fault(name, "I123", f"{accepted} (got {kind})")
    if type(frame).__module__.startswith("pandas") and hasattr(frame, "columns"):
        return _of_pandas(frame, name)
    try:
        table = frame if isinstance(frame, pa.Table) else pa.table(frame)
    except (pa.ArrowException, TypeError, ValueError) as error:  # a single column has the interface, too
        raise fault(name, "I123", f"{accepted} (got {kind}, which is no table: {error})") from None
    for column in table.schema:
        if pa.types.is_interval(column.type) or getattr(column.type, "extension_name", "") == "pandas.period":
            mend = "make it seconds, or timestamps"
            message = f"the column {column.name!r} is of the type {column.type}, which nothing reads: {mend}"
            raise fault(name, "I124", message)
    return table, {}


def _of_pandas(frame: Any, name: str) -> tuple[pa.Table, dict[int, str]]:
    faults: dict[int, str] = {}
    names = [str(column).encode("utf-8", "replace").decode() for column in frame.columns]
    columns = []
    for place, column in enumerate(names):
        try:
            columns.append(_column(frame.iloc[:, place], column, faults))
        except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
            mend = f'make them of one kind, such as frame[{column!r}].astype("string")'
            message = f"the column {column!r} holds values that do not go together: {error.args[0]}; {mend}"
            raise fault(name, "I124", message) from None
    return pa.Table.from_arrays(columns, names=names), faults


def _column(values: Any, name: str, faults: dict[int, str]) -> pa.Array | pa.ChunkedArray:
    """Return a column, periods as the moments at which they begin.

    A value with half of a character, which no UTF-8 can hold, makes its row a fault.
    """
    if type(values.dtype).__name__ == "PeriodDtype":
        values = values.dt.to_timestamp()
    try:
        return pa.array(values, from_pandas=True)
    except UnicodeEncodeError:
        whole = values.astype(object).tolist()
    for row, value in enumerate(whole):
        try:
            pa.array([value])
        except UnicodeEncodeError:
            whole[row] = None
            faults.setdefault(row, f"the column {name!r} holds a lone surrogate (half of a character)")
    return pa.array(whole, from_pandas=True)
