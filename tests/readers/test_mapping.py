"""Mapping files."""

from __future__ import annotations

from pathlib import Path

import pytest

from cscheck.errors import InputError
from cscheck.readers import ColumnMapping, read
from cscheck.readers.mapping import load_mapping, written

WHOLE = ColumnMapping(
    columns={"conversation_id": ("单号", "流水"), "turns": "备注", "customer_id": "户号"},
    roles={"小二": "agent", "1": "customer"},
    channels={"热线一部": "call"},
    sheets=("九月", "十月"),
    header_rows=(2, 3),
    line_separator="\\n",
    channel="call",
    files={"*.csv": ColumnMapping({"text": "转写"}, header_rows=()), "九月.xlsx#在线*": ColumnMapping(channel="chat")},
)


def loaded(path: Path, text: str) -> ColumnMapping:
    """Write a mapping file and load it."""
    (path / "map.yaml").write_text(text, encoding="utf-8")
    return load_mapping(path / "map.yaml")


def refused(path: Path, text: str) -> list[str]:
    """Write a mapping file at fault and load it; return its faults with line and column."""
    with pytest.raises(InputError) as caught:
        loaded(path, text)
    return [str(problem).removeprefix(f"{path}/map.yaml:") for problem in caught.value.problems]


@pytest.mark.parametrize("mapping", [WHOLE, ColumnMapping(), ColumnMapping(header_rows=())])
def test_a_mapping_is_read_as_it_was_written(mapping: ColumnMapping, tmp_path: Path) -> None:
    """What is written is read back the same."""
    assert loaded(tmp_path, written(mapping)) == mapping


def test_short_forms(tmp_path: Path) -> None:
    """One sheet and one row need no list."""
    assert loaded(tmp_path, "sheets: 九月\nheader_rows: 4\n") == ColumnMapping(sheets=("九月",), header_rows=(4,))


def test_all_faults_are_named_with_their_place(tmp_path: Path) -> None:
    """Each wrong key, column, role, channel and row is named with line and column, and what was meant."""
    text = (
        "columns: {txt: 内容, role: {a: 1}}\nroles:\n  甲: agnet\nchannels: {x: mail}\nheader_rows: [1, 3]\n"
        "sheet: 九月\nline_separator:\n"
    )
    shown = refused(tmp_path, text)
    assert [line.split(" (known")[0] for line in shown] == [
        "1:11: [I110] columns: 'txt' does not exist",
        "1:26: [P102] columns: role must be text",
        "3:6: [I110] roles: 'agnet' does not exist",
        "4:15: [I110] channels: 'mail' does not exist",
        "5:14: [I110] header_rows must be one row or two that follow each other (got [1, 3])",
        "6:1: [P101] a mapping file: unknown key 'sheet'",
        "7:16: [P102] line_separator must be text",
    ]
    assert shown[0].endswith("did you mean 'text'?)")
    assert shown[2].endswith("(known: agent, customer, bot, system); write 甲: agent")
    assert shown[3].endswith("(known: call, chat); write x: call")


def test_a_role_in_chinese_is_answered_with_the_line_to_write(tmp_path: Path) -> None:
    """A wrong role or channel is answered with a line that can be pasted, in which the Chinese word is understood."""
    with pytest.raises(InputError) as caught:
        loaded(tmp_path, "roles: {'1': 客户, 主管: 机器人}\nchannels: {二部: 在线}\n")
    assert [str(problem).partition("); ")[2] for problem in caught.value.problems] == [
        "write '1': customer",
        "write 主管: bot",
        "write 二部: chat",
    ]


def test_a_channel_that_does_not_exist(tmp_path: Path) -> None:
    """The channel of all turns is call or chat; anything else is named with its place."""
    with pytest.raises(InputError) as caught:
        loaded(tmp_path, "channel: cal\n")
    shown = str(caught.value).removeprefix(f"{tmp_path}/map.yaml:")
    assert shown == "1:10: [I110] channel: 'cal' does not exist (known: call, chat; did you mean 'call'?)"


