"""One time as people and systems write it: a number, a time of day or of a recording, or a date."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

_NUMBER = re.compile(r"(\d+|\d{1,3}(,\d{3})+)(\.\d*)?|\.\d+")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,9}))?")
_DATE = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[T\s]*(\d{1,2})[:时点](\d{1,2})(?:[:分](\d{1,2})(?:[.,](\d{1,9}))?秒?)?分?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_HALF = re.compile(r"\s*(凌晨|早上|上午|中午|下午|晚上|[AP]M)\s*", re.IGNORECASE)
_ZONE = re.compile(r"[:时点].*?(Z|UTC|[+-]\d{2}(?::?\d{2})?)\s*", re.IGNORECASE)
_SHORT = re.compile(r"(\d{1,2})(?:[-/.]|月)(\d{1,2})日?[T\s]*((?:[^\d\s]{2}\s*)?\d{1,2}[:：时点].*)")
_ALONE = re.compile(r"\s*(\d{1,2})(?:[-/]|月)(\d{1,2})日?\s*")  # a day without its hour
LEAP = 2000  # a year that has every day
Short = tuple[int, int, str]  # month, day, time of day
_MORNING, _EVENING = ("凌晨", "早上", "上午", "AM"), range(5, 12)


def read_time(text: str) -> tuple[str, float]:
    """Read one value: its kind (number, clock, stamp, bad) and number.

    A clock is in seconds (``9:03`` nine minutes; ``下午 3:05`` and ``3:05 PM`` a time of day), a stamp in microseconds
    since 1970.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if _NUMBER.fullmatch(plain):
        return "number", float(plain.replace(",", ""))
    half = _HALF.search(plain)
    if half:
        return _of_half(_HALF.sub(" ", plain, count=1).strip(), half[1].upper())
    clock = _CLOCK.fullmatch(plain)
    if clock:
        hours, minutes, seconds = int(clock[1] or 0), int(clock[2]), int(clock[3])
        if seconds < 60 and (minutes < 60 or not clock[1]):
            return "clock", hours * 3600 + minutes * 60 + float(f"{seconds}.{clock[4] or 0}")
    date = _DATE.fullmatch(plain)
    return _stamp(date) if date else ("bad", 0.0)


def zone_of(text: str) -> int | None:
    """Return how far the zone of a time is east of UTC, in microseconds; None where none is written, or none exists."""
    found = _ZONE.search(unicodedata.normalize("NFKC", text))
    if found is None or found.end() != len(found.string):
        return None
    try:
        offset = UTC if found[1].upper() in ("Z", "UTC") else _offset(found[1].ljust(5, "0"))
    except ValueError:
        return None
    return offset.utcoffset(None) // timedelta(microseconds=1)


def short_time(text: str, alone: bool = False) -> Short | None:
    """Return month, day and time of day of a time without a year; None for any other. ``alone``: also a day alone."""
    found = _SHORT.fullmatch(text) or (_ALONE.fullmatch(text) if alone else None)
    clock = found[3] if found and found.re is _SHORT else ""
    if not found or read_time(f"{LEAP}-{found[1]}-{found[2]} {clock}".strip())[0] != "stamp":
        return None
    return int(found[1]), int(found[2]), clock


def _of_half(plain: str, half: str) -> tuple[str, float]:
    """Read a date or a time of day of which a word says the half of the day."""
    date = _DATE.fullmatch(plain)
    alone = None if date else _DATE.fullmatch(f"1970-01-01 {plain}")
    found = date or alone
    if found is None or found[4] is None:
        return "bad", 0.0
    kind, micros = _stamp(found, half)
    return ("clock", micros / 1e6 % 86_400) if alone and kind == "stamp" else (kind, micros)


def _hour(hour: int, half: str) -> int:
    """Return an hour of the day; one that the word does not fit (上午 13:00, 晚上 2:30) is 24, which no day has.

    上午 12:05 is five past midnight: so Windows and Excel write it, and an export does not come from a hand. 晚上 12:05
    comes from a hand, and means the midnight that ends the evening: hour 0 of the day after.
    """
    if half in _MORNING:
        return hour % 12 if hour <= 12 else 24
    if half == "中午":
        return hour + 12 if hour < 6 else hour if hour >= 10 else 24
    if half == "晚上" and hour == 12:
        return 0
    if half == "晚上" and hour % 12 not in _EVENING:
        return 24
    return hour + 12 if hour < 12 else hour


def _stamp(date: re.Match[str], half: str = "") -> tuple[str, float]:
    """Turn the parts of a date into microseconds since 1970; one that no calendar has, or no zone, is bad."""
    year, month, day, hour, minute, second = (int(part or 0) for part in date.groups()[:6])
    micros = int((date[7] or "").ljust(6, "0")[:6])
    zone = (date[8] or "").upper()
    try:
        offset = UTC if zone in ("", "Z", "UTC") else _offset(zone)
        when = datetime(year, month, day, _hour(hour, half) if half else hour, minute, second, micros, tzinfo=offset)
        when += timedelta(half == "晚上" and hour == 12)
    except (ValueError, OverflowError):
        return "bad", 0.0
    return "stamp", (when - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _offset(zone: str) -> timezone:
    """Return the zone of ``+08:00``; one that does not exist (``+99:99``) raises a ValueError."""
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    if minutes > 59:
        raise ValueError(zone)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(offset if zone[0] == "+" else -offset)
