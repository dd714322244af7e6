"""A conversation as rules see it: folded, in bursts, and with everybody's turns told apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cscheck.batch import Batch
from cscheck.model import Conversation, Turn
from cscheck.program import compile_rules
from cscheck.scan import scan
from cscheck.view import View


def test_text_is_folded_and_spans_lead_back(view: Callable[..., View]) -> None:
    """A turn is read folded; a span of it is mapped to code points of the original text."""
    shown = view(["客户：您好", "客服：我們\u200b保\u200b證，ＯＫ"])
    assert shown.text(1) == "我们保证,ok"
    assert shown.original_span(1, 2, 4) == (3, 6)
    assert shown.original(1)[3:6] == "保\u200b證"


def test_a_view_may_begin_in_the_middle_of_a_batch() -> None:
    """Places count from the conversation's own first turn."""
    first = Conversation("1", (Turn("agent", "前面"), Turn("customer", "一\u200b通")))
    second = Conversation("2", (Turn("agent", "保\u200b证", 7), Turn("customer", "好", 8)))
    _, shown = scan(compile_rules([], {}), Batch.of([first, second]))
    assert (shown.text(0), shown.text(1)) == ("保证", "好")
    assert shown.original_span(0, 0, 2) == (0, 3)


def test_spoken_turns_are_told_by_role(view: Callable[..., View]) -> None:
    """Empty and blank turns are skipped; any means agent and customer, not bot and system."""
    shown = view(["系统：接入", "客服：您好", "客户：", "机器人：您好", "客户：在吗", "客服： \n", "客服：在"])
    assert shown.spoken == {"agent": [1, 6], "customer": [4], "bot": [3], "system": [0], "any": [1, 4, 6]}
    assert shown.order == {1: 0, 4: 1, 6: 2}


@pytest.mark.parametrize(
    ("channel", "lines", "bursts"),
    [
        (None, ["客服：一", "客服：二", "客户：三", "客服：四"], [[0, 1], [0, 1], [2], [3]]),
        ("chat", ["@0 客服：一", "@60 客服：二", "@121 客服：三"], [[0, 1], [0, 1], [2]]),
        (None, ["@0 客服：一", "@61 客服：二"], [[0], [1]]),
        ("call", ["@0 客服：一", "@600 客服：二"], [[0, 1], [0, 1]]),
        ("chat", ["@0 客服：一", "客服：二", "@600 客服：三"], [[0, 1, 2]] * 3),  # no time, no gap
        ("chat", ["客服：一", "客服：", "客服：二"], [[0, 2], [1], [0, 2]]),
        ("chat", ["系统：一", "系统：二"], [[0], [1]]),
    ],
)
def test_bursts(view: Callable[..., View], channel: str | None, lines: list[str], bursts: list[list[int]]) -> None:
    """A burst is one role's consecutive turns, in chats at most 60 seconds apart where times exist."""
    shown = view(lines, channel)
    assert [shown.burst(place) for place in range(len(lines))] == bursts


def test_times_are_starts(view: Callable[..., View]) -> None:
    """The time of a turn is its start in seconds, or None."""
    shown = view(["@1.5 客服：一", "客户：二"])
    assert (shown.time(0), shown.time(1)) == (1.5, None)
