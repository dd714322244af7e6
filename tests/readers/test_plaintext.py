"""Plain text transcripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cscheck.readers import ColumnMapping, read

Load = Callable[..., tuple[list[dict[str, Any]], list[dict[str, Any]]]]


def test_half_and_full_width_colons(load: Load) -> None:
    """A turn is a speaker, a colon of either width and the text; blank lines part conversations."""
    turns, rejects = load("聊天.txt", "客服：您好\n客户: 在吗\n商家:在的\n\n\nagent： hi\n买家：嗯\n")
    assert [(t["conversation_id"], t["line"], t["role"], t["text"]) for t in turns] == [
        ("聊天-1", 1, "agent", "您好"),
        ("聊天-1", 2, "customer", "在吗"),
        ("聊天-1", 3, "agent", "在的"),
        ("聊天-2", 6, "agent", "hi"),
        ("聊天-2", 7, "customer", "嗯"),
    ]
    assert rejects == []


@pytest.mark.parametrize("folder", ["", "june/", "a.b/"])
def test_ids_follow_the_name_as_given(tmp_path: Path, folder: str) -> None:
    """Without headings the id tells the file: files of one name in two folders hold different conversations."""
    path = tmp_path / "a.txt"
    path.write_text("客服：您好\n", encoding="utf-8")
    ((turns, _),) = read(path, f"{folder}a.txt")
    assert turns["conversation_id"].to_pylist() == [f"{folder}a-1"]


@pytest.mark.parametrize(
    "heading", ["会话 T1", "会话ID：T1", "通话编号: T1", "=== T1 ===", "=== 会话 T1 ===", "# T1", "Conversation T1"]
)
def test_headings_give_ids(load: Load, heading: str) -> None:
    """A heading begins a conversation and names it; below a heading blank lines part nothing."""
    turns, rejects = load("a.txt", f"{heading}\n\n客服：您好\n\n客户：嗯\n会话 T2\n客服：好\n")
    assert [(t["conversation_id"], t["text"]) for t in turns] == [("T1", "您好"), ("T1", "嗯"), ("T2", "好")]
    assert rejects == []


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("[00:00:03] 客服：您好", 3.0),
        ("【00:03】客服：您好", 3.0),
        ("00:03 客服：您好", 3.0),
        ("客服 [00:03]：您好", 3.0),
        ("客服 00:00:03.500: 您好", 3.5),
        ("[00:03-00:07] 客服：您好", 3.0),
        ("00:03 客服\n您好", 3.0),
        ("客服 00:03\n您好", 3.0),
    ],
)
def test_times(load: Load, line: str, start: float) -> None:
    """A time may stand before or after the speaker, in brackets or not, or with the speaker above the text."""
    turns, rejects = load("a.txt", line + "\n")
    assert [(t["role"], t["text"], t["start"]) for t in turns] == [("agent", "您好", start)]
    assert rejects == []


def test_an_end_and_a_date(load: Load) -> None:
    """A span gives start and end; a full date gives the moment of sending."""
    turns, _ = load("a.txt", "[00:03-00:07] 客服：您好\n")
    assert (turns[0]["start"], turns[0]["end"]) == (3.0, 7.0)
    turns, _ = load("b.txt", "2024-01-02 12:03:11 客服：您好\n")
    assert (turns[0]["sent_at"], turns[0]["start"]) == (datetime(2024, 1, 2, 12, 3, 11), None)


@pytest.mark.parametrize("line", ["客服(A01)：好", "客服A01：好", "客服 A01: 好", "坐席-A01：好", "客服【A01】：好"])
def test_ids_of_agents(load: Load, line: str) -> None:
    """An id or name behind the agent's role is the agent's id."""
    assert [(t["role"], t["agent_id"]) for t in load("a.txt", line)[0]] == [("agent", "A01")]


def test_lines_that_go_on(load: Load) -> None:
    """Lines without a speaker and indented ones belong to the turn above; an address is no speaker."""
    turns, rejects = load("a.txt", "客服：您好\n请说\n  地址：北京\nhttp://a.cn\n客户：嗯\n")
    assert [t["text"] for t in turns] == ["您好\n请说\n地址：北京\nhttp://a.cn", "嗯"]
    assert rejects == []


def test_labels_below_a_turn_with_a_time(load: Load) -> None:
    """Where turns have times, a label without one goes on with the turn."""
    turns, rejects = load("a.txt", "[00:01] 客服：请核对\n姓名：王\n[00:09] 客户：对\n")
    assert ([t["text"] for t in turns], rejects) == (["请核对\n姓名：王", "对"], [])


def test_unknown_speakers_are_rejected(load: Load) -> None:
    """Words of an unknown speaker are put in nobody's mouth, nor are the lines below them."""
    turns, rejects = load("a.txt", "前言\n客服：您好\n主管：我来\n说两句\n客户：嗯\n")
    assert [(t["line"], t["text"]) for t in turns] == [(2, "您好"), (5, "嗯")]
    assert [(r["line"], r["conversation_id"], r["reason"].split(" (")[0]) for r in rejects] == [
        (1, None, "the line names no speaker"),
        (3, "a-1", "unknown role '主管'"),
        (4, "a-1", "the line names no speaker"),
    ]


