"""Needs: what every match of a pattern holds, and where it begins and ends."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cscheck.needs import EDGE, edges, needs_of, signs_of
from cscheck.parser import PatternFault, parse

SOURCES = st.recursive(
    st.sampled_from(["保", "证", "[保退]", "保证", "[^天]", ".", "^", "$", "(^|证)", "(到|$)", "(?<=保)", "(?!天)"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda some: f"({'|'.join(some)})"),
        st.tuples(inner, st.sampled_from(["?", "{2}", "{0,2}", "{1,3}"])).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("source", "first", "last", "empty"),
    [
        ("保证", "保", "证", False),
        ("(您|你)?(说|讲)", "您你说讲", "说讲", False),
        ("说(吧)?", "说", "说吧", False),
        ("(说)?(吧)?", "说吧", "说吧", True),
        ("^好", EDGE, "好", False),
        ("(^|,)好$", EDGE + ",", EDGE, False),
        ("(?!不)好", "好", "好", False),
    ],
)
def test_edges(source: str, first: str, last: str, empty: bool) -> None:
    """A match begins and ends with known characters; the ends of the turn are one of them."""
    assert edges(parse(source)) == (frozenset(first), frozenset(last), empty)


def test_any_character_is_no_edge() -> None:
    """Where a dot stands at an end, any character can."""
    assert edges(parse(".好")) == (None, frozenset("好"), False)


def test_the_seam_of_two_parts_is_a_need() -> None:
    """你 with 敢 or 等 right behind it is rarer than any of them alone, however the part between is left out."""
    needs = needs_of(parse("(你|您)(就)?(敢|等)"))
    assert min(needs, key=lambda need: need.chance) == (frozenset("你您"), frozenset("就敢等"))


def test_signs_are_the_rarest_characters() -> None:
    """A cue is looked for only where one of its rarest characters stands."""
    assert signs_of(parse("并不|绝非")) == frozenset("并绝")
    assert signs_of(parse(".{3}")) is None


@given(SOURCES, st.text(st.sampled_from("保证退到天"), max_size=6))
@settings(deadline=None, max_examples=300)
def test_every_turn_with_a_match_fulfils_all_needs(source: str, text: str) -> None:
    """No need shuts out a true match."""
    try:
        part = parse(source)
    except PatternFault:  # a quantifier on a look-around
        return
    found = re.search(source, text)
    if not found or found.start() == found.end():
        return
    framed = EDGE + text + EDGE
    for need in needs_of(part):
        assert need.within(framed)
