"""Columns of native types as text, value by distinct value."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import compute as pc

PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_ERRORS = ["#N/A", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!"]


def strings(values: pa.Array, keep: bool = False) -> pa.Array:
    """Return a column as texts: whole numbers as their digits (also those stored as floats), the rest as Arrow does.

    Durations are texts of their seconds, lists and objects are JSON. With ``keep`` a column that is not of texts is
    returned as it is (only dictionaries are unpacked).
    """
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    kind = values.type
    if keep and not pa.types.is_string(kind):
        return values
    if pa.types.is_duration(kind):
        return _floats(seconds_of(values))
    if pa.types.is_floating(kind):
        return _floats(values)
    if pa.types.is_decimal(kind):
        return pa.array([None if value is None else f"{value:f}" for value in values.to_pylist()], pa.string())
    if pa.types.is_nested(kind):
        texts = [
            None if value is None else json.dumps(value, ensure_ascii=False, default=str) for value in listed(values)
        ]
        return pa.array(texts, pa.string())
    return values if pa.types.is_string(kind) else values.cast(pa.string())


def seconds_of(values: pa.Array) -> pa.Array:
    """Return durations, whose type has the unit, as seconds."""
    return pc.divide(values.cast(pa.int64()).cast(pa.float64(), safe=False), float(PER_SECOND[values.type.unit]))


def _floats(values: pa.Array) -> pa.Array:
    """Return floats as texts; whole ones without a point, not-a-number as null.

    From 2**53 on a float cannot hold every whole number: such an id has lost digits and is shown as a float
    (9.007199254740992e+16), which the reader of ids rejects.
    """
    return pa.array([_float(value) for value in values.to_pylist()], pa.string())


def _float(value: float | None) -> str | None:
    """Return one float as text."""
    if value is None or math.isnan(value):
        return None
    if abs(value) >= 2**53:
        return f"{value:.16e}"
    return str(int(value)) if value.is_integer() else repr(value)


def column_text(values: pa.Array, trim: bool = True) -> pa.Array:
    """Return a column as texts, blank ones as null; ``trim`` takes blanks and tabs from both ends.

    Exports put a tab beside a long number to keep a spreadsheet from rounding it.
    """
    text = strings(values)
    trimmed = pc.utf8_trim_whitespace(text)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed if trim else text)


def without_errors(values: pa.Array) -> pa.Array:
    """Return a column with null in place of a spreadsheet's errors: #N/A is no id, and #NAME? nobody's words."""
    if not pa.types.is_string(values.type):
        return values
    wrong = pc.is_in(values, pa.array(_ERRORS))
    return pc.if_else(wrong, pa.scalar(None, pa.string()), values) if pc.any(wrong).as_py() else values


def by_value(
    values: pa.Array, read: Callable[[str], Sequence[Any]], width: int, kind: pa.DataType | None = None
) -> list[pa.Array]:
    """Apply ``read`` to each distinct text; return ``width`` columns (of texts unless ``kind`` is given).

    Null and blank values give null.
    """
    encoded = values if pa.types.is_dictionary(values.type) else strings(values).dictionary_encode()
    nothing = (None,) * width
    found = [read(value) if value and value.strip() else nothing for value in strings(encoded.dictionary).to_pylist()]
    columns = [pa.array([row[place] for row in found], kind or pa.string()) for place in range(width)]
    return [column.take(encoded.indices) for column in columns]


def native(value: pa.Scalar) -> Any:
    """Return one value as Python has it; a time that Python cannot hold as its number.

    Raises:
        UnicodeDecodeError: the value holds a text that is not valid UTF-8.
    """
    try:
        return value.as_py()
    except UnicodeDecodeError:
        raise
    except (OverflowError, ValueError):
        if isinstance(value, pa.StructScalar):
            return {key: native(part) for key, part in value.items()}
        if isinstance(value, pa.ListScalar):
            return [native(part) for part in value.values]
        inner = value.value  # of a dictionary another scalar
        return native(inner) if isinstance(inner, pa.Scalar) else inner


def listed(values: pa.Array) -> list[Any]:
    """Return a column as Python values, also where it holds times that Python cannot hold."""
    try:
        found: list[Any] = values.to_pylist()
    except (OverflowError, ValueError):
        return [native(value) for value in values]
    return found


def spread(part: np.ndarray, empty: float, places: np.ndarray) -> np.ndarray:
    """Give each row the value of its distinct value; place -1 is ``empty``."""
    found: np.ndarray = np.append(part, empty).astype(part.dtype)[places]
    return found
