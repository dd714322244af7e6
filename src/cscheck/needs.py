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
from .patterns import Assertion, Chars, Choice, Concat, Part, Repeat, Text, Wild, Words, remembered

EDGE = "\0"
TURN = 15  # characters of a usual turn


class _Shares(dict[str, float]):
    """How often a character stands at a place of service speech, roughly."""

    def __missing__(self, char: str) -> float:
        """A rare one."""
        return 0.0005


_SHARES = _Shares({**dict.fromkeys(COMMON, 0.004), **dict.fromkeys(FREQUENT, 0.03), EDGE: 0.07})
share_of = _SHARES.__getitem__

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
    return TURN * prod(map(share_of, literal))


@remembered
def needs_of(part: Part) -> list[Need]:
    """Return needs that every match of a pattern fulfils."""
    match part:
        case Text(text):
            return _spelled(text)
        case Words(words):
            return _of_words(words)
        case Chars(chars) | Wild(_, frozenset() as chars):
            return [Need(chars, None)]
        case Repeat(inner, low, _, _):
            return needs_of(inner) if low else []
        case Choice(options):
            found = list(map(needs_of, options))
            return [*_common(found, pairs=True), *_common(found, pairs=False)]
        case Concat(parts):
            return [*(need for inner in parts for need in needs_of(inner)), *_neighbours(parts)]
        case _:
            return []


def _spelled(text: str) -> list[Need]:
    """The needs of a text: its characters, and those side by side."""
    chars = list(map(_alone, text))
    return [*(Need(char, None) for char in chars), *(Need(a, b) for a, b in pairwise(chars))]


def _of_words(words: tuple[str, ...]) -> list[Need]:
    """Of each word its rarest character, and the rarest two side by side where each word has some."""
    single = Need(frozenset(min(word, key=share_of) for word in words), None)
    if any(len(word) < 2 for word in words):
        return [single]
    pairs = [min(pairwise(word), key=lambda pair: TURN * share_of(pair[0]) * share_of(pair[1])) for word in words]
    return [Need(frozenset(a for a, _ in pairs), frozenset(b for _, b in pairs)), single]


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
        case Text(text):
            return _alone(text[0]), _alone(text[-1]), False
        case Words(words):
            return frozenset(word[0] for word in words), frozenset(word[-1] for word in words), False
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


_alone = cache(frozenset[str])  # few characters begin and end many words


@cache
def _share(chars: frozenset[str]) -> float:
    return min(1.0, sum(map(share_of, sorted(chars))))
