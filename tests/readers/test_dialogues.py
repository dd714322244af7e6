"""Tables with one row a conversation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from cscheck.readers import ColumnMapping, from_frame
from cscheck.readers.persons import ByName

Load = Callable[..., tuple[list[dict[str, Any]], list[dict[str, Any]]]]
HEAD = "会话ID,坐席工号,满意度,聊天记录\n"


def test_a_cell_of_lines(load: Load) -> None:
    """Each line is a turn with the row's line and its place in the cell; the other columns hold for every turn."""
    turns, rejects = load("a.csv", HEAD + 'S1,A7,5,"[00:03] 客服：您好\n请说\n[00:09-00:12] 客户：在吗"\n')
    assert [(t["line"], t["position"], t["role"], t["agent_id"], t["text"], t["start"], t["end"]) for t in turns] == [
        (2, 0, "agent", "A7", "您好\n请说", 3.0, None),
        (2, 1, "customer", "A7", "在吗", 9.0, 12.0),
    ]
    assert {turn["meta"] for turn in turns} == {'{"满意度":"5"}'}
    assert rejects == []


@pytest.mark.parametrize(
    ("cell", "mapping"),
    [
        ("客服：您好<br>客户：在吗", {}),
        ("客服：您好<BR />客户：在吗", {}),
        ("<p>客服：您好</p><p class='c'>客户：在吗&nbsp;</p>", {}),
        ("<DIV>客服：您好</DIV>\n<div>客户：在吗</div>", {}),
        ("<ul><li>客服：<span class='c'>您好</span></li><p/>客户：在吗</ul>", {}),
        ("<table><tr><td>客服：</td><td>您好</td></tr><hr/>客户：在吗</table>", {}),
        ("客服：您好&#10;客户：&nbsp;在吗", {}),
        ("客服：您好||客户：在吗", {"line_separator": "||"}),
        ("客服：您好\\n客户：在吗", {"line_separator": "\\n"}),
        ("小二：您好\n看官：在吗", {"roles": {"小二": "agent", "看官": "customer"}}),
    ],
)
def test_what_parts_lines(load: Load, cell: str, mapping: dict[str, Any]) -> None:
    """Lines are parted by line breaks, by <br>, <p> and the like, or by what the mapping says."""
    turns, _ = load("a.csv", f'{HEAD}S1,A7,5,"{cell}"\n', ColumnMapping(**mapping))
    assert [(turn["role"], turn["text"]) for turn in turns] == [("agent", "您好"), ("customer", "在吗")]


def test_two_speakers_on_one_line_are_not_run_together(load: Load) -> None:
    """The customer's words are never put into the agent's mouth: such a row is rejected with what to do."""
    turns, rejects = load("a.csv", f"{HEAD}S1,A7,5,客服：您好 请说 客户：在吗\nS2,A7,5,客服：您好\n")
    assert [turn["conversation_id"] for turn in turns] == ["S2"]
    assert [(row["line"], row["conversation_id"], row["reason"]) for row in rejects] == [
        (2, "S1", "'客户' speaks in the middle of the line: say what parts lines in a mapping (line_separator)")
    ]


def test_rows_that_cannot_be_used(load: Load) -> None:
    """A row without id or talk is one reject, a line without a known speaker is one too."""
    talk = '"客服：您好\n客户：在吗"'
    text = f'{HEAD}S1,A7,5,{talk}\n,A7,5,{talk}\nS2,A7,5,\nS3,A7,5,"前言\n客服：好\n主管：我来"\n'
    turns, rejects = load("a.csv", text)
    assert [(turn["conversation_id"], turn["text"]) for turn in turns] == [("S1", "您好"), ("S1", "在吗"), ("S3", "好")]
    assert [(row["line"], row["conversation_id"], row["reason"].split(" (")[0]) for row in rejects] == [
        (4, None, "no conversation id"),
        (6, "S2", "empty dialogue"),
        (7, "S3", "the line names no speaker"),
        (7, "S3", "unknown role '主管'"),
    ]


