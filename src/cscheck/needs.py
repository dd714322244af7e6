"""Needs: which characters, and which characters side by side, every match of a pattern holds.

The ends of a turn count as characters too (``EDGE``): they stand beside its first and its last one.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from math import prod
from typing import NamedTuple

from .literals import COMMON, FREQUENT
from .patterns import Assertion, Chars, Choice, Concat, Part, Repeat, Wild, remembered

EDGE = "\0"
TURN = 15  # characters of a usual turn
# how often a character stands at a place of service speech, roughly
SHARES = {**dict.fromkeys(COMMON, 0.004), **dict.fromkeys(FREQUENT, 0.03), EDGE: 0.07}
RARE = 0.0005

CharSet = frozenset[str] | None  # None: any character


class Need(NamedTuple):
    """One of ``chars`` must stand in the turn; where ``then`` is given, with one of those right behind it."""

    chars: frozenset[str]
    then: frozenset[str] | None

    @property
    def chance(self) -> float:
        """How likely a usual turn fulfils it, roughly."""
        return TURN * _share(self.chars) * (1.0 if self.then is None else _share(self.then))

    def within(self, literal: str) -> bool:
        """True where the literal itself fulfils it."""
        if self.then is None:
            return not self.chars.isdisjoint(literal)
        return any(a in self.chars and b in self.then for a, b in pairwise(literal))


def chance(literal: str) -> float:
    """Return how likely a literal stands in a usual turn, roughly: words hold together, so it is an underestimate."""
    return TURN * prod([SHARES.get(char, RARE) for char in literal])


@remembered
def needs_of(part: Part) -> list[Need]:
    """Return needs that every match of a pattern fulfils."""
    match part:
        case Chars(chars) | Wild(_, frozenset() as chars):
            return [Need(chars, None)]
        case Repeat(inner, low, _, _):
            return needs_of(inner) if low else []
        case Choice(options):
            found = [needs_of(option) for option in options]
            return [*_common(found, pairs=True), *_common(found, pairs=False)]
        case Concat(parts):
            return [*(need for inner in parts for need in needs_of(inner)), *_neighbours(parts)]
        case _:
            return []


def signs_of(part: Part) -> frozenset[str] | None:
    """Return the rarest set of characters of which every match holds at least one; None where none is known."""
    single = [need for need in needs_of(part) if need.then is None]
    return min(single, key=lambda need: need.chance).chars if single else None


def _common(options: list[list[Need]], pairs: bool) -> list[Need]:
    """Return the need that is left of several alternatives: of each its rarest, taken together."""
    chosen = []
    for needs in options:
        usable = [need for need in needs if (need.then is not None) == pairs]
        if not usable:
            return []
        chosen.append(min(usable, key=lambda need: need.chance))
    chars = frozenset().union(*(need.chars for need in chosen))
    return [Need(chars, frozenset().union(*(need.then or () for need in chosen)) if pairs else None)]


def _neighbours(parts: tuple[Part, ...]) -> list[Need]:
    """Return the needs at the seams of a sequence: how a part that must match ends, and how what follows begins."""
    found = []
    follow: CharSet = frozenset()  # what the rest of the sequence can begin with
    ends = True  # nothing need follow
    for first, last, optional in reversed([edges(part) for part in parts]):
        both_ends = last and follow and EDGE in last and EDGE in follow  # two tests of one end, with nothing between
        if not optional and not ends and last and follow and not both_ends:
            found.append(Need(last, follow))
        follow = _union([first, follow]) if optional else first
        ends = ends and optional
    return found[::-1]


@remembered
def edges(part: Part) -> tuple[CharSet, CharSet, bool]:
    """Return the characters a match can begin with, those it can end with, and whether it can be empty."""
    match part:
        case Chars(chars):
            return chars, chars, False
        case Wild(_, listed):
            return listed, listed, False
        case Assertion(source):
            ends = frozenset(EDGE) if source in (r"\A", r"\Z") else frozenset[str]()
            return ends, ends, not ends
        case Repeat(inner, low, _, _):
            first, last, empty = edges(inner)
            return first, last, empty or low == 0
        case Choice(options):
            firsts, lasts, empties = zip(*map(edges, options), strict=True)
            return _union(firsts), _union(lasts), any(empties)
        case Concat(parts):
            known = list(map(edges, parts))
            first = _union(_until_filled([(first, empty) for first, _, empty in known]))
            last = _union(_until_filled([(last, empty) for _, last, empty in reversed(known)]))
            return first, last, all(empty for _, _, empty in known)


def _until_filled(sets: list[tuple[CharSet, bool]]) -> list[CharSet]:
    found = []
    for chars, empty in sets:
        found.append(chars)
        if not empty:
            break
    return found


def _union(sets: Iterable[CharSet]) -> CharSet:
    joined = frozenset[str]()
    for chars in sets:
        if chars is None:
            return None
        joined |= chars
    return joined


@cache
def _share(chars: frozenset[str]) -> float:
    return min(1.0, sum(SHARES.get(char, RARE) for char in sorted(chars)))
