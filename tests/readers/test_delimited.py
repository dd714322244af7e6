"""CSV and its kin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cscheck.readers import ColumnMapping
from cscheck.readers.delimited import read_csv
from cscheck.readers.understand import understand

Load = Callable[..., tuple[list[dict[str, Any]], list[dict[str, Any]]]]
HEAD = "会话ID,角色,工号,内容\n"


def test_a_full_row(load: Load) -> None:
    """Every column of the turn table is read, and the columns it does not know become metadata."""
    text = (
        "通话编号,轮次,说话人,坐席工号,文本,开始时间,结束时间,渠道,客户ID,振铃时长,班次\n"
        "007,0,坐席,A01,您好,0.5,1.25,电话呼入,K1,6,一组\n"
    )
    turns, rejects = load("a.csv", text)
    assert turns == [
        {
            "conversation_id": "007",
            "turn_index": 0,
            "role": "agent",
            "agent_id": "A01",
            "text": "您好",
            "start": 0.5,
            "end": 1.25,
            "sent_at": None,
            "channel": "call",
            "meta": '{"channel_raw":"电话呼入","customer_id":"K1","ring_seconds":"6","班次":"一组"}',
            "file": "a.csv",
            "line": 2,
            "position": 0,
        }
    ]
    assert rejects == []


def test_english_names(load: Load) -> None:
    """English column names and roles are known in any case and with any separator."""
    turns, _ = load("a.csv", "Conversation ID,Speaker-Role,agentId,Utterance,Channel\n1,AGENT,9,hi,IM\n1,User,,ho,IM\n")
    assert [(t["conversation_id"], t["role"], t["agent_id"], t["text"], t["channel"], t["meta"]) for t in turns] == [
        ("1", "agent", "9", "hi", "chat", None),
        ("1", "customer", None, "ho", "chat", None),
    ]


def test_ids_stay_as_written(load: Load) -> None:
    """Leading zeros and long digits of ids are kept; the tab with which exports protect them is dropped."""
    turns, _ = load("a.csv", HEAD + "\t00123456789012345678901,客服,00042,好\n")
    assert (turns[0]["conversation_id"], turns[0]["agent_id"]) == ("00123456789012345678901", "00042")


def test_an_id_that_a_spreadsheet_rounded_is_rejected(load: Load) -> None:
    """An id in scientific notation has lost digits, so conversations would be mixed up: the row is rejected."""
    turns, rejects = load("a.csv", HEAD + "1.23457E+17,客服,1,好\n2,客服,1,好\n")
    assert [t["conversation_id"] for t in turns] == ["2"]
    assert rejects[0]["reason"] == "the conversation id '1.23457E+17' has lost digits: export ids as text"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiters(load: Load, delimiter: str) -> None:
    """The delimiter is the one that makes the header known."""
    turns, _ = load("a.csv", "会话ID,角色,内容\n1,客服,好的\n".replace(",", delimiter))
    assert (turns[0]["role"], turns[0]["text"]) == ("agent", "好的")


def test_line_numbers_after_quoted_line_breaks(load: Load) -> None:
    """A row's line is where it begins, also below rows that go over several lines."""
    turns, _ = load("a.csv", HEAD + '1,客服,1,"您好\n请说\n"\n1,客户,,"他说""不行"""\n1,客服,1,好\n')
    assert [(t["line"], t["text"]) for t in turns] == [(2, "您好\n请说\n"), (5, '他说"不行"'), (6, "好")]


def test_windows_line_ends(load: Load) -> None:
    """Line ends of Windows are no part of the last column."""
    turns, _ = load("a.csv", (HEAD + "1,客服,1,好\n1,客户,,嗯\n").replace("\n", "\r\n"))
    assert [(t["line"], t["text"]) for t in turns] == [(2, "好"), (3, "嗯")]


def test_old_macintosh_line_ends(load: Load) -> None:
    """A file whose lines end with a carriage return alone is read all the same."""
    turns, _ = load("a.csv", (HEAD + "1,客服,1,好\n1,客户,,嗯\n").replace("\n", "\r"))
    assert [(t["line"], t["text"]) for t in turns] == [(2, "好"), (3, "嗯")]


def test_a_header_over_two_lines_and_blank_lines_before_it(load: Load) -> None:
    """The rows are counted from the top of the file, whatever stands above them."""
    turns, _ = load("a.csv", '\n\n会话ID,角色,"内\n容"\n1,客服,好\n')
    assert [(t["line"], t["text"]) for t in turns] == [(5, "好")]


