"""Times of day (钟点) without a date: on the day of their conversation, or counted from its start.

A time of day alone says nothing of the day. Where the conversation's metadata tell when it took place (``started_at``,
or a date that never changes within it) the two make wall-clock time; where they do not, only the distances are kept.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from .moments import read_time, zone_of
from .times import DAY, FIRST_DAY, LAST_DAY, LATEST, NONE
from .values import by_value

_SECONDS = 86_400.0
_HALF = _SECONDS / 2  # a clock this far behind an earlier one has passed midnight


class Clocks(NamedTuple):
    """The times of day of the rows of a batch in seconds since midnight, NaN where a row has none."""

    own: np.ndarray  # when the turn began or was sent
    end: np.ndarray


@dataclass
class Origins:
    """From where the times of each conversation so far are counted, in all files and sheets alike.

    ``clocks``: its first time of day (in seconds); ``moments``: the moment of that (microseconds, or NONE); ``days``:
    where times have no year, from which day of a leap year (1 to 366) their hours are counted.
    """

    clocks: dict[str, float] = field(default_factory=dict)
    moments: dict[str, int] = field(default_factory=dict)
    days: dict[str | None, int] = field(default_factory=dict)

    def day_of(self, owner: str | None, first: int, most: int) -> int:
        """Return from which day the hours of a conversation are counted in a file in which ``first`` is its first.

        It is the one of the files before, if that is no later and at most ``most`` days away.
        """
        ahead = (first - self.days.get(owner, first) + 183) % 366 - 183
        if abs(ahead) > most:
            self.clocks.pop(owner or "", None)
        elif ahead < 0 and (owner or "") in self.clocks:
            self.clocks[owner or ""] -= ahead * _SECONDS
        if owner not in self.days or ahead < 0 or ahead > most:
            self.days[owner] = first
        return self.days[owner]


def moments_of(meta: pa.Array, keys: Sequence[str]) -> np.ndarray:
    """Return when the conversation of each row took place, in microseconds since 1970 as written; NONE: not known.

    Args:
        meta: the metadata of each row as JSON objects.
        keys: the metadata that may say it, the best first; a date alone is its midnight.
    """

    def read(text: str) -> tuple[int | None]:
        found = json.loads(text)
        return (next((moment for key in keys if (moment := moment_of(str(found.get(key, "")))) is not None), None),)

    return np.asarray(by_value(meta, read, 1, pa.int64())[0].fill_null(NONE))


@lru_cache(4096)
def moment_of(text: str) -> int | None:
    """Return a date as microseconds since 1970 in its own zone (Unix times: UTC), None where it is none, or too far."""
    when: datetime | None = None
    kind, number = read_time(text)
    if kind == "number" and FIRST_DAY <= number < LAST_DAY:
        when = datetime(1899, 12, 30) + timedelta(milliseconds=round(number * 86_400_000))
    elif kind == "number":
        seconds = number / (1.0 if number < 1e11 else 1e3 if number < 1e14 else 1e6)
        if 1e9 <= seconds < LATEST:
            when = datetime(1970, 1, 1) + timedelta(microseconds=round(seconds * 1e6))
    if when is None:
        with suppress(ValueError):
            when = datetime.fromisoformat(text)
    if when is not None:
        micros = (when.replace(tzinfo=None) - datetime(1970, 1, 1)) // timedelta(microseconds=1)
    elif kind == "stamp":
        micros = int(number) + (zone_of(text) or 0)
    else:
        return None
    return micros if 0 <= micros < LATEST * 1_000_000 else None


def placed(clocks: Clocks, ids: pa.Array, moments: np.ndarray, origins: Origins) -> tuple[np.ndarray, ...]:
    """Return start and end (seconds, NaN) and wall-clock time (microseconds, NONE) of the rows with a time of day.

    A row whose conversation has a date gets the wall-clock time alone, another one seconds from the first row of its
    conversation. A clock half a day or more behind the first one is past midnight. ``origins`` takes in conversations
    that are new, so that the next batch or file goes on with them; what it has earlier is before 0.
    """
    encoded = ids.fill_null("").dictionary_encode()
    codes, names = np.asarray(encoded.indices), encoded.dictionary.to_pylist()
    first = np.array([origins.clocks.get(name, np.nan) for name in names])
    began = np.array([origins.moments.get(name, NONE) for name in names], np.int64)
    rows = np.flatnonzero(~np.isnan(clocks.own))
    _, heads = np.unique(codes[rows], return_index=True)
    heads = rows[heads]
    heads = heads[np.isnan(first[codes[heads]])]
    first[codes[heads]], began[codes[heads]] = clocks.own[heads], moments[heads]
    since = _since(clocks.own, first[codes])
    low = np.zeros(len(names))
    np.fmin.at(low, codes[rows], since[rows])
    first[codes[heads]] += low[codes[heads]]  # rows may stand out of order
    origins.clocks.update({names[code]: float(first[code]) for code in codes[heads].tolist()})
    origins.moments.update({names[code]: int(began[code]) for code in codes[heads].tolist()})

    dated = moments != NONE
    of_day = np.where(dated, moments % DAY, 0) / 1e6
    same = moments // DAY == began[codes] // DAY  # each row may have a date of its own
    later = (same & (clocks.own - first[codes] < -_HALF)) | (clocks.own - of_day < -_HALF)
    seconds = np.where(np.isnan(clocks.own), 0.0, clocks.own) + _SECONDS * later
    stamp = np.where(dated, moments // DAY * DAY + np.rint(seconds * 1e6).astype(np.int64), NONE)
    stamp = np.where(np.isnan(clocks.own), NONE, stamp)
    start, end = (np.where(dated, np.nan, np.round(_since(one, first[codes]), 6)) for one in clocks)
    return start, end, stamp


def _since(clocks: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return the seconds from the first time of day to each one, over midnight where they fall half a day back."""
    since = clocks - first
    return np.asarray(np.where(since < -_HALF, since + _SECONDS, since))
