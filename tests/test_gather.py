"""Gathering: rows become conversations, in order, each turn once and nothing dropped in silence."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cscheck.gather import gather, partition
from cscheck.model import Conversation
from cscheck.readers import read
from cscheck.turntable import REJECTS, TURNS

AT = datetime(2026, 11, 21, 9, 30)


def row(text: str, line: int, conversation_id: str = "a", file: str = "f.csv", **fields: Any) -> dict[str, Any]:
    """Return one row of the turn table."""
    given = {"role": "agent", "position": 0, **fields}
    return {"conversation_id": conversation_id, "text": text, "file": file, "line": line, **given}


def table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist([{name: row.get(name) for name in TURNS.names} for row in rows], schema=TURNS)


def gathered(rows: list[dict[str, Any]]) -> tuple[list[Conversation], list[tuple[str, int, str]]]:
    """Return the conversations and the rejects as (file, line, reason)."""
    batches, number, rejects = gather(table(rows))
    found = [conversation for batch in batches for conversation in batch]
    assert number == len(found)
    assert rejects.schema == REJECTS
    return found, [(r["file"], r["line"], r["reason"]) for r in rejects.to_pylist()]


def texts(rows: list[dict[str, Any]]) -> list[str]:
    """Return the texts of the only conversation."""
    (conversation,), rejects = gathered(rows)
    assert rejects == []
    return [turn.text for turn in conversation.turns]


def test_no_rows_are_no_conversations() -> None:
    """An empty turn table yields nothing and rejects nothing."""
    assert gathered([]) == ([], [])


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_turn_index_goes_before_time_and_line(order: tuple[int, ...]) -> None:
    """Where turns have an index, neither time nor place in the file matters."""
    rows = [
        row("一", 9, turn_index=2, start=30.0),
        row("二", 5, turn_index=5, start=20.0),
        row("三", 1, turn_index=9, start=10.0),
    ]
    assert texts([rows[place] for place in order]) == ["一", "二", "三"]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_time_goes_before_line(order: tuple[int, ...]) -> None:
    """Without an index the time decides, equal times go by file and line."""
    rows = [row("一", 9, start=1.5), row("二", 3, start=2.0), row("三", 4, start=2.0)]
    assert texts([rows[place] for place in order]) == ["一", "二", "三"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "会话ID,角色,内容,发送时间\n1,客服,您好,{0}\n1,客户,在吗,{1}\n"),
        ("b.csv", '会话ID,聊天记录\n1,"[{0}] 客服：您好\n[{1}] 客户：在吗"\n'),
        ("a.txt", "[{0}] 客服：您好\n[{1}] 客户：在吗\n"),
        (
            "a.jsonl",
            '{{"会话ID": 1, "turns": [{{"role": "客服", "text": "您好", "sent_at": "{0}"}}, '
            '{{"role": "客户", "text": "在吗", "sent_at": "{1}"}}]}}\n',
        ),
    ],
)
def test_time_goes_before_the_order_of_any_file(tmp_path: Path, name: str, content: str) -> None:
    """Without an index the time decides in every format, also against the order of lines, lists and dialogues."""
    path = tmp_path / name
    path.write_text(content.format("2026-09-01 10:05:00", "2026-09-01 10:01:00"), encoding="utf-8")
    batches, _, _ = gather(pa.concat_tables(turns for turns, _ in read(path, name)))
    assert [[turn.text for turn in one.turns] for batch in batches for one in batch] == [["在吗", "您好"]]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_sent_at_goes_where_there_is_no_start(order: tuple[int, ...]) -> None:
    """Wall-clock times decide where not every turn has seconds."""
    rows = [
        row("一", 9, sent_at=AT, start=5.0),
        row("二", 3, sent_at=AT.replace(minute=31)),
        row("三", 1, sent_at=AT.replace(minute=32), start=1.0),
    ]
    assert texts([rows[place] for place in order]) == ["一", "二", "三"]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_file_line_and_position_go_last(order: tuple[int, ...]) -> None:
    """Where one turn has no time, times decide nothing: the order is file, line, place in the line."""
    rows = [
        row("一", 7, file="a.csv", start=9.0),
        row("二", 2, file="b.csv"),
        row("三", 10, file="b.csv", start=1.0),
        row("四", 10, file="b.csv", start=0.5, position=1),
    ]
    assert texts([rows[place] for place in order]) == ["一", "二", "三", "四"]


def test_the_index_is_kept_as_given() -> None:
    """No turn is renumbered; only turns without any index are counted from 0."""
    (given, counted), _ = gathered(
        [row("一", 1, turn_index=3), row("二", 2, turn_index=7), row("甲", 1, "b"), row("乙", 2, "b")]
    )
    assert [turn.turn_index for turn in given.turns] == [3, 7]
    assert [turn.turn_index for turn in counted.turns] == [0, 1]


def test_an_empty_turn_keeps_its_index_and_time() -> None:
    """A turn without words stays in the conversation for its index and time."""
    (conversation,), _ = gathered([row("一", 1, start=0.0), row("", 2, start=4.0), row("三", 3, start=8.0)])
    assert [(turn.text, turn.turn_index, turn.start) for turn in conversation.turns] == [
        ("一", 0, 0.0),
        ("", 1, 4.0),
        ("三", 2, 8.0),
    ]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_of_duplicates_the_later_is_rejected(order: tuple[int, ...]) -> None:
    """Of rows with one index the first by file, line and place in the line counts, however they come in."""
    rows = [
        row("先", 9, file="a.csv", turn_index=4),
        row("同行", 9, file="a.csv", turn_index=4, position=1),
        row("后", 2, file="b.csv", turn_index=4),
        row("另", 1, file="b.csv", turn_index=5),
    ]
    (conversation,), rejects = gathered([rows[place] for place in order])
    assert [turn.text for turn in conversation.turns] == ["先", "另"]
    reason = "a second turn 4 of this conversation: the earlier row counts"
    assert rejects == [("a.csv", 9, reason), ("b.csv", 2, reason)]


def test_duplicates_are_those_of_one_conversation() -> None:
    """The same index in two conversations is no duplicate, and the reject names its conversation."""
    batches, _, rejects = gather(
        table([row("一", 1, turn_index=0), row("二", 2, "b", turn_index=0), row("三", 3, "b", turn_index=0)])
    )
    assert [(c.conversation_id, [turn.text for turn in c.turns]) for batch in batches for c in batch] == [
        ("a", ["一"]),
        ("b", ["二"]),
    ]
    assert rejects.to_pylist() == [
        {
            "file": "f.csv",
            "line": 3,
            "conversation_id": "b",
            "turn_index": 0,
            "reason": "a second turn 0 of this conversation: the earlier row counts",
        }
    ]


def test_a_row_without_index_among_indexed_ones_is_rejected() -> None:
    """Where some turns of a conversation have an index, one without it has no place and is rejected."""
    (a, b), rejects = gathered(
        [row("一", 1, turn_index=1), row("哪", 2), row("三", 3, turn_index=0), row("甲", 4, "b"), row("哪", 5)]
    )
    assert [turn.text for turn in a.turns] == ["三", "一"]
    assert [turn.text for turn in b.turns] == ["甲"]
    reason = "no turn_index, though other turns of this conversation (perhaps in another file) have one"
    assert rejects == [("f.csv", 2, reason), ("f.csv", 5, reason)]


def test_wall_clock_gives_seconds() -> None:
    """Seconds that are not given are counted from the first turn's wall clock; given ones stay."""
    (conversation,), _ = gathered(
        [
            row("一", 1, turn_index=0, sent_at=AT),
            row("二", 2, turn_index=1, sent_at=AT.replace(second=7, microsecond=500000)),
            row("三", 3, turn_index=2, start=99.0, sent_at=AT.replace(minute=31)),
            row("四", 4, turn_index=3),
        ]
    )
    assert [turn.start for turn in conversation.turns] == [0.0, 7.5, 99.0, None]
    assert [turn.sent_at for turn in conversation.turns][:2] == [AT, AT.replace(second=7, microsecond=500000)]