def test_ragged_rows_are_rejected_with_their_line(load: Load) -> None:
    """A row with too few or too many fields is rejected; the rows around it are read with their lines."""
    turns, rejects = load("a.csv", HEAD + '1,客服,1,"您\n好"\n1,客户\n1,客户,,嗯,多\n\n1,客服,1,好\n')
    assert [(t["line"], t["text"]) for t in turns] == [(2, "您\n好"), (7, "好")]
    assert [(r["line"], r["reason"]) for r in rejects] == [
        (4, "the row has 2 fields, the header has 4"),
        (5, "the row has 5 fields, the header has 4"),
    ]


def test_a_quote_that_is_never_closed_costs_one_row(load: Load) -> None:
    """An opening quote without its closing one does not swallow the rest of the file."""
    turns, rejects = load("a.csv", HEAD + '1,客服,1,"您好\n1,客户,,嗯\n1,客服,1,好\n')
    assert [(t["line"], t["text"]) for t in turns] == [(3, "嗯"), (4, "好")]
    assert [(r["line"], r["reason"]) for r in rejects] == [
        (2, "the quotes of the row cannot be read: unexpected end of data")
    ]


def test_a_quote_inside_a_field_is_text(load: Load) -> None:
    """A quote that does not open the field is an ordinary character."""
    turns, rejects = load("a.csv", HEAD + '1,客服,1,屏幕5"的\n1,客户,,嗯\n')
    assert ([t["text"] for t in turns], rejects) == (['屏幕5"的', "嗯"], [])


def test_unknown_roles_of_some_rows_are_rejected(load: Load) -> None:
    """A row whose role nobody knows is rejected with its value; numbers get a hint."""
    turns, rejects = load("a.csv", HEAD + "1,客服,1,好\n1,主管,,我来\n1,客户,,嗯\n1,客户,,嗯\n1,1,,嗯\n")
    assert len(turns) == 3
    assert [(r["line"], r["conversation_id"], r["reason"].split(" (")[0]) for r in rejects] == [
        (3, "1", "unknown role '主管'"),
        (6, "1", "unknown role '1'"),
    ]
    assert rejects[1]["reason"].endswith("speaker numbers need a role mapping)")


def test_unknown_roles_of_most_rows_are_an_error(refuse: Callable[..., str]) -> None:
    """A file whose speakers are not understood is refused, never half scored."""
    message = refuse("a.csv", HEAD + "1,0,1,好\n1,1,,嗯\n1,0,,嗯\n1,客服,,嗯\n")
    assert message.startswith("a.csv: [I107] most roles are unknown: '0' (2 rows), '1' (1 rows); give a role mapping")
    line = "roles: {'0': '?'}, for '?' a role"
    assert message.endswith(f"; in a mapping file: {line}; speaker numbers need a role mapping)")


def test_a_list_of_unknown_roles_that_is_cut_says_so(refuse: Callable[..., str]) -> None:
    """Five of the unknown roles are named; where there are more, the list ends with dots."""
    names = ["甲一", "乙一", "丙一", "丁一", "戊一", "己一"]
    message = refuse("a.csv", HEAD + "".join(f"1,{name},1,好\n" for name in names))
    assert "'戊一' (1 rows), …; give a role mapping" in message
    assert "…; give" not in refuse("a.csv", HEAD + "".join(f"1,{name},1,好\n" for name in names[:5]))


def test_a_role_mapping_makes_numbers_known(load: Load) -> None:
    """Speaker numbers are read where the user says who they are."""
    mapping = ColumnMapping(roles={"0": "agent", "1": "customer"})
    turns, _ = load("a.csv", HEAD + "1,0,1,好\n1,1,,嗯\n", mapping)
    assert [t["role"] for t in turns] == ["agent", "customer"]


def test_a_column_mapping(load: Load, refuse: Callable[..., str]) -> None:
    """A user's name for a column goes before all others; a name that is not there is an error."""
    text = "编号,角色,记录,内容\n1,客服,好,备注\n"
    turns, _ = load("a.csv", text, ColumnMapping({"conversation_id": "编号", "text": "记录"}))
    assert (turns[0]["conversation_id"], turns[0]["text"], turns[0]["meta"]) == ("1", "好", '{"内容":"备注"}')
    message = refuse("a.csv", text, ColumnMapping({"text": "话"}))
    assert message == (
        "a.csv:1: [I110] the column mapping names the column '话' for text, but the file has: 编号, 角色, 记录, 内容; "
        "what holds for some files alone stands under files: {'*.csv': {columns: …}}"
    )


