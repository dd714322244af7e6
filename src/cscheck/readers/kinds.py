"""Of what kind the values of columns of times are, and how one of them is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from .raw import Raw
from .times import NONE, Sense, seconds_and_stamps, take_apart
from .timing import Timing
from .values import column_text

_RATES = {1.0: "seconds", 1e3: "milliseconds", 1e6: "microseconds"}


def kinds_of(window: Sequence[Raw], timing: Timing) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the kinds of values of each column of times."""
    for key, sense in timing.senses.items():
        given = [raw.fields[key] for raw in window if key in raw.fields]
        kinds = dict.fromkeys(kind for one in given for kind in _kinds(one.values, sense))
        if kinds:
            yield given[0].name, tuple(kinds)


def read_as(window: Sequence[Raw], timing: Timing) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield of each column of texts the first time as it is written, and as it is read."""
    for key, sense in timing.senses.items():
        given = [raw.fields[key] for raw in window if key in raw.fields]
        written = next((text for one in given for text in column_text(one.values).drop_null()[:1].to_pylist()), None)
        if written is None:
            continue
        apart = take_apart(pa.array([written]), sense.zone)
        seconds, stamp, clock = (part[0] for part in seconds_and_stamps(apart, sense))
        if stamp != NONE:
            yield given[0].name, (written, str(datetime(1970, 1, 1) + timedelta(microseconds=int(stamp))))
        elif not np.isnan(clock):
            yield given[0].name, (written, str(datetime(1970, 1, 1) + timedelta(seconds=float(clock)))[11:])
        elif not np.isnan(seconds):
            yield given[0].name, (written, f"{seconds:g} 秒")


def _kinds(values: pa.Array, sense: Sense) -> Iterator[str]:
    """Yield the kinds of values in a column of times."""
    apart = take_apart(values)
    if not np.isnan(apart.number).all():
        yield "days" if sense.days else _RATES[sense.per_second]
    if not np.isnan(apart.clock).all():
        yield "clock" if sense.of_day else "offset"
    if (apart.stamp != NONE).any():
        yield "date"
