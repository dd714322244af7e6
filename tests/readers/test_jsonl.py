"""JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from cscheck.readers import ColumnMapping
from cscheck.readers.jsonl import read_jsonl
from cscheck.readers.understand import understand

Load = Callable[..., tuple[list[dict[str, Any]], list[dict[str, Any]]]]
GOOD = '{"conversation_id": "1", "turns": [{"role": "agent", "text": "您好"}]}'


def test_a_conversation(load: Load) -> None:
    """A line is a conversation: its other keys and its meta object are joined to metadata, nulls left out."""
    line = {
        "conversation_id": "c1",
        "channel": "call-sentence",
        "agent_id": "A1",
        "ring_seconds": 6,
        "hangup_by": None,
        "turns": [
            {"role": "system", "text": "欢迎致电", "start": 0, "end": 2.5},
            {"role": "agent", "text": "您好", "start": 3.5, "end": None, "agent_id": "A2"},
        ],
        "meta": {"excerpt": True, "queue": "售后"},
    }
    turns, rejects = load("a.jsonl", "\n" + json.dumps(line, ensure_ascii=False) + "\n")
    meta = '{"channel_raw":"call-sentence","excerpt":true,"queue":"售后","ring_seconds":6}'
    assert [list(t.values()) for t in turns] == [
        ["c1", None, "system", "A1", "欢迎致电", 0.0, 2.5, None, "call", meta, "a.jsonl", 2, 0],
        ["c1", None, "agent", "A2", "您好", 3.5, None, None, "call", meta, "a.jsonl", 2, 1],
    ]
    assert rejects == []


def test_other_names(load: Load) -> None:
    """Keys have the same synonyms as columns; begin and end without unit are milliseconds by their steps."""
    line = {
        "tid": 17,
        "customerServiceId": "A1",
        "dialogue": [
            {"role": "客服", "words": "您好", "begin": 100, "end": 900, "beginTime": "2019-11-25 15:37:16"},
            {"role": "客户", "words": "嗯", "begin": 1500, "end": 1900, "beginTime": "2019-11-25 15:37:17"},
        ],
    }
    turns, _ = load("a.jsonl", json.dumps(line))
    assert [(t["conversation_id"], t["agent_id"], t["text"], t["start"], t["end"]) for t in turns] == [
        ("17", "A1", "您好", 0.1, 0.9),
        ("17", "A1", "嗯", 1.5, 1.9),
    ]
    assert str(turns[0]["sent_at"]) == "2019-11-25 15:37:16"


def test_one_turn_a_line(load: Load) -> None:
    """A line without a list of turns is a turn itself."""
    text = (
        '{"session_id": "1", "speaker": "坐席", "content": "您好", "queue": "售后"}\n'
        '{"session_id": "1", "speaker": "用户", "content": "嗯"}'
    )
    turns, _ = load("a.jsonl", text)
    assert [(t["line"], t["role"], t["text"], t["meta"]) for t in turns] == [
        (1, "agent", "您好", '{"queue":"售后"}'),
        (2, "customer", "嗯", None),
    ]


def test_broken_lines_are_rejected(load: Load) -> None:
    """A line that is no conversation is rejected with its number, the others are read."""
    lines = [
        GOOD,
        '{"conversation_id": ',
        "[1]",
        '{"conversation_id": "2"}',
        '{"conversation_id": "3", "turns": []}',
        GOOD,
    ]
    turns, rejects = load("a.jsonl", "\n".join(lines))
    assert [t["line"] for t in turns] == [1, 6]
    assert [(r["line"], r["reason"]) for r in rejects] == [
        (2, "not valid JSON: Expecting value (column 21)"),
        (3, "the line is not a JSON object"),
        (4, "no list of turns; the keys are: conversation_id"),
        (5, "the list 'turns' is empty"),
    ]


def test_lone_surrogates_are_rejected(load: Load) -> None:
    """Half of a character rejects its turn, and in the data of the conversation all its turns; pairs are characters."""
    lines = [
        r'{"conversation_id": "1", "turns": [{"role": "agent", "text": "a\ud800"}, {"role": "agent", "text": "b"}]}',
        r'{"conversation_id": "2", "queue": "\udc00", "turns": [{"role": "agent", "text": "c"}]}',
        r'{"conversation_id": "3", "turns": [{"role": "agent", "text": "\ud83d\ude00"}]}',
    ]
    turns, rejects = load("a.jsonl", "\n".join(lines))
    assert [(t["conversation_id"], t["text"], t["position"]) for t in turns] == [("1", "b", 1), ("3", "😀", 0)]
    assert [(r["line"], r["conversation_id"], r["reason"]) for r in rejects] == [
        (1, "1", "the turn holds a lone surrogate (half of a character)"),
        (2, None, "a lone surrogate (half of a character) stands in the data of the conversation"),
    ]


def test_turns_that_are_no_turns_are_rejected(load: Load) -> None:
    """A turn that is no object or whose text is no text is rejected alone."""
    given = ["您好", *({"role": "agent", "text": text} for text in (["a"], "b", 5))]
    turns, rejects = load("a.jsonl", json.dumps({"conversation_id": "1", "turns": given}, ensure_ascii=False))
    assert [(t["text"], t["position"]) for t in turns] == [("b", 2), ("5", 3)]
    assert [r["reason"] for r in rejects] == [
        'the turn is not a JSON object but "您好"',
        "the text of the turn is not a text but a list or an object",
    ]


def test_missing_ids_are_rejected(load: Load) -> None:
    """A conversation without id cannot be told apart, so each of its turns is rejected."""
    turns, rejects = load("a.jsonl", GOOD + '\n{"conversation_id": null, "turns": [{"role": "agent", "text": "a"}]}')
    assert [t["conversation_id"] for t in turns] == ["1"]
    assert [(r["line"], r["reason"]) for r in rejects] == [(2, "no conversation id")]


def test_missing_keys_are_an_error(refuse: Callable[..., str]) -> None:
    """A key that no line has is named with the keys that were found."""
    message = refuse("a.jsonl", '{"id": "1", "turns": [{"role": "agent", "said": "a"}]}')
    assert [line.split(";")[0] for line in message.split("\n")] == [
        "a.jsonl: [I105] no column for conversation_id",
        "a.jsonl: [I105] no column for text",
    ]
    assert "the file has: id, turns, role, said" in message


def test_a_key_mapping(load: Load, refuse: Callable[..., str]) -> None:
    """Mapped keys are found at either level; one that no line has is an error."""
    text = '{"id": "1", "talk": [{"role": "agent", "said": "a"}]}'
    turns, _ = load("a.jsonl", text, ColumnMapping({"conversation_id": "id", "turns": "talk", "text": "said"}))
    assert [(t["conversation_id"], t["text"]) for t in turns] == [("1", "a")]
    assert refuse("a.jsonl", GOOD, ColumnMapping({"start": "t0"})) == (
        "a.jsonl: [I110] the column mapping names the key 't0', which no line has"
    )


def test_a_file_of_broken_lines_is_an_error(refuse: Callable[..., str]) -> None:
    """A file of which no line can be used is refused with the reasons."""
    assert refuse("a.jsonl", "x\nx\n") == (
        "a.jsonl: [I108] no turn of the file can be used: not valid JSON: Expecting value (column 1) (2 rows)"
    )


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_batches_together_are_one_batch(tmp_path: Path, rows: int) -> None:
    """However many conversations a batch holds, the joined tables are the same."""
    path = tmp_path / "a.jsonl"
    said = [("agent", "您好", 1200), ("谁", "b", 2900), ("user", "c", 9000)]
    turns = [{"role": role, "text": text, "start": start} for role, text, start in said]
    lines = [json.dumps({"conversation_id": str(n), f"n{n % 2}": n, "turns": turns}) for n in range(5)]
    path.write_text("\n".join(lines), "utf-8")

    def whole(count: int) -> tuple[pa.Table, pa.Table]:
        raws = read_jsonl(path, "a.jsonl", ColumnMapping(), count)
        parts = list(understand(raws, "a.jsonl", ColumnMapping()))
        return pa.concat_tables([p for p, _ in parts]), pa.concat_tables([p for _, p in parts])

    assert whole(rows) == whole(10_000)
    assert whole(rows)[0]["start"].to_pylist()[:2] == [1.2, 9.0]


@pytest.mark.parametrize("number", ["1.2345678901234568e+22", "9007199254740993.0"])
def test_an_agent_id_with_lost_digits_is_rejected(load: Load, number: str) -> None:
    """A number that a float has rounded is no agent id, and no conversation id either."""
    turns, rejects = load("a.jsonl", GOOD.replace('"text"', f'"agent_id": {number}, "text"') + "\n" + GOOD)
    assert [turn["line"] for turn in turns] == [2]
    assert rejects[0]["reason"] == f"the agent id {f'{float(number):.16e}'!r} has lost digits: export ids as text"
    _, rejects = load("a.jsonl", GOOD.replace('"1"', number) + "\n" + GOOD)
    assert "has lost digits" in rejects[0]["reason"]


@pytest.mark.parametrize("value", ["Infinity", "NaN", "true", '{"a": 1}'])
def test_an_id_is_text_or_a_number(load: Load, value: str) -> None:
    """What is neither is no id: of a conversation, of its agent, of the agent of a turn."""
    for line, what in [
        (GOOD.replace('"1"', value), "conversation"),
        (GOOD.replace('"turns"', f'"agent_id": {value}, "turns"'), "agent"),
        (GOOD.replace('"text"', f'"agent_id": {value}, "text"'), "agent"),
    ]:
        turns, rejects = load("a.jsonl", line + "\n" + GOOD)
        assert [turn["line"] for turn in turns] == [2]
        assert [r["reason"] for r in rejects] == [f"the {what} id {value} is neither text nor a number"]


def test_two_lists_of_turns(load: Load) -> None:
    """A line with two lists that may be the turns is rejected; a mapping says which, and an empty list is none."""
    turn = '[{"role": "agent", "text": "您好"}]'
    line = f'{{"conversation_id": "2", "turns": {turn}, "messages": {turn}}}'
    reason = "several lists may be the turns: 'turns', 'messages': say which in a mapping (columns: turns)"
    turns, rejects = load("a.jsonl", f"{GOOD}\n{line}\n")
    assert [turn["conversation_id"] for turn in turns] == ["1"]
    assert [(row["line"], row["reason"]) for row in rejects] == [(2, reason)]
    for names in ("messages", ("messages", "turns")):
        turns, rejects = load("a.jsonl", line, ColumnMapping({"turns": names}))
        assert [(turn["conversation_id"], turn["meta"][:9]) for turn in turns] == [("2", '{"turns":')]
        assert rejects == []
    turns, rejects = load("a.jsonl", line.replace(f'"turns": {turn}', '"turns": []'))
    assert ([turn["text"] for turn in turns], rejects) == (["您好"], [])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (r'"\ud800"', "a lone surrogate (half of a character) stands in the data of the conversation"),
        (r'["\ud800"]', "the line is not a JSON object"),
        (r'{"conversation_id": "2", "turns": ["\ud800"]}', r'the turn is not a JSON object but "\ud800"'),
        (r'{"x\ud800": 1}', r"no list of turns; the keys are: x\ud800"),
        (
            r'{"conversation_id": ["\ud800"], "turns": [{}]}',
            r'the conversation id ["\ud800"] is neither text nor a number',
        ),
    ],
)
def test_half_a_character_anywhere(load: Load, line: str, reason: str) -> None:
    """A lone surrogate is called that wherever it stands, and never ends the reading."""
    turns, rejects = load("a.jsonl", f"{GOOD}\n{line}\n")
    assert [turn["conversation_id"] for turn in turns] == ["1"]
    assert [(row["line"], row["reason"]) for row in rejects] == [(2, reason)]


@pytest.mark.parametrize(
    ("whole", "turn", "agent"),
    [
        ({"agent_name": "王小明"}, {}, "王小明"),
        ({"agent_name": "王小明", "agent_id": "A7"}, {}, "A7"),
        ({"agent_name": "王小明"}, {"agent_id": "A8"}, "A8"),
        ({"agent_name": "王小明"}, {"agent_name": "刘洋"}, "刘洋"),
    ],
)
def test_the_name_of_the_agent_of_a_conversation(
    load: Load, whole: dict[str, str], turn: dict[str, str], agent: str
) -> None:
    """The agent's name may stand beside the list of turns; an id counts before it, and what a turn says before both."""
    line = {"conversation_id": "1", **whole, "turns": [{"role": "agent", "text": "好", **turn}]}
    turns, _ = load("a.jsonl", json.dumps(line))
    assert [one["agent_id"] for one in turns] == [agent]


@pytest.mark.parametrize("key", ["agent_id", "agent_name"])
def test_the_agent_of_the_line_that_the_mapping_names(load: Load, key: str) -> None:
    """Who the mapping says is the agent of a line goes before ids that its other keys, or its turns, are known by."""
    line = (
        '{"id": "S1", "agent_id": "A1", "owner": "王芳", "turns": [{"role": "客服", "agent_id": "A2", "text": "您好"}]}'
    )
    turns, rejects = load("a.jsonl", line + "\n", ColumnMapping({"conversation_id": "id", key: "owner"}))
    assert ([turn["agent_id"] for turn in turns], rejects) == (["王芳"], [])
