"""Dialogues in one cell as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from cscheck.readers import ColumnMapping

Load = Callable[..., tuple[list[dict[str, Any]], list[dict[str, Any]]]]
TALK = [{"role": "agent", "text": "您好"}, {"role": "客户", "text": "在吗\n急"}]


def table(*cells: object, head: str = "会话ID,坐席工号,对话内容") -> str:
    """Return a CSV file with a dialogue a row; what is no text is written as JSON."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(head.split(","))
    for number, cell in enumerate(cells, 1):
        text = cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
        rows.writerow([f"S{number}", "A7", text][: head.count(",") + 1])
    return out.getvalue()


@pytest.mark.parametrize("cell", [TALK, {"sessionId": "1", "sentences": TALK}, f" {json.dumps(TALK, indent=1)}"])
def test_a_list_of_turns(load: Load, cell: object) -> None:
    """A list of turns, or an object that holds one, is the dialogue of the row, whose columns hold for each turn."""
    turns, rejects = load("a.csv", table(cell))
    assert [(t["conversation_id"], t["position"], t["role"], t["agent_id"], t["text"]) for t in turns] == [
        ("S1", 0, "agent", "A7", "您好"),
        ("S1", 1, "customer", "A7", "在吗\n急"),
    ]
    assert rejects == []


def test_keys_of_a_platform(load: Load) -> None:
    """Keys go by the names of columns (words, beginTime); a moment on the calendar goes before milliseconds."""
    talk = [
        {"role": "客服", "words": "您好", "begin": 0, "end": 900, "beginTime": "2026-09-01 10:00:00"},
        {
            "role": "客户",
            "identity": "y",
            "words": "在吗",
            "begin": 4000,
            "end": 5000,
            "beginTime": "2026-09-01 10:00:04",
        },
    ]
    turns, _ = load("a.csv", table(talk))
    assert [turn["sent_at"] for turn in turns] == [datetime(2026, 9, 1, 10), datetime(2026, 9, 1, 10, 0, 4)]
    for turn in talk:
        del turn["beginTime"]
    turns, _ = load("a.csv", table(talk))
    assert [(turn["start"], turn["end"]) for turn in turns] == [(0.0, 0.9), (4.0, 5.0)]


def test_a_key_that_names_its_unit(load: Load) -> None:
    """Milliseconds that the key names are milliseconds, also where the steps are short."""
    talk = [{**turn, "startMs": 120 * at, "endMs": 120 * at + 60} for at, turn in enumerate(TALK)]
    turns, _ = load("a.csv", table(talk))
    assert [(turn["start"], turn["end"]) for turn in turns] == [(0.0, 0.06), (0.12, 0.18)]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ('[{"role":"agent","text":"您', "not valid JSON: Unterminated string starting at (column 25)"),
        ("[{'role':'客服','text':'您好", "not valid JSON: it has single quotes, and cannot be read as Python's either"),
        ("[{'role':set()}]", "not valid JSON: it has single quotes, and cannot be read as Python's either"),
        ("[]", "empty dialogue"),
        ('{"sentences":[]}', "empty dialogue"),
        ('{"answer":1}', "no list of turns; the keys are: answer"),
        ('[{"role":"客服","url":"a"}]', "no list of turns; the keys are: role, url"),
        ('[{"url":"a"},{"size":1}]', "no list of turns; the keys are: url, size"),
    ],
)
def test_a_cell_that_cannot_be_read(load: Load, cell: str, reason: str) -> None:
    """Broken JSON, and JSON without turns, is one reject that says what is wrong with it."""
    turns, rejects = load("a.csv", table(TALK, cell, TALK))
    assert {turn["conversation_id"] for turn in turns} == {"S1", "S3"}
    assert [(row["conversation_id"], row["reason"]) for row in rejects] == [("S2", reason)]


def test_a_cell_that_was_cut(load: Load) -> None:
    """JSON that fills a cell of Excel was cut by the export, and the reject says so."""
    cell = json.dumps([{"role": "客服", "text": "好" * 40_000}], ensure_ascii=False)[:32_767]
    _, rejects = load("a.csv", table(cell, TALK))
    assert rejects[0]["reason"].endswith("; the cell is full (32767 characters), it was cut")


def test_turns_that_cannot_be_used(load: Load) -> None:
    """Of a list each turn that cannot be used is a reject of its own; the others keep their order."""
    odd = [{"role": "客服", "text": ["a"]}, {"role": "路人", "text": "哦"}, {"text": "嗯"}, "说", {"role": "客服"}]
    turns, rejects = load("a.csv", table([*odd, *TALK]))
    assert [turn["text"] for turn in turns] == ["您好", "在吗\n急"]
    assert [row["reason"].partition(" (")[0] for row in rejects] == [
        "the text of the turn is not a text but a list or an object",
        "unknown role '路人'",
        "no role",
        "the turn is not a JSON object but 说",
        "no text",
    ]


def test_who_speaks_by_name(load: Load) -> None:
    """Names are who they are in lines of talk: the row's agent, and the other one of two."""
    talk = [{"sender": "小美", "content": "您好"}, {"sender": "李女士", "content": "在吗"}]
    with pytest.warns(UserWarning, match="李女士"):
        turns, _ = load("a.csv", table(talk, head="会话ID,坐席,对话内容").replace("A7", "小美"))
    assert [(turn["role"], turn["agent_id"]) for turn in turns] == [("agent", "小美"), ("customer", "小美")]


def test_a_message_that_is_json_is_no_dialogue(load: Load) -> None:
    """In a table with one row a turn a card that some program sent as JSON stays the text of its turn."""
    head = "会话ID,角色,内容\n"
    turns, _ = load("a.csv", head + 'S1,客服,"{""type"":""card"",""text"":""保证""}"\nS1,客户,"[{""url"":1}]"\n')
    assert [turn["text"] for turn in turns] == ['{"type":"card","text":"保证"}', '[{"url":1}]']


def test_a_column_that_the_mapping_names(load: Load) -> None:
    """A mapping says which column, which keys and which roles."""
    mapping = ColumnMapping({"turns": "明细", "text": "话"}, {"0": "customer", "1": "agent"})
    turns, _ = load(
        "a.csv", table([{"role": 1, "话": "您好"}, {"role": 0, "话": "在"}], head="会话ID,坐席工号,明细"), mapping
    )
    assert [(turn["role"], turn["text"]) for turn in turns] == [("agent", "您好"), ("customer", "在")]


@pytest.mark.parametrize(
    "cell",
    [
        "[{'role': '客服', 'text': '您好', 'sent_at': None}, {'role': '客户', 'text': \"it's \\d\"}]",
        "{'messages': ({'role': '客服', 'text': '您好'}, {'role': '客户', 'text': \"it's \\\\d\"})}",
    ],
)
def test_as_python_prints_it(load: Load, cell: str) -> None:
    """A list or an object with single quotes, as Python prints them, is read as if it were JSON."""
    turns, rejects = load("a.csv", table(cell))
    assert [(turn["role"], turn["text"]) for turn in turns] == [("agent", "您好"), ("customer", "it's \\d")]
    assert rejects == []
