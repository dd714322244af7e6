"""Entries: the quick tests that stand before a pattern."""

from __future__ import annotations

import pytest

from cscheck.entries import entries_of
from cscheck.parser import parse


@pytest.mark.parametrize(
    ("source", "entries"),
    [
        ("打包票|没问题", [({"打包票", "没问题"}, 0, None)]),  # alternatives that need just a literal are one entry
        ("^(好|行)[的吧]?$", [(set(), 3, set("好行的吧"))]),  # a whole turn: no other character may stand in it
        ("[敢等][着呢]", [({"敢着", "敢呢", "等着", "等呢"}, 0, None)]),
        ("你.{0,3}(敢|等)", [(set(), 2, None)]),
        (".{3}", [(set(), 0, None)]),
    ],
)
def test_entries(source: str, entries: list[tuple[set[str], int, set[str] | None]]) -> None:
    """An entry knows its literals, how many needs it has, and the characters of a pattern for whole turns."""
    assert [
        (set(e.literals), len(e.needs), e.alphabet and set(e.alphabet)) for e in entries_of(parse(source))
    ] == entries


def test_an_entry_tells_what_it_cannot_know() -> None:
    """A pattern with many ways to match has no quick test: it says that it may match."""
    (heavy,) = entries_of(parse("保.*证.*到.*货"))
    assert (heavy.expression, heavy.search("什么")) == (None, True)
    (light,) = entries_of(parse("保证"))
    assert light.search("什么") is False
    assert light.search("我保证").span() == (1, 3)
