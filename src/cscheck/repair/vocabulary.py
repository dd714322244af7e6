"""The vocabulary (词面): the texts that patterns spell out, so that a mis-heard one can be told from any other."""

from __future__ import annotations

from ..literals import exact_texts
from ..patterns import Choice, Concat, Part, Repeat, Words

_MOST = 32  # spellings of one stretch; where there are more, a new stretch begins


def spelt(part: Part) -> list[str]:
    """Return the texts that a pattern spells out between the places where anything may stand."""
    exact = exact_texts(part)
    if exact is not None:
        return list(exact)
    match part:
        case Words(words):
            return list(words)
        case Choice(parts):
            return [text for option in parts for text in spelt(option)]
        case Repeat(inner, _, _, _):
            return spelt(inner)
        case Concat(parts):
            return _stretches(parts)
        case _:
            return []


def _stretches(parts: tuple[Part, ...]) -> list[str]:
    found: list[str] = []
    current = frozenset([""])
    for part in parts:
        exact = exact_texts(part)
        if exact is not None and len(current) * len(exact) <= _MOST:
            current = frozenset([before + text for before in current for text in exact])
            continue
        found += current
        if exact is None:
            found += spelt(part)
        current = exact or frozenset([""])
    return [*found, *current]