@pytest.mark.parametrize("column", ["", "在线"])
def test_the_channel_of_all_turns(column: str, tmp_path: Path) -> None:
    """A mapping may say the channel of every turn, where no column says it and against one that does."""
    path = tmp_path / "a.csv"
    path.write_text(f"会话ID,角色,内容,渠道\n1,客服,好,{column}\n", encoding="utf-8")
    ((turns, _),) = read(path, "a.csv", ColumnMapping(channel="call"))
    assert turns["channel"].to_pylist() == ["call"]


@pytest.mark.parametrize(("names", "text"), [(("正文", "话语"), "好"), (("话语", "转写"), "嗯")])
def test_a_list_of_names(names: tuple[str, ...], text: str, tmp_path: Path) -> None:
    """Of several names for a column the first that the file has is taken."""
    path = tmp_path / "a.csv"
    path.write_text("会话ID,角色,正文,转写\n1,客服,好,嗯\n", encoding="utf-8")
    ((turns, _),) = read(path, "a.csv", ColumnMapping({"text": names}))
    assert turns["text"].to_pylist() == [text]


def test_a_list_of_names_of_which_the_file_has_none(tmp_path: Path) -> None:
    """A file that has none of the names is refused, and the message tells them."""
    for name, content in (
        ("a.csv", "会话ID,角色,内容\n1,客服,好\n"),
        ("a.jsonl", '{"会话ID":1,"角色":"客服","内容":"好"}'),
    ):
        (tmp_path / name).write_text(content, encoding="utf-8")
        with pytest.raises(InputError, match=r"\[I110\] the column mapping names the (column|key) '正文' or '话语'"):
            list(read(tmp_path / name, name, ColumnMapping({"text": ("正文", "话语")})))


def test_rows_that_cannot_be_a_header() -> None:
    """From Python too, header rows must be one or two that follow each other."""
    with pytest.raises(InputError, match=r"header_rows must be one row or two that follow each other, from 1 on"):
        ColumnMapping(header_rows=(0,))


SECTIONS = """
columns: {conversation_id: 单号, role: 谁}
roles: {甲: agent}
channel: call
files:
  "*.csv": {columns: {role: 哪方}, roles: {乙: customer}, header_rows: 2}
  九月*.xlsx: {sheets: [通话, 在线]}
  九月*.xlsx#在线: {columns: {text: 说的}, channel: chat}
  june/a.csv: {columns: {role: 方}}
"""


@pytest.mark.parametrize(
    ("name", "sheet", "columns", "roles", "channel", "sheets"),
    [
        ("b.parquet", "", {"role": "谁"}, {"甲": "agent"}, "call", ()),
        ("x/b.csv", "", {"role": "哪方"}, {"甲": "agent", "乙": "customer"}, "call", ()),
        ("/y/june/a.csv", "", {"role": "方"}, {"甲": "agent", "乙": "customer"}, "call", ()),
        ("九月1.xlsx", "通话", {"role": "谁"}, {"甲": "agent"}, "call", ("通话", "在线")),
        ("九月1.xlsx", "在线", {"role": "谁", "text": "说的"}, {"甲": "agent"}, "chat", ("通话", "在线")),
    ],
)
def test_what_is_said_of_some_files(
    name: str,
    sheet: str,
    columns: dict[str, str],
    roles: dict[str, str],
    channel: str,
    sheets: tuple[str, ...],
    tmp_path: Path,
) -> None:
    """A section for a file goes before what stands on top, one for a sheet before that, of two alike the later."""
    found = loaded(tmp_path, SECTIONS).at(name, sheet)
    assert found.columns == {"conversation_id": "单号", **columns}
    assert (found.roles, found.channel, found.sheets, found.files) == (roles, channel, sheets, {})
    assert found.header_rows == ((2,) if name.endswith(".csv") else None)


def test_faults_in_sections(tmp_path: Path) -> None:
    """What is wrong in a section is named with its place; sections do not nest, and a sheet has no sheets."""
    text = "files:\n  a.csv: {files: {}, columns: {txt: x}}\n  b.xlsx#甲: {sheets: [乙]}\n  c: 1\n"
    assert [line.split(" (known")[0] for line in refused(tmp_path, text)] == [
        "2:11: [P101] files: a.csv: unknown key 'files'",
        "2:32: [I110] columns: 'txt' does not exist",
        "3:14: [I110] files: b.xlsx#甲: a section for a sheet cannot name sheets",
        "4:6: [P102] files: c must be a mapping (key: value)",
    ]
    with pytest.raises(InputError, match=r"\[I110\] files: 'a' holds files again"):
        ColumnMapping(files={"a": ColumnMapping(files={"b": ColumnMapping()})})


