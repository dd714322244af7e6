"""Times without a year (09-03 14:20, 9月3日 14:20): the row or the file tells it, or only distances count.

Nothing is concluded silently: a ``NoYear`` tells what was done.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import pyarrow as pa
from pyarrow import compute as pc

from .clocked import clocked, named
from .columns import TIMES
from .dates import KEY, with_dates
from .dialogues import unfolded
from .header import Part
from .metadata import lifted
from .moments import LEAP, Short, read_time, short_time
from .persons import warn
from .raw import Field, Raw
from .timeofday import Origins, moment_of
from .values import column_text, strings

_YEARS = re.compile(
    r"(?<!\d)(20\d\d)(?:年(?:(\d{1,2})月)?|[-_./]?(0[1-9]|1[0-2])(?:[-_./]?(?:0[1-9]|[12]\d|3[01]))?(?!\d))"
)
_LIKELY = r"^\s*\d{1,2}(?:[-/.]|月)\d{1,2}\D.*[:：时点]"  # whether to look at all
OF_FILE = "what the file is called"
_NEAR = 31  # days from the day that is told to the day without a year
_MOST = 40  # days of a conversation
_DISTANCES = "they count as distances within their conversation, without a date"


class NoYear(UserWarning):
    """In ``file`` times of a ``column`` have no year: ``years`` were taken from ``source``, or no year is known.

    ``whole``: they are times of whole conversations and not of turns.
    """

    def __init__(self, file: str, column: str, years: Sequence[int], source: str, whole: bool = False) -> None:
        self.file, self.column, self.years, self.source, self.whole = file, column, tuple(years), source, whole
        super().__init__(str(self))

    def __str__(self) -> str:
        said = f"{self.file}: times in {self.column!r} have no year"
        if self.years:
            return f"{said}: taken was {', '.join(map(str, self.years))}, by {self.source}"
        return (
            f"{said}, and nothing tells it (a column of dates, the title above the table, the name of the file): "
            + ("the weeks of conversations are unknown" if self.whole else _DISTANCES)
        )


@dataclass
class _Notes:
    """What is known from batch to batch: the first day of each conversation, and what there is to tell."""

    origins: Origins
    first: dict[str | None, int] = field(default_factory=dict)
    told: dict[tuple[str, str, bool], set[int]] = field(default_factory=dict)


def rows_of(part: Part, tell: Callable[[NoYear], None] = warn, origins: Origins | None = None) -> Iterator[Raw]:
    """Yield the rows of a table, one a turn, with times that have their years; ``tell`` is told of those without.

    ``origins`` says from where the files before counted.
    """
    raws = clocked(unfolded(part.raws, part.name, part.mapping), part)
    raws = (lifted(raw, KEY) for raw in raws)
    return with_dates(with_years(raws, part, tell, Origins() if origins is None else origins), part)


def with_years(raws: Iterator[Raw], part: Part, tell: Callable[[NoYear], None], origins: Origins) -> Iterator[Raw]:
    """Yield batches whose times have years, those of turns and the one of the conversation (``started_at``).

    The year is the one in which a day lies within a month of the row's own date (``started_at``), else of the dates
    that the title or the name tells (2026年9月, 20260930), if it is so for every time of the conversation, or the only
    year that they tell. A time that is far from the row's own date is left as it stands. Where nothing tells the year
    times become hours counted from the first day of their conversation, and that of the conversation stays as it is.
    """
    notes = _Notes(origins)
    said = f"{part.header.above if part.header else ''} {part.name}"
    for raw in raws:
        whole = _dated(raw, named(part, KEY), said, notes)
        changed = {key: _completed(whole, key, said, notes) for key in TIMES if key in whole.fields}
        yield replace(whole, fields={**whole.fields, **{key: one for key, one in changed.items() if one}})
    for (column, source, of_whole), years in notes.told.items():
        tell(NoYear(part.name, column, sorted(years), source, of_whole))


def _dated(raw: Raw, column: str, said: str, notes: _Notes) -> Raw:
    """Return a batch whose conversations' time has its year, where the file tells it for every one of the batch."""
    if KEY not in raw.extras or not pa.types.is_string(strings(raw.extras[KEY], keep=True).type):
        return raw
    written = column_text(raw.extras[KEY])
    if not any(short_time(text, alone=True) for text in written.drop_null().unique().to_pylist()):
        return raw
    texts = written.to_pylist()
    short = {at: found for at, text in enumerate(texts) if text and (found := short_time(text, alone=True))}
    told = _told(said)
    years = {at: _of_file(found, told) for at, found in short.items()}
    if not all(years.values()):
        notes.told.setdefault((column, "", True), set())
        return raw
    for at, (month, day, clock) in short.items():
        texts[at] = f"{years[at]}-{month}-{day} {clock}".rstrip()
    notes.told.setdefault((column, OF_FILE, True), set()).update(filter(None, years.values()))
    return replace(raw, extras={**raw.extras, KEY: pa.array(texts, pa.string())})


