"""When conversations took place (``started_at``): written as ISO; what is no date stays as it is, and is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from ..checks import printable
from .clocked import named
from .header import Part
from .moments import short_time
from .persons import warn
from .raw import Raw
from .timeofday import moment_of
from .values import column_text, strings

KEY = "started_at"
_EPOCH = datetime(1970, 1, 1)
_TIMES = (pa.types.is_timestamp, pa.types.is_date, pa.types.is_time, pa.types.is_duration)


class NoDate(UserWarning):
    """In ``file`` so many ``rows`` have in a ``column`` a time of the conversation that is no date: ``value`` first."""

    def __init__(self, file: str, column: str, rows: int, line: int, value: str) -> None:
        self.file, self.column, self.rows, self.line, self.value = file, column, rows, line, value
        super().__init__(str(self))

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line}: {self.value!r} in {self.column!r} is no date of a conversation (rows without "
            f"one: {self.rows}): the first turn with a date tells the week, or nothing does; accepted: 2024-01-02, "
            "2024-01-02 09:03:00, Unix time, days of a spreadsheet; from 1970 to 2199"
        )


@dataclass
class _Undated:
    """The lines whose conversation has a time that is no date, and the first of these with its value."""

    lines: set[int] = field(default_factory=set)
    first: tuple[int, str] = (0, "")

    def add(self, lines: np.ndarray, values: Sequence[str]) -> None:
        """Take in lines, each with its value."""
        if not self.lines and len(lines):
            self.first = int(lines[0]), values[0]
        self.lines.update(lines.tolist())


def with_dates(raws: Iterator[Raw], part: Part) -> Iterator[Raw]:
    """Yield batches in which the time of conversations is written as ISO.

    A warning tells of values that are no dates; those without a year alone (``years`` tells of them) are left out.
    """
    undated = _Undated()
    for raw in raws:
        yield _of_column(raw, undated)
    if undated.lines:
        line, value = undated.first
        warn(NoDate(part.name, named(part, KEY), len(undated.lines), line, printable(value[:40])))


def iso_of(text: str) -> str | None:
    """Return a date as ISO writes it, None where it is none; what ISO knows already stays as it is."""
    with suppress(ValueError):
        if len(text) < 9 or not text.isdigit():  # more digits are a Unix time
            return text if 1970 <= datetime.fromisoformat(text).year < 2200 else None
    micros = moment_of(text)
    return None if micros is None else (_EPOCH + timedelta(microseconds=micros)).isoformat(" ")


def _of_column(raw: Raw, undated: _Undated) -> Raw:
    """Return a batch whose column ``started_at`` is written as ISO; native times stay as they are."""
    if KEY not in raw.extras:
        return raw
    values = _flat(raw.extras[KEY])
    encoded = values if pa.types.is_dictionary(values.type) else values.dictionary_encode()
    texts = column_text(encoded.dictionary).to_pylist()
    found = [text and iso_of(text) for text in texts]
    bad = [at for at, text in enumerate(texts) if text and not found[at] and not short_time(text, alone=True)]
    at = np.asarray(encoded.indices.cast(pa.int64()).fill_null(-1))
    rows = np.flatnonzero(np.isin(at, bad))
    undated.add(raw.lines[rows], [texts[code] or "" for code in at[rows[:1]].tolist()])
    if any(test(encoded.dictionary.type) for test in _TIMES):
        return raw
    written = pa.array([new or old for new, old in zip(found, texts, strict=True)], pa.string())
    return replace(raw, extras={**raw.extras, KEY: written.take(encoded.indices)})


def _flat(values: pa.Array) -> pa.Array:
    """Return lists and objects as JSON, any other column as it is."""
    return strings(values) if pa.types.is_nested(values.type) else values
