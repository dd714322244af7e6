"""Scope: how far the words around a match reach, and which cues act on it."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from typing import NamedTuple

from .cues import MARKS, QUOTES, Cue, CuePart
from .view import View

LONGEST = 30
_HAN = "\u3400-\u9fff"
_CONNECTIVES = "但是|(?<!不)但(?!凡)|不过(?!来|去|关|户)|可是|然而|而是|所以|因此"
HARD = re.compile(rf"[。!?;…\n]+|(?<=[{_HAN}~])[. ]+(?=[{_HAN}]|$)|(?<=[{_HAN}])\.|~+|{_CONNECTIVES}")
SOFT = re.compile("[,，、_]+")
STRAIGHT = re.compile(r"\"|(?<![a-z])'|'(?![a-z])")  # it's none


class CueHit(NamedTuple):
    """A cue seen at a span of the folded text of a place."""

    cue: str
    place: int
    start: int
    end: int


def clauses(text: str) -> list[tuple[int, int]]:
    """Return the clauses (分句) of a folded turn: cut at hard ends and commas, 30 characters at most."""
    found = []
    for low, high in _pieces(text, HARD, 0, len(text)):
        for start, end in _pieces(text, SOFT, low, high):
            found += [(at, min(at + LONGEST, end)) for at in range(start, end, LONGEST)]
    return found


def _pieces(text: str, cutter: re.Pattern[str], low: int, high: int) -> list[tuple[int, int]]:
    found, at = [], low
    for cut in cutter.finditer(text, low, high):
        if cut.start() > at:
            found.append((at, cut.start()))
        # a connective opens the next piece; punctuation belongs to neither
        at = cut.start() if re.match(_CONNECTIVES, cut.group()) else cut.end()
    if at < high:
        found.append((at, high))
    return found


@lru_cache(maxsize=4096)  # many cues ask about one match
def before(text: str, start: int, commas: int) -> int:
    """Return how far left of ``start`` a cue may stand: to the clause's beginning, ``commas`` commas crossed."""
    low = max(0, start - LONGEST)
    for cut in HARD.finditer(text, low, start):
        low = cut.end()
    soft = [cut.end() for cut in SOFT.finditer(text, low, start)]
    return soft[-commas - 1] if len(soft) > commas else low


@lru_cache(maxsize=4096)
def after(text: str, end: int, commas: int) -> int:
    """Return how far right of ``end`` a cue may stand, the closing punctuation included."""
    high = min(len(text), end + LONGEST)
    hard = HARD.search(text, end, high)
    if hard:
        high = hard.end() if hard.group()[0] in "。!?;…\n" else hard.start()
    soft = [cut.start() for cut in SOFT.finditer(text, end, high)]
    return soft[commas] if len(soft) > commas else high


def find_cue(view: View, cue: Cue, place: int, start: int, end: int) -> CueHit | None:
    """Return where a cue acts on the match ``text[start:end]`` of a place, or None."""
    text = view.text(place)
    for part in cue.parts:
        if part.reach == "clause" and part.signs is not None and _free_of(text, part.signs):
            continue
        hit = find_part(view, cue.id, part, place, start, end)
        if hit:
            return hit
    return None


def find_part(view: View, name: str, part: CuePart, place: int, start: int, end: int) -> CueHit | None:
    """Return where one part of a cue, whose id is ``name``, acts on the match ``text[start:end]`` of a place."""
    if part.reach == "clause":
        text = view.text(place)
        if part.side == "quoted" and not _free_of(text, MARKS):
            span = _quoted(text, part, start, end)
        else:
            span = _in_clause(text, part, start, end)
        return CueHit(name, place, *span) if span else None
    for other in _reached(view, part, place):
        spans = _spans(view, part, other)
        if other != place:
            if spans:
                return CueHit(name, other, *spans[0])
            continue
        first = 0 if part.side in ("before", "anywhere") else bisect_left(spans, (start,))
        for low, high in (spans[at] for at in range(first, len(spans))):
            if part.side == "before" and low >= start:
                break
            if low >= end or high <= start:
                return CueHit(name, place, low, high)
    return None