def test_missing_columns_are_named_together(refuse: Callable[..., str]) -> None:
    """The error says which columns are missing, which there are and what they could be called."""
    message = refuse("a.csv", "编号,工号,内容\n1,A,好\n")
    first, second = message.split("\n")
    assert first.startswith(
        "a.csv:1: [I105] no column for conversation_id; the file has: 编号, 工号, 内容; "
        "accepted names: conversation_id, 会话ID, 会话编号"
    )
    assert second.startswith(
        "a.csv:1: [I105] no column for role; the file has: 编号, 工号, 内容; accepted names: role, 角色"
    )
    assert second.endswith("or give a column mapping")


def test_a_file_without_header_is_refused(refuse: Callable[..., str]) -> None:
    """Where no name is known, the message suspects that the header is missing."""
    message = refuse("a.csv", "001,A7,您好\n001,K3,嗯\n")
    assert message.startswith(
        "a.csv:1: [I105] no column name is known, the header line may be missing; the first row is: 001"
    )


def test_a_name_given_twice_is_refused(refuse: Callable[..., str]) -> None:
    """Two columns of one name cannot be told apart."""
    message = refuse("a.csv", "会话ID,角色,内容,内容\n1,客服,好,坏\n")
    assert message == "a.csv:1: [I106] the column name '内容' is given twice: rename one of the columns"


def test_columns_without_a_name_become_metadata(load: Load) -> None:
    """Columns with an empty name are no duplicates; what they hold is kept under their number."""
    turns, _ = load("a.csv", "会话ID,角色,内容,,\n1,客服,好,x,\n")
    assert turns[0]["meta"] == '{"column_4":"x"}'


def test_metadata_stays_with_its_row(load: Load) -> None:
    """Rows without any metadata do not shift the metadata of others."""
    turns, _ = load("a.csv", "会话ID,角色,内容,b,a\n1,客服,一,,\n1,客服,二,x,\n1,客服,三,,\n1,客服,四,x,y\n")
    assert [(t["text"], t["meta"]) for t in turns] == [
        ("一", None),
        ("二", '{"b":"x"}'),
        ("三", None),
        ("四", '{"a":"y","b":"x"}'),
    ]


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_refused(refuse: Callable[..., str], content: str) -> None:
    """A file without anything is an error."""
    assert refuse("a.csv", content) == "a.csv: [I103] the file is empty"


def test_a_file_with_a_header_alone_is_refused(refuse: Callable[..., str]) -> None:
    """A header without rows is an error."""
    assert refuse("a.csv", HEAD) == "a.csv: [I103] the file has no rows below its header"


def test_a_file_of_empty_texts_is_refused(refuse: Callable[..., str]) -> None:
    """A file in which nobody says anything cannot be scored."""
    assert (
        refuse("a.csv", HEAD + "1,客服,1, \n") == "a.csv: [I108] no turn of the file can be used: empty text (1 rows)"
    )


def test_an_empty_turn_keeps_its_place(load: Load) -> None:
    """An empty turn stays in the turn table for its index and time, and is among the rejects."""
    turns, rejects = load("a.csv", "会话ID,轮次,角色,内容,start\n1,0,客服,您好,0\n1,1,客户,　 ,3\n")
    assert [(t["turn_index"], t["text"], t["start"]) for t in turns] == [(0, "您好", 0.0), (1, "", 3.0)]
    assert rejects == [{"file": "a.csv", "line": 3, "conversation_id": "1", "turn_index": 1, "reason": "empty text"}]


def test_rows_without_id_or_with_a_bad_index_are_rejected(load: Load) -> None:
    """A row without conversation id, role or with an index that is no number is rejected, the rest is read."""
    text = "会话ID,轮次,角色,内容\n1,0,客服,您好\n ,1,客服,好\n1,第二,客服,好\n1,3,,好\n1,4,客户,好\n"
    turns, rejects = load("a.csv", text)
    assert [t["turn_index"] for t in turns] == [0, 4]
    assert [(r["line"], r["reason"]) for r in rejects] == [
        (3, "no conversation id"),
        (4, "the turn index '第二' is not a whole number"),
        (5, "no role"),
    ]


def test_the_name_of_an_agent_where_there_is_no_id(load: Load) -> None:
    """Without an id column the agent goes by name; the customer's name is nobody's id."""
    turns, _ = load("a.csv", "会话ID,角色,说话人,内容\n1,客服,小林,好\n1,客户,王女士,嗯\n")
    assert [(t["role"], t["agent_id"]) for t in turns] == [("agent", "小林"), ("customer", None)]


