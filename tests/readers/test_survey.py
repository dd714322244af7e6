"""What is understood of a file before it is scored."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from cscheck.readers import ColumnMapping, read
from cscheck.readers.draft import common_mapping
from cscheck.readers.mapping import load_mapping, written
from cscheck.readers.survey import Account, survey
from cscheck.readers.taken import Taken

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").iterdir())
NONE = ColumnMapping()


def surveyed(path: Path, text: str, mapping: ColumnMapping = NONE) -> Account:
    """Write a CSV file and survey it."""
    (path / "a.csv").write_text(text, encoding="utf-8")
    (account,) = survey(path / "a.csv", "a.csv", mapping)
    return account


def turns(path: Path, mapping: ColumnMapping | None) -> list[dict[str, object]]:
    """Return the turns of a file."""
    return pa.concat_tables([part for part, _ in read(path, path.name, mapping)]).to_pylist()


def test_columns_and_values(tmp_path: Path) -> None:
    """Each column and each value is told with what it is taken for, why, and how often it stands there."""
    account = surveyed(
        tmp_path,
        "导出\n会话ID,开始时间(秒),身份码,内容,渠道,备注,发送时间\n1,0.5,A,好,热线,,9:00:00\n1,2,B,嗯,热线,,9:00:02\n"
        "1,3,C,嗯,短信,,9:00:03\n1,4,A,,热线,,9:00:04\n",
        ColumnMapping({"role": "身份码"}, {"A": "agent", "B": "customer"}),
    )
    assert (account.name, account.format, account.encoding, account.header_rows) == ("a.csv", "csv", "utf-8", (2,))
    assert account.columns == (
        Taken("会话ID", "conversation_id", "name", "会话ID"),
        Taken("开始时间(秒)", "start", "name", "开始时间"),
        Taken("身份码", "role", "mapping"),
        Taken("内容", "text", "name", "内容"),
        Taken("渠道", "channel", "name", "渠道"),
        Taken("备注", "", "unknown"),
        Taken("发送时间", "sent_at", "name", "发送时间"),
    )
    assert account.roles == {"A": ("agent", 2), "B": ("customer", 1), "C": (None, 1)}
    assert account.channels == {"热线": ("call", 3), "短信": (None, 1)}
    assert account.times == {"开始时间(秒)": ("seconds",), "发送时间": ("clock",)}
    assert (account.turns, account.conversations, account.agents) == (3, 1, 0)
    assert [turn["text"] for turn in account.sample] == ["好", "嗯"]
    assert [(reason.split(" (")[0], count) for reason, count in account.reasons.items()] == [
        ("unknown role 'C'", 1),
        ("empty text", 1),
    ]


def test_times_of_the_conversation_are_metadata(tmp_path: Path) -> None:
    """A time that never changes within a conversation is told as such."""
    rows = "1,2026-09-01 09:00,客服,好\n" * 3
    account = surveyed(tmp_path, f"会话ID,发送时间,角色,内容\n{rows}")
    assert account.columns[1] == Taken("发送时间", "", "constant")
    assert "sent_at" not in account.mapping.columns


def test_a_file_at_fault(tmp_path: Path) -> None:
    """A file that lacks a column is told as far as it is understood, with the fault."""
    account = surveyed(tmp_path, "会话ID,说话,内容\n1,客服,好\n")
    assert [one.taken_for for one in account.columns] == ["conversation_id", "", "text"]
    assert [(problem.line, problem.code) for problem in account.problems] == [(1, "I105")]
    assert dict(account.mapping.columns) == {"conversation_id": "会话ID", "text": "内容"}
    (account,) = survey(tmp_path / "b.csv", "b.csv", NONE)
    assert [problem.code for problem in account.problems] == ["I101"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_mapping_says_the_same(path: Path, tmp_path: Path) -> None:
    """A file read with the mapping that its survey writes gives the same turns."""
    (tmp_path / "map.yaml").write_text(written(common_mapping([*survey(path, path.name, NONE)])), encoding="utf-8")
    assert turns(path, load_mapping(tmp_path / "map.yaml")) == turns(path, None)


def test_the_mapping_of_an_example() -> None:
    """The mapping names columns, roles, channels and header; a value that names a person is left out."""
    by_name = {path.name: path for path in EXAMPLES}
    (account,) = survey(by_name["property_calls.xlsx"], "p.xlsx", NONE)
    assert account.mapping == ColumnMapping(
        {
            "conversation_id": "通话编号",
            "agent_name": "坐席姓名",
            "channel": "渠道",
            "turns": "通话记录",
            "started_at": "通话开始时间",
        },
        {"客服": "agent", "客户": "customer"},
        {"电话": "call"},
        header_rows=(1,),
    )
    (account,) = survey(by_name["chat_export.txt"], "c.txt", NONE)
    assert account.mapping == ColumnMapping(roles={"客户": "customer", "系统": "system"})


def test_files_of_several_layouts_share_what_they_have_in_common(tmp_path: Path) -> None:
    """A mapping for several files holds the columns that all of them have, with all the names of each."""
    (tmp_path / "b.csv").write_text("导出\n会话ID,角色,文本\n1,坐席,好\n", encoding="utf-8")
    first = surveyed(tmp_path, "会话ID,角色,内容\n1,客服,好\n")
    (second,) = survey(tmp_path / "b.csv", "b.csv", NONE)
    assert common_mapping([first, second]) == ColumnMapping(
        {"conversation_id": "会话ID", "role": "角色", "text": ("内容", "文本")}, {"客服": "agent", "坐席": "agent"}
    )


def test_names_are_counted_as_they_are_read(tmp_path: Path) -> None:
    """Of a speaker who is known by name only the rows count that are read: where he is not the agent they are not."""
    two = [f"{n},{who},刘洋,好\n" for n in range(10) for who in ("刘洋", "孙七")]
    odd = "a,刘洋,王小明,在吗\na,张三,王小明,您好\n"
    account = surveyed(tmp_path, "会话ID,说话方,责任坐席,内容\n" + "".join(two) + odd)
    assert account.roles == {"刘洋": ("agent", 10), "孙七": ("customer", 10), "张三": (None, 1)}
    assert (account.turns, sum(account.reasons.values())) == (20, 2)


def test_rows_of_a_question_and_its_answer(tmp_path: Path) -> None:
    """Both columns are told with what they are taken for, and a mapping says the same."""
    account = surveyed(tmp_path, "会话ID,工号,客户问,客服答\n1,A7,在吗,您好\n")
    assert [(one.column, one.taken_for) for one in account.columns][2:] == [
        ("客户问", "question"),
        ("客服答", "answer"),
    ]
    assert account.mapping.columns == {
        "conversation_id": "会话ID",
        "agent_id": "工号",
        "question": "客户问",
        "answer": "客服答",
    }
    assert turns(tmp_path / "a.csv", account.mapping) == turns(tmp_path / "a.csv", None)