def test_seconds_stay_unknown_where_the_first_turn_has_no_wall_clock() -> None:
    """Without the beginning there is nothing to count from."""
    (conversation,), _ = gathered([row("一", 1, turn_index=0), row("二", 2, turn_index=1, sent_at=AT)])
    assert [turn.start for turn in conversation.turns] == [None, None]


def test_the_first_channel_counts() -> None:
    """A conversation's channel is the first that a row names, in order of the turns."""
    (a, b), _ = gathered(
        [
            row("一", 3, channel="call", turn_index=2),
            row("二", 2, channel="chat", turn_index=1),
            row("三", 1, turn_index=0),
            row("甲", 4, "b"),
        ]
    )
    assert (a.channel, b.channel) == ("chat", None)


def test_metadata_of_all_rows_is_joined() -> None:
    """Metadata is gathered from all rows; where two differ, the earlier turn counts."""
    (conversation,), _ = gathered(
        [
            row("二", 1, turn_index=1, meta='{"queue":"售后","vip":true}'),
            row("一", 2, turn_index=0, meta='{"queue":"售前"}'),
            row("三", 3, turn_index=2),
            row("四", 4, turn_index=3, meta='{"queue":"售前"}'),
        ]
    )
    assert conversation.meta == {"queue": "售前", "vip": True}


