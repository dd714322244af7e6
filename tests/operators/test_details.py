"""``details``: numbers, addresses, times and amounts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Matched = Callable[..., list[tuple[int | None, str | None]]]


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        ("[number]", ["4471"]),
        ("[address, time]", ["三栋", "周六"]),
        ("amount", ["两箱"]),
        ("[number, address, time, amount]", ["4471", "三栋", "周六", "两箱"]),
    ],
)
def test_details_of_the_kinds_named(matched: Matched, kinds: str, words: list[str]) -> None:
    """The details of the kinds that are named are found, each with its words."""
    talk = "尾号4471，送三栋，周六来，要两箱"
    assert matched(f"when: {{details: {kinds}}}", talk) == [(0, word) for word in words]


def test_kinds_that_do_not_exist_are_refused(refused: Callable[..., list[tuple[str, str]]]) -> None:
    """An unknown kind and an empty list are faults."""
    message = "each kind of details must be one of number, address, time, amount (got 'name'; did you mean 'number'?)"
    assert refused("when: {details: [name]}") == [("P104", message)]
    assert refused("when: {details: []}") == [
        ("P112", "no kind of details is named (known: number, address, time, amount)")
    ]