def test_an_unknown_speaker_above_the_text(load: Load) -> None:
    """A time and an unknown name on a line of their own end the turn above them."""
    turns, rejects = load("a.txt", "12:03 客服\n您好\n12:04 小林\n我来\n")
    assert [t["text"] for t in turns] == ["您好"]
    assert [(r["line"], r["reason"].split(" (")[0]) for r in rejects] == [
        (3, "unknown role '小林'"),
        (4, "the line names no speaker"),
    ]


def test_a_role_mapping_names_speakers(load: Load) -> None:
    """A user can say who 小林 is."""
    turns, _ = load("a.txt", "小林：您好\n王女士：嗯\n", ColumnMapping(roles={"小林": "agent", "王女士": "customer"}))
    assert [t["role"] for t in turns] == ["agent", "customer"]


def test_an_empty_turn(load: Load) -> None:
    """A speaker without words is an empty turn."""
    turns, rejects = load("a.txt", "客服：您好\n客户：\n")
    assert [t["text"] for t in turns] == ["您好", ""]
    assert [(r["line"], r["reason"]) for r in rejects] == [(2, "empty text")]


def test_a_file_without_speakers_is_refused(refuse: Callable[..., str]) -> None:
    """Text that is no transcript is an error."""
    assert refuse("a.txt", "今天天气很好\n我们去公园\n").startswith(
        "a.txt: [I108] no turn of the file can be used: the line names no speaker"
    )


def test_a_file_of_unknown_speakers_is_refused(refuse: Callable[..., str]) -> None:
    """Where nobody is known the message says who was met."""
    assert refuse("a.txt", "小林：您好\n小王：嗯\n").startswith(
        "a.txt: [I108] no turn of the file can be used: unknown role '小林'"
    )


@pytest.mark.parametrize(
    ("speaker", "role", "agent"),
    [
        ("客服小李", "agent", "小李"),
        ("坐席0071王芳", "agent", "0071王芳"),
        ("客服晓晓", "agent", "晓晓"),
        ("客户张三", "customer", None),
        ("客户王女士", "customer", None),
    ],
)
def test_a_name_right_behind_the_role(load: Load, speaker: str, role: str, agent: str | None) -> None:
    """A short name behind a role word says who speaks; an agent's name becomes the agent id."""
    turns, rejects = load("a.txt", f"{speaker}：您好\n")
    assert [(turn["role"], turn["agent_id"], turn["text"]) for turn in turns] == [(role, agent, "您好")]
    assert rejects == []


@pytest.mark.parametrize(
    "label", ["客户反映", "客服说", "客户表示", "客户姓名", "客服热线", "客户经理", "客户小区", "客服回复"]
)
def test_a_label_is_no_speaker(load: Load, label: str) -> None:
    """A role word that is part of a label or a report is nobody who speaks."""
    turns, rejects = load("a.txt", f"客服：您好\n{label}：某某\n")
    assert [turn["text"] for turn in turns] == ["您好"]
    assert [r["line"] for r in rejects] == [2]


@pytest.mark.parametrize("line", ["客服﹕您好", "客服∶您好", "客服︰您好", "客服\u200b：您好", "\u200b客服 ：您好"])
def test_colons_of_any_shape(load: Load, line: str) -> None:
    """A colon of any shape ends the speaker, and what has no width stands in nobody's way."""
    turns, rejects = load("a.txt", f"客户：在吗\n{line}\n")
    assert [(turn["role"], turn["text"]) for turn in turns] == [("customer", "在吗"), ("agent", "您好")]
    assert rejects == []