def test_conversations_come_sorted_by_id() -> None:
    """Conversations come in order of their ids, which are compared as text."""
    conversations, _ = gathered([row("x", line, name) for line, name in enumerate(["b", "10", "9", "a", "会话"], 1)])
    assert [conversation.conversation_id for conversation in conversations] == ["10", "9", "a", "b", "会话"]


def test_conversations_are_never_cut() -> None:
    """Batches hold about as many turns as asked for, and each conversation whole."""
    rows = [row(f"{number}-{turn}", number * 3 + turn, f"{number:05}") for number in range(500) for turn in (0, 1, 2)]
    batches = list(gather(table(rows), turns=100)[0])
    assert [batch.turns for batch in batches] == [*[102, 99, 99] * 5, 0][:15]
    conversations = [conversation for batch in batches for conversation in batch]
    assert [[turn.text for turn in c.turns] for c in conversations] == [
        [f"{n}-0", f"{n}-1", f"{n}-2"] for n in range(500)
    ]


ROWS = st.lists(
    st.builds(
        lambda name, index, start, file, line: (name, index, start, file, line),
        st.sampled_from(["a", "b", "c", "会话"]),
        st.none() | st.integers(0, 3),
        st.none() | st.integers(0, 3).map(float),
        st.sampled_from(["f.csv", "g.csv"]),
        st.integers(1, 5),
    ),
    max_size=12,
    unique_by=lambda row: row[3:],
)


@settings(max_examples=60, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[tuple[Any, ...]], random: Any) -> None:
    """However rows come in, the conversations and the set of rejects are the same, and no row is lost."""
    given = [row(f"{f}{n}", n, name, f, turn_index=i, start=s) for name, i, s, f, n in rows]
    conversations, rejects = gathered(given)
    shuffled = list(given)
    random.shuffle(shuffled)
    again, rejected = gathered(shuffled)
    assert again == conversations
    assert sorted(rejected) == sorted(rejects)
    kept = [turn.text for conversation in conversations for turn in conversation.turns]
    lost = [f"{file}{line}" for file, line, _ in rejects]
    assert Counter(kept + lost) == Counter(one["text"] for one in given)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("abc会话0", min_size=1, max_size=3), max_size=20), st.integers(1, 7))
def test_partition_has_every_row_once(names: list[str], count: int) -> None:
    """Every row goes to one part, all rows of a conversation to the same, in the order they had."""
    rows = table([row(str(line), line, name) for line, name in enumerate(names)])
    parts = partition(rows, count)
    assert len(parts) == count
    assert all(part.schema == TURNS for part in parts)
    assert sorted(line for part in parts for line in part["line"].to_pylist()) == list(range(len(names)))
    for part in parts:
        assert part["line"].to_pylist() == sorted(part["line"].to_pylist())
    places = [(name, number) for number, part in enumerate(parts) for name in set(part["conversation_id"].to_pylist())]
    assert len(places) == len(dict(places)) == len(set(names))


