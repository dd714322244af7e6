"""Speakers who go by their names in tables with one row a turn."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest

from cscheck.readers import ColumnMapping
from cscheck.readers.persons import ByName

Load = Callable[..., tuple[list[dict[str, Any]], list[dict[str, Any]]]]
HEAD = "会话ID,说话方,责任坐席,内容\n"
TWO = "1,李女士,王小明,在吗\n1,王小明,王小明,您好\n2,刘洋,刘洋,您好\n2,赵六,刘洋,在吗\n"


def test_who_is_called_as_the_agent_is(load: Load) -> None:
    """In each conversation one speaker is called as its agent: he is the agent, the other the customer; it is told."""
    with pytest.warns(ByName) as told:
        turns, rejects = load("a.csv", HEAD + TWO)
    assert [(turn["role"], turn["agent_id"]) for turn in turns] == [
        ("customer", "王小明"),
        ("agent", "王小明"),
        ("agent", "刘洋"),
        ("customer", "刘洋"),
    ]
    assert rejects == []
    assert [str(one.message) for one in told] == [
        "a.csv: speakers without a role go by name: taken were 2 as agent (王小明, 刘洋), "
        "2 as customer (李女士, 赵六), by the row's agent and who else speaks; "
        "see cscheck columns, and name whom it got wrong under roles in a mapping"
    ]


@pytest.mark.filterwarnings("ignore::cscheck.readers.persons.ByName")
@pytest.mark.parametrize("third", ["赵六", "值班主管", "物流提醒"])
def test_where_several_others_speak_nobody_is_guessed(load: Load, third: str) -> None:
    """Beside the agent two others speak: which of them is the customer is not told, so their rows are rejected."""
    rows = f"{TWO}3,王小明,王小明,您好\n3,李女士,王小明,在吗\n3,{third},王小明,稍等\n"
    turns, rejects = load("a.csv", HEAD + rows)
    assert [turn["role"] for turn in turns if turn["conversation_id"] == "3"] == ["agent"]
    assert [reject["conversation_id"] for reject in rejects] == ["3", "3"]


@pytest.mark.filterwarnings("ignore::cscheck.readers.persons.ByName")
def test_a_word_for_staff_is_no_customer(load: Load) -> None:
    """A supervisor who speaks with the agent alone is not taken for the customer."""
    turns, rejects = load("a.csv", HEAD + TWO + "3,王小明,王小明,您好\n3,值班主管,王小明,转给我\n")
    assert [turn["role"] for turn in turns if turn["conversation_id"] == "3"] == ["agent"]
    assert [reject["conversation_id"] for reject in rejects] == ["3"]


@pytest.mark.parametrize("head", ["坐席姓名", "工号,坐席姓名"])
def test_the_name_beside_an_id(load: Load, head: str) -> None:
    """The agent may be named by any column of agents, also one beside the id that counts."""
    own = "A7," * head.count(",")
    with pytest.warns(ByName):
        turns, _ = load("a.csv", f"会话ID,说话方,{head},内容\n1,李女士,{own}王小明,在吗\n1,王小明,{own}王小明,您好\n")
    assert [(turn["role"], turn["agent_id"]) for turn in turns][1] == ("agent", "A7" if own else "王小明")


def test_names_beside_roles(load: Load) -> None:
    """Where only the agents go by name, the customers are who they are said to be, and so are systems."""
    with pytest.warns(ByName, match="1 as agent"):
        turns, _ = load("a.csv", f"{HEAD}1,系统,王小明,接入\n1,客户,王小明,在吗\n1,王小明,王小明,您好\n")
    assert [turn["role"] for turn in turns] == ["system", "customer", "agent"]


@pytest.mark.parametrize(
    "rows",
    [
        "1,李女士,A7,在吗\n1,王小明,A7,您好\n",  # the agent goes by another name
        "1,李女士,李女士,在吗\n1,王小明,王小明,您好\n",  # the column says who speaks
        "1,1,1,在吗\n1,2,1,您好\n",  # a figure is no name
        "1,王小明,王小明,您好\n2,李女士,刘洋,在吗\n",  # nobody speaks with another
        "1,李女士,王小明,在吗\n1,王小明,王小明,您好\n2,赵六,刘洋,在吗\n2,孙七,刘洋,您好\n",  # half of them
    ],
)
def test_where_names_tell_nothing(load: Load, refuse: Callable[..., str], rows: str) -> None:
    """Unless nearly every conversation has exactly one who is called as the agent, unknown speakers stay unknown."""
    assert "[I107] most roles are unknown" in refuse("a.csv", HEAD + rows)


def test_a_conversation_in_which_nobody_is_called_as_the_agent(load: Load) -> None:
    """In the few conversations where nobody is called so, and for another agent's name, nothing is concluded."""
    rows = "".join(f"{n},李女士,王小明,在吗\n{n},王小明,王小明,您好\n" for n in range(12))
    odd = "a,孙七,刘洋,在吗\na,小刘,刘洋,您好\nb,李女士,刘洋,在吗\nb,刘洋,刘洋,您好\nb,王小明,刘洋,我来\n"
    with pytest.warns(ByName):
        turns, rejects = load("a.csv", HEAD + rows + odd)
    assert len(turns) == 26
    assert [row["reason"].split(" (")[0] for row in rejects] == [
        "unknown role '孙七'",
        "unknown role '小刘'",
        "unknown role '王小明'",
    ]


