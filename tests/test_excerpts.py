"""Excerpts: the words around a finding, row by row beside the findings."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from cscheck.checker import Checker
from cscheck.excerpts import EXCERPTS, clock, excerpts_table
from cscheck.gather import gather
from cscheck.model import Turn
from cscheck.readers import read

NEAR = Path(__file__).parent / "packs" / "good" / "near"


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(NEAR)


def test_an_excerpt_belongs_to_each_finding(checker: Checker) -> None:
    """It holds the whole turn, the customer's last words before it, the time, and what the finding cost in fact."""
    talk = [
        ("customer", "能到吗"),
        ("customer", " "),
        ("agent", "您好"),
        {"role": "agent", "text": "打包票，真的打包票", "start": 3671.9},
        ("agent", "再打包票，又打包票"),
    ]
    checked = checker.check(talk)
    table = excerpts_table([checked.assessment], checked.assessor)
    assert table.schema == EXCERPTS
    assert table.to_pylist() == [
        {"deducted": cost, "team": None, "time": time, "text": text, "asked": "能到吗", "due": None, "source": None}
        for cost, time, text in [
            (10.0, "1:01:11", "打包票，真的打包票"),
            (10.0, "1:01:11", "打包票，真的打包票"),
            (10.0, None, "再打包票，又打包票"),
            (0.0, None, "再打包票，又打包票"),
        ]
    ]
    assert [finding.points for finding in checked.findings] == [10.0] * 4


def test_a_missing_thing_has_no_words() -> None:
    """Where a thing is missing that always is due, the excerpt has its cost alone; clean conversations have none."""
    checker = Checker()
    bad, good = (checker.check(talk) for talk in ([("agent", "我打包票")], [("customer", "在吗")]))
    table = excerpts_table([good.assessment, bad.assessment], bad.assessor).to_pylist()
    missing = [row for row, finding in zip(table, bad.findings, strict=True) if finding.turn_index is None]
    assert missing
    assert {(row["time"], row["text"], row["asked"]) for row in missing} == {(None, None, None)}
    assert excerpts_table([good.assessment], bad.assessor).num_rows == 0


def test_a_missing_thing_tells_what_made_it_due() -> None:
    """The turn that made it due stands where the customer's words do, with its speaker unless that is the customer."""
    checked = Checker().check(
        [
            {"role": "agent", "text": "您好，我帮您查一下", "start": 0, "end": 3},
            {"role": "customer", "text": "我要投诉你们", "start": 3, "end": 5},
            {"role": "agent", "text": "查到了，明天到", "start": 60, "end": 63},
        ],
        channel="call",
    )
    table = excerpts_table([checked.assessment], checked.assessor).to_pylist()
    told = {
        finding.category: (row["text"], row["asked"], row["due"])
        for row, finding in zip(table, checked.findings, strict=True)
    }
    assert told["apology"] == (None, "我要投诉你们", "第 1 轮“投诉”")
    assert told["hold_thanks"] == (
        None,
        "客服：您好，我帮您查一下",
        "第 0 轮“我帮您查”、第 2 轮之前沉默 55 秒",
    )


def test_an_excerpt_says_where_the_turn_was_read(tmp_path: Path) -> None:
    """It names file and line; where a thing is missing, those of the conversation's first turn."""
    file = tmp_path / "导出.csv"
    file.write_text("会话ID,角色,内容\nb,客户,在吗\nb,客服,再等等\na,客户,能到吗\na,客服,我打包票\n", encoding="utf-8")
    checker = Checker()
    turns = pa.concat_tables([turns for turns, _ in read(file, "导出.csv")])
    assessed = list(checker._assessor.assess(gather(turns)[0]))
    findings = [finding for one in assessed for finding in one.verdict.findings]
    sources = excerpts_table(assessed, checker._assessor)["source"].to_pylist()
    found = {
        (finding.conversation_id, finding.matched, source) for finding, source in zip(findings, sources, strict=True)
    }
    assert found == {
        ("a", "我打包票", "导出.csv:5"),
        ("a", None, "导出.csv:4"),
        ("b", None, "导出.csv:2"),
        ("b", "再等等", "导出.csv:3"),
    }


def test_the_parts_of_several_agents_are_charged_apart(checker: Checker) -> None:
    """After a transfer each agent's findings meet the caps of that agent's part."""
    rows = [("a", "打包票打包票"), ("b", "打包票"), ("a", "打包票打包票")]
    frame = pd.DataFrame([{"会话ID": "c", "角色": "客服", "工号": agent, "内容": text} for agent, text in rows])
    checked = checker.score(frame).conversation("c")
    table = excerpts_table([checked.assessment], checked.assessor)
    costs = [
        (finding.agent_id, cost) for finding, cost in zip(checked.findings, table["deducted"].to_pylist(), strict=True)
    ]
    assert costs == [("a", 10.0), ("a", 10.0), ("b", 10.0), ("a", 10.0), ("a", 0.0)]


@pytest.mark.parametrize(
    ("turn", "shown"),
    [
        (Turn("agent", ""), None),
        (Turn("agent", "", start=59.99), "0:00:59"),
        (Turn("agent", "", start=1.0, sent_at=datetime(2026, 9, 1, 9, 5)), "2026-09-01 09:05:00"),
    ],
    ids=["unknown", "seconds", "wall clock"],
)
def test_the_clock_of_a_turn(turn: Turn, shown: str | None) -> None:
    """The wall clock is shown where it is known, else the time from the start."""
    assert clock(turn) == shown