def test_a_conversation_goes_to_the_same_part_in_every_run() -> None:
    """The part depends on the id alone: not on the other rows, nor on Python's hash seed."""
    rows = table([row("x", line, name) for line, name in enumerate(["甲", "乙", "a1", "a2"])])
    alone = [[len(part) for part in partition(rows.slice(place, 1), 4)].index(1) for place in range(4)]
    together = [
        next(number for number, part in enumerate(partition(rows, 4)) if name in part["conversation_id"].to_pylist())
        for name in ("甲", "乙", "a1", "a2")
    ]
    assert alone == together == [1, 3, 3, 1]


@pytest.mark.parametrize("time", [{"sent_at": AT}, {"start": 3.0}])
def test_overlapping_exports_give_each_turn_once(time: dict[str, Any]) -> None:
    """A turn that an earlier file holds with the same role, text and time is rejected; within a file it is kept."""
    rows = [
        row("好", 7, file="b.csv", **time),
        row("好", 5, file="a.csv", **time),
        row("好", 6, file="a.csv", **time),
        row("行", 8, file="b.csv", **time),
    ]
    (conversation,), rejects = gathered(rows)
    assert [turn.text for turn in conversation.turns] == ["好", "好", "行"]
    assert rejects == [("b.csv", 7, "the same turn as in a.csv:5")]


def test_what_is_no_copy() -> None:
    """With another role or time, or with nothing but one of its words, a turn of another file is another turn."""
    rows = [row("好", 1, file="a.csv"), row("好", 1, file="b.csv"), row("嗯", 2, file="b.csv")]
    assert texts(rows) == ["好", "好", "嗯"]
    rows = [row("好", 1, start=1.0), row("好", 1, file="g.csv", start=1.0, role="customer")]
    assert texts(rows) == ["好", "好"]
    assert texts([row("好", 1, start=1.0), row("好", 1, file="g.csv", start=2.0)]) == ["好", "好"]


def export(file: str, words: str, **fields: Any) -> list[dict[str, Any]]:
    """Return the rows of one file, each with one of the words, of agent and customer in turn."""
    pairs = enumerate(words.split(), 2)
    return [row(word, line, file=file, role=("agent", "customer")[word in "喂嗯好"], **fields) for line, word in pairs]


@pytest.mark.parametrize(
    ("first", "second", "kept", "copies"),
    [
        ("您好 喂 请讲 嗯", "您好 喂 请讲 嗯", "您好 喂 请讲 嗯", {2: 2, 3: 3, 4: 4, 5: 5}),
        ("您好", "您好", "您好", {2: 2}),
        ("您好 喂 请讲", "您好 喂 请讲 嗯", "您好 喂 请讲 嗯", {2: 2, 3: 3, 4: 4}),
        ("您好 喂 请讲 嗯", "喂 请讲 嗯", "您好 喂 请讲 嗯", {2: 3, 3: 4, 4: 5}),
        ("您好 喂 请讲 嗯", "喂 请讲", "您好 喂 请讲 嗯", {2: 3, 3: 4}),
        ("您好 喂 请讲 嗯", "请讲 嗯 再见", "您好 喂 请讲 嗯 再见", {2: 4, 3: 5}),
        ("请讲 嗯 再见", "您好 喂 请讲 嗯", "请讲 嗯 再见 您好 喂", {4: 2, 5: 3}),
        ("您好 喂 嗯", "嗯 再见", "您好 喂 嗯 嗯 再见", {}),
        ("您好 喂 请讲 嗯", "您好 喂 稍等 嗯", "您好 喂 请讲 嗯 您好 喂 稍等 嗯", {}),
    ],
)
def test_overlapping_exports_without_times(first: str, second: str, kept: str, copies: dict[int, int]) -> None:
    """Two turns that end one file and begin the other, or all turns of one file, count once: those of the earlier."""
    (conversation,), rejects = gathered([*export("b.csv", second), *export("a.csv", first)])
    assert [turn.text for turn in conversation.turns] == kept.split()
    assert rejects == [("b.csv", at, f"the same turn as in a.csv:{line}") for at, line in copies.items()]