def _completed(raw: Raw, key: str, said: str, notes: _Notes) -> Field | None:
    """Return a column of times with years; None where it needs none, or where they cannot be given."""
    given = raw.fields[key]
    if not pa.types.is_string(given.values.type) or not pc.any(pc.match_substring_regex(given.values, _LIKELY)).as_py():
        return None
    texts = column_text(given.values).to_pylist()
    short = {at: found for at, text in enumerate(texts) if text and (found := short_time(text))}
    if not short:
        return None
    owners = column_text(raw.fields["conversation_id"].values).to_pylist()
    days = _days(raw, owners)
    near = {at: _near(time, days[owners[at]]) for at, time in short.items() if owners[at] in days}
    others = {at: time for at, time in short.items() if at not in near}
    by_file = _by_file(others, owners, _told(said))
    for source, years in (("the date of the conversation", near), (OF_FILE, by_file)):
        for at, year in years.items():
            if year:
                month, day, clock = short[at]
                texts[at] = f"{year}-{month}-{day} {clock}"
                notes.told.setdefault((given.name, source, False), set()).add(year)
    hours = {at: time for at, time in others.items() if at not in by_file}
    texts = _as_hours(texts, hours, owners, notes)
    if hours:
        notes.told.setdefault((given.name, "", False), set())
    return Field(given.name, pa.array(texts, pa.string()))


def _days(raw: Raw, owners: Sequence[str | None]) -> dict[str | None, date]:
    """Return the day of each conversation, which may stand in one of its rows alone."""
    given = column_text(raw.extras[KEY]).to_pylist() if KEY in raw.extras else []
    found: dict[str | None, date] = {}
    for owner, text in zip(owners, given, strict=False):
        day = None if owner in found else _day(text)
        if day is not None:
            found[owner] = day
    return found


def _by_file(
    short: Mapping[int, Short], owners: Sequence[str | None], told: Sequence[tuple[int, int]]
) -> dict[int, int]:
    """Return the years, by what the file is called, of the times of conversations all of whose times have one."""
    found = {at: _of_file(time, told) for at, time in short.items()}
    lacking = {owners[at] for at, year in found.items() if year is None}
    return {at: year for at, year in found.items() if year and owners[at] not in lacking}


def _told(said: str) -> list[tuple[int, int]]:
    """Return the years that a title or a name tells, each with its month, or 0."""
    return [(int(year), int(month or number or 0)) for year, month, number in _YEARS.findall(said)]


def _day(text: str | None) -> date | None:
    """Return the day of a date with its year."""
    moment = moment_of(text) if text else None
    return None if moment is None else date.fromordinal(date(1970, 1, 1).toordinal() + moment // 86_400_000_000)


def _near(found: Short, day: date) -> int | None:
    """Return the year in which a day of the year lies near a date; None where it does in none."""
    for year in (day.year, day.year - 1, day.year + 1):
        try:
            if abs((date(year, found[0], found[1]) - day).days) <= _NEAR:
                return year
        except ValueError:  # the 29th of February
            continue
    return None


def _of_file(found: Short, told: Sequence[tuple[int, int]]) -> int | None:
    """Return the year of a time by the years and months that a file's name and title tell; None where they do not."""
    years = {_near(found, date(year, month, 15)) if 1 <= month <= 12 else year for year, month in told}
    return years.pop() if len(years) == 1 else None


def _as_hours(
    texts: Sequence[str | None], short: Mapping[int, Short], owners: Sequence[str | None], notes: _Notes
) -> list[str | None]:
    """Return times as hours from the first day of their conversation; what lies too far behind it as it stands."""
    days = {at: date(LEAP, month, day).timetuple().tm_yday for at, (month, day, _) in short.items()}
    first: dict[str | None, int] = {}
    for at, day in days.items():
        one = first.setdefault(owners[at], day)
        first[owners[at]] = one + min((day - one + 183) % 366 - 183, 0)  # rows may stand out of order
    found = list(texts)
    for at, (_, _, clock) in short.items():
        owner = owners[at]
        if owner not in notes.first:
            notes.first[owner] = notes.origins.day_of(owner, first[owner], _MOST)
        since = (days[at] - notes.first[owner]) % 366
        seconds = int(read_time(f"1970-01-01 {clock}")[1] // 1_000_000)
        if since <= _MOST:
            found[at] = f"{since * 24 + seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02}"
    return found
