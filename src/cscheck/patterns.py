"""Patterns (正则) as the rules use them: what a parsed pattern is made of, and its source for ``re``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from itertools import groupby
from typing import Any, TypeVar

_SPECIAL = set("\\.^$*+?{}[]|()")
MANY = 1_000_000  # rounds of a repetition without end, as parsed
LONG_TURN = 400  # characters; as many rounds are tried of a repetition without end


@dataclass(frozen=True)
class Chars:
    """One character out of a small set."""

    chars: frozenset[str]


@dataclass(frozen=True)
class Wild:
    """One character of a wide class, kept as source; ``chars`` where the class lists them."""

    source: str
    chars: frozenset[str] | None = None


@dataclass(frozen=True)
class Assertion:
    """A zero-width test, kept as source; ``inner`` is what a look-around looks for."""

    source: str
    inner: Part | None = None


@dataclass(frozen=True)
class Concat:
    """Parts one after the other."""

    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Choice:
    """Alternatives."""

    options: tuple[Part, ...]


@dataclass(frozen=True)
class Repeat:
    """A part repeated ``low`` to ``high`` times; ``suffix`` is the quantifier as written."""

    part: Part
    low: int
    high: int
    suffix: str


Part = Chars | Wild | Assertion | Concat | Choice | Repeat
T = TypeVar("T")


def remembered(measure: Callable[[Any], T]) -> Callable[[Part], T]:
    """Keep what was found out of a part with the part: whatever encloses it asks again, and patterns share parts."""

    name = f"known {measure.__name__}"

    @wraps(measure)
    def known(part: Part) -> T:
        kept = part.__dict__
        try:
            found: T = kept[name]
        except KeyError:
            found = kept[name] = measure(part)
        return found

    return known


@remembered
def nullable(part: Part) -> bool:
    """True when the pattern matches empty text."""
    match part:
        case Repeat(inner, low, _, _):
            return low == 0 or nullable(inner)
        case Choice(parts):
            return any(map(nullable, parts))
        case Concat(parts):
            return all(map(nullable, parts))
        case Assertion():
            return True
        case _:
            return False


def render(part: Part, runs: bool = False) -> str:
    """Return regex source; with ``runs`` each run of two or more characters is a capture group.

    A run is of literal characters and small classes (``[今明]天到货``): what must lie on word boundaries.
    """
    return _with_runs(part) if runs else _plain(part)


@remembered
def _plain(part: Part) -> str:
    return _rendered(part, False)


@remembered
def _with_runs(part: Part) -> str:
    return _rendered(part, True)


def _rendered(part: Part, runs: bool) -> str:
    match part:
        case Chars(chars):
            return escape(next(iter(chars))) if len(chars) == 1 else "[" + "".join(map(escape, sorted(chars))) + "]"
        case Wild(source) | Assertion(source):
            return source
        case Choice(options):
            return "(?:" + "|".join(render(option, runs) for option in options) + ")"
        case Repeat(inner, low, high, suffix):
            return f"(?:{render(inner, runs)}){_rounds(low, suffix) if high == MANY else suffix}"
        case Concat(parts):
            return _render_sequence(parts, runs)


def _rounds(low: int, suffix: str) -> str:
    """The quantifier of a repetition without end: in the longest of turns it goes no farther than in a long one."""
    greed = suffix[-1] if len(suffix) > 1 and suffix[-1] in "?+" else ""
    return f"{{{low},{max(low, LONG_TURN)}}}{greed}"


def runs_of(part: Part) -> list[tuple[frozenset[str], ...]]:
    """Return the runs that ``render`` captures, each as the characters of its places."""
    match part:
        case Choice(parts):
            return [run for inner in parts for run in runs_of(inner)]
        case Repeat(inner, _, _, _):
            return runs_of(inner)
        case Concat(parts):
            found: list[tuple[frozenset[str], ...]] = []
            for literal, group in groupby(parts, lambda inner: isinstance(inner, Chars)):
                if literal:
                    found.append(tuple(inner.chars for inner in group if isinstance(inner, Chars)))
                else:
                    found += [run for inner in group for run in runs_of(inner)]
            return [run for run in found if len(run) > 1]
        case _:
            return []


def _render_sequence(parts: tuple[Part, ...], runs: bool) -> str:
    out, run, length = "", "", 0
    for part in (*parts, None):
        if isinstance(part, Chars):
            run, length = run + render(part), length + 1
            continue
        if run:
            out += f"({run})" if runs and length > 1 else run
            run, length = "", 0
        if part is not None:
            out += render(part, runs)
    return out


def escape(char: str) -> str:
    """Return the source of one character."""
    return "\\" + char if char in _SPECIAL or char in "-&~" else char
