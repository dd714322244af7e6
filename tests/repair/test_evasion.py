"""Evasions: the shipped examples run, and a faulty file is named with its place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cscheck.errors import PackError
from cscheck.normalize import fold_many
from cscheck.repair import Repairs, repair
from cscheck.repair.evasion import Evasion, load_evasions, load_wordings
from cscheck.repair.shape import compile_shapes

EVASIONS = load_evasions()
ALL = Repairs(compile_shapes(EVASIONS, load_wordings()), None)


def found(shapes: Repairs, text: str) -> list[str]:
    batch = repair(fold_many([text]), shapes, np.ones(1, bool))
    spans = [batch.original_span(0, one.start, one.end) for one in batch.readings.get(0, ())]
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize("evasion", EVASIONS, ids=lambda one: one.id)
def test_the_examples_of_an_evasion_hold(evasion: Evasion) -> None:
    """In a hit exactly what is marked is read otherwise; in a miss nothing is, by no evasion at all."""
    alone = Repairs(compile_shapes([evasion]), None)
    assert {hit for hit, _ in evasion.examples} == {True, False}
    for hit, text in evasion.examples:
        plain = text.replace("⟦", "").replace("⟧", "")
        if hit:
            assert found(alone, plain) == [text[text.index("⟦") + 1 : text.index("⟧")]]
        else:
            assert found(ALL, plain) == [], plain


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("先加微*信", "先加微信"),
        ("w e i x i n上聊", "微信上聊"),
        ("走支 付宝转我", "走支付宝转我"),
        ("打1 3 8-0000 0000找我", "打13800000000找我"),
        ("➕薇，咱细聊", "加微信,咱细聊"),
        ("你个傻*逼", "你个傻逼"),
        ("我保 证没问题", "我保证没问题"),
        ("唔係我哋嘅問題", "不是我们的问题"),
        ("你到底是要怎樣", "你到底要怎样"),
        ("點解咁遲先講", "为什么这么迟先讲"),
        ("邊個話唔得㗎", "谁话不得的"),
    ],
)
def test_what_a_turn_is_read_as(written: str, read: str) -> None:
    """The folded turn holds the words that are meant."""
    assert repair(fold_many([written]), ALL, np.ones(1, bool)).turn(0) == read


@pytest.mark.parametrize(
    "text",
    [
        "卫星电视",
        "薇诺娜的面霜",
        "支付包裹运费",
        "v领卫衣",
        "加微量元素",
        "微信红包提现",
        "略微 信号弱",
        "没有 病历也行",
        "我们早点解决，站点会联系您",
        "这边个人客户听日语课",
        "房屋企业的事，十而家里没人",
    ],
)
def test_innocent_text_stays(text: str) -> None:
    """Words that hold the same characters in another sense are not touched."""
    assert found(ALL, text) == []


def test_only_judged_turns_are_repaired() -> None:
    """A customer's evasion stays as it is written."""
    batch = repair(fold_many(["加微*信", "加微*信"]), ALL, np.array([False, True]))
    assert [batch.turn(0), batch.turn(1)] == ["加微*信", "加微信"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- id: a\n  patterns: ['⟦v⟧']\n  examples: {hit: [], miss: []}\n", ":1:3: [P106]"),
        ("- id: a\n  read_as: 微信\n  patterns: ['v']\n  examples: {hit: [], miss: []}\n", ":3:14: [P107]"),
        ("- id: a\n  read_as: 微信\n  patterns: ['⟦v(⟧']\n  examples: {hit: [], miss: []}\n", ":3:14: [P110]"),
        ("- id: a\n  read_as: 微信\n  patterns: ['⟦.⟧']\n  examples: {hit: [], miss: []}\n", ":3:14: [P112]"),
        ("- id: a\n  reads: 微信\n  examples: {hit: [], miss: []}\n", ":2:3: [P101]"),
        ("- id: a\n", ":1:3: [P106]"),
    ],
)
def test_a_faulty_evasion_is_named_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    """Each fault tells file, line, column and code."""
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_evasions(tmp_path)
    assert [str(problem).startswith(f"{path}{message}") for problem in caught.value.problems] == [True]