def test_without_an_id_column_the_line_tells_conversations_apart(load: Load) -> None:
    """A conversation without an id is called by the file and its row in the sheet, or by a 序号 of its own."""
    turns, _ = load("a.csv", '聊天记录,班次\n"客服：您好\n客户：在吗",早\n客服：好,晚\n')
    assert [turn["conversation_id"] for turn in turns] == ["a.csv-2", "a.csv-2", "a.csv-3"]
    turns, _ = load("a.csv", '序号,聊天记录\n7,"客服：您好\n客户：在吗"\n9,客服：好\n')
    assert [turn["conversation_id"] for turn in turns] == ["a.csv-7", "a.csv-7", "a.csv-9"]
    turns, _ = load("a.csv", '序号,聊天记录\n1,"客服：您好\n客户：在吗"\n1,客服：好\n')
    assert [turn["conversation_id"] for turn in turns] == ["a.csv-2", "a.csv-2", "a.csv-3"]


def test_the_speaker_who_is_called_as_the_rows_customer(load: Load) -> None:
    """Whatever the customer calls himself, a column such as 买家昵称 tells who of a cell's speakers that is."""
    head = "会话ID,接待客服,买家昵称,聊天记录\n"
    cells = ["云帆小美：您好\n爱吃鱼的猫：在吗", "爱吃鱼的猫：在吗\n云帆小美：您好"]
    rows = "".join(f'S{at},云帆小美,爱吃鱼的猫,"{cell}"\n' for at, cell in enumerate(cells))
    with pytest.warns(ByName, match="2 as|1 as"):
        turns, rejects = load("a.csv", head + rows)
    assert [turn["role"] for turn in turns] == ["agent", "customer", "customer", "agent"]
    assert {turn["agent_id"] for turn in turns} == {"云帆小美"}
    assert rejects == []


def test_id_and_name_of_the_agent_in_one_cell(load: Load) -> None:
    """Of 7001 陈晓燕 either part tells the agent in the dialogue."""
    head = "流水单号,责任坐席,聊天记录\n"
    rows = 'S1,7001 陈晓燕,"陈晓燕：您好\n客户：在吗"\nS2,陈晓燕(7001),"7001：您好\n客户：在吗"\n'
    turns, rejects = load("a.csv", head + rows)
    assert [(turn["conversation_id"], turn["role"]) for turn in turns] == [
        ("S1", "agent"),
        ("S1", "customer"),
        ("S2", "agent"),
        ("S2", "customer"),
    ]
    assert rejects == []


def test_who_is_the_agent(load: Load) -> None:
    """The row's agent speaks, whatever the lines call the agent; where the row names none, the lines do."""
    rows = [
        'S1,A7,5,"客服小李：您好\n客户：在吗"\n',
        'S2,A7,5,"客服A：您好\n客服B：转接过来了"\n',
        'S3,,5,"客服小李：您好\n客服A：转接过来了"\n',
    ]
    turns, _ = load("a.csv", HEAD + "".join(rows))
    assert [(turn["role"], turn["agent_id"]) for turn in turns] == [
        ("agent", "A7"),
        ("customer", "A7"),
        ("agent", "A7"),
        ("agent", "A7"),
        ("agent", "小李"),
        ("agent", None),
    ]


def test_the_mapping_names_the_column(load: Load) -> None:
    """A column of any name is a dialogue where the mapping says so."""
    mapping = ColumnMapping({"turns": "备注", "conversation_id": "单号"})
    turns, _ = load("a.csv", '单号,角色,备注\nS1,甲,"客服：您好\n客户：嗯"\n', mapping)
    assert [(turn["conversation_id"], turn["role"]) for turn in turns] == [("S1", "agent"), ("S1", "customer")]