@pytest.mark.parametrize(
    "line",
    [
        "【客服】你滚",
        "[客服]：你滚",
        "**客服**：你滚",
        "“客服”：你滚",
        "1. 客服：你滚",
        "1、客服：你滚",
        "> 客服：你滚",
        "# 客服：你滚",
        "王 小明：你滚",
        "小王(0012)：你滚",
        "[王小明]：你滚",
        "客服 小 李：你滚",
        "客服（小王，0012）：你滚",
        "  客服（小王，0012）：你滚",
        "客服;你滚",
        "客服|你滚",
        "2026年9月1日 12时3分 客服：你滚",
    ],
)
def test_a_speaker_in_another_form_is_nobody_elses_words(load: Load, line: str) -> None:
    """A line that begins with something like a speaker never goes on with the turn above: it is rejected."""
    turns, rejects = load("a.txt", f"客户：什么时候到\n{line}\n还有\n客户：好\n客服：好的\n")
    assert [(turn["role"], turn["text"]) for turn in turns] == [
        ("customer", "什么时候到"),
        ("customer", "好"),
        ("agent", "好的"),
    ]
    assert [row["line"] for row in rejects] == [2, 3]


def test_the_reason_shows_the_line(load: Load) -> None:
    """The reject of a speaker in another form shows how the line begins, and what is read."""
    _, rejects = load("a.txt", "客户：什么时候到\n客服（小王，0012）：你滚\n")
    assert [row["reason"] for row in rejects] == [
        "the line begins like a speaker's turn, but in another form ('客服（小王，0012）：你滚'): "
        "write 客服：… or [09:03] 客服：…"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "【客服】您好\n【客户】在吗\n请说\n【客服 小李】好",
        "[客服]：您好\n[客户]：在吗\n请说\n[客服 小李]：好",
        "**客服**：您好\n**客户**：在吗\n请说\n**客服小李**：好",
        "**客服：**您好\n**客户：**在吗\n请说\n**客服小李：**好",
        "“客服”：您好\n“客户”：在吗\n请说\n“客服小李”：好",
        "1. 客服：您好\n2. 客户：在吗\n请说\n3. 客服小李：好",
        "- 客服：您好\n- 客户：在吗\n请说\n- 客服小李：好",
        "> 客服：您好\n> 客户：在吗\n请说\n> 客服小李：好",
        "[客服] 00:03\n您好\n[客户] 00:05\n在吗\n请说\n[客服小李] 00:09\n好",
        "[00:03] [客服] 您好\n[00:05] [客户] 在吗\n请说\n[00:09] [客服小李] 好",
    ],
)
def test_a_file_may_dress_its_speakers(load: Load, text: str) -> None:
    """Brackets, emphasis, quotes, numbers and bullets are read where they stand at every speaker."""
    turns, rejects = load("a.txt", text)
    assert [(turn["role"], turn["agent_id"], turn["text"]) for turn in turns] == [
        ("agent", None, "您好"),
        ("customer", None, "在吗\n请说"),
        ("agent", "小李", "好"),
    ]
    assert rejects == []


@pytest.mark.parametrize(
    "line",
    [
        "明天 10:30 见",
        "我们客服（小王）联系您",
        "参考 https://a.cn",
        "【温馨提示】请注意",
        "1. 先重启",
        "客服小李为您服务",
    ],
)
def test_what_only_looks_a_little_like_a_speaker_goes_on(load: Load, line: str) -> None:
    """Times, links, lists and notes in brackets are what the turn above says."""
    turns, rejects = load("a.txt", f"客服：您好\n{line}\n")
    assert ([turn["text"] for turn in turns], rejects) == ([f"您好\n{line}"], [])


def test_speakers_without_a_time_below_a_turn_with_one(load: Load) -> None:
    """Where turns have times, what a turn asks of the customer goes on, and a person without one is rejected."""
    turns, rejects = load("a.txt", "[00:01] 客服：请核对\n客户姓名：王\n客户经理：我来\n[00:09] 客户：对\n")
    assert [turn["text"] for turn in turns] == ["请核对\n客户姓名：王", "对"]
    assert [row["line"] for row in rejects] == [3]


def test_long_lines_take_no_time(load: Load) -> None:
    """A line of thousands of blanks or marks is parted as fast as any other."""
    lines = [
        "x" + " " * 9000 + "y",
        ">" * 9000 + "y",
        "1." * 5000 + "y",
        "." * 9000 + "y",
        "[00:01" + " " * 9000 + "y。",
    ]
    turns, rejects = load("a.txt", "客服：您好\n" + "\n".join(lines) + "\n")
    assert ([turn["text"] for turn in turns], rejects) == (["\n".join(["您好", *lines])], [])


@pytest.mark.parametrize("nick", ["tb_88", "138****1234", "13800001234", "买家tb_1", "t**8"])
def test_any_nickname_beside_a_time_is_a_speaker(load: Load, nick: str) -> None:
    """A line with a time of its own is a turn, whatever its speaker is called: unknown ones are rejected, not glued."""
    said = f"[10:00:01] 客服：您好\n[10:00:09] {nick}：你骂谁\n[10:00:19] 客服：抱歉\n"
    turns, rejects = load("a.txt", said)
    assert [turn["text"] for turn in turns] == ["您好", "抱歉"]
    assert [(row["line"], f"unknown role {nick!r}" in row["reason"]) for row in rejects] == [(2, True)]