def _spans(view: View, part: CuePart, place: int) -> list[tuple[int, int]]:
    """Return where the words of a cue stand in a turn, which is searched once, not for each of its matches."""
    key = (id(part), place)
    found = view.cued.get(key)
    if found is None:
        every = [one.span("cue") for one in part.words.finditer(view.text(place))]
        found = view.cued[key] = [span for span in every if span[0] >= 0]
    return found


@lru_cache(maxsize=256)  # a turn is read once, not for each of its matches
def _free_of(text: str, signs: frozenset[str]) -> bool:
    return signs.isdisjoint(text)


def _reached(view: View, part: CuePart, place: int) -> list[int]:
    if part.reach == "turn":
        return [place]
    same = view.burst(place)
    if part.reach == "near":
        spoken = view.spoken[view.roles[place]]
        rank = spoken.index(place) if place in spoken else -1
        same = spoken[max(0, rank - part.near) : rank + part.near + 1] if rank >= 0 else [place]
    if part.side == "before":
        same = [other for other in same if other <= place]
    if part.side == "after":
        same = [other for other in same if other >= place]
    return sorted(same, key=lambda other: (abs(other - place), other))


def _in_clause(text: str, part: CuePart, start: int, end: int) -> tuple[int, int] | None:
    if part.side in ("before", "quoted"):
        return _before(text, part, start)
    if part.side == "after":
        return _after(text, part, end)
    if part.side == "inside":
        return _first(part, text, start, end)
    low, high = before(text, start, part.commas), after(text, end, part.commas)
    for found in part.words.finditer(text, low, high):
        a, b = found.span("cue")
        overlaps = a < end and start < b
        if a >= 0 and (overlaps if part.side == "overlap" else not overlaps):
            return a, b
    return None


def _first(part: CuePart, text: str, low: int, high: int) -> tuple[int, int] | None:
    for found in part.words.finditer(text, low, high):
        if found.span("cue")[0] >= 0:
            a, b = found.span("cue")
            return a, b
    return None


def _before(text: str, part: CuePart, start: int) -> tuple[int, int] | None:
    low = before(text, start, part.commas)
    if part.terminators:
        for cut in part.terminators.finditer(text, low, start):
            low = cut.end()
    nearest = None
    # a word may begin before the match and run into it (不能不|保证): it is read whole, then judged by its end
    for found in part.words.finditer(text, low, min(len(text), start + 1)):
        a, b = found.span("cue")
        if a >= 0 and b <= start and start - b <= part.window:
            nearest = (a, b)
    return nearest


def _after(text: str, part: CuePart, end: int) -> tuple[int, int] | None:
    high = min(after(text, end, part.commas), len(text))
    if part.terminators:
        cut = part.terminators.search(text, end, high)
        high = cut.start() if cut else high
    for found in part.words.finditer(text, end, high):
        a, b = found.span("cue")
        if a >= 0 and a - end <= part.window:
            return a, b
    return None


def _quoted(text: str, part: CuePart, start: int, end: int) -> tuple[int, int] | None:
    """A quotation that is open where the match begins; one that is never closed ends with the clause."""
    for marks in QUOTES:
        places, innermost, unclosed = _opened(text, marks)
        at = bisect_left(places, start)
        opened = innermost[at - 1] if at else None
        if opened is not None and (opened not in unclosed or before(text, start, LONGEST) <= opened):
            return opened, opened + 1
    for mark in "\"'":
        places = _straight(text, mark)
        at = bisect_left(places, start)
        if at % 2 and places[-1] >= end:
            return places[at - 1], places[at - 1] + 1
    return _before(text, part, start)


@lru_cache(maxsize=64)  # a turn full of matches asks again and again
def _opened(text: str, marks: str) -> tuple[list[int], list[int | None], frozenset[int]]:
    """Return where quotation marks stand, the innermost quotation open behind each, and those that are left open."""
    opened: list[int] = []
    places: list[int] = []
    innermost: list[int | None] = []
    for found in re.finditer(f"[{marks}]", text):
        if found.group() == marks[0]:
            opened.append(found.start())
        elif opened:
            opened.pop()
        places.append(found.start())
        innermost.append(opened[-1] if opened else None)
    return places, innermost, frozenset(opened)


@lru_cache(maxsize=64)
def _straight(text: str, mark: str) -> list[int]:
    return [found.start() for found in STRAIGHT.finditer(text) if found.group() == mark]