def test_a_frame_of_dialogues() -> None:
    """A frame with one row a conversation is read like a file."""
    frame = pd.DataFrame({"会话ID": ["S1"], "渠道": ["在线"], "对话内容": ["客服：您好\n客户：在吗"]})
    turns, rejects = from_frame(frame)
    assert turns["text"].to_pylist() == ["您好", "在吗"]
    assert (turns["channel"].to_pylist(), len(rejects)) == (["chat", "chat"], 0)


@pytest.mark.parametrize("line", ["【客服】你滚", "客服（小王，0012）：你滚", "王 小明：你滚", "客服;你滚"])
def test_a_speaker_in_another_form(load: Load, line: str) -> None:
    """In a cell, too, a line that begins like a speaker is never taken for the words of the turn above."""
    turns, rejects = load("a.csv", f'{HEAD}S1,A7,5,"客户：在吗\n{line}\n客户：好"\n')
    assert [(turn["role"], turn["text"]) for turn in turns] == [("customer", "在吗"), ("customer", "好")]
    assert [(row["line"], row["conversation_id"]) for row in rejects] == [(2, "S1")]


def test_cells_that_dress_their_speakers(load: Load) -> None:
    """Cells whose speakers stand in brackets are dialogues."""
    turns, rejects = load("a.csv", f'{HEAD}S1,A7,5,"【客服】您好\n【客户】在吗"\n')
    assert [(turn["role"], turn["text"]) for turn in turns] == [("agent", "您好"), ("customer", "在吗")]
    assert rejects == []


@pytest.mark.parametrize(
    "talk",
    [
        "客服：您好。客户：在吗",
        "客服：您好！客户：在吗",
        "客服﹕您好 请说 客户∶在吗",
        "客服：您好 [客户]：在吗",
        "客服：您好 【客户】：在吗",
    ],
)
def test_two_speakers_on_one_line_in_any_form(load: Load, talk: str) -> None:
    """The second speaker of the only line is seen with any colon and in brackets."""
    turns, rejects = load("a.csv", f"{HEAD}S1,A7,5,{talk}\nS2,A7,5,客服：您好\n")
    assert [turn["conversation_id"] for turn in turns] == ["S2"]
    assert [row["reason"].split(":")[0] for row in rejects] == ["'客户' speaks in the middle of the line"]


@pytest.mark.parametrize(
    "talk",
    [
        "客服，您好\n客户，在吗，有人吗",
        "客服,您好\n客户, 在吗，有人吗",
        "[00:01] 客服，您好\n[00:05] 客户，在吗，有人吗",
        "客服小美，您好\n客户，在吗，有人吗",
    ],
)
def test_commas_behind_all_speakers(load: Load, talk: str) -> None:
    """Where the lines of a cell have a comma behind their speakers it stands for a colon."""
    turns, rejects = load("a.csv", f'{HEAD}S1,A7,5,"{talk}"\n')
    assert [(turn["role"], turn["text"]) for turn in turns] == [("agent", "您好"), ("customer", "在吗，有人吗")]
    assert rejects == []


@pytest.mark.parametrize("line", ["业主，您好", "客户，您好\n客户，在的", "客服，你好\n客户，我是"])
def test_a_comma_behind_a_form_of_address(load: Load, line: str) -> None:
    """Where speakers have colons, a word with a comma is how one is addressed: the turn goes on."""
    turns, rejects = load("a.csv", f'{HEAD}S1,A7,5,"客服：好\n{line}"\n')
    assert [(turn["role"], turn["text"]) for turn in turns] == [("agent", f"好\n{line}")]
    assert rejects == []


def test_commas_of_one_side_are_no_speakers(load: Load) -> None:
    """Lines that all address one side are nobody's turns."""
    turns, rejects = load("a.csv", f'{HEAD}S1,A7,5,"业主，您好\n业主，在吗"\nS2,A7,5,客服：好\nS3,A7,5,客服：好\n')
    assert [turn["conversation_id"] for turn in turns] == ["S2", "S3"]
    assert [row["line"] for row in rejects] == [2, 2]