def test_an_export_with_times_overlaps_with_one_without() -> None:
    """Where some turns of a conversation have times and others have none the words tell what was read before."""
    rows = [*export("a.csv", "您好 喂", sent_at=AT), *export("b.csv", "您好 喂 请讲")]
    (conversation,), rejects = gathered(rows)
    assert [turn.text for turn in conversation.turns] == ["您好", "喂", "请讲"]
    assert [(file, line) for file, line, _ in rejects] == [("b.csv", 2), ("b.csv", 3)]
    rows = [*export("a.csv", "您好", sent_at=AT), row("喂", 3, file="a.csv"), *export("b.csv", "您好", sent_at=AT)]
    (conversation,), rejects = gathered([*rows, row("喂", 3, file="b.csv")])
    assert [turn.text for turn in conversation.turns] == ["您好", "喂"]
    assert [(file, line) for file, line, _ in rejects] == [("b.csv", 2), ("b.csv", 3)]


def test_a_third_export_overlaps_with_what_both_others_have() -> None:
    """What a file adds to another one is known when the next is read."""
    rows = [*export("a.csv", "您好 喂 请讲"), *export("b.csv", "喂 请讲 嗯"), *export("c.csv", "请讲 嗯 再见")]
    (conversation,), rejects = gathered(rows)
    assert [turn.text for turn in conversation.turns] == ["您好", "喂", "请讲", "嗯", "再见"]
    assert rejects == [
        ("b.csv", 2, "the same turn as in a.csv:3"),
        ("b.csv", 3, "the same turn as in a.csv:4"),
        ("c.csv", 2, "the same turn as in a.csv:4"),
        ("c.csv", 3, "the same turn as in b.csv:4"),
    ]


def line(number: int, words: str, **fields: Any) -> list[dict[str, Any]]:
    """Return the turns of one line of JSON, each with one of the words."""
    pairs = enumerate(words.split())
    return [row(word, number, file="a.jsonl", position=at, **fields) for at, word in pairs]


@pytest.mark.parametrize("time", [{}, {"start": 3.0}, {"sent_at": AT}])
def test_a_line_that_repeats_a_conversation(time: dict[str, Any]) -> None:
    """A line of three turns that says what an earlier one of its file says is a copy."""
    (conversation,), rejects = gathered([*line(1, "您好 请讲 再见", **time), *line(5, "您好 请讲 再见", **time)])
    assert [turn.text for turn in conversation.turns] == ["您好", "请讲", "再见"]
    assert rejects == [("a.jsonl", 5, "the same turn as in a.jsonl:1")] * 3


@pytest.mark.parametrize("time", [{}, {"sent_at": AT}])
def test_lines_that_grow(time: dict[str, Any]) -> None:
    """Of a line with all that an earlier one of its file has, and more, only what is new counts."""
    rows = [
        *line(1, "您好 请讲 稍等", **time),
        *line(2, "您好 请讲 稍等 查到", **time),
        *line(3, "请讲 稍等 查到 再见", **time),
    ]
    (conversation,), rejects = gathered(rows)
    assert [turn.text for turn in conversation.turns] == ["您好", "请讲", "稍等", "查到", "再见"]
    assert [at for _, at, _ in rejects] == [2, 2, 2, 3, 3, 3]


def test_what_is_no_copy_of_a_line() -> None:
    """Without times a question with its answer is none, nor is a line that ends otherwise; nor what has other times."""
    assert len(texts([*line(1, "您好 请讲"), *line(2, "您好 请讲")])) == 4
    assert len(texts([*line(1, "您好 请讲 再见"), *line(5, "您好 请讲 稍等")])) == 6
    assert len(texts([*line(1, "您好 请讲 再见", start=3.0), *line(5, "您好 请讲 再见", start=9.0)])) == 6


@pytest.mark.parametrize("order", [1, -1])
def test_a_run_of_turns_that_stands_in_its_file_again(order: int) -> None:
    """Two turns that follow one another are copies where they stood there with the same role, text and time."""
    times = [AT.replace(second=second) for second in (0, 5, 5, 9)]
    rows = [row(word, at, sent_at=time) for at, (word, time) in enumerate(zip("喂好好嗯", times, strict=True), 1)]
    again = [{**one, "line": one["line"] + 4} for one in rows[1:]]
    (conversation,), rejects = gathered([*rows, *again][::order])
    assert [turn.text for turn in conversation.turns] == ["喂", "好", "好", "嗯"]
    assert [(at, reason) for _, at, reason in sorted(rejects)] == [
        (6, "the same turn as in f.csv:2"),
        (7, "the same turn as in f.csv:3"),
        (8, "the same turn as in f.csv:4"),
    ]