def test_an_id_inside_the_role(load: Load) -> None:
    """An id in the role's value is the agent's id."""
    turns, _ = load("a.csv", "会话ID,角色,内容\n1,客服(A01),好\n1,坐席1002,好\n1,客户 王女士,嗯\n")
    assert [(t["role"], t["agent_id"]) for t in turns] == [("agent", "A01"), ("agent", "1002"), ("customer", None)]


def test_a_tsv_that_is_packed(load: Load) -> None:
    """Text formats may be packed with gzip."""
    import gzip

    turns, _ = load("a.tsv.gz", gzip.compress("会话ID\t角色\t内容\n1\t客服\t好\n".encode()))
    assert turns[0]["text"] == "好"


CELL = st.text(alphabet='ab您好,"\n \t|;', max_size=6)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(st.sampled_from(["客服", "客户", "谁"]), CELL), min_size=3, max_size=30),
    block=st.integers(9, 400),
)
def test_batches_together_are_one_batch(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], block: int
) -> None:
    """However a file is cut into blocks, the tables joined are those of one block, and each row has its line."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    lines = [2]
    writer.writerow(["会话ID", "角色", "内容"])
    writer.writerow(["1", "客服", "在"])
    for role, text in rows:
        lines.append(out.getvalue().count("\n") + 1)
        writer.writerow(["1", role, text])
    for _ in rows:
        lines.append(out.getvalue().count("\n") + 1)
        writer.writerow(["1", "客户", "在"])
    path = tmp_path_factory.mktemp("blocks") / "a.csv"
    path.write_text(out.getvalue(), "utf-8")

    def whole(size: int) -> tuple[pa.Table, pa.Table]:
        parts = list(understand(read_csv(path, "a.csv", ColumnMapping(), size).raws, "a.csv", ColumnMapping()))
        return pa.concat_tables([p for p, _ in parts]), pa.concat_tables([p for _, p in parts])

    turns, rejects = whole(1 << 20)
    assert whole(block) == (turns, rejects)
    unknown = [r["line"] for r in rejects.to_pylist() if r["reason"] != "empty text"]
    assert sorted(turns["line"].to_pylist() + unknown) == lines


def test_a_turn_index_may_be_written_as_a_decimal(load: Load) -> None:
    """0.00 and 1.00 are whole numbers, 1.50 is none."""
    turns, rejects = load("a.csv", "会话ID,轮次,角色,内容\n1,0.00,客服,您好\n1,1.0,客户,嗯\n1,1.50,客服,好\n")
    assert [turn["turn_index"] for turn in turns] == [0, 1]
    assert [r["reason"] for r in rejects] == ["the turn index '1.50' is not a whole number"]


def test_a_long_field_beside_a_ragged_row(load: Load) -> None:
    """A field of 200 KiB is read whole, also where a ragged row sends the block to the csv module."""
    turns, rejects = load("a.csv", f"{HEAD}1,客服,,{'a' * 204_800}\n1,客户\n")
    assert [len(turn["text"]) for turn in turns] == [204_800]
    assert [r["reason"] for r in rejects] == ["the row has 2 fields, the header has 4"]


def test_a_turn_index_may_have_thousands(load: Load) -> None:
    """1,000 is a whole number, 1,00 is none."""
    turns, rejects = load("a.csv", '会话ID,轮次,角色,内容\n1,"1,000",客服,您好\n1,"1,00",客服,好\n')
    assert [turn["turn_index"] for turn in turns] == [1000]
    assert [row["reason"] for row in rejects] == ["the turn index '1,00' is not a whole number"]


def test_rests_of_html_in_texts(load: Load) -> None:
    """Tags and entities of HTML are no part of a text; what else stands in <> or behind & stays."""
    cells = [
        "<p>保证&nbsp;三天到货</p>",
        "您好<br>在的",
        "A&amp;B &lt;好&gt;",
        "a < b & c <客户>",
        "<br/>",
        "一\u00a0二",
    ]
    turns, rejects = load("a.csv", HEAD + "".join(f"1,坐席,A01,{cell}\n" for cell in cells))
    texts = ["保证 三天到货", "您好\n在的", "A&B <好>", "a < b & c <客户>", "", "一\u00a0二"]
    assert [turn["text"] for turn in turns] == texts
    assert [reject["reason"] for reject in rejects] == ["empty text"]
