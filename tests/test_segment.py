"""Word boundaries: where they lie, and that both libraries put them there."""

from __future__ import annotations

import pickle
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cscheck.errors import PackError
from cscheck.segment import (
    JiebaSegmenter,
    RustSegmenter,
    Segmenter,
    default_segmenter,
    load_words,
    on_boundaries,
)

OPENINGS = ["您好", "亲", "先生", "嗯好的", "非常抱歉", "麻烦您", "请问", "其实", "不好意思", "我跟您说"]
MIDDLES = [
    "我们保证三天到货",
    "保证金已经退给您了",
    "这个绝对不起作用",
    "加一下我的微信号吧",
    "您好像还没有付款",
    "您的订单AB12-7号5-10天发出",
    "运费险是4.5元",
    "这T恤质量没得挑",
    "哈哈哈哈您真会开玩笑",
    "让您久等了谢谢您的理解",
    "退款会原路退回到您的银行卡",
    "账对不起来我再核实一下",
    "m.abc_d.com这个网址打不开",
    "快递员明天上午派送",
    "这笔手续费由银行收取",
    "我给您登记反馈到后台",
    "麻烦提供一下手机号后四位",
    "发票抬头写公司还是个人",
    "充电宝需要返厂检测",
    "会员等级每月一号更新",
]
SENTENCES = [f"{opening},{middle}。" for opening in OPENINGS for middle in MIDDLES]


@pytest.fixture(scope="module")
def rust() -> Segmenter:
    """The segmenter on rjieba with the shipped words."""
    return RustSegmenter(load_words())


@pytest.fixture(scope="module")
def jieba() -> JiebaSegmenter:
    """The segmenter on jieba with the shipped words."""
    return JiebaSegmenter(load_words())


@pytest.fixture(scope="module")
def dictionary(jieba: JiebaSegmenter) -> list[str]:
    """The words of jieba's dictionary."""
    return [word for word, frequency in jieba._jieba.FREQ.items() if frequency]


def pieces(segmenter: Segmenter, text: str) -> list[str]:
    """Return the text cut at its boundaries."""
    places = [offset for offset, flag in enumerate(segmenter.boundaries(text)) if flag]
    return [text[start:end] for start, end in pairwise(places)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("保证金已经退给您了", ["保证金", "已经", "退", "给", "您", "了"]),
        ("您好像没付款", ["您", "好像", "没", "付款"]),
        ("绝对不起作用", ["绝对", "不起作用"]),
        ("我们保证三天到货", ["我们", "保证", "三天", "到货"]),
        ("谢谢您的来电", ["谢谢", "您", "的", "来电"]),
        ("加微信号", ["加", "微信", "号"]),
        ("祝您旅途愉快", ["祝", "您", "旅途", "愉快"]),
        ("哈哈哈", ["哈", "哈", "哈"]),
        ("退ab12元,5-10天", ["退", "ab12", "元", ",", "5", "-", "10", "天"]),
        ("t恤[数字x]", ["t", "恤", "[", "数字", "x", "]"]),
        ("𠮷㐂好的", ["𠮷", "㐂", "好", "的"]),
        ("", []),
    ],
)
def test_words_are_cut(rust: Segmenter, jieba: Segmenter, text: str, words: list[str]) -> None:
    """Han text is cut into words, a run of ASCII letters and digits stays whole, all else stands alone."""
    assert pieces(rust, text) == words
    assert pieces(jieba, text) == words


@pytest.mark.parametrize("sentence", SENTENCES)
def test_both_libraries_agree_on_sentences(rust: Segmenter, jieba: Segmenter, sentence: str) -> None:
    """On service talk with numbers, names and addresses both libraries give the same boundaries."""
    assert rust.boundaries(sentence) == jieba.boundaries(sentence)


@given(st.data())
@settings(deadline=None)
def test_both_libraries_agree_on_any_text(
    rust: Segmenter, jieba: Segmenter, dictionary: list[str], data: st.DataObject
) -> None:
    """On arbitrary strings of dictionary words, rare characters and ASCII both libraries give the same boundaries."""
    parts = (
        st.sampled_from(dictionary)
        | st.characters(min_codepoint=0x4E00, max_codepoint=0x9FD5)
        | st.sampled_from("a5-。")
    )
    text = "".join(data.draw(st.lists(parts, max_size=10)))
    assert rust.boundaries(text) == jieba.boundaries(text)


