"""Times of every shape as seconds from the start of the conversation or as wall-clock time.

* a number is a count of seconds, milliseconds or microseconds from the start: the unit in the column's name decides;
  without one it is milliseconds if all values are whole and the median step between two turns of a conversation (or,
  where there is no step, the median length of a turn) is above 500, because nobody waits 500 s in the middle of a
  conversation; else seconds;
* numbers with a fraction that all lie between 36,526 (2000-01-01) and 73,050 (2099-12-31) are the days of a spreadsheet
  whose cells have lost their format, and numbers below 1 whose median step is under a hundredth are fractions of its
  day; a unit in the name forbids both;
* a duration is seconds, whatever its name and size: its type has the unit;
* a number from 1,000,000,000 on is Unix time (10 digits seconds, 13 milliseconds, 16 microseconds; UTC);
* ``HH:MM:SS(.fff)`` and ``MM:SS`` are seconds from the start, unless the median first value of a conversation is an
  hour or more: then they are times of day, which ``timeofday`` puts on the day of the conversation; the same holds of a
  column of sending times all of whose values are ``HH:MM`` of a day (15:05 is no quarter of an hour after the start);
* a full date (ISO, ``2024/1/2 9:03``, ``2024年1月2日 下午3时3分``) is wall-clock time as written; one with a zone is
  told by the clock of the first zone of its column, so that the day is the one that is written there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from pyarrow import compute as pc

from .lexicon import unit_of
from .moments import read_time, zone_of
from .values import PER_SECOND, seconds_of, spread

ACCEPTED = "accepted: seconds, milliseconds, HH:MM:SS, MM:SS, 2024-01-02 09:03:00, Unix time; from 1970 to 2199"
_EPOCH = 1e9
LATEST = 7_258_118_400  # 2200-01-01 in seconds since 1970
NONE = int(np.iinfo(np.int64).min)  # no time stamp
DAY = 86_400_000_000  # microseconds
_SECONDS_OF_DAY = 86_400
FIRST_DAY, LAST_DAY, _DAY_1970 = 36_526, 73_051, 25_569  # days of a spreadsheet: 2000-01-01, 2100-01-01, 1970-01-01


class Times(NamedTuple):
    """One column of times, taken apart: NaN (for ``stamp`` the lowest int64) where a value is of another kind."""

    number: np.ndarray  # plain counts, in the column's unit
    clock: np.ndarray  # HH:MM:SS as seconds
    stamp: np.ndarray  # microseconds since 1970
    bad: np.ndarray  # places of values that are none of these


@dataclass(frozen=True)
class Sense:
    """What a column's numbers and clocks mean.

    ``per_second`` counts make a second; ``of_day``: clocks are times of day; ``days``: numbers count days; ``hours``:
    what seems MM:SS is HH:MM; ``zone``: by whose clock moments with a zone are told, in microseconds east of UTC.
    """

    per_second: float = 1.0
    of_day: bool = False
    days: bool = False
    hours: bool = False
    zone: int = 0


def take_apart(values: pa.Array, zone: int = 0) -> Times:
    """Sort the values of a column by kind; null and blank values are of no kind and not bad.

    What is written with a zone is told by the clock of ``zone`` (see ``Sense``).
    Wall-clock time before 1970 or from 2200 on is bad: it is what systems write for "never" or "not yet".
    """
    found = _by_kind(values, zone)
    given = found.stamp != NONE
    wrong = given & ((found.stamp < 0) | (found.stamp >= LATEST * 1_000_000))
    if not wrong.any():
        return found
    return found._replace(
        stamp=np.where(wrong, NONE, found.stamp), bad=np.union1d(found.bad, np.flatnonzero(wrong)).astype(np.int64)
    )


def _by_kind(values: pa.Array, zone: int) -> Times:
    """Sort the values of a column by kind, whatever their size."""
    if pa.types.is_dictionary(values.type):
        parts = take_apart(values.dictionary, zone)
        at = np.asarray(values.indices.cast(pa.int64()).fill_null(-1))  # polars counts without a sign
        bad = np.flatnonzero(np.isin(at, parts.bad))
        return Times(spread(parts[0], np.nan, at), spread(parts[1], np.nan, at), spread(parts[2], NONE, at), bad)
    kind = values.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return _stamps(values)
    if pa.types.is_duration(kind):
        return _numbers(_floats(seconds_of(values)))
    if pa.types.is_time(kind):
        micros = values.cast(pa.time64("us"), safe=False).cast(pa.int64())
        return _numbers(np.full(len(values), np.nan))._replace(clock=_floats(micros) / 1e6)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return _numbers(_floats(values))  # not-a-number is how data frames say null
    return _texts(values.cast(pa.string()), zone)


def _floats(values: pa.Array) -> np.ndarray:
    """Return numbers as floats, null as NaN."""
    return np.asarray(values.cast(pa.float64(), safe=False).fill_null(math.nan))


def _numbers(numbers: np.ndarray) -> Times:
    """Split plain counts from Unix times; negative and infinite values are bad."""
    wrong = (numbers < 0) | np.isinf(numbers) | (numbers >= 1e17)
    epoch = (numbers >= _EPOCH) & ~wrong
    scale = np.select([numbers < 1e11, numbers < 1e14], [1e6, 1e3], 1.0)
    stamp = np.full(len(numbers), NONE, np.int64)
    stamp[epoch] = np.rint(numbers[epoch] * scale[epoch]).astype(np.int64)
    plain = np.where(epoch | wrong, np.nan, numbers)
    return Times(plain, np.full(len(numbers), np.nan), stamp, np.flatnonzero(wrong))


def _stamps(values: pa.Array) -> Times:
    """Return native time stamps as microseconds, those of a zone as its clock shows them."""
    if pa.types.is_timestamp(values.type) and values.type.tz not in (None, "UTC"):
        values = pc.local_timestamp(values)
    kind = values.type
    empty = np.full(len(values), np.nan)
    if pa.types.is_date32(kind):
        values, rate = pc.multiply(values.cast(pa.int32()).cast(pa.int64()), 86_400), 1
    else:
        values, rate = values.cast(pa.int64()), PER_SECOND["ms" if pa.types.is_date64(kind) else kind.unit]
    counts = np.asarray(values.fill_null(NONE))
    # judged in the unit of the column: a far date has no microseconds that fit into 64 bits
    wrong = (counts != NONE) & ((counts < 0) | (counts >= LATEST * rate))
    good = np.where(wrong | (counts == NONE), 0, counts)
    micros = good * (1_000_000 // rate) if rate <= 1_000_000 else good // (rate // 1_000_000)
    return Times(empty, empty, np.where(wrong | (counts == NONE), NONE, micros), np.flatnonzero(wrong))


def _texts(values: pa.Array, zone: int) -> Times:
    """Read texts: whole columns at once where they are all numbers or all ISO dates, else value by value."""
    trimmed = pc.utf8_trim_whitespace(values)
    trimmed = pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
    if trimmed.null_count == len(trimmed):
        return _numbers(np.full(len(trimmed), np.nan))
    try:
        floats = trimmed.cast(pa.float64())
        if bool(pc.all(pc.is_finite(floats)).as_py()):
            return _numbers(_floats(floats))
    except pa.ArrowInvalid:
        pass
    first = trimmed.drop_null().slice(0, 1)
    for name, shift in ((None, 0), ("UTC", zone)):
        try:
            first.cast(pa.timestamp("us", name))  # a failing cast goes through the whole column first
            found = _stamps(trimmed.cast(pa.timestamp("us", name)))
            return found._replace(stamp=np.where(found.stamp == NONE, NONE, found.stamp + shift))
        except pa.ArrowInvalid:
            pass
    encoded = trimmed.dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    parts = [read_time(text) for text in texts]
    numbers = _numbers(np.array([value if kind == "number" else np.nan for kind, value in parts]))
    clocks = np.array([value if kind == "clock" else np.nan for kind, value in parts])
    shifts = [0 if zone == 0 or zone_of(text) is None else zone for text in texts]
    moments = zip(parts, shifts, strict=True)
    stamps = np.array([int(one[1]) + shift if one[0] == "stamp" else NONE for one, shift in moments], np.int64)
    bad = [place for place, (kind, _) in enumerate(parts) if kind == "bad"]
    stamp = np.where(stamps == NONE, numbers.stamp, stamps)
    merged = Times(numbers.number, clocks, stamp, np.union1d(numbers.bad, np.array(bad, np.int64)))
    at = np.asarray(encoded.indices.fill_null(-1))
    bad_places = np.flatnonzero(np.isin(at, merged.bad))
    return Times(spread(merged[0], np.nan, at), spread(merged[1], np.nan, at), spread(merged[2], NONE, at), bad_places)


def counts_days(name: str, times: Times, conversations: np.ndarray) -> bool:
    """True when the numbers of a column are a spreadsheet's days or fractions of a day."""
    numbers = times.number[~np.isnan(times.number)]
    if not len(numbers) or unit_of(name)[1]:
        return False
    if numbers.min() >= FIRST_DAY:
        return bool(numbers.max() < LAST_DAY and (numbers % 1 > 0).any())
    return bool(numbers.max() < 1 and 0 < _step([times.number], conversations) < 0.01)