def test_one_turn_said_twice_in_a_second_is_no_copy() -> None:
    """Nor are two turns of one time (minutes), nor others that were said later, or by somebody else."""
    rows = [row(word, at, sent_at=AT) for at, word in enumerate(["谢谢", "不客气"] * 3, 1)]
    assert texts(rows) == ["谢谢", "不客气"] * 3
    rows = [row("好", 1, sent_at=AT), row("好", 2, sent_at=AT), row("嗯", 3, sent_at=AT), row("喂", 4, sent_at=AT)]
    assert texts(rows) == ["好", "好", "嗯", "喂"]
    later = AT.replace(second=9)
    rows = [row(word, at, sent_at=later if at > 3 else AT) for at, word in enumerate("好嗯喂好嗯喂", 1)]
    assert texts(rows) == ["好", "嗯", "喂", "好", "嗯", "喂"]
    rows = [row(word, at, sent_at=AT, role=("agent", "customer")[at > 3]) for at, word in enumerate("好嗯喂好嗯喂", 1)]
    assert texts(rows) == ["好", "嗯", "喂", "好", "嗯", "喂"]


def test_a_conversation_without_times_that_stands_in_its_file_twice() -> None:
    """Three turns or more that are there twice, with nothing else, count once; what is said again in part does not."""
    (conversation,), rejects = gathered(export("a.csv", "您好 喂 请讲 您好 喂 请讲"))
    assert [turn.text for turn in conversation.turns] == ["您好", "喂", "请讲"]
    assert rejects == [("a.csv", at + 3, f"the same turn as in a.csv:{at}") for at in (2, 3, 4)]
    for words in ("您好 喂 您好 喂", "您好 喂 请讲 您好 喂 请讲 嗯", "您好 喂 请讲 您好 请讲 喂"):
        assert texts(export("a.csv", words)) == words.split()


def test_a_conversation_told_by_another_clock() -> None:
    """A file with all that an earlier one has of a conversation (three turns), at other times, adds nothing to it."""

    def clocked(file: str, words: str, hour: int) -> list[dict[str, Any]]:
        rows = export(file, words)
        return [{**one, "sent_at": AT.replace(hour=hour, second=at)} for at, one in enumerate(rows)]

    (conversation,), rejects = gathered([*clocked("a.csv", "您好 喂 请讲", 14), *clocked("b.csv", "您好 喂 请讲", 6)])
    assert [turn.sent_at.hour for turn in conversation.turns if turn.sent_at] == [14, 14, 14]
    assert rejects == [("b.csv", at, f"the same turn as in a.csv:{at}") for at in (2, 3, 4)]
    assert len(texts([*clocked("a.csv", "您好 喂 请讲", 14), *clocked("b.csv", "您好 喂 稍等", 6)])) == 6
    assert len(texts([*clocked("a.csv", "您好 喂", 14), *clocked("b.csv", "您好 喂", 6)])) == 4


def test_a_conversation_begins_at_its_first_turn() -> None:
    """Where a later file has what came before (its times are below 0) all are counted from there."""
    rows = [
        row("二", 1, start=0.0, end=2.5),
        row("一", 1, file="g.csv", start=-5.0, end=-4.0),
        row("乙", 2, "b", start=7.0),
    ]
    (one, other), _ = gathered(rows)
    assert [(turn.text, turn.start, turn.end) for turn in one.turns] == [("一", 0.0, 1.0), ("二", 5.0, 7.5)]
    assert [turn.start for turn in other.turns] == [7.0]


def test_a_far_date_does_not_stop_the_gathering() -> None:
    """A time beyond what a float holds exactly is gathered like any other."""
    rows = [row("一", 1, sent_at=datetime(9999, 12, 31, 0, 0, 0, 1)), row("二", 2, sent_at=AT)]
    assert texts(rows) == ["二", "一"]


def test_metadata_with_a_number_beyond_all_bounds_is_kept() -> None:
    """A column of the export may hold any number; it does not end the run."""
    (conversation,), _ = gathered([row("好", 1, meta='{"x": 1' + "0" * 400 + "}")])
    assert conversation.meta == {"x": 10**400}