def test_what_a_mapping_says_is_not_concluded(load: Load) -> None:
    """Who is in the mapping, by name or by a pattern, is who it says, and nothing is left to tell."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        mapping = ColumnMapping(roles={"*女士": "customer", "赵六": "customer", "*": "agent"})
        turns, _ = load("a.csv", HEAD + TWO, mapping)
    assert [turn["role"] for turn in turns] == ["customer", "agent", "agent", "customer"]


@pytest.mark.parametrize(
    ("way", "roles"), [("呼入", ["customer", "agent"]), ("外呼", ["agent", "customer"]), ("", ["customer"])]
)
def test_who_called(load: Load, way: str, roles: list[str]) -> None:
    """Who called is the customer of an inbound call, the agent of an outbound one; without it only 主叫 is known."""
    turns, _ = load("a.csv", f"会话ID,呼叫类型,说话人,内容\n1,{way},主叫,喂\n1,{way},被叫,您好\n2,呼入,客户,喂\n")
    assert [turn["role"] for turn in turns if turn["conversation_id"] == "1"] == roles


def test_what_a_mapping_says_of_the_caller(load: Load) -> None:
    """Who calls is who the mapping says, whatever the direction."""
    mapping = ColumnMapping(roles={"主叫": "customer", "被叫": "agent"})
    turns, _ = load("a.csv", "会话ID,呼叫类型,说话人,内容\n1,呼出,主叫,喂\n1,呼出,被叫,您好\n", mapping)
    assert [turn["role"] for turn in turns] == ["customer", "agent"]


def test_id_and_name_of_the_agent_in_one_cell(load: Load) -> None:
    """Of 7001 陈晓燕 either part tells who of the speakers is the agent."""
    rows = "".join(f"S{at},{who},7001 陈晓燕,好\n" for at in range(3) for who in ("陈晓燕", "爱吃鱼的猫"))
    with pytest.warns(ByName):
        turns, rejects = load("a.csv", f"流水单号,发言人,责任坐席,内容\n{rows}")
    assert [turn["role"] for turn in turns] == ["agent", "customer"] * 3
    assert {turn["agent_id"] for turn in turns if turn["role"] == "agent"} == {"7001 陈晓燕"}
    assert rejects == []


@pytest.mark.filterwarnings("ignore::cscheck.readers.persons.ByName")
@pytest.mark.parametrize("pattern", ["*先生", "*"])
def test_the_rows_agent_goes_before_a_pattern(load: Load, pattern: str) -> None:
    """A pattern takes gentlemen for customers, but not the one whom the column of agents names; an exact name does."""
    rows = "1,李先生,王先生,在吗\n1,王先生,王先生,您好\n2,刘先生,刘先生,您好\n2,赵先生,刘先生,在吗\n"
    turns, rejects = load("a.csv", HEAD + rows, ColumnMapping(roles={pattern: "customer"}))
    assert [turn["role"] for turn in turns] == ["customer", "agent", "agent", "customer"]
    assert rejects == []
    named = ColumnMapping(roles={pattern: "customer", "王先生": "customer", "李先生": "agent"})
    assert [turn["role"] for turn in load("a.csv", HEAD + rows, named)[0]][:2] == ["agent", "customer"]


def test_a_cell_that_names_whoever_speaks_is_nobodys_agent(load: Load) -> None:
    """Where 发送人姓名 changes with the speaker it does not say who the agent is: the pattern counts."""
    rows = "会话ID,发送人角色,发送人姓名,内容\n1,客服,小美,您好\n1,王先生,王先生,在吗\n"
    turns, _ = load("a.csv", rows, ColumnMapping(roles={"*先生": "customer"}))
    assert [(turn["role"], turn["agent_id"]) for turn in turns] == [("agent", "小美"), ("customer", None)]


@pytest.mark.filterwarnings("ignore::cscheck.readers.persons.ByName")
def test_a_name_with_the_agents_id_in_brackets(load: Load) -> None:
    """王小明(8001) is the agent where the column of agents says 8001, and whoever has another id is not."""
    head = "会话ID,说话方,坐席工号,内容\n"
    turns, rejects = load("a.csv", f"{head}1,李女士,8001,在吗\n1,王小明（8001）,8001,您好\n2,王小明(8002),8001,好\n")
    assert [(turn["role"], turn["agent_id"]) for turn in turns] == [("customer", "8001"), ("agent", "8001")]
    assert len(rejects) == 1


@pytest.mark.parametrize("speaker", ["8001王小明", "王小明8001", "8001 王小明", "王小明(8001)"])
@pytest.mark.parametrize("agent", ["王小明(8001)", "8001"])
@pytest.mark.filterwarnings("ignore::cscheck.readers.persons.ByName")
def test_an_id_right_beside_the_name(load: Load, speaker: str, agent: str) -> None:
    """The agent is known by his id before or behind the name, with nothing between them, too."""
    turns, rejects = load("a.csv", f"{HEAD}1,{speaker},{agent},您好\n1,李女士,{agent},在吗\n")
    assert ([turn["role"] for turn in turns], rejects) == (["agent", "customer"], [])


def test_the_other_one_beside_a_known_agent(load: Load) -> None:
    """Who alone speaks with an agent who says that he is one is the customer, if called as persons are; it is told."""
    rows = "1,坐席王小明,王小明(8001),您好\n1,李先生,王小明(8001),在吗\n2,客服,8002,您好\n2,tb_7123,8002,在吗\n"
    with pytest.warns(ByName, match=r"2 as customer \(李先生, tb_7123\)"):
        turns, rejects = load("a.csv", HEAD + rows)
    assert ([turn["role"] for turn in turns], rejects) == (["agent", "customer"] * 2, [])


@pytest.mark.parametrize("other", ["值班主管", "物流提醒", "supervisor", "3", "先生"])
def test_who_is_no_person_beside_a_known_agent(load: Load, other: str) -> None:
    """A word for staff or a thing, a word that may be anybody, and a bare title are nobody's name."""
    turns, rejects = load("a.csv", f"{HEAD}1,客服,8001,您好\n1,{other},8001,在吗\n1,客服,8001,好的\n")
    assert ([turn["role"] for turn in turns], len(rejects)) == (["agent", "agent"], 1)


def test_two_others_beside_a_known_agent(load: Load) -> None:
    """Where two others speak with him neither is taken for the customer."""
    rows = "1,客服,8001,您好\n1,李先生,8001,在吗\n1,客服,8001,好的\n1,赵女士,8001,嗯\n"
    turns, rejects = load("a.csv", HEAD + rows)
    assert ([turn["role"] for turn in turns], len(rejects)) == (["agent", "agent"], 2)
