"""The vocabulary (词面): the texts that patterns spell out, so that a mis-heard one can be told from any other."""

from __future__ import annotations

from collections.abc import Iterator

from ..literals import exact_texts
from ..patterns import Choice, Concat, Part, Repeat

_MOST = 32  # spellings of one stretch; where there are more, a new stretch begins


def spelt(part: Part) -> Iterator[str]:
    """Yield the texts that a pattern spells out between the places where anything may stand."""
    exact = exact_texts(part)
    if exact is not None:
        yield from exact
        return
    match part:
        case Choice(parts):
            for option in parts:
                yield from spelt(option)
        case Repeat(inner, _, _, _):
            yield from spelt(inner)
        case Concat(parts):
            yield from _stretches(parts)
        case _:
            return


def _stretches(parts: tuple[Part, ...]) -> Iterator[str]:
    current = frozenset([""])
    for part in parts:
        exact = exact_texts(part)
        if exact is not None and len(current) * len(exact) <= _MOST:
            current = frozenset(before + text for before in current for text in exact)
            continue
        yield from current
        if exact is None:
            yield from spelt(part)
        current = exact or frozenset([""])
    yield from current
