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
)


def loaded(path: Path, text: str) -> ColumnMapping:
    """Write a mapping file and load it."""
    (path / "map.yaml").write_text(text, encoding="utf-8")
    return load_mapping(path / "map.yaml")


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
    with pytest.raises(InputError) as caught:
        loaded(tmp_path, text)
    shown = [str(problem).removeprefix(f"{tmp_path}/map.yaml:") for problem in caught.value.problems]
    assert [line.split(" (known")[0] for line in shown] == [
        "1:11: [I110] columns: 'txt' does not exist",
        "1:26: [P102] columns: role must be text",
        "3:6: [I110] roles: 'agnet' does not exist",
        "4:15: [I110] channels: 'mail' does not exist",
        "5:14: [I110] header_rows must be one row or two that follow each other (got [1, 3])",
        "6:1: [P101] a mapping file: unknown key 'sheet'",
        "7:16: [P102] line_separator must be text",
    ]
    assert shown[0].endswith("did you mean 'text'?)") and shown[2].endswith("did you mean 'agent'?)")


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