def from_days(times: Times) -> Times:
    """Return a column with a spreadsheet's days as wall-clock times, and fractions of a day as clocks."""
    days = times.number
    whole, part = days >= 1, days < 1
    stamp = times.stamp.copy()
    # a millisecond is the finest that Excel shows; its days hold no more
    stamp[whole] = np.rint((days[whole] - _DAY_1970) * 86_400_000).astype(np.int64) * 1_000
    clock = np.where(part, np.rint(days * 86_400_000) / 1_000, times.clock)
    return times._replace(number=np.full(len(days), np.nan), clock=clock, stamp=stamp)


def judge(names: Sequence[str], columns: Sequence[Times], conversations: np.ndarray) -> list[Sense]:
    """Decide what numbers and clocks mean from the first rows of a file.

    Args:
        names: the names of the time columns, which may give a unit.
        columns: their values; the first that has numbers gives the steps, the second the lengths.
        conversations: a code for the conversation of each row.
    """
    numbers = [column.number for column in columns]
    present = [values[~np.isnan(values)] for values in numbers]
    whole = any(len(values) for values in present) and all(bool((values % 1 == 0).all()) for values in present)
    guess = 1e3 if whole and _step(numbers, conversations) > 500 else 1.0
    rates = {"us": 1e6, "ms": 1e3, "s": 1.0}
    units = [unit_of(name)[1] for name in names]
    return [
        Sense(rates[unit] if unit else guess, _first_clock(column.clock, conversations) >= 3600)
        for unit, column in zip(units, columns, strict=True)
    ]