@pytest.mark.parametrize("head", ["坐席", "坐席姓名", "工号,坐席姓名"])
def test_lines_that_call_the_agent_by_name(load: Load, head: str) -> None:
    """Who is the agent of the row by id or name is the agent where a line begins so; in another row the name is not."""
    own = "A7," * head.count(",")
    rows = f'S1,{own}张三,"张三：您好\n客户：在吗"\nS2,{own}李四,"李四：您好\n张三：在吗\n客户：喂"\n'
    turns, rejects = load("a.csv", f"会话ID,{head},聊天记录\n{rows}")
    assert [(turn["conversation_id"], turn["role"], turn["text"]) for turn in turns] == [
        ("S1", "agent", "您好"),
        ("S1", "customer", "在吗"),
        ("S2", "agent", "您好"),
        ("S2", "customer", "喂"),
    ]
    assert [(row["line"], row["reason"][:17]) for row in rejects] == [(4, "unknown role '张三'")]


def test_a_row_whose_agent_is_a_bot(load: Load) -> None:
    """What the row's agent is called means an agent only where it means nobody else: a bot stays a bot."""
    turns, _ = load(
        "a.csv", '会话ID,坐席,聊天记录\nS1,机器人,"机器人：您好\n客户：转人工"\nS2,小林,"小林：您好\n客户：在吗"\n'
    )
    assert [(t["conversation_id"], t["role"]) for t in turns] == [
        ("S1", "bot"),
        ("S1", "customer"),
        ("S2", "agent"),
        ("S2", "customer"),
    ]


def test_entities_are_what_they_stand_for(load: Load) -> None:
    """Entities are read as their characters, and what is no tag of a chat, or no entity, stays as it is."""
    turns, _ = load("a.csv", f'{HEAD}S1,A7,5,"客服：1 &lt; 2 &amp; 3<4 &copy <img src=x>\n客户：在吗"\n')
    assert [turn["text"] for turn in turns] == ["1 < 2 & 3<4 &copy <img src=x>", "在吗"]


@pytest.mark.parametrize(
    ("row", "roles"),
    [
        ('S1,张三,"tb_88：在吗\n张三：您好"', ["customer", "agent"]),
        ('S1,A7,"t**8：在吗\n客服：您好\n系统：已接入"', ["customer", "agent", "system"]),
        ('S1,A7,"客户：在吗\n小美：您好"', ["customer", "agent"]),
        ('S1,A7,"李女士 10:00:01\n在吗\n客服 10:00:09\n您好"', ["customer", "agent"]),
    ],
)
def test_the_other_one_of_two(load: Load, row: str, roles: list[str]) -> None:
    """Where every line of a cell names a speaker and one of two is known, the other is the other side; it is told."""
    with pytest.warns(ByName, match="a.csv: speakers without a role go by name: taken were 1 as"):
        turns, rejects = load("a.csv", f"会话ID,坐席,聊天记录\n{row}\nS2,A7,客服：好\nS3,A7,客服：好\n")
    assert [turn["role"] for turn in turns if turn["conversation_id"] == "S1"] == roles
    assert [turn["text"] for turn in turns if turn["conversation_id"] == "S1"][:2] == ["在吗", "您好"]
    assert rejects == []


@pytest.mark.parametrize(
    ("cell", "strangers"),
    [
        ("tb_88：在吗\nq**1：您好", ["tb_88", "q**1"]),
        ("客服：在吗\n客户：您好\ntb_88：嗯", ["tb_88"]),
        ("客服：请写地址\n收货地址：北京", ["收货地址"]),
        ("客服：您好\n主管：我来", ["主管"]),
    ],
)
def test_names_that_nothing_tells(load: Load, cell: str, strangers: list[str]) -> None:
    """Speakers whom neither their names nor who else speaks tell are rejected, and never glued to another's words."""
    turns, rejects = load("a.csv", f'会话ID,坐席,聊天记录\nS1,A7,"{cell}"\nS2,A7,客服：好\nS3,A7,客服：好\n')
    assert [row["reason"].split(" (")[0] for row in rejects] == [f"unknown role {name!r}" for name in strangers]
    assert all(turn["text"] in cell or turn["text"] == "好" for turn in turns)


