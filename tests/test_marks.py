"""Marks: which words of a turn are coloured."""

from __future__ import annotations

import pytest

from cscheck.marks import MATCHED, SEEN, Mark, runs


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([], [("我们保证到货", None)]),
        ([Mark(2, 4, MATCHED)], [("我们", None), ("保证", MATCHED), ("到货", None)]),
        ([Mark(0, 6, MATCHED)], [("我们保证到货", MATCHED)]),
        ([Mark(2, 4, MATCHED), Mark(0, 3, SEEN)], [("我们", SEEN), ("保证", MATCHED), ("到货", None)]),
        ([Mark(4, 9, SEEN)], [("我们保证", None), ("到货", SEEN)]),
        ([Mark(3, 3, MATCHED)], [("我们保证到货", None)]),
    ],
    ids=["none", "one", "all", "matched before seen", "beyond the end", "empty"],
)
def test_runs_have_one_style_each(marks: list[Mark], expected: list[tuple[str, str | None]]) -> None:
    """A text is cut where its style changes; where marks overlap, what matched counts."""
    assert runs("我们保证到货", marks) == expected


def test_an_empty_text_has_no_runs() -> None:
    """Nothing is made of nothing."""
    assert runs("", [Mark(0, 1, SEEN)]) == []