def first_zone(columns: Iterable[pa.Array]) -> int:
    """Return the first zone that texts of a column are written with, in microseconds east of UTC; 0 for none."""
    for values in columns:
        texts = values.dictionary if pa.types.is_dictionary(values.type) else values
        if pa.types.is_string(texts.type):
            likely = texts.filter(pc.match_substring_regex(texts, r"(?i)(Z|UTC|[+-]\d\d(:?\d\d)?)\s*$"))
            zone = next((found for text in likely.to_pylist() if (found := zone_of(text)) is not None), None)
            if zone is not None:
                return zone
    return 0


def hours_and_minutes(values: pa.Array) -> bool:
    """True when all values of a column that are not blank are texts such as 15:05, from 0:00 to 23:59."""
    texts = values.dictionary if pa.types.is_dictionary(values.type) else values
    if not pa.types.is_string(texts.type):
        return bool(texts.null_count == len(texts))
    trimmed = pc.utf8_trim_whitespace(texts.drop_null())
    alike = pc.match_substring_regex(trimmed, r"^$|^([01]?\d|2[0-3])[:：][0-5]\d$")
    return bool(pc.all(alike).as_py() is not False)


def from_hours(times: Times) -> Times:
    """Return a column with what was read as MM:SS as HH:MM; a clock with seconds of its own stays."""
    return times._replace(clock=np.where(times.clock * 60 < _SECONDS_OF_DAY, times.clock * 60, times.clock))


def _step(columns: Iterable[np.ndarray], conversations: np.ndarray) -> float:
    """Return the median step between turns of a conversation; where there is none, of the lengths; else 0."""
    filled = [values for values in columns if not np.isnan(values).all()]
    for values in filled:
        order = np.lexsort((values, conversations))
        steps = np.diff(values[order])[np.diff(conversations[order]) == 0]
        steps = steps[steps > 0]
        if len(steps):
            return float(np.median(steps))
    lengths = filled[1] - filled[0] if len(filled) > 1 else np.zeros(0)
    lengths = lengths[lengths > 0]
    return float(np.median(lengths)) if len(lengths) else 0.0


def _first_clock(clocks: np.ndarray, conversations: np.ndarray) -> float:
    """Return the median over conversations of the first clock (the earliest may be past midnight); 0 for none."""
    present = ~np.isnan(clocks)
    if not present.any():
        return 0.0
    _, first = np.unique(conversations[present], return_index=True)
    return float(np.median(clocks[present][first]))


def has_stamps(times: Times) -> bool:
    """True when some value is wall-clock time."""
    return bool((times.stamp != NONE).any())


def only_stamps(times: Times | None) -> bool:
    """True when every value is wall-clock time."""
    return times is not None and has_stamps(times) and bool((np.isnan(times.number) & np.isnan(times.clock)).all())


def constant(times: Times, conversations: np.ndarray) -> bool:
    """True when a column of wall-clock times never changes within a conversation (of three turns or more)."""
    present = times.stamp != NONE
    if not only_stamps(times) or not (np.bincount(conversations[present]) >= 3).any():
        return False
    order = np.lexsort((times.stamp[present], conversations[present]))
    stamps, codes = times.stamp[present][order], conversations[present][order]
    return bool((stamps[1:] == stamps[:-1])[codes[1:] == codes[:-1]].all())


def seconds_and_stamps(times: Times, sense: Sense) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return a column as seconds from the start, wall-clock microseconds and times of day in seconds.

    Where a value is of another kind they are NaN, the lowest int64 and NaN.
    """
    times = from_days(times) if sense.days else from_hours(times) if sense.hours else times
    seconds = times.number / sense.per_second  # not times 0.001, which is not exact: 8250 ms must be 8.25 s
    if sense.of_day:
        return seconds, times.stamp, times.clock
    return np.where(np.isnan(seconds), times.clock, seconds), times.stamp, np.full(len(seconds), np.nan)
