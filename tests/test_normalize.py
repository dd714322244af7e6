"""Folding: what becomes one, what is deleted, and that every offset leads back to the original."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cscheck.data import lexicons
from cscheck.normalize import SEPARATOR, fold, fold_char, fold_many, fold_phrase, masks

PIECES = [
    "您好",
    "請問",
    "瞭解",
    "妳",
    "ＡＢＣ",
    "Abc",
    "１２３",
    "　",
    "\u200b",
    "\ufeff",
    "\ufe0f",
    "1\ufe0f\u20e3",
    "👍🏻",
    "👨\u200d👩\u200d👧",
    "「退款」",
    "，",
    "。",
    "——",
    "…",
    "\r\n",
    "\n",
    "\0",
    "\t",
    "[数字x]",
    "#E-s33",
    "&#128512;",
    "İ",
    "ẞ",
    "𠮷",
]
texts = st.lists(
    st.one_of(st.sampled_from(PIECES), st.text(st.characters(exclude_categories=["Cs"]), max_size=6)), max_size=8
).map("".join)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ＡＢｃ１２３", "abc123"),
        ("您好，请稍等！（谢谢）", "您好,请稍等!(谢谢)"),
        ("請問有什麼可以幫您", "请问有什么可以帮您"),
        ("妳瞭解帳號嗎", "你了解账号吗"),
        ("看著", "看著"),
        ("「好」『好』“好”〝好〞", "“好”“好”“好”“好”"),
        ("‘好’", "'好'"),
        ("好〜好～好∼", "好~好~好~"),
        ("一—二–三―四－五", "一-二-三-四-五"),
        ("五•一・五‧一", "五·一·五·一"),
        ("好⋯⋯好……", "好……好……"),
        ("好｡好､好﹖", "好。好、好?"),
        ("。、…《》", "。、…《》"),
        ("a\tb\u3000c\u00a0d\0e\x0cf", "a b c d e f"),
        ("你\x1e滚\x1b\x7f吧\x80", "你滚吧"),
        ("你\ue000滚\U000f0000吧\U0010fffd", "你滚吧"),
        ("一\r\n二\u2028三\n四", "一\n\n二\n三\n四"),
        ("加\u200b微\u2060信\ufeff", "加微信"),
        ("1\ufe0f\u20e3", "1"),
        ("⼈⼯ 金\uf90a", "人工 金金"),
        ("½ ㈱ ①", "½ ㈱ ①"),
        ("İ", "İ"),
    ],
)
def test_spellings_fold(written: str, folded: str) -> None:
    """Width, case, script, punctuation, blanks and hidden characters each have one form; nothing grows."""
    assert fold_phrase(written) == folded


def test_a_span_leads_back_over_deleted_characters() -> None:
    """A folded span maps to the original span that holds the hidden characters inside it, not those around it."""
    folded = fold("\u200b保\u200b证\u200b金")
    assert folded.text == "保证金"
    assert folded.span(0, 2) == (1, 4)
    assert folded.span(2, 3) == (5, 6)
    assert folded.span(1, 1) == (3, 3)
    assert folded.span(3, 3) == (6, 6)


def test_nothing_deleted_needs_no_map() -> None:
    """Where folding deletes nothing, offsets are the same and no map is kept."""
    folded = fold("請問")
    assert folded.kept is None
    assert folded.span(1, 2) == (1, 2)


def test_one_character_folds_alone() -> None:
    """fold_char gives the folded character, or nothing for one that is deleted."""
    assert [fold_char(c) for c in "Ａ請。\u200d👍"] == ["a", "请", "。", "", "👍"]


def test_a_batch_keeps_its_turns_apart() -> None:
    """Turns that are empty, hold line breaks or hold the separator itself keep their places."""
    batch = fold_many(["", "您\u200b好", "a\0B\nc", "\u200d", ""])
    assert batch.text == "\0您好\0a b\nc\0\0"
    assert batch.starts.tolist() == [0, 1, 4, 10, 11, 12]
    assert [batch.turn(i) for i in range(len(batch))] == ["", "您好", "a b\nc", "", ""]
    assert batch.original_span(1, 0, 2) == (0, 3)
    assert batch.original_span(2, 2, 3) == (2, 3)
    assert batch.original_span(3, 0, 0) == (1, 1)


def test_an_empty_batch_has_no_turns() -> None:
    """No texts give an empty batch."""
    batch = fold_many([])
    assert (batch.text, batch.starts.tolist(), len(batch)) == ("", [0], 0)


def test_a_lone_surrogate_is_named() -> None:
    """A text that is not valid Unicode is an error that names its turn and character."""
    with pytest.raises(ValueError, match=r"text 1, character 2: a lone surrogate \(U\+D83D\)"):
        fold_many(["好", "好的\ud83d"])


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("您的尾号[数字x]对吗", ["[数字x]"]),
        ("[姓名x]您好[微笑]#E-s33", ["[姓名x]", "[微笑]", "#e-s33"]),
        ("好的&#128512;&#x1F600;", ["&#128512;", "&#x1f600;"]),
        ("［数字ｘ］", ["[数字x]"]),
        ("[2024]年[这是一个很长很长的说明]", []),
        ("#退款# 第[", []),
        ("保证三天到", []),
    ],
)
def test_placeholders_are_found(written: str, found: list[str]) -> None:
    """De-identified values, chat emoticons and escaped characters are placeholders; numbers and asides are not."""
    text = fold_phrase(written)
    assert [text[start:end] for start, end in masks(text)] == found


@given(texts)
def test_every_folded_span_comes_from_its_original_span(text: str) -> None:
    """Folding the original of any folded span gives that folded span again."""
    folded = fold(text)
    for start in range(len(folded.text)):
        for end in range(start + 1, len(folded.text) + 1):
            first, last = folded.span(start, end)
            assert 0 <= first < last <= len(text)
            assert fold_phrase(text[first:last]) == folded.text[start:end]


@given(texts)
def test_folding_twice_changes_nothing(text: str) -> None:
    """Folding is idempotent, never lengthens a text and leaves no NUL in it."""
    folded = fold_phrase(text)
    assert fold_phrase(folded) == folded
    assert len(folded) <= len(text)
    assert SEPARATOR not in folded


@given(texts)
def test_a_text_folds_as_its_characters_do(text: str) -> None:
    """A character folds alike wherever it stands."""
    assert fold_phrase(text) == "".join(map(fold_char, text))


@given(st.lists(texts, max_size=6))
def test_a_batch_folds_as_each_turn_does(turns: list[str]) -> None:
    """Folding many turns at once gives the texts and the spans that folding each gives."""
    batch = fold_many(turns)
    alone = [fold(turn) for turn in turns]
    assert [batch.turn(i) for i in range(len(batch))] == [folded.text for folded in alone]
    assert batch.text == SEPARATOR.join(folded.text for folded in alone)
    for i, folded in enumerate(alone):
        for start in range(len(folded.text) + 1):
            for end in range(start, len(folded.text) + 1):
                assert batch.original_span(i, start, end) == folded.span(start, end)


@pytest.mark.parametrize("name", ["trad_simp.tsv", "punctuation.tsv", "deleted.tsv"])
def test_tables_are_sorted_out(name: str) -> None:
    """Every line of a folding table is a comment or has its columns, and nothing is listed twice."""
    lines = (lexicons() / "fold" / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("# ")]
    assert {len(row) for row in rows} == {3 if name == "deleted.tsv" else 2}
    members = [v for row in rows for v in row[1].split()] if name == "punctuation.tsv" else [row[0] for row in rows]
    assert len(members) == len(set(members))
    if name == "trad_simp.tsv":
        assert all(len(row[0]) == len(row[1]) == 1 for row in rows)
