"""The clean corpus: what the shipped packs find in conversations without violations is reviewed line by line.

``clean.jsonl`` was written for this project: many trades, calls and chats, full of dangerous words in innocent use.
``findings.jsonl`` holds all that the shipped packs find in it. Most of it is wrong, and stays visible there until the
rule is mended; nothing new comes in unseen.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from cscheck import Checker
from cscheck.decide import decide
from cscheck.gather import gather
from cscheck.readers import read
from cscheck.scan import scan
from cscheck.segment import default_segmenter

HERE = Path(__file__).parent
INNOCENT = [
    "保证金", "不能保证", "绝对值", "“保证三天”", "打包票", "肯定会帮您争取", "一定要选择安全",
    "神经病", "垃圾短信", "傻瓜相機", "微信支付", "个人微信", "投诉专线", "诉讼",
    "征信", "身份证号码的后四位", "冷静期", "滚筒", "死机", "没有权限", "不方便評論",
    "不由航空公司决定",
]  # fmt: skip
MEND = "read the difference; if it is meant, run: python tools/clean_findings.py"


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


def shown(findings: list[dict[str, Any]], said: dict[tuple[str, int | None], str]) -> list[str]:
    """Tell findings in lines that a person can judge: where, which rule, which words, and the whole turn."""
    return [
        f"{row['conversation']} 第{row['turn']}轮 {row['rule']} [{row['category']}] 扣{row['points']:g}分 "
        f"“{row['matched']}” | {said.get((row['conversation'], row['turn']), '')}"
        for row in findings
    ]


def test_the_packs_find_what_was_reviewed(tool: Callable[[str], ModuleType]) -> None:
    """The findings of all shipped packs on the clean corpus equal the committed file."""
    said = {
        (conversation["conversation_id"], index): turn["text"]
        for conversation in rows("clean.jsonl")
        for index, turn in enumerate(conversation["turns"])
    }
    found = tool("clean_findings").found(Checker("all"))

    before, after = shown(rows("findings.jsonl"), said), shown(found, said)

    difference = unified_diff(before, after, "findings.jsonl", "found now", n=0, lineterm="")
    if before != after:
        pytest.fail("\n".join(["the packs judge clean turns differently", *difference, MEND]), pytrace=False)


def test_the_corpus_is_large_and_varied() -> None:
    """The corpus has at least 320 agent turns in both channels, of at least 15 trades, each conversation once."""
    corpus = rows("clean.jsonl")

    spoken = [turn["text"] for conversation in corpus for turn in conversation["turns"] if turn["role"] == "agent"]

    assert len(spoken) >= 320
    assert {conversation["channel"] for conversation in corpus} == {"call", "chat"}
    assert len({conversation["industry"] for conversation in corpus}) >= 15
    assert len({conversation["conversation_id"] for conversation in corpus}) == len(corpus)


@pytest.mark.parametrize("word", INNOCENT)
def test_dangerous_words_stand_in_innocent_use(word: str) -> None:
    """An agent of the corpus says each of the words on which a careless rule would fire."""
    assert any(
        word in turn["text"]
        for conversation in rows("clean.jsonl")
        for turn in conversation["turns"]
        if turn["role"] == "agent"
    )


def test_nothing_is_lost_where_nobody_searches() -> None:
    """What is ruled out before any search (plans, openings) would have come out the same if it had been sought."""
    checker = Checker(["all"])
    program, segmenter = checker.program, default_segmenter()
    everything = (1 << len(program.openings.bits)) - 1
    (table,) = (table for table, _ in read(HERE / "clean.jsonl", "clean.jsonl"))
    for batch in gather(table)[0]:
        for planned, searched in zip(scan(program, batch), scan(program, batch), strict=True):
            searched.opened = everything
            brief, full = (decide(program, view, segmenter, lambda rule: 1.0) for view in (planned, searched))
            assert brief.findings == full.findings
            assert {told.rule_id for told in brief.not_applicable} == {told.rule_id for told in full.not_applicable}
            assert sorted(brief.satisfied) == sorted(full.satisfied)
