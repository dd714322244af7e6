"""Encodings: found out or refused, never guessed into mojibake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Load = Callable[..., tuple[list[dict[str, Any]], list[dict[str, Any]]]]
Refuse = Callable[..., str]
SHORT = "会话ID,角色,内容\n001,客服,您好\n"
LONG = "会话ID,角色,内容\n" + "001,客服,您好，请问有什么可以帮您？😀\n001,客户,我的快递怎么还没到\n" * 30
TRADITIONAL = "會話編號,角色,內容\n" + "1,客服,您好請問有什麼可以幫您的嗎我們馬上為您處理\n" * 20


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("text", [SHORT, LONG], ids=["short", "long"])
def test_accepted_encodings(load: Load, encoding: str, text: str) -> None:
    """UTF-8 with and without mark, GB18030 and UTF-16 are read, also from a file of two lines."""
    turns, rejects = load("a.csv", text.encode(encoding))
    assert [t["text"] for t in turns] == [line.split(",")[2] for line in text.splitlines()[1:]]
    assert rejects == []


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_jsonl_and_plain_text_in_other_encodings(load: Load, encoding: str) -> None:
    """All text formats share the way encodings are found out."""
    line = '{"conversation_id":"1","turns":[{"role":"客服","text":"您好，请问有什么可以帮您"}]}\n'
    assert load("a.jsonl", line.encode(encoding))[0][0]["text"] == "您好，请问有什么可以帮您"
    assert (
        load("a.txt", "客服：您好，请问有什么可以帮您\n".encode(encoding))[0][0]["text"] == "您好，请问有什么可以帮您"
    )


def test_big5_is_refused_by_name(refuse: Callable[..., str]) -> None:
    """Big5 decodes as GB18030 into rare characters: that is an error, and the guess is named."""
    assert refuse("a.csv", TRADITIONAL.encode("big5")) == (
        "a.csv:1: [I104] the text is not valid UTF-8 and looks like big5; accepted are UTF-8, GB18030 and UTF-16: "
        "save the file as UTF-8"
    )


def test_a_wrong_byte_in_utf8_is_refused_with_its_line(refuse: Callable[..., str]) -> None:
    """UTF-8 with a damaged character is not read as GB18030."""
    content = LONG.encode().replace("快递".encode(), b"\xe5\xbf", 1)
    assert refuse("a.csv", content).startswith("a.csv:3: [I104] the text is not valid UTF-8")


def test_a_file_of_two_encodings_is_refused(refuse: Callable[..., str]) -> None:
    """GB18030 rows appended to a file in UTF-8 are refused at the first of them."""
    content = LONG.encode() + "001,客服,再见，祝您生活愉快\n".encode("gb18030")
    assert refuse("a.csv", content).startswith("a.csv:62: [I104] the text is not valid UTF-8")


def test_a_damaged_file_with_a_mark_is_refused(refuse: Callable[..., str]) -> None:
    """A byte order mark decides, so what does not follow it is an error with its line."""
    content = SHORT.encode("utf-8-sig") + b"\xff\xff\n"
    assert refuse("a.csv", content) == (
        "a.csv:3: [I104] the file begins as utf-8-sig but cannot be decoded: save the file as UTF-8"
    )


def test_a_workbook_under_the_name_of_csv_is_refused(refuse: Callable[..., str]) -> None:
    """An Excel file that was renamed is named as what it is."""
    assert refuse("a.csv", b"PK\x03\x04" + bytes(99)) == (
        "a.csv: [I104] this is an Excel workbook or zip archive, not a text file: export it as CSV in UTF-8"
    )


def test_what_is_not_gzip_is_refused(refuse: Callable[..., str]) -> None:
    """A suffix .gz promises gzip."""
    assert refuse("a.csv.gz", SHORT.encode()).startswith("a.csv.gz: [I109] the file is not valid gzip")


@pytest.mark.parametrize("head", ["", "x" * 70_000])
def test_a_nul_is_a_blank(load: Load, head: str) -> None:
    """A few NULs in valid UTF-8 are blanks; they make no other encoding of it."""
    turns, rejects = load("a.csv", f"会话ID,角色,内容,备注\n1,客服,您\0好,{head}\n2,客户,嗯\0,\n")
    assert [turn["text"] for turn in turns] == ["您 好", "嗯 "]
    assert rejects == []


@pytest.mark.parametrize("rows", [6, 6000])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_a_nul_is_a_blank_in_other_encodings(load: Load, encoding: str, rows: int) -> None:
    """A NUL between characters is a blank in GB18030 and UTF-16 as well, early or late in the file."""
    text = "会话ID,角色,内容\n" + "1,客服,请问有什么可以帮您的\n" * rows + "1,客户,嗯\0好\n"
    turns, rejects = load("a.csv", text.encode(encoding))
    assert (turns[0]["text"], turns[-1]["text"], len(turns)) == ("请问有什么可以帮您的", "嗯 好", rows + 1)
    assert rejects == []


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (6, "a.csv:1: [I104] the text is not valid UTF-8 (a NUL byte stands in line 8)"),
        (6000, "a.csv:6002: [I104] the file looks like gb18030 but this part is not"),
    ],
)
def test_a_nul_within_a_character(refuse: Refuse, rows: int, message: str) -> None:
    """Where a NUL has cut a character in two the file is refused, with the line."""
    whole = ("会话ID,角色,内容\n" + "1,客服,请问有什么可以帮您的\n" * rows).encode("gb18030")
    assert refuse("a.csv", whole + "1,客户,嗯好".encode("gb18030")[:-1] + b"\0\n").startswith(message)


def test_the_line_of_what_no_text_holds(refuse: Refuse) -> None:
    """The message says on which line what no transcript holds stands, not where the block of the file began."""
    text = "会话ID,角色,内容\n" + "1,客服,请问有什么可以帮您的\n" * 6000 + "1,客户,嗯\x01好\n"
    assert refuse("a.csv", text.encode("gb18030")).startswith("a.csv:6002: [I104] the file looks like gb18030 but")


def test_the_line_of_a_fault_beside_a_nul(refuse: Refuse) -> None:
    """Where the text is not UTF-8 the line is that of the first wrong byte, also with a NUL before it."""
    content = "会话ID,角色,内容\n1,客服,您\0好\n2,客户,嗯".encode() + b"\xff\xff\n"
    assert refuse("a.csv", content).startswith("a.csv:3: [I104] the text is not valid UTF-8")


def test_a_file_full_of_nuls(refuse: Refuse) -> None:
    """Valid UTF-8 with many NULs is called what it is, with the first line that has one."""
    content = "会话ID,角色,内容\n1,客服,您好".encode() + b"\0" * 501 + b"\n"
    assert refuse("a.csv", content).startswith("a.csv:2: [I104] the text is full of NUL bytes")