def test_without_the_rows_agent_nobody_is_taken_for_one(load: Load) -> None:
    """Beside a customer a name is the agent's only where the row has an agent: it might be a bot's."""
    _, rejects = load("a.csv", '会话ID,坐席,聊天记录\nS1,,"客户：在吗\n小美：您好"\nS2,A7,客服：好\nS3,A7,客服：好\n')
    assert [row["reason"].split(" (")[0] for row in rejects] == ["unknown role '小美'"]


@pytest.mark.parametrize("line", ["客户：急，快点 客服：您好", "客户：急|客服：您好", "客户：急 【客服】：您好"])
def test_another_side_in_the_middle_of_a_line(load: Load, line: str) -> None:
    """A line in which the other side speaks, too, is nobody's words for sure: it is rejected with what to do."""
    turns, rejects = load("a.csv", f'{HEAD}S1,A7,5,"客户：在吗\n{line}\n就这样\n客户：好"\n')
    assert [turn["text"] for turn in turns] == ["在吗", "好"]
    assert [row["reason"].split(" (")[0] for row in rejects] == [
        "'客服' speaks in the middle of the line: say what parts lines in a mapping",
        "the line names no speaker",
    ]


@pytest.mark.parametrize("line", ["客服：请拨 客服：400-820", "客服：转 坐席：小李", "客服：看 http://a.cn/b"])
def test_no_other_side_in_a_line(load: Load, line: str) -> None:
    """A number, the same side and a link are no other speaker."""
    turns, rejects = load("a.csv", f'{HEAD}S1,A7,5,"客户：在吗\n{line}"\n')
    assert [turn["text"] for turn in turns] == ["在吗", line.partition("：")[2]]
    assert rejects == []


@pytest.mark.parametrize("mark", ["\v", "\u2028", "\r", "\x85"])
def test_line_breaks_of_any_kind(load: Load, mark: str) -> None:
    """The breaks of other programs part lines, too."""
    turns, rejects = load("a.csv", f'{HEAD}S1,A7,5,"客服：您好{mark}客户：在吗"\n')
    assert [(turn["role"], turn["text"]) for turn in turns] == [("agent", "您好"), ("customer", "在吗")]
    assert rejects == []


def test_line_breaks_as_programs_write_them(load: Load) -> None:
    """In a cell on one line a backslash with n parts lines; beside true line breaks it is what was typed."""
    turns, rejects = load("a.csv", f'{HEAD}S1,A7,5,"客服：您好\\n客户：在吗"\nS2,A7,5,"客服：看D:\\new\n客户：好"\n')
    assert [turn["text"] for turn in turns] == ["您好", "在吗", "看D:\\new", "好"]
    assert rejects == []


def test_the_rows_agent_goes_before_a_pattern_in_a_cell(load: Load) -> None:
    """A pattern takes gentlemen for customers, but not the one whom the row names as its agent; an exact name does."""
    row = HEAD + 'S1,王先生,5,"王先生：您好\n李先生：在吗"\nS2,刘先生,5,"刘先生：您好\n王先生：在吗"\n'
    turns, _ = load("a.csv", row, ColumnMapping(roles={"*先生": "customer"}))
    assert [turn["role"] for turn in turns] == ["agent", "customer", "agent", "customer"]
    turns, _ = load("a.csv", row, ColumnMapping(roles={"*先生": "agent", "王先生": "customer"}))
    assert [turn["role"] for turn in turns] == ["customer", "agent", "agent", "customer"]