@pytest.mark.parametrize(
    ("line", "time"),
    [
        ("客服 下午3:05：好", "15:05:00"),
        ("客服 3:05:07 PM：好", "15:05:07"),
        ("[下午 3:05] 客服：好", "15:05:00"),
        ("客服（下午3:05）：好", "15:05:00"),
        ("客服 下午3:05:07\n好", "15:05:07"),
    ],
)
def test_halves_of_the_day_are_times_and_no_names(load: Load, line: str, time: str) -> None:
    """A word for the half of the day, before a time or behind it, belongs to the time: no agent is called 下午."""
    turns, rejects = load("a.txt", f"客户 下午3:01：在吗\n{line}\n")
    assert [(turn["role"], turn["agent_id"], turn["text"]) for turn in turns][1:] == [("agent", None, "好")]
    assert rejects == []
    hours, minutes, seconds = map(int, time.split(":"))
    assert turns[1]["start"] == (hours * 60 + minutes - 15 * 60 - 1) * 60 + seconds


@pytest.mark.parametrize("line", ["明天下午3:05：过来", "改到下午3:05：可以吗", "下午3:05：开门"])
def test_an_hour_in_the_text_is_no_speaker(load: Load, line: str) -> None:
    """What begins with an hour that the words before it lead to goes on with the turn above."""
    turns, rejects = load("a.txt", f"客户：在吗\n客服：您\n{line}\n")
    assert [turn["text"] for turn in turns] == ["在吗", f"您\n{line}"]
    assert rejects == []


def test_whoever_is_not_known_otherwise(load: Load) -> None:
    """``*`` alone gives a role to those nobody else knows: a speaker beside a time, and no label within a turn."""
    mapping = ColumnMapping(roles={"*": "customer", "云帆旗舰店*": "agent"})
    text = "tb_88 10:00:01\n在吗\n云帆旗舰店:小美 10:00:09\n您好\n地址：北京\n"
    turns, rejects = load("a.txt", text.replace("店:", "店-"), mapping)
    assert [(turn["role"], turn["agent_id"], turn["text"]) for turn in turns] == [
        ("customer", None, "在吗"),
        ("agent", "云帆旗舰店-小美", "您好\n地址：北京"),
    ]
    assert rejects == []


def test_an_account_with_a_colon_in_its_name(load: Load) -> None:
    """An account with a date behind it is one name, colon and all; a known speaker's words may end with a date."""
    text = "tb_1 (2026-09-01 10:00:00)\n在吗\n云帆旗舰店:小美 (2026-09-01 10:00:20)\n在\n客服：改到 2026-09-02 10:00\n"
    mapping = ColumnMapping(roles={"云帆旗舰店:*": "agent", "tb_*": "customer"})
    turns, rejects = load("a.txt", text, mapping)
    assert [(turn["role"], turn["agent_id"], turn["text"]) for turn in turns] == [
        ("customer", None, "在吗"),
        ("agent", "云帆旗舰店:小美", "在"),
        ("agent", None, "改到 2026-09-02 10:00"),
    ]
    assert rejects == []


PASTED = (
    "——————学员咨询1——————\n\n学思教育-林老师 2026-11-09 14:03:22\n您好\n\n小雨 2026-11-09 14:03:40\n在吗\n\n还有课吗\n"
    "\n学思教育-林老师 2026-11-10 14:04:01\n有的\n"
)
ROLES = ColumnMapping(roles={"*老师": "agent", "*": "customer"})


def test_blank_lines_between_turns_part_nothing(load: Load) -> None:
    """Where each block is one turn below its speaker and time, titles part conversations and blank lines do not."""
    turns, rejects = load("a.txt", PASTED + "\n───学员咨询2───\n\n小雨 2026-11-10 09:00:00\n老师好\n", ROLES)
    assert [(t["conversation_id"], t["role"], t["text"]) for t in turns] == [
        ("学员咨询1", "agent", "您好"),
        ("学员咨询1", "customer", "在吗\n还有课吗"),
        ("学员咨询1", "agent", "有的"),
        ("学员咨询2", "customer", "老师好"),
    ]
    assert rejects == []


def test_titles_that_come_again(load: Load) -> None:
    """A title between dashes that comes again begins a conversation of its own."""
    turns, _ = load("a.txt", PASTED + "\n" + PASTED, ROLES)
    assert list(dict.fromkeys(turn["conversation_id"] for turn in turns)) == ["学员咨询1", "学员咨询1-2"]


