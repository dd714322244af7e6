"""The dialogue in one cell, and texts without the rests of HTML."""

from __future__ import annotations

from time import perf_counter

import pyarrow as pa
import pytest

from cscheck.readers.cell import plain_texts


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("您好 a<b 我们保证三天到货 c>d", None),
        ("<a 我们保证三天到货>", None),
        ("<p 我们保证>到货", None),
        ("<a href=x 我们保证>到货", None),
        ("<a 保证=三天>到货", None),
        ("<td nowrap>到货", None),
        ('<span style="color:red">到货</span>', "到货"),
        ("<span style=\\'color: red\\'>到货</span >", "到货"),
        ("您<br />好<hr/>", "您\n好"),
        ("<font color=red face=宋体>到货</font>", "到货"),
        ("<a href=http://a.cn/?x=1&y=2 title='' >到货</a>", "到货"),
        ("<DIV data-v-1=\"\"\n@click = 'go'>到货</DIV>", "到货"),
    ],
)
def test_words_behind_the_name_of_a_tag(cell: str, text: str | None) -> None:
    """A tag is its name alone or with attributes (name=value); with any other words in it, it is text and stays."""
    assert plain_texts(pa.array(["在的", cell])).to_pylist() == ["在的", cell if text is None else text]


@pytest.mark.parametrize("piece", ["<a ", "<a b=", '<p b="', "<a b", "<br/"])
def test_tags_that_never_end_take_no_time(piece: str) -> None:
    """Tens of thousands of begins of tags in one cell are read in a moment, and stay as they are."""
    cell = "好" + (piece * 50_000)[:50_000] + "好"
    begun = perf_counter()
    assert plain_texts(pa.array([cell])).to_pylist() == [cell]
    assert perf_counter() - begun < 2
