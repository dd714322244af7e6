"""Entries: the quick tests of a pattern, by which most turns are ruled out before it is searched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice

from .literals import cost, literals
from .needs import Need, chance, needs_of
from .patterns import LONG_TURN, Assertion, Chars, Choice, Concat, Part, Repeat, Text, Wild, Words, options_of, render
from .ways import heavy, light

NEEDS = 3  # of a pattern: the rarest
USELESS = 3.0  # expected number in a turn
SELDOM = 0.00003  # expected number of literals in a turn


@dataclass(frozen=True, eq=False)
class Entry:
    """A test that says without much work that some alternatives of a pattern do not match.

    Their match holds one of ``literals`` (of two or more characters; empty where none are known) and fulfils each of
    ``needs``; where ``alphabet`` is given, the turn holds no other character. ``expression`` is the alternatives for
    ``re``, which says several times faster than ``regex`` that there is no match; it has no time limit, so it is None
    for alternatives that may take long.
    """

    literals: frozenset[str]
    needs: tuple[Need, ...]
    alphabet: frozenset[str] | None
    part: Part

    @cached_property
    def expression(self) -> re.Pattern[str] | None:
        """The alternatives compiled for ``re``, when they are first tried."""
        return _fast(self.part)

    @cached_property
    def light(self) -> bool:
        """Whether turns of any length may be searched without a clock."""
        return light(self.part)

    @property
    def cost(self) -> int:
        """How often the entry lets a turn through, roughly."""
        if self.literals:
            return cost(self.literals)
        return min((cost(need.chars) for need in self.needs), default=cost([""]))

    def search(self, text: str) -> re.Match[str] | bool:
        """Return the first match, False where there is none, and True where that is not known."""
        if self.expression is None or (len(text) > LONG_TURN and not self.light):
            return True
        return self.expression.search(text) or False


def entries_of(part: Part) -> tuple[Entry, ...]:
    """Return the entries of a pattern: one for each alternative, those that need just a literal as one."""
    found, plain, bound = [], [], frozenset[str]()
    for option in options_of(part):
        needed, needs = _required(option)
        whole = _whole(option)
        if needed and not needs and whole is None:
            plain.append(option)
            bound |= needed
        else:
            found.append(Entry(needed, needs, whole, option))
    if plain:
        found.append(Entry(bound, (), None, Choice(tuple(plain))))
    return tuple(found)


def _whole(part: Part) -> frozenset[str] | None:
    """Return the characters of a pattern that matches a whole turn (``^…$``); None for any other."""
    match part:
        case Concat((Assertion(r"\A"), *inner, Assertion(r"\Z"))):
            return _alphabet(Concat(tuple(inner)))
        case _:
            return None


def _alphabet(part: Part) -> frozenset[str] | None:
    """Return all characters that a match can hold; None where it can hold any of a wide class."""
    match part:
        case Text(text):
            return frozenset(text)
        case Words(words):
            return frozenset().union(*words)
        case Chars(chars):
            return chars
        case Wild(_, listed):
            return listed
        case Assertion():
            return frozenset()
        case Repeat(inner, _, _, _):
            return _alphabet(inner)
        case Choice(parts) | Concat(parts):
            found = [_alphabet(inner) for inner in parts]
            if any(one is None for one in found):
                return None
            return frozenset().union(*(one for one in found if one is not None))


def _required(part: Part) -> tuple[frozenset[str], tuple[Need, ...]]:
    bound = literals(part) or frozenset()
    if bound and min(map(len, bound)) < 2:
        bound = frozenset()
    if bound and sum(map(chance, bound)) < SELDOM:
        return bound, ()  # where they stand it is quicker to search than to keep books of more
    telling = (need for need in set(needs_of(part)) if need.chance < USELESS)
    news = (need for need in sorted(telling, key=_rank) if not bound or not all(map(need.within, bound)))
    return bound, tuple(islice(news, NEEDS))


@cache  # patterns share their needs
def _rank(need: Need) -> tuple[float, list[str], list[str]]:
    return need.chance, sorted(need.chars), sorted(need.then or ())


def _fast(part: Part) -> re.Pattern[str] | None:
    if heavy(part):
        return None
    try:
        return re.compile(render(part))
    except re.error:  # a look-behind of several lengths, which only regex knows
        return None