def test_one_mapping_for_files_of_two_layouts(tmp_path: Path) -> None:
    """Each file is read by its own section; a column that a section names and its file lacks stays an error."""
    (tmp_path / "a.csv").write_text("单号,谁,说的\n1,客服,好\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("会话ID,角色,内容\n2,客服,好\n", encoding="utf-8")
    own = ColumnMapping({"conversation_id": "单号", "role": "谁", "text": "说的"}, channel="call")
    for mapping in (ColumnMapping(files={"a*": own}), ColumnMapping(files={"*.csv": ColumnMapping(), "a.csv": own})):
        found = [read(tmp_path / name, name, mapping) for name in ("a.csv", "b.csv")]
        turns = [turn for parts in found for some, _ in parts for turn in some.to_pylist()]
        assert [(turn["conversation_id"], turn["channel"]) for turn in turns] == [("1", "call"), ("2", None)]
    with pytest.raises(InputError, match=r"^b.csv:1: \[I110\] the column mapping names the column '单号'"):
        list(read(tmp_path / "b.csv", "b.csv", ColumnMapping(files={"*.csv": own})))


def test_columns_that_cannot_be(tmp_path: Path) -> None:
    """A column without a name, and one column for two things, are named with their place."""
    text = "columns:\n  text: a\n  role: A\n  start: []\n  end: ''\n  sent_at: [b, ' ']\n  agent_id: ~\n"
    assert refused(tmp_path, text) == [
        "3:3: [I110] columns: 'A' is given for text and for role: one column is one thing",
        *(
            f"{line}:3: [I110] columns: {key} has no name: write the name of a column, or leave {key} out"
            for line, key in ((4, "start"), (5, "end"), (6, "sent_at"))
        ),
        "7:13: [P102] columns: agent_id must be text",
    ]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"text": "a", "role": "a"}, "columns: 'a' is given for text and for role: one column is one thing"),
        ({"text": ""}, "columns: text has no name: write the name of a column, or leave text out"),
        ({"text": ()}, "columns: text has no name: write the name of a column, or leave text out"),
    ],
)
def test_columns_that_cannot_be_from_python(columns: dict[str, str], message: str) -> None:
    """From Python they are errors, too."""
    with pytest.raises(InputError) as caught:
        ColumnMapping(columns)
    assert str(caught.value) == f"column mapping: [I110] {message}"


@pytest.mark.parametrize(
    "columns",
    [
        {"role": ("甲", "内容"), "text": ("乙", "内容")},
        {"conversation_id": "内容", "text": "内容"},
        {"team": "内容", "text": "内容"},
    ],
)
def test_one_column_of_a_table_for_two_things(columns: dict[str, str], tmp_path: Path) -> None:
    """What a mapping leaves open until the file is there is refused there."""
    path = tmp_path / "a.csv"
    path.write_text("会话ID,角色,内容\n1,客服,好\n", encoding="utf-8")
    both = " and for ".join(columns)
    with pytest.raises(InputError) as caught:
        list(read(path, "a.csv", ColumnMapping(columns)))
    assert str(caught.value) == (
        f"a.csv:1: [I110] the column mapping takes the column '内容' for {both}: one column is one thing"
    )


def test_one_key_of_json_for_a_turn_and_its_conversation(tmp_path: Path) -> None:
    """In JSON the conversation and its turns may each have a key of one name."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": 7, "turns": [{"id": 3, "role": "agent", "text": "好"}]}', encoding="utf-8")
    ((turns, _),) = read(path, "a.jsonl", ColumnMapping({"conversation_id": "id", "turn_index": "id"}))
    assert turns.select(["conversation_id", "turn_index"]).to_pylist() == [{"conversation_id": "7", "turn_index": 3}]
