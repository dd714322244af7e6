"""Patterns (正则) as the rules use them: what a parsed pattern is made of, and its source for ``re``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import ParamSpec, TypeVar, cast

_SIGNS = frozenset("\\.^$*+?{}[]|()-&~")  # escaped in a source
MANY = 1_000_000  # rounds of a repetition without end, as parsed
LONG_TURN = 400  # characters; as many rounds are tried of a repetition without end


@dataclass(frozen=True, eq=False, slots=True)
class Text:
    """Characters one after the other."""

    text: str


@dataclass(frozen=True, eq=False, slots=True)
class Words:
    """Alternatives of mere texts, none of them empty."""

    words: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Chars:
    """One character out of a small set."""

    chars: frozenset[str]


@dataclass(frozen=True, eq=False, slots=True)
class Wild:
    """One character of a wide class, kept as source; ``chars`` where the class lists them."""

    source: str
    chars: frozenset[str] | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Assertion:
    """A zero-width test, kept as source; ``inner`` is what a look-around looks for."""

    source: str
    inner: Part | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Concat:
    """Parts one after the other."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Choice:
    """Alternatives."""

    options: tuple[Part, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Repeat:
    """A part repeated ``low`` to ``high`` times; ``suffix`` is the quantifier as written."""

    part: Part
    low: int
    high: int
    suffix: str


Part = Text | Words | Chars | Wild | Assertion | Concat | Choice | Repeat
P = ParamSpec("P")
T = TypeVar("T")
_FORGETTING: list[Callable[[], None]] = []


def remembered(measure: Callable[P, T]) -> Callable[P, T]:
    """Keep what was made or found out until ``forget``: patterns share parts, and what encloses a part asks again."""
    known = cache(measure)
    _FORGETTING.append(known.cache_clear)
    return cast(Callable[P, T], known)


def forget() -> None:
    """Forget all that is remembered of parts: once the rules are compiled hardly anything asks for it."""
    for clear in _FORGETTING:
        clear()


@remembered
def shortest(part: Part) -> int:
    """Return how many characters a match has at least."""
    match part:
        case Text(text):
            return len(text)
        case Words(words):
            return min(map(len, words))
        case Repeat(inner, low, _, _):
            return low * shortest(inner)
        case Choice(parts):
            return min(map(shortest, parts))
        case Concat(parts):
            return sum(map(shortest, parts))
        case Assertion():
            return 0
        case _:
            return 1


def nullable(part: Part) -> bool:
    """True when the pattern matches empty text."""
    return not shortest(part)


@remembered
def render(part: Part, runs: bool = False) -> str:
    """Return regex source; with ``runs`` each run of two or more characters is a capture group.

    A run is of literal characters and small classes (``[今明]天到货``): what must lie on word boundaries.
    """
    match part:
        case Text(text):
            return f"({spelled(text)})" if runs and len(text) > 1 else spelled(text)
        case Words(words):
            return "(?:" + "|".join([render(Text(word), runs) for word in words] if runs else map(spelled, words)) + ")"
        case Chars(chars):
            return escape(next(iter(chars))) if len(chars) == 1 else "[" + "".join(map(escape, sorted(chars))) + "]"
        case Wild(source) | Assertion(source):
            return source
        case Choice(options):
            return "(?:" + "|".join([render(option, runs) for option in options]) + ")"
        case Repeat(inner, low, high, suffix):
            return f"(?:{render(inner, runs)}){_rounds(low, suffix) if high == MANY else suffix}"
        case Concat(parts):
            return _render_sequence(parts, runs)


def _rounds(low: int, suffix: str) -> str:
    """The quantifier of a repetition without end: in the longest of turns it goes no farther than in a long one."""
    greed = suffix[-1] if len(suffix) > 1 and suffix[-1] in "?+" else ""
    return f"{{{low},{max(low, LONG_TURN)}}}{greed}"


def options_of(part: Part) -> tuple[Part, ...]:
    """Return the alternatives of a pattern; one without any is its own."""
    match part:
        case Choice(options):
            return options
        case Words(words):
            return tuple(map(Text, words))
        case _:
            return (part,)


def runs_of(part: Part) -> list[tuple[frozenset[str], ...]]:
    """Return the runs that ``render`` captures, each as the characters of its places."""
    match part:
        case Text():
            return runs_of(Concat((part,)))
        case Words(words):
            return [tuple(map(frozenset[str], word)) for word in words if len(word) > 1]
        case Choice(parts):
            return [run for inner in parts for run in runs_of(inner)]
        case Repeat(inner, _, _, _):
            return runs_of(inner)
        case Concat(parts):
            found: list[tuple[frozenset[str], ...]] = []
            for literal, group in groupby(parts, lambda inner: isinstance(inner, Text | Chars)):
                if literal:
                    found.append(tuple(chars for inner in group for chars in _places(inner)))
                else:
                    found += [run for inner in group for run in runs_of(inner)]
            return [run for run in found if len(run) > 1]
        case _:
            return []


def _places(part: Part) -> list[frozenset[str]]:
    """The characters of each place of a text or a small class."""
    match part:
        case Text(text):
            return list(map(frozenset[str], text))
        case Chars(chars):
            return [chars]
        case _:
            return []


def _render_sequence(parts: tuple[Part, ...], runs: bool) -> str:
    out, run, length = "", "", 0
    for part in (*parts, None):
        if isinstance(part, Text | Chars):
            run, length = run + render(part), length + (len(part.text) if isinstance(part, Text) else 1)
            continue
        if run:
            out += f"({run})" if runs and length > 1 else run
            run, length = "", 0
        if part is not None:
            out += render(part, runs)
    return out


def spelled(text: str) -> str:
    """Return the source of a text."""
    return text if _SIGNS.isdisjoint(text) else "".join(map(escape, text))


def escape(char: str) -> str:
    """Return the source of one character."""
    return "\\" + char if char in _SIGNS else char