@pytest.mark.parametrize(
    ("first", "second", "ids"),
    [
        ("——咨询1——", "——咨询2——", ["咨询1", "咨询2"]),
        ("———咨询 9———", "——咨询 10——", ["咨询 9", "咨询 10"]),
        ("—— 2026-09-01 A-7 ——", "—— 2026-09-02 B12 ——", ["2026-09-01 A-7", "2026-09-02 B12"]),
        ("──第一次咨询──", "──第二次咨询──", ["第一次咨询", "第二次咨询"]),
        ("—— 123 ——", "—— 124 ——", ["123", "124"]),
        ("——新咨询——", "——新咨询——", ["新咨询", "新咨询-2"]),
    ],
)
def test_titles_of_one_shape_need_no_blank_line(load: Load, first: str, second: str, ids: list[str]) -> None:
    """What has the dashes and words of a title of the file, figures aside, is one, too, without a blank line above."""
    turns, rejects = load("a.txt", f"{first}\n客户：在吗\n客服：您好\n{second}\n客户：你好\n客服：不知道")
    assert [(t["conversation_id"], t["text"]) for t in turns] == [
        (ids[0], "在吗"),
        (ids[0], "您好"),
        (ids[1], "你好"),
        (ids[1], "不知道"),
    ]
    assert rejects == []


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("——咨询1——", "——活动2——"),
        ("——咨询1——", "──咨询2──"),
        ("——咨询1——", "——咨询——"),
        ("——咨询1——", "——" + "a" * 60_000 + "——"),
        ("—— 14:03 ——", "—— 14:20 ——"),
    ],
)
def test_dashes_of_another_shape_go_on(load: Load, title: str, line: str) -> None:
    """Other words or other dashes than a title's, and the time of day alone, are what the turn above says."""
    turns, rejects = load("a.txt", f"{title}\n客服：您好\n{line}\n客户：嗯\n")
    assert [(t["conversation_id"], t["text"]) for t in turns] == [
        (title.strip("— "), f"您好\n{line}"),
        (title.strip("— "), "嗯"),
    ]
    assert rejects == []


def test_another_day_parts_conversations(load: Load) -> None:
    """Without titles another day begins another conversation, but not a turn that follows within the hour."""
    stamps = ["2026-11-09 14:03", "2026-11-09 23:50", "2026-11-10 00:05", "2026-11-11 09:00"]
    turns, _ = load("a.txt", "\n\n".join(f"小雨 {stamp}:00\n在吗" for stamp in stamps), ROLES)
    assert [turn["conversation_id"] for turn in turns] == ["a-1", "a-1", "a-1", "a-2"]
    clocks = ["14:03", "23:50", "00:05", "23:00"]
    turns, _ = load("a.txt", "\n\n".join(f"小雨 {clock}:00\n在吗" for clock in clocks), ROLES)
    assert [turn["conversation_id"] for turn in turns] == ["a-1", "a-1", "a-1", "a-1"]
    turns, _ = load("a.txt", "\n\n".join(f"小雨 {clock}:00\n在吗" for clock in ["14:03", "14:20", "09:00"]), ROLES)
    assert [turn["conversation_id"] for turn in turns] == ["a-1", "a-1", "a-2"]


def test_what_chat_programs_write_is_no_title(load: Load) -> None:
    """——以下为新消息—— is no title, and neither is what stands between dashes within a turn."""
    turns, _ = load("a.txt", "客服：您好\n——活动须知——\n\n——以下为新消息——\n客户：嗯\n")
    assert [(turn["conversation_id"], turn["text"]) for turn in turns] == [("a-1", "您好\n——活动须知——"), ("a-2", "嗯")]


def test_blank_lines_part_conversations_of_several_turns(load: Load) -> None:
    """Blocks of several turns with their times are conversations, as ever."""
    block = "小雨 2026-11-09 14:03:22\n在吗\n林老师 2026-11-09 14:03:40\n在的\n"
    turns, _ = load("a.txt", f"{block}\n{block}\n{block}", ROLES)
    assert [turn["conversation_id"] for turn in turns] == ["a-1", "a-1", "a-2", "a-2", "a-3", "a-3"]


def test_conversations_of_one_turn_are_told_of(load: Load) -> None:
    """A warning tells where most conversations of a file have but one turn."""
    with pytest.warns(UserWarning, match="^a.txt: 3 of 3 conversations have but one turn"):
        load("a.txt", "客服：您好\n\n客户：在吗\n\n客服：在的\n")
