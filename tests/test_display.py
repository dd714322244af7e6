"""Results in a notebook: the evidence is marked, and whatever a text holds is shown and never run."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from cscheck import Checker
from cscheck.display import Html, marked, tag
from cscheck.marks import MATCHED, SEEN, Mark

NEAR = Path(__file__).parent / "packs" / "good" / "near"
EVIL = "<script>alert('x')</script>\" onload=\"y & $a$"
KNOWN_TAGS = {"div", "b", "table", "tr", "th", "td", "mark", "span", "ul", "li", "details", "summary"}


class Reader(HTMLParser):
    """Collects the tags, attributes and texts of HTML; every element must be closed in its turn."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.marks: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self.open[-1:] == ["mark"]:
            self.marks.append(data)


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(NEAR)


def evil_pack(folder: Path) -> Path:
    """A pack whose titles and advice hold markup."""
    folder.mkdir()
    (folder / "pack.yaml").write_text("id: evil\ntitle: <i>包\nversion: '1'\n", encoding="utf-8")
    rule = """
- id: evil.promise
  title: <script>标题
  category: promise
  severity: critical
  fatal: true
  norms: [banned.promise.absolute]
  when: {phrases: [打包票]}
  boundary: none
  advice: '"<img src=x onerror=alert(1)>'
  examples: {hit: [⟦打包票⟧, 我⟦打包票⟧], miss: [好, 行]}
"""
    (folder / "rules.yaml").write_text(rule, encoding="utf-8")
    return folder


def test_elements_escape_what_is_not_html() -> None:
    """Plain text is escaped, quotes too; HTML is kept; a style is one of a closed list."""
    assert tag("b", '<i>"', Html("<u>x</u>")) == "<b>&lt;i&gt;&quot;<u>x</u></b>"
    with pytest.raises(KeyError):
        tag("b", style='x" onload="y')


def test_marks_are_escaped_and_coloured() -> None:
    """Marked words stand in elements of their own, with translucent grounds and inherited letters."""
    html = marked("<a>&b", [Mark(0, 3, MATCHED), Mark(4, 5, SEEN)])
    assert re.sub(' style="[^"]*"', "", html) == "<mark>&lt;a&gt;</mark>&amp;<mark>b</mark>"
    assert html.count("color:inherit") == 2
    assert re.findall(r"background:(\w+)\(", html) == ["rgba", "rgba"]


def test_a_conversation_shows_its_evidence(checker: Checker) -> None:
    """The transcript marks what matched; below it stand category, price, norm and advice, and what was let go."""
    html = checker.check([("customer", "能到吗"), ("agent", "我打包票"), ("agent", "保准备好")])._repr_html_()
    seen = Reader(html)
    text = "".join(seen.texts)
    assert seen.marks == ["打包票"]
    assert "会话 conversation（渠道未知）　90 分" in text
    assert "近：打包票　说“尽量”" in text
    assert "own.promise，严重，扣 10 分；规范：绝对化承诺" in text
    assert "得分怎么来" in text


def test_what_was_let_go_is_told_with_its_reason() -> None:
    """A suppressed candidate stands greyed with its reason, and a missing duty below the transcript."""
    seen = Reader(Checker().check([("agent", "您好像没付款"), ("customer", "好")])._repr_html_())
    text = "".join(seen.texts)
    assert "整通会话" in text
    assert "问候语" in text
    assert "“您好”" in text.partition("放过的")[2]
    assert "不在词的边界上" in text


def test_nothing_in_a_conversation_is_run(tmp_path: Path) -> None:
    """Markup in ids, texts, agents, titles and advice is shown as text, in both views."""
    checker = Checker(evil_pack(tmp_path / "evil"))
    checked = checker.check([("customer", EVIL), ("agent", f"打包票{EVIL}")], conversation_id=EVIL)
    rows = [{"会话ID": EVIL, "角色": "客服", "工号": EVIL, "内容": f"打包票{EVIL}"}]
    for html in (checked._repr_html_(), checker.score(pd.DataFrame(rows))._repr_html_()):
        seen = Reader(html)
        assert seen.tags <= KNOWN_TAGS
        assert seen.attributes == {"style", "class"}
        assert "打包票" in seen.marks
        assert EVIL in "".join(seen.texts)
        assert "<script>标题" in "".join(seen.texts)
        assert "mathjax_ignore" in html


def test_the_tables_show_a_summary(checker: Checker) -> None:
    """Counts, the mean, the rules that hit most, and the first findings in their turns."""
    rows = [("a", "打包票，百分百没问题"), ("b", "您好"), ("c", "打包票")]
    frame = pd.DataFrame([{"会话ID": name, "角色": "客服", "内容": text} for name, text in rows])
    seen = Reader(checker.score(frame)._repr_html_())
    text = "".join(seen.texts)
    assert "3 通会话，平均 90.0 分；3 项命中，1 名坐席，0 行拒收" in text
    assert "近：打包票own.promise3" in text
    assert seen.marks == ["打包票", "百分百没问题", "打包票"]


def test_conversations_without_an_agent_are_not_averaged(checker: Checker) -> None:
    """The mean is that of the weeks: where no agent speaks nothing is judged, and how many those are is told."""
    rows = [("a", "客服", "打包票", "2026-09-01 09:00"), ("b", "客户", "在吗", "2026-09-02 09:00")]
    scored = checker.score(pd.DataFrame(rows, columns=["会话ID", "角色", "内容", "发送时间"]))
    html = scored._repr_html_()
    assert "2 通会话，平均 90.0 分（坐席一句没说的 1 通没有可评的，不计入平均）；1 项命中，" in html
    assert set(scored.weeks["score_mean"].to_pylist()) == {90.0}


def test_tables_without_findings_show_themselves(checker: Checker) -> None:
    """Where nothing was found, the summary says so."""
    frame = pd.DataFrame([{"会话ID": "a", "角色": "客服", "内容": "您好"}])
    assert "1 通会话，平均 100.0 分；0 项命中" in checker.score(frame)._repr_html_()