@pytest.mark.parametrize(
    "sign", ["→", " -> ", "|", "｜", ";", "； ", " / ", "\t", "  ", "\u3000", " ", " →"], ids=lambda sign: f"{sign!r}"
)
def test_one_sign_parts_the_turns_of_one_line(load: Load, sign: str) -> None:
    """Where a known speaker begins behind each of one sign, and two sides speak, the line is parted there."""
    row = f"{HEAD}S1,A7,5,客户：在吗{sign}客服：您好{sign}客户：好\n"
    turns, rejects = load("a.csv", row)
    assert [(turn["role"], turn["text"]) for turn in turns] == [
        ("customer", "在吗"),
        ("agent", "您好"),
        ("customer", "好"),
    ]
    assert rejects == []


@pytest.mark.parametrize(
    "talk", ["客服：您好；请说；客户：在吗", "客户：急/客服：您好/稍等", "客户：急；客服：您好/客户：好"]
)
def test_a_sign_that_stands_elsewhere_too_parts_nothing(load: Load, talk: str) -> None:
    """Behind one of the signs nobody begins, or signs are mixed: the row is rejected with what to do."""
    turns, rejects = load("a.csv", f"{HEAD}S1,A7,5,{talk}\nS2,A7,5,客服：您好\n")
    assert [turn["conversation_id"] for turn in turns] == ["S2"]
    assert ["speaks in the middle of the line" in row["reason"] for row in rejects] == [True]


@pytest.mark.parametrize("names", ["客户问,客服答", "问题,回复", "用户提问,坐席回复", "question,answer"])
def test_a_question_and_its_answer_in_two_columns(load: Load, names: str) -> None:
    """Each row is the customer's turn and the agent's, in this order; a blank one is no turn, a blank row a reject."""
    rows = "S1,A7,5,在吗,您好\nS1,A7,5,,还在吗\nS2,A8,4,退货,可以\nS2,A8,4,,\n"
    turns, rejects = load("a.csv", f"会话ID,坐席工号,满意度,{names}\n{rows}")
    assert [(t["conversation_id"], t["line"], t["role"], t["agent_id"], t["text"]) for t in turns if t["text"]] == [
        ("S1", 2, "customer", "A7", "在吗"),
        ("S1", 2, "agent", "A7", "您好"),
        ("S1", 3, "agent", "A7", "还在吗"),
        ("S2", 4, "customer", "A8", "退货"),
        ("S2", 4, "agent", "A8", "可以"),
    ]
    assert {turn["meta"] for turn in turns} == {'{"满意度":"5"}', '{"满意度":"4"}'}
    assert [(row["line"], row["reason"]) for row in rejects] == [(5, "empty text")]


def test_questions_without_a_conversation(load: Load, refuse: Callable[..., str]) -> None:
    """Where the names tell the sides each row is a conversation; a list of questions for everybody is none."""
    turns, _ = load("a.csv", "客户问,客服答\n在吗,您好\n")
    assert [(turn["conversation_id"], turn["role"]) for turn in turns] == [
        ("a.csv-2", "customer"),
        ("a.csv-2", "agent"),
    ]
    assert "[I105]" in refuse("b.csv", "问题,答案\n怎么退货,点退货\n")
    mapping = ColumnMapping({"question": "来话", "answer": "回话"})
    assert [turn["text"] for turn in load("c.csv", "来话,回话\n在吗,您好\n", mapping)[0]] == ["在吗", "您好"]


def test_a_question_beside_a_column_of_roles(load: Load) -> None:
    """Where a column says who speaks the table has one row a turn, and 问题 is metadata."""
    turns, _ = load("a.csv", "会话ID,角色,内容,问题,回复\nS1,客服,您好,退货,已回\n")
    assert [(turn["role"], turn["text"], turn["meta"]) for turn in turns] == [
        ("agent", "您好", '{"回复":"已回","问题":"退货"}')
    ]


