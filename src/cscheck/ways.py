"""How long a pattern may take; one that may take beyond all measure is refused when it is read."""

from __future__ import annotations

from itertools import pairwise
from math import prod

from .classes import slots
from .literals import exact_texts
from .parser import PatternFault, parse
from .patterns import (
    LONG_TURN,
    Assertion,
    Chars,
    Choice,
    Concat,
    Part,
    Repeat,
    Text,
    Wild,
    Words,
    nullable,
    remembered,
    shortest,
)
from .source import Faults, Node

WAYS = 200_000
_ENDED = frozenset("^$")
_ENDS = (r"\A", r"\Z")
LONGEST = 1_000  # characters that a pattern may ask for


def read_pattern(node: Node, faults: Faults) -> Part:
    """Read and parse one pattern of a rule or cue, its slots filled.

    Raises:
        Fault: P110 it is not understood, P112 it matches empty text or nothing at all, P114 it may take time beyond
            all measure, P118 a slot names no word class.
    """
    source = node.text("a pattern")
    try:
        part = parse(source, slots(node, faults))
    except PatternFault as fault:
        raise node.fault("P110", f"the pattern is not understood: {fault}") from None
    least = shortest(part)
    if least > LONGEST:
        raise node.fault("P114", f"the pattern asks for at least {least} characters (most: {LONGEST})")
    why = catastrophe(part)
    if why:
        raise node.fault("P114", f"the pattern {source!r} is catastrophic: {why}; give it fewer ways to match")
    if nullable(part):
        raise node.fault("P112", f"the pattern {source!r} matches empty text")
    if not _ENDED.isdisjoint(source) and _beyond(part):
        raise node.fault("P112", f"the pattern {source!r} can never match: ^ stands behind words or $ before them")
    return part


@remembered
def _beyond(part: Part) -> bool:
    """True where a part of a pattern asks for the beginning of the turn behind words, or for its end before them."""
    match part:
        case Repeat(inner, _, _, _):
            return _beyond(inner)
        case Choice(parts):
            return any(map(_beyond, parts))
        case Concat(parts):
            tests = ((at, one.source) for at, one in enumerate(parts) if isinstance(one, Assertion))
            ends = [(at, source) for at, source in tests if source in _ENDS]
            words = [at for at, one in enumerate(parts) if not nullable(one)] if ends else []
            misplaced = any(words[0] < at if source == r"\A" else at < words[-1] for at, source in ends if words)
            return misplaced or any(map(_beyond, parts))
        case _:
            return False


@remembered
def catastrophe(part: Part) -> str | None:
    """Return why a pattern can take time beyond all measure on some text, or None.

    Refused is a repetition of up to 10 or more rounds whose body itself matches texts of many lengths
    (``(.*,){12}``, ``(您好|您|好)+``): each round can split the text in several ways, and the ways multiply.
    """
    match part:
        case Repeat(inner, _, high, suffix):
            if high >= 10 and not isinstance(inner, Chars | Wild) and _ambiguous(inner):
                return f"the repetition {suffix} stands on a part that itself matches texts of several lengths"
            return catastrophe(inner)
        case Choice(parts) | Concat(parts):
            return next((why for why in map(catastrophe, parts) if why), None)
        case Assertion(_, inner) if inner:
            return catastrophe(inner)
        case _:
            return None


@remembered
def _ambiguous(part: Part) -> bool:
    exact = exact_texts(part)
    if exact is None:
        return _variable(part)
    ordered = sorted(exact)
    return any(b.startswith(a) for a, b in pairwise(ordered))


@remembered
def _variable(part: Part) -> bool:
    match part:
        case Repeat(inner, low, high, _):
            return low != high or _variable(inner)
        case Choice() | Words():
            return True
        case Concat(parts):
            return any(map(_variable, parts))
        case _:
            return False


def heavy(part: Part) -> bool:
    """True when a match may take long on a turn, so that it must run under a clock."""
    return _ways(part) > WAYS


def light(part: Part) -> bool:
    """True when a match is found or ruled out fast in a turn however long: at most one repetition without end."""
    return _ways(part) <= LONG_TURN + 1


@remembered
def _ways(part: Part) -> float:
    """In how many ways, at most, the repetitions of a pattern can share out the characters of a turn."""
    match part:
        case Repeat(inner, low, high, _):
            width = max(min(high, LONG_TURN) - low + 1, 1)
            each = max(_ways(inner), 2 if high > 4 and _ambiguous(inner) else 1)  # ways of each round multiply
            return (width if width > 4 else 1) * min(float(each), 1e10) ** min(max(high, 1), 30)  # no overflow
        case Choice(parts):
            return max(map(_ways, parts), default=1)
        case Concat(parts):
            return prod([_ways(inner) for inner in parts])
        case Assertion(_, inner) if inner:
            return _ways(inner)
        case _:
            return 1


def attacks(part: Part, length: int = 600) -> list[str]:
    """Return texts that a pattern with many ways to match takes longest on: its own pieces over and over, no end."""
    sample = _sample(part)
    pieces = dict.fromkeys([sample, *(sample[i : i + 2] for i in range(len(sample) - 1)), *sample])
    return [(piece * length)[:length] + "\0" for piece in list(pieces)[:12] if piece]


def _sample(part: Part) -> str:
    """Return one text that the pattern matches, near enough for an attack."""
    match part:
        case Text(text):
            return text
        case Words(words):
            return words[0]
        case Chars(chars):
            return min(chars, default="")
        case Wild(source):
            return "1" if source == "\\d" else "的"
        case Assertion(_, inner):
            return _sample(inner) if inner else ""
        case Choice(options):
            return _sample(options[0])
        case Repeat(inner, low, high, _):
            return (_sample(inner) * max(low, min(high, 2)))[:LONGEST]
        case Concat(parts):
            return "".join(map(_sample, parts))
