"""Excerpts: the words around a finding, row by row beside the findings."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from cscheck.checker import Checker
from cscheck.excerpts import EXCERPTS, clock, excerpts_table
from cscheck.model import Turn

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
    table = excerpts_table([checked.assessment], checker.scheme, checked.assessor.categories)
    assert table.schema == EXCERPTS
    assert table.to_pylist() == [
        {"deducted": cost, "team": None, "time": time, "text": text, "asked": "能到吗"}
        for cost, time, text in [
            (10.0, "1:01:11", "打包票，真的打包票"),
            (10.0, "1:01:11", "打包票，真的打包票"),
            (10.0, None, "再打包票，又打包票"),
            (0.0, None, "再打包票，又打包票"),
        ]
    ]
    assert [finding.points for finding in checked.findings] == [10.0] * 4


def test_a_missing_thing_has_no_words() -> None:
    """Where a required thing is missing, the excerpt holds its cost alone; clean conversations have none."""
    checker = Checker()
    bad, good = (checker.check(talk) for talk in ([("agent", "我打包票")], [("customer", "在吗")]))
    table = excerpts_table([good.assessment, bad.assessment], checker.scheme, bad.assessor.categories).to_pylist()
    missing = [row for row, finding in zip(table, bad.findings, strict=True) if finding.turn_index is None]
    assert missing
    assert {(row["time"], row["text"], row["asked"]) for row in missing} == {(None, None, None)}
    assert excerpts_table([good.assessment], checker.scheme, bad.assessor.categories).num_rows == 0


def test_the_parts_of_several_agents_are_charged_apart(checker: Checker) -> None:
    """After a transfer each agent's findings meet the caps of that agent's part."""
    rows = [("a", "打包票打包票"), ("b", "打包票"), ("a", "打包票打包票")]
    frame = pd.DataFrame([{"会话ID": "c", "角色": "客服", "工号": agent, "内容": text} for agent, text in rows])
    checked = checker.score(frame).conversation("c")
    table = excerpts_table([checked.assessment], checker.scheme, checked.assessor.categories)
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
