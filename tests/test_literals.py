"""Literals: of which words each match of a pattern holds one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cscheck.literals import cost, literals
from cscheck.parser import parse

SAFE = st.recursive(
    st.sampled_from(["保", "证", "退", "款", "到", "[保退]", "保证"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda some: f"({'|'.join(some)})"),
        st.tuples(inner, st.sampled_from(["?", "{2}", "{0,2}", "{1,3}"])).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    ),
    max_leaves=6,
)
TEXTS = st.text(st.sampled_from("保证退款到"), max_size=12)


@given(SAFE, TEXTS)
@settings(deadline=None)
def test_every_match_holds_a_literal(source: str, text: str) -> None:
    """Where a pattern matches, one of its required literals stands in the match: the scan loses nothing."""
    needed = literals(parse(source))
    for found in re.finditer(source, text):
        assert needed is None or any(literal in found.group() for literal in needed)


@pytest.mark.parametrize(
    ("source", "needed"),
    [
        ("保证", {"保证"}),
        ("(保证|承诺)退款", {"保证退款", "承诺退款"}),
        ("[今明]天到货", {"今天到货", "明天到货"}),
        ("保?证书", {"保证书", "证书"}),
        ("(我|你)?.{0,4}打包票", {"打包票"}),
        ("(打包票|没问题.{0,3}放心)", {"打包票", "没问题"}),
        ("一定(会|能).{0,3}", {"一定会", "一定能"}),
        ("(?<!不)保证(?!金)", {"保证"}),
        ("(退款){2,}", {"退款"}),
        ("(保证)?", None),
        (".{3}", None),
        ("保证|..", None),
        (r"\d+", None),
    ],
)
def test_literals(source: str, needed: set[str] | None) -> None:
    """The literals are the cheapest set of which each match must hold one; None where there is no such set."""
    assert literals(parse(source)) == needed


def test_common_and_short_literals_cost_most() -> None:
    """Of two sets that would do, the one that stands in fewer turns is the cheaper."""
    assert cost(frozenset({"保证金"})) < cost(frozenset({"保证"})) < cost(frozenset({"甲"})) < cost(frozenset({"的"}))
    assert cost(frozenset({"保证", "承诺"})) == 2 * cost(frozenset({"保证"}))