@pytest.mark.parametrize(
    ("agent", "speaker", "role"),
    [
        ("8001", "王小明(8001)", "agent"),
        ("8001", "王小明（8001）", "agent"),
        ("80", "王小明(80)", "agent"),
        ("王小明", "王小明(8001)", "agent"),
        ("王小明(8001)", "王小明", "agent"),
        ("王小明(8001)", "王小明(8002)", None),
        ("8001", "王小明(8002)", None),
    ],
)
def test_a_name_with_an_id_in_brackets(load: Load, agent: str, speaker: str, role: str | None) -> None:
    """Who speaks with the id of the row's agent behind his name is the agent; the id stays as the column writes it."""
    turns, rejects = load(
        "a.csv", f'{HEAD}S1,{agent},5,"客户：在吗\n{speaker}：您好\n请说"\nS2,A,5,"客户：在\n客服：好"\n'
    )
    mine = [turn for turn in turns if turn["conversation_id"] == "S1"]
    assert [(turn["role"], turn["agent_id"]) for turn in mine[1:]] == ([(role, agent)] if role else [])
    assert bool(rejects) == (role is None)


@pytest.mark.parametrize(
    "talk",
    [
        "客服：您好、客户：你傻、客服：嗯",
        "客服：您好客户：你傻客服：嗯",
        "[10:00]客服：您好[10:01]客户：你傻[10:02]客服：嗯",
        "客服(10:00)：您好客户(10:01)：你傻客服(10:02)：嗯",
        "客服：在\n客服：您好→客户：你傻",
    ],
)
def test_a_turn_that_names_both_sides_is_nobodys(load: Load, talk: str) -> None:
    """Whatever parts them, the customer's words on the agent's line are never charged to the agent."""
    turns, rejects = load("a.csv", f'{HEAD}S1,A7,5,"{talk}"\nS2,A7,5,客服：填商品、用户：张三\n')
    assert [turn["text"] for turn in turns if "傻" in turn["text"]] == []
    assert [row["conversation_id"] for row in rejects] == ["S1"]
    assert [turn["text"] for turn in turns if turn["conversation_id"] == "S2"] == ["填商品、用户：张三"]


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("会话ID,坐席工号,受理人,聊天记录", 'S1,A7,王芳,"客服：您好\n客户：在吗"'),
        ("会话ID,坐席工号,受理人,角色,内容", "S1,A7,王芳,客服,您好"),
        ("会话ID,坐席工号,受理人,客户问,客服答", "S1,A7,王芳,在吗,您好"),
    ],
)
def test_the_name_that_the_mapping_names_is_the_agent(load: Load, head: str, row: str) -> None:
    """Where the mapping names the column of agents' names, no column is taken for their ids by its own name."""
    turns, _ = load("a.csv", f"{head}\n{row}\n", ColumnMapping({"agent_name": "受理人"}))
    assert {turn["agent_id"] for turn in turns if turn["role"] == "agent"} == {"王芳"}
    turns, _ = load("a.csv", f"{head}\n{row}\n", ColumnMapping({"agent_name": "受理人", "agent_id": "坐席工号"}))
    assert {turn["agent_id"] for turn in turns if turn["role"] == "agent"} == {"A7"}


def test_columns_of_words_that_the_mapping_names(load: Load) -> None:
    """A column that the mapping names for the words goes before one that looks like dialogues or like a role."""
    head = 'S1,客服,您好,"客服：喂\n客户：喂"\nS1,客户,在吗,"客服：喂\n客户：喂"\n'
    turns, _ = load("a.csv", f"会话ID,角色,正文,聊天记录\n{head}", ColumnMapping({"text": "正文"}))
    assert [(turn["role"], turn["text"]) for turn in turns] == [("agent", "您好"), ("customer", "在吗")]
    pair = ColumnMapping({"question": "来话", "answer": "去话"})
    turns, _ = load("b.csv", '会话ID,角色,来话,去话,聊天记录\nS1,客服,在吗,您好,"客服：喂\n客户：喂"\n', pair)
    assert [(turn["role"], turn["text"]) for turn in turns] == [("customer", "在吗"), ("agent", "您好")]