@given(st.text(st.sampled_from("您好像保证金没付款谢谢哈哈哈a1-,[]\n𠮷"), max_size=16))
@settings(deadline=None)
def test_one_offset_is_judged_as_all_are(rust: Segmenter, text: str) -> None:
    """is_boundary, which looks only at the run around an offset, says what boundaries says of the whole text."""
    assert [rust.is_boundary(text, i) for i in range(len(text) + 1)] == [flag == 1 for flag in rust.boundaries(text)]


@pytest.mark.parametrize(
    ("mode", "verdicts"),
    [
        ("both", [True, False, False]),
        ("left", [True, True, False]),
        ("right", [True, False, True]),
        ("none", [True] * 3),
    ],
)
def test_a_rule_chooses_the_edges(rust: Segmenter, mode: str, verdicts: list[bool]) -> None:
    """保证 stands free in 我们保证三天 but not at its right edge in 保证金; 行车 does not at its left one in 自行车."""
    spans = [("我们保证三天", 2, 4), ("保证金已退", 0, 2), ("自行车坏了", 1, 3)]
    assert [on_boundaries(rust, text, start, end, mode) for text, start, end in spans] == verdicts


def test_corrections_add_and_strike_out_words() -> None:
    """A correction makes a word, or with frequency 0 unmakes it, in both libraries alike."""
    corrections = {"花呗分期": 5000, "保证金": 0}
    for segmenter in (RustSegmenter(corrections), JiebaSegmenter(corrections)):
        assert list(segmenter.cut("花呗分期的保证金")) == ["花呗分期", "的", "保证", "金"]


@pytest.mark.parametrize("word", ["微", "a b", "五·一", "T恤"])
def test_a_word_that_can_never_be_cut_is_refused(word: str) -> None:
    """A correction that is not two or more Han characters is an error."""
    with pytest.raises(ValueError, match="two or more Han characters"):
        RustSegmenter({word: 5})


def test_shipped_words_have_their_effect(rust: Segmenter) -> None:
    """Each shipped correction is needed and works: added words are cut whole, struck-out ones are not."""
    plain = RustSegmenter()
    for word, frequency in load_words().items():
        assert (list(rust.cut(word)) == [word]) == (frequency > 0), word
        assert (list(plain.cut(word)) == [word]) == (frequency == 0), word


def test_faulty_word_lines_are_all_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A word file with faults is refused with the line of each."""
    (tmp_path / "words.tsv").write_text(
        "# 词\n微信\t3000\tnew\n微信\t1\ttwice\n好\t1\tshort\n红包\tx\tno number\n", "utf-8"
    )
    monkeypatch.setattr("cscheck.segment.lexicons", lambda: tmp_path)
    with pytest.raises(PackError) as caught:
        load_words()
    assert [(problem.line, problem.code) for problem in caught.value.problems] == [
        (3, "P190"),
        (4, "P190"),
        (5, "P190"),
    ]


def test_a_segmenter_crosses_to_another_process(rust: Segmenter) -> None:
    """A pickled segmenter keeps its kind and its words."""
    copy = pickle.loads(pickle.dumps(rust))
    assert type(copy) is RustSegmenter
    assert copy.words == rust.words


def test_the_faster_library_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """rjieba is used where it is installed, else jieba."""
    assert type(default_segmenter()) is RustSegmenter
    monkeypatch.setattr("cscheck.segment.find_spec", lambda name: None)
    assert type(default_segmenter({})) is JiebaSegmenter


def test_jieba_of_the_host_is_left_alone() -> None:
    """Loading and correcting a private dictionary prints nothing, warns of nothing and leaves jieba's own as it was."""
    script = (
        "import sys, cscheck.segment as s; assert 'jieba' not in sys.modules and 'rjieba' not in sys.modules\n"
        "segmenter = s.JiebaSegmenter({'保证金': 0})\n"
        "assert list(segmenter.cut('保证金')) == ['保证', '金']\n"
        "import jieba, jieba.finalseg\n"
        "assert not jieba.dt.initialized and not jieba.finalseg.Force_Split_Words\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
