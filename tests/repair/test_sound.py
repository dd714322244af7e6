"""Sound: mis-heard words are read as the rules' words, and what ordinary text knows stays."""

from __future__ import annotations

import numpy as np
import pytest

from cscheck.normalize import fold_many
from cscheck.parser import parse
from cscheck.repair import Repairs, repair, spelt
from cscheck.repair.sound import compile_sounds, hear

SOUNDS = compile_sounds(["不归我管", "多少次", "评价", "负责", "重点", "微信", "有没有", "零风险"])


def heard(text: str) -> list[tuple[str, str, float]]:
    batch = fold_many([text])
    found = hear(batch, SOUNDS, np.ones(1, bool))
    return [(batch.turn(0)[one.start : one.end], one.text, one.confidence) for one in found]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("这个不归我馆", [("归我馆", "归我管", 0.9)]),
        ("跟你说过多绍次了", [("多绍次", "多少次", 0.9)]),
        ("跟你说过多扫次了", [("多扫次", "多少次", 0.8)]),
        ("跟你说过多绍赐了", [("多绍", "多少", 0.9)]),
        ("给个评驾吧", [("评驾", "评价", 0.9)]),
        ("给个凭驾吧", []),
        ("这个平价很高", []),
        ("您风险自己担", []),
        ("加我微信聊", []),
    ],
)
def test_what_is_heard(written: str, found: list[tuple[str, str, float]]) -> None:
    """Three characters may sound nearly alike, two must sound alike; dictionary words and pronouns stay."""
    assert heard(written) == found


def test_a_repaired_span_cuts_the_original() -> None:
    """The reading leads to what was written, hidden characters included."""
    written = "这个不归\u200b我馆"
    batch = repair(fold_many(["您好", written]), Repairs(None, SOUNDS), np.ones(2, bool))
    assert batch.turn(1) == "这个不归我管"
    start, end = batch.original_span(1, 3, 6)
    assert written[start:end] == "归\u200b我馆"


def test_turns_do_not_hear_each_other() -> None:
    """A turn is heard alone as among others, and only where it is judged."""
    texts = ["我们不", "归我馆", "给评驾", "价", "", "多绍次", "评驾"]
    together = hear(fold_many(texts), SOUNDS, np.ones(len(texts), bool))
    alone = [
        (turn, *one[1:]) for turn, text in enumerate(texts) for one in hear(fold_many([text]), SOUNDS, np.ones(1, bool))
    ]
    assert [tuple(one) for one in together] == alone
    assert [one[0] for one in alone] == [1, 2, 5, 6]
    assert hear(fold_many(texts), SOUNDS, np.zeros(len(texts), bool)) == []


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        ("不归我(管|负责)", {"不归我管", "不归我负责"}),
        ("(保证|肯定).{0,8}[今明]天到", {"保证", "肯定", "今天到", "明天到"}),
        ("给(您|你)?退.+款", {"给退", "给您退", "给你退", "款"}),
    ],
)
def test_what_a_pattern_spells_out(pattern: str, texts: set[str]) -> None:
    """Stretches between gaps are spelt out, with all their alternatives."""
    assert set(spelt(parse(pattern))) - {""} == texts


def test_a_turns_end_is_nobodys_neighbour() -> None:
    """What stands at the ends of a turn is heard alike alone and among other turns, whatever the characters are."""
    classes = SOUNDS.classes
    words = ["多少次", "评价", "负责", "重点", "微信", "有没有", "零风险"]
    alike = {word: [chr(code) for code in np.flatnonzero(classes == classes[ord(word[0])])] for word in words}
    texts = [first + word[1:] for word, firsts in alike.items() for first in firsts]
    together = hear(fold_many(texts), SOUNDS, np.ones(len(texts), bool))
    alone = [
        one._replace(turn=at)
        for at, text in enumerate(texts)
        for one in hear(fold_many([text]), SOUNDS, np.ones(1, bool))
    ]
    assert len(texts) > 500
    assert together == alone
