"""Names of columns, roles and channels."""

from __future__ import annotations

from pathlib import Path

import pytest

from cscheck.errors import InputError
from cscheck.readers import ColumnMapping, read
from cscheck.readers.lexicon import fold_name, lexicon, unit_of
from cscheck.readers.roles import Speaker, channel_of, speaker_of

NONE = ColumnMapping()


@pytest.mark.parametrize(
    "name", ["Conversation_ID", "conversation id", "ｃｏｎｖｅｒｓａｔｉｏｎ－ｉｄ", "\ufeffconversationId"]
)
def test_names_are_compared_without_dress(name: str) -> None:
    """Case, blanks, width, separators and a byte order mark make no other name."""
    assert fold_name(name) == "conversationid"


@pytest.mark.parametrize(
    ("name", "stem", "unit"),
    [
        ("开始时间(毫秒)", "开始时间", "ms"),
        ("开始时间（秒）", "开始时间", "s"),
        ("开始秒", "开始", "s"),
        ("start_ms", "start", "ms"),
        ("StartMs", "start", "ms"),
        ("start_s", "start", "s"),
        ("start_timestamp_usec", "starttimestamp", "us"),
        ("words", "words", None),
        ("内容（原文）", "内容", None),
    ],
)
def test_units_in_names(name: str, stem: str, unit: str | None) -> None:
    """A unit in brackets or at the end of a name is set aside."""
    assert unit_of(name) == (stem, unit)


@pytest.mark.parametrize(
    ("value", "speaker"),
    [
        ("客服", Speaker("agent", None)),
        (" Agent ", Speaker("agent", None)),
        ("智能客服", Speaker("bot", None)),
        ("业主", Speaker("customer", None)),
        ("系统消息", Speaker("system", None)),
        ("客服（小林）", Speaker("agent", "小林")),
        ("agent 7", Speaker("agent", "7")),
        ("客服01", Speaker("agent", "01")),
        ("agents", None),
        ("客服态度差", None),
        ("0", None),
        ("主管", None),
    ],
)
def test_speakers(value: str, speaker: Speaker | None) -> None:
    """Known words, also with an id behind them, are speakers; words that merely begin so are not."""
    assert speaker_of(value, NONE) == speaker


@pytest.mark.parametrize(
    ("value", "channel"),
    [
        ("电话", ("call", True)),
        ("电话呼入", ("call", False)),
        ("call-sentence", ("call", False)),
        ("IM", ("chat", True)),
        ("image", (None, False)),
        ("企业微信", ("chat", True)),
        ("短信", (None, False)),
    ],
)
def test_channels(value: str, channel: tuple[str | None, bool]) -> None:
    """A value that begins with a known word counts, but not one whose Latin word goes on."""
    assert channel_of(value, NONE) == channel


def test_every_word_has_one_meaning() -> None:
    """The shipped file loads, which it would not if a word stood for two roles or channels."""
    assert set(lexicon().roles.values()) == {"agent", "customer", "bot", "system"}
    assert set(lexicon().channels.values()) == {"call", "chat"}


def test_a_damaged_lexicon_names_the_place(tmp_path: Path) -> None:
    """A fault in the data file is named with its place."""
    path = tmp_path / "columns.yaml"
    path.write_text(
        "columns: {}\nturns: []\nmetadata: {}\nheadings: []\nchannels: {}\nroles:\n  agent: [x]\n  bot: [X]\n", "utf-8"
    )
    with pytest.raises(InputError, match=r"^columns.yaml:7:3: \[P103\] 'X' is given for agent and for bot$"):
        lexicon(path)


def test_a_wrong_mapping_names_all_faults() -> None:
    """A mapping to what does not exist is an error at once."""
    with pytest.raises(InputError) as caught:
        ColumnMapping({"txt": "内容"}, {"1": "boss"}, {"x": "mail"})
    assert [str(problem).split(" (")[0] for problem in caught.value.problems] == [
        "column mapping: [I110] channel 'mail' does not exist",
        "column mapping: [I110] column 'txt' does not exist",
        "column mapping: [I110] role 'boss' does not exist",
    ]


def test_an_unknown_suffix_is_refused(tmp_path: Path) -> None:
    """A suffix that no reader has is an error that lists the accepted ones."""
    with pytest.raises(InputError) as caught:
        list(read(tmp_path / "a.docx", "in/a.docx"))
    assert str(caught.value) == (
        "in/a.docx: [I102] the suffix '.docx' is unknown: accepted are .csv .tsv .jsonl .ndjson .parquet .txt .xlsx "
        ".xlsm .xls (text formats also .gz)"
    )


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """A file that is not there is an error under the name that the user gave."""
    for suffix in ("csv", "jsonl", "txt", "parquet", "xlsx", "xls"):
        with pytest.raises(InputError, match=rf"^in/a.{suffix}: \[I101\] the file cannot be read: "):
            list(read(tmp_path / f"a.{suffix}", f"in/a.{suffix}"))
